//! What is assumed of the platform: the one table.
//!
//! Each behaviour of callflow is *documented*, *observed* in a published event, or *assumed*. What
//! no source settles stands here under a stable id. A run names the assumptions that decided
//! something in it, and `docs/fidelity.md` is printed from this table.

use std::fmt;

/// Declares [`Assumption`]: variant, id, what it decides, what is assumed, what speaks for it.
macro_rules! assumptions {
    ($($variant:ident $id:literal $decides:ident $text:literal $evidence:literal)+) => {
        /// Something that no source settles, and that callflow decides in one way.
        #[allow(missing_docs, reason = "each says what it assumes in `text`")]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Assumption {
            $($variant,)+
        }

        impl Assumption {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable id.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            /// What it decides.
            pub fn decides(self) -> Decides {
                match self { $(Self::$variant => Decides::$decides,)+ }
            }

            /// What is assumed.
            pub fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// What speaks for it; a dash where nothing does.
            pub fn evidence(self) -> &'static str {
                match self { $(Self::$variant => $evidence,)+ }
            }
        }
    };
}

/// Declares [`Reading`]: for each assumption that has several, the word of the usual reading, and of each
/// other one its variant, its word and what the platform then does.
macro_rules! readings {
    ($($assumption:ident $usual:literal { $($variant:ident $word:literal $text:literal)+ })+) => {
        /// Another way to read an assumption than the usual one.
        #[allow(missing_docs, reason = "each says what the platform does in `text`")]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Reading {
            $($($variant,)+)+
        }

        impl Reading {
            /// All of them, in the order of the table of assumptions.
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)+)+];

            /// The assumption that it is a reading of.
            pub fn assumption(self) -> Assumption {
                match self { $($(Self::$variant)|+ => Assumption::$assumption,)+ }
            }

            /// The word for it in `[assume]`.
            pub fn word(self) -> &'static str {
                match self { $($(Self::$variant => $word,)+)+ }
            }

            /// What the platform does, if this is how it is.
            pub fn text(self) -> &'static str {
                match self { $($(Self::$variant => $text,)+)+ }
            }
        }

        impl Assumption {
            /// The ids of those that have several readings.
            pub const WITH_READINGS: &'static [&'static str] = &[$(Self::$assumption.id(),)+];

            /// What `[assume]` can say of it, the usual reading first. Empty for one that has no other
            /// reading.
            pub fn words(self) -> &'static [&'static str] {
                match self {
                    $(Self::$assumption => &[$usual, $($word,)+],)+
                    _ => &[],
                }
            }

            /// Its other readings.
            pub fn others(self) -> &'static [Reading] {
                match self {
                    $(Self::$assumption => &[$(Reading::$variant,)+],)+
                    _ => &[],
                }
            }
        }
    };
}

/// What an assumption decides.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Decides {
    /// Which way a call goes: what happens, what is heard, how it ends.
    Route,
    /// When things happen. A caller who looks at the clock may notice.
    Times,
    /// How it is written down, in events, logs and requests: the call itself goes the same way.
    Events,
}

assumptions! {
    EntryClosesOnExit "entry-closes-on-exit" Events
        "A log entry is written `queued` on entry and updated once, on exit; hang-up leaves open entries as they are. A fetched flow runs inside its Callback."
        "explains all entries of the reference event; so does `left-open`, for the call ended inside its Callback, Error and Record"
    AfterError "after-error" Route
        "After an Error block that does not end the call, the flow goes on behind the failed command."
        "—"
    UnhandledFailure "unhandled-failure" Route
        "A failed command without an Error block: the flow goes on behind it."
        "—"
    ResponseError "response-error" Route
        "An Error block directly in Response runs when a command of that document fails and has no Error block of its own."
        "the Play page shows such a block and does not explain it"
    FlowEnd "flow-end" Route
        "The flow's end hangs the call up with NORMAL_CLEARING."
        "for `parked`: a call without instructions is parked, and times out after typically 30 s"
    DialFork "dial-fork" Route
        "Several destinations of a Dial ring at once; the first to answer wins, the others end with LOSE_RACE; if all refuse, the cause is that of the first destination."
        "Dial page: other attempts are ended when one is answered; FreeSWITCH's originate. No page says whether they ring in turn"
    DialAttempts "dial-attempts" Route
        "`n/m` in a Dial's reason is attempt / max_call_attempts; a new attempt rings every destination again, after a second."
        "FreeSWITCH's originate_retry_sleep_ms is 1000"
    DialDefaults "dial-defaults" Route
        "Dial without attributes: timeout 60000, max_call_attempts 1, no max_call_duration."
        "FreeSWITCH's originate"
    DialDuration "dial-duration" Route
        "A bridge that reaches max_call_duration ends the dialled leg with ALLOTTED_TIMEOUT, and the flow goes on."
        "FreeSWITCH's sched_hangup"
    DialNumber "dial-number" Events
        "A destination without `@` is a number: type `number`, its name the digits without `+`, no address and no port."
        "the event row of a dialled leg holds the user part only"
    DurationZero "duration-zero" Route
        "A max_call_duration of 0 ends the bridge as soon as it begins."
        "—"
    TimeoutZero "timeout-zero" Route
        "A timeout of 0 is over at once: no destination rings, no key is waited for, nothing is heard. A fetch with a timeout of 0 has no limit of its own: a reply is taken however late it comes, and without one the operating system gives up after 127 s."
        "the timeout of the flow's own URL: 0 is the limit of the operating system; Linux tries to connect for 127 s"
    RingBack "ring-back" Route
        "An answered caller hears a ring-back tone while a dialled leg rings."
        "FreeSWITCH plays one where ringback is set"
    DialRecord "dial-record" Route
        "`record` on Dial, seen in customer code of 2021, is kept and does nothing."
        "—"
    BridgeAnswers "bridge-answers" Route
        "A bridge to a caller who was not answered answers the call."
        "FreeSWITCH passes the answer on"
    EarlyMedia "early-media" Route
        "Sounds played before the call is answered reach the caller as early media."
        "FreeSWITCH"
    AnswerTwice "answer-twice" Route
        "Answer on an answered call succeeds and does nothing."
        "—"
    AnswerDelay "answer-delay" Times
        "Answer's delay passes after answering, before the next command; on an answered call too."
        "the attribute's table; the page's prose says before answering"
    GatherDefaults "gather-defaults" Route
        "Gather: timeout 10000 and attempts 1; with dtmf_stop and no length, any number of digits until the stop key or the time-out; without either, as many as its longest code (1 without codes). The older finishOnKey without numDigits keeps that."
        "older pages; otherwise a stop key would mean nothing"
    GatherTimeout "gather-timeout" Times
        "Gather's timeout is the wait for each key."
        "FreeSWITCH's play_and_get_digits"
    GatherBranches "gather-branches" Route
        "In a Gather, Default runs when no code matches and Error when nothing was pressed; both only after the last attempt."
        "majority of sources; for `default-for-no-input`: the texts in the example of the Gather page"
    GatherPrompt "gather-prompt" Route
        "Directly inside a Gather, what is heard (Say, Play, Tone, Pause) is a prompt, played before each attempt; the first key, in it or between two of them, ends the prompts, and what was cut counts as played. Anything else there runs whole, and a key pressed then is not this Gather's."
        "older pages call what stands there filler; TwiML's Gather has the same shape"
    GatherNoBranch "gather-no-branch" Route
        "A Gather whose digits match no code and that has no Default fails."
        "—"
    KeysUnheard "keys-unheard" Route
        "Keys pressed while no command listens are lost."
        "for `kept-in-pauses`: FreeSWITCH's playback takes keys out of the queue, its sleep does not"
    RecordEmpty "record-empty" Route
        "A Record without children records in the background, until RecordStop, a Play of its tag, another recording with its tag, or the end of the call."
        "two of three sources"
    RecordOpen "record-open" Route
        "A recording that is still open when the call ends is kept and ends with the call. It is available later (`record-ready`): `records` of the last event does not hold it yet, and its own event comes behind."
        "FreeSWITCH closes the file at the hang-up; `records` is empty in the reference event, which was made 89 ms after it"
    RecordReady "record-ready" Times
        "A recording is available 500 ms after it ended; Record and RecordWait wait for it, at most their timeout."
        "the name RecordWait; Record's timeout is a wait for the operation"
    RecordRow "record-row" Events
        "Rows of `records`: created_on, modified_on, uuid, tag, duration in whole seconds, asr."
        "—"
    RecordAttributes "record-attributes" Route
        "RecordStart, RecordStop and RecordWait take tag; RecordStart takes asr, RecordWait timeout (30000)."
        "Record's own attributes"
    HoldReturns "hold-returns" Route
        "Hold returns at once; the caller hears hold music under what follows until Unhold, or until its timeout ends the hold."
        "Unhold follows Hold in a flow"
    UnholdAlone "unhold-alone" Route
        "Unhold without a Hold succeeds and does nothing."
        "—"
    HangupReports "hangup-reports" Route
        "Hangup's entry is closed with success before the call ends, with NORMAL_CLEARING."
        "—"
    FilterEntries "filter-entries" Events
        "Call, Geo and Schedule get a log entry whether or not they match, and end with success."
        "—"
    CallCompare "call-compare" Route
        "Call compares as text, without a leading `+` on either side; a property that no call has matches null and nothing else. Of those that every call has, from, to, uuid, direction, type and state are compared; the others match nothing."
        "from has a `+` in events, to has none"
    ScheduleWindow "schedule-window" Route
        "Schedule: both ends of the window belong to it, to the second; one that begins after it ends goes over midnight and belongs to the day on which it began; without attributes it matches. Where two match, both run, in their order."
        "FreeSWITCH compares times of day so; the documented …-06:59:59, 07:00:00-18:00:00, 18:00:00-23:59:59 leave no second uncovered only so"
    GeoMatch "geo-match" Route
        "Geo compares without regard to case; a caller whose place is unknown matches only a Geo without attributes."
        "—"
    BranchEntries "branch-entries" Events
        "DTMF, Default and Case get a log entry when they run, like Error; Switch gets none."
        "Error has an entry, To has none"
    FetchStatus "fetch-status" Route
        "A reply with a status other than 2xx, or that is no call flow, fails the command that fetched it."
        "Callback page: fetch error, parse error or timeout; for `ignored`: node-fetch 2 does not fail for a status"
    FetchQuery "fetch-query" Events
        "Callback sends from, to, tn, state, sca and call as query parameters, then tag and the pairs of Meta."
        "Gather's documented list; pairs of Meta are \"passed to the callback URL\" (Meta page)"
    Redirects "redirects" Route
        "A reply with status 301, 302, 303, 307 or 308 and a Location is followed, at most 20 times; the time-out starts again at each, 303 and a POST answered with 301 or 302 become GET, and of the query only Location's own is sent."
        "the field page of 2021 says that the time-out restarts on redirect, in the words of node-fetch 2"
    CurlAcknowledges "curl-acknowledges" Route
        "Curl only acknowledges the reply and does not run it; method GET, timeout 5000."
        "Callback takes the reply as flow"
    MediaTime "media-time" Times
        "Media whose length the scenario does not give lasts 5 s."
        "—"
    MediaTimeout "media-timeout" Route
        "Say and Tone that last longer than their timeout are cut there and fail."
        "the page calls it the command's limit"
    LegB "leg-b" Route
        "What is played on leg `bleg` alone takes its time, and the caller hears nothing of it."
        "—"
    MediaLoop "media-loop" Route
        "`loop` below 1 plays nothing and succeeds."
        "—"
    ToneList "tone-list" Route
        "Several frequencies of a Tone sound together; the reason lists them with commas; `v` is read as volume."
        "FreeSWITCH's tone_stream"
    VoiceDictionary "voice-dictionary" Events
        "A voice that was never observed: its code is language, engine (`Standard`, `Wavenet`) and a letter (C for FEMALE, D for MALE); a code that is given names its own language and engine. Its row is that of the observed voice with an identifier of its own."
        "one observed row"
    ErrorSay "error-say" Route
        "Error's say speaks the reason of the failure before the block runs; `play` is read as say."
        "the pages' examples write play, the compiled tree say"
    MetaObject "meta-object" Events
        "Meta becomes an entry of the enclosing command's meta object; its text is trimmed."
        "every command has a meta object"
    BareFragment "bare-fragment" Route
        "A document whose root is a command is run as if Response stood around it."
        "several examples have no root"
    SpeechTime "speech-time" Times
        "Speaking takes 190 ms, and then as long as what is spoken: 400 ms for a word, a digit or a symbol, and in scripts where a word is many syllables or has no blanks around it, so much for each syllable or character. The rates are in docs/fidelity.md."
        "one observed Say, in English; a study of eight languages"
    StepTime "step-time" Times
        "The time between two entries is the observed one where there is one, and 34 ms between commands and 48 ms into a block elsewhere."
        "the reference event"
    LegTime "leg-time" Times
        "A dialled leg that was given no times refuses after 207 ms, rings after 1 s, answers 2 s later."
        "the refusal was observed"
    FlowStart "flow-start" Times
        "Without auto_answer the flow begins when an answered one would have."
        "—"
    SuccessReasons "success-reasons" Events
        "The reasons of commands whose end was never observed."
        "—"
    FailureReasons "failure-reasons" Events
        "The reasons of failures other than Dial's."
        "—"
    PayloadDuration "payload-duration" Events
        "`payload.duration` = max(1, round(elapsed seconds))."
        "fits four events"
    CallFlowPayload "call-flow-payload" Events
        "The payload of call_flow and call_record events: the command's name; the recording's tag."
        "legacy events name the command"
    FreeswitchStates "freeswitch-states" Events
        "The FreeSWITCH states of ringing, hangup and dialled legs."
        "FreeSWITCH source"
    Q850Above127 "q850-above-127" Events
        "`q850_cause` of a FreeSWITCH cause above 127 is 16; `q850_cause_string` is the name of that cause."
        "FreeSWITCH's switch_channel_cause_q850"
    CallerCancel "caller-cancel" Route
        "A caller who hangs up before the answer ends the call with ORIGINATOR_CANCEL."
        "FreeSWITCH, SIP 487"
    EventLag "event-lag" Events
        "How long after its cause an event is made, where that was not observed; events are made in the order of their causes."
        "four events"
    OldEnvelope "old-envelope" Events
        "Events of 2022: the order of their keys, the payload of a call_record, the word `failed` in a message."
        "two published examples, cut short"
    WhippyStages "whippy-stages" Events
        "Whippy: `call.started` when the call is answered, `call.ended` at the hang-up, `call.analyzed` behind it, with its three files only where there is a recording. A call that was never answered has `call.ended` alone."
        "the voice engine below sends no start for a call that never connected"
    WhippyTimes "whippy-times" Events
        "Whippy: events of generation 1 repeat `created_at` in `updated_at`; in generation 2 it is the hang-up, and `duration` counts whole seconds from the answer, rounded up. An event is made at the instant that it tells of."
        "the published examples"
    WhippyStatus "whippy-status" Events
        "Whippy: the words behind the dot of `delivery_status` are those of the voice engine below: `user_hangup` where the caller ended the call, `agent_hangup` where the flow did, `call_transfer` where the flow did inside a bridge, `max_duration_reached`; of a dialled leg `dial_busy`, `dial_no_answer`, `invalid_destination`, `dial_failed`."
        "two of the words are published"
    WhippyTurns "whippy-turns" Events
        "Whippy: what is spoken is the agent's turn, a file `[plays NAME]`; a row of keys is the user's, `[pressed 12]`. Tones, ring-back, hold music and talk are no turns."
        "the published examples show speech only"
    WhippyAttachments "whippy-attachments" Events
        "Whippy: analysis.json and transcript.json have the shapes of the voice engine below; their URLs end in `organization_{uuid}/calls/{uuid}/{file}`."
        "the URLs are published, the contents are not"
    MaxCallLength "max-call-length" Route
        "A call that reaches the app's max_call_length_min, counted from its answer, ends with ALLOTTED_TIMEOUT."
        "the field's name; for `from-creation`: the duration of events counts from the creation"
}

readings! {
    EntryClosesOnExit "closed" {
        ContainersLeftOpen "left-open" "A command that ran others inside it, and did not fail, stays `queued` in the log; all others are updated."
    }
    AfterError "goes-on" {
        ErrorEndsCall "ends-call" "After an Error block the call ends with NORMAL_CLEARING."
    }
    UnhandledFailure "goes-on" {
        FailureEndsCall "ends-call" "A failed command without an Error block ends the call with NORMAL_CLEARING."
    }
    ResponseError "runs" {
        ResponseErrorIgnored "never-runs" "An Error block directly in Response never runs."
    }
    FlowEnd "hangs-up" {
        FlowEndParks "parked" "At the flow's end the call is parked: the caller hears nothing, and after 30 s the call ends with NORMAL_CLEARING."
    }
    DialFork "at-once" {
        DialInTurn "in-turn" "Several destinations of a Dial ring one after the other, in their order, each for the whole time-out; if all refuse, the cause is that of the last."
    }
    DialAttempts "attempts" {
        DialCountsDestinations "destinations" "`n/m` in a Dial's reason is how many destinations refused, and how many there are."
    }
    DialDuration "goes-on" {
        DurationEndsCall "ends-call" "A bridge that reaches max_call_duration ends the whole call with ALLOTTED_TIMEOUT."
    }
    DurationZero "at-once" {
        DurationZeroUnlimited "no-limit" "A max_call_duration of 0 is no limit."
    }
    TimeoutZero "at-once" {
        TimeoutZeroDefault "default" "A timeout of 0 is the default of the attribute."
    }
    RingBack "heard" {
        RingBackSilent "silent" "An answered caller hears nothing while a dialled leg rings."
    }
    EarlyMedia "heard" {
        EarlyMediaUnheard "unheard" "Sounds played before the call is answered take their time, and the caller does not hear them."
    }
    AnswerTwice "succeeds" {
        AnswerTwiceFails "fails" "Answer on an answered call fails."
    }
    AnswerDelay "after" {
        AnswerDelayBefore "before" "Answer's delay passes before the call is answered."
    }
    GatherBranches "default-for-no-match" {
        GatherDefaultForSilence "default-for-no-input" "In a Gather, Default runs when nothing was pressed, and Error when no code matches; both only after the last attempt."
    }
    GatherNoBranch "fails" {
        GatherNoBranchSucceeds "succeeds" "A Gather whose digits match no code and that has no Default succeeds."
    }
    KeysUnheard "lost" {
        KeysKept "kept" "Keys pressed while no command listens are kept for the next one that does."
        KeysKeptInPauses "kept-in-pauses" "Keys pressed while no command listens are kept for the next one that does, until something is played; those pressed while something is played, or in a conversation, are lost."
    }
    RecordEmpty "background" {
        RecordEmptyWaits "waits" "A Record without children records for its timeout, and the flow waits for it."
    }
    RecordOpen "kept" {
        RecordOpenDiscarded "discarded" "A recording that is still open when the call ends is discarded."
    }
    HoldReturns "at-once" {
        HoldWaits "waits" "Hold ends only when its timeout is over; the caller hears hold music until then."
    }
    UnholdAlone "succeeds" {
        UnholdAloneFails "fails" "Unhold without a Hold fails."
    }
    HangupReports "closed" {
        HangupLeftOpen "left-open" "Hangup's entry stays `queued`, as that of any command that is open when the call ends."
    }
    CallCompare "without-plus" {
        CallCompareExact "exact" "Call compares as text, a leading `+` included."
    }
    ScheduleWindow "both-ends" {
        ScheduleEndExcluded "end-excluded" "The end of a window of Schedule does not belong to it: the window is over when that second begins."
    }
    FetchStatus "fails" {
        FetchStatusIgnored "ignored" "The status of a reply decides nothing: a command fails only if its reply is not the call flow that it needs."
    }
    CurlAcknowledges "acknowledges" {
        CurlRunsReply "runs-reply" "Curl runs the reply if it is a call flow, and only acknowledges any other."
    }
    MediaTimeout "fails" {
        MediaTimeoutSucceeds "succeeds" "Say and Tone that last longer than their timeout are cut there and succeed."
    }
    MediaLoop "never" {
        MediaLoopOnce "once" "`loop` below 1 plays once."
    }
    Q850Above127 "16" {
        Q850OwnNumber "own-number" "`q850_cause` of a FreeSWITCH cause above 127 is that number itself."
    }
    MaxCallLength "from-answer" {
        LengthFromCreation "from-creation" "max_call_length_min counts from the creation of the call, answered or not."
    }
}

/// How the platform is taken to be in one call: which reading holds of each assumption.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Platform {
    others: u64,
    settled: Assumptions,
}

impl Platform {
    /// Takes the usual reading of an assumption, which is then settled.
    pub fn settle(&mut self, assumption: Assumption) {
        for &other in assumption.others() {
            self.others &= !(1 << (other as u32));
        }
        self.settled.insert(assumption);
    }

    /// Takes another reading of its assumption, which is then settled.
    pub fn choose(&mut self, reading: Reading) {
        self.settle(reading.assumption());
        self.others |= 1 << (reading as u32);
    }

    /// The same platform, but for one reading.
    #[must_use]
    pub fn with(mut self, reading: Reading) -> Self {
        self.choose(reading);
        self
    }

    /// Whether this reading holds.
    pub fn is(self, reading: Reading) -> bool {
        self.others & (1 << (reading as u32)) != 0
    }

    /// The readings that hold and are not the usual ones.
    pub fn others(self) -> impl Iterator<Item = Reading> {
        let all = Reading::ALL.iter().copied();
        all.filter(move |&reading| self.is(reading))
    }

    /// The assumptions of which somebody has said how it is: these are not assumed any more.
    pub fn settled(self) -> Assumptions {
        self.settled
    }
}

impl fmt::Display for Assumption {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}

/// A set of assumptions: those that decided something.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Assumptions(u128);

impl Assumptions {
    /// Adds one.
    pub fn insert(&mut self, assumption: Assumption) {
        self.0 |= 1_u128 << (assumption as u32);
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Takes away all of another set.
    pub fn remove(&mut self, other: Self) {
        self.0 &= !other.0;
    }

    /// Whether it is in the set.
    pub fn contains(self, assumption: Assumption) -> bool {
        self.0 & (1_u128 << (assumption as u32)) != 0
    }

    /// Those in the set, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Assumption> {
        Assumption::ALL
            .iter()
            .copied()
            .filter(move |&assumption| self.contains(assumption))
    }
}

const _: () = assert!(
    Assumption::ALL.len() <= 128 && Reading::ALL.len() <= 64,
    "each set is one word: widen it"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_kebab_case() {
        let mut ids: Vec<_> = Assumption::ALL.iter().map(|one| one.id()).collect();
        let words = Assumption::ALL.iter().flat_map(|one| one.words());
        let kebab = |id: &str| {
            id.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        assert!(ids.iter().chain(words).all(|id| kebab(id)));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), Assumption::ALL.len());
    }

    #[test]
    fn one_reading_of_an_assumption_holds_at_a_time() {
        let mut platform = Platform::default();
        platform.choose(Reading::KeysKept);
        platform.choose(Reading::KeysKeptInPauses);
        let held: Vec<_> = platform.others().collect();
        assert_eq!(held, [Reading::KeysKeptInPauses]);
        platform.settle(Assumption::KeysUnheard);
        assert_eq!(platform.others().next(), None);
        let settled: Vec<_> = platform.settled().iter().collect();
        assert_eq!(settled, [Assumption::KeysUnheard]);
    }
}
