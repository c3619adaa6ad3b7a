use super::*;
use crate::command::SPECS;
use crate::source::Source;

/// The fenced block of a language under a heading of a page.
fn block<'a>(page: &'a str, heading: &str, language: &str) -> Option<&'a str> {
    let (_, section) = page.split_once(heading)?;
    let section = section.split("\n## ").next()?;
    let (_, block) = section.split_once(&format!("```{language}\n"))?;
    block.split_once("```").map(|(text, _)| text)
}

fn found(xml: &str, settings: &Settings) -> Vec<Diagnostic> {
    read("flow.xml", xml.as_bytes(), settings).1
}

fn ids(findings: &[Diagnostic]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule).collect()
}

/// The settings that a page names.
fn settings(rule: &Rule) -> Settings {
    let Some(toml) = block(rule.page, "## Settings", "toml") else {
        return Settings::default();
    };
    let (config, findings) = config::parse(&Source::new("callflow.toml", toml), &all_rules());
    assert_eq!(findings, [], "{}", rule.id);
    config.settings
}

#[test]
fn each_page_has_an_example_that_breaks_its_rule_once_and_one_that_breaks_none() {
    for rule in [command::RULES, flow::RULES, RULES].concat() {
        if !rule.page.contains("## Example") {
            continue;
        }
        let settings = settings(&rule);
        let example = |heading| {
            let xml = block(rule.page, heading, "xml").unwrap_or_else(|| panic!("{}", rule.id));
            found(xml, &settings)
        };
        let mut bad = example("## Example");
        // A rule about the older dialect cannot be broken without it.
        bad.retain(|finding| finding.rule == rule.id || finding.rule != "old-dialect");
        assert_eq!(ids(&bad), [rule.id], "{bad:#?}");
        let good = example("## Use instead");
        assert_eq!(ids(&good), [""; 0], "{}: {good:#?}", rule.id);
    }
}

#[test]
fn rules_have_names_of_their_own() {
    let rules = all_rules();
    let mut ids: Vec<_> = rules.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rules.len());
    for rule in rules {
        let is_kebab = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(rule.id.chars().all(is_kebab), "{}", rule.id);
        assert!(
            !rule.summary.is_empty() && rule.page.contains("## Why"),
            "{}",
            rule.id
        );
    }
}

#[test]
fn examples_of_the_language_give_no_error_and_no_warning() {
    for spec in SPECS {
        for example in spec.examples {
            let findings = found(example.xml, &Settings::default());
            let grave = findings
                .iter()
                .filter(|finding| finding.severity > Severity::Info);
            assert_eq!(
                grave.collect::<Vec<_>>(),
                [] as [&Diagnostic; 0],
                "{}",
                example.xml
            );
        }
    }
}

#[test]
fn ten_mistakes_are_ten_findings() {
    let xml = r#"<?xml version="1.0"?>
<Response>
  <Say lang="english">Welcome & hello.</Say>
  <Pasue length="1000"/>
  <Tone don="half a second"/>
  <Dial timeout="30"><To>sip:anna@</To><Error><Say loop="0">Nobody is in.</Say></Error></Dial>
  <Gather dtmf_length="1" finsh="1">
    <DTMF value="1"><Say gender="female">One.</Say></DTMF>
    <DTMF value="1"><Say>Two.</Say></DTMF>
    <Error><Say>Goodbye.</Say></Error>
  </Gather>
  <Hangup/>
  <Say>Never.</Say>
</Response>
"#;
    let expected = [
        "unknown-language",
        "xml-ampersand",
        "unknown-element",
        "invalid-value",
        "timeout-in-seconds",
        "invalid-value",
        "loop-zero",
        "unknown-attribute",
        "invalid-value",
        "duplicate-code",
        "unreachable-command",
    ];
    let findings = found(xml, &Settings::default());
    assert_eq!(ids(&findings), expected, "{findings:#?}");
}

#[test]
fn a_missing_end_tag_is_one_finding() {
    for xml in [
        "<Response><Say>Hello.<Hangup/></Response>",
        "<Response><Dial><To>anna@sip.example.com</To><Say>Nobody.</Say></Response>",
        "<Response><Dial><To>anna@sip.example.com<Error/></Dial></Response>",
        "<Response><Say>Hello.</Say>",
        "<Response><Gather><DTMF value=\"1\"><Say>One.</Say><DTMF value=\"2\"/></Gather></Response>",
        "<Response><Callback url=https://api.example.com/flow><Error/></Callback></Response>",
        "<Response><Callback url><Error/></Callback></Response>",
        "<Response><Say>a</Say></Say></Response>",
        "<Response><Pause length=\"1&0\"/></Response>",
        "<Response><Pause length=\"1000\" length=\"2000\"/><Say>Hello.</Say></Response>",
    ] {
        let findings = found(xml, &Settings::default());
        assert_eq!(findings.len(), 1, "{xml}: {:?}", ids(&findings));
        assert!(findings[0].rule.starts_with("xml-"), "{xml}");
    }
}

#[test]
fn destinations_of_every_form_are_looked_at() {
    for to in [
        "<To>a@pbx</To>",
        "<Sip>a@pbx</Sip>",
        "<Number>+1202</Number>",
    ] {
        let xml = format!("<Response><Dial>{to}<Error/></Dial></Response>");
        let ids = ids(&found(&xml, &Settings::default()));
        assert!(ids.contains(&"bad-destination"), "{to}: {ids:?}");
    }
}

#[test]
fn a_number_in_letters_is_spelt_out() {
    let xml = "<Response><Dial><To>1-800-FLOWERS</To><Error/></Dial></Response>";
    let findings = found(xml, &Settings::default());
    assert_eq!(ids(&findings), ["invalid-value"]);
    assert_eq!(
        findings[0].help,
        ["letters cannot be dialled: write `18003569377`"]
    );
}

#[test]
fn the_rules_about_trees_and_tags_exist() {
    let rules = all_rules();
    for id in cascade::ABOUT_THE_TREE.iter().chain(cascade::ABOUT_THE_TAG) {
        assert!(rules.iter().any(|rule| rule.id == *id), "{id}");
    }
}

#[test]
fn comments_let_findings_pass() {
    let check = |xml: &str, expected: &[&str]| {
        assert_eq!(ids(&found(xml, &Settings::default())), expected, "{xml}");
    };
    let say = "<Say loop=\"0\">Hello.</Say>";
    check(&format!("<Response>\n{say}\n</Response>"), &["loop-zero"]);
    // On the line before, with blank lines and other comments between, and in the same line.
    check(
        &format!("<Response>\n<!-- callflow: ignore loop-zero -->\n{say}\n</Response>"),
        &[],
    );
    check(
        &format!(
            "<Response>\n<!-- callflow: ignore loop-zero -->\n\n<!-- why -->\n{say}\n</Response>"
        ),
        &[],
    );
    check(
        &format!("<Response>\n{say} <!-- callflow: ignore loop-zero -->\n</Response>"),
        &[],
    );
    // A comment at the end of a line does not reach the next.
    check(
        &format!("<Response>\n<Answer/><!-- callflow: ignore loop-zero -->\n{say}\n</Response>"),
        &["loop-zero"],
    );
    // Only the next command, in all lines of its start tag.
    check(
        &format!(
            "<Response>\n<!-- callflow: ignore loop-zero -->\n<Say\n loop=\"0\">Hello.</Say>\n{say}</Response>"
        ),
        &["loop-zero"],
    );
    check(
        "<Response>\n<!-- callflow:ignore xml-ampersand, loop-zero-->\n<Say loop=\"0\">a &amp; b</Say>\n</Response>",
        &[],
    );
    // With an error the flow does not run, whatever a comment says.
    check(
        "<Response>\n<!-- callflow:ignore xml-ampersand, loop-zero-->\n<Say loop=\"0\">a & b</Say>\n</Response>",
        &["xml-ampersand"],
    );
    check(
        &format!("<Response>\n<!-- callflow: ignore inaudible -->\n{say}\n</Response>"),
        &["loop-zero"],
    );
    // Comments that callflow cannot follow.
    check(
        "<Response>\n<!-- callflow: ignore -->\n<Answer/></Response>",
        &["ignore-comment"],
    );
    check(
        "<Response>\n<!-- callflow: ignroe loop-zero -->\n<Answer/></Response>",
        &["ignore-comment"],
    );
    check(
        "<Response>\n<!-- callflow: -->\n<Answer/></Response>",
        &["ignore-comment"],
    );
    check(
        "<Response>\n<!-- callflow is checked -->\n<Answer/></Response>",
        &[],
    );
}

#[test]
fn every_safe_fix_mends_its_finding() {
    for rule in [command::RULES, flow::RULES, RULES].concat() {
        let Some(xml) = block(rule.page, "## Example", "xml") else {
            continue;
        };
        let settings = settings(&rule);
        let findings = found(xml, &settings);
        if findings.iter().all(|finding| finding.fix.is_none()) {
            continue;
        }
        let check = |text: &str| found(text, &settings);
        let mended = fix::mend(xml, findings, true, check);
        assert!(mended.applied > 0, "{}", rule.id);
        assert!(!ids(&mended.findings).contains(&rule.id), "{}", mended.text);
    }
}

/// What a good engineer writes, and what nothing is to be said of.
#[test]
fn correct_flows_give_no_finding() {
    let settings = Settings {
        auto_answer: Some(true),
        own_url: Some("https://api.example.com/flow".into()),
    };
    for xml in [
        // Hunting, and a word at the end.
        "<Response><Dial timeout=\"10000\"><To>a@sip.example.com</To><Error><Dial><To>b@sip.example.com</To><Error><Say>Nobody is in.</Say></Error></Dial></Error></Dial></Response>",
        // A failure that the Response handles.
        "<Response><Dial><To>a@sip.example.com</To></Dial><Error><Say>Sorry.</Say></Error></Response>",
        // Voicemail where a Dial fails, and a survey behind a talk.
        "<Response><Dial><To>+442079460123</To><Error><Say>Speak after the tone.</Say><Tone/><Record tag=\"v\"><Pause length=\"60000\"/></Record></Error></Dial></Response>",
        "<Response><Dial><To>+442079460123</To><Error><Say>Nobody is in.</Say><Hangup/></Error></Dial><Say>How was it? Speak after the tone.</Say><Record tag=\"v\"><Tone/><Pause length=\"60000\"/></Record></Response>",
        // A pin pad that is read from the event, and a prompt that a key skips.
        "<Response><Say>Your pin.</Say><Gather length=\"4\" tag=\"pin\"><Error><Say>Goodbye.</Say><Hangup/></Error></Gather><Gather dtmf_length=\"1\" timeout=\"500\"><Say>A long text.</Say><Error/></Gather><Say>Welcome.</Say></Response>",
        // A table of numbers, and day and night.
        "<Response><Call field=\"to\" value=\"12025550143\"><Dial><To>a@sip.example.com</To></Dial></Call><Call field=\"to\" value=\"12025550144\"><Dial><To>b@sip.example.com</To></Dial></Call><Say>Goodbye.</Say></Response>",
        "<Response><Schedule time=\"08:00:00-18:00:00\"><Dial><To>a@sip.example.com</To></Dial></Schedule><Schedule time=\"18:00:00-00:00:00\"><Dial><To>b@sip.example.com</To></Dial></Schedule><Say>Goodbye.</Say></Response>",
        // A menu that is repeated.
        "<Response><Say>Press star to hear this again, nine to end.</Say><Gather dtmf_length=\"1\"><DTMF value=\"*\"><Callback url=\"https://api.example.com/flow\"><Error><Say>Sorry.</Say></Error></Callback></DTMF><DTMF value=\"9\"><Hangup/></DTMF><Default/><Error/></Gather><Say>Goodbye.</Say></Response>",
        // A whole call in one recording.
        "<Response><Record tag=\"call\"><Say>Hello.</Say><Dial><To>a@sip.example.com</To><Error><Say>Sorry.</Say></Error></Dial></Record></Response>",
        // A recording in the background.
        "<Response><Record tag=\"call\"/><Say>Your name?</Say><Pause length=\"3000\"/><Play record=\"call\"/></Response>",
        // A call that is turned away, and one that is only noted.
        "<Response><Hangup/></Response>",
        "<Response><Curl url=\"https://api.example.com/missed\"/><Hangup/></Response>",
        // Callers by place, by number and by the hour.
        "<Response><Geo states=\"NY,on\"><Say>Hi.</Say></Geo><Call field=\"from\" value=\"+12025550143\"><Hangup/></Call><Schedule dow=\"sat,sun\"><Say>Closed.</Say><Hangup/></Schedule><Say>Open.</Say></Response>",
        // Languages and voices.
        "<Response><Say lang=\"es\">Hola.</Say><Say lang=\"cmn-CN\" code=\"cmn-CN-Wavenet-A\">a</Say><Say lang=\"fil-PH\">a</Say><Say lang=\"es-419\">a</Say><Say lang=\"sr-Latn-RS\">a</Say><Say lang=\"en\" code=\"en-GB-Neural2-B\">a</Say><Say lang=\"pt-BR\" type=\"WaveNet\" code=\"pt-BR-Wavenet-A\">a</Say></Response>",
        // Tones of all kinds.
        "<Response><Tone hz=\"350,440\" don=\"2000\" doff=\"0\"/><Tone hz=\"480,620\" don=\"50\" doff=\"50\" loop=\"10\" volume=\"-20\"/><Pause length=\"250\"/><Say>12</Say></Response>",
        // Destinations of all kinds.
        "<Response><Dial><To>101</To><To>911</To><To>2025550143</To><To>sip:a@10.0.0.1:5080</To><To>a@[::1]</To><To>+4915112345678</To><To>13012345678</To><Error><Say>a</Say></Error></Dial></Response>",
        // A hold, and a recording of a conversation.
        "<Response><Hold/><Pause length=\"10000\"/><Unhold/><RecordStart/><Dial><To>a@sip.example.com</To><Error/></Dial><RecordStop/><RecordWait/></Response>",
        // Keys that a server decides about.
        "<Response><Say>Your number, then pound.</Say><Gather dtmf_length=\"8\" dtmf_stop=\"#\" url=\"http://10.0.0.7/account\"><Error><Say>Goodbye.</Say></Error></Gather></Response>",
        "<Response><Unhold/></Response><!-- none -->",
    ] {
        let findings = found(xml, &settings);
        let expected: &[&str] = if xml.starts_with("<Response><Unhold/>") {
            &["unhold-without-hold"]
        } else {
            &[]
        };
        assert_eq!(ids(&findings), expected, "{xml}");
    }
}

/// Names, values and flows that are nearly right.
fn near_misses() -> Vec<String> {
    let mut flows: Vec<String> = [
        "<Dial max_call_length=\"60\"><To>a@sip.example.com</To><Error/></Dial>",
        "<Geo country=\"US\"><Say>Hi.</Say></Geo>",
        "<Play><Url>https://a.example.com/x.mp3</Url></Play>",
        "<Pause maxDuration=\"5\"/>",
        "<Wait length=\"5\"/>",
        "<Dial callerId=\"12025550143\" callerID=\"12025550144\"><To>a@sip.example.com</To><Error/></Dial>",
        "<Pause length=\"1000\" lenght=\"2000\"/>",
        "<Dial timeLimit=\"60\"><To>a@sip.example.com</To><Error/></Dial>",
        "<Say gender=\"f\">Hi.</Say>",
        "<Say lang=“en-US”>Hi.</Say>",
        "<Schedule dow=\"mon-fri\"><Say>Hi.</Say></Schedule>",
    ]
    .map(str::to_owned)
    .to_vec();
    let misspelt = |name: &str, at: usize| {
        let mut letters: Vec<char> = name.chars().collect();
        match at % 4 {
            0 => drop(letters.remove(at % letters.len())),
            1 => letters.insert(at % letters.len(), 'e'),
            2 => letters[0] = 'x',
            _ => {
                let last = letters.len() - 1;
                letters.swap(last - 1, last);
            }
        }
        letters.into_iter().collect::<String>()
    };
    for spec in command::SPECS {
        if spec.name.len() < 4 {
            continue;
        }
        for at in 0..8 {
            let name = misspelt(spec.name, at);
            flows.push(format!("<{name}>x</{name}>"));
        }
        for (at, attribute) in spec.attributes.iter().enumerate() {
            if attribute.name.len() > 3 {
                let name = misspelt(attribute.name, at);
                flows.push(format!("<{0} {name}=\"5\">x</{0}>", spec.name));
            }
        }
    }
    flows
        .iter()
        .map(|flow| format!("<Response>{flow}</Response>"))
        .collect()
}

#[test]
fn a_near_name_is_no_certain_fix_and_no_fix_leaves_anything_worse() {
    let settings = Settings::default();
    let flows = near_misses();
    assert!(flows.len() >= 200, "{}", flows.len());
    let names = |text: &str| -> Vec<String> {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let words = text.split(|c: char| !is_letter(c));
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let foreign = ["callerId", "callerID", "Wait"];
    for flow in flows {
        for include_unsafe in [false, true] {
            let before = found(&flow, &settings);
            let mended = fix::mend(&flow, before.clone(), include_unsafe, |text| {
                found(text, &settings)
            });
            let (was, is) = (names(&flow), names(&mended.text));
            let renamed: Vec<_> = was.iter().zip(&is).filter(|(was, is)| was != is).collect();
            if !include_unsafe && was.len() == is.len() {
                let is_certain = |(was, is): &&(&String, &String)| {
                    value::is_same_name(was, is) || foreign.contains(&was.as_str())
                };
                assert!(
                    renamed.iter().all(|one| is_certain(&one)),
                    "{flow}: {renamed:?}"
                );
            }
            let is_formed = !before.iter().any(|one| one.rule.starts_with("xml-"));
            let new = mended.findings.iter().filter(|one| {
                !before
                    .iter()
                    .any(|other| other.rule == one.rule && other.message == one.message)
            });
            // What is only worth knowing may come to light; a warning only by a fix that is not certain.
            let bearable = if include_unsafe {
                Severity::Warning
            } else {
                Severity::Info
            };
            let new: Vec<_> = new
                .filter(|one| is_formed || one.rule.starts_with("xml-"))
                .filter(|one| one.severity > bearable)
                .collect();
            assert!(new.is_empty(), "{flow}\n{}\n{new:#?}", mended.text);
        }
    }
}
