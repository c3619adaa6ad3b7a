//! Files in which every field that takes text holds something.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::printed;

/// Files that are written to a folder.
pub struct Files {
    /// What they are for.
    pub name: &'static str,
    all: Vec<(String, Vec<u8>)>,
    /// Those that subcommands are given, also folders, and a name that nothing has.
    pub named: Vec<String>,
    /// What stands in options.
    pub text: String,
}

impl Files {
    pub fn write(&self, folder: &Path) {
        for (name, bytes) in &self.all {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

/// A text as an attribute of XML.
fn attribute(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    text.replace('\n', "&#10;")
}

/// A text as a basic string of TOML.
fn toml(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => write!(quoted, "\\U{:08X}", u32::from(c)).unwrap(),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// A document with every command and every attribute that holds this text.
fn every_attribute(text: &str) -> String {
    let text = attribute(text);
    let mut xml = String::from("<Response>\n");
    for spec in callflow::command::SPECS {
        for each in spec.attributes {
            writeln!(xml, "<{} {}=\"{text}\"/>", spec.name, each.name).unwrap();
        }
        writeln!(
            xml,
            "<{0} tag=\"{text}\" x=\"{text}\">{text}</{0}>",
            spec.name
        )
        .unwrap();
    }
    xml + "</Response>\n"
}

/// Events of a call with this text in every field that takes one.
fn events(folder: &Path, flow: &str, text: &str, format: &str) -> Vec<u8> {
    let printed = printed(
        folder,
        &[
            "run",
            flow,
            "--format",
            format,
            "--media",
            "*=1s",
            "--dial",
            "*=USER_BUSY",
        ],
    );
    let mut all = String::new();
    for event in serde_json::Deserializer::from_str(&printed).into_iter::<serde_json::Value>() {
        let mut event = event.unwrap();
        replace(&mut event, "", text);
        writeln!(all, "{event}").unwrap();
    }
    all.into_bytes()
}

fn replace(value: &mut serde_json::Value, key: &str, text: &str) {
    const FREE: &[&str] = &[
        "tag",
        "reason",
        "message",
        "thread",
        "email",
        "level",
        "address1",
        "city",
        "body",
        "contact_id",
        "country",
        "hotkey",
        "lerg",
        "from",
        "step_id",
        "language",
        "translated_body",
        "delivery_status",
    ];
    match value {
        serde_json::Value::Object(members) => {
            for (key, one) in members.iter_mut() {
                replace(one, key, text);
            }
        }
        serde_json::Value::Array(all) => all.iter_mut().for_each(|one| replace(one, key, text)),
        serde_json::Value::String(old)
            if FREE.contains(&key) && !matches!(&**old, "unknown" | "queued") =>
        {
            text.clone_into(old);
        }
        serde_json::Value::Null if FREE.contains(&key) => *value = text.into(),
        _ => {}
    }
}

/// A text that harms where it is shown as it is.
pub fn dangerous(danger: &str) -> Files {
    // What XML, a URL and a file name cannot hold is left out of each.
    let url = danger.replace(char::is_whitespace, "_");
    let whole = format!("{danger}\n::error::h\u{1b}[31;5mi\u{7}\r##[group]j");
    let name = format!("n{}", &whole.replace(['/', ':'], "").replace("error", "e"));
    let name: String = name
        .chars()
        .take(60)
        .chain("\n::error::k".chars())
        .collect();
    let text = attribute(danger);
    let mut flow = format!(
        "<Response>\n<Say tag=\"{text}\">{text}</Say>\n<Say>{danger}\n  ::error::l ##[m</Say>\n\
         <Play url=\"https://a.example/{url}\"/>\n<Record tag=\"{text}\" asr=\"false\"><Tone/></Record>\n\
         <Gather dtmf_length=\"1\" tag=\"{text}\"><Say>{text}</Say><DTMF value=\"1\"><Say>{text}</Say></DTMF></Gather>\n\
         <Tone><Meta name=\"{text}\" value=\"{text}\"/></Tone>\n\
         <Dial timeout=\"5000\"><To destination=\"anna@a.example\"/><Error><Say>{text}</Say></Error></Dial>\n\
         <Callback url=\"https://a.example/{url}\"><Error><Say>{text}</Say></Error></Callback>\n"
    );
    for width in (1..60).step_by(3) {
        let word = "x".repeat(width);
        writeln!(
            flow,
            "<Say>{word} please hold ::error::{word}::error::</Say>"
        )
        .unwrap();
    }
    flow.push_str("</Response>\n");
    let scenario = format!(
        "flow = {}\n[[media]]\nurl = \"*\"\nlasts = \"1s\"\n[[dial]]\nto = {}\ncause = \"USER_BUSY\"\n\
         [expect]\nhears = [{}]\nran = [{}]\n\
         [[case]]\nname = {}\npress = [{{ keys = \"1\", when = {} }}]\nexpect.ended_by = {}\n\
         [[case]]\nname = {}\nexpect.cause = {}\n",
        toml(&format!("{name}.xml")),
        toml(&whole),
        toml(&whole),
        toml(&whole),
        toml(&whole),
        toml(&format!("#{danger}")),
        toml(&whole),
        toml(danger),
        toml("USER_BUSY"),
    );
    let one = format!(
        "flow = {}\n[vendor.whippy]\n[[media]]\nurl = \"*\"\nlasts = \"1s\"\n",
        toml(&format!("{name}.xml"))
    );
    let broken = format!(
        "<Response>\n<Ga\u{1b}[31;5mther {danger}></Gather>\n<Say {danger}=\"{danger}\u{1b}\">\n<!-- {danger} -->\n&{url};</Sey>\n</Response>\n{danger}"
    );
    let wrong = format!(
        "flow = \"{danger}\"\n{} = 1\n[call]\nfrom = {}\nstart = {}\n",
        toml(&whole),
        toml(&whole),
        toml(&whole)
    );
    build(
        "dangerous",
        &name,
        &whole,
        Texts {
            flow,
            scenario,
            one,
            broken,
            wrong,
            every: every_attribute(danger),
        },
    )
}

struct Texts {
    flow: String,
    scenario: String,
    one: String,
    broken: String,
    wrong: String,
    every: String,
}

fn build(name: &'static str, file: &str, text: &str, texts: Texts) -> Files {
    let mut files = Files {
        name,
        all: Vec::new(),
        named: Vec::new(),
        text: text.to_owned(),
    };
    let mut add = |name: String, bytes: Vec<u8>| {
        files.all.push((name.clone(), bytes));
        files.named.push(name);
    };
    add(format!("{file}.xml"), texts.flow.clone().into_bytes());
    add(format!("{file}.call.toml"), texts.scenario.into_bytes());
    add(format!("{file}1.call.toml"), texts.one.clone().into_bytes());
    add(format!("{file}-broken.xml"), texts.broken.into_bytes());
    add(format!("{file}-every.xml"), texts.every.into_bytes());
    add(
        format!("{file}-wrong.toml"),
        texts.wrong.clone().into_bytes(),
    );
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("outside-{name}-events"));
    files.write(&folder);
    let flow = format!("{file}.xml");
    let opentact = events(&folder, &flow, text, "json");
    let whippy = events(&folder, &flow, text, "whippy");
    let cut = [&opentact[..opentact.len() - 100], b"\x1b\xff"].concat();
    for (end, bytes) in [(".json", opentact), ("-w.json", whippy), ("-cut.json", cut)] {
        files.all.push((format!("{file}{end}"), bytes));
        files.named.push(format!("{file}{end}"));
    }
    // A folder with all of them, and one with a configuration that is wrong.
    files.named.push(".".to_owned());
    files
        .all
        .push((format!("{file}/{file}.xml"), texts.flow.into_bytes()));
    files
        .all
        .push((format!("{file}/callflow.toml"), texts.wrong.into_bytes()));
    files.named.push(file.to_owned());
    files.named.push(format!("{file}-none"));
    files
}

/// URLs with a secret in each place.
fn secret_urls(mark: &str) -> Vec<String> {
    const NAMES: &[&str] = &[
        "token",
        "access_token",
        "api_key",
        "code",
        "sig",
        "sas",
        "private_key",
        "session",
        "sessionid",
        "bearer",
        "hmac",
        "otp",
        "password",
        "client_secret",
        "X-Amz-Signature",
    ];
    let mut urls: Vec<String> = NAMES
        .iter()
        .map(|name| format!("https://a.example/f?x=1&{name}={mark}&y=2"))
        .collect();
    urls.extend([
        format!("https://user:{mark}@a.example/x.mp3"),
        format!("https://{mark}@a.example/x.mp3"),
        format!("https://a.example/x;jsessionid={mark}"),
        format!("https://a.example/#access_token={mark}"),
        format!("https://hooks.slack.com/services/T0/B0/{mark}"),
        format!("https://discord.com/api/webhooks/1/{mark}"),
        format!("https://x.webhook.office.com/webhookb2/{mark}"),
        format!("https://a.example/?next=https%3A%2F%2Fu%3A{mark}%40b.example"),
    ]);
    urls
}

/// A secret wherever one can stand.
pub fn secret(mark: &str) -> Files {
    let urls = secret_urls(mark);
    let mut flow = String::from("<Response>\n");
    for (index, url) in urls.iter().enumerate() {
        let url = attribute(url);
        writeln!(flow, "<Play url=\"{url}\" tag=\"{url}\"/>").unwrap();
        match index % 8 {
            0 => writeln!(flow, "<Callback url=\"{url}\"><Error/></Callback>").unwrap(),
            1 => writeln!(flow, "<Say tag=\"{url}\">see {url} now</Say>").unwrap(),
            2 => writeln!(
                flow,
                "<Record tag=\"{url}\"><Pause length=\"100\"/></Record>"
            )
            .unwrap(),
            _ => {}
        }
    }
    writeln!(
        flow,
        "<Tone><Meta name=\"api_key\" value=\"{mark}\"/></Tone>\n\
         <Dial><To destination=\"anna:{mark}@a.example\"/><Error><Say>{}</Say></Error></Dial>\n</Response>",
        attribute(&urls[0])
    )
    .unwrap();
    let all = urls.join(" ");
    let list: Vec<_> = urls.iter().map(|url| toml(url)).collect();
    let mut scenario =
        String::from("flow = \"flow.xml\"\n[[media]]\nurl = \"*\"\nlasts = \"1s\"\n");
    for url in &urls {
        writeln!(
            scenario,
            "[[callback]]\nurl = {0}\nredirect = {0}\n[[media]]\nurl = {0}\nlasts = \"2s\"",
            toml(url)
        )
        .unwrap();
    }
    let list = list.join(", ");
    writeln!(
        scenario,
        "[expect]\nhears = [{list}]\nfetched = [{{ url = {} }}]\ndialled = [{{ to = \"sip:u:{mark}@a.example\" }}]\n\
         [[case]]\nname = {}\n[[case]]\nname = \"b\"\nexpect.fetched = [{{ url = {} }}]",
        toml(&urls[15]),
        toml(&urls[15]),
        toml(&urls[18]),
    )
    .unwrap();
    let one = "flow = \"flow.xml\"\n[[media]]\nurl = \"*\"\nlasts = \"1s\"\n".to_owned();
    let mut broken = String::from("<Response>\n");
    for url in &urls {
        let url = attribute(url);
        writeln!(
            broken,
            "<Play url=\"{url} b\"/><Pl\"ay url=\"{url}\"/><Pause length=\"{url}\"/><Say lang=\"{url}\">{url}</Sey><To>{url}</To>"
        )
        .unwrap();
    }
    let wrong = format!(
        "flow = {0}\n{0} = 1\n[call]\nfrom = {0}\nstart = {0}\n[[callback]]\nurl = {0}\nafter = {0}\n",
        toml(&urls[15])
    );
    let every = every_attribute(&urls[15]);
    build(
        "secret",
        "flow",
        &all,
        Texts {
            flow,
            scenario,
            one,
            broken,
            wrong,
            every,
        },
    )
}
