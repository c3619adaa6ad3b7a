//! Texts of events, kept small until they are needed.

use std::borrow::Cow;
use std::io::{Read as _, Write as _};
use std::sync::Arc;

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// So many bytes are compressed together: events are much alike.
const TOGETHER: usize = 128 << 10;

/// A text.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    /// As it stands.
    Plain(Box<str>),
    /// Compressed with others: all of them, and where it begins and ends.
    Packed(Arc<[u8]>, usize, usize),
}

impl From<&str> for Kept {
    fn from(text: &str) -> Self {
        Self::Plain(text.into())
    }
}

/// Compresses texts, each with its neighbours.
pub(super) fn pack<'t>(texts: impl Iterator<Item = &'t mut Kept>) {
    let mut group: Vec<&mut Kept> = Vec::new();
    let mut size = 0;
    for text in texts {
        let Kept::Plain(plain) = text else { continue };
        size += plain.len();
        group.push(text);
        if size >= TOGETHER {
            pack_group(&mut group);
            size = 0;
        }
    }
    pack_group(&mut group);
}

fn pack_group(group: &mut Vec<&mut Kept>) {
    if group.is_empty() {
        return;
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    let mut places = Vec::new();
    let mut end = 0;
    for text in &*group {
        let Kept::Plain(text) = &**text else { continue };
        // Writing to a vector cannot fail.
        let written = encoder.write_all(text.as_bytes());
        debug_assert!(written.is_ok());
        places.push((end, end + text.len()));
        end += text.len();
    }
    let Ok(packed) = encoder.finish() else { return };
    let packed: Arc<[u8]> = packed.into();
    for (text, (from, to)) in group.drain(..).zip(places) {
        *text = Kept::Packed(Arc::clone(&packed), from, to);
    }
}

/// Gives texts back. What was compressed together is best asked for in its order.
#[derive(Debug, Default)]
pub(super) struct Unpacker {
    last: Option<(Arc<[u8]>, String)>,
}

impl Unpacker {
    pub(super) fn text<'t>(&'t mut self, kept: &'t Kept) -> Cow<'t, str> {
        let (packed, from, to) = match kept {
            Kept::Plain(text) => return Cow::Borrowed(text),
            Kept::Packed(packed, from, to) => (packed, *from, *to),
        };
        let is_it = |(last, _): &(Arc<[u8]>, _)| Arc::ptr_eq(last, packed);
        let last = self.last.take().filter(is_it);
        let (_, text) = self.last.insert(last.unwrap_or_else(|| {
            let mut text = String::new();
            let read = DeflateDecoder::new(&**packed).read_to_string(&mut text);
            debug_assert!(read.is_ok());
            (Arc::clone(packed), text)
        }));
        Cow::Borrowed(text.get(from..to).unwrap_or_default())
    }
}
