//! The elements of other dialects.

use super::Foreign;

/// Declares the table: name, dialects, the element of ours that means the same, what to do.
macro_rules! elements {
    ($($name:literal $dialects:literal $(= $same:literal)? : $advice:expr;)+) => {
        pub(super) const ELEMENTS: &[Foreign] = &[$(Foreign {
            name: $name,
            dialects: $dialects,
            same: elements!(@same $($same)?),
            advice: $advice,
        },)+];
    };
    (@same) => { None };
    (@same $same:literal) => { Some($same) };
}

const STREAM: &str =
    "audio cannot be streamed to a server: let the server answer <Callback url=\"…\"> with a flow";
const TALK: &str = "there are no AI agents: let a server lead the conversation with <Gather url=\"…\"> and <Callback url=\"…\">";
const CONFERENCE: &str = "there are no conferences: <Dial> connects two parties";
const QUEUE: &str =
    "there are no queues: put the caller on hold with <Hold>, and try destinations with <Dial>";
const MESSAGE: &str = "messages cannot be sent: let a server do it, called with <Curl url=\"…\">";
const MARKS: &str =
    "a spoken text has no markup: write only the words, with <Pause> between two commands";
const TRANSCRIPT: &str = "only a recording is transcribed: <Record asr=\"true\">";

elements! {
    "Enqueue" "TwiML or TeXML": QUEUE;
    "Leave" "TwiML or TeXML": QUEUE;
    "Queue" "TwiML or TeXML": QUEUE;
    "Task" "TwiML": QUEUE;
    "Redirect" "TwiML, Plivo or TeXML": "write <Callback url=\"…\" method=\"POST\"/>: it fetches a flow and runs it";
    "Reject" "TwiML or TeXML": "write <Hangup/> before the call is answered";
    "Refer" "TwiML or TeXML": "a call cannot be transferred with SIP REFER: connect the caller with <Dial>";
    "ReferSip" "TwiML": "a call cannot be transferred with SIP REFER: connect the caller with <Dial><To>…</To></Dial>";
    "Connect" "TwiML or TeXML": "<Dial> connects two people, not a machine: let a server lead the call with <Gather url=\"…\"> and <Callback url=\"…\">";
    "Start" "TwiML or TeXML": "audio cannot be streamed to a server: let the server answer <Callback url=\"…\"> with a flow; a recording begins with <RecordStart>";
    "Stop" "TwiML or TeXML": "audio is not streamed, so there is no stream to stop; a recording ends with <RecordStop>";
    "Stream" "TwiML, Plivo or TeXML": STREAM;
    "Siprec" "TwiML or TeXML": "audio cannot be sent to a recorder: record with <RecordStart>";
    "Transcription" "TwiML or TeXML": TRANSCRIPT;
    "Recording" "TwiML": "write <RecordStart> with a `tag`";
    "Pay" "TwiML": "there are no payments: collect keys with <Gather url=\"…\"> and let the server do it";
    "Prompt" "TwiML": "there are no payments: speak with <Say>";
    "Conference" "TwiML, Plivo or TeXML": CONFERENCE;
    "Client" "TwiML": "apps are SIP users: <To>user@host</To>";
    "Sim" "TwiML": "a SIM is called by its number: <To>12223334455</To>";
    "WhatsApp" "TwiML": "only numbers and SIP addresses can be called: <To>12223334455</To>";
    "Application" "TwiML": "only numbers and SIP addresses can be called: <To>user@host</To>";
    "ApplicationSid" "TwiML": "only numbers and SIP addresses can be called: <To>user@host</To>";
    "Identity" "TwiML": "apps are SIP users: <To>user@host</To>";
    "Parameter" "TwiML, Plivo or TeXML": "put keys and values for your server into <Meta name=\"…\" value=\"…\"/> inside the command";
    "VirtualAgent" "TwiML": TALK;
    "ConversationRelay" "TwiML": TALK;
    "Conversation" "TwiML": TALK;
    "Autopilot" "TwiML": TALK;
    "Assistant" "TwiML": TALK;
    "AiSession" "TwiML": TALK;
    "Language" "TwiML": TALK;
    "Config" "TwiML": TALK;
    "Room" "TwiML": CONFERENCE;
    "Message" "TwiML or Plivo": MESSAGE;
    "Sms" "TwiML": MESSAGE;
    "Body" "TwiML": MESSAGE;
    "Media" "TwiML": MESSAGE;
    "Echo" "TwiML": "there is no echo: record what the caller says, and play the recording";
    "Speak" "Plivo" = "Say": "write <Say>";
    "GetDigits" "Plivo" = "Gather": "write <Gather> with <DTMF value=\"…\"> for each choice";
    "GetInput" "Plivo" = "Gather": "write <Gather> with <DTMF value=\"…\"> for each choice: speech is not recognised";
    "Wait" "Plivo" = "Pause": "write <Pause length=\"…\"/>, in milliseconds";
    "PreAnswer" "Plivo": "put the sounds that are played before the answer before <Answer/>";
    "MultiPartyCall" "Plivo": CONFERENCE;
    "User" "Plivo" = "To": "write <To>user@host</To> inside <Dial>";
    "DTMF" "Plivo": "keys cannot be sent: <DTMF value=\"…\"> is a branch of <Gather>";
    "Lex" "Plivo": TALK;
    "AudioStream" "Plivo": STREAM;
    "Cont" "Plivo": MARKS;
    "AIGather" "TeXML": TALK;
    "AIAssistant" "TeXML": TALK;
    "AI" "LaML": TALK;
    "HttpRequest" "TeXML" = "Curl": "write <Curl url=\"…\"/>";
    "Request" "TeXML": "write <Curl url=\"…\"/>";
    "Suppression" "TeXML": "there is no noise reduction";
    "Denoise" "LaML": "there is no noise reduction";
    "Fax" "LaML": "faxes cannot be received";
    "Verto" "LaML" = "To": "write <To>user@host</To>";
    "Extension" "TeXML" = "To": "write <To> inside <Dial>";
    "Bxml" "Bandwidth" = "Response": "write <Response>";
    "SpeakSentence" "Bandwidth" = "Say": "write <Say>";
    "PlayAudio" "Bandwidth or Plivo" = "Play": "write <Play>";
    "Transfer" "Bandwidth": "write <Dial><To>…</To></Dial>";
    "PhoneNumber" "Bandwidth" = "To": "write <To>12223334455</To> inside <Dial>";
    "SipUri" "Bandwidth" = "To": "write <To>user@host</To> inside <Dial>";
    "Bridge" "Bandwidth": "write <Dial><To>…</To></Dial>";
    "Forward" "Bandwidth": "write <Dial><To>…</To></Dial>";
    "SendDtmf" "Bandwidth": "keys cannot be sent";
    "Ring" "Bandwidth": "a call that is not answered rings by itself: write <Pause length=\"…\"/> before <Answer/>";
    "StartGather" "Bandwidth": "write <Gather>";
    "StopGather" "Bandwidth": "<Gather> ends by itself";
    "StartRecording" "Bandwidth" = "RecordStart": "write <RecordStart> with a `tag`";
    "StopRecording" "Bandwidth" = "RecordStop": "write <RecordStop>";
    "PauseRecording" "Bandwidth": "write <RecordStop>, and <RecordStart> to continue";
    "ResumeRecording" "Bandwidth": "write <RecordStart>";
    "StartStream" "Bandwidth": STREAM;
    "StopStream" "Bandwidth": STREAM;
    "StartTranscription" "Bandwidth": TRANSCRIPT;
    "StopTranscription" "Bandwidth": TRANSCRIPT;
    "Tag" "Bandwidth": "each command has an attribute `tag`";
    "break" "SSML": MARKS;
    "emphasis" "SSML": MARKS;
    "lang" "SSML": MARKS;
    "p" "SSML": MARKS;
    "phoneme" "SSML": MARKS;
    "prosody" "SSML": MARKS;
    "s" "SSML": MARKS;
    "say-as" "SSML": MARKS;
    "sub" "SSML": MARKS;
    "w" "SSML": MARKS;
    "mark" "SSML": MARKS;
    "voice" "SSML": MARKS;
    "audio" "SSML": MARKS;
    "metadata" "SSML": MARKS;
    "desc" "SSML": MARKS;
}
