//! What may be done with a call: tell it, and rebuild it.

use callflow::diff::{Tolerance, diff};
use callflow::explain;
use callflow::present::Look;
use callflow::present::explain::{self as present, Aspect, Format, Told};
use callflow::record::Record;
use callflow::replay;

/// Explains a call in every form.
pub fn told(call: &Record) {
    let formats = [Format::Human, Format::Json, Format::Markdown];
    for format in formats {
        let told = Told {
            call: explain::explain(call),
            places: vec![None; call.log.len()],
        };
        let aspect = Aspect {
            ids: true,
            ..Aspect::default()
        };
        let look = Look {
            styled: false,
            width: 80,
        };
        let mut out = Vec::new();
        present::write(&[told], format, aspect, look, &mut out).expect("a list of bytes takes all");
        if matches!(format, Format::Human) {
            let text = String::from_utf8(out).expect("text");
            let control = text.chars().find(|&c| c.is_control() && c != '\n');
            assert_eq!(control, None, "a control character reaches the terminal");
        }
    }
}

/// Rebuilds a call, reads the scenario written of it, and plays it.
pub fn rebuilt(call: &Record) {
    let Ok(recovered) = replay::recover(call) else {
        return;
    };
    let text = recovered.scenario.to_toml();
    let source = callflow::source::Source::new("scenario.toml", text.as_str());
    let (scenario, findings) = callflow::scenario::parse(&source);
    assert!(
        scenario.is_some(),
        "recovered and not read: {findings:?}\n{text}"
    );
    let Some(run) = recovered.run() else {
        return;
    };
    diff(call, &run.record, Tolerance(0));
}
