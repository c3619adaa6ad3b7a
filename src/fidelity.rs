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
        "A log entry is written as `queued` when its command begins, and updated once, when it ends. A hang-up does not update open entries. A fetched flow runs inside its Callback."
        "fits all entries of the reference event; `left-open` fits too, because the call ended inside its Callback, Error and Record"
    AfterError "after-error" Route
        "After an Error block that does not end the call, the flow continues after the failed command."
        "—"
    UnhandledFailure "unhandled-failure" Route
        "After a failed command without an Error block, the flow continues with the next command."
        "—"
    ResponseError "response-error" Route
        "An Error block directly in Response runs if a command of that document fails and does not have an Error block."
        "the Play page shows such a block but does not explain it"
    FlowEnd "flow-end" Route
        "When the flow ends, the call is hung up with NORMAL_CLEARING."
        "for `parked`: a call without instructions is parked, and typically times out after 30 s"
    DialFork "dial-fork" Route
        "Several destinations of a Dial ring at once. The first one that answers wins, and the others end with LOSE_RACE. If all refuse, the cause is that of the first destination."
        "Dial page: the other attempts end when one is answered; FreeSWITCH's originate. It is not documented whether they ring one after another"
    DialAttempts "dial-attempts" Route
        "`n/m` in the reason of a Dial is attempt / max_call_attempts. A new attempt begins after one second and rings every destination again."
        "FreeSWITCH's originate_retry_sleep_ms is 1000"
    DialDefaults "dial-defaults" Route
        "Dial without attributes: timeout 60000, max_call_attempts 1, no max_call_duration."
        "FreeSWITCH's originate"
    DialDuration "dial-duration" Route
        "A bridge that reaches max_call_duration ends the dialled leg with ALLOTTED_TIMEOUT, and the flow goes on."
        "FreeSWITCH's sched_hangup"
    DialNumber "dial-number" Events
        "A destination without `@` is a number: type `number`, its name the digits without `+`, no address and no port."
        "the row of an outbound leg in the event only has the user part"
    DurationZero "duration-zero" Route
        "With a max_call_duration of 0, the bridge ends as soon as it begins."
        "—"
    TimeoutZero "timeout-zero" Route
        "A timeout of 0 is over at once: destinations do not ring, keys are not waited for, and sounds are not heard. A request with a timeout of 0 has no limit: a reply is accepted, however late it is, and without a reply the operating system reports a failure after 127 s."
        "documented for the timeout of the flow's own URL: 0 means the limit of the operating system; Linux tries to connect for 127 s"
    RingBack "ring-back" Route
        "An answered caller hears a ring-back tone while an outbound leg rings."
        "FreeSWITCH plays one if ringback is set"
    DialRecord "dial-record" Route
        "`record` on Dial, seen in customers' code of 2021, is kept and has no effect."
        "—"
    BridgeAnswers "bridge-answers" Route
        "If the call was not answered yet, a bridge answers it."
        "FreeSWITCH passes the answer on"
    EarlyMedia "early-media" Route
        "Sounds played before the call is answered reach the caller as early media."
        "FreeSWITCH"
    AnswerTwice "answer-twice" Route
        "Answer on an answered call succeeds and has no effect."
        "—"
    AnswerDelay "answer-delay" Times
        "The delay of Answer comes after answering and before the next command, also if the call was answered before."
        "the table of the attribute; the text of the page says: before answering"
    GatherDefaults "gather-defaults" Route
        "Gather: timeout 10000 and attempts 1. With dtmf_stop and without a length, it reads any number of digits, until the stop key or the timeout. Without both, it reads as many digits as its longest code (1 without codes). The older finishOnKey without numDigits reads 1 digit."
        "older documentation; without this, a stop key would have no effect"
    GatherTimeout "gather-timeout" Times
        "The timeout of Gather is the time to wait for each key."
        "FreeSWITCH's play_and_get_digits"
    GatherBranches "gather-branches" Route
        "In a Gather, Default runs if no code matches, and Error runs if no key was pressed; both only after the last attempt."
        "most sources; for `default-for-no-input`: the texts in the example of the Gather page"
    GatherPrompt "gather-prompt" Route
        "Say, Play, Tone and Pause directly inside a Gather are prompts, played before each attempt. The first key, during a prompt or between two, ends the prompts; a prompt that was cut short counts as played. Any other command there runs to its end, and a key pressed during it does not count for this Gather."
        "the older documentation calls the commands there filler; the Gather of TwiML is similar"
    GatherNoBranch "gather-no-branch" Route
        "If the digits match no code and the Gather has no Default, the Gather fails."
        "—"
    KeysUnheard "keys-unheard" Route
        "Keys that are pressed while no command waits for keys are lost."
        "for `kept-in-pauses`: playback in FreeSWITCH removes keys from the queue, sleep does not"
    RecordEmpty "record-empty" Route
        "An empty Record records in the background, until RecordStop, a Play of its tag, another recording with its tag, or the end of the call."
        "two of three sources"
    RecordOpen "record-open" Route
        "A recording that is still open when the call ends is kept, and ends with the call. It becomes available later (`record-ready`): it is not yet in `records` of the last event, and its own event comes after that event."
        "FreeSWITCH closes the file at the hang-up; `records` is empty in the reference event, which was made 89 ms after the hang-up"
    RecordReady "record-ready" Times
        "A recording is available 500 ms after it ends. Record and RecordWait wait for it, but not longer than their timeout."
        "the name RecordWait; the documentation of the timeout of Record"
    RecordRow "record-row" Events
        "Rows of `records`: created_on, modified_on, uuid, tag, duration in whole seconds, asr."
        "—"
    RecordAttributes "record-attributes" Route
        "RecordStart, RecordStop and RecordWait take tag; RecordStart takes asr, RecordWait timeout (30000)."
        "the attributes of Record"
    HoldReturns "hold-returns" Route
        "Hold returns at once. The caller hears hold music during the following commands, until Unhold or the timeout of the Hold."
        "flows have Unhold after Hold"
    UnholdAlone "unhold-alone" Route
        "Unhold without a Hold succeeds and has no effect."
        "—"
    HangupReports "hangup-reports" Route
        "The entry of Hangup is closed with success before the call ends with NORMAL_CLEARING."
        "—"
    FilterEntries "filter-entries" Events
        "Call, Geo and Schedule get a log entry whether or not they match, and end with success."
        "—"
    CallCompare "call-compare" Route
        "Call compares texts, without a leading `+` on either side. The properties from, to, uuid, direction, type and state are compared. Other properties of a call never match, and a property that calls do not have only matches null."
        "in events, `from` has a `+` and `to` does not"
    ScheduleWindow "schedule-window" Route
        "Schedule: both ends belong to the time window, to the second. A window that begins after its end crosses midnight and belongs to the day on which it begins. Without attributes, Schedule always matches. If two match, both run, in order."
        "FreeSWITCH compares times of day like this; only then do the documented windows …-06:59:59, 07:00:00-18:00:00, 18:00:00-23:59:59 cover every second"
    GeoMatch "geo-match" Route
        "Geo ignores upper and lower case. A caller whose place is unknown only matches a Geo without attributes."
        "—"
    BranchEntries "branch-entries" Events
        "DTMF, Default and Case get a log entry when they run, like Error; Switch does not."
        "Error has an entry, To does not"
    FetchStatus "fetch-status" Route
        "If the status of a reply is not 2xx, or the reply is not a call flow, the command that fetched it fails."
        "Callback page: fetch error, parse error or timeout; for `ignored`: node-fetch 2 does not fail because of a status"
    FetchQuery "fetch-query" Events
        "Callback sends from, to, tn, state, sca and call as query parameters, then tag and the pairs of Meta."
        "the documented list of Gather; pairs of Meta are \"passed to the callback URL\" (Meta page)"
    Redirects "redirects" Route
        "A reply with status 301, 302, 303, 307 or 308 and a Location is followed, at most 20 times. The timeout starts again at each redirect. 303, and a POST answered with 301 or 302, become GET. Only the query of the Location is sent."
        "a page of 2021 says that the timeout restarts on redirect, in the words of node-fetch 2"
    CurlAcknowledges "curl-acknowledges" Route
        "Curl only acknowledges the reply and does not run it. Its method is GET and its timeout is 5000."
        "Callback is the command that runs the reply as a flow"
    MediaTime "media-time" Times
        "Media last 5 s if the scenario does not give a length."
        "—"
    MediaTimeout "media-timeout" Route
        "Say and Tone that last longer than their timeout stop there and fail."
        "the documentation calls it the limit of the command"
    LegB "leg-b" Route
        "A sound that is only played on leg `bleg` has its normal length, but the caller does not hear it."
        "—"
    MediaLoop "media-loop" Route
        "With `loop` below 1, the sound is not played, and the command succeeds."
        "—"
    ToneList "tone-list" Route
        "Several frequencies of a Tone sound together; the reason lists them with commas. `v` is read as `volume`."
        "FreeSWITCH's tone_stream"
    VoiceDictionary "voice-dictionary" Events
        "The code of a voice that was not observed is its language, engine (`Standard`, `Wavenet`) and a letter (C for FEMALE, D for MALE). If a code is given, it decides the language and engine. The entry of such a voice is that of the observed voice, with another identifier."
        "one observed entry"
    ErrorSay "error-say" Route
        "With `say`, Error reads out the reason of the failure before the block runs. `play` is read as `say`."
        "the examples of the documentation write `play`, the compiled tree `say`"
    MetaObject "meta-object" Events
        "Meta becomes a key in the meta object of the command around it; white space around its text is removed."
        "every command has a meta object"
    BareFragment "bare-fragment" Route
        "A document whose root is a command is run as if it were inside a Response."
        "several examples have no Response"
    SpeechTime "speech-time" Times
        "Speaking takes 190 ms, plus 400 ms for each word, digit or symbol. In scripts with long words or without blanks between words, the time is counted for each syllable or character. The rates are in docs/fidelity.md."
        "one observed Say, in English; a study of eight languages"
    StepTime "step-time" Times
        "The time between two entries is the observed one, if there is one; otherwise 34 ms between commands and 48 ms at the beginning of a block."
        "the reference event"
    LegTime "leg-time" Times
        "Without times in the scenario, an outbound leg refuses after 207 ms; or it rings after 1 s and answers 2 s later."
        "the refusal was observed"
    FlowStart "flow-start" Times
        "Without auto_answer, the flow begins at the same time as with it."
        "—"
    SuccessReasons "success-reasons" Events
        "The reasons of commands whose end was not observed."
        "—"
    FailureReasons "failure-reasons" Events
        "The reasons of failures, except those of Dial."
        "—"
    PayloadDuration "payload-duration" Events
        "`payload.duration` = max(1, round(elapsed seconds))."
        "fits four events"
    CallFlowPayload "call-flow-payload" Events
        "The payload of call_flow and call_record events: the command's name; the recording's tag."
        "older events name the command"
    FreeswitchStates "freeswitch-states" Events
        "The FreeSWITCH states for ringing, hang-up and outbound legs."
        "FreeSWITCH source"
    Q850Above127 "q850-above-127" Events
        "`q850_cause` of a FreeSWITCH cause above 127 is 16; `q850_cause_string` is the name of that cause."
        "FreeSWITCH's switch_channel_cause_q850"
    CallerCancel "caller-cancel" Route
        "If the caller hangs up before the call is answered, the call ends with ORIGINATOR_CANCEL."
        "FreeSWITCH, SIP 487"
    EventLag "event-lag" Events
        "The delay from a cause to its event, if it was not observed; events are made in the order of their causes."
        "four events"
    OldEnvelope "old-envelope" Events
        "Events of 2022: the order of their keys, the payload of a call_record, the word `failed` in a message."
        "two published examples, which are not complete"
    WhippyStages "whippy-stages" Events
        "Whippy: `call.started` comes when the call is answered, `call.ended` at the hang-up, and `call.analyzed` after it; its three files exist only if there is a recording. A call that was never answered only has `call.ended`."
        "the voice engine that Whippy uses sends no start for a call that never connected"
    WhippyTimes "whippy-times" Events
        "Whippy: in generation 1, `updated_at` repeats `created_at`. In generation 2, it is the time of the hang-up, and `duration` is the time since the answer in seconds, rounded up. An event is made at the time that it describes."
        "the published examples"
    WhippyStatus "whippy-status" Events
        "Whippy: the words after the dot of `delivery_status` come from the voice engine that Whippy uses: `user_hangup` if the caller ended the call, `agent_hangup` if the flow did, `call_transfer` if the flow did inside a bridge, `max_duration_reached`; for an outbound leg `dial_busy`, `dial_no_answer`, `invalid_destination`, `dial_failed`."
        "two of the words are published"
    WhippyTurns "whippy-turns" Events
        "Whippy: a spoken text is a turn of the agent, and so is a file, as `[plays NAME]`. Keys are a turn of the user, as `[pressed 12]`. Tones, ring-back, hold music and talk are not turns."
        "the published examples show speech only"
    WhippyAttachments "whippy-attachments" Events
        "Whippy: analysis.json and transcript.json have the format of the voice engine that Whippy uses; their URLs end in `organization_{uuid}/calls/{uuid}/{file}`."
        "the URLs are published, the contents are not"
    MaxCallLength "max-call-length" Route
        "A call that reaches max_call_length_min of the app, counted from the answer, ends with ALLOTTED_TIMEOUT."
        "the name of the field; for `from-creation`: the duration in events counts from the creation"
}

readings! {
    EntryClosesOnExit "closed" {
        ContainersLeftOpen "left-open" "A command with other commands inside that did not fail stays `queued` in the log; all other commands are updated."
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
        FlowEndParks "parked" "When the flow ends, the call is parked: the caller hears silence, and after 30 s the call ends with NORMAL_CLEARING."
    }
    DialFork "at-once" {
        DialInTurn "in-turn" "Several destinations of a Dial ring one after another, in order, each for the whole timeout. If all refuse, the cause is that of the last one."
    }
    DialAttempts "attempts" {
        DialCountsDestinations "destinations" "`n/m` in the reason of a Dial is the number of destinations that refused, and the number of all destinations."
    }
    DialDuration "goes-on" {
        DurationEndsCall "ends-call" "A bridge that reaches max_call_duration ends the whole call with ALLOTTED_TIMEOUT."
    }
    DurationZero "at-once" {
        DurationZeroUnlimited "no-limit" "A max_call_duration of 0 means no limit."
    }
    TimeoutZero "at-once" {
        TimeoutZeroDefault "default" "A timeout of 0 means the default of the attribute."
    }
    RingBack "heard" {
        RingBackSilent "silent" "An answered caller hears silence while an outbound leg rings."
    }
    EarlyMedia "heard" {
        EarlyMediaUnheard "unheard" "Sounds before the call is answered have their normal length, but the caller does not hear them."
    }
    AnswerTwice "succeeds" {
        AnswerTwiceFails "fails" "Answer on an answered call fails."
    }
    AnswerDelay "after" {
        AnswerDelayBefore "before" "The delay of Answer comes before the call is answered."
    }
    GatherBranches "default-for-no-match" {
        GatherDefaultForSilence "default-for-no-input" "In a Gather, Default runs if no key was pressed, and Error runs if no code matches; both only after the last attempt."
    }
    GatherNoBranch "fails" {
        GatherNoBranchSucceeds "succeeds" "If the digits match no code and the Gather has no Default, the Gather succeeds."
    }
    KeysUnheard "lost" {
        KeysKept "kept" "Keys that are pressed while no command waits for keys are kept for the next command that does."
        KeysKeptInPauses "kept-in-pauses" "Keys that are pressed while no command waits for keys are kept for the next command that does, until a sound is played. Keys that are pressed during a sound or a conversation are lost."
    }
    RecordEmpty "background" {
        RecordEmptyWaits "waits" "An empty Record records for its timeout, and the flow waits for it."
    }
    RecordOpen "kept" {
        RecordOpenDiscarded "discarded" "A recording that is still open when the call ends is discarded."
    }
    HoldReturns "at-once" {
        HoldWaits "waits" "Hold only ends when its timeout is over; the caller hears hold music until then."
    }
    UnholdAlone "succeeds" {
        UnholdAloneFails "fails" "Unhold without a Hold fails."
    }
    HangupReports "closed" {
        HangupLeftOpen "left-open" "The entry of Hangup stays `queued`, like every entry that is open when the call ends."
    }
    CallCompare "without-plus" {
        CallCompareExact "exact" "Call compares texts, including a leading `+`."
    }
    ScheduleWindow "both-ends" {
        ScheduleEndExcluded "end-excluded" "The end of a time window does not belong to it: the window is over when that second begins."
    }
    FetchStatus "fails" {
        FetchStatusIgnored "ignored" "The status of a reply is ignored: a command only fails if its reply is not the call flow that it needs."
    }
    CurlAcknowledges "acknowledges" {
        CurlRunsReply "runs-reply" "Curl runs the reply if it is a call flow, and only acknowledges other replies."
    }
    MediaTimeout "fails" {
        MediaTimeoutSucceeds "succeeds" "Say and Tone that last longer than their timeout stop there and succeed."
    }
    MediaLoop "never" {
        MediaLoopOnce "once" "With `loop` below 1, the sound is played once."
    }
    Q850Above127 "16" {
        Q850OwnNumber "own-number" "`q850_cause` of a FreeSWITCH cause above 127 is that number."
    }
    MaxCallLength "from-answer" {
        LengthFromCreation "from-creation" "max_call_length_min counts from the creation of the call, whether it is answered or not."
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
