//! Inputs that mean harm, or come from the wrong place: each ends with a result or one clear error.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flate2::Compression;
use flate2::write::GzEncoder;
use support::{callflow, output};

/// A file in a folder of the tests' own.
fn file(name: &str, bytes: &[u8]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Runs every command that reads a flow, and gives the exit codes and the first lines of what it complains of.
fn all_commands(path: &str) -> Vec<(i32, String)> {
    let commands: [&[&str]; 4] = [
        &["run", path],
        &["run", path, "--format", "events"],
        &["parse", path],
        &["check", path],
    ];
    commands
        .iter()
        .map(|arguments| {
            let output = output(&mut callflow(arguments));
            let text = [output.stderr, output.stdout].concat();
            let text = String::from_utf8_lossy(&text).into_owned();
            let code = output
                .status
                .code()
                .unwrap_or_else(|| panic!("{arguments:?}: {}", output.status));
            (code, text.lines().next().unwrap_or_default().to_owned())
        })
        .collect()
}

/// Every command refuses the file with an error that begins so.
fn refused(path: &str, code: i32, beginning: &str) {
    for (given, line) in all_commands(path) {
        assert_eq!(given, code, "{path}: {line}");
        assert!(line.starts_with(beginning), "{path}: {line}");
    }
}

#[test]
fn a_hundred_thousand_nested_elements() {
    let nested = format!(
        "<Response>{}{}</Response>",
        "<Error>".repeat(100_000),
        "</Error>".repeat(100_000)
    );
    let path = file("nested.xml", nested.as_bytes());
    refused(&path, 1, "error[too-large]");
    let elements = output(&mut callflow(&["parse", &path, "--tree", "element"]));
    assert!(elements.status.success());
    assert!(elements.stdout.len() > nested.len());
}

#[test]
fn a_flow_of_fifty_megabytes() {
    let body = "<Say>Hello there, my friend.</Say>\n".repeat(1_500_000);
    let path = file("big.xml", format!("<Response>{body}</Response>").as_bytes());
    refused(&path, 1, "error[too-large]");
}

#[test]
fn an_attribute_of_ten_megabytes() {
    let text = "word ".repeat(2_000_000);
    let path = file(
        "attribute.xml",
        format!("<Response><Say text=\"{text}\"/></Response>").as_bytes(),
    );
    for (code, line) in all_commands(&path) {
        assert!(code < 2, "{line}");
    }
}

#[test]
fn a_log_that_would_fill_the_disk() {
    let body = "<Say>Hello.</Say>".repeat(20_000);
    let path = file(
        "log.xml",
        format!("<Response><Record tag=\"x\">{body}</Record></Response>").as_bytes(),
    );
    let output = output(&mut callflow(&["run", &path, "--format", "json"]));
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("the call ran 10000 commands"), "{errors}");
}

/// Each entry of a fetched document holds all of it.
#[test]
fn a_call_that_fetches_a_large_document_many_times() {
    let text = "word ".repeat(200_000);
    let document = format!("<Response><Geo states=\"NJ\"><Say text=\"{text}\"/></Geo></Response>");
    let document = file("fetched.xml", document.as_bytes());
    let body = "<Callback url=\"https://a.example/\"/>".repeat(100);
    let path = file(
        "fetches.xml",
        format!("<Response>{body}</Response>").as_bytes(),
    );
    let rule = format!("*={document}");
    let run = ends_well(&["run", &path, "--format", "json", "--callback", &rule]);
    assert_eq!(run.status.code(), Some(1));
    let errors = String::from_utf8(run.stderr).unwrap();
    let limit = "an event of the call is larger than 128 MiB";
    assert!(errors.contains(limit), "{errors}");
}

#[test]
fn binary_garbage() {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let garbage: Vec<u8> = (0..1_000_000).map(|_| next()).collect();
    refused(&file("garbage.xml", &garbage), 1, "error[xml-not-text]");
}

#[test]
fn an_empty_file() {
    refused(&file("empty.xml", b""), 1, "error[xml-root]");
}

#[test]
fn a_missing_file() {
    refused(
        "/nowhere/missing.xml",
        2,
        "callflow: /nowhere/missing.xml: no such file",
    );
}

#[test]
fn a_folder_instead_of_a_file() {
    for command in ["run", "parse"] {
        let output = output(&mut callflow(&[command, "flows"]));
        assert_eq!(output.status.code(), Some(2));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(errors, "callflow: flows: this is a folder, not a file\n");
    }
}

#[test]
fn a_scenario_of_brackets() {
    let path = file(
        "brackets.toml",
        format!("x = {}", "[".repeat(100_000)).as_bytes(),
    );
    let output = output(&mut callflow(&["run", &path]));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_flow_that_fetches_itself_without_end() {
    let output = output(&mut callflow(&[
        "run",
        "flows/commands/callback-itself-endless.toml",
        "--format",
        "json",
    ]));
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(
        errors.contains("the call ran 1000 commands and is not over"),
        "{errors}"
    );
}

#[test]
fn durations_at_their_limits() {
    let longest = "31536000000";
    let body = format!("<Pause length=\"{longest}\"/>").repeat(900);
    let path = file(
        "long.xml",
        format!("<Response>{body}</Response>").as_bytes(),
    );
    let output = output(&mut callflow(&["run", &path, "--format", "json"]));
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "{:?}",
        output.status
    );
}

/// Runs the program with 2 GB of memory and no more: it ends as documented, and says why where it fails.
fn ends_well(arguments: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(["-c", "ulimit -v 2000000; exec \"$@\"", "sh"]);
    command.arg(env!("CARGO_BIN_EXE_callflow")).args(arguments);
    let output = output(&mut command);
    let text = [output.stderr.clone(), output.stdout.clone()].concat();
    let text = String::from_utf8_lossy(&text);
    let code = output.status.code();
    assert!(
        matches!(code, Some(0..=2)),
        "{arguments:?}: {:?}\n{text}",
        output.status
    );
    assert!(
        code == Some(0) || !text.trim().is_empty(),
        "{arguments:?}: {code:?} without a word"
    );
    let is_heard = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    assert!(
        !text.contains(is_heard),
        "{arguments:?}: a control character is printed\n{text:?}"
    );
    let is_command = |line: &str| line.starts_with("::");
    assert!(
        !text.lines().any(is_command),
        "{arguments:?}: a command of a CI\n{text}"
    );
    output
}

/// The files of a kind, in order.
fn hostile(kind: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/hostile")
        .join(kind);
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = files
        .map(|file| file.unwrap().path().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

#[test]
fn hostile_flows() {
    for file in hostile("xml") {
        ends_well(&["check", &file]);
        ends_well(&["run", &file]);
        ends_well(&["parse", &file]);
    }
}

#[test]
fn hostile_scenarios() {
    for file in hostile("scenario") {
        let output = ends_well(&["run", &file]);
        let text = [output.stderr, output.stdout].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(!text.contains("root:"), "{file}: another file is printed");
        ends_well(&["test", &file]);
    }
}

#[test]
fn hostile_configurations() {
    for file in hostile("config") {
        ends_well(&["check", "flows/answer/answer.xml", "--config", &file]);
    }
}

#[test]
fn hostile_events() {
    for file in hostile("events") {
        ends_well(&["explain", &file]);
        ends_well(&["replay", &file]);
        runs_if_recovered(&file);
    }
}

/// What `recover` writes, `run` takes.
fn runs_if_recovered(event: &str) {
    let name = Path::new(event).file_name().unwrap().to_str().unwrap();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("hostile-recovered")
        .join(name);
    let folder = folder.to_str().unwrap();
    let recovered = ends_well(&["recover", event, "-o", folder, "--force"]);
    if recovered.status.code() != Some(0) {
        return;
    }
    let run = ends_well(&["run", &format!("{folder}/scenario.toml")]);
    let errors = String::from_utf8_lossy(&run.stderr).into_owned();
    let is_refused = errors.contains("error[") || run.status.code() == Some(2);
    assert!(!is_refused, "{event}: {errors}");
}

#[test]
fn an_event_with_impossible_times() {
    let event = fs::read_to_string("tests/events/destroyed.json").unwrap();
    let changes = [
        ("2024-02-20T16:41:34", "1011-02-20T16:41:34"),
        ("2024-02-20T16:41:34", "0001-02-20T16:41:34"),
        ("2024-02-20T16:41:36.8", "4047-02-20T16:41:36.8"),
        ("2024-02-20T16:41:37", "4047-02-20T16:41:37"),
        ("2024-02-20T16:41:38", "4047-02-20T16:41:38"),
        ("2024-02-20T16:41:41", "9999-12-31T16:41:41"),
        ("2024-02-20T16:41:44", "9999-12-31T16:41:44"),
        ("2024-02-20T16:41:44", "1999-12-31T16:41:44"),
        ("2024-02-20T16:41", "9999-12-31T23:59"),
    ];
    for (index, (was, is)) in changes.into_iter().enumerate() {
        let moved = event.replace(was, is);
        assert_ne!(moved, event);
        let path = file(&format!("times-{index}.json"), moved.as_bytes());
        ends_well(&["explain", &path]);
        ends_well(&["replay", &path]);
        runs_if_recovered(&path);
    }
}

/// What grows with the square of its input does not end within the patience of whoever waits for it.
#[test]
fn an_event_of_many_entries_and_one_of_a_long_word() {
    let published = fs::read_to_string("tests/events/destroyed.json").unwrap();
    let changed = |key: &str, value: serde_json::Value| {
        let mut event: serde_json::Value = serde_json::from_str(&published).unwrap();
        event["call"][key] = value;
        event.to_string()
    };
    let events = [
        (
            "entries",
            changed("logs", vec![serde_json::json!({}); 10_000].into()),
        ),
        ("word", changed("from", "a".repeat(1_000_000).into())),
    ];
    for (name, event) in events {
        let path = file(&format!("{name}.json"), event.as_bytes());
        ends_well(&["explain", &path]);
        ends_well(&["replay", &path]);
        ends_well(&["diff", "tests/events/destroyed.json", &path]);
    }
}

#[test]
fn a_value_that_no_scenario_holds_is_shown_by_its_beginning() {
    let published = fs::read_to_string("tests/events/destroyed.json").unwrap();
    let mut event: serde_json::Value = serde_json::from_str(&published).unwrap();
    let logs = event["call"]["logs"].as_array_mut().unwrap();
    let last = logs.last().unwrap().clone();
    *logs = vec![last; 90_000];
    let path = file("too-long.json", event.to_string().as_bytes());
    let refused = ends_well(&["recover", &path, "-o", "/dev/null/nowhere"]);
    assert_eq!(refused.status.code(), Some(1));
    let errors = String::from_utf8(refused.stderr).unwrap();
    assert!(
        errors.contains("a scenario file of more than 1 MiB"),
        "{errors}"
    );
    assert!(errors.len() < 400, "{errors}");
}

/// Some events of a call, as the built program writes them.
fn log() -> Vec<u8> {
    let arguments = ["run", "flows/answer/answer.xml", "--format", "events"];
    let log = output(&mut callflow(&arguments)).stdout;
    assert!(log.ends_with(b"\n"));
    log
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What a damaged file holds is read, and its damage is named with its place.
#[test]
fn damaged_gzip_gives_what_it_holds() {
    let log = log();
    let lines = String::from_utf8_lossy(&log).lines().count();
    let gzip = compressed(&log);
    let mut checksum = gzip.clone();
    let at = checksum.len() - 6;
    checksum[at] ^= 1;
    let mut middle = compressed(&log.repeat(300));
    let at = middle.len() / 2;
    middle[at..at + 50].fill(0xFF);
    let cases = [
        ("whole", gzip.clone(), None),
        ("members", gzip.repeat(2), None),
        (
            "cut",
            gzip[..gzip.len() - 9].to_vec(),
            Some("the file ends inside the compressed data: the rest is lost"),
        ),
        (
            "no-checksum",
            gzip[..gzip.len() - 3].to_vec(),
            Some("the file ends before the checksum of the compressed data"),
        ),
        (
            "zeros",
            [&gzip[..], &[0; 512]].concat(),
            Some("512 bytes of zeros follow the compressed data"),
        ),
        (
            "garbage",
            [&gzip[..], b"garbage"].concat(),
            Some("7 bytes after the compressed data are not gzip"),
        ),
        (
            "between",
            [&gzip[..], b"garbage", &gzip].concat(),
            Some("7 bytes after the compressed data are not gzip"),
        ),
        (
            "checksum",
            checksum,
            Some("the text up to here does not match its checksum: some of it may be wrong"),
        ),
        (
            "middle",
            [&middle[..], &gzip].concat(),
            Some("the compressed data is damaged: everything from here on is lost"),
        ),
    ];
    for (name, bytes, damage) in cases {
        let path = file(&format!("{name}.jsonl.gz"), &bytes);
        let folder = path.replace(".jsonl.gz", "-recovered");
        let _ = fs::remove_dir_all(&folder);
        for arguments in [
            &["explain", &path][..],
            &["replay", &path],
            &["diff", &path, &path],
            &["recover", &path, "-o", &folder, "--force"],
        ] {
            let read = ends_well(arguments);
            let errors = String::from_utf8_lossy(&read.stderr).into_owned();
            // A cut event is not compared.
            let code = read.status.code();
            assert!(
                code == Some(0) || name == "cut",
                "{arguments:?}: {code:?} {errors}"
            );
            match damage {
                None => assert_eq!(errors, "", "{arguments:?}"),
                Some(damage) => assert!(errors.contains(damage), "{arguments:?}: {errors}"),
            }
        }
        let explained = ends_well(&["explain", &path]);
        assert!(
            String::from_utf8_lossy(&explained.stdout).contains("12025550123"),
            "{name}"
        );
        if name == "checksum" {
            let errors = String::from_utf8_lossy(&explained.stderr).into_owned();
            assert!(
                errors.contains(&format!("{name}.jsonl.gz:{}:1", lines + 1)),
                "{errors}"
            );
        }
    }
    for (name, bytes) in [
        ("header", &gzip[..7]),
        ("junk", b"\x1f\x8bjunk, and more of it"),
    ] {
        let path = file(&format!("{name}.jsonl.gz"), bytes);
        let read = ends_well(&["explain", &path]);
        assert_eq!(read.status.code(), Some(2));
        let errors = String::from_utf8_lossy(&read.stderr).into_owned();
        assert!(errors.contains("header of the compressed data"), "{errors}");
    }
}

/// What goes on without an end, whoever reads it.
#[test]
#[cfg(unix)]
fn what_has_no_end_is_an_error() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hostile-endless");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let scenario = folder.join("zero.toml");
    std::os::unix::fs::symlink("/dev/zero", &scenario).unwrap();
    let scenario = scenario.to_str().unwrap();
    let event = "an event is larger than the limit of 128 MiB";
    let file = "larger than the limit of 128 MiB";
    for (arguments, says) in [
        (&["explain", "/dev/zero"][..], event),
        (&["check", "/dev/zero"], file),
        (&["run", "/dev/zero"], file),
        (&["run", scenario], file),
        (&["test", scenario], file),
        (&["check", scenario], file),
        (
            &["check", "flows/answer/answer.xml", "--config", "/dev/zero"],
            file,
        ),
        (
            &[
                "run",
                "flows/answer/answer.xml",
                "--callback",
                "*=/dev/zero",
            ],
            "this is not a file",
        ),
    ] {
        let ended = ends_well(arguments);
        let errors = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(says), "{arguments:?}: {errors}");
    }
}

/// Small files that are large ones: of each only so much is held as an event may have.
#[test]
fn a_small_file_that_is_a_large_event() {
    let log = log();
    let zeros = compressed(&vec![0; 140 << 20]);
    let line = compressed(&[&log[..], &vec![b'x'; 140 << 20]].concat());
    for (name, bytes, place) in [
        ("zeros", zeros, "zeros-bomb.gz:1:"),
        ("line", line, "line-bomb.gz:9:"),
    ] {
        let path = file(&format!("{name}-bomb.gz"), &bytes);
        let ended = ends_well(&["explain", &path]);
        assert_eq!(ended.status.code(), Some(2));
        let errors = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(errors.contains(place), "{errors}");
        assert!(
            errors.contains("an event is larger than the limit of 128 MiB"),
            "{errors}"
        );
        // What stands before it is explained.
        let is_explained = String::from_utf8_lossy(&ended.stdout).contains("12025550123");
        assert_eq!(is_explained, name == "line");
    }
}

/// With little memory there is an error, and no end without a word.
#[test]
#[cfg(unix)]
fn what_does_not_fit_into_memory_is_an_error() {
    let flow = format!("<Response>{}</Response>", "<a/>".repeat(5_000_000));
    let flow = file("memory.xml", flow.as_bytes());
    let event = format!("{{\"type\":\"{}\"}}", "x".repeat(50_000_000));
    let event = file("memory.json", event.as_bytes());
    for arguments in [["check", &flow], ["run", &flow], ["explain", &event]] {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -v 400000; exec \"$@\"", "sh"]);
        command.arg(env!("CARGO_BIN_EXE_callflow")).args(arguments);
        let output = output(&mut command);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(
            errors.contains("there is not enough memory to read it"),
            "{errors}"
        );
    }
}
