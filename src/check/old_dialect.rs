//! A form of the older dialect.

use super::scope::Scope;
use crate::command::{SPECS, Spec};
use crate::diagnostic::{Diagnostic, Safety};

rule! {
    /// An element or attribute of the older documentation. The current documentation has another
    /// one for it.
    ///
    /// ## Why
    ///
    /// It is not documented whether the platform still accepts the older form.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Gather numDigits="1"><DTMF value="1"><Say>Sales.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Gather dtmf_length="1"><DTMF value="1"><Say>Sales.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    "old-dialect" Info Values "a form that only the older documentation shows"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    const NOTE: &str = "it is not documented whether the platform still accepts it";
    for place in &scope.places {
        let own = place.spec();
        let is_current = |spec: &&&Spec| Some(spec.role) == own.instead && spec.instead.is_none();
        let current = own.instead.and_then(|_| SPECS.iter().find(is_current));
        if let Some(current) = current {
            let message = format!("{} belongs to an older dialect", own.name);
            let help = if current.role == own.role {
                format!("write <{}>", current.name)
            } else {
                format!(
                    "write <{}> for each branch, without <{}>",
                    current.name, own.name
                )
            };
            let finding = CHECK.at(place.name_span(), message).note(NOTE);
            findings.push(finding.help(help));
        }
    }
    for given in scope.given() {
        if let Some(instead) = given.attribute().instead {
            let name = given.attribute().name;
            let message = format!("`{name}` belongs to an older dialect");
            let finding = CHECK.at(given.name_span(), message).note(NOTE);
            findings.push(finding.fix(
                Safety::Unsafe,
                format!("write `{instead}`"),
                given.name_span(),
                instead,
            ));
        }
    }
}
