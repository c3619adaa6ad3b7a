//! Identifiers from a seed: the same call gives the same ones.

/// What an identifier is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Of {
    /// The call itself.
    Call,
    /// A log entry, by its index.
    Entry(usize),
    /// A dialled leg, by its row.
    Leg(usize),
    /// A recording, by its row.
    Recording(usize),
    /// An event, by its order.
    Event(usize),
}

/// A generator of identifiers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identifiers(pub(crate) u64);

impl Identifiers {
    /// Those that belong to what has an identifier already.
    pub(crate) fn within(uuid: &str) -> Self {
        let bytes = uuid.bytes();
        // FNV-1a.
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(self, of: Of) -> Box<str> {
        let bytes = self.number(of, 0).to_be_bytes();
        let uuid = uuid::Builder::from_random_bytes(bytes).into_uuid();
        uuid.to_string().into()
    }

    /// A thread: 32 lower-case hex digits (observed).
    pub(crate) fn thread(self, of: Of) -> Box<str> {
        format!("{:032x}", self.number(of, 1)).into()
    }

    fn number(self, of: Of, kind: u64) -> u128 {
        let (class, index) = match of {
            Of::Call => (0, 0),
            Of::Entry(index) => (1, index),
            Of::Leg(index) => (2, index),
            Of::Recording(index) => (3, index),
            Of::Event(index) => (4, index),
        };
        let place = (index as u64) << 8 | class << 1 | kind;
        let half = |side: u64| {
            let count = (place << 1 | side).wrapping_add(1);
            splitmix(
                self.0
                    .wrapping_add(count.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            )
        };
        u128::from(half(0)) << 64 | u128::from(half(1))
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea and Flood, 2014).
fn splitmix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
