//! The command line itself: help, versions, completions, and what is typed wrong.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{callflow, output, piped, stdout};

/// What is printed on both streams, and the exit code.
fn said(arguments: &[&str]) -> String {
    let output = output(&mut callflow(arguments));
    let text = [output.stdout, output.stderr].concat();
    let code = output.status.code().unwrap();
    format!(
        "{}\n(exit code {code})",
        String::from_utf8(text).unwrap().trim_end()
    )
}

macro_rules! snapshot {
    ($name:literal, $text:expr) => {
        insta::with_settings!({snapshot_path => "../snapshots/cli", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!($name, $text);
        })
    };
}

#[test]
fn help_shows_what_there_is_and_how_it_is_used() {
    snapshot!("help", said(&["--help"]));
    for command in ["run", "check", "parse", "rule", "schema", "completions"] {
        let help = stdout(&mut callflow(&[command, "--help"]));
        assert!(help.contains("Examples:"), "{command}: {help}");
    }
    snapshot!("help-run", said(&["run", "--help"]));
    snapshot!("help-check", said(&["check", "--help"]));
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = stdout(&mut callflow(&["--version"]));
    assert_eq!(
        version.trim(),
        format!("callflow {}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn completions_name_the_subcommands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = stdout(&mut callflow(&["completions", shell]));
        assert!(
            script.contains("completions") && script.contains("dial"),
            "{shell}"
        );
    }
}

#[test]
fn each_command_has_a_manual_page() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("man");
    let said = stdout(&mut callflow(&["man", folder.to_str().unwrap()]));
    let own = std::fs::read_to_string(folder.join("callflow.1")).unwrap();
    let check = std::fs::read_to_string(folder.join("callflow-check.1")).unwrap();
    assert!(own.contains("callflow\\-check"), "{own}");
    assert!(check.contains(".TH callflow-check 1"), "{check}");
    assert!(check.contains("\\-\\-fix"), "{check}");
    assert!(said.lines().count() > 10, "{said}");
}

#[test]
fn what_is_typed_wrong_is_said_in_a_line_or_two() {
    let flow = "flows/ivr/menu.xml";
    let wrong: [&[&str]; 14] = [
        &["rum"],
        &["run"],
        &["run", flow, "--dial", "anna"],
        &["run", flow, "--dial", "*=BUSY"],
        &["run", flow, "--hangup-after", "5"],
        &["run", flow, "--key", "3s=x"],
        &["run", flow, "--press", "3s=1"],
        &["run", flow, "--press", "Gather[0]=9w"],
        &["run", flow, "--hangup-on", "3s"],
        &["run", flow, "--hangup-on", "#menu", "--hangup-after", "3s"],
        &["run", flow, "--media", "*.mp3"],
        &["run", flow, "--time-zone", "America/NewYork"],
        &["check", flow, "--output", "sarif"],
        &["check", flow, "--select", "timeout-in-second"],
    ];
    let said: Vec<_> = wrong
        .iter()
        .map(|arguments| format!("$ callflow {}\n{}", arguments.join(" "), said(arguments)))
        .collect();
    snapshot!("typed-wrong", said.join("\n\n"));
}

#[test]
fn a_flow_comes_from_standard_input_too() {
    let flow = "<Response><Say>Hello.</Say></Response>";
    let output = piped(&mut callflow(&["run", "-"]), flow);
    assert!(String::from_utf8(output.stdout).unwrap().contains("Hello."));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::Stdio;
    let mut child = callflow(&["run", "flows/ivr/flights.toml", "--format", "events"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
