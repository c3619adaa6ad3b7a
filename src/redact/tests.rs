use super::{Redact, Redaction};

#[track_caller]
fn shows(redaction: &mut Redaction, text: &str, expected: &str) {
    assert_eq!(redaction.text(text), expected);
    // What was put in stays.
    assert_eq!(redaction.text(expected), expected);
}

fn with(numbers: &[&str]) -> Redaction {
    let mut redaction = Redaction::new(Redact::Parties);
    redaction.is_learning = true;
    for number in numbers {
        redaction.party(number);
    }
    redaction.is_learning = false;
    redaction
}

#[test]
fn a_known_number_is_replaced_in_every_spelling() {
    let mut redaction = with(&["+12125550143", "+442079460958"]);
    for (text, expected) in [
        ("+12125550143", "+12125550101"),
        ("12125550143", "12125550101"),
        ("2125550143", "2125550101"),
        ("212-555-0143", "212-555-0101"),
        ("(212) 555-0143", "(212) 555-0101"),
        ("+1 (212) 555-0143", "+1 (212) 555-0101"),
        ("1.212.555.0143", "1.212.555.0101"),
        ("555-0143", "555-0101"),
        ("0012125550143", "0012125550101"),
        ("01112125550143", "01112125550101"),
        ("from=%2B12125550143", "from=%2B12125550101"),
        (
            "from=%2B1%20212%20555%200143",
            "from=%2B1%20212%20555%200101",
        ),
        ("vm_12125550143.wav", "vm_12125550101.wav"),
        ("rec2125550143", "rec2125550101"),
        ("212_555_0143.mp3", "212_555_0101.mp3"),
        ("020 7946 0958", "020 0000 0001"),
        ("+44 (0)20 7946 0958", "+44 (0)20 0000 0001"),
        (
            "call 212-555-0143 or 442079460958.",
            "call 212-555-0101 or 442000000001.",
        ),
    ] {
        shows(&mut redaction, text, expected);
    }
}

#[test]
fn a_number_that_nobody_is_known_to_have_has_seven_to_fifteen_digits() {
    for (text, is_one) in [
        ("+123456", false),
        ("+1234567", true),
        ("+123456789012345", true),
        ("+1234567890123456", false),
        ("123456789", false),
        ("1234567890", true),
        ("123456789012345", true),
        ("1234567890123456", false),
        ("a+1234567", true),
        ("+1234567a", false),
        ("+1234567-a", true),
        ("a-1234567890-b.wav", true),
        ("a1234567890", false),
        ("1234567890a", false),
        ("12345678-1234-1234-1234-123456789012", false),
        ("1234-567", false),
        ("12-34-567", false),
        ("12-34-5678", true),
        ("2024-02-20", false),
        ("2024-02-20 16:41:34", false),
        ("31536000000.5", true),
        ("10.0.0.1", true),
    ] {
        let mut redaction = Redaction::new(Redact::Parties);
        assert_eq!(redaction.text(text) != text, is_one, "{text}");
    }
}

#[test]
fn known_digits_are_no_number_with_one_less() {
    let mut redaction = with(&["+12125550143"]);
    assert_eq!(redaction.text("550143"), "550143");
    assert_eq!(redaction.text("5550143"), "5550101");
    assert_eq!(redaction.text("912125550143"), "912125550101");
}

#[test]
fn an_address_keeps_no_user_password_query_or_fragment() {
    let mut redaction = Redaction::new(Redact::Parties);
    for (text, expected) in [
        (
            "https://u:pw@a.example:8080/x/y.mp3?token=1&from=%2B1#z=1",
            "https://host-1.example:8080/x/y.mp3?token=*&from=*#z=*",
        ),
        (
            "see (https://a.example/?x).",
            "see (https://host-1.example/?*).",
        ),
        (
            "sip:anna:pw@b.example:5061;transport=tls",
            "sip:user-1@host-2.example:5061;transport=tls",
        ),
        ("anna@b.example, Anna", "user-1@host-2.example, user-1"),
        (
            "+12125550143@[2001:db8::1]:5060",
            "+12125550101@host-3.example:5060",
        ),
        (
            "https://hooks.slack.com/services/T/B/x",
            "https://host-4.example/***",
        ),
        ("https://u:a/b?c@a.example/x", "https://host-1.example/x"),
        ("http://A.EXAMPLE", "http://host-1.example"),
    ] {
        shows(&mut redaction, text, expected);
    }
}

#[test]
fn words_are_replaced_whole() {
    let mut redaction = with(&["anna", "to", "in"]);
    shows(
        &mut redaction,
        "anna annabel Anna's joanna",
        "user-1 annabel user-1's joanna",
    );
    shows(&mut redaction, "in and out", "in and out");
}

#[test]
fn nobody_gets_the_number_of_somebody_else() {
    let mut redaction = with(&["+12125550143", "+12125550101", "+12125550102"]);
    let shown: std::collections::BTreeSet<_> = ["+12125550143", "+12125550101", "+12125550102"]
        .map(|number| redaction.text(number))
        .into();
    assert_eq!(shown.len(), 3);
    assert!(
        shown
            .iter()
            .all(|number| !["+12125550143", "+12125550101", "+12125550102"].contains(&&**number))
    );
}
