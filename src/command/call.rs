//! `<Call>`

use super::filter::filtered;
use super::traits::{Asks, Compares, Describe, Lookalike, Traits};
use super::{Contains, Example};
use crate::channel::{Action, Behavior, CommandContext};
use crate::fidelity::{Assumption, Reading};
use crate::value::{Scalar, Text, Value};

command! {
    /// Runs the commands inside it only if a field of the call has the given value. A filter: it
    /// does not make a call.
    ///
    /// Seen in examples: `to` (the called number, without `+`) and `from` (the caller, with `+`).
    Call {
        /// The name of a property of the call, such as `to` or `from`.
        field: Text, Documented;
        /// The value to match; its type follows from its text.
        value: Scalar, Documented;
    }
    spec {
        page: "less-than-call-greater-than",
        contains: Contains::Commands,
        examples: &[Example {
            title: "Greet one caller by name",
            xml: r#"<Response><Call field="from" value="+12025550187"><Say>Hello, Anna.</Say></Call><Say>How can we help you?</Say></Response>"#,
        }],
    }
}

impl Behavior for Call {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        filtered(context, |context| self.matches(context))
    }
}

impl Describe for Call {
    fn traits(&self) -> Traits<'_> {
        let field = &*self.field.0;
        let value = self.value.text();
        let is_number = value.bytes().any(|byte| byte.is_ascii_digit());
        let pattern = if is_number && value.contains([',', ';', '|']) {
            Some(Lookalike::List)
        } else if value.contains(['*', '%', '?']) {
            Some(Lookalike::Mask)
        } else if matches!(field, "from" | "to") && is_no_callers_form(&value) {
            Some(Lookalike::NumberForm)
        } else {
            None
        };
        let is_published =
            COMPARED.contains(&field) || FILLED.contains(&field) || EMPTY.contains(&field);
        let compares = Compares {
            field: ("field", field),
            is_published,
            value: ("value", pattern),
        };
        Traits {
            compares: Some(compares),
            ..Traits::default()
        }
    }

    fn asks(&self) -> Asks<'_> {
        // What no call has does not differ from call to call.
        if self
            .traits()
            .compares
            .is_some_and(|compares| compares.value.1.is_some())
        {
            return Asks::Nothing;
        }
        match &*self.field.0 {
            "from" if self.value != Scalar::Null => Asks::Caller(&self.value),
            "to" if self.value != Scalar::Null => Asks::Called(&self.value),
            _ => Asks::Nothing,
        }
    }
}

impl Call {
    fn matches(&self, context: &mut CommandContext<'_>) -> bool {
        context.assume(Assumption::CallCompare);
        let facts = context.facts;
        let field = match &*self.field.0 {
            "from" => Some(&*facts.from),
            "to" => Some(&*facts.to),
            "uuid" => Some(&*facts.call),
            "direction" => Some("in"),
            "type" => Some("CallSCA"),
            "state" => Some(if context.answered { "live" } else { "ringing" }),
            _ => None,
        };
        let plain = |text: &str| text.strip_prefix('+').unwrap_or(text).to_owned();
        match field {
            Some(field) if context.is(Reading::CallCompareExact) => *field == *self.value.text(),
            Some(field) => plain(field) == plain(&self.value.text()),
            None => self.value == Scalar::Null && !FILLED.contains(&&*self.field.0),
        }
    }
}

/// Whether a text is a phone number in a form that no call has: numbers of calls are digits, with a `+`
/// before them or without (observed).
fn is_no_callers_form(value: &str) -> bool {
    /// Shorter ones may be extensions of a telephone system.
    const SHORTEST: usize = 7;
    let number = value.trim().strip_prefix("tel:").unwrap_or(value.trim());
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let is_separator = |c: char| matches!(c, ' ' | '(' | ')' | '-' | '.' | '/' | '\u{a0}');
    let is_plain = |c: char| c == '+' || c.is_ascii_digit();
    let is_number = digits >= SHORTEST && number.chars().all(|c| is_plain(c) || is_separator(c));
    let is_separated = number.contains(is_separator) || number.len() < value.len();
    // An international prefix, which calls have as `+`.
    let is_prefixed = number.starts_with("00") && digits > SHORTEST;
    is_number && (is_separated || is_prefixed)
}

/// Properties whose values are known.
const COMPARED: &[&str] = &["from", "to", "uuid", "direction", "type", "state"];

/// Properties that are null in every published call, or stand in some of its states only.
const EMPTY: &[&str] = &[
    "init_on",
    "ring_on",
    "answer_on",
    "hangup_on",
    "destroy_on",
    "q850_cause",
    "q850_cause_string",
    "stir_shaken_attest_level",
    "batch_item",
    "lerg",
    "hotkey",
    "sip_connection",
    "country",
    "parent",
];

/// Properties that every published call has, and whose values a flow cannot know beforehand: they
/// match nothing, and null neither (observed in both events of the reference call).
const FILLED: &[&str] = &[
    "duration",
    "created_on",
    "modified_on",
    "freeswitch_call_state",
    "freeswitch_channel_state",
    "tn",
    "sip_control_app",
    "account",
    "thread",
    "logs",
    "records",
    "children",
];
