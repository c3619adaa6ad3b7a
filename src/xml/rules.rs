//! The rules of well-formedness, each with its page of the manual in `rules/`.

use crate::diagnostic::{Rule, Severity};

macro_rules! rules {
    ($($constant:ident $id:literal $summary:literal;)*) => {
        $(
            pub(super) const $constant: Rule = Rule {
                id: $id,
                severity: Severity::Error,
                summary: $summary,
                page: include_str!(concat!("rules/", $id, ".md")),
            };
        )*

        /// Every rule that reading XML can break, in the order in which the manual shows them.
        pub const RULES: &[Rule] = &[$($constant),*];
    };
}

rules! {
    ENCODING "xml-encoding" "the bytes do not match the encoding of the document";
    NOT_TEXT "xml-not-text" "the file is not XML text at all, or too large";
    DECLARATION "xml-declaration" "the XML declaration is not valid, or not at the start";
    DOCTYPE "xml-doctype" "a document type declaration (DOCTYPE)";
    ROOT "xml-root" "the document does not have exactly one root element";
    TAG "xml-tag" "a start tag does not end, or contains something else than attributes";
    END_TAG "xml-end-tag" "an end tag is missing, misspelt or does not belong to an element";
    NAME "xml-name" "a name contains a character that is not allowed in names";
    NAMESPACE "xml-namespace" "a prefix is not declared, or a colon is in the wrong place";
    DUPLICATE_ATTRIBUTE "xml-duplicate-attribute" "an element has the same attribute twice";
    ATTRIBUTE_QUOTE "xml-attribute-quote" "the value of an attribute is not in quotes";
    ATTRIBUTE_VALUE "xml-attribute-value" "an attribute has no value, or no `=`";
    ATTRIBUTE_SPACE "xml-attribute-space" "there is no space between two attributes";
    AMPERSAND "xml-ampersand" "a `&` that does not begin a reference";
    ENTITY "xml-entity" "a reference to an unknown entity, or one without `;`";
    CHARACTER_REFERENCE "xml-character-reference" "a numeric reference that is not a character";
    LESS_THAN "xml-less-than" "a `<` in text or in an attribute value";
    CDATA_END "xml-cdata-end" "`]]>` in text";
    CHARACTER "xml-character" "a character that XML does not allow";
    COMMENT "xml-comment" "a comment is not closed, or contains `--`";
    CDATA "xml-cdata" "a CDATA section is not closed";
    INSTRUCTION "xml-instruction" "a processing instruction is not closed, or has a reserved name";
    MARKUP "xml-markup" "`<!` followed by something that is not XML";
    TOO_MANY "xml-too-many" "the document has more errors than are shown";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The XML in the fenced block under a heading of a page.
    fn example<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
        let (_, section) = page.split_once(heading)?;
        let (_, block) = section.split_once("```xml\n")?;
        block.split_once("\n```").map(|(xml, _)| xml)
    }

    #[test]
    fn each_page_has_an_example_that_breaks_its_rule_and_one_that_breaks_none() {
        for rule in RULES {
            let found = |heading| {
                let xml = example(rule.page, heading)?;
                let (_, findings) = crate::xml::read("example", xml.as_bytes());
                let mut ids: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
                ids.dedup();
                Some(ids)
            };
            let (bad, good) = (found("## Example"), found("## Use instead"));
            if rule.id == TOO_MANY.id {
                assert_eq!((bad, good), (None, None));
            } else {
                assert_eq!(bad, Some(vec![rule.id]), "{}", rule.id);
                assert_eq!(good, Some(Vec::new()), "{}", rule.id);
            }
        }
    }

    #[test]
    fn rules_have_names_of_their_own() {
        let mut ids: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), RULES.len());
        assert!(ids.iter().all(|id| id.starts_with("xml-")));
    }
}
