//! Recorded calls on flows that were edited since: what the caller did at a command is done at the command
//! that it became, if the new call comes to it and it listens, and all else is said to have had no use.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use callflow::channel::cause::Cause;
use callflow::diagnostic::Severity;
use callflow::flow::{self, Flow, NodeId, align};
use callflow::record::{Does, Outline};
use callflow::replay::{self, Exchange, onto};
use callflow::scenario::{
    DestinationPattern, Dial, Entry, HangUp, Origin, Outcome, PathPattern, Press, PressKeys, Rules,
    Scenario, Spanned,
};
use callflow::simulate::{Documents, Run, simulate};
use callflow::xml;
use support::generate::Dice;
use support::{last_event, record};

/// A command of a flow that is edited. It stays the same one, whatever becomes of its place.
#[derive(Clone, Debug)]
struct Command {
    id: usize,
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    inside: Vec<Command>,
}

impl Command {
    fn write(&self, text: &mut String, ids: &mut Vec<usize>) {
        ids.push(self.id);
        let _ = write!(text, "<{}", self.name);
        for (name, value) in &self.attributes {
            let _ = write!(text, " {name}=\"{value}\"");
        }
        let _ = write!(text, ">{}", self.text);
        for command in &self.inside {
            command.write(text, ids);
        }
        let _ = writeln!(text, "</{}>", self.name);
    }

    fn tag(&mut self) -> Option<&mut String> {
        let tag = self.attributes.iter_mut().find(|(name, _)| *name == "tag");
        tag.map(|(_, value)| value)
    }

    fn has_tag(&self) -> bool {
        self.attributes.iter().any(|(name, _)| *name == "tag")
    }

    fn holds_a_list(&self) -> bool {
        ["Gather", "DTMF", "Default", "Error", "Record"].contains(&self.name)
    }

    /// Where its branches begin: what stands before them is heard.
    fn prompts(&self) -> usize {
        let is_prompt = |one: &&Command| !["DTMF", "Default", "Error", "To"].contains(&one.name);
        self.inside.iter().take_while(is_prompt).count()
    }
}

/// A flow and which of its commands is which.
struct Edited {
    flow: Arc<Flow>,
    ids: Vec<usize>,
}

impl Edited {
    fn new(commands: &[Command]) -> Self {
        let (mut text, mut ids) = ("<Response>\n".to_owned(), Vec::new());
        for command in commands {
            command.write(&mut text, &mut ids);
        }
        text.push_str("</Response>\n");
        let (document, mut findings) = xml::read("flow.xml", text.as_bytes());
        let (flow, more) = flow::compile(document);
        findings.extend(more);
        findings.retain(|finding| finding.severity == Severity::Error);
        assert!(findings.is_empty(), "{text}: {findings:?}");
        assert_eq!(flow.nodes().len(), ids.len(), "{text}");
        Self {
            flow: Arc::new(flow),
            ids,
        }
    }

    fn id(&self, node: NodeId) -> usize {
        self.ids[node.index()]
    }

    fn node(&self, id: usize) -> Option<NodeId> {
        let place = self.ids.iter().position(|one| *one == id)?;
        Some(self.flow.nodes().nth(place).unwrap().0)
    }
}

const SAYS: &[&str] = &[
    "Welcome to the office.",
    "For sales, press one. For support, press two.",
    "To hear this again, press nine.",
    "Please hold the line.",
    "Nobody can take your call now.",
    "Goodbye.",
    "Please leave a message after the tone.",
    "You have chosen support.",
    "Our office is closed today.",
    "Press one for Anna, two for Bob.",
];

struct Writer {
    dice: Dice,
    next: usize,
    /// How many more commands there may be.
    left: u64,
}

impl Writer {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            next: 0,
            left: 0,
        }
    }

    fn command(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) -> Command {
        self.next += 1;
        let attributes = attributes.iter();
        Command {
            id: self.next,
            name,
            attributes: attributes
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            text: String::new(),
            inside: Vec::new(),
        }
    }

    fn flow(&mut self) -> Vec<Command> {
        self.left = 12;
        let mut commands = self.list(0, 2);
        if !commands.iter().any(|one| one.name == "Gather") {
            commands.push(self.gather(0));
        }
        // Some have tags, each of its own.
        let mut tags = ["menu", "sales", "support", "voicemail", "bye"].iter();
        let mut all: Vec<_> = commands.iter_mut().collect();
        while let Some(command) = all.pop() {
            if !["To", "DTMF", "Default", "Error"].contains(&command.name)
                && self.dice.one_in(4)
                && let Some(tag) = tags.next()
            {
                command.attributes.push(("tag", (*tag).to_owned()));
            }
            all.extend(command.inside.iter_mut());
        }
        commands
    }

    fn list(&mut self, depth: u32, least: u64) -> Vec<Command> {
        let count = least + self.dice.below(3);
        (0..count).map(|_| self.any(depth)).collect()
    }

    fn any(&mut self, depth: u32) -> Command {
        self.left = self.left.saturating_sub(1);
        match self.dice.below(9) {
            0..=2 if depth < 3 && self.left > 0 => self.gather(depth),
            3 => self.dial(depth),
            4 => {
                let length = self.dice.pick(&["500", "2000"]);
                self.command("Pause", &[("length", length)])
            }
            5 => {
                let mut record = self.command("Record", &[("timeout", "1000")]);
                record
                    .inside
                    .push(self.command("Tone", &[("hz", "500"), ("don", "400")]));
                record
                    .inside
                    .push(self.command("Pause", &[("length", "4000")]));
                record
            }
            _ => self.say(),
        }
    }

    fn say(&mut self) -> Command {
        let mut say = self.command("Say", &[]);
        self.dice.pick(SAYS).clone_into(&mut say.text);
        say
    }

    fn dial(&mut self, depth: u32) -> Command {
        let mut dial = self.command("Dial", &[("timeout", "20000")]);
        let user = self.dice.pick(&["anna", "bob", "sales"]);
        let to = format!("{user}@sip.example.com");
        dial.inside
            .push(self.command("To", &[("destination", &to)]));
        if self.dice.one_in(2) {
            dial.inside.push(self.error(depth));
        }
        dial
    }

    fn error(&mut self, depth: u32) -> Command {
        let mut error = self.command("Error", &[]);
        error.inside = self.list(depth + 1, 0);
        error
    }

    fn gather(&mut self, depth: u32) -> Command {
        let attempts = self.dice.pick(&["1", "2", "3"]);
        let mut gather = self.command(
            "Gather",
            &[
                ("dtmf_length", "1"),
                ("timeout", "3000"),
                ("attempts", attempts),
            ],
        );
        for _ in 0..self.dice.below(3) {
            let say = self.say();
            gather.inside.push(say);
        }
        for code in ["1", "2", "3"] {
            if !self.dice.one_in(3) {
                let branch = self.branch(code, depth);
                gather.inside.push(branch);
            }
        }
        if self.dice.one_in(3) {
            let mut default = self.command("Default", &[]);
            default.inside = self.list(depth + 1, 0);
            gather.inside.push(default);
        }
        if self.dice.one_in(2) {
            let error = self.error(depth);
            gather.inside.push(error);
        }
        gather
    }

    fn branch(&mut self, code: &str, depth: u32) -> Command {
        let mut branch = self.command("DTMF", &[("value", code)]);
        branch.inside = self.list(depth + 1, 1);
        branch
    }

    /// What the caller does, and the phones that are called.
    fn scenario(&mut self) -> Scenario {
        let mut scenario = Scenario::default();
        for _ in 0..self.dice.below(6) {
            let keys = self.dice.pick(&["1", "1", "2", "3", "", "9"]);
            let mut press = Press::new(PressKeys::new(keys).unwrap());
            if !keys.is_empty() && self.dice.one_in(3) {
                press.during = Some(Spanned::bare(PathPattern::new("Say[*]").unwrap()));
                press.after = Some(std::time::Duration::from_millis(self.dice.below(3000)));
            }
            scenario.presses.push(press);
        }
        let dial = match self.dice.below(3) {
            0 => Dial::refused(Cause::USER_BUSY),
            1 => Dial::answered(),
            _ => Dial {
                outcome: Outcome::Answered {
                    talk: Some(std::time::Duration::from_secs(5)),
                },
                ..Dial::answered()
            },
        };
        scenario.dials = Rules::new(vec![Entry {
            pattern: DestinationPattern::new("*").unwrap(),
            then: dial,
            origin: Origin::Program,
        }]);
        let millis = std::time::Duration::from_millis(self.dice.below(4000));
        let when = self
            .dice
            .pick(&["Say[*]", "Dial[*]", "Record[*]", "Gather[*]"]);
        let when = PathPattern::new(when).unwrap();
        scenario.caller.hangup = match self.dice.below(3) {
            0 => None,
            1 => Some(HangUp {
                after: Some(millis),
                nth: self.dice.one_in(2).then_some(3),
                ..HangUp::new(when)
            }),
            _ => Some(HangUp {
                talk: Some(millis),
                ..HangUp::new(PathPattern::new("Dial[*]").unwrap())
            }),
        };
        scenario
    }

    /// One of the lists of commands that an edit may be made in: those of the flow, prompts, or what is
    /// inside a branch, an Error block or a Record, as the range of a list.
    fn place<'c>(&mut self, commands: &'c mut Vec<Command>) -> (&'c mut Vec<Command>, usize) {
        fn count(commands: &[Command]) -> u64 {
            let inside = commands.iter().filter(|one| one.holds_a_list());
            1 + inside.map(|one| count(&one.inside)).sum::<u64>()
        }
        let mut which = self.dice.below(count(commands));
        let mut list = commands;
        let mut most = list.len();
        while which > 0 {
            which -= 1;
            let mut next = None;
            for (at, command) in list.iter().enumerate() {
                if !command.holds_a_list() {
                    continue;
                }
                let own = count(&command.inside);
                if which < own {
                    next = Some(at);
                    break;
                }
                which -= own;
            }
            let command = &mut list[next.unwrap()];
            most = command.prompts();
            list = &mut command.inside;
        }
        (list, most)
    }

    fn edit(&mut self, edit: Edit, old: &[Command]) -> Option<Vec<Command>> {
        let mut new = old.to_vec();
        let pick =
            |dice: &mut Dice, count: usize| usize::try_from(dice.below(count as u64)).unwrap();
        match edit {
            Edit::Prompt => {
                let say = self.say();
                let (list, most) = self.place(&mut new);
                let at = usize::try_from(Dice::new(say.id as u64).below(most as u64 + 1)).unwrap();
                list.insert(at, say);
            }
            Edit::Swap => {
                let both = [self.dice.below(1000), self.dice.below(1000)];
                let (list, most) = self.place(&mut new);
                if most < 2 {
                    return None;
                }
                let [one, other] = both.map(|at| usize::try_from(at).unwrap() % most);
                if one == other {
                    return None;
                }
                list.swap(one, other);
            }
            Edit::Tag => return self.move_tag(old),
            Edit::Branch => {
                let mut all = Vec::new();
                names(&new, &mut all);
                all.retain(|one| one.1 == "Gather");
                let at = all[pick(&mut self.dice, all.len())].0;
                let code = self.dice.pick(&["4", "0", "7"]);
                self.left = 3;
                let branch = self.branch(code, 2);
                let gather = find(&mut new, at)?;
                let (from, to) = (gather.prompts(), gather.inside.len());
                let at = from + pick(&mut self.dice, to - from + 1);
                gather.inside.insert(at, branch);
            }
            Edit::Filter => {
                let mut filter = match self.dice.below(4) {
                    0 => self.command("Call", &[("field", "direction"), ("value", "in")]),
                    1 => self.command("Call", &[("field", "direction"), ("value", "out")]),
                    2 => self.command("Schedule", &[("dow", "mon,tue,wed,thu,fri,sat,sun")]),
                    _ => self.command("Schedule", &[("time", "00:00:00-23:59:59")]),
                };
                let both = [self.dice.below(1000), self.dice.below(1000)];
                let (list, most) = self.place(&mut new);
                if most == 0 {
                    return None;
                }
                let [from, length] = both.map(|at| usize::try_from(at).unwrap());
                let from = from % most;
                let to = from + 1 + length % (most - from);
                filter.inside = list.drain(from..to).collect();
                list.insert(from, filter);
            }
        }
        Some(new)
    }

    /// Gives the tag of a command to another of its kind.
    fn move_tag(&mut self, old: &[Command]) -> Option<Vec<Command>> {
        let mut new = old.to_vec();
        let mut all = Vec::new();
        names(&new, &mut all);
        let tagged: Vec<_> = all.iter().filter(|one| one.2).copied().collect();
        let (from, name, _) =
            *tagged.get(usize::try_from(self.dice.below(99)).unwrap() % tagged.len().max(1))?;
        let others: Vec<_> = all.iter().filter(|one| one.1 == name && !one.2).collect();
        let to = others
            .get(usize::try_from(self.dice.below(99)).unwrap() % others.len().max(1))?
            .0;
        let tag = find(&mut new, from)?;
        let value = std::mem::take(tag.tag()?);
        tag.attributes.retain(|(name, _)| *name != "tag");
        find(&mut new, to)?.attributes.push(("tag", value));
        Some(new)
    }
}

/// All commands: which, of what kind, and whether they have a tag.
fn names(commands: &[Command], found: &mut Vec<(usize, &'static str, bool)>) {
    for command in commands {
        found.push((command.id, command.name, command.has_tag()));
        names(&command.inside, found);
    }
}

fn find(commands: &mut [Command], id: usize) -> Option<&mut Command> {
    for command in commands {
        if command.id == id {
            return Some(command);
        }
        if let Some(found) = find(&mut command.inside, id) {
            return Some(found);
        }
    }
    None
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Edit {
    Prompt,
    Swap,
    Tag,
    Branch,
    Filter,
}

const EDITS: [Edit; 5] = [
    Edit::Prompt,
    Edit::Swap,
    Edit::Tag,
    Edit::Branch,
    Edit::Filter,
];

/// How many commands of the old flow were found in the new one.
#[derive(Clone, Copy, Default, Debug)]
struct Shares {
    /// Surely, and it is the same one; or none, where it is gone.
    right: usize,
    /// The same one, but not surely.
    doubtful: usize,
    /// Another one, but not surely.
    doubtful_wrong: usize,
    /// None, and there is one.
    missed: usize,
    /// Another one, surely.
    wrong: usize,
}

impl Shares {
    fn all(self) -> usize {
        self.right + self.doubtful + self.doubtful_wrong + self.missed + self.wrong
    }
}

/// Which commands of a flow a command is inside of, itself among them.
fn line(flow: &Flow, node: NodeId) -> Vec<NodeId> {
    std::iter::successors(Some(node), |&id| flow.parent(id)).collect()
}

fn measure(edit: Edit, old: &Edited, new: &Edited, shares: &mut Shares) -> Vec<String> {
    let found = align(&old.flow, &new.flow);
    let mut faults = Vec::new();
    // A tag says which command is meant, so what has another one now, and what is inside it, is either.
    let tag = |edited: &Edited, id: usize| {
        let node = edited.node(id)?;
        let line = line(&edited.flow, node);
        let tag = line
            .iter()
            .find_map(|&one| edited.flow.node(one).tag.clone());
        Some(tag)
    };
    for (node, _) in old.flow.nodes() {
        let id = old.id(node);
        let is = found
            .new_of(node)
            .map(|one| (new.id(one.node), one.is_doubtful));
        let is_either = edit == Edit::Tag && {
            let by_tag = is.and_then(|(is, _)| tag(new, is));
            tag(old, id) != tag(new, id) || by_tag.is_some() && by_tag == tag(old, id)
        };
        let name = || {
            format!(
                "{} = {:?}",
                old.flow.path(node),
                is.map(|(is, _)| new.flow.path(new.node(is).unwrap()))
            )
        };
        // Of two that say the same nobody knows which one is which.
        let same = |is: usize| {
            let text = |id: usize| {
                new.node(id)
                    .map(|node| new.flow.element_json(node).to_string())
            };
            is == id || text(is) == text(id)
        };
        match (is, new.node(id).is_some()) {
            (Some((is, false)), true) if same(is) => shares.right += 1,
            (None, false) => shares.right += 1,
            _ if is_either => shares.right += 1,
            (Some((is, true)), _) if same(is) => shares.doubtful += 1,
            (Some((_, true)), _) => shares.doubtful_wrong += 1,
            (None, true) => {
                shares.missed += 1;
                faults.push(format!("missed {}", name()));
            }
            (Some(_), _) => {
                shares.wrong += 1;
                faults.push(format!("wrong {}", name()));
            }
        }
    }
    faults
}

/// The keys that each command of a flow heard.
fn heard(run: &Run, flow: &Flow) -> BTreeMap<String, usize> {
    let outline = Outline::of(&run.record);
    let mut heard = BTreeMap::new();
    for key in run.record.keys.iter().flatten().filter(|key| key.is_heard) {
        let taker = outline.steps.iter().rfind(|step| {
            let is_open = step.from <= key.at && step.to.is_none_or(|to| key.at <= to);
            is_open && step.does == Does::Collects
        });
        let (_, node) = outline.flows.command(taker.unwrap().entry).unwrap();
        *heard.entry(flow.path(node)).or_default() += 1;
    }
    heard
}

/// What does not hold of a recorded call on an edited flow.
fn faults(recovered: &replay::Recovered, new: &Edited) -> Vec<String> {
    let mut faults = Vec::new();
    let old = recovered.documents[0].flow.clone();
    let exchange = Exchange::new(None, old.clone(), new.flow.clone());
    let alignment = exchange.alignment().clone();
    let moved = onto(&recovered.scenario, vec![exchange]);
    let run = simulate(&moved.scenario, new.flow.clone(), &Documents::new());
    let unused = moved.unused_in(&run);
    let outline = Outline::of(&run.record);
    let mut used = moved.scenario.presses.iter().zip(&run.used.presses);
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    let mut first_used: HashMap<NodeId, bool> = HashMap::new();
    for press in &recovered.scenario.presses {
        let when = &press.when.as_ref().unwrap().value;
        let named = |id: &NodeId| PathPattern::naming(&old, *id) == *when;
        let node = old.nodes().map(|(id, _)| id).find(named).unwrap();
        let counterpart = alignment.new_of(node).map(|one| one.node);
        let is_used = counterpart.is_some_and(|counterpart| {
            let (press, used) = used.next().unwrap();
            let name = PathPattern::naming(&new.flow, counterpart);
            assert_eq!(press.when.as_ref().unwrap().value, name);
            first_used.entry(counterpart).or_insert(*used);
            *used
        });
        if is_used {
            let count = expected
                .entry(new.flow.path(counterpart.unwrap()))
                .or_default();
            *count += press.keys.as_str().len();
            continue;
        }
        let name = counterpart.map(|one| PathPattern::naming(&new.flow, one));
        let name = name.as_ref().map_or(when.as_str(), PathPattern::as_str);
        let keys = press.keys.as_str();
        let is_said = |one: &replay::Unused| {
            one.what.contains(&format!("`{name}`")) && (one.what.contains(keys) || keys.is_empty())
        };
        if !unused.iter().any(is_said) {
            faults.push(format!("not said: {keys} at {name}"));
        }
    }
    expected.retain(|_, count| *count > 0);
    let heard = heard(&run, &new.flow);
    if heard != expected {
        faults.push(format!(
            "keys were heard at {heard:?}, and not {expected:?}"
        ));
    }
    for step in outline
        .steps
        .iter()
        .filter(|step| step.does == Does::Collects)
    {
        let (_, node) = outline.flows.command(step.entry).unwrap();
        // One that was open when the call ended may not have waited yet.
        if step.to.is_some() && first_used.get(&node) == Some(&false) {
            faults.push(format!(
                "{} listened, and nothing was done there",
                step.path
            ));
        }
    }
    faults
}

/// Goes through some hundred flows, or `CALLFLOW_PROPERTY_CALLS`, with five edits each.
#[test]
#[allow(
    clippy::print_stderr,
    reason = "`--nocapture` shows how many commands were found"
)]
fn what_the_caller_did_is_done_at_the_commands_that_are_the_same() {
    let said = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let calls = said("CALLFLOW_PROPERTY_CALLS").unwrap_or(200);
    let first = said("CALLFLOW_PROPERTY_SEED").unwrap_or(0);
    let mut shares: BTreeMap<Edit, Shares> = BTreeMap::new();
    let mut all: Vec<String> = Vec::new();
    let mut misses: Vec<(Edit, String)> = Vec::new();
    let mut edits = 0;
    for seed in first..first + calls {
        let mut writer = Writer::new(seed);
        let commands = writer.flow();
        let old = Edited::new(&commands);
        let scenario = writer.scenario();
        let was = simulate(&scenario, old.flow.clone(), &Documents::new());
        if was.limit.is_some() {
            continue;
        }
        let event = last_event(&was.record.when_gone()).unwrap();
        let recovered = replay::recover(&record(&event)).unwrap();
        for edit in EDITS {
            let Some(new) = writer.edit(edit, &commands) else {
                continue;
            };
            edits += 1;
            let new = Edited::new(&new);
            let both = || {
                format!(
                    "{}\n--- {edit:?}\n{}",
                    old.flow.source().text(),
                    new.flow.source().text()
                )
            };
            let unfound = measure(edit, &old, &new, shares.entry(edit).or_default());
            if !unfound.is_empty() {
                let text = format!("seed {seed}: {}\n{}", unfound.join("\n"), both());
                misses.push((edit, text));
            }
            let faults = faults(&recovered, &new);
            if !faults.is_empty() {
                all.push(format!(
                    "seed {seed}: {}\n{}\n{}",
                    faults.join("\n"),
                    both(),
                    recovered.scenario.to_toml()
                ));
            }
        }
    }
    all.sort_by_key(String::len);
    let shortest: Vec<_> = all.iter().take(3).map(String::as_str).collect();
    let shortest = shortest.join("\n\n");
    assert!(all.is_empty(), "{} of {edits}: {shortest}", all.len());
    misses.sort_by_key(|(_, miss)| miss.len());
    for (edit, shares) in &shares {
        eprintln!("{edit:?}: {} commands, {shares:?}", shares.all());
        let of_edit = misses.iter().filter(|(one, _)| one == edit);
        let shortest = of_edit.map(|(_, miss)| miss.as_str()).take(3);
        let shortest = shortest.collect::<Vec<_>>().join("\n\n");
        let others = [
            shares.wrong,
            shares.missed,
            shares.doubtful,
            shares.doubtful_wrong,
        ];
        for (count, one_in) in others.into_iter().zip([1000, 1000, 500, 200]) {
            assert!(
                count * one_in <= shares.all(),
                "{edit:?}: {shares:?}\n{shortest}"
            );
        }
    }
}
