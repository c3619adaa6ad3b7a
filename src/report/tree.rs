//! placeholder until the tree lands
use crate::simulate::Run;
use std::io;
/// Writes.
pub fn write(
    run: &Run,
    _name: &str,
    _styled: bool,
    _width: usize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for e in run.call.log() {
        writeln!(
            out,
            "{:8} {:8} {:indent$}{} {} {}",
            e.created_on.since(run.call.inbound().created_on),
            e.modified_on.since(run.call.inbound().created_on),
            "",
            e.path(),
            e.status.state.as_str(),
            e.status.reason,
            indent = e.depth * 2
        )?;
    }
    for h in &run.heard {
        writeln!(out, "{} {} {:?}", h.from, h.to, h.what)?;
    }
    for l in run.call.legs() {
        writeln!(out, "{:?}", l)?;
    }
    for a in run.assumed.iter() {
        writeln!(out, "{a}")?;
    }
    Ok(())
}
