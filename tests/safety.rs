//! What the built program does with other people's files, and what its exit codes say.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Nobody in particular.
const USER: u32 = 65_534;

/// A folder that an unprivileged user owns, and the program in it: the repository may be out of reach.
struct Home {
    folder: PathBuf,
    program: PathBuf,
    is_root: bool,
}

impl Home {
    fn new(name: &str) -> Self {
        let name = format!("callflow-safety-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("work")).unwrap();
        let program = folder.join("callflow");
        // Copied by a process of its own: a file that another thread's child still holds open for writing
        // cannot be run.
        let mut copy = Command::new("cp");
        copy.arg(env!("CARGO_BIN_EXE_callflow")).arg(&program);
        assert!(copy.status().unwrap().success());
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let is_root = fs::metadata(&folder).unwrap().uid() == 0;
        let home = Self {
            folder,
            program,
            is_root,
        };
        home.own(&home.work());
        home
    }

    fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    fn own(&self, path: &Path) {
        if self.is_root {
            chown(path, Some(USER), Some(USER)).unwrap();
        }
    }

    /// Puts a file into the folder of work.
    fn write(&self, name: &str, text: &str) {
        let path = self.work().join(name);
        let parent = path.parent().unwrap();
        fs::create_dir_all(parent).unwrap();
        self.own(parent);
        fs::write(&path, text).unwrap();
        self.own(&path);
    }

    /// An empty folder of work, with these files.
    fn begin(&self, files: &[(&str, &str)]) {
        let _ = fs::remove_dir_all(self.work());
        fs::create_dir_all(self.work()).unwrap();
        self.own(&self.work());
        for (name, text) in files {
            self.write(name, text);
        }
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        command
            .args(args)
            .current_dir(self.work())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        if self.is_root {
            command.uid(USER).gid(USER);
        }
        command.output().unwrap()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn text_of(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    format!("{out}{error}")
}

const FLOW: &str = "<Response>\n  <Say>Hello & welcome.</Say>\n</Response>\n";
const GOOD_FLOW: &str = "<Response>\n  <Say>Hello.</Say>\n</Response>\n";
const SCENARIO: &str = "flow = \"good.xml\"\n[expect]\nhears = [\"Goodbye.\"]\n";
const EVENT: &str = include_str!("events/destroyed.json");

/// Files of every kind that somebody else wrote.
const FOREIGN: &[(&str, &str)] = &[
    ("flow", GOOD_FLOW),
    ("broken flow", FLOW),
    ("scenario", "flow = \"good.xml\"\n"),
    ("configuration", "[check]\ndeny = \"warnings\"\n"),
    ("event", EVENT),
    ("event a line", "{\"type\": \"call_state\", \"call\": {}}\n"),
    ("note", "root:x:0:0:root:/root:/bin/bash\n"),
    (
        "report of another",
        "<?xml version=\"1.0\"?>\n<testsuites name=\"other\"/>\n",
    ),
    ("page of another", "<!DOCTYPE html>\n<title>x</title>\n"),
    ("coverage of another", "TN:\nSF:a.c\nend_of_record\n"),
    ("bytes", "\u{0}\u{1}\u{2}"),
];

/// Every command that writes a file of a name that is given or fixed, with that name.
const WRITERS: &[(&str, &str)] = &[
    ("check good.xml --output human=target", "target"),
    ("check good.xml --output concise=target", "target"),
    ("check good.xml --output json=target", "target"),
    ("check good.xml --output sarif=target", "target"),
    ("check good.xml --output junit=target", "target"),
    ("check good.xml --output github=target", "target"),
    ("check good.xml --output gitlab=target", "target"),
    ("test a.call.toml --output human=target", "target"),
    ("test a.call.toml --output json=target", "target"),
    ("test a.call.toml --output junit=target", "target"),
    ("test a.call.toml --output github=target", "target"),
    ("test a.call.toml --coverage=json=target", "target"),
    ("test a.call.toml --coverage=lcov=target", "target"),
    ("test a.call.toml --coverage=html=target", "target"),
    ("test a.call.toml", ".callflow/failed"),
    ("explore good.xml --output human=target", "target"),
    ("explore good.xml --output json=target", "target"),
    ("explore good.xml --output markdown=target", "target"),
    ("explore good.xml --output sarif=target", "target"),
    ("explore good.xml --output junit=target", "target"),
    ("explore good.xml --output github=target", "target"),
    ("explore good.xml --write out", "out/good.call.toml"),
    ("explore good.xml --write out --force", "out/good.call.toml"),
    (
        "explore wrong.xml --write-findings out",
        "out/wrong.call.toml",
    ),
    (
        "explore wrong.xml --write-findings out --force",
        "out/wrong.call.toml",
    ),
    ("run good.xml --attachments out", "out/analysis.json"),
    ("run good.xml --attachments out", "out/transcript.json"),
    ("recover event.json -o out", "out/flow.xml"),
    ("recover event.json -o out --force", "out/flow.xml"),
    ("recover event.json -o out --force", "out/scenario.toml"),
    ("init out", "out/menu.xml"),
    ("man out", "out/callflow-run.1"),
    ("test tree.toml --update", "target"),
    ("test events.toml --update", "target"),
];

const INPUTS: &[(&str, &str)] = &[
    ("good.xml", GOOD_FLOW),
    (
        "wrong.xml",
        "<Response>\n  <Gather dtmf_length=\"1\"><Say>Press.</Say><DTMF value=\"1\"><Dial><To destination=\"a@sip.example.com\"/></Dial></DTMF></Gather>\n</Response>\n",
    ),
    ("a.call.toml", SCENARIO),
    (
        "tree.toml",
        "flow = \"good.xml\"\n[expect]\ntree = \"target\"\n",
    ),
    (
        "events.toml",
        "flow = \"good.xml\"\n[expect]\nevents = \"target\"\n",
    ),
    ("event.json", EVENT),
];

/// The options of all commands that name a file or a folder to write to.
#[test]
fn every_option_that_writes_is_tried() {
    let home = Home::new("options");
    let help = text_of(&home.run(&["help"]));
    let commands = help.lines().filter_map(|line| line.strip_prefix("  "));
    let commands = commands.filter_map(|line| line.split_whitespace().next());
    let commands = commands.filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase()));
    let mut seen = 0;
    for command in commands.filter(|name| *name != "help") {
        let help = text_of(&home.run(&[command, "--help"]));
        for option in [
            "--output",
            "--coverage",
            "--write",
            "--write-findings",
            "--attachments",
            "--out",
            "--update",
        ] {
            let is_there = help.lines().any(|line| {
                let mut words = line
                    .split([' ', ',', '[', '='])
                    .filter(|word| !word.is_empty());
                line.starts_with("  ")
                    && words.any(|word| word == option)
                    && line.trim().starts_with('-')
            });
            // `test --write` writes into the scenario that is named.
            if is_there && (command, option) != ("test", "--write") {
                let short = if option == "--out" { "-o" } else { option };
                let is_tried = |line: &str| line.starts_with(command) && line.contains(short);
                assert!(
                    WRITERS.iter().any(|(line, _)| is_tried(line)),
                    "{command} {option}"
                );
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 9);
}

#[test]
fn nothing_is_overwritten_that_callflow_did_not_write() {
    let home = Home::new("overwritten");
    for (line, target) in WRITERS {
        let args: Vec<_> = line.split(' ').collect();
        for (kind, text) in FOREIGN {
            home.begin(INPUTS);
            home.write(target, text);
            let output = home.run(&args);
            let after = fs::read_to_string(home.work().join(target)).unwrap();
            assert_eq!(after, *text, "{line} over a {kind}: {}", text_of(&output));
            // What it is for was not done, which is said; that is no matter of the tests themselves.
            if *target != ".callflow/failed" {
                assert!(
                    [Some(1), Some(2)].contains(&output.status.code()),
                    "{line} over a {kind}: {}",
                    text_of(&output)
                );
            }
            let said = text_of(&output);
            assert!(
                said.contains(target.rsplit('/').next().unwrap()),
                "{line}: {said}"
            );
        }
        // What callflow wrote is written again, but for what is only made.
        home.begin(INPUTS);
        let first = home.run(&args);
        let path = home.work().join(target);
        assert!(path.exists(), "{line}: {}", text_of(&first));
        let is_made_only = line.starts_with("init")
            || line.contains(" out")
                && !line.contains("--force")
                && !line.starts_with("man")
                && !line.contains("--attachments");
        let again = home.run(&args);
        if is_made_only {
            assert_eq!(again.status.code(), Some(2), "{line}: {}", text_of(&again));
        } else {
            assert_eq!(
                again.status.code(),
                first
                    .status
                    .code()
                    .map(|code| if line.contains("--update") { 0 } else { code }),
                "{line}: {}",
                text_of(&again)
            );
        }
    }
}

/// The files of `[expect]` are the scenario's own, whatever it says.
#[test]
fn a_scenario_reads_and_writes_its_own_snapshots_only() {
    let home = Home::new("snapshots");
    let secret = home.folder.join("secret.txt");
    let mut shown = String::new();
    let names: &[&str] = &[
        "/etc/passwd",
        "../secret.txt",
        "a/../../secret.txt",
        "link.txt",
        "folder/secret.txt",
        "dangling.txt",
        "good.xml",
        "new.xml",
        "NEW.XML",
        "other.toml",
        "new.toml",
        "callflow.toml",
        "case.toml",
        "answer.txt",
        "alias.txt",
        "note.txt",
        "event.json",
        "folder",
        "sub",
        "pipe",
        ".",
        "",
    ];
    for name in names {
        for key in ["tree", "events"] {
            home.begin(INPUTS);
            fs::write(&secret, "top secret\n").unwrap();
            home.own(&secret);
            let work = home.work();
            symlink("../secret.txt", work.join("link.txt")).unwrap();
            symlink("..", work.join("folder")).unwrap();
            symlink("nowhere", work.join("dangling.txt")).unwrap();
            symlink("good.xml", work.join("alias.txt")).unwrap();
            home.write("sub/x", "");
            home.write("note.txt", "top secret\n");
            home.write("answer.txt", GOOD_FLOW);
            home.write("other.toml", SCENARIO);
            home.write("callflow.toml", "[check]\ndeny = \"warnings\"\n");
            let made = Command::new("mkfifo").arg(work.join("pipe")).status();
            assert!(made.unwrap().success());
            home.own(&work.join("pipe"));
            let scenario = format!(
                "flow = \"good.xml\"\n[[callback]]\nurl = \"*\"\nflow = \"answer.txt\"\n[[case]]\nname = \"one\"\nexpect.{key} = {name:?}\n"
            );
            home.write("case.toml", &scenario);
            let before = contents(&home.folder);
            for args in [
                &["check", "case.toml"][..],
                &["check", "."],
                &["test", "case.toml"],
                &["test", "case.toml", "--update"],
                &["test", "case.toml", "--format", "json"],
                &["test", "case.toml", "--format", "junit"],
                &["run", "case.toml"],
                &["run", "case.toml::one", "--format", "json"],
            ] {
                let output = home.run(args);
                let said = text_of(&output);
                assert_eq!(output.status.code(), Some(1), "{name} {args:?}: {said}");
                assert!(
                    !said.contains("top secret") && !said.contains("root:"),
                    "{said}"
                );
                if key == "tree" && args.len() == 2 && args[1] == "case.toml" && args[0] == "check"
                {
                    let line = said.lines().next().unwrap_or_default();
                    writeln!(shown, "{line}").unwrap();
                }
            }
            let mut after = contents(&home.folder);
            after.retain(|path, _| !path.contains(".callflow"));
            assert_eq!(after, before, "{name}");
        }
    }
    insta::with_settings!({snapshot_path => "../snapshots/cli", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("snapshots-refused", shown);
    });
}

/// Every file below a folder, links as where they lead.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = fs::symlink_metadata(&path).unwrap().file_type();
        let name = path.display().to_string();
        if kind.is_symlink() {
            let target = fs::read_link(&path).unwrap();
            found.insert(name, target.display().to_string().into_bytes());
        } else if kind.is_dir() {
            found.extend(contents(&path));
        } else if kind.is_file() && !name.ends_with("/callflow") {
            found.insert(name, fs::read(&path).unwrap());
        } else {
            found.insert(name, Vec::new());
        }
    }
    found
}

/// What the exit codes say: each command with nothing to do, with something that cannot be read, and with
/// something that is wrong.
#[allow(clippy::too_many_lines, reason = "a table")]
#[test]
fn exit_codes_are_as_the_table_says() {
    const LINES: &[&str] = &[
        "# nothing to look at",
        "run empty.toml",
        "check empty",
        "check . --exclude *",
        "check good.xml --select no-such-rule",
        "test empty",
        "test empty --allow-empty",
        "test good.xml",
        "test flow-only.toml",
        "test flow-only.toml --allow-empty",
        "test good.toml --filter nothing",
        "test good.toml --filter greets --filter nothing",
        "test good.toml --filter nothing --allow-empty",
        "test good.toml::nobody",
        "test good.toml::nobody --allow-empty",
        "test good.toml --partition 5/4",
        "test good.toml --partition 5/4 --allow-empty",
        "test good.toml --partition 0/4",
        "test good.toml --partition 4/4",
        "test good.toml --failed",
        "test good.toml --list --filter nothing",
        "test good.toml --write",
        "test good.toml --write --filter nothing",
        "test good.toml --update --filter nothing",
        "explore empty",
        "explore flow-only.toml::nobody",
        "rule no-such-rule",
        "language Dail",
        "explain empty",
        "explain event.json --call ffffffff",
        "explain good.toml::nobody",
        "diff good.toml::nobody good.xml",
        "diff good.xml good.xml --with empty",
        "diff good.xml good.xml --with good.toml::nobody",
        "recover empty -o out",
        "recover event.json -o out --call ffffffff",
        "replay empty",
        "replay event.json --call ffffffff",
        "schema --of nothing",
        "completions nothing",
        "# something that cannot be read",
        "run nosuch.xml",
        "run secret.xml",
        "check nosuch.xml",
        "check secret.xml",
        "check good.xml secret.xml",
        "test nosuch",
        "test secret.toml",
        "test good.toml secret.toml",
        "test secret.toml --list",
        "test secret.toml --write",
        "test secret.toml --update",
        "explore nosuch.xml",
        "explore secret.xml",
        "init good.xml",
        "explain nosuch.json",
        "explain secret.json",
        "explain note.txt",
        "diff nosuch.json event.json",
        "diff event.json secret.json",
        "diff good.xml good.xml --with secret.toml",
        "recover nosuch.json -o out",
        "recover note.txt -o out",
        "replay nosuch.json",
        "replay note.txt",
        "parse nosuch.xml",
        "parse secret.xml",
        "scenario nosuch",
        "config nosuch.xml",
        "config secret.toml",
        "config broken.toml",
        "man good.xml",
        "# something that is wrong",
        "run broken.xml",
        "run broken.toml",
        "run failing.toml",
        "run endless.xml --max-commands 50",
        "check broken.xml",
        "check broken.toml",
        "check warned.xml",
        "check warned.xml --deny warnings",
        "check broken.xml --diff --fix",
        "test broken.toml",
        "test broken.toml --list",
        "test broken.toml --write",
        "test broken.toml --update",
        "test broken-flow.toml",
        "test failing.toml",
        "test failing.toml --list",
        "test failing.toml --failed",
        "test good.toml --min-coverage 100",
        "explore broken.xml",
        "explore broken.xml --write out",
        "explore broken.toml",
        "explain broken.xml",
        "explain broken.toml",
        "diff good.xml warned.xml",
        "diff good.xml broken.xml",
        "diff good.xml warned.xml --with good.toml",
        "diff good.xml warned.xml --with event.json",
        "replay event.json --flow good.xml",
        "replay event.json --flow broken.xml",
        "parse broken.xml",
        "# all is well",
        "run good.xml",
        "check good.xml",
        "test good.toml",
        "explore good.xml",
        "init out",
        "rule",
        "language Say",
        "scenario",
        "scenario press",
        "config",
        "config good.toml",
        "diff good.xml good.xml --with good.toml --strict",
        "diff good.xml good.xml --with event.json",
        "explain event.json",
        "diff event.json event.json",
        "recover event.json -o out",
        "replay event.json",
        "parse good.xml",
        "schema",
        "completions bash",
        "man out",
        "help",
    ];
    let home = Home::new("codes");
    let mut table = String::new();
    for line in LINES {
        if line.starts_with('#') {
            writeln!(table, "{line}").unwrap();
            continue;
        }
        home.begin(&[
            ("good.xml", GOOD_FLOW),
            ("warned.xml", "<Response>\n  <Dial timeout=\"20000\"><To destination=\"anna@sip.example.com\"/></Dial>\n</Response>\n"),
            ("broken.xml", "<Response>\n  <Sey>Hello.</Sey>\n</Response>\n"),
            ("endless.xml", "<Response>\n  <Loop count=\"1000\"><Pause length=\"10\"/></Loop>\n</Response>\n"),
            ("good.toml", "flow = \"good.xml\"\n[[case]]\nname = \"greets\"\nexpect.hears = [\"Hello.\"]\n"),
            ("flow-only.toml", "flow = \"good.xml\"\n"),
            ("empty.toml", ""),
            ("failing.toml", SCENARIO),
            ("broken.toml", "flow = \"good.xml\"\n[expect\n"),
            ("broken-flow.toml", "flow = \"broken.xml\"\n[expect]\ncause = \"NORMAL_CLEARING\"\n"),
            ("event.json", EVENT),
            ("note.txt", "a note\n"),
            ("secret.xml", GOOD_FLOW),
            ("secret.toml", SCENARIO),
            ("secret.json", EVENT),
            ("empty/x.txt", ""),
        ]);
        for name in ["secret.xml", "secret.toml", "secret.json"] {
            let nobody = fs::Permissions::from_mode(0o000);
            fs::set_permissions(home.work().join(name), nobody).unwrap();
        }
        let args: Vec<_> = line.split(' ').collect();
        let output = home.run(&args);
        writeln!(table, "{}  callflow {line}", output.status.code().unwrap()).unwrap();
    }
    // Every command has its lines.
    let help = text_of(&home.run(&["help"]));
    let commands = help
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with([' ', '-']));
    for command in commands.filter_map(|line| line.split_whitespace().next()) {
        assert!(table.contains(&format!("callflow {command}")), "{command}");
    }
    insta::with_settings!({snapshot_path => "../snapshots/cli", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("exit-codes", table);
    });
}

/// A snapshot that callflow wrote is known as one, whatever is in it, and keeps the ends of its lines.
#[test]
fn a_snapshot_of_its_own_is_written_again() {
    let home = Home::new("own");
    let long =
        "a-flow-with-a-name-that-is-much-longer-than-a-line-of-a-terminal-has-room-for-".repeat(2);
    let flow = format!("{long}.xml");
    for (name, from) in [
        ("good.xml", "+12025550123"),
        (
            flow.as_str(),
            "sip:somebody-with-a-long-name@a-host-with-a-long-name.example.com",
        ),
        ("two words · → x.xml", "+12025550123"),
    ] {
        let scenario = format!(
            "flow = {name:?}\n[call]\nfrom = {from:?}\n[expect]\ntree = \"new/call.tree.txt\"\nevents = \"new/call.json\"\n"
        );
        home.begin(&[(name, GOOD_FLOW), ("a.toml", &scenario), ("new/x", "")]);
        let missing = home.run(&["test", "a.toml"]);
        assert_eq!(missing.status.code(), Some(1), "{}", text_of(&missing));
        let made = home.run(&["test", "a.toml", "--update"]);
        assert_eq!(made.status.code(), Some(0), "{}", text_of(&made));
        for args in [
            &["test", "a.toml"][..],
            &["run", "a.toml"],
            &["check", "a.toml"],
        ] {
            let good = home.run(args);
            assert_eq!(good.status.code(), Some(0), "{}", text_of(&good));
        }
        // Another system has written the ends of the lines, and the flow has changed.
        for snapshot in ["new/call.tree.txt", "new/call.json"] {
            let text = fs::read_to_string(home.work().join(snapshot)).unwrap();
            home.write(snapshot, &text.replace('\n', "\r\n"));
        }
        assert_eq!(home.run(&["test", "a.toml"]).status.code(), Some(0));
        home.write(name, &GOOD_FLOW.replace("Hello.", "Good morning."));
        assert_eq!(home.run(&["test", "a.toml"]).status.code(), Some(1));
        let updated = home.run(&["test", "a.toml", "--update"]);
        assert_eq!(updated.status.code(), Some(0), "{}", text_of(&updated));
        for snapshot in ["new/call.tree.txt", "new/call.json"] {
            let text = fs::read_to_string(home.work().join(snapshot)).unwrap();
            assert!(text.contains("Good morning."), "{text}");
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        }
        assert_eq!(home.run(&["test", "a.toml"]).status.code(), Some(0));
        // One that was edited is not lost.
        home.write("new/call.json", "{\n  \"my\": \"notes\"\n}\n");
        let refused = home.run(&["test", "a.toml", "--update"]);
        assert_eq!(refused.status.code(), Some(1), "{}", text_of(&refused));
    }
}

/// One file with two spellings of its path is one file.
#[test]
fn a_file_that_is_named_twice_is_one() {
    let home = Home::new("twice");
    let scenario =
        "flow = \"../flows/good.xml\"\n[[case]]\nname = \"greets\"\nexpect.hears = [\"Hello.\"]\n";
    home.begin(&[
        ("flows/good.xml", GOOD_FLOW),
        ("calls/a.toml", scenario),
        (
            "calls/b.toml",
            &scenario.replace("../flows", "../calls/../flows"),
        ),
        ("bad.xml", FLOW),
    ]);
    let link = home.work().join("calls/link.toml");
    symlink("a.toml", &link).unwrap();
    let said = |args: &[&str]| text_of(&home.run(args));
    let twice = ["calls/a.toml", "./calls/a.toml", "calls", "calls/link.toml"];
    let tested = said(&[&["test"], &twice[..], &["--coverage"]].concat());
    assert!(tested.starts_with("2 tests passed\n"), "{tested}");
    assert_eq!(tested.matches("flows/good.xml").count(), 1, "{tested}");
    let both = said(&[
        "test",
        "calls/a.toml::greets",
        "calls/a.toml",
        "--format",
        "junit",
    ]);
    assert_eq!(both.matches("<testcase").count(), 1, "{both}");
    let checked = said(&["check", "bad.xml", "./bad.xml", ".", "--format", "concise"]);
    assert_eq!(checked.matches("error[").count(), 1, "{checked}");
    assert!(checked.contains("in 1 of 4 files checked"), "{checked}");
    let with = said(&[
        "diff",
        "flows/good.xml",
        "bad.xml",
        "--with",
        "calls/a.toml",
        "--with",
        "calls/../calls/a.toml",
    ]);
    assert!(with.contains("has errors"), "{with}");
    let explored = said(&[
        "explore",
        "flows/good.xml",
        "calls/../flows/good.xml",
        "--format",
        "json",
    ]);
    assert_eq!(explored.matches("\"transitions\"").count(), 1, "{explored}");
    // LCOV names files as they are seen from here.
    let inside = Command::new(&home.program)
        .args(["test", "..", "--coverage=lcov=c.info"])
        .current_dir(home.work().join("calls"))
        .output()
        .unwrap();
    assert!(
        text_of(&inside).starts_with("2 tests passed"),
        "{}",
        text_of(&inside)
    );
    let lcov = fs::read_to_string(home.work().join("calls/c.info")).unwrap();
    assert_eq!(lcov.matches("SF:").count(), 1, "{lcov}");
    assert!(lcov.contains("SF:../flows/good.xml\n"), "{lcov}");
}

/// A document that a server gives is named by its file, and one that no file holds is left out of LCOV.
#[test]
fn a_fetched_document_is_covered_by_its_file() {
    let home = Home::new("fetched");
    let caller = "<Response>\n  <Callback url=\"https://x.example.com/f\"/>\n</Response>\n";
    let given = "flow = \"in.xml\"\n[[callback]]\nurl = \"*\"\nflow = \"docs/out.xml\"\n[expect]\nended_by = \"flow\"\n";
    let inline = "flow = \"in.xml\"\n[[callback]]\nurl = \"*\"\nbody = \"<Response><Say>In.</Say></Response>\"\n[expect]\nended_by = \"flow\"\n";
    home.begin(&[
        ("a/in.xml", caller),
        ("a/docs/out.xml", GOOD_FLOW),
        ("a/given.toml", given),
        ("b/in.xml", &caller.replace("/f", "/g")),
        ("b/docs/out.xml", &GOOD_FLOW.replace("Hello", "Bye")),
        ("b/given.toml", given),
        ("b/inline.toml", inline),
    ]);
    let output = home.run(&["test", "--coverage=lcov=c.info", "--coverage=json=c.json"]);
    assert!(
        text_of(&output).starts_with("3 tests passed"),
        "{}",
        text_of(&output)
    );
    let lcov = fs::read_to_string(home.work().join("c.info")).unwrap();
    let mut named: Vec<_> = lcov
        .lines()
        .filter_map(|line| line.strip_prefix("SF:"))
        .collect();
    named.sort_unstable();
    assert_eq!(
        named,
        ["a/docs/out.xml", "a/in.xml", "b/docs/out.xml", "b/in.xml"]
    );
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(home.work().join("c.json")).unwrap()).unwrap();
    assert_eq!(json["flows"].as_array().unwrap().len(), 5);
}

/// What failed and was not played since is played by `--failed`, and a test that is gone is no success.
#[test]
fn what_failed_stays_known_until_it_passes() {
    let home = Home::new("failed");
    let wrong = "flow = \"../good.xml\"\n[expect]\nhears = [\"Goodbye.\"]\n";
    let cases = "flow = \"../good.xml\"\n[[case]]\nname = \"one\"\nexpect.hears = [\"Goodbye.\"]\n[[case]]\nname = \"two\"\nexpect.hears = [\"Hello.\"]\n";
    let right = |text: &str| text.replace("Goodbye.", "Hello.");
    home.begin(&[
        ("good.xml", GOOD_FLOW),
        ("t/a.toml", wrong),
        ("t/b.toml", wrong),
        ("t/c.toml", cases),
    ]);
    let failed = || {
        let output = home.run(&["test", ".", "--failed", "--list"]);
        text_of(&output)
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(home.run(&["test"]).status.code(), Some(1));
    let all = ["./t/a.toml", "./t/b.toml", "./t/c.toml::one"];
    assert_eq!(failed(), all);
    // None of these plays all of them.
    home.run(&["test", "--failed", "--fail-fast"]);
    assert_eq!(failed(), all);
    home.run(&["test", "t/c.toml::two"]);
    assert_eq!(failed(), all);
    home.run(&["test", "--partition", "1/4"]);
    assert_eq!(failed(), all);
    home.write("t/a.toml", &right(wrong));
    home.run(&["test", "t/a.toml"]);
    assert_eq!(failed(), all[1..]);
    // A file that cannot be read is played whole once it can.
    home.write("t/c.toml", "flow =");
    home.run(&["test", "t/c.toml"]);
    home.write("t/c.toml", &right(cases));
    assert_eq!(
        failed(),
        ["./t/b.toml", "./t/c.toml::one", "./t/c.toml::two"]
    );
    home.run(&["test", "t/c.toml"]);
    assert_eq!(failed(), ["./t/b.toml"]);
    // Elsewhere nothing failed.
    assert_eq!(
        home.run(&["test", "t/a.toml", "--failed"]).status.code(),
        Some(0)
    );
    // A test that is not there any more passes nothing.
    fs::remove_file(home.work().join("t/b.toml")).unwrap();
    let gone = home.run(&["test", "--failed"]);
    assert_eq!(gone.status.code(), Some(2), "{}", text_of(&gone));
    assert!(
        text_of(&gone).contains("t/b.toml failed the last time"),
        "{}",
        text_of(&gone)
    );
    assert_eq!(home.run(&["test"]).status.code(), Some(0));
    assert_eq!(home.run(&["test", "--failed"]).status.code(), Some(0));
}

/// What expects nothing is counted and named, in every format; a name that is listed can be chosen.
#[test]
fn a_call_that_expects_nothing_is_named() {
    let home = Home::new("nothing");
    let names = [
        "first",
        "a*b",
        "a?b",
        "back\\*slash",
        "[x]",
        "two\tcolumns",
        "a::b",
        "Ü · x",
    ];
    let mut scenario = "flow = \"good.xml\"\n".to_owned();
    for name in names {
        write!(
            scenario,
            "[[case]]\nname = {name:?}\nexpect.hears = [\"Hello.\"]\n"
        )
        .unwrap();
    }
    scenario.push_str("[[case]]\nname = \"pinned later\"\nhangup_after = \"1s\"\n");
    home.begin(&[
        ("good.xml", GOOD_FLOW),
        ("a.call.toml", &scenario),
        ("bare.toml", "flow = \"good.xml\"\n"),
    ]);
    let listed = text_of(&home.run(&["test", "--list"]));
    assert_eq!(listed.lines().count(), names.len() + 2, "{listed}");
    for name in listed.lines().take(names.len()) {
        let chosen = text_of(&home.run(&["test", "--filter", name, "--list"]));
        assert!(
            chosen.lines().any(|other| other == name),
            "{name}: {chosen}"
        );
        let output = home.run(&["test", "--filter", name]);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{name}: {}",
            text_of(&output)
        );
    }
    let only = home.run(&["test", "a.call.toml::pinned later"]);
    assert_eq!(only.status.code(), Some(2), "{}", text_of(&only));
    let mut shown = String::new();
    for format in ["human", "junit", "github"] {
        let filter = [
            "--filter", "first", "--filter", "pinned*", "--filter", "bare",
        ];
        let args = [&["test", "--format", format], &filter[..]].concat();
        writeln!(shown, "{}", text_of(&home.run(&args))).unwrap();
    }
    insta::with_settings!({snapshot_path => "../snapshots/expectations", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("not-played", shown);
    });
    let json = home.run(&["test", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["passed"], names.len());
    assert_eq!(json["not_played"][0]["case"], "pinned later");
    assert_eq!(json["not_played"][1]["file"], "./bare.toml");
}
