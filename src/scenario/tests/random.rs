//! Scenarios and damage by chance, the same in every run.

use std::num::NonZeroU32;
use std::time::Duration;

use super::*;
use crate::channel::{FetchError, Method};
use crate::flow::EntryState;

/// A small generator of numbers (`SplitMix64`), the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.coin().then(|| make(self))
    }

    fn many<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.below(4)).map(|_| make(self)).collect()
    }

    fn text(&mut self) -> String {
        const PIECES: &[&str] = &[
            "a",
            "Say",
            " ",
            "\"",
            "'",
            "'''",
            "\"\"\"",
            "\\",
            "\n",
            "\r\n",
            "\r",
            "\t",
            "é",
            "\u{7}",
            "#",
            "*",
            "?",
            "=",
            "<Response/>",
            "\u{7f}",
            "\u{feff}",
            "𝄞",
            "[0]",
            "\0",
        ];
        let length = 1 + self.below(6);
        let piece = |dice: &mut Self| PIECES[dice.below(PIECES.len() as u64) as usize];
        (0..length).map(|_| piece(self)).collect()
    }

    fn destination(&mut self) -> DestinationPattern {
        DestinationPattern::new(&self.text()).unwrap()
    }

    fn pattern(&mut self) -> Pattern {
        Pattern::new(&self.text()).unwrap()
    }

    fn command(&mut self) -> Spanned<PathPattern> {
        let text = self.text();
        Spanned::bare(match self.below(3) {
            0 => PathPattern::new("Gather[*].Say[?]").unwrap(),
            1 => PathPattern::new(&format!("#{text}")).unwrap(),
            _ => PathPattern::literal(&text),
        })
    }

    fn document(&mut self) -> Option<DocumentPattern> {
        let url = self.maybe(Self::text);
        self.maybe(|_| DocumentPattern::literal(url.as_deref()))
    }

    fn press(&mut self) -> Press {
        let keys = ["", "1", "w1#", "*ww0"][self.below(4) as usize];
        let mut press = Press::new(PressKeys::new(keys).unwrap());
        press.when = self.maybe(Self::command);
        if press.when.is_some() {
            press.nth = self.maybe(|dice| 1 + dice.below(3) as u32);
        }
        press.document = self.document();
        if press.keys.is_silence() {
            return press;
        }
        press.between = self.maybe(Self::duration);
        press.heard = press.when.is_none() || self.coin();
        if press.heard {
            press.during = self.maybe(Self::command);
        }
        if press.during.is_some() && self.coin() {
            press.after_end = Some(self.duration());
        } else {
            press.after = self.maybe(Self::duration);
        }
        press
    }

    fn hangup(&mut self) -> HangUp {
        let mut hangup = HangUp {
            after: self.maybe(Self::duration),
            nth: self.maybe(|dice| 1 + dice.below(3) as u32),
            document: self.document(),
            ..HangUp::new(self.command())
        };
        if hangup.after.is_none() {
            let time = self.maybe(Self::duration);
            match self.below(3) {
                0 => hangup.after_end = time,
                1 => hangup.talk = time,
                _ => hangup.ringing = time,
            }
        }
        hangup
    }

    fn path(&mut self) -> Spanned<PathBuf> {
        Spanned::bare(self.text().replace('\0', "x").into())
    }

    fn duration(&mut self) -> Duration {
        let scale = [1, 100, 10_000, 3_600_000, 36_000_000_001][self.below(5) as usize];
        Duration::from_millis(self.below(scale))
    }

    fn cause(&mut self) -> Cause {
        Cause::all().nth(self.below(82) as usize).unwrap()
    }

    fn rule<T>(&mut self, then: T) -> Entry<T> {
        Entry {
            pattern: self.pattern(),
            then,
            origin: Origin::Program,
        }
    }

    fn callback(&mut self) -> Entry<Callback> {
        let error = [FetchError::Timeout, FetchError::Tls][self.below(2) as usize];
        let content = match self.below(3) {
            0 => Content::Empty,
            1 => Content::File(self.path()),
            _ => Content::Text(self.text()),
        };
        let status = [200, 204, 503][self.below(3) as usize];
        let reply = match self.below(5) {
            0 => Reply::Failed(error),
            1 => Reply::Wrong(self.text()),
            _ => Reply::Answered { status, content },
        };
        let then = Callback {
            method: self.maybe(|_| Method::Post),
            after: self.maybe(Self::duration),
            reply,
        };
        self.rule(then)
    }

    fn dial(&mut self) -> DialRule {
        let mut then = if self.coin() {
            Dial::refused(self.cause())
        } else {
            let talk = self.maybe(Self::duration);
            Dial {
                outcome: Outcome::Answered { talk },
                ..Dial::answered()
            }
        };
        then.rings = self.coin();
        then.after = self.maybe(Self::duration);
        if then.rings {
            let latest = then.after.unwrap_or(Duration::MAX);
            then.rings_after = self.maybe(|dice| dice.duration().min(latest));
        }
        DialRule {
            pattern: self.destination(),
            then,
            origin: Origin::Program,
        }
    }

    fn media(&mut self) -> Entry<Media> {
        let then = match self.below(3) {
            0 => Media::Lasts(self.duration()),
            1 => Media::Status(404),
            _ => Media::Failed(FetchError::Dns),
        };
        self.rule(then)
    }

    fn expect(&mut self) -> Expect {
        fn list<T>(dice: &mut Dice, make: impl Fn(&mut Dice) -> T) -> Spanned<Vec<Spanned<T>>> {
            Spanned::bare(dice.many(|dice| Spanned::bare(make(dice))))
        }
        fn listed<T>(dice: &mut Dice, make: impl Fn(&mut Dice) -> T) -> Listed<T> {
            match dice.below(4) {
                0 => Listed::Any,
                _ => Listed::One(make(dice)),
            }
        }
        let path = |dice: &mut Self| PathPattern::literal(&dice.text());
        let ended_by = |dice: &mut Self| {
            Spanned::bare(match dice.below(4) {
                0 => ExpectedEnd::Caller,
                1 => ExpectedEnd::Flow,
                2 => ExpectedEnd::Limit,
                _ => ExpectedEnd::Command(PathPattern::new("Dial[0].Hangup[*]").unwrap()),
            })
        };
        let log = |dice: &mut Self| ExpectLog {
            path: Spanned::bare(path(dice)),
            state: dice.maybe(|_| Spanned::bare(EntryState::Queued)),
            reason: dice.maybe(|dice| Spanned::bare(dice.pattern())),
            success: Some(Spanned::bare(dice.coin())),
            tag: dice.maybe(|dice| Spanned::bare(dice.pattern())),
            lasts: dice.maybe(|dice| Spanned::bare(dice.times())),
            origin: Origin::Program,
        };
        let leg = |dice: &mut Self| ExpectCall {
            to: Spanned::bare(dice.destination()),
            cause: dice.maybe(|dice| Spanned::bare(dice.cause())),
            answered: dice.maybe(|dice| Spanned::bare(dice.coin())),
            origin: Origin::Program,
        };
        let fetch = |dice: &mut Self| ExpectFetch {
            url: Spanned::bare(dice.pattern()),
            status: dice.maybe(|_| 503),
            origin: Origin::Program,
        };
        Expect {
            cause: self.maybe(|dice| Spanned::bare(dice.cause())),
            ended_by: self.maybe(ended_by),
            ran: self.maybe(|dice| list(dice, |dice| listed(dice, path))),
            never_ran: self.maybe(|dice| list(dice, path)),
            hears: self.maybe(|dice| list(dice, |dice| listed(dice, Self::pattern))),
            max_silence: self.maybe(|dice| Spanned::bare(dice.duration())),
            duration: self.maybe(|dice| Spanned::bare(dice.times())),
            dialled: self.maybe(|dice| Spanned::bare(dice.many(leg))),
            fetched: self.maybe(|dice| Spanned::bare(dice.many(fetch))),
            recorded: self.maybe(|dice| list(dice, Self::pattern)),
            events: self.maybe(Self::path),
            tree: self.maybe(Self::path),
            log: self.many(log),
        }
    }

    fn times(&mut self) -> Times {
        let least = self.maybe(Self::duration).unwrap_or_default();
        let most = self.maybe(Self::duration).map(|most| most.max(least));
        Times { least, most }
    }

    /// Cases say what they say in the order in which they are written.
    fn cases(&mut self) -> Vec<Case> {
        let mut number = 0;
        let mut cases = self.many(|dice| {
            let (hangup_after, hangup) = match dice.below(3) {
                0 => (Some(dice.duration()), None),
                1 => (None, Some(dice.hangup())),
                _ => (None, None),
            };
            let changes = Changes {
                call: Call {
                    from: dice.maybe(Self::text),
                    ..Call::default()
                },
                auto_answer: dice.maybe(Self::coin),
                presses: dice.many(Self::press),
                caller: Caller {
                    hangup_after,
                    hangup,
                    keys: Vec::new(),
                },
                callbacks: dice.many(Self::callback),
                dials: dice.many(Self::dial),
                media: dice.many(Self::media),
                ..Changes::default()
            };
            Case {
                name: Spanned::bare(dice.text()),
                changes,
                expect: dice.maybe(Self::expect),
                origin: Origin::Program,
            }
        });
        for case in &mut cases {
            number += 1;
            case.name.value.push_str(&number.to_string());
        }
        cases
    }

    fn pace(&mut self) -> Pace {
        let step = |dice: &mut Self| {
            let mut step = PaceStep {
                after: dice.maybe(Self::duration),
                ..PaceStep::new(dice.text())
            };
            let time = dice.maybe(Self::duration);
            match dice.below(3) {
                0 => step.lasts = time,
                1 => step.longer = time,
                _ => step.shorter = time,
            }
            step
        };
        let leg = |dice: &mut Self| PaceLeg {
            rings: dice.maybe(Self::duration),
            talks: dice.maybe(Self::duration),
            ..PaceLeg::new(dice.destination())
        };
        Pace {
            call: PaceCall {
                answer: self.maybe(Self::duration),
                event: self.maybe(Self::duration),
                ..PaceCall::default()
            },
            steps: self.many(step),
            legs: self.many(leg),
        }
    }

    fn scenario(&mut self) -> Scenario {
        let mut scenario = Scenario {
            flow: self.maybe(Self::path),
            callbacks: Rules::new(self.many(Self::callback)),
            dials: Rules::new(self.many(Self::dial)),
            media: Rules::new(self.many(Self::media)),
            expect: self.maybe(Self::expect),
            cases: self.cases().into(),
            pace: self.pace(),
            ..Scenario::default()
        };
        let zone = ["UTC", "Asia/Tokyo", "Etc/GMT+3"][self.below(3) as usize];
        scenario.call.time_zone = self.maybe(|_| jiff::tz::TimeZone::get(zone).unwrap());
        let start = scenario.call.created() + Duration::from_nanos(self.below(u64::MAX / 4));
        scenario.call.start = self.maybe(|dice| {
            if dice.coin() {
                Start::Instant(start)
            } else {
                Start::Local(start.to_zoned(jiff::tz::TimeZone::UTC).datetime())
            }
        });
        scenario.call.state = self.maybe(|_| StateCode::new("NY").unwrap());
        scenario.limits.commands =
            self.maybe(|dice| NonZeroU32::new(1 + dice.below(9) as u32).unwrap());
        scenario.call.seed = self.maybe(|dice| dice.below(u64::MAX));
        scenario.call.from = Some(self.text());
        scenario.call.county = self.maybe(Self::text);
        scenario.app.auto_answer = self.maybe(Self::coin);
        scenario.app.uuid = uuid::Uuid::from_u64_pair(self.below(u64::MAX), 7);
        scenario.app.shaken_minimum_accepted_attest_lvl = Attestation::Full;
        scenario.app.max_call_length_min = self.maybe(|dice| dice.below(60) as u32);
        let balance = f64::from_bits(self.below(u64::MAX));
        scenario.account.balance = if balance.is_finite() { balance } else { -0.0 };
        scenario.account.deleted_on = self.maybe(|_| start);
        scenario.tn.tn = self.maybe(|dice| dice.below(u64::MAX));
        scenario.presses = self.many(Self::press);
        match self.below(3) {
            0 => scenario.caller.hangup_after = self.maybe(Self::duration),
            _ => scenario.caller.hangup = self.maybe(Self::hangup),
        }
        let keys = ["1", "*#", "A0"][self.below(3) as usize];
        scenario.caller.keys = self.many(|dice| {
            let keys = Keys::new(keys).unwrap();
            TimedKeys {
                at: dice.duration(),
                press: Spanned::bare(keys),
                heard: dice.coin(),
            }
        });
        scenario
    }
}

#[test]
fn what_is_written_is_read_back() {
    for seed in 0..2_000 {
        let scenario = Dice(seed).scenario();
        let text = scenario.to_toml();
        let back = read(&text);
        assert_eq!(back, scenario, "{text}");
        assert_eq!(back.to_toml(), text);
    }
}

#[test]
fn damaged_files_are_refused_in_peace() {
    let mut dice = Dice(7);
    for _ in 0..3_000 {
        let mut text = WHOLE.to_owned();
        for _ in 0..=dice.below(4) {
            let at = text.floor_char_boundary(dice.below(text.len() as u64) as usize);
            let end = text
                .floor_char_boundary(at + dice.below(30) as usize)
                .max(at);
            let new = if dice.coin() {
                dice.text()
            } else {
                text[at..end].repeat(2)
            };
            text.replace_range(at..end, &new);
        }
        let source = Source::new("a.toml", text);
        let (scenario, found) = parse(&source);
        assert_eq!(scenario.is_some(), found.is_empty());
        for finding in found {
            assert!(finding.primary.span.end as usize <= source.text().len());
        }
    }
}
