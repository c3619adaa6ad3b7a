//! The rules of exploration, for `callflow rule`.

use crate::diagnostic::Rule;

rule! {
    /// Everything that callers, servers and destinations can do was tried, and no call reached this
    /// command. For example, the time window of a Schedule lies outside the Schedule around it, or
    /// an earlier menu takes the keys of this branch.
    ///
    /// Not reported: an Error block of a command that does not fail in normal operation, and an
    /// Error block of the whole flow. They are there for the unexpected.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Schedule time="09:00:00-17:00:00">
    ///     <Schedule time="18:00:00-20:00:00"><Say>Good evening.</Say></Schedule>
    ///   </Schedule>
    ///   <Say>Goodbye.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Schedule time="18:00:00-20:00:00"><Say>Good evening.</Say></Schedule>
    ///   <Say>Goodbye.</Say>
    /// </Response>
    /// ```
    NEVER_REACHED = "never-reached" Warning "a command that is never reached, whatever happens in the call"
}

rule! {
    /// A command failed, its Error block ran, and the call ended, but the caller heard nothing
    /// after the failure. Not reported if the Error block is empty or ends the call itself
    /// (Hangup): then it is intended.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Dial>
    ///     <To>anna@sip.example.com</To>
    ///     <Error><Schedule time="09:00:00-17:00:00"><Say>Anna is busy.</Say></Schedule></Error>
    ///   </Dial>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Dial>
    ///     <To>anna@sip.example.com</To>
    ///     <Error>
    ///       <Schedule time="09:00:00-17:00:00"><Say>Anna is busy.</Say></Schedule>
    ///       <Say>Goodbye.</Say>
    ///     </Error>
    ///   </Dial>
    /// </Response>
    /// ```
    SILENT_FAILURE = "silent-failure" Warning "a failure after which the call ends in silence, although it has an Error block"
}

rule! {
    /// The caller hears nothing for longer than `--max-silence` (default: 8 s), while the flow
    /// waits neither for keys nor for what the caller says into a recording. Many callers think
    /// that the line is dead, and hang up.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>One moment, please.</Say>
    ///   <Pause length="20000"/>
    ///   <Say>Thank you for waiting.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>One moment, please.</Say>
    ///   <Play url="https://media.example.com/music.mp3"/>
    ///   <Say>Thank you for waiting.</Say>
    /// </Response>
    /// ```
    LONG_SILENCE = "long-silence" Warning "the caller hears nothing for a long time"
}

rule! {
    /// A document returns to itself, and a caller who presses nothing stays in this loop for ever:
    /// the call does not end, whatever servers reply and destinations do. A phone that was not hung
    /// up properly costs money until somebody notices. Not reported if the app has
    /// `max_call_length_min`, which ends such calls.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Gather dtmf_length="1">
    ///     <Say>For the opening hours press one.</Say>
    ///     <DTMF value="1"><Say>From nine to five.</Say><Hangup/></DTMF>
    ///     <Error><Callback url="https://api.example.com/menu"><Error><Say>Goodbye.</Say></Error></Callback></Error>
    ///   </Gather>
    /// </Response>
    /// ```
    ///
    /// Here `https://api.example.com/menu` returns the same document.
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Gather dtmf_length="1" attempts="3">
    ///     <Say>For the opening hours press one.</Say>
    ///     <DTMF value="1"><Say>From nine to five.</Say><Hangup/></DTMF>
    ///     <Error><Say>Goodbye.</Say></Error>
    ///   </Gather>
    /// </Response>
    /// ```
    ENDLESS_LOOP = "endless-loop" Warning "a loop that a caller who presses nothing never leaves"
}

rule! {
    /// From here on, the call never ends, whatever the caller presses and destinations do, as long
    /// as servers reply as the scenario says. It only ends when the caller hangs up. A server that
    /// is down does not count as a way out.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Gather dtmf_length="1">
    ///     <Say>To hear this again, press one.</Say>
    ///     <DTMF value="1"/>
    ///     <Error/>
    ///   </Gather>
    ///   <Callback url="https://api.example.com/menu"><Error><Say>Goodbye.</Say></Error></Callback>
    /// </Response>
    /// ```
    ///
    /// Here `https://api.example.com/menu` returns the same document.
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Gather dtmf_length="1">
    ///     <Say>To hear this again, press one.</Say>
    ///     <DTMF value="1"><Callback url="https://api.example.com/menu"><Error><Say>Goodbye.</Say></Error></Callback></DTMF>
    ///     <Error><Say>Goodbye.</Say></Error>
    ///   </Gather>
    /// </Response>
    /// ```
    STUCK = "stuck-caller" Error "a loop that the caller can only leave by hanging up"
}

rule! {
    /// The call is answered, the flow reaches its end, and the caller has heard neither a prompt,
    /// nor ring-back, nor another person. Not reported if the flow ends the call itself (Hangup),
    /// or if the caller was recorded.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Schedule time="09:00:00-17:00:00"><Say>We are open.</Say></Schedule>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Schedule time="09:00:00-17:00:00"><Say>We are open.</Say><Hangup/></Schedule>
    ///   <Say>We are closed.</Say>
    /// </Response>
    /// ```
    NOTHING_HEARD = "nothing-heard" Warning "the call is answered and ends, but the caller heard nothing"
}

rule! {
    /// A prompt is before a Gather, not inside it. Callers who know the menu press their key while
    /// they still hear the prompt. callflow assumes that the key is lost (`keys-unheard`), so they
    /// have to press it again. This is reported once for each flow.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>For sales, press one.</Say>
    ///   <Gather dtmf_length="1"><DTMF value="1"><Say>Sales.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Gather dtmf_length="1">
    ///     <Say>For sales, press one.</Say>
    ///     <DTMF value="1"><Say>Sales.</Say></DTMF><Error><Say>Goodbye.</Say></Error>
    ///   </Gather>
    /// </Response>
    /// ```
    LOST_KEYS = "lost-keys" Info "keys that callers press during the prompt before a menu are lost"
}

/// The rules of this room.
pub const RULES: &[Rule] = &[
    ENDLESS_LOOP,
    LONG_SILENCE,
    LOST_KEYS,
    NEVER_REACHED,
    NOTHING_HEARD,
    SILENT_FAILURE,
    STUCK,
];
