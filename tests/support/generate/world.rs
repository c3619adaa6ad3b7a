//! Worlds by chance.

use std::time::Duration;

use callflow::channel::FetchError;
use callflow::channel::cause::Cause;
use callflow::scenario::{
    Callback, Content, DestinationPattern, Dial, Entry, HangUp, Keys, Media, Origin, Outcome,
    PaceStep, PathPattern, Pattern, Press, PressKeys, Reply, Rules, Scenario, Spanned, StateCode,
    TimedKeys,
};

use super::Writer;

const PLACES: &[&str] = &["NJ", "ny", "CA"];
const COUNTIES: &[&str] = &["ESSEX", "KINGS"];

impl Writer {
    fn millis(&mut self, end: u64) -> Duration {
        let scale = self.dice.pick(&[&50, &1000, &10_000, &60_000]);
        Duration::from_millis(self.dice.below((*scale).min(end)))
    }

    fn maybe(&mut self, end: u64) -> Option<Duration> {
        self.dice.one_in(2).then(|| self.millis(end))
    }

    /// Delays of the platform's own that are not the usual ones, for commands with these paths, which
    /// usually take so many milliseconds.
    pub(super) fn pace(&mut self, commands: &[(String, u64)]) -> Vec<PaceStep> {
        let step = |(path, usual): &(String, u64)| {
            let after = self.dice.one_in(2).then(|| 1 + self.dice.below(400));
            let mut step = PaceStep {
                after: after.map(Duration::from_millis),
                ..PaceStep::new(path.as_str())
            };
            let millis = Duration::from_millis;
            match self.dice.below(6) {
                0 => step.lasts = Some(millis(usual + self.dice.below(500))),
                1 => step.longer = Some(millis(self.dice.below(500))),
                2 => step.shorter = Some(millis(self.dice.below(300))),
                _ => {}
            }
            step
        };
        commands.iter().map(step).collect()
    }

    /// Has the caller press keys or hang up at one or two of these instants, or a millisecond off.
    pub(super) fn coincide(&mut self, instants: &[u64], scenario: &mut Scenario) {
        if instants.is_empty() {
            return;
        }
        for _ in 0..=self.dice.below(2) {
            let at = instants[usize::try_from(self.dice.below(instants.len() as u64)).unwrap()];
            let at = match self.dice.below(4) {
                0 => at + 1,
                1 => at.saturating_sub(1),
                _ => at,
            };
            let at = Duration::from_millis(at);
            if self.dice.one_in(8) {
                scenario.caller.hangup_after = Some(at);
                continue;
            }
            let keys = self.dice.pick(&["1", "2", "12", "#", "5", "1#", "99", "*"]);
            scenario.caller.keys.push(TimedKeys {
                at,
                press: Spanned::bare(Keys::new(keys).unwrap()),
                heard: true,
            });
        }
        scenario.caller.keys.sort_by_key(|press| press.at);
    }

    pub(super) fn scenario(&mut self) -> Scenario {
        let mut scenario = Scenario {
            callbacks: Rules::new(self.rules(
                &["*x.example/a*", "*x.example/b*", "*"],
                Pattern::new,
                Self::reply,
            )),
            dials: Rules::new(self.rules(
                &["*", "anna@*", "bob", "1*"],
                DestinationPattern::new,
                Self::party,
            )),
            media: Rules::new(self.rules(&["*", "*.mp3"], Pattern::new, Self::file)),
            ..Scenario::default()
        };
        scenario.caller.hangup_after = match self.dice.below(3) {
            0 => None,
            1 => Some(Duration::from_millis(self.dice.below(12_000))),
            _ => Some(Duration::from_millis(self.dice.below(90_000))),
        };
        let mut at = 1_000;
        while !self.dice.one_in(8) {
            at += self.dice.below(4_000);
            let keys = self.dice.pick(&["1", "2", "12", "#", "5", "1#", "99", "*"]);
            scenario.caller.keys.push(TimedKeys {
                at: Duration::from_millis(at),
                press: Spanned::bare(Keys::new(keys).unwrap()),
                heard: true,
            });
        }
        if self.dice.one_in(2) {
            self.answers(&mut scenario);
        }
        scenario.app.auto_answer = Some(!self.dice.one_in(4));
        if self.dice.one_in(8) {
            scenario.app.max_call_length_min = Some(1);
        }
        if self.dice.one_in(2) {
            scenario.call.state = StateCode::new(self.dice.pick(PLACES));
        }
        if self.dice.one_in(2) {
            scenario.call.county = Some(self.dice.pick(COUNTIES).to_owned());
        }
        let zone = self.dice.pick(&[
            "UTC",
            "America/New_York",
            "Asia/Kolkata",
            "Pacific/Auckland",
        ]);
        scenario.call.time_zone = jiff::tz::TimeZone::get(zone).ok();
        let start = scenario.call.created() + Duration::from_secs(self.dice.below(14 * 86_400));
        scenario.call.start = Some(start.into());
        if self.dice.one_in(4) {
            scenario.call.from = Some("anonymous".to_owned());
            scenario.call.to = Some("anna".to_owned());
        }
        scenario.account.balance = 814.856;
        scenario
    }

    /// A caller who answers what the call asks, and does not look at a clock.
    fn answers(&mut self, scenario: &mut Scenario) {
        scenario.caller.keys.clear();
        while !self.dice.one_in(6) {
            let keys = ["", "1", "2", "12", "#", "w5", "1#", "99", "*"];
            let mut press = Press::new(PressKeys::new(self.dice.pick(&keys)).unwrap());
            let path = |text: &str| Some(Spanned::bare(PathPattern::new(text).unwrap()));
            if self.dice.one_in(2) {
                press.when = path(self.dice.pick(&["Gather[*]", "Gather[0]", "Pause[*]"]));
                press.nth = self.dice.one_in(4).then_some(2);
            }
            let is_silent = press.keys.is_silence();
            press.after = self.maybe(6_000).filter(|_| !is_silent);
            if self.dice.one_in(4) && !is_silent {
                press.during = path(self.dice.pick(&["Say[*]", "*", "Pause[*]", "Gather[*]"]));
                if self.dice.one_in(3) {
                    press.after_end = press.after.take();
                }
            }
            press.between = self.maybe(900).filter(|_| !is_silent);
            scenario.presses.push(press);
        }
        if self.dice.one_in(2) {
            scenario.caller.hangup_after = None;
            let when = [
                "Say[*]",
                "Pause[*]",
                "Record[*]",
                "Gather[*]",
                "Dial[*]",
                "Callback[*]",
            ];
            let time = self.millis(9_000);
            let kind = self.dice.below(4);
            let of_kind = |wanted| Some(time).filter(|_| kind == wanted);
            scenario.caller.hangup = Some(HangUp {
                after: of_kind(0),
                after_end: of_kind(1),
                talk: of_kind(2),
                ringing: of_kind(3),
                nth: self.dice.one_in(3).then_some(2),
                ..HangUp::new(PathPattern::new(self.dice.pick(&when)).unwrap())
            });
        }
    }

    fn rules<T, P>(
        &mut self,
        globs: &[&str],
        pattern: fn(&str) -> Option<P>,
        mut then: impl FnMut(&mut Self) -> T,
    ) -> Vec<Entry<T, P>> {
        let mut rules = Vec::new();
        while !self.dice.one_in(5) {
            let pattern = pattern(self.dice.pick(globs)).unwrap();
            let then = then(self);
            rules.push(Entry {
                pattern,
                then,
                origin: Origin::Program,
            });
        }
        rules
    }

    fn reply(&mut self) -> Callback {
        let reply = match self.dice.below(10) {
            0 => Reply::Failed(FetchError::Refused),
            1 => Reply::Failed(FetchError::Timeout),
            2 => Reply::Answered {
                status: 503,
                content: Content::Empty,
            },
            3 => Reply::Answered {
                status: 200,
                content: Content::Text("<no>flow</no>".to_owned()),
            },
            4 => Reply::Answered {
                status: 200,
                content: Content::Text("<Response><Say>".to_owned()),
            },
            _ => {
                let document = self.document();
                Reply::Answered {
                    status: 200,
                    content: Content::Text(document),
                }
            }
        };
        Callback {
            method: None,
            after: self.maybe(7_000),
            reply,
        }
    }

    fn party(&mut self) -> Dial {
        let mut dial = match self.dice.below(5) {
            0 | 1 => Dial {
                outcome: Outcome::Answered {
                    talk: self.maybe(60_000),
                },
                ..Dial::answered()
            },
            2 => Dial::refused(Cause::NO_ANSWER),
            _ => {
                let causes = [
                    Cause::USER_BUSY,
                    Cause::NO_USER_RESPONSE,
                    Cause::ORIGINATOR_CANCEL,
                ];
                Dial::refused(causes[usize::try_from(self.dice.below(3)).unwrap()])
            }
        };
        dial.after = self.maybe(30_000);
        if self.dice.one_in(3) {
            dial.rings = !dial.rings;
        }
        if dial.rings {
            let latest = dial.after.unwrap_or(Duration::from_secs(9));
            dial.rings_after = self.maybe(30_000).map(|rings| rings.min(latest));
        }
        dial
    }

    fn file(&mut self) -> Media {
        match self.dice.below(4) {
            0 => Media::Status(404),
            1 => Media::Failed(FetchError::Dns),
            _ => Media::Lasts(self.millis(10_000)),
        }
    }
}
