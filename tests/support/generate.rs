//! Flows of the whole language and worlds for them, by chance but the same in every run.

use std::fmt::Write as _;

use callflow::scenario::{PaceStep, Scenario};

mod world;

/// A small generator of numbers (`SplitMix64`), the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xD134_2543_DE82_EF95))
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    pub fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[usize::try_from(self.below(list.len() as u64)).unwrap()]
    }
}

/// A call by chance.
pub struct Generated {
    pub flow: String,
    pub scenario: Scenario,
}

pub fn call(seed: u64) -> Generated {
    let mut writer = Writer::new(seed);
    let flow = writer.document();
    let scenario = writer.scenario();
    Generated { flow, scenario }
}

/// Delays of the platform's own that are not the usual ones, for the commands of a call.
pub fn pace(seed: u64, commands: &[(String, u64)]) -> Vec<PaceStep> {
    Writer::new(!seed).pace(commands)
}

/// Has the caller do something at these instants of a call.
pub fn coincide(seed: u64, instants: &[u64], scenario: &mut Scenario) {
    Writer::new(!seed).coincide(instants, scenario);
}

struct Writer {
    dice: Dice,
    xml: String,
    /// How many more commands the document may have.
    left: u64,
}

const WORDS: &[&str] = &[
    "Hello",
    "one  two",
    "&amp;c",
    "&lt;b&gt;",
    "é𝄞",
    "it's",
    "x",
    "please leave a message",
    "&#228;",
];
const TAGS: &[&str] = &["a", "b", "voice mail"];
const HOSTS: &[&str] = &["sip.example.com", "10.0.0.1:5080"];
const URLS: &[&str] = &[
    "https://x.example/a",
    "https://x.example/b?c=1",
    "https://y.example/*",
];

impl Writer {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            xml: String::new(),
            left: 0,
        }
    }

    /// A whole document.
    fn document(&mut self) -> String {
        let around = std::mem::take(&mut self.xml);
        let left = std::mem::replace(&mut self.left, 1 + self.dice.below(8));
        self.xml.push_str(self.dice.pick(&[
            "<Response>",
            "<?xml version=\"1.0\"?>\n<Response>\n",
            "<!-- a flow --><Response>",
        ]));
        while self.left > 0 {
            self.command(0);
        }
        if self.dice.one_in(4) {
            self.handler(1);
        }
        self.xml.push_str("</Response>");
        self.left = left;
        std::mem::replace(&mut self.xml, around)
    }

    fn commands(&mut self, depth: u32) {
        for _ in 0..self.dice.below(4) {
            if self.left == 0 || depth > 5 {
                return;
            }
            self.command(depth);
        }
    }

    fn blank(&mut self) {
        let blank = self
            .dice
            .pick(&["", "", "\n", "  ", "\n<!-- c -->\n", "<!---->"]);
        self.xml.push_str(blank);
    }

    fn text(&mut self) -> String {
        let count = 1 + self.dice.below(4);
        let words: Vec<_> = (0..count).map(|_| self.dice.pick(WORDS)).collect();
        let (before, behind) = (
            self.dice.pick(&["", " ", "\n "]),
            self.dice.pick(&["", " "]),
        );
        format!("{before}{}{behind}", words.join(" "))
    }

    fn attribute(&mut self, name: &str, values: &[&str]) {
        if self.dice.one_in(2) {
            let value = self.dice.pick(values);
            // Writing to a string cannot fail.
            let _ = write!(self.xml, " {name}=\"{value}\"");
        }
    }

    fn tag(&mut self) {
        if self.dice.one_in(3) {
            self.must("tag", TAGS);
        }
    }

    fn must(&mut self, name: &str, values: &[&str]) {
        let value = self.dice.pick(values);
        let _ = write!(self.xml, " {name}=\"{value}\"");
    }

    /// An element whose attributes have been written, with handlers and values for its callback.
    fn close(&mut self, name: &str, depth: u32) {
        self.xml.push('>');
        self.inside(depth);
        let _ = write!(self.xml, "</{name}>");
        self.blank();
    }

    fn inside(&mut self, depth: u32) {
        if self.dice.one_in(8) {
            let value = self.dice.pick(&["1", "true", "x y"]);
            let _ = write!(self.xml, "<Meta name=\"k\" value=\"{value}\"/>");
        }
        if self.dice.one_in(4) {
            self.handler(depth + 1);
            if self.dice.one_in(4) {
                self.handler(depth + 1);
            }
        }
    }

    fn handler(&mut self, depth: u32) {
        self.xml.push_str("<Error");
        if self.dice.one_in(3) {
            self.attribute("say", &["true", "false"]);
        }
        self.xml.push('>');
        self.commands(depth);
        self.xml.push_str("</Error>");
    }

    fn command(&mut self, depth: u32) {
        self.left = self.left.saturating_sub(1);
        match self.dice.below(26) {
            0..=2 => self.say(depth),
            3 => self.tone(depth),
            4 | 5 => self.play(depth),
            6 | 7 => self.pause(depth),
            8..=10 => self.dial(depth),
            11..=14 => self.gather(depth),
            15 | 16 => self.callback(depth),
            17 => self.curl(depth),
            18 | 19 => self.record(depth),
            20 => self.recording(depth),
            21..=23 => self.filter(depth),
            24 => self.state(depth),
            _ => self.rare(depth),
        }
    }

    fn say(&mut self, depth: u32) {
        self.xml.push_str("<Say");
        self.attribute("loop", &["0", "1", "2"]);
        self.attribute("leg", &["both"]);
        if self.dice.one_in(4) {
            self.attribute("lang", &["es-ES", "en-US"]);
            self.attribute("type", &["WaveNet", "Standard"]);
            self.attribute("gender", &["MALE", "FEMALE"]);
            self.attribute("timeout", &["500", "30000"]);
        }
        self.tag();
        let text = self.text();
        match self.dice.below(3) {
            0 => {
                let _ = write!(self.xml, " text=\"{text}\"");
                self.close("Say", depth);
            }
            1 => {
                let _ = write!(self.xml, ">{text}");
                self.inside(depth);
                self.xml.push_str("</Say>");
            }
            _ => {
                let _ = write!(self.xml, "><![CDATA[a<b & c]]><!-- x -->{text}</Say>");
            }
        }
    }

    fn tone(&mut self, depth: u32) {
        self.xml.push_str("<Tone");
        self.attribute("hz", &["350,440", "500"]);
        self.attribute("don", &["100", "0"]);
        self.attribute("doff", &["0", "250"]);
        self.attribute("loop", &["0", "3"]);
        if self.dice.one_in(3) {
            self.attribute("v", &["-3", "-0.5"]);
            self.attribute("timeout", &["200"]);
        }
        self.close("Tone", depth);
    }

    fn play(&mut self, depth: u32) {
        self.xml.push_str("<Play");
        self.attribute("loop", &["0", "1", "2", "3"]);
        let url = self
            .dice
            .pick(&["https://m.example/a.mp3", "https://m.example/b.wav"]);
        match self.dice.below(4) {
            0 => {
                let _ = write!(self.xml, ">{url}</Play>");
            }
            1 => {
                self.must("record", TAGS);
                self.close("Play", depth);
            }
            _ => {
                let _ = write!(self.xml, " url=\"{url}\"");
                self.close("Play", depth);
            }
        }
    }

    fn pause(&mut self, depth: u32) {
        self.xml.push_str("<Pause");
        self.attribute("length", &["0", "300", "2500", "20000"]);
        self.attribute("dtmf_stop", &["1", "0123456789*", "#"]);
        self.tag();
        self.close("Pause", depth);
    }

    fn dial(&mut self, depth: u32) {
        self.xml.push_str("<Dial");
        self.attribute("timeout", &["1000", "5000", "20000"]);
        self.attribute("max_call_attempts", &["1", "2", "3"]);
        self.attribute("max_call_duration", &["2000", "15000", "90000"]);
        if self.dice.one_in(3) {
            self.attribute("from", &["+12025550177", "999"]);
            self.attribute("record", &["true"]);
        }
        self.tag();
        self.xml.push('>');
        for _ in 0..=self.dice.below(3) {
            let user = self.dice.pick(&["anna", "bob", "c.d"]);
            let host = self.dice.pick(HOSTS);
            let _ = match self.dice.below(5) {
                0 => write!(self.xml, "<To>{user}@{host}</To>"),
                1 => write!(self.xml, "<To destination=\"+1 (222) 333-4455\"/>"),
                2 => write!(self.xml, "<Number>12025550143</Number>"),
                3 => write!(self.xml, "<Sip>sip:{user}@{host}</Sip>"),
                _ => write!(self.xml, "<To destination=\"{user}@{host}\"/>"),
            };
            self.blank();
        }
        self.inside(depth);
        if self.dice.one_in(2) {
            self.handler(depth + 1);
        }
        self.xml.push_str("</Dial>");
    }

    fn gather(&mut self, depth: u32) {
        self.xml.push_str("<Gather");
        let is_old = self.dice.one_in(2);
        match self.dice.below(4) {
            0 => self.attribute("dtmf_length", &["1", "2", "4"]),
            1 => self.attribute("length", &["1", "3"]),
            2 => self.attribute("numDigits", &["1", "2"]),
            _ => {}
        }
        match self.dice.below(3) {
            0 => self.attribute("dtmf_stop", &["#", "*"]),
            1 => self.attribute("finishOnKey", &["#"]),
            _ => {}
        }
        if self.dice.one_in(4) {
            self.must("url", URLS);
        }
        self.attribute("timeout", &["1500", "3000", "10000"]);
        self.attribute("attempts", &["1", "2", "3"]);
        self.tag();
        self.xml.push('>');
        if is_old {
            self.commands(depth + 1);
        }
        let name = if is_old { "Case" } else { "DTMF" };
        let key = if is_old { "dtmf" } else { "value" };
        let branches = self.dice.below(4);
        if is_old && branches > 0 {
            self.xml.push_str("<Switch>");
        }
        for code in ["1", "2", "12"]
            .into_iter()
            .take(usize::try_from(branches).unwrap())
        {
            let _ = write!(self.xml, "<{name} {key}=\"{code}\">");
            self.commands(depth + 1);
            let _ = write!(self.xml, "</{name}>");
            self.blank();
        }
        if (branches > 0 || !is_old) && self.dice.one_in(2) {
            self.xml.push_str("<Default>");
            self.commands(depth + 1);
            self.xml.push_str("</Default>");
        }
        if self.dice.one_in(2) {
            self.handler(depth + 1);
        }
        if is_old && branches > 0 {
            self.xml.push_str("</Switch>");
        }
        self.inside(depth);
        self.xml.push_str("</Gather>");
    }

    fn callback(&mut self, depth: u32) {
        self.xml.push_str("<Callback");
        self.attribute("method", &["GET", "POST"]);
        self.attribute("timeout", &["1000", "5000"]);
        self.attribute("body", &["true", "false"]);
        self.tag();
        let url = self.dice.pick(URLS);
        if self.dice.one_in(4) {
            let _ = write!(self.xml, ">{url}");
            self.inside(depth);
            self.xml.push_str("</Callback>");
        } else {
            let _ = write!(self.xml, " url=\"{url}\"");
            self.close("Callback", depth);
        }
    }

    fn curl(&mut self, depth: u32) {
        self.xml.push_str("<Curl");
        self.must("url", URLS);
        self.attribute("method", &["POST", "DELETE", "PATCH"]);
        self.attribute("timeout", &["400", "5000"]);
        self.close("Curl", depth);
    }

    fn record(&mut self, depth: u32) {
        self.xml.push_str("<Record");
        self.attribute("asr", &["true", "false"]);
        self.attribute("timeout", &["100", "30000"]);
        self.tag();
        self.xml.push('>');
        self.commands(depth + 1);
        self.inside(depth);
        self.xml.push_str("</Record>");
    }

    fn recording(&mut self, depth: u32) {
        let name = self.dice.pick(&["RecordStart", "RecordStop", "RecordWait"]);
        let _ = write!(self.xml, "<{name}");
        self.tag();
        self.close(name, depth);
    }

    fn filter(&mut self, depth: u32) {
        let name = self.dice.pick(&["Geo", "Schedule", "Call"]);
        let _ = write!(self.xml, "<{name}");
        match name {
            "Geo" => {
                self.attribute("states", &["NJ", "NY,CA", "CA"]);
                self.attribute("county", &["ESSEX", "Kings"]);
            }
            "Schedule" => {
                self.attribute("dow", &["mon,tue,wed,thu,fri", "sat,sun"]);
                self.attribute(
                    "time",
                    &[
                        "09:00:00-17:30:00",
                        "22:00:00-06:00:00",
                        "00:00:00-12:00:00",
                    ],
                );
            }
            _ => {
                self.must("field", &["to", "from", "state", "uuid", "direction"]);
                self.must("value", &["12025550199", "+12025550123", "live", "in", "x"]);
            }
        }
        self.xml.push('>');
        self.commands(depth + 1);
        self.inside(depth);
        let _ = write!(self.xml, "</{name}>");
    }

    fn state(&mut self, depth: u32) {
        let name = self.dice.pick(&["Hold", "Unhold", "Answer"]);
        let _ = write!(self.xml, "<{name}");
        match name {
            "Hold" => self.attribute("timeout", &["500", "300000"]),
            "Answer" => self.attribute("delay", &["0", "700"]),
            _ => {}
        }
        self.close(name, depth);
    }

    fn rare(&mut self, depth: u32) {
        let name = self.dice.pick(&["Hangup", "Reject", "Redirect", "Hangup"]);
        let _ = write!(self.xml, "<{name}");
        self.close(name, depth);
    }
}
