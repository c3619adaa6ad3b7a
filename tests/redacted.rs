//! `--redact`: nobody is known from what is shown, in any subcommand that has it, in any of its formats.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use support::{callflow, generate, output, stdout};

/// What identifies people and places in one call.
struct Identity {
    /// The caller's digits, with the code of the country.
    from: String,
    pin: String,
    host: String,
    user: String,
    media: String,
    password: String,
}

impl Identity {
    fn new(seed: u64) -> Self {
        Self {
            from: format!("1{}{:07}", 201 + seed % 700, 2_340_000 + seed * 7),
            pin: format!("{:06}", 731_000 + seed),
            host: format!("pbx{seed}.corp.example"),
            user: format!("zelda.quux{seed}"),
            media: format!("media{seed}.corp.example"),
            password: format!("pw{seed}x"),
        }
    }

    /// The caller's number in other spellings.
    fn spellings(&self) -> Vec<String> {
        let (area, rest) = self.from[1..].split_at(3);
        let (exchange, line) = rest.split_at(3);
        [" ", "-", ".", "_", "%20"]
            .iter()
            .map(|between| format!("{area}{between}{exchange}{between}{line}"))
            .chain([
                format!("({area}) {exchange}-{line}"),
                format!("{exchange}-{line}"),
                format!("{area}{exchange}{line}"),
            ])
            .collect()
    }

    /// What the caller is greeted with: every kind of what identifies somebody.
    fn commands(&self) -> String {
        let spellings = self.spellings().join(", ");
        format!(
            "<Gather dtmf_length=\"6\" timeout=\"4000\" tag=\"pin of {from}\"><Say>Type it.</Say>\
             <DTMF value=\"000000\"><Say>Z</Say></DTMF><Default><Say>Thanks, Wilma.</Say></Default></Gather>\
             <Say>You are Wilma Flintstone, you call from +{from}, that is {spellings}.</Say>\
             <Play url=\"https://{user}:{password}@{media}/vm-{from}.wav?from=%2B{from}&amp;pin={pin}\"/>\
             <Dial timeout=\"3000\"><To destination=\"{user}@{host}\"/><Error><Say>{user} at {host} is busy.</Say></Error></Dial>",
            from = self.from,
            user = self.user,
            password = self.password,
            media = self.media,
            host = self.host,
            pin = self.pin,
        )
    }

    /// What nobody may read.
    fn all(&self) -> Vec<String> {
        let own = [
            &self.from,
            &self.pin,
            &self.host,
            &self.user,
            &self.media,
            &self.password,
        ];
        let mut all: Vec<String> = own.into_iter().cloned().collect();
        all.extend(self.spellings());
        all.extend(["wilma", "flintstone", "bedrock"].map(str::to_owned));
        all
    }
}

/// A call's scenario and its events, of one vendor or the other.
struct Call {
    identity: Identity,
    scenario: String,
    events: String,
}

fn write(folder: &Path, seed: u64) -> Option<Call> {
    let identity = Identity::new(seed);
    let mut generated = generate::call(seed);
    let flow = generated.flow.replacen(
        "<Response>",
        &format!("<Response>{}", identity.commands()),
        1,
    );
    let name = |end: &str| format!("call-{}-{seed}.{end}", identity.from);
    generated.scenario.call.from = Some(format!("+{}", identity.from));
    fs::write(folder.join(name("xml")), flow).unwrap();
    let account = "[account]\nname = \"Wilma Flintstone\"\nemail = \"wilma@bedrock.example\"\n";
    let scenario = generated.scenario.to_toml();
    let scenario = if scenario.contains("[account]\n") {
        scenario.replacen("[account]\n", account, 1)
    } else {
        format!("{scenario}\n{account}")
    };
    let scenario = format!(
        "flow = \"{}\"\n{scenario}\n[[press]]\nkeys = \"{}\"\n",
        name("xml"),
        identity.pin
    );
    let path = |end: &str| folder.join(name(end)).to_str().unwrap().to_owned();
    fs::write(path("toml"), scenario).unwrap();
    let format = if seed.is_multiple_of(2) {
        "events"
    } else {
        "whippy"
    };
    let arguments = [
        "run",
        &path("toml"),
        "--press",
        &identity.pin,
        "--format",
        format,
    ];
    let printed = output(&mut callflow(&arguments));
    let events = String::from_utf8(printed.stdout).unwrap();
    // The last one tells most.
    let last = events.lines().last()?;
    fs::write(path("json"), last).unwrap();
    let (scenario, events) = (path("toml"), path("json"));
    Some(Call {
        identity,
        scenario,
        events,
    })
}

/// Every subcommand with `--redact`, and each of its formats.
fn subcommands() -> Vec<(String, usize, Vec<String>)> {
    let cli = callflow::cli::command();
    let commands = cli.get_subcommands();
    let has =
        |command: &&clap::Command, id: &str| command.get_arguments().any(|one| one.get_id() == id);
    commands
        .filter(|command| has(command, "redact"))
        .map(|command| {
            let format = command
                .get_arguments()
                .find(|one| one.get_id() == "format")
                .unwrap();
            let formats = format.get_possible_values();
            let formats = formats.iter().map(|format| format.get_name().to_owned());
            let required = command
                .get_positionals()
                .filter(|one| one.is_required_set());
            (
                command.get_name().to_owned(),
                required.count(),
                formats.collect(),
            )
        })
        .collect()
}

#[test]
fn nobody_is_known_from_three_hundred_generated_calls() {
    const CALLS: u64 = 300;
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("redacted");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    // A scenario that names a command that its flow does not have is refused.
    let calls: Vec<Call> = (0..CALLS * 6 / 5)
        .into_par_iter()
        .filter_map(|seed| write(&folder, seed))
        .collect();
    assert!(calls.len() as u64 > CALLS * 9 / 10, "{} calls", calls.len());
    let subcommands = subcommands();
    assert!(subcommands.len() >= 4, "{subcommands:?}");
    let found: Vec<BTreeSet<String>> = calls
        .par_iter()
        .enumerate()
        .map(|(index, call)| {
            let how = ["--redact", "--redact=all"][index / 2 % 2];
            let other = &calls[(index + 2) % calls.len()];
            let mut found = BTreeSet::new();
            for (command, files, formats) in &subcommands {
                // What is run is given as a scenario, and every second time what may be either.
                let is_run = command == "run" || index % 3 == 0 && command != "replay";
                let file = |call: &Call| {
                    if is_run {
                        call.scenario.clone()
                    } else {
                        call.events.clone()
                    }
                };
                // Each call in one format of each: every format has many calls of both vendors.
                for format in formats.iter().cycle().skip(index / 4).take(1) {
                    let mut arguments = vec![
                        command.clone(),
                        how.to_owned(),
                        format!("--format={format}"),
                        file(call),
                    ];
                    if *files > 1 {
                        arguments.push(file(other));
                    }
                    let typed: Vec<_> = arguments.iter().map(String::as_str).collect();
                    let said = output(&mut callflow(&typed));
                    let text = String::from_utf8([said.stdout, said.stderr].concat())
                        .unwrap()
                        .to_lowercase();
                    let identities = [&call.identity, &other.identity].into_iter().take(*files);
                    for secret in identities
                        .flat_map(Identity::all)
                        .filter(|secret| text.contains(secret.as_str()))
                    {
                        let line = text.lines().find(|line| line.contains(&secret)).unwrap();
                        let at = line.find(&secret).unwrap();
                        let line: String = line[line.floor_char_boundary(at.saturating_sub(80))..]
                            .chars()
                            .take(200)
                            .collect();
                        found.insert(format!("{secret} in {}: {line}", typed[..3].join(" ")));
                    }
                    if said.status.code() == Some(101) {
                        found.insert(format!("{typed:?} panicked"));
                    }
                }
            }
            found
        })
        .collect();
    let found: Vec<_> = found.into_iter().flatten().collect();
    assert!(
        found.is_empty(),
        "{}:\n{}",
        found.len(),
        found[..found.len().min(40)].join("\n")
    );
}

#[test]
fn keys_stay_where_a_branch_depends_on_exactly_them() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("redacted-keys");
    fs::create_dir_all(&folder).unwrap();
    let flow = "<Response><Gather dtmf_length=\"4\"><DTMF value=\"7391\"><Say>Yes.</Say></DTMF>\
                <Default><Say>No.</Say></Default><Error/></Gather><Say>Bye.</Say></Response>";
    let path = folder.join("keys.xml");
    fs::write(&path, flow).unwrap();
    let path = path.to_str().unwrap();
    for (keys, is_kept) in [("7391", true), ("7392", false)] {
        for how in ["--redact", "--redact=all"] {
            let tree = stdout(&mut callflow(&["run", path, "--press", keys, how]));
            assert_eq!(tree.contains(keys), is_kept, "{how}: {tree}");
            let transcript = stdout(&mut callflow(&[
                "run",
                path,
                "--press",
                keys,
                how,
                "--format",
                "transcript",
            ]));
            let shown = if is_kept {
                "[pressed 7391]"
            } else {
                "[pressed ****]"
            };
            assert!(transcript.contains(shown), "{transcript}");
        }
    }
}
