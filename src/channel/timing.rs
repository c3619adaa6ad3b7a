//! The platform's own delays, in milliseconds.
//!
//! Each was observed in the reference call (`events/destroyed.json`, February 2024, instants in
//! seconds after the call was created) unless its line says otherwise.

#![warn(clippy::arithmetic_side_effects)]

/// Creation to `init_on`: 0.013.
pub const INIT: u64 = 13;
/// Creation to `ring_on`: 0.016.
pub const RINGING: u64 = 16;
/// Creation to `answer_on` with `auto_answer`: 1.341.
pub const ANSWERED: u64 = 1341;
/// Answer to the flow's first entry: 1.341 → 1.729.
pub const FLOW_START: u64 = 388;

/// A fetch with its compilation, Callback's entry to the fetched flow's first: 1.729 → 1.955.
pub const FETCH: u64 = 226;
/// A failed command's end to its Error block's entry: 2.235 → 2.397.
pub const INTO_HANDLER: u64 = 162;
/// Error's entry to that of its first command: 2.397 → 2.445.
pub const INTO_BLOCK: u64 = 48;
/// Record's entry to that of its first command: 7.110 → 7.129.
pub const INTO_RECORD: u64 = 19;
/// The end of a Say to the next entry: 7.037 → 7.110.
pub const AFTER_SPEECH: u64 = 73;
/// The end of a Tone to the next entry: 8.316 → 8.350. Assumed for every other command (`step-time`).
pub const AFTER_COMMAND: u64 = 34;

/// What a Say takes beyond its words (`speech-time`).
pub const SPEECH_BASE: u64 = 190;
/// What a Tone takes beyond its on and off times: 1.187 s for 1 s.
pub const TONE_OVERHEAD: u64 = 187;
/// How long media of unknown length lasts (`media-time`).
pub const MEDIA: u64 = 5000;
/// No media lasts longer: a year, so that sums of times stay within the calendar.
pub const LONGEST_MEDIA: u64 = 31_536_000_000;
/// The flow's end to that of the call, where it is parked (documented: typically 30 s; `flow-end`).
pub const PARKED: u64 = 30_000;
/// When the operating system gives a request up that has no limit of its own and no reply: Linux tries
/// to connect for 1 + 2 + 4 + 8 + 16 + 32 + 64 s (`timeout-zero`).
pub const FETCH_GIVES_UP: u64 = 127_000;
/// The end of a recording to its availability (`record-ready`).
pub const RECORDING_READY: u64 = 500;

/// Dial's entry to the creation of its leg: 1.955 → 2.000.
pub const LEG_CREATED: u64 = 45;
/// The end of an attempt of a Dial to the beginning of the next (assumed, `dial-attempts`).
pub const DIAL_RETRY: u64 = 1000;
/// A leg's creation to its `init_on`: 2.000 → 2.020.
pub const LEG_INIT: u64 = 20;
/// A leg's `init_on` to its refusal: 2.020 → 2.227.
pub const LEG_REFUSES: u64 = 207;
/// A leg's `init_on` to its ringing (assumed, `leg-time`).
pub const LEG_RINGS: u64 = 1000;
/// A leg's ringing to its answer, or refusal (assumed, `leg-time`).
pub const LEG_ANSWERS: u64 = 2000;
/// A dialled leg's `hangup_on` to the end of its Dial: 2.227 → 2.235.
pub const DIAL_REPORTS: u64 = 8;
/// A leg's `hangup_on` to its `destroy_on`: 2.227 → 2.239.
pub const DESTROYED: u64 = 12;
/// A leg's `destroy_on` to its row becoming `offline`: 2.239 → 3.486.
pub const LEG_OFFLINE: u64 = 1247;

/// `live` to its event: 1.341 → 1.392.
pub const LAG_LIVE: u64 = 51;
/// `destroyed` to its event: 9.857 → 9.934.
pub const LAG_DESTROYED: u64 = 77;
/// `hangup` to its event, on the dialled leg: 2.227 → 2.367.
pub const LAG_HANGUP: u64 = 140;
/// `init` to its event (another published event of the same month).
pub const LAG_INIT: u64 = 201;
/// Every other event (assumed, `event-lag`).
pub const LAG: u64 = 51;
