use super::{masked, masked_in_place};

#[track_caller]
fn shows(text: &str, expected: &str) {
    assert_eq!(masked(text), expected);
    // What is masked holds no secret any more.
    assert_eq!(masked(expected), expected);
}

#[test]
fn user_information_of_a_url_is_masked_whole() {
    shows("https://anna:secret@a.example/x", "https://***@a.example/x");
    shows("https://ghp_abc@a.example/x", "https://***@a.example/x");
    shows(
        "see https://u:p@a.example, or wss://u:q@b.example",
        "see https://***@a.example, or wss://***@b.example",
    );
    shows("https://u:p@ss@a.example/", "https://***@a.example/");
    shows("https://a.example/x@y:z", "https://a.example/x@y:z");
    shows(
        "https://a.example:8080/anna@b.example",
        "https://a.example:8080/anna@b.example",
    );
    shows(
        "https://[2001:db8::1]:8080/x",
        "https://[2001:db8::1]:8080/x",
    );
}

#[test]
fn a_password_with_characters_that_none_may_have_is_masked() {
    shows(
        "`https://u:s3 cret@a.example/x`",
        "`https://***@a.example/x`",
    );
    shows("https://u:s/3?c#ret@a.example/x", "https://***@a.example/x");
    shows("https://u:pa$$w{rd@a.example/", "https://***@a.example/");
    shows(
        "https://u:s3cret&#64;a.example/",
        "https://***&#64;a.example/",
    );
    shows(
        "at https://a.example:80 or anna@b.example",
        "at https://a.example:80 or anna@b.example",
    );
}

#[test]
fn a_sip_address_without_a_password_is_shown() {
    for shown in [
        "sip:anna@a.example",
        "sips:anna@a.example:5061;transport=tls",
        "SIP:anna@a.example",
        "(sip:anna@a.example)",
        "<sip:anna@a.example>",
        "to=sip:anna@a.example",
        "mailto:anna@a.example",
        "anna@a.example:5080",
        "anna@[2001:db8::1]:5060",
        "Mail us: anna@a.example",
        "+12125550143@a.example",
    ] {
        shows(shown, shown);
    }
    shows("sip:anna:secret@a.example", "sip:anna:***@a.example");
    shows(
        "<To>anna:pässword@a.example</To>",
        "<To>anna:***@a.example</To>",
    );
    shows(
        "anna:pw@a.example, ben:pw@b.example",
        "anna:***@a.example, ben:***@b.example",
    );
}

#[test]
fn values_are_masked_by_the_name_of_their_parameter() {
    for name in [
        "token",
        "access_token",
        "api_key",
        "api-key",
        "apiKey",
        "X-Amz-Signature",
        "code",
        "sig",
        "sas",
        "private_key",
        "session",
        "sessionid",
        "session_id",
        "JSESSIONID",
        "bearer",
        "hmac",
        "otp",
        "pin",
        "password",
        "client_secret",
        "tok%65n",
        "auth[token]",
        "amp;token",
        "x_sig",
    ] {
        shows(
            &format!("https://a.example/f?x=1&{name}=abc123&y=2"),
            &format!("https://a.example/f?x=1&{name}=***&y=2"),
        );
    }
    for name in [
        "x",
        "dtmf",
        "from",
        "area_code",
        "status_code",
        "keyboard",
        "author",
        "opinion",
        "design",
    ] {
        let shown = format!("https://a.example/f?{name}=12345678");
        shows(&shown, &shown);
    }
    shows("/f;jsessionid=A1;x=2?y=3", "/f;jsessionid=***;x=2?y=3");
    shows(
        "https://a.example/#access_token=ab.c&state=1",
        "https://a.example/#access_token=***&state=1",
    );
    shows(
        "https://a.example/?token=ab;cd&x=1",
        "https://a.example/?token=***&x=1",
    );
    shows(
        "https://a.example/?key=2&x=1",
        "https://a.example/?key=2&x=1",
    );
    shows(
        "https://a.example/?abc=abc&token=abc&x=abc",
        "https://a.example/?abc=abc&token=***&x=abc",
    );
    shows(
        "https://a.example/?next=https%3A%2F%2Fu%3Apw%40b.example",
        "https://a.example/?next=***",
    );
    shows(
        "https://a.example/?next=https%3A%2F%2Fb.example",
        "https://a.example/?next=https%3A%2F%2Fb.example",
    );
}

#[test]
fn the_path_of_a_webhook_is_masked() {
    shows(
        "https://hooks.slack.com/services/T0/B0/abc",
        "https://hooks.slack.com/services/***",
    );
    shows(
        "https://discord.com/api/webhooks/1/abc?wait=true",
        "https://discord.com/api/webhooks/***?wait=true",
    );
    shows(
        "https://ptb.discord.com/api/v10/webhooks/1/abc",
        "https://ptb.discord.com/api/v10/webhooks/***",
    );
    shows(
        "https://x.webhook.office.com/webhookb2/a@b/c",
        "https://x.webhook.office.com/webhookb2/***",
    );
    shows(
        "https://outlook.office.com/webhook/a",
        "https://outlook.office.com/webhook/***",
    );
    shows(
        "https://prod-1.x.logic.azure.com:443/workflows/a/b",
        "https://prod-1.x.logic.azure.com:443/workflows/***",
    );
    shows(
        "https://notslack.com/services/T0",
        "https://notslack.com/services/T0",
    );
    shows(
        "https://discord.com/invite/abc",
        "https://discord.com/invite/abc",
    );
}

#[test]
fn what_is_put_in_later_is_shown() {
    for value in [
        "{token}",
        "{{token}}",
        "${TOKEN}",
        "$TOKEN",
        "***",
        "[token]",
        "<token>",
    ] {
        let shown = format!("https://a.example?key=2&amp;token={value}");
        shows(&shown, &shown);
    }
}

#[test]
fn in_place_nothing_moves() {
    let text = r#"<Play url="https://a.example/12345678?x=12345678&amp;key=12345678&amp;y=2"/>"#;
    let expected =
        r#"<Play url="https://a.example/12345678?x=12345678&amp;key=********&amp;y=2"/>"#;
    assert_eq!(masked_in_place(text), expected);
    let text = "<To>anna:pässword@a.example</To>";
    assert_eq!(masked_in_place(text), "<To>anna:*********@a.example</To>");
}

#[test]
fn any_text_is_searched() {
    for text in [
        "",
        "@",
        "://",
        "://@",
        ":@",
        "=@=",
        "?=",
        "https://é:ü@ß",
        "é=ü&token=é",
        "a://b://c:d@e",
        "&#64;",
        "x:&#64;y",
        "://u:é é@",
    ] {
        let _ = masked_in_place(text);
        assert_eq!(masked(&masked(text)), masked(text));
    }
}

#[test]
fn a_value_in_quotes_is_masked_by_its_name() {
    shows(
        r#"<Meta name="api_key" value="abc"/>"#,
        r#"<Meta name="api_key" value="***"/>"#,
    );
    shows(
        "name=&quot;api_key&quot; value=&quot;abc&quot;",
        "name=&quot;api_key&quot; value=&quot;***&quot;",
    );
    shows(
        r#"<Meta name="note" value="abc"/>"#,
        r#"<Meta name="note" value="abc"/>"#,
    );
    shows(
        r#"<Meta name="token"/><Meta value="abc"/>"#,
        r#"<Meta name="token"/><Meta value="abc"/>"#,
    );
    shows("password = 'abc'", "password = '***'");
    shows(
        r#"key="1" code="en" pin="2""#,
        r#"key="1" code="en" pin="2""#,
    );
    shows(r#"token="{token}""#, r#"token="{token}""#);
}

#[test]
fn a_text_is_gone_through_once() {
    // Each would take minutes if it were gone through from each of its beginnings.
    for part in [
        "://",
        "@",
        "?a=",
        "&token=",
        "u:@",
        "=\"",
        "='\"",
        "://a:b/",
        ";a",
        "a=b;",
        "%3A%2F%2F=&",
    ] {
        let text = part.repeat(100_000 / part.len());
        assert!(!masked(&text).is_empty());
    }
}
