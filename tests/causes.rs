//! Every way in which a dialled leg can end, by cause and by SIP answer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fmt::Write as _;

use callflow::channel::cause::Cause;
use support::json::{Json, parse};
use support::{callflow, stdout};

/// The final event of a call whose dial ends as `outcome` says.
fn dialled(outcome: &str, reading: &str) -> Json {
    let dial = format!("*={outcome}");
    let flow = "flows/commands/dial-unanswered.xml";
    parse(&stdout(&mut callflow(&[
        "run", flow, "--dial", &dial, "--format", "json", "--assume", reading,
    ])))
}

/// The reason in the log, and the pair on the leg's row.
fn outcome(event: &Json) -> (String, f64, String) {
    let dial = &event.at(&["call", "logs"]).elements()[0];
    let leg = &event.at(&["call", "children"]).elements()[0];
    let Json::Number(code) = leg.at(&["q850_cause"]) else {
        panic!("{leg:?}")
    };
    let name = leg.at(&["q850_cause_string"]).text().to_owned();
    (dial.at(&["reason"]).text().to_owned(), *code, name)
}

#[test]
fn every_cause_by_name_is_reported_to_the_letter() {
    for cause in Cause::all() {
        // Q.850 has numbers up to 127; what is above is 16 (FreeSWITCH), or the number itself.
        let shown = if cause.code() <= 127 {
            cause.code()
        } else {
            16
        };
        for (reading, number) in [("16", shown), ("own-number", cause.code())] {
            let reading = format!("q850-above-127={reading}");
            let (reason, code, name) = outcome(&dialled(cause.name(), &reading));
            let expected =
                format!("[originate] ERR {cause}. no any destinations are accept the call 1/1");
            assert_eq!(reason, expected);
            assert_eq!((code, name.as_str()), (f64::from(number), cause.name()));
        }
    }
}

#[test]
fn every_sip_answer_becomes_the_cause_of_the_received_direction() {
    let mut table = String::new();
    for status in 300..700_u16 {
        let cause = Cause::from_sip_received(status);
        if cause != Cause::NORMAL_UNSPECIFIED {
            writeln!(table, "{status} {cause} ({})", cause.code()).unwrap();
        }
    }
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("sip-received", table);
    });
    // A few of them through a whole call; the rest differ in the table only.
    for (status, cause) in [
        (404, "UNALLOCATED_NUMBER"),
        (408, "RECOVERY_ON_TIMER_EXPIRE"),
        (480, "NO_USER_RESPONSE"),
        (486, "USER_BUSY"),
        (499, "NORMAL_UNSPECIFIED"),
        (603, "CALL_REJECTED"),
    ] {
        let (_, _, name) = outcome(&dialled(&status.to_string(), "q850-above-127=16"));
        assert_eq!(name, cause, "SIP {status}");
    }
}

#[test]
fn a_caller_who_was_never_answered_is_sent_the_sip_answer_of_the_other_direction() {
    let screen = stdout(&mut callflow(&[
        "run",
        "flows/commands/hangup-unanswered.toml",
    ]));
    assert!(
        screen.contains("NORMAL_CLEARING") && screen.contains("480"),
        "{screen}"
    );
}
