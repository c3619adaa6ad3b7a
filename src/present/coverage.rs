//! Which parts of the flows tested calls came to.

mod html;

use std::collections::BTreeMap;
use std::io;

pub use html::write as html;
use serde::Serialize;

use super::styled_text::{BAD, BOLD, DIM, GOOD, PLAIN, Text, clean};
use super::{Look, Screen};
use crate::channel::Label;
use crate::expect::{Coverage, FlowCoverage, Goal};
use crate::flow::{Flow, NodeId};
use crate::report::{Tool, own};

/// A table of the flows, and what no call came to.
///
/// # Errors
///
/// Those of `out`.
pub fn human(coverage: &Coverage, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    /// So many gaps of a flow are named.
    const MOST: usize = 40;
    let mut screen = Screen::new(look, out);
    let names = coverage.flows.iter().map(|flow| clean(flow.name()));
    let names: Vec<_> = names.collect();
    let width = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0)
        .max(4);
    screen.blank()?;
    screen.line(&Text::of(
        DIM,
        format!(
            "{:width$}  {:>9}  {:>9}  {:>9}  {:>8}",
            "flow", "commands", "branches", "outcomes", "hang-ups"
        ),
    ))?;
    for (flow, name) in coverage.flows.iter().zip(&names) {
        let counts = [
            flow.count(|goal| goal == Goal::Ran),
            flow.count(Goal::is_branch),
            flow.count(Goal::is_outcome),
        ];
        let mut line = Text::of(BOLD, format!("{name:width$}"));
        for (came, all) in counts {
            let style = if came == all { PLAIN } else { BAD };
            let cell = if all == 0 {
                "–".to_owned()
            } else {
                format!("{came}/{all}")
            };
            line.push(style, format!("  {cell:>9}"));
        }
        line.push(DIM, format!("  {:>8}", flow.hangups.len()));
        screen.line(&line)?;
        let gaps = gaps(flow);
        for (place, words) in gaps.iter().take(MOST) {
            let text = Text::of(DIM, format!("{name}:{place}  ")).and(PLAIN, clean(words));
            screen.paragraph(&text, 2, 4)?;
        }
        if gaps.len() > MOST {
            screen.line(&Text::of(DIM, format!("  … {} more", gaps.len() - MOST)))?;
        }
    }
    let (came, all) = coverage.count();
    let style = if came == all { GOOD } else { PLAIN };
    let text = format!("{} of {all}: {}", came, percent(coverage));
    screen.line(&Text::of(style, text))
}

/// The part in percent, never rounded up to all.
pub fn percent(coverage: &Coverage) -> String {
    format!("{:.1} %", (coverage.percent() * 10.0).floor() / 10.0)
}

/// What no call came to, with its line.
fn gaps(flow: &FlowCoverage) -> Vec<(usize, String)> {
    let mut by_node: BTreeMap<NodeId, Vec<Goal>> = BTreeMap::new();
    for (node, goal) in flow.gaps() {
        by_node.entry(node).or_default().push(goal);
    }
    let is_never = |node: NodeId| {
        let goals = by_node.get(&node);
        goals.is_some_and(|goals| {
            goals
                .iter()
                .any(|goal| matches!(goal, Goal::Ran | Goal::Taken))
        })
    };
    // What stands in something that never ran is not named again.
    let is_outermost = |node: NodeId| {
        let mut outer = flow.flow.parent(node);
        while let Some(around) = outer {
            if is_never(around) {
                return false;
            }
            outer = flow.flow.parent(around);
        }
        true
    };
    let outermost: Vec<_> = by_node
        .keys()
        .copied()
        .filter(|&node| is_outermost(node))
        .collect();
    let gap = |node: NodeId| {
        let goals = &by_node[&node];
        // What never ran came to nothing else either.
        let is_whole = goals
            .iter()
            .any(|goal| matches!(goal, Goal::Ran | Goal::Taken));
        let words: Vec<_> = if is_whole {
            goals.iter().take(1).map(|goal| goal.never()).collect()
        } else {
            goals.iter().map(|goal| goal.never()).collect()
        };
        let seen = flow.causes.get(&node).filter(|causes| !causes.is_empty());
        let seen = seen.map_or(String::new(), |causes| {
            let causes: Vec<_> = causes.iter().copied().collect();
            format!(" (seen: {})", causes.join(", "))
        });
        let command = &flow.flow.node(node).command;
        let name = match command.behavior().label() {
            Label::Code(code) => format!("{} {code}", command.spec().name),
            _ => command.spec().name.to_owned(),
        };
        (
            line(&flow.flow, node),
            format!("{name}: {}{seen}", words.join(", ")),
        )
    };
    outermost.into_iter().map(gap).collect()
}

fn line(flow: &Flow, node: NodeId) -> usize {
    let element = flow.element(node);
    let start = element.map_or(0, |element| element.span().start);
    flow.source().position(start).line
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    covered: usize,
    total: usize,
    flows: Vec<FlowJson<'a>>,
}

#[derive(Serialize)]
struct FlowJson<'a> {
    file: &'a str,
    covered: usize,
    total: usize,
    commands: Vec<CommandJson>,
}

#[derive(Serialize)]
struct CommandJson {
    path: String,
    line: usize,
    /// How often it came to what it can come to.
    goals: BTreeMap<&'static str, u64>,
    hangups: u64,
    causes: Vec<&'static str>,
}

/// For programs; `docs/schemas/coverage.schema.json` describes it.
///
/// # Errors
///
/// Those of `out`.
pub fn json(coverage: &Coverage, out: &mut dyn io::Write) -> io::Result<()> {
    let flows = coverage.flows.iter().map(|flow| {
        let (covered, total) = flow.count(|_| true);
        let mut commands: BTreeMap<NodeId, CommandJson> = BTreeMap::new();
        for (&(node, goal), &count) in &flow.goals {
            let command = commands.entry(node).or_insert_with(|| CommandJson {
                path: flow.flow.path(node),
                line: line(&flow.flow, node),
                goals: BTreeMap::new(),
                hangups: flow.hangups.get(&node).copied().unwrap_or(0),
                causes: flow
                    .causes
                    .get(&node)
                    .into_iter()
                    .flatten()
                    .copied()
                    .collect(),
            });
            command.goals.insert(goal.as_str(), count);
        }
        FlowJson {
            file: flow.name(),
            covered,
            total,
            commands: commands.into_values().collect(),
        }
    });
    let (covered, total) = coverage.count();
    let document = Document {
        version: 1,
        tool: Tool::THIS,
        covered,
        total,
        flows: flows.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// LCOV, for editors and coverage services: a line for each command, a branch for each choice and
/// outcome.
///
/// # Errors
///
/// Those of `out`.
pub fn lcov(coverage: &Coverage, out: &mut dyn io::Write) -> io::Result<()> {
    // Services look for the files: what a server gives and no file holds is left out.
    for flow in &coverage.flows {
        let Some(file) = &flow.file else { continue };
        writeln!(out, "{}", own::LCOV)?;
        // Nothing else can end a line.
        writeln!(out, "SF:{}", file.replace(['\n', '\r'], " "))?;
        let mut lines: BTreeMap<usize, u64> = BTreeMap::new();
        let (mut found, mut hit) = (0, 0);
        for (index, (&(node, goal), &count)) in flow.goals.iter().enumerate() {
            let line = line(&flow.flow, node);
            if matches!(goal, Goal::Ran | Goal::Taken) {
                let most = lines.entry(line).or_default();
                *most = (*most).max(count);
            }
            if goal != Goal::Ran {
                writeln!(out, "BRDA:{line},{},{index},{count}", node.index())?;
                found += 1;
                hit += u64::from(count > 0);
            }
        }
        writeln!(out, "BRF:{found}\nBRH:{hit}")?;
        for (line, count) in &lines {
            writeln!(out, "DA:{line},{count}")?;
        }
        let hit = lines.values().filter(|count| **count > 0).count();
        writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len())?;
    }
    Ok(())
}
