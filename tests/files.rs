//! Files are written whole or not at all, and one bad file is one bad file: the built program, with real
//! files and pipes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(unix)]

mod support;

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
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
    assert!(said(&over).contains("not written over a file that is read"));
    assert_eq!(fs::read_to_string(here.join("a.xml")).unwrap(), BAD);
    let twice = ["check", "a.xml", "--output=json=r", "--output=sarif=./r"];
    let output = run(&twice, &here);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("two reports cannot be written to one file"));
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
    assert!(text.contains("begins no reference"), "{text}");
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
