//! What a terminal of 80 or 120 columns shows: no line is wider, and no colour goes on behind a line.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use support::callflow;
use unicode_width::UnicodeWidthStr as _;

/// What a command prints, on both streams, to a terminal of so many columns.
fn shown(folder: &Path, arguments: &[&str], columns: u16) -> String {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let size = Winsize {
        ws_row: 40,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let other = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    tcsetwinsize(&other, size).unwrap();
    let mut command = callflow(arguments);
    command
        .current_dir(folder)
        .env("TERM", "xterm-256color")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("NO_COLOR")
        .env_remove("CI")
        .stdin(other.try_clone().unwrap())
        .stdout(other.try_clone().unwrap())
        .stderr(other);
    let mut child = command.spawn().unwrap();
    // The command holds the terminal open, too.
    drop(command);
    let mut said = Vec::new();
    // Its other side is gone: on Linux that is an error.
    let _ = File::from(terminal).read_to_end(&mut said);
    child.wait().unwrap();
    String::from_utf8(said).unwrap().replace("\r\n", "\n")
}

/// A line without its colours, and whether the last of them ends within the line.
fn plain(line: &str) -> (String, bool) {
    let mut is_closed = true;
    let mut text = String::new();
    for (index, part) in line.split("\u{1b}[").enumerate() {
        if index == 0 {
            text.push_str(part);
            continue;
        }
        let (style, rest) = part.split_once('m').unwrap();
        is_closed = matches!(style, "" | "0");
        text.push_str(rest);
    }
    (text, is_closed)
}

fn folder(test: &str) -> PathBuf {
    let path =
        std::env::temp_dir().join(format!("callflow-terminal-{test}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    for name in [
        "menu.xml",
        "menu.call.toml",
        "broken.xml",
        "broken.call.toml",
    ] {
        let example = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("example")
            .join(name);
        fs::copy(example, path.join(name)).unwrap();
    }
    fs::write(path.join("bad.xml"), BAD_FLOW).unwrap();
    fs::write(path.join("bad.toml"), BAD_SCENARIO).unwrap();
    path
}

/// Mistakes in long lines, with wide, combining and missing characters beside them.
const BAD_FLOW: &str = "<Response>
  <Gather dtmf_lenght=\"1\" tag=\"menü\"><Say langauge=\"ja-JP\" voice=\"f\">お電話ありがとうございます。担当者におつなぎします。</Say><DTMF value=\"x\"><Dail><To>anna</To></Dail></DTMF></Gather>
	<Say>e\u{301}e\u{301} {{name}} and a long text that goes on and on until nobody listens any more, for it is longer than any terminal</Say><Play url=\"http://example.com/a&amp;amp;b.mp3\"/><Dial timeout=\"20\"><To>office@sip.example.com</To></Dial>
  <Hangup/><Say>never</Say>
";

const BAD_SCENARIO: &str = "flow = \"menu.xml\"
pres = 1
[[dial]]
to = \"office@*\"
cause = \"USER_BUZY\"
";

/// Commands of one line, with words that have no blank in them.
const COMMANDS: &[&str] = &[
    "check bad.xml",
    "check bad.toml",
    "check .",
    "check --select nope .",
    "check nothing.xml",
    "config",
    "diff menu.xml broken.xml",
    "diff menu.xml broken.xml --with menu.call.toml",
    "explore broken.xml",
    "init project",
    "init project",
    "language",
    "rule",
    "rule runs-after-talk",
    "run bad.xml",
    "run menu.call.toml",
    "run menu.call.toml::bsy",
    "run menu.call.toml::busy -v",
    "run menu.xml --dial *=BUZY",
    "run menu.xml --press #meny=1",
    "run menu.xml --start x",
    "run http://flows.example.com/menu",
    "scenario",
    "schema --of scenario --format xsd",
    "test",
    "test bad.toml",
];

#[test]
fn no_line_is_wider_than_the_terminal_and_no_colour_outlives_its_line() {
    for columns in [80, 120] {
        let folder = folder(&columns.to_string());
        let mut wrong = Vec::new();
        for command in COMMANDS {
            let arguments: Vec<&str> = command.split(' ').collect();
            let said = shown(&folder, &arguments, columns);
            assert!(!said.is_empty(), "{command}");
            for line in said.lines() {
                let (text, is_closed) = plain(line);
                // An example is there to be copied: its lines are not broken.
                let is_example = text.starts_with("    ") && text.trim().starts_with(['<', '[']);
                let is_wide = text.width() > usize::from(columns) && !is_example;
                if is_wide || !is_closed {
                    wrong.push(format!("{columns} {command}: {text}"));
                }
            }
        }
        fs::remove_dir_all(folder).unwrap();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn a_label_without_room_beside_its_mark_is_a_note() {
    let folder = folder("label");
    let with_room = shown(&folder, &["check", "bad.toml"], 140);
    let without = shown(&folder, &["check", "bad.toml"], 136);
    fs::remove_dir_all(folder).unwrap();
    let lines = |said: &str| {
        let lines = said.lines().map(|line| plain(line).0);
        let about = lines.filter(|line| line.contains("expected \"answer\""));
        about.collect::<Vec<_>>()
    };
    let words = "expected \"answer\", \"busy\", \"no-answer\", \"rejected\", \"unreachable\" or a FreeSWITCH hangup cause such as \"USER_BUSY\"";
    assert_eq!(
        lines(&with_room),
        [format!("  |         ^^^^^^^^^^^ {words}")]
    );
    assert_eq!(lines(&without), [format!("  = note: {words}")]);
}
