//! What is said of the parts of a scenario that no call used.

use std::fmt::Write as _;

use super::*;

#[test]
fn what_the_file_says_for_nothing_is_shown_at_its_place() {
    let text = format!(
        "{WHOLE}{}",
        r#"
[[press]]
keys = "1"
[[press]]
keys = "1"
when = "Gather[0]"
during = "Say[0]"
document = "https://a.example/*"
"#
    );
    let source = Source::new("a.toml", text);
    let scenario = parse(&source).0.unwrap();
    let said = |used: &Used| {
        let mut lines = String::new();
        for found in scenario.unused(used) {
            let line = source.position(found.primary.span.start).line;
            let note = found.notes.concat();
            writeln!(lines, "{line}: {} | {note}", found.message).unwrap();
        }
        lines
    };
    let mut used = Used::of(&scenario);
    insta::assert_snapshot!(said(&used), @r#"
    15: this [[press]] was never used: no `Gather[1]` (number 2) waited for keys | 
    22: this [[press]] was never used: in the flow of the call, there was no prompt `Say[0]` in a command that waits for keys | 
    28: this [[press]] was never used: no `#announcement` ran | 
    33: this [[press]] was never used: no command waited for keys | 
    37: the caller never hung up: in a document from "https://*", `#voicemail` ran fewer than 2 times | 
    40: this [[callback]] rule was never used | it is for "https://api.example.com/*"
    45: this [[dial]] rule was never used | it is for "*@sip.example.com"
    51: this [[dial]] rule was never used | it is for "*"
    56: this [[media]] rule was never used | it is for "*.mp3"
    91: this [[press]] was never used: no command waited for keys | 
    93: this [[press]] was never used: in a document from "https://a.example/*", there was no prompt `Say[0]` in a `Gather[0]` that waits for keys |
    "#);
    used.dials.fill(true);
    used.callbacks.fill(true);
    used.presses.fill(true);
    used.presses[1] = false;
    used.hangup = true;
    insta::assert_snapshot!(said(&used), @r#"
    22: this [[press]] was never used: in the flow of the call, there was no prompt `Say[0]` in a command that waits for keys | 
    56: this [[media]] rule was never used | it is for "*.mp3"
    "#);
    used.presses.fill(true);
    used.media.fill(true);
    assert_eq!(said(&used), "");
    assert_eq!(scenario.unused_options(&Used::of(&scenario)), [""; 0]);
}

#[test]
fn options_for_nothing_are_named() {
    let mut scenario = read(WHOLE);
    let presses = [
        "2",
        "",
        "#menu=2",
        "#a\\+b+3s=2",
        "Gather[0]/Say[0]+1.5s=1#",
    ];
    let dials = ["bob@*=404", "*=answer"];
    let callbacks = ["https://*=503", "https://*=next.xml"];
    let media = ["*=4s", "*=404", "*=timeout"];
    scenario.apply(Changes {
        presses: presses.map(|typed| options::press(typed).unwrap()).into(),
        caller: Caller {
            hangup: Some(options::hangup_on("Record[*]+1.5s").unwrap()),
            ..Caller::default()
        },
        dials: dials.map(|typed| options::dial(typed).unwrap()).into(),
        callbacks: callbacks
            .map(|typed| options::callback(typed).unwrap())
            .into(),
        media: media.map(|typed| options::media(typed).unwrap()).into(),
        ..Changes::default()
    });
    let mut used = Used::of(&scenario);
    insta::assert_snapshot!(scenario.unused_options(&used).join("\n"), @r##"
    --press "2": no command waited for keys
    --press "": no command waited for keys
    --press "#menu=2": no `#menu` waited for keys
    --press "#a\+b+3s=2": no `#a\+b` waited for keys
    --press "Gather[0]/Say[0]+1.5s=1#": there was no prompt `Say[0]` in a `Gather[0]` that waits for keys
    --hangup-on "Record[*]+1.5s": no `Record[*]` ran
    --dial "bob@*=404": no matching destination was called
    --dial "*=answer": no matching destination was called
    --callback "https://*=503": no matching URL was requested
    --callback "https://*=next.xml": no matching URL was requested
    --media "*=4s": no matching file was played
    --media "*=404": no matching file was played
    --media "*=timeout": no matching file was played
    "##);
    used.dials[0] = true;
    used.callbacks.fill(true);
    used.media.fill(true);
    used.presses.fill(true);
    used.hangup = true;
    insta::assert_snapshot!(scenario.unused_options(&used).join("\n"), @r#"
    --dial "*=answer": no matching destination was called, or not often enough
    "#);
    // Those of the file are not options.
    assert_eq!(scenario.unused(&used).len(), 2);
}
