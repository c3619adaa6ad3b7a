//! The screen of `callflow run`: what somebody sees of a call.

#![allow(clippy::unwrap_used, reason = "a failure here fails the test")]

use std::fmt::Write as _;
use std::sync::Arc;

use callflow::diagnostic::Severity;
use callflow::present::{self, Look};
use callflow::simulate::{Documents, Run, simulate};
use callflow::source::Source;
use callflow::{flow, scenario, xml};
use unicode_width::UnicodeWidthStr as _;

fn played(flow: &str, scenario: &str) -> Run {
    let (document, findings) = xml::read("flow.xml", flow.as_bytes());
    assert!(findings.is_empty(), "{findings:?}");
    let (flow, findings) = flow::compile(document);
    assert!(
        findings.iter().all(|one| one.severity != Severity::Error),
        "{findings:?}"
    );
    let (scenario, findings) = scenario::parse(&Source::new("scenario.toml", scenario));
    assert!(findings.is_empty(), "{findings:?}");
    simulate(&scenario.unwrap(), Arc::new(flow), &Documents::new())
}

fn screen(run: &Run, styled: bool, width: usize) -> String {
    let mut out = Vec::new();
    present::run::write(
        run,
        "flow.xml",
        present::run::Detail::Ids,
        Look { styled, width },
        &mut out,
    )
    .unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares the screen with `snapshots/tree/<name>.snap`.
#[track_caller]
fn check(name: &str, flow: &str, scenario: &str) {
    check_width(name, 100, flow, scenario);
}

#[track_caller]
fn check_width(name: &str, width: usize, flow: &str, scenario: &str) {
    let run = played(flow, scenario);
    let text = screen(&run, false, width);
    for narrow in [width, 60, 40] {
        let lines = screen(&run, false, narrow);
        let longest = lines.lines().max_by_key(|line| line.width()).unwrap();
        assert!(longest.width() <= narrow, "{narrow}: {longest}");
        assert!(
            !lines.contains(" \n"),
            "a line of {name} ends in a blank:\n{lines}"
        );
    }
    assert_eq!(plain(&screen(&run, true, width)), text);
    assert!(
        !text.contains(|c: char| c.is_control() && c != '\n'),
        "{text}"
    );
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/tree");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A text without its colours.
fn plain(styled: &str) -> String {
    let mut text = String::new();
    for (index, part) in styled.split("\u{1b}[").enumerate() {
        let part = if index == 0 {
            part
        } else {
            part.split_once('m').unwrap().1
        };
        text.push_str(part);
    }
    text
}

#[test]
fn a_failed_dial_ends_in_voicemail() {
    check(
        "failed-dial",
        r#"<Response><Callback url="https://apitest.freefone.app/callflow"><Error><Say> Freefone is not able to connect your call now.  Please try again later. </Say><Hangup/></Error></Callback></Response>"#,
        r#"
        call = { from = "+18389999168", to = "18382049000", start = "2024-02-20T16:41:34.861Z" }
        caller = { hangup_after = "9.845s" }

        [[callback]]
        url = "https://apitest.freefone.app/callflow"
        body = '''<Response><Dial timeout="10000" max_call_attempts="1" max_call_duration="120000"><To destination="soupra_cool_743_gmail_com_97176442681235292623@freefone1.sip.stage.opentact.org"/><Error><Say text="no one answered, please leave a voicemail message after a beep"/><Record asr="false" tag="voicemail"><Tone/><Pause length="60000"/></Record></Error></Dial></Response>'''

        [[dial]]
        to = "*"
        cause = "NO_USER_RESPONSE"
        after = "207ms"
        "#,
    );
}

const MENU: &str = r##"<Response>
    <Say>Welcome to Example Limited.</Say>
    <Gather dtmf_length="1" attempts="2" timeout="4000">
        <Say>For sales, press one. For support, press two. To hear this again, wait.</Say>
        <DTMF value="1"><Say>Sales is closed.</Say></DTMF>
        <DTMF value="2">
            <Gather length="6" dtmf_stop="#">
                <Say>Enter your customer number, then the pound key.</Say>
                <DTMF value="12345"><Say>Thank you. A colleague will call you back.</Say></DTMF>
                <Default><Say>There is no such number.</Say></Default>
            </Gather>
        </DTMF>
        <Error><Say>Goodbye.</Say></Error>
    </Gather>
    <Hangup/>
</Response>"##;

#[test]
fn keys_lead_through_a_menu() {
    let scenario = r#"
        caller = { keys = [{ at = "2s", press = "9" }, { at = "5s", press = "2" }, { at = "9s", press = "12345#" }, { at = "1h", press = "0" }] }
    "#;
    check("menu", MENU, scenario);
    check_width("menu-narrow", 60, MENU, scenario);
}

#[test]
fn nothing_is_pressed_in_a_menu() {
    check("menu-silent", MENU, "");
}

#[test]
fn two_destinations_ring_and_one_answers() {
    check(
        "ring-all",
        r#"<Response>
            <Dial timeout="20000">
                <To>anna@sip.example.com</To>
                <To>+1 202 555 0143</To>
                <To>busy@sip.example.com</To>
            </Dial>
            <Say>Thank you for calling.</Say>
        </Response>"#,
        r#"
        [[dial]]
        to = "anna@*"
        answer = true
        rings_after = "500ms"
        after = "6500ms"
        talk = "90s"

        [[dial]]
        to = "busy@*"
        cause = "USER_BUSY"

        [[dial]]
        to = "12025550143"
        cause = "NO_ANSWER"
        "#,
    );
}

#[test]
fn the_caller_hangs_up_while_it_rings() {
    check(
        "never-answered",
        r#"<Response><Pause length="1000"/><Dial><To>anna@sip.example.com</To></Dial></Response>"#,
        r#"
        call = { time_zone = "America/New_York" }
        app = { auto_answer = false }
        caller = { hangup_after = "5s" }

        [[dial]]
        to = "*"
        cause = "NO_ANSWER"
        "#,
    );
}

#[test]
fn hold_record_and_play() {
    check(
        "hold-record-play",
        r#"<Response>
            <Hold/><Pause length="3000"/><Unhold/>
            <Record tag="name"><Tone/><Pause length="4000" dtmf_stop="1"/></Record>
            <Play record="name"/>
            <Play url="https://media.example.com/bye.mp3" loop="2"/>
            <Play url="https://media.example.com/lost.mp3"><Error><Say>That was nothing.</Say></Error></Play>
            <Dial><To>bob@sip.example.com</To></Dial>
        </Response>"#,
        r#"
        caller = { keys = [{ at = "8500ms", press = "1" }] }

        [[media]]
        url = "*lost*"
        status = 404
        "#,
    );
}

#[test]
fn a_flow_that_fetches_itself_reaches_a_limit() {
    let callback = r#"<Response><Callback url="https://api.example.com/again"/></Response>"#;
    let limit = "[limits]\ncommands = 1000\n";
    let scenario = format!("[[callback]]\nurl = \"*\"\nbody = '''{callback}'''\n{limit}");
    check("limit", callback, &scenario);
}

/// The same flow runs twice, and each row stands in its own run.
#[test]
fn a_flow_that_fetches_itself_stands_inside_itself() {
    let flow = r#"<Response><Geo><Callback url="https://api.example.com/again"><Error/></Callback><Say>Behind.</Say></Geo></Response>"#;
    let rules = "[[callback]]\nurl = \"*\"\n";
    let scenario = format!("{rules}body = '''{flow}'''\n{rules}status = 503\n");
    check("itself", flow, &scenario);
}

#[test]
fn a_flow_that_runs_too_many_commands_reaches_a_limit() {
    let mut flow = "<Response>".to_owned();
    for number in 0..2000 {
        write!(flow, "<Say>Number {number}</Say>").unwrap();
    }
    check(
        "many-commands",
        &(flow + "</Response>"),
        "[limits]\ncommands = 1000\n",
    );
}

#[test]
fn failures_that_nobody_handles() {
    check(
        "unhandled",
        r#"<Response><Callback url="https://api.example.com/'a'"/><Gather timeout="2000"/><Curl url="https://api.example.com/slow"/></Response>"#,
        r#"
        [[callback]]
        url = "*/slow"
        error = "timeout"
        "#,
    );
}

#[test]
fn texts_of_any_kind_stay_in_their_place() {
    let long = "word ".repeat(2000);
    let flow = format!(
        r#"<Response>
            <Say>Bell&#9;and &#x9b;2J and &#x202e;backwards, 東京都庁舎の展望室は午前九時半から午後十時まで開いています。展望室は無料です。</Say>
            <Say tag="&#x85;next">{long}</Say>
            <Play url="https://example.com/{}.mp3"/>
        </Response>"#,
        "x".repeat(300)
    );
    check("texts", &flow, r#"caller = { hangup_after = "30m" }"#);
}
