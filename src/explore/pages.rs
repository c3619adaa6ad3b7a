//! The rules of exploration, for `callflow rule`.

use crate::diagnostic::Rule;

rule! {
    /// Every answer of callers, servers and destinations was tried, and no call came to this command. A
    /// Schedule whose window another one has left nothing of is such a thing, or a branch behind keys that an
    /// earlier menu takes.
    ///
    /// An Error block of a command that does not fail in the ordinary run of things is no finding, nor is one
    /// of the whole flow: they are there for what nobody thought of.
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
    NEVER_REACHED = "never-reached" Warning "a command that no call comes to, whatever happens"
}

rule! {
    /// A command failed, its Error block ran, and on some way through it the call ends without the caller
    /// having heard anything since. An empty Error block is no finding, nor is one that ends the call itself:
    /// both say that it is meant so.
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
    SILENT_FAILURE = "silent-failure" Warning "a failure behind which the call ends without a word, for all that its Error block does"
}

rule! {
    /// The caller hears nothing for longer than `--max-silence` (8 s), while the flow waits neither for keys
    /// nor for what the caller says into a recording. Many callers think that the line is dead, and hang up.
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
    LONG_SILENCE = "long-silence" Warning "a caller hears nothing for long, and nothing is awaited of the caller"
}

rule! {
    /// A document comes back to itself, and a caller who presses nothing goes round in it for ever: whatever
    /// servers reply and destinations do, the call does not end. A phone that was not hung up properly costs
    /// money until somebody notices. An app with `max_call_length_min` ends such calls, and is no finding.
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
    /// where `https://api.example.com/menu` gives the same document.
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
    ENDLESS_LOOP = "endless-loop" Warning "a loop that a caller who does nothing never leaves"
}

rule! {
    /// From here on the call never ends, whatever the caller presses and destinations do, as long as servers
    /// reply as the scenario says: only the caller's hanging up ends it. A server that is down is no way out.
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
    /// where `https://api.example.com/menu` gives the same document.
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
    STUCK = "stuck-caller" Error "a place from which nothing but hanging up leads out"
}

rule! {
    /// On some way through the flow the call is answered and runs out, and the caller has heard neither a
    /// prompt nor ring-back nor another person. It is no finding where the flow ends the call itself (Hangup),
    /// and none where the caller was recorded.
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
    NOTHING_HEARD = "nothing-heard" Warning "a caller is answered, hears nothing at all, and the call ends"
}

rule! {
    /// A prompt stands in front of a Gather, and not inside it. Callers who know the menu press their key
    /// while they still hear the prompt; as far as is known, nobody hears it (`keys-unheard`), and they have to
    /// press it again. One place of a flow stands for all.
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
    LOST_KEYS = "lost-keys" Info "keys that callers press in a prompt in front of a menu are lost"
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
