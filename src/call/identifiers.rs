//! Identifiers from a seed and a counter: the same setup gives the same ones.

/// A counter-based generator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Identifiers {
    seed: u64,
    count: u64,
}

impl Identifiers {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }

    /// A version 4 UUID.
    pub(super) fn uuid(&mut self) -> Box<str> {
        let uuid = uuid::Builder::from_random_bytes(self.next().to_be_bytes()).into_uuid();
        uuid.to_string().into()
    }

    /// A thread: 32 lower-case hex digits (observed).
    pub(super) fn thread(&mut self) -> Box<str> {
        format!("{:032x}", self.next()).into()
    }

    fn next(&mut self) -> u128 {
        let mut half = || {
            self.count += 1;
            splitmix(
                self.seed
                    .wrapping_add(self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            )
        };
        u128::from(half()) << 64 | u128::from(half())
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea and Flood, 2014).
fn splitmix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
