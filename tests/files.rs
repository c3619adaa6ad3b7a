//! Files are written whole or not at all, and one bad file is one bad file: the built program, with real
//! files and pipes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]
#![cfg(unix)]

mod support;

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use support::callflow;

const BAD: &str = "<Response><Say>a & b</Say></Response>";
const GOOD: &str = "<Response><Say>a &amp; b</Say></Response>";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("files-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(args: &[&str], folder: &Path) -> Output {
    let program = env!("CARGO_BIN_EXE_callflow");
    let mut command = Command::new(program);
    command.args(args).current_dir(folder);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn a_fix_keeps_mode_link_and_name() {
    let here = folder("kept");
    fs::write(here.join("a.xml"), BAD).unwrap();
    fs::set_permissions(here.join("a.xml"), fs::Permissions::from_mode(0o750)).unwrap();
    fs::create_dir(here.join("sub")).unwrap();
    fs::write(here.join("real.txt"), BAD).unwrap();
    symlink("../real.txt", here.join("sub/link.xml")).unwrap();
    let strange = here.join(OsStr::from_bytes(b"d\xff.xml"));
    fs::write(&strange, BAD).unwrap();
    let output = run(&["check", "--fix", "a.xml", "sub/link.xml"], &here);
    assert!(output.status.success(), "{}", said(&output));
    let output = run(&["check", "--fix", "."], &here);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(fs::read_to_string(here.join("a.xml")).unwrap(), GOOD);
    let mode = fs::metadata(here.join("a.xml"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o750);
    assert!(
        here.join("sub/link.xml")
            .symlink_metadata()
            .unwrap()
            .is_symlink()
    );
    assert_eq!(fs::read_to_string(here.join("real.txt")).unwrap(), GOOD);
    assert_eq!(fs::read_to_string(&strange).unwrap(), GOOD);
    // Nothing else was made.
    let names = fs::read_dir(&here).unwrap().count();
    assert_eq!(names, 4);
}

#[test]
fn a_fix_that_is_killed_leaves_old_or_new_content() {
    let here = folder("killed");
    let path = here.join("large.xml");
    // Long enough that it is killed in the midst of writing.
    let pad = "x".repeat(4 << 20);
    let old = format!(
        "<Response><!--{pad}-->{}</Response>",
        "<Say>a & b</Say>".repeat(100)
    );
    let new = old.replace(" & ", " &amp; ");
    for _ in 0..100 {
        fs::write(&path, &old).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_callflow"))
            .args(["check", "--fix", "large.xml"])
            .current_dir(&here)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It is killed as soon as it begins to write beside the file, or when it is done.
        while child.try_wait().unwrap().is_none() {
            if fs::read_dir(&here).unwrap().count() > 1 {
                break;
            }
        }
        let _ = child.kill();
        child.wait().unwrap();
        let is = fs::read_to_string(&path).unwrap();
        assert!(is == old || is == new, "{} bytes", is.len());
        for entry in fs::read_dir(&here).unwrap() {
            let left = entry.unwrap().path();
            if left != path {
                fs::remove_file(left).unwrap();
            }
        }
    }
}

#[test]
fn reports_are_whole_and_never_over_what_is_read() {
    let here = folder("reports");
    fs::write(here.join("a.xml"), BAD).unwrap();
    let over = run(&["check", "a.xml", "--output", "json=./a.xml"], &here);
    assert_eq!(over.status.code(), Some(2));
    assert!(said(&over).contains("a report cannot replace a file that this command reads"));
    assert_eq!(fs::read_to_string(here.join("a.xml")).unwrap(), BAD);
    let twice = ["check", "a.xml", "--output=json=r", "--output=sarif=./r"];
    let output = run(&twice, &here);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("two reports cannot be written to the same file"));
    assert!(!here.join("r").exists());
    let output = run(&["check", "a.xml", "--output", "json=/dev/null"], &here);
    assert_eq!(output.status.code(), Some(1));
    let output = run(&["check", "a.xml", "--output", "json=none/r"], &here);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("the folder none does not exist"),
        "{}",
        said(&output)
    );
    // `test` as well.
    let scenario = "flow = \"a.xml\"\n[expect]\nran = []\n";
    fs::write(here.join("a.xml"), GOOD).unwrap();
    fs::write(here.join("a.toml"), scenario).unwrap();
    let output = run(&["test", "--output", "junit=a.toml"], &here);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(here.join("a.toml")).unwrap(), scenario);
}

#[test]
fn recover_never_writes_through_a_link() {
    let here = folder("recover");
    let event = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/events/destroyed.json");
    fs::create_dir(here.join("out")).unwrap();
    fs::write(here.join("precious"), "kept").unwrap();
    symlink("../precious", here.join("out/scenario.toml")).unwrap();
    for args in [
        &["recover", event, "-o", "out"][..],
        &["recover", event, "-o", "out", "--force"],
    ] {
        let output = run(args, &here);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert_eq!(fs::read_to_string(here.join("precious")).unwrap(), "kept");
    }
}

#[test]
fn one_file_that_cannot_be_read_is_one() {
    let here = folder("unreadable");
    fs::write(here.join("a.xml"), BAD).unwrap();
    symlink("nowhere.xml", here.join("b.xml")).unwrap();
    let output = run(&["check", "a.xml", "b.xml", "gone.xml"], &here);
    assert_eq!(output.status.code(), Some(2));
    let text = said(&output);
    assert!(text.contains("gone.xml: no such file"), "{text}");
    assert!(text.contains("b.xml: no such file"), "{text}");
    assert!(text.contains("does not begin a reference"), "{text}");
}

#[test]
fn the_exit_code_is_that_of_the_work_however_much_is_read() {
    let here = folder("piped");
    for index in 0..300 {
        fs::write(here.join(format!("{index}.xml")), BAD).unwrap();
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_callflow"))
        .args(["check", "."])
        .current_dir(&here)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    drop(out);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    // A disk that is full is told, also of the help.
    if let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callflow"));
        let help = command.arg("--help").stdout(full).stderr(Stdio::null());
        assert_eq!(help.status().unwrap().code(), Some(2));
    }
}

#[test]
fn pipes_in_folders_are_passed_over() {
    let here = folder("pipes");
    fs::write(here.join("a.xml"), GOOD).unwrap();
    fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/events/destroyed.json"),
        here.join("a.json"),
    )
    .unwrap();
    for name in ["pipe.xml", "pipe.toml", "pipe.json"] {
        let made = Command::new("mkfifo").arg(here.join(name)).status();
        assert!(made.unwrap().success());
    }
    symlink("nowhere", here.join("broken.json")).unwrap();
    for args in [
        &["check", "."][..],
        &["explain", "."],
        &["replay", "."],
        &["test", ".", "--allow-empty"],
    ] {
        let mut child = callflow(args)
            .current_dir(&here)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut text = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        let code = child.wait().unwrap().code();
        // What the link leads to is not there: said, and the rest is read.
        let expected = if text.contains("broken.json") { 2 } else { 0 };
        assert_eq!(code, Some(expected), "{args:?}: {text}");
    }
    // A flow of a scenario that is a pipe.
    fs::write(here.join("b.toml"), "flow = \"pipe.xml\"\n").unwrap();
    let output = run(&["run", "b.toml"], &here);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
}

#[test]
fn a_configuration_above_the_repository_is_somebody_elses() {
    let outer = folder("trust");
    let inner = outer.join("repository/flows");
    fs::create_dir_all(&inner).unwrap();
    fs::write(
        outer.join("callflow.toml"),
        "[check]\ndeny = \"warnings\"\n",
    )
    .unwrap();
    fs::write(
        inner.join("menu.xml"),
        "<Response><Say>Hello</Say></Response>",
    )
    .unwrap();
    let said = |command: &str| said(&run(&[command, "repository/flows/menu.xml", "-v"], &outer));
    let used = "configured by callflow.toml";
    assert!(said("check").contains(used), "{}", said("check"));
    assert!(said("run").contains(used), "{}", said("run"));
    fs::create_dir(outer.join("repository/.git")).unwrap();
    assert!(!said("check").contains("configured"));
    assert!(!said("run").contains("configured"));
}

/// A flow and a scenario whose `--update`, `--write` and `--add-ignores` change something.
const LOOP: &str = "<Response>\n  <Say loop=\"0\">a</Say>\n  <say>Hello.</say>\n</Response>\n";
const SAYS: &str = "<Response>\n  <Say>Hello.</Say>\n  <Say>More.</Say>\n</Response>\n";
const EXPECTS: &str =
    "# kept\nflow = \"flow.xml\"\n\n[expect]\nhears = [\n  \"Hello.\", # one\n]\n";

/// Every command that edits a file: the file, what it holds, and the arguments.
const EDITS: [(&str, &str, &[&str]); 6] = [
    ("a.xml", BAD, &["check", "a.xml", "--fix"]),
    ("b.xml", LOOP, &["check", "b.xml", "--unsafe-fixes"]),
    ("c.xml", LOOP, &["check", "c.xml", "--add-ignores"]),
    ("d.toml", EXPECTS, &["test", "d.toml", "--update"]),
    (
        "e.toml",
        "flow = \"flow.xml\"\n# end\n",
        &["test", "e.toml", "--write"],
    ),
    (
        "f.toml",
        "flow = \"flow.xml\"\n\n[[case]]\nname = \"one\" # first\n\n[[case]]\nname = \"two\"\n",
        &["test", "f.toml", "--write"],
    ),
];

#[test]
fn an_edit_keeps_line_ends_and_the_mark_at_the_beginning() {
    let here = folder("line-ends");
    fs::write(here.join("flow.xml"), SAYS).unwrap();
    for (name, text, args) in EDITS {
        let path = here.join(name);
        fs::write(&path, text).unwrap();
        run(args, &here);
        let expected = fs::read_to_string(&path).unwrap();
        assert_ne!(expected, text, "{args:?}");
        for (mark, end) in [("", "\r\n"), ("\u{feff}", "\n"), ("\u{feff}", "\r\n")] {
            let as_it_is = |text: &str| format!("{mark}{}", text.replace('\n', end));
            fs::write(&path, as_it_is(text)).unwrap();
            let output = run(args, &here);
            let is = fs::read_to_string(&path).unwrap();
            assert_eq!(is, as_it_is(&expected), "{args:?}: {}", said(&output));
        }
        // Of mixed ends each line keeps its own.
        let mut mixed = String::new();
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let end = if number % 2 == 0 { "\r\n" } else { "\n" };
            mixed.push_str(&line.replace('\n', end));
        }
        fs::write(&path, &mixed).unwrap();
        run(args, &here);
        let is = fs::read_to_string(&path).unwrap();
        assert_eq!(is.replace("\r\n", "\n"), expected, "{args:?}");
        let kept = mixed.split_inclusive('\n');
        let kept = kept.filter(|line| expected.contains(line.trim_end()) && !is.contains(*line));
        assert_eq!(kept.collect::<Vec<_>>(), [""; 0], "{args:?}: {is:?}");
    }
}

#[test]
fn a_comment_stays_with_its_item_of_a_list() {
    let here = folder("items");
    let flow = "<Response><Say>C.</Say><Say>A.</Say><Say>New.</Say></Response>";
    fs::write(here.join("flow.xml"), flow).unwrap();
    let scenario = "flow = \"flow.xml\"\n[expect]\nhears = [\n  # legal\n  \"A.\", # one\n  \"B.\", # two\n  \"C.\", # three\n]\n";
    fs::write(here.join("a.toml"), scenario).unwrap();
    let output = run(&["test", "a.toml", "--update"], &here);
    let is = fs::read_to_string(here.join("a.toml")).unwrap();
    let expected = "flow = \"flow.xml\"\n[expect]\nhears = [\n  \"C.\", # three\n  # legal\n  \"A.\", # one\n  \"New.\",\n]\n";
    assert_eq!(is, expected, "{}", said(&output));
    assert!(
        said(&output).contains("a.toml: 1 list rewritten; 1 comment went with its item"),
        "{}",
        said(&output)
    );
}

#[test]
fn expectations_are_written_into_a_table_that_is_there() {
    let here = folder("empty-expect");
    fs::write(here.join("flow.xml"), SAYS).unwrap();
    for expect in ["[expect]\n", "[expect] # nothing yet\n", "expect = {}\n"] {
        fs::write(
            here.join("a.toml"),
            format!("flow = \"flow.xml\"\n{expect}"),
        )
        .unwrap();
        let output = run(&["test", "a.toml", "--write"], &here);
        assert!(output.status.success(), "{expect}: {}", said(&output));
        let output = run(&["test", "a.toml"], &here);
        assert!(output.status.success(), "{expect}: {}", said(&output));
    }
}

#[test]
fn other_names_of_an_edited_file_are_said() {
    let here = folder("names");
    fs::write(here.join("flow.xml"), SAYS).unwrap();
    for (name, text, args) in EDITS {
        let (path, other) = (here.join(name), here.join("other"));
        fs::write(&path, text).unwrap();
        fs::hard_link(&path, &other).unwrap();
        let output = run(args, &here);
        let says = "the file has 1 other name (hard link), which still has the old text";
        assert!(said(&output).contains(says), "{args:?}: {}", said(&output));
        assert_eq!(fs::read_to_string(&other).unwrap(), text);
        fs::remove_file(&other).unwrap();
    }
}

/// A file that somebody else writes while it is being edited is theirs.
#[test]
fn a_file_that_was_changed_meanwhile_is_left_alone() {
    let here = folder("meanwhile");
    fs::write(here.join("flow.xml"), SAYS).unwrap();
    for (name, text, args) in EDITS {
        // The program reads the file, and then waits for the pipe that is named after it.
        let extension = Path::new(name).extension().unwrap().to_str().unwrap();
        let pipe = here.join(format!("pipe.{extension}"));
        let _ = fs::remove_file(&pipe);
        let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        fs::write(here.join(name), text).unwrap();
        let child = callflow(args)
            .arg(pipe.file_name().unwrap())
            .current_dir(&here)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut end = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
        fs::write(here.join(name), "theirs").unwrap();
        let other = match (extension, args.contains(&"--write")) {
            ("xml", _) => "<Response/>",
            // A scenario for which there is nothing to do.
            (_, true) => "flow = \"flow.xml\"\n[expect]\nhears = [\"Hello.\", \"More.\"]\n",
            (_, false) => "flow = \"flow.xml\"\n",
        };
        end.write_all(other.as_bytes()).unwrap();
        drop(end);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", said(&output));
        let says =
            format!("{name}: not changed, because another program changed it at the same time");
        assert!(said(&output).contains(&says), "{args:?}: {}", said(&output));
        assert_eq!(fs::read_to_string(here.join(name)).unwrap(), "theirs");
    }
}

/// A folder that any user may go into and write in, with a program that any user may run; nothing where
/// this is not root, who alone can be several users.
fn for_all_users(name: &str) -> Option<(PathBuf, PathBuf)> {
    let here = std::env::temp_dir().join(format!("callflow-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&here);
    fs::create_dir_all(&here).unwrap();
    if fs::metadata(&here).unwrap().uid() != 0 || chown(&here, Some(1234), Some(1234)).is_err() {
        eprintln!("skipped: only root can give files to other users");
        return None;
    }
    fs::set_permissions(&here, fs::Permissions::from_mode(0o777)).unwrap();
    let program = here.join("callflow");
    fs::copy(env!("CARGO_BIN_EXE_callflow"), &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    Some((here, program))
}

#[test]
fn an_edit_keeps_the_owner_or_is_refused() {
    let Some((here, program)) = for_all_users("owner") else {
        return;
    };
    fs::write(here.join("flow.xml"), SAYS).unwrap();
    for (name, text, args) in EDITS {
        let path = here.join(name);
        fs::write(&path, text).unwrap();
        chown(&path, Some(1234), Some(4321)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let output = run(args, &here);
        let there = fs::metadata(&path).unwrap();
        assert_ne!(
            fs::read_to_string(&path).unwrap(),
            text,
            "{}",
            said(&output)
        );
        assert_eq!((there.uid(), there.gid()), (1234, 4321), "{args:?}");
        assert_eq!(there.mode() & 0o7777, 0o640, "{args:?}");
        // Somebody who may write it, and may not give it to its owner.
        fs::write(&path, text).unwrap();
        chown(&path, Some(0), Some(0)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        // What failed the last time is remembered there, and that was root's.
        let _ = fs::remove_dir_all(here.join(".callflow"));
        let mut command = Command::new(&program);
        command.args(args).current_dir(&here).uid(1234).gid(1234);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", said(&output));
        let says = format!("{name}: not changed, because it belongs to user 0 and group 0");
        assert!(said(&output).contains(&says), "{args:?}: {}", said(&output));
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "{args:?}");
        fs::remove_file(&path).unwrap();
    }
    let left = fs::read_dir(&here).unwrap();
    let left = left.filter(|one| one.as_ref().unwrap().file_name() != ".callflow");
    assert_eq!(left.count(), 2, "the flow and the program");
    fs::remove_dir_all(here).unwrap();
}

#[test]
fn an_edit_keeps_extended_attributes() {
    let here = folder("attributes");
    fs::write(here.join("a.xml"), BAD).unwrap();
    let set = Command::new("setfattr")
        .args(["-n", "user.origin", "-v", "carrier", "a.xml"])
        .current_dir(&here)
        .status();
    if !set.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no setfattr, or a file system without extended attributes");
        return;
    }
    run(&["check", "a.xml", "--fix"], &here);
    let get = Command::new("getfattr")
        .args(["-n", "user.origin", "--only-values", "a.xml"])
        .current_dir(&here)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&get.stdout), "carrier");
    assert_eq!(fs::read_to_string(here.join("a.xml")).unwrap(), GOOD);
}
