use super::*;
use serde_json::value::RawValue;

const DESTROYED: &str = include_str!("../../../tests/events/destroyed.json");

const LIVE: &str = include_str!("../../../tests/events/live.json");

/// What is made of a text, and what was wrong with it.
fn repaired(text: &str) -> (String, Vec<String>) {
    let repaired = repair(text, 0).unwrap();
    let damage = repaired.damage.iter();
    let damage = damage.map(|one| format!("{} {:?}", one.at, one.what));
    (repaired.json, damage.collect())
}

#[track_caller]
fn check(text: &str, json: &str, damage: &[&str]) {
    let (is, wrong) = repaired(text);
    assert_eq!(
        (is.as_str(), wrong),
        (json, damage.iter().map(ToString::to_string).collect())
    );
}

#[track_caller]
fn is_json(text: &str) {
    let mut at = 0;
    while let Some(one) = repair(text, at) {
        let read = serde_json::from_str::<&RawValue>(&one.json);
        assert!(read.is_ok(), "{:?}\n{text:?}", one.json);
        let again = repair(&one.json, 0).unwrap();
        assert_eq!(
            (&again.json, again.damage.len()),
            (&one.json, 0),
            "{text:?}"
        );
        assert!(one.damage.iter().all(|damage| damage.at <= text.len()));
        assert!(one.end > at, "{text:?}");
        at = one.end;
    }
}

#[test]
fn good_json_loses_its_blanks_only() {
    check(
        " {\n \"a\": [1, -0.50e+7, true , \"x y\\n\\ud800\"],\t\"b\":{} }\r\n",
        "{\"a\":[1,-0.50e+7,true,\"x y\\n\\ud800\"],\"b\":{}}",
        &[],
    );
    check("7", "7", &[]);
    assert!(repair(" \n", 0).is_none());
}

#[test]
fn what_is_wrong_is_mended_and_noted() {
    check(
        "[NaN,-Infinity]",
        "[null,null]",
        &["1 NotJson(\"NaN\")", "5 NotJson(\"-Infinity\")"],
    );
    check(
        "[01,1.,.5,+1]",
        "[null,null,null,null]",
        &[
            "1 NotJson(\"01\")",
            "4 NotJson(\"1.\")",
            "7 NotJson(\".5\")",
            "10 NotJson(\"+1\")",
        ],
    );
    check("[1,,2,]", "[1,2]", &["3 SurplusComma", "5 SurplusComma"]);
    check(
        "{,\"a\":1,}",
        "{\"a\":1}",
        &["1 SurplusComma", "7 SurplusComma"],
    );
    check("[1 2]", "[1,2]", &["3 MissingComma"]);
    check(
        "{\"a\" 1 \"b\":2}",
        "{\"a\":1,\"b\":2}",
        &["5 MissingColon", "7 MissingComma"],
    );
    check("{a:1}", "{\"a\":1}", &["1 NotJson(\"a\")"]);
    check(
        "{\"a\":,\"b\"}",
        "{\"a\":null,\"b\":null}",
        &["5 NoValue", "9 NoValue"],
    );
    check("{{}}", "{\"\":{}}", &["1 NoKey"]);
    check("[{\"a\":1]", "[{\"a\":1}]", &["7 Bracket"]);
    check("[1}]", "[1]", &["2 Bracket"]);
    check("[\"\\x\"]", "[\"\\\\x\"]", &["1 Escape"]);
    check("[\"a\tb\"]", "[\"a\\u0009b\"]", &["1 Control"]);
}

#[test]
fn of_a_key_given_twice_the_last_counts() {
    check(
        "{\"a\":1,\"b\":2,\"a\":3}",
        "{\"b\":2,\"a\":3}",
        &["13 KeyTwice(\"a\")"],
    );
    check(
        "{\"a\":{\"x\":1,\"x\":2},\"\\u0061\":3}",
        "{\"\\u0061\":3}",
        &["12 KeyTwice(\"x\")", "19 KeyTwice(\"a\")"],
    );
    // One that was cut takes nothing away.
    check(
        "{\"a\":1,\"a\":",
        "{\"a\":1}",
        &["7 KeyTwice(\"a\")", "11 Cut { expected: \"a value\" }"],
    );
    let text = "{\"a\":\"one\",\"b\":2,\"a\":\"three\"}";
    let one = repair(text, 0).unwrap();
    let at = one.json.find("three").unwrap();
    assert!(text[one.offset(at)..].starts_with("three"));
}

#[test]
fn what_was_whole_before_a_cut_is_kept() {
    check(
        "{\"a\": [1, {\"b\": \"é\", \"c\": 12345",
        "{\"a\":[1,{\"b\":\"é\"}]}",
        &["32 Cut { expected: \"a value\" }"],
    );
    check(
        "{\"a\":\"x",
        "{}",
        &["7 Cut { expected: \"the end of a text\" }"],
    );
    check("[1,", "[1]", &["3 Cut { expected: \"a value\" }"]);
    check(
        "\"x",
        "null",
        &["2 Cut { expected: \"the end of a text\" }"],
    );
    for end in (0..DESTROYED.len()).step_by(61) {
        is_json(&DESTROYED[..end]);
    }
    for end in 0..LIVE.len() {
        is_json(&LIVE[..end]);
    }
}

#[test]
fn any_text_becomes_json() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let pieces = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\"a\"", "1", "NaN", " ", "\n", "é", "\\u12",
        "\"b\":", "null",
    ];
    for _ in 0..4000 {
        let length = random(24);
        let text: String = (0..length).map(|_| pieces[random(pieces.len())]).collect();
        is_json(&text);
    }
    for _ in 0..400 {
        let mut text = LIVE.as_bytes().to_vec();
        for _ in 0..=random(6) {
            let at = random(text.len());
            text[at] = pieces[random(pieces.len())].as_bytes()[0];
        }
        is_json(&String::from_utf8_lossy(&text));
    }
}

#[test]
fn offsets_are_those_of_the_text() {
    let one = repair(DESTROYED, 0).unwrap();
    for (at, _) in one.json.match_indices('"') {
        assert!(DESTROYED[one.offset(at)..].starts_with('"'), "{at}");
    }
}

#[test]
fn deep_and_wide_texts_are_read_in_one_go() {
    let deep = "[".repeat(100_000);
    let (json, damage) = repaired(&deep);
    assert!(
        json.len() < 4000 && damage[0].ends_with("TooDeep"),
        "{damage:?}"
    );
    for key in ["a", "{}"] {
        let keys: Vec<_> = (0..100_000)
            .map(|at| format!("\"{}\":1", key.replace("{}", &at.to_string())))
            .collect();
        is_json(&format!("{{{}}}", keys.join(",")));
    }
    for byte in [",", "]", "\"", "\\", ":", "{\"a\":"] {
        is_json(&byte.repeat(200_000));
    }
}
