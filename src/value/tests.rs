use super::{CallerId, Millis, Scalar, Value};

#[test]
fn a_number_is_one_only_where_json_prints_it_back_the_same() {
    let texts = [
        "NaN",
        "nan",
        "inf",
        "-inf",
        "infinity",
        "-0",
        "-0.0",
        "007",
        "+7",
        "1.50",
        "1e3",
        "1E3",
        "10000000000000000",
        "12345678901234567890",
        "0x10",
        ".5",
        "5.",
        "1_000",
    ];
    for text in texts {
        assert_eq!(Scalar::read(text), Ok(Scalar::Text(text.into())), "{text}");
    }
    for text in ["0", "7", "-7", "2.5", "-0.25", "8999999999999999"] {
        let read = Scalar::read(text).expect("any text is a scalar");
        assert!(matches!(read, Scalar::Number(_)), "{text}");
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        assert_eq!(read.text(), text);
    }
}

#[test]
fn a_caller_id_has_something_behind_its_plus() {
    for text in ["", "+", "++1", "+1 2"] {
        assert!(CallerId::read(text).is_err(), "{text}");
    }
    for text in ["+12025550123", "2025550123", "anna"] {
        assert!(CallerId::read(text).is_ok(), "{text}");
    }
}

#[test]
fn a_duration_in_another_form_is_answered_with_its_milliseconds() {
    let told = |text| Millis::read(text).expect_err(text).help.unwrap_or_default();
    for (text, milliseconds) in [
        ("1000.0", "`1000`"),
        ("250.00", "`250`"),
        ("1.5", "`1500`"),
        ("1.5s", "`1500`"),
        ("2 min", "`120000`"),
        ("300ms", "`300`"),
    ] {
        let help = told(text);
        assert!(help.ends_with(milliseconds), "{text}: {help}");
    }
    for text in ["", "s", "1.2.3", "-5", "1e3", "NaN", "1h30"] {
        assert_eq!(told(text), "", "{text}");
    }
}
