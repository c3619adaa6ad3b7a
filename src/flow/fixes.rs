//! The fixes of this room.

use crate::channel::Destination;
use crate::command::AttributeSpec;
use crate::diagnostic::{Diagnostic, Edit, Fix, Safety};
use crate::source::{Span, trimmed};
use crate::value::is_same_name;
use crate::xml::Element;

/// A fix that renames an element in both of its tags: certain where the name is the same in another
/// spelling, or a name of another dialect for the same thing.
pub(super) fn rename(element: Element<'_>, name: &str, is_foreign: bool) -> Fix {
    let mut edits = vec![Edit {
        span: element.name_span(),
        replacement: name.into(),
    }];
    if let Some(end) = element.end_tag_span() {
        let length = element.name().len();
        edits.push(Edit {
            span: end.within(2, 2 + length),
            replacement: name.into(),
        });
    }
    Fix {
        title: format!("write `{name}`").into(),
        safety: Safety::certain_if(is_foreign || is_same_name(element.name(), name)),
        edits,
    }
}

/// An attribute that stands as an element inside the command: it becomes the command's text where the
/// attribute may be written so, and an attribute elsewhere. Nothing where more stands in it than a text,
/// or the attribute is given already.
pub(super) fn moved_up(element: Element<'_>, attribute: &AttributeSpec) -> Option<Fix> {
    let parent = element.parent()?;
    let is_plain = element.attributes().next().is_none() && element.elements().next().is_none();
    let is_free = parent.attribute(attribute.name).is_none();
    let (text, end) = (element.text_span()?, element.end_tag_span()?);
    let document = element.document();
    let raw = document.source().slice(text);
    if !is_plain || !is_free || raw.contains(['"', '<']) {
        return None;
    }
    let edit = |span: Span, replacement: String| Edit {
        span,
        replacement: replacement.into(),
    };
    let edits = if attribute.content {
        if parent.has_text() || parent.elements().count() > 1 {
            return None;
        }
        vec![
            edit(element.start_tag_span(), String::new()),
            edit(end, String::new()),
        ]
    } else {
        let name = parent.name_span();
        vec![
            edit(
                Span::at(name.end as usize),
                format!(" {}=\"{}\"", attribute.name, trimmed(raw)),
            ),
            edit(element.span(), String::new()),
        ]
    };
    Some(Fix {
        title: format!("write it as `{}` of {}", attribute.name, parent.name()).into(),
        safety: Safety::Safe,
        edits,
    })
}

/// A missing destination that stands as text where an element should be.
pub(super) fn wrapped(
    element: Element<'_>,
    finding: Diagnostic,
    text: Span,
    name: &str,
) -> Diagnostic {
    let finding = finding
        .also(text, "text is ignored here")
        .help(format!("put it into <{name}>…</{name}>"));
    if Destination::parse(&element.text()).is_err() {
        return finding;
    }
    let insert = |at: u32, replacement: String| Edit {
        span: Span::at(at as usize),
        replacement: replacement.into(),
    };
    let edits = vec![
        insert(text.start, format!("<{name}>")),
        insert(text.end, format!("</{name}>")),
    ];
    let title = format!("put it into <{name}>").into();
    Diagnostic {
        fix: Some(Fix {
            title,
            safety: Safety::Safe,
            edits,
        }),
        ..finding
    }
}
