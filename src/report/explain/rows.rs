//! The log on its time line: what ran, what never ran, the legs, and what was not heard.

use std::collections::BTreeSet;

use super::words::{address, named, number};
use crate::channel::Sound;
use crate::channel::cause::Cause;
use crate::explain::{
    Answered, Attempt, Does, EndedBy, Explanation, Step, Unseen, UnseenKind, Why,
};
use crate::flow::EntryState;
use crate::report::tree::ink::{BAD, BOLD, DIM, GOOD, HEARD, OPEN, PLAIN, Text, clean, span};
use crate::report::tree::row::Row;
use crate::simulate::{Audio, AudioSegment};

/// The shortest silence that has a row, in milliseconds.
const SILENCE: u64 = 500;

/// A silence that leaves out no more than this of a command's time is that command's, in
/// milliseconds.
const TOGETHER: u64 = 100;

/// A row of the time line.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// When, in milliseconds since the call was created; absent for what never was.
    pub(super) at: Option<u64>,
    /// For how long.
    pub(super) lasts: Option<u64>,
    /// Inside how many rows it stands.
    pub(super) level: usize,
    /// What it says.
    pub(super) row: Row,
}

/// All rows, in order.
pub(super) fn of(call: &Explanation, places: &[Option<String>]) -> Vec<Item> {
    let mut rows = Rows {
        call,
        places,
        inside: vec![Vec::new(); call.steps.len()],
        top: Vec::new(),
    };
    rows.milestones();
    for step in &call.steps {
        rows.put(step.parent, step.from, Thing::Step(step.entry));
    }
    for (index, dial) in call.dials.iter().enumerate() {
        for (leg, attempt) in dial.attempts.iter().enumerate() {
            rows.put(Some(dial.entry), attempt.from, Thing::Leg(index, leg));
        }
    }
    rows.background();
    rows.top.sort_by_key(|(at, _)| *at);
    for inside in &mut rows.inside {
        inside.sort_by_key(|(at, _)| *at);
    }
    let mut items = Vec::new();
    rows.write(&mut items);
    items.extend(end(call));
    items
}

#[derive(Clone, Copy, Debug)]
enum Thing {
    Rings(u64),
    Answered,
    Step(usize),
    Leg(usize, usize),
    Heard(usize),
}

struct Rows<'a> {
    call: &'a Explanation,
    places: &'a [Option<String>],
    inside: Vec<Vec<(u64, Thing)>>,
    top: Vec<(u64, Thing)>,
}

impl Rows<'_> {
    fn put(&mut self, parent: Option<usize>, at: u64, thing: Thing) {
        match parent {
            Some(parent) => self.inside[parent].push((at, thing)),
            None => self.top.push((at, thing)),
        }
    }

    fn milestones(&mut self) {
        if let Some(ringing) = self.call.heard.first()
            && ringing.what == Audio::Ringing
            && !self.call.evidence.is_outbound()
        {
            let at = self.call.evidence.rang.unwrap_or(0).min(ringing.to);
            self.put(None, at, Thing::Rings(ringing.to - at));
        }
        if let Some(at) = self
            .call
            .evidence
            .rang
            .filter(|_| self.call.evidence.is_outbound())
        {
            self.put(None, at, Thing::Rings(0));
        }
        if let Answered::At(at) = self.call.answered {
            self.put(self.around(at), at, Thing::Answered);
        }
    }

    /// Silence, hold music and ringing that no command's own row shows.
    fn background(&mut self) {
        let steps = self.call.steps.iter();
        let own: BTreeSet<usize> = steps.filter_map(|step| quiet(self.call, step)).collect();
        for (index, hearing) in self.call.heard.iter().enumerate() {
            let is_background = match hearing.what {
                Audio::Silence | Audio::Hold => hearing.to - hearing.from >= SILENCE,
                Audio::RingBack | Audio::Bridge(_) => true,
                Audio::Ringing | Audio::Sound(_) => false,
            };
            let is_own = own.contains(&index);
            if is_background && !is_own {
                self.put(self.around(hearing.from), hearing.from, Thing::Heard(index));
            }
        }
    }

    /// The innermost entry that runs at an instant, and goes on behind it.
    fn around(&self, at: u64) -> Option<usize> {
        let runs = |step: &&Step| step.from <= at && step.to.is_none_or(|to| at < to);
        self.call
            .steps
            .iter()
            .rev()
            .find(runs)
            .map(|step| step.entry)
    }

    /// Writes all rows without recursion: a log may be nested deeply.
    fn write(&self, items: &mut Vec<Item>) {
        let mut open: Vec<(Option<usize>, usize)> = vec![(None, 0)];
        while let Some((parent, next)) = open.pop() {
            let list = parent.map_or(&self.top, |parent| &self.inside[parent]);
            let level = open.len();
            let Some(&(at, thing)) = list.get(next) else {
                let unseen = parent.map_or(&[][..], |parent| &self.call.steps[parent].unseen);
                items.extend(unseen.iter().map(|one| Item {
                    at: None,
                    lasts: None,
                    level,
                    row: unseen_row(one),
                }));
                continue;
            };
            open.push((parent, next + 1));
            items.push(self.item(at, level, thing));
            if let Thing::Step(entry) = thing {
                open.push((Some(entry), 0));
            }
        }
    }

    fn item(&self, at: u64, level: usize, thing: Thing) -> Item {
        let (lasts, row) = match thing {
            Thing::Rings(lasts) => (Some(lasts).filter(|time| *time > 0), rings(self.call)),
            Thing::Answered => (None, head(BOLD, "answered")),
            Thing::Step(entry) => {
                let step = &self.call.steps[entry];
                let place = self.places.get(entry).and_then(Option::as_deref);
                (step.took(), command(self.call, step, place))
            }
            Thing::Leg(dial, leg) => {
                let leg = &self.call.dials[dial].attempts[leg];
                let end = leg.answered.or(leg.hung_up);
                (end.map(|end| end.saturating_sub(leg.from)), dialled(leg))
            }
            Thing::Heard(index) => {
                let hearing = &self.call.heard[index];
                (Some(hearing.to - hearing.from), background(hearing))
            }
        };
        Item {
            at: Some(at),
            lasts,
            level,
            row,
        }
    }
}

/// The silence that is all that was heard of a command that waits, as its index among what was
/// heard.
fn quiet(call: &Explanation, step: &Step) -> Option<usize> {
    if !matches!(step.does, Does::Waits { .. } | Does::Collects) {
        return None;
    }
    let to = step.to.unwrap_or(call.evidence.until());
    let next = call
        .heard
        .partition_point(|hearing| hearing.from <= step.from);
    let index = next.checked_sub(1)?;
    let hearing = &call.heard[index];
    let is_own = hearing.what == Audio::Silence
        && step.from - hearing.from <= TOGETHER
        && hearing.to.abs_diff(to) <= TOGETHER;
    is_own.then_some(index)
}

fn head(style: anstyle::Style, text: impl Into<String>) -> Row {
    Row {
        head: Text::of(style, text),
        ..Row::default()
    }
}

fn rings(call: &Explanation) -> Row {
    match call.answered {
        Answered::Before(_) => Row {
            tail: vec![Text::of(DIM, "and answered; the event does not show when")],
            ..head(HEARD, "ringing")
        },
        _ => head(HEARD, "ringing"),
    }
}

fn command(call: &Explanation, step: &Step, place: Option<&str>) -> Row {
    let (style, mark) = match step.state {
        EntryState::Queued => (OPEN, "○"),
        EntryState::Success => (GOOD, "✓"),
        EntryState::Failed => (BAD, "✗"),
    };
    let mut title = Text::of(style, mark)
        .and(PLAIN, " ")
        .and(BOLD, clean(&step.name));
    if let Some(tag) = &step.tag {
        title.push(DIM, format!(" #{}", clean(tag)));
    }
    let mut tail = Vec::new();
    if quiet(call, step).is_some() {
        tail.push(Text::of(HEARD, "silence"));
    }
    let is_heard = matches!(step.does, Does::Sounds { .. });
    let reason = step.reason.as_deref().filter(|reason| *reason != "unknown");
    match (step.state, reason) {
        (EntryState::Failed, Some(reason)) => {
            tail.push(Text::of(BAD, format!("· {}", clean(reason))));
        }
        // What was heard says it better than `media played 1 times`.
        (EntryState::Success, Some(reason)) if !is_heard => {
            tail.push(Text::of(DIM, format!("· {}", clean(reason))));
        }
        _ => {}
    }
    if let Some(place) = place {
        tail.push(Text::of(DIM, clean(place)));
    }
    let (body, aside) = what(step);
    Row {
        head: title,
        body,
        aside,
        tail,
        open: step.is_open(),
    }
}

/// What a command lets be heard, or asks for.
fn what(step: &Step) -> (Text, Text) {
    let aside = |text: String| (Text::default(), Text::of(DIM, text));
    match &step.does {
        Does::Sounds { sound, .. } => (sounding(sound), Text::default()),
        Does::Fetches { request, .. } => aside(format!(
            "{} {}",
            request.method.as_str(),
            clean(&request.url)
        )),
        Does::Dials { at_most, .. } => aside(format!("rings at most {}", span(*at_most))),
        Does::Waits { at_most } | Does::Holds(at_most) => {
            aside(format!("at most {}", span(*at_most)))
        }
        _ => Default::default(),
    }
}

fn sounding(sound: &Sound) -> Text {
    let text = match sound {
        Sound::Speech(text) => format!("“{}”", clean(text)),
        Sound::Tone(hertz) => {
            let list: Vec<_> = hertz.iter().map(u32::to_string).collect();
            format!("♪ {} Hz", list.join(" + "))
        }
        Sound::File { url, .. } => format!("♫ {}", clean(url)),
        Sound::Recording { tag, .. } => format!("♫ recording #{}", clean(tag)),
    };
    Text::of(HEARD, text)
}

fn background(hearing: &AudioSegment) -> Row {
    let text = match &hearing.what {
        Audio::RingBack => "ring-back".to_owned(),
        Audio::Hold => "hold music".to_owned(),
        Audio::Bridge(to) => format!("⇄ talks with {}", address(to)),
        _ => "silence".to_owned(),
    };
    Row {
        body: Text::of(HEARD, text),
        ..Row::default()
    }
}

fn dialled(leg: &Attempt) -> Row {
    let mut body = Text::of(PLAIN, clean(&leg.to));
    let after = leg.hung_up.map(|end| span(end.saturating_sub(leg.from)));
    let after = after.map_or_else(String::new, |after| format!(" after {after}"));
    let rang = match (leg.rang, leg.answered.or(leg.hung_up)) {
        (Some(rang), Some(end)) => format!(" rang {},", span(end.saturating_sub(rang))),
        (Some(_), None) => " rings".to_owned(),
        (None, _) => String::new(),
    };
    match (leg.answered, leg.cause) {
        (Some(_), cause) => {
            body.push(PLAIN, format!(" {rang}"));
            body.push(GOOD, " answered");
            if let Some(cause) = cause.filter(|cause| *cause != Cause::NORMAL_CLEARING) {
                body.push(BAD, format!(", ended by {}", named(cause)));
            }
        }
        (None, Some(cause)) => {
            let (style, how) = match cause {
                Cause::LOSE_RACE => (OPEN, "given up as another one answered"),
                Cause::ORIGINATOR_CANCEL => (OPEN, "given up"),
                Cause::NO_ANSWER => (BAD, "nobody answered"),
                _ => (BAD, "refused"),
            };
            body.push(style, format!(" {rang} {how}{after}: {cause}"));
            body.push(DIM, format!(" ({})", number(cause)));
        }
        (None, None) => body.push(PLAIN, format!(" {rang}{after}")),
    }
    Row {
        head: Text::of(PLAIN, "→"),
        body,
        ..Row::default()
    }
}

fn unseen_row(one: &Unseen) -> Row {
    let why = match (one.why, one.kind) {
        (Why::NotReached, _) => "not reached",
        (Why::NotNeeded, _) => "not taken",
        (Why::NotChosen, _) => "not chosen",
        (Why::Skipped, UnseenKind::Command) => "skipped",
        (Why::Skipped, _) => "did not run",
    };
    let mut head = Text::of(DIM, format!("· {}", one.name));
    if let Some(tag) = &one.tag {
        head.push(DIM, format!(" #{}", clean(tag)));
    }
    if let Some(code) = &one.code {
        head.push(DIM, format!(" {}", clean(code)));
    }
    let inside = match one.inside {
        0 => String::new(),
        1 => " (1 command in it)".to_owned(),
        more => format!(" ({more} commands in it)"),
    };
    Row {
        head,
        body: Text::of(DIM, format!("{why}{inside}")),
        ..Row::default()
    }
}

fn end(call: &Explanation) -> Option<Item> {
    let by = call.ending.by?;
    let who = match by {
        EndedBy::Caller => "the caller hung up".to_owned(),
        EndedBy::Command(entry) => format!("{} ended the call", clean(&call.steps[entry].path)),
        EndedBy::FlowEnd => "the flow ended, and the call with it".to_owned(),
        EndedBy::MaxLength => "the control app's longest call was reached".to_owned(),
        EndedBy::Parked(_) => "the parked call timed out".to_owned(),
        EndedBy::Untold if call.evidence.log_until.is_some() => {
            "the call ended; what ran before that is lost".to_owned()
        }
        EndedBy::Untold if call.evidence.is_outbound() => "the leg ended".to_owned(),
        EndedBy::Untold => "the call ended".to_owned(),
    };
    let mut row = head(BOLD, format!("■ {who}"));
    if let Some(cause) = call.ending.cause {
        row.tail
            .push(Text::of(PLAIN, cause.name()).and(DIM, format!(" ({})", number(cause))));
        if call.answered == Answered::Never && !call.evidence.is_outbound() {
            let sent = cause.sip_sent();
            row.tail.push(Text::of(
                OPEN,
                format!("never answered: the caller's side gets SIP {sent}"),
            ));
        }
    }
    Some(Item {
        at: call.evidence.ended().or(Some(call.evidence.until())),
        lasts: None,
        level: 0,
        row,
    })
}
