//! A page with the source of each flow: what ran, how often and in which calls, and what never did.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::{line, percent};
use crate::expect::{Coverage, FlowCoverage, Goal};
use crate::flow::NodeId;
use crate::report::own::HTML;

const STYLE: &str = "\
:root{color-scheme:light dark;--good:#d7f5dd;--part:#fdf1c7;--bad:#fbdcdc;--dim:#6b7280}\
@media(prefers-color-scheme:dark){:root{--good:#143d20;--part:#4a3f10;--bad:#4d1c1c;--dim:#9ca3af}}\
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse}th,td{padding:.1rem .8rem;text-align:right;white-space:nowrap}\
th:first-child,td:first-child{text-align:left}th{color:var(--dim);font-weight:normal}\
.source{overflow-x:auto;border:1px solid #8884;border-radius:6px;font:13px/1.55 ui-monospace,monospace}\
.source div{display:flex;min-width:max-content}.source .n,.source .c{flex:none;text-align:right;\
color:var(--dim);padding-right:.8rem;user-select:none}.source .n{width:3.5rem}.source .c{width:3.5rem}\
.source code{white-space:pre;font:inherit}.source .why{padding-left:2rem;color:var(--dim)}\
.good{background:var(--good)}.part{background:var(--part)}.bad{background:var(--bad)}";

/// Writes the page. It needs no other file.
///
/// # Errors
///
/// Those of `out`.
pub fn write(coverage: &Coverage, out: &mut dyn io::Write) -> io::Result<()> {
    let (came, all) = coverage.count();
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         {HTML}\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Call flow coverage: {percent}</title>\n<style>{STYLE}</style>\n\
         <h1>Call flow coverage: {percent}</h1>\n\
         <p>{came} of {all}: counted are commands that ran, branches that were taken, filters that matched and did not match, and the outcomes of dials and requests. Hang-ups do not count.</p>\n\
         <table>\n<tr><th>flow<th>commands<th>branches<th>outcomes<th>hang-ups",
        percent = percent(coverage)
    )?;
    for (index, flow) in coverage.flows.iter().enumerate() {
        write!(
            out,
            "<tr><td><a href=\"#flow-{index}\">{}</a>",
            escaped(flow.name())
        )?;
        let counts = [
            flow.count(|goal| goal == Goal::Ran),
            flow.count(Goal::is_branch),
            flow.count(Goal::is_outcome),
        ];
        for (came, all) in counts {
            let class = if came == all { "" } else { " class=\"bad\"" };
            match all {
                0 => write!(out, "<td>–")?,
                all => write!(out, "<td{class}>{came}/{all}")?,
            }
        }
        writeln!(out, "<td>{}", flow.hangups.len())?;
    }
    writeln!(out, "</table>")?;
    for (index, flow) in coverage.flows.iter().enumerate() {
        let name = escaped(flow.name());
        writeln!(out, "<h2 id=\"flow-{index}\">{name}</h2>")?;
        source(flow, out)?;
    }
    writeln!(out, "</html>")
}

/// What is to be said of a line.
#[derive(Default)]
struct Line {
    /// How often the command ran that ran most.
    count: Option<u64>,
    /// Whether a command of it never ran.
    never: bool,
    gaps: Vec<String>,
    calls: BTreeSet<String>,
    hangups: u64,
}

fn source(flow: &FlowCoverage, out: &mut dyn io::Write) -> io::Result<()> {
    let mut lines: BTreeMap<usize, Line> = BTreeMap::new();
    for (&(node, goal), &count) in &flow.goals {
        let line = lines.entry(line(&flow.flow, node)).or_default();
        if matches!(goal, Goal::Ran | Goal::Taken) {
            line.count = Some(line.count.unwrap_or(0).max(count));
            line.never |= count == 0 && !flow.excused.contains(&node);
            line.calls
                .extend(flow.calls.get(&node).into_iter().flatten().cloned());
            line.hangups += flow.hangups.get(&node).copied().unwrap_or(0);
        }
        let is_gap = count == 0 && !flow.excused.contains(&node);
        if is_gap && (goal.is_branch() || goal.is_outcome()) && has_run(flow, node) {
            let name = flow.flow.node(node).command.spec().name;
            line.gaps.push(format!("{name}: {}", goal.never()));
        }
    }
    writeln!(out, "<div class=\"source\">")?;
    for (number, text) in (1..).zip(flow.flow.source().text().lines()) {
        let line = lines.get(&number);
        let class = match line {
            None => "",
            Some(line) if line.never => "bad",
            Some(line) if !line.gaps.is_empty() => "part",
            Some(_) => "good",
        };
        let count = line.and_then(|line| line.count);
        let count = count.map_or(String::new(), |count| format!("{count}×"));
        let calls: Vec<_> = line
            .iter()
            .flat_map(|line| &line.calls)
            .map(String::as_str)
            .collect();
        write!(
            out,
            "<div class=\"{class}\" title=\"{}\"><span class=\"n\">{number}</span><span class=\"c\">{count}</span><code>{}</code>",
            escaped(&calls.join("\n")),
            escaped(text)
        )?;
        let mut why: Vec<_> = line.iter().flat_map(|line| line.gaps.clone()).collect();
        if let Some(line) = line.filter(|line| line.hangups > 0) {
            why.push(format!("hang-ups: {}", line.hangups));
        }
        if !why.is_empty() {
            write!(
                out,
                "<span class=\"why\">{}</span>",
                escaped(&why.join("; "))
            )?;
        }
        writeln!(out, "</div>")?;
    }
    writeln!(out, "</div>")
}

/// Whether a command ran: of one that did not, no more is said.
fn has_run(flow: &FlowCoverage, node: NodeId) -> bool {
    let count = |goal| flow.goals.get(&(node, goal)).copied().unwrap_or(0);
    count(Goal::Ran) + count(Goal::Taken) > 0
}

/// Text in a page.
fn escaped(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\n' => page.push_str("&#10;"),
            control if control.is_control() && control != '\t' => page.push('\u{fffd}'),
            other => page.push(other),
        }
    }
    page
}
