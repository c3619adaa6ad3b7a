use std::fmt::Write as _;
use std::time::Duration;

use super::*;
use crate::channel::cause::Cause;

const WHOLE: &str = r##"
flow = "voicemail.xml"                  # relative to this file

[call]
from = "+18389999168"
to = "18382049000"
start = "2024-02-20T16:41:34.861Z"
time_zone = "America/New_York"
state = "NJ"
county = "ESSEX"

[app]
auto_answer = true

[caller]
hangup_after = "9.857s"
keys = [{ at = "3s", press = "1#" }]

[[callback]]
url = "https://api.example.com/*"
after = "226ms"
flow = "fetched.xml"

[[dial]]
to = "*@sip.example.com"
sip = 480
rings = true
after = "207ms"

[[dial]]
to = "*"
answer = true
talk = "30s"

[[media]]
url = "*.mp3"
lasts = "12s"

[expect]
cause = "NORMAL_CLEARING"
ran = ["Callback[0]", "Dial[0]", "Dial[0].Error[0]", "Dial[0].Error[0].Say[0]"]
hears = ["no one answered*", "tone 500 Hz"]
longest_silence = "4s"
duration = "10s"
events = "voicemail.events.json"

[[expect.log]]
path = "Dial[0]"
state = "failed"
reason = "*NO_USER_RESPONSE*"
"##;

fn read(text: &str) -> Scenario {
    let (scenario, found) = parse(&Source::new("a.toml", text));
    assert_eq!(found, vec![], "{text}");
    scenario.unwrap()
}

/// Every finding as `line:column rule: message | the text at the place | label | help`.
fn findings(text: &str) -> String {
    let source = Source::new("a.toml", text);
    let (scenario, found) = parse(&source);
    assert!(scenario.is_none());
    let mut lines = String::new();
    for finding in found {
        let at = source.position(finding.primary.span.start);
        let place = source.slice(finding.primary.span).lines().next();
        writeln!(
            lines,
            "{}:{} {}: {} | {} | {} | {}",
            at.line,
            at.column,
            finding.rule.trim_start_matches("scenario-"),
            finding.message,
            place.unwrap_or(""),
            finding.primary.text,
            finding.help.join("; "),
        )
        .unwrap();
    }
    lines
}

#[test]
fn the_documented_file_is_read() {
    let mut scenario = read(WHOLE);
    assert_eq!(
        scenario.call.time_zone.iana_name(),
        Some("America/New_York")
    );
    assert_eq!(
        scenario.caller.hangup_after,
        Some(Duration::from_millis(9_857))
    );
    assert_eq!(scenario.caller.keys[0].keys.as_str(), "1#");
    assert_eq!(scenario.tn_number(), Some(18_382_049_000));
    let first = scenario.dials.next("bob@sip.example.com").unwrap();
    assert_eq!(first.outcome, Outcome::Refused(Cause::NO_USER_RESPONSE));
    assert!(first.rings);
    let second = scenario.dials.next("bob@sip.example.com").unwrap();
    let talk = Some(Duration::from_secs(30));
    assert_eq!(second.outcome, Outcome::Answered { talk });
    assert!(
        scenario
            .callbacks
            .next_request("GET", "https://api.example.com/x")
            .is_some()
    );
    let left: Vec<_> = scenario
        .unused()
        .into_iter()
        .map(|found| found.notes)
        .collect();
    assert_eq!(left, [["it is for \"*.mp3\""]]);
    let expect = scenario.expect.unwrap();
    assert_eq!(expect.ran.unwrap().value.len(), 4);
    assert_eq!(
        expect.log[0].reason.as_ref().unwrap().value.as_str(),
        "*NO_USER_RESPONSE*"
    );
}

#[test]
fn an_empty_file_is_the_default() {
    assert_eq!(read(""), Scenario::default());
    assert_eq!(Scenario::default().to_toml(), "");
    assert_eq!(
        Scenario::default().call.start.to_string(),
        "2024-01-15T12:00:00Z"
    );
    assert_eq!(Scenario::default().tn_number(), Some(12_025_550_199));
}

#[test]
fn all_mistakes_are_found_in_one_run() {
    let text = r#"
flow = ""
cal = 1
[call]
from = 12025550123
start = "yesterday"
time_zone = "America/NewYork"
seed = -1
[app]
shaken_minimum_accepted_attest_lvl = "D"
auto_answer = "yes"
[account]
uuid = "x"
balance = nan
[dial]
to = "*"
[caller]
hangup_after = "5000"
keys = [{ at = "3s", press = "1x" }, { at = 3 }, 5]
[[callback]]
url = ""
status = 99
methods = "GET"
method = "get"
[[callback]]
url = "*"
error = "time-out"
body = "x"
[[media]]
lasts = "0.0001s"
[expect]
ran = ["a", 1, ["b"]]
cause = 17
[[expect.log]]
state = "done"
[[expect.log]]
path = "Dial[0]"
"#;
    insta::assert_snapshot!(findings(text), @"");
}

#[test]
fn outcomes_of_a_dial_are_weighed_against_each_other() {
    let text = r#"
[[dial]]
to = "*"
[[dial]]
to = "*"
cause = "USER_BUSY"
sip = 486
answer = true
[[dial]]
to = "*"
sip = 200
talk = "3s"
[[dial]]
to = "*"
answer = false
[[dial]]
to = "*"
answer = true
rings = false
rings_after = "1s"
[[dial]]
to = "*"
cause = "NO_ANSWER"
rings_after = "3s"
after = "2s"
"#;
    insta::assert_snapshot!(findings(text), @"");
}

#[test]
fn broken_toml_does_not_hide_other_mistakes() {
    let text = r#"
[caller]
hangup_after = 8s
[call]
seed = "one"
seed = 2
[call]
to = "1
[[dial]]
to = "*"
cause =
[[media]
url = "*"
[[callback]]
after = 5
"#;
    insta::assert_snapshot!(findings(text), @"");
}

#[test]
fn ringing_follows_the_outcome() {
    let rings = |rule: &str| {
        let scenario = read(&format!("[[dial]]\nto = \"*\"\n{rule}\n"));
        scenario.dials.entries()[0].then.rings
    };
    assert!(rings("answer = true"));
    assert!(rings("cause = \"NO_ANSWER\""));
    assert!(!rings("cause = \"USER_BUSY\""));
    assert!(rings("sip = 486\nrings_after = \"1s\""));
    assert!(!rings("answer = true\nrings = false"));
}

#[test]
fn the_command_line_goes_first() {
    let mut scenario = read(WHOLE);
    scenario.apply([
        Override::dial("bob@*=USER_BUSY").unwrap(),
        Override::dial("*=answer").unwrap(),
        Override::dial("*=480").unwrap(),
        Override::callback("https://api.example.com/?a=b=local.xml").unwrap(),
        Override::callback("*=503").unwrap(),
        Override::callback("*=timeout").unwrap(),
        Override::key("3s=1#").unwrap(),
        Override::hangup_after("8s").unwrap(),
        Override::from("1").unwrap(),
        Override::to("bob").unwrap(),
        Override::time_zone("Asia/Tokyo").unwrap(),
        Override::start("2024-07-01T00:00:00Z").unwrap(),
        Override::state("NY").unwrap(),
        Override::county("KINGS").unwrap(),
    ]);
    insta::assert_snapshot!(scenario.to_toml(), @"");
    assert_eq!(scenario.tn_number(), None);
}

#[test]
fn options_that_cannot_be_read_say_why() {
    let mut lines = String::new();
    for refused in [
        Override::dial("USER_BUSY"),
        Override::dial("*=USR_BUSY"),
        Override::dial("*=200"),
        Override::dial("*=99999999"),
        Override::dial("=answer"),
        Override::callback("x"),
        Override::callback("x="),
        Override::callback("x=999"),
        Override::key("3=1"),
        Override::key("3s"),
        Override::key("3s=x"),
        Override::hangup_after("8"),
        Override::time_zone("Asia/Tokio"),
        Override::start("noon"),
    ] {
        writeln!(lines, "{}", refused.unwrap_err()).unwrap();
    }
    insta::assert_snapshot!(lines, @"");
}

/// A small generator of numbers (SplitMix64), the same in every run.
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

    fn glob(&mut self) -> Glob {
        Glob::new(&self.text()).unwrap()
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
        let (glob, span) = (self.glob(), None);
        Entry { glob, then, span }
    }

    fn callback(&mut self) -> Entry<Callback> {
        let error = [FetchError::Timeout, FetchError::Tls][self.below(2) as usize];
        let content = match self.below(3) {
            0 => Content::Empty,
            1 => Content::File(self.path()),
            _ => Content::Text(self.text()),
        };
        let status = [200, 204, 503][self.below(3) as usize];
        let reply = match self.below(4) {
            0 => Reply::Failed(error),
            _ => Reply::Answered { status, content },
        };
        let then = Callback {
            method: self.maybe(|_| Method::Post),
            after: self.maybe(Self::duration),
            reply,
        };
        self.rule(then)
    }

    fn dial(&mut self) -> Entry<Dial> {
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
        self.rule(then)
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
        let globs = |dice: &mut Self| Spanned::bare(dice.many(|dice| Spanned::bare(dice.glob())));
        let log = |dice: &mut Self| ExpectLog {
            path: Spanned::bare(dice.glob()),
            state: dice.maybe(|_| Spanned::bare(LogState::Queued)),
            reason: dice.maybe(|dice| Spanned::bare(dice.glob())),
            success: Some(Spanned::bare(dice.coin())),
            tag: dice.maybe(|dice| Spanned::bare(dice.glob())),
            span: None,
        };
        Expect {
            cause: self.maybe(|dice| Spanned::bare(dice.cause())),
            ran: self.maybe(globs),
            hears: self.maybe(globs),
            longest_silence: self.maybe(|dice| Spanned::bare(dice.duration())),
            duration: self.maybe(|dice| Spanned::bare(dice.duration())),
            events: self.maybe(Self::path),
            log: self.many(log),
        }
    }

    fn scenario(&mut self) -> Scenario {
        let mut scenario = Scenario {
            flow: self.maybe(Self::path),
            callbacks: Rules::new(self.many(Self::callback)),
            dials: Rules::new(self.many(Self::dial)),
            media: Rules::new(self.many(Self::media)),
            expect: self.maybe(Self::expect),
            ..Scenario::default()
        };
        let zone = ["UTC", "Asia/Tokyo", "Etc/GMT+3"][self.below(3) as usize];
        scenario.call.time_zone = jiff::tz::TimeZone::get(zone).unwrap();
        scenario.call.start += Duration::from_nanos(self.below(u64::MAX / 4));
        scenario.call.seed = self.below(u64::MAX);
        scenario.call.from = self.text();
        scenario.call.county = self.maybe(Self::text);
        scenario.app.auto_answer = self.coin();
        scenario.app.uuid = uuid::Uuid::from_u64_pair(self.below(u64::MAX), 7);
        scenario.app.shaken_minimum_accepted_attest_lvl = Attestation::Full;
        scenario.app.max_call_length_min = self.maybe(|dice| dice.below(60) as u32);
        let balance = f64::from_bits(self.below(u64::MAX));
        scenario.account.balance = if balance.is_finite() { balance } else { -0.0 };
        scenario.account.deleted_on = self.maybe(|_| scenario.call.start);
        scenario.tn.tn = self.maybe(|dice| dice.below(u64::MAX));
        scenario.caller.hangup_after = self.maybe(Self::duration);
        let keys = ["1", "*#", "A0"][self.below(3) as usize];
        scenario.caller.keys = self.many(|dice| {
            let Override::Key(press) = Override::key(&format!("0s={keys}")).unwrap() else {
                unreachable!()
            };
            let at = dice.duration();
            Press { at, ..press }
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

#[test]
fn deep_and_large_files_are_refused() {
    let open = "[".repeat(100_000);
    for text in [
        format!("a = {open}"),
        format!("a = {}", "{a=".repeat(100_000)),
        format!("{}a = 1", "a.".repeat(100_000)),
        format!("[{}a]", "a.".repeat(100_000)),
        open,
        "#".repeat((8 << 20) + 1),
    ] {
        let (scenario, found) = parse(&Source::new("a.toml", text));
        assert!(scenario.is_none());
        assert!(found.iter().any(|found| found.rule == "scenario-syntax"));
    }
}
