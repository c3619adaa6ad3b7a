//! The attributes that other dialects give to elements which Opentact XML has as well.

use super::ForeignAttribute;

/// Declares the table: element, then name, dialects, the attribute of ours that means the same
/// with the factor of its unit, what to do.
macro_rules! attributes {
    ($($element:literal { $($name:literal $dialects:literal $(= $same:literal $(* $factor:literal)?)? : $advice:expr;)+ })+) => {
        pub(super) const ATTRIBUTES: &[ForeignAttribute] = &[$($(ForeignAttribute {
            element: $element,
            name: $name,
            dialects: $dialects,
            same: attributes!(@same $($same)?),
            factor: attributes!(@factor $($($factor)?)?),
            advice: $advice,
        },)+)+];
    };
    (@same) => { None };
    (@same $same:literal) => { Some($same) };
    (@factor) => { 1 };
    (@factor $factor:literal) => { $factor };
}

const LEAVE_OUT: &str = "leave it out";
const PAUSE_ENDS: &str = "a pause ends by its `length`, or by the keys of `dtmf_stop`";
const AS_GET: &str = "leave it out: the keys go to `url` as a GET";
const KEYS_ONLY: &str = "only keys are understood, no speech";
const BRANCHES: &str =
    "write a <DTMF value=\"…\"> for each valid entry, and <Default> for the others";
const ERROR_INSTEAD: &str = "leave it out: <Error> runs if the server does not reply with a flow";
const EACH_KEY: &str = "write `timeout`, in milliseconds: it is the wait for each key";
const GOES_ON: &str =
    "what comes behind <Dial> goes on after the call, and its <Error> runs when nobody answers";
const NO_KEY: &str = "no key ends a connected call";
const NOT_ASKED: &str = "the callee is not asked to confirm";
const RECORD_BEFORE: &str =
    "record with <RecordStart> before it; the recording is an event of the call";
const TRANSCRIBES: &str = "`asr=\"true\"` transcribes; the recording is an event of the call";
const EVENTS: &str =
    "a command reports to no URL of its own: each one is an event of the call, marked by its `tag`";
const NOT_CHOSEN: &str = "leave it out: nothing chooses it";
const NO_KEYS_SENT: &str = "nothing sends keys to the callee";
const NO_WHISPER: &str = "nothing is played to the callee before the bridge";
const MACHINES: &str = "answering machines are not told apart";
const CREDENTIALS: &str = "credentials do not stand in a flow";

attributes! {
    "Say" {
        "language" "TwiML, Plivo and TeXML" = "lang": "write `lang`";
        "voice" "TwiML, Plivo and TeXML": "choose the voice by `lang`, `gender` and `type`, or by `code`";
        "locale" "Bandwidth" = "lang": "write `lang`";
    }
    "Play" {
        "digits" "TwiML and TeXML": "nothing sends keys";
        "mute" "Plivo": LEAVE_OUT;
        "username" "Bandwidth": CREDENTIALS;
        "password" "Bandwidth": CREDENTIALS;
    }
    "Pause" {
        "silence" "Plivo": PAUSE_ENDS;
        "minSilence" "Plivo": PAUSE_ENDS;
        "beep" "Plivo": PAUSE_ENDS;
        "duration" "Bandwidth" = "length" * 1000: "write `length`, in milliseconds";
    }
    "Gather" {
        "action" "TwiML, Plivo and TeXML" = "url": "write `url`: the keys are sent there, and the reply is run";
        "method" "TwiML, Plivo and TeXML": AS_GET;
        "actionOnEmptyResult" "TwiML, Plivo and TeXML": AS_GET;
        "redirect" "TwiML, Plivo and TeXML": AS_GET;
        "input" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "inputType" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "speechTimeout" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "speechModel" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "hints" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "language" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "profanityFilter" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "enhanced" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "maxSpeechTime" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "speechEndTimeout" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "useAiAssistant" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "debug" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "transcriptionEngine" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "partialResultCallback" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "partialResultCallbackMethod" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "interimSpeechResultsCallback" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "interimSpeechResultsCallbackMethod" "TwiML, Plivo and TeXML": KEYS_ONLY;
        "bargeIn" "TwiML": "leave it out: a key always cuts the prompt short";
        "minDigits" "TeXML": "only one length is known: `dtmf_length`";
        "maxDigits" "TeXML and Bandwidth" = "dtmf_length": "write `dtmf_length`";
        "validDigits" "Plivo and TeXML": BRANCHES;
        "invalidDigitsSound" "Plivo and TeXML": BRANCHES;
        "invalidDigitsAction" "Plivo and TeXML": BRANCHES;
        "retries" "Plivo" = "attempts": "write `attempts`";
        "tries" "Plivo" = "attempts": "write `attempts`";
        "digitTimeout" "Plivo and TeXML": EACH_KEY;
        "digitEndTimeout" "Plivo and TeXML": EACH_KEY;
        "interDigitTimeout" "Plivo, TeXML and Bandwidth": EACH_KEY;
        "interdigitTimeout" "Plivo and TeXML": EACH_KEY;
        "executionTimeout" "Plivo and TeXML": EACH_KEY;
        "playBeep" "Plivo": "put <Tone/> before it";
        "log" "Plivo": "put <Tone/> before it";
        "gatherUrl" "Bandwidth" = "url": "write `url`: the keys are sent there, and the reply is run";
        "gatherMethod" "Bandwidth": AS_GET;
        "gatherFallbackUrl" "Bandwidth": ERROR_INSTEAD;
        "gatherFallbackMethod" "Bandwidth": ERROR_INSTEAD;
        "terminatingDigits" "Bandwidth" = "dtmf_stop": "write `dtmf_stop`";
        "repeatCount" "Bandwidth" = "attempts": "write `attempts`";
        "firstDigitTimeout" "Bandwidth": EACH_KEY;
        "username" "Bandwidth": CREDENTIALS;
        "password" "Bandwidth": CREDENTIALS;
        "fallbackUsername" "Bandwidth": CREDENTIALS;
        "fallbackPassword" "Bandwidth": CREDENTIALS;
    }
    "Dial" {
        "callerId" "TwiML, Plivo and TeXML" = "from": "write `from`";
        "callerID" "TwiML, Plivo and TeXML" = "from": "write `from`";
        "callerName" "Plivo and TeXML": "only the number is sent, as `from`";
        "fromDisplayName" "Plivo and TeXML": "only the number is sent, as `from`";
        "timeLimit" "TwiML, Plivo and TeXML" = "max_call_duration" * 1000: "write `max_call_duration`, in milliseconds";
        "action" "TwiML, Plivo and TeXML": GOES_ON;
        "method" "TwiML, Plivo and TeXML": GOES_ON;
        "redirect" "TwiML, Plivo and TeXML": GOES_ON;
        "callbackUrl" "TwiML, Plivo and TeXML": GOES_ON;
        "callbackMethod" "TwiML, Plivo and TeXML": GOES_ON;
        "hangupOnStar" "TwiML, Plivo and TeXML": NO_KEY;
        "digitsMatch" "TwiML, Plivo and TeXML": NO_KEY;
        "digitsMatchBLeg" "TwiML, Plivo and TeXML": NO_KEY;
        "answerOnBridge" "TwiML and TeXML": "leave <Answer/> out before it: the bridge answers the call";
        "ringTone" "TwiML, Plivo and TeXML": "nothing replaces the ringing; <Play> before <Dial> is heard in front of it";
        "dialMusic" "TwiML, Plivo and TeXML": "nothing replaces the ringing; <Play> before <Dial> is heard in front of it";
        "confirmSound" "Plivo": NOT_ASKED;
        "confirmKey" "Plivo": NOT_ASKED;
        "confirmTimeout" "Plivo": NOT_ASKED;
        "recordingStatusCallback" "TwiML and TeXML": RECORD_BEFORE;
        "recordingStatusCallbackMethod" "TwiML and TeXML": RECORD_BEFORE;
        "recordingStatusCallbackEvent" "TwiML and TeXML": RECORD_BEFORE;
        "recordingTrack" "TwiML and TeXML": RECORD_BEFORE;
        "recordingChannels" "TwiML and TeXML": RECORD_BEFORE;
        "trim" "TwiML and TeXML": RECORD_BEFORE;
        "recordMaxLength" "TwiML and TeXML": RECORD_BEFORE;
        "recordingTimeout" "TwiML and TeXML": RECORD_BEFORE;
        "sequential" "TwiML": "put the next <Dial> into the <Error> of the one before: several <To> in one ring at once, and what stands behind a <Dial> also runs after a talk";
        "referUrl" "TwiML, Plivo and TeXML": LEAVE_OUT;
        "referMethod" "TwiML, Plivo and TeXML": LEAVE_OUT;
        "callReason" "TwiML, Plivo and TeXML": LEAVE_OUT;
        "events" "TwiML, Plivo and TeXML": LEAVE_OUT;
        "sipHeaders" "TwiML, Plivo and TeXML": LEAVE_OUT;
        "sipAuthUsername" "TwiML, Plivo and TeXML": LEAVE_OUT;
        "sipAuthPassword" "TwiML, Plivo and TeXML": LEAVE_OUT;
        "audioUrl" "TwiML, Plivo and TeXML": LEAVE_OUT;
        "machineDetection" "TwiML, Plivo and TeXML": LEAVE_OUT;
    }
    "Record" {
        "maxLength" "TwiML, Plivo and TeXML": "put <Pause length=\"…\"/> inside it, in milliseconds: a recording lasts as long as what stands inside";
        "finishOnKey" "TwiML, Plivo and TeXML": "put <Pause length=\"…\" dtmf_stop=\"#\"/> inside it";
        "playBeep" "TwiML, Plivo and TeXML": "put <Tone/> inside it, as the first command";
        "transcribe" "TwiML and Bandwidth" = "asr": "write `asr`";
        "transcribeCallback" "TwiML, Plivo and TeXML": TRANSCRIBES;
        "transcriptionType" "TwiML, Plivo and TeXML": TRANSCRIBES;
        "transcriptionUrl" "TwiML, Plivo and TeXML": TRANSCRIBES;
        "transcriptionMethod" "TwiML, Plivo and TeXML": TRANSCRIBES;
        "transcriptionEngine" "TwiML, Plivo and TeXML": TRANSCRIBES;
        "transcription" "TwiML, Plivo and TeXML": TRANSCRIBES;
        "transcriptionCallback" "TwiML, Plivo and TeXML": TRANSCRIBES;
        "action" "TwiML, Plivo and TeXML": EVENTS;
        "method" "TwiML, Plivo and TeXML": EVENTS;
        "redirect" "TwiML, Plivo and TeXML": EVENTS;
        "callbackUrl" "TwiML, Plivo and TeXML": EVENTS;
        "callbackMethod" "TwiML, Plivo and TeXML": EVENTS;
        "recordingStatusCallback" "TwiML, Plivo and TeXML": EVENTS;
        "recordingStatusCallbackMethod" "TwiML, Plivo and TeXML": EVENTS;
        "recordingStatusCallbackEvent" "TwiML, Plivo and TeXML": EVENTS;
        "trim" "TwiML, Plivo and TeXML": NOT_CHOSEN;
        "channels" "TwiML, Plivo and TeXML": NOT_CHOSEN;
        "recordingTrack" "TwiML, Plivo and TeXML": NOT_CHOSEN;
        "fileFormat" "TwiML, Plivo and TeXML": NOT_CHOSEN;
        "format" "TwiML, Plivo and TeXML": NOT_CHOSEN;
        "maxSilence" "TwiML, Plivo and TeXML": NOT_CHOSEN;
        "startOnDialAnswer" "TwiML, Plivo and TeXML": NOT_CHOSEN;
        "recordSession" "TwiML, Plivo and TeXML": NOT_CHOSEN;
        "recordCompleteUrl" "Bandwidth": EVENTS;
        "recordCompleteMethod" "Bandwidth": EVENTS;
        "recordCompleteFallbackUrl" "Bandwidth": EVENTS;
        "recordCompleteFallbackMethod" "Bandwidth": EVENTS;
        "recordingAvailableUrl" "Bandwidth": EVENTS;
        "recordingAvailableMethod" "Bandwidth": EVENTS;
        "transcriptionAvailableUrl" "Bandwidth": TRANSCRIBES;
        "transcriptionAvailableMethod" "Bandwidth": TRANSCRIBES;
        "detectLanguage" "Bandwidth": NOT_CHOSEN;
        "maxDuration" "Bandwidth": "put <Pause length=\"…\"/> inside it, in milliseconds: a recording lasts as long as what stands inside";
        "terminatingDigits" "Bandwidth": "put <Pause length=\"…\" dtmf_stop=\"#\"/> inside it";
        "silenceTimeout" "Bandwidth": NOT_CHOSEN;
        "silenceThreshold" "Bandwidth": NOT_CHOSEN;
        "username" "Bandwidth": CREDENTIALS;
        "password" "Bandwidth": CREDENTIALS;
        "fallbackUsername" "Bandwidth": CREDENTIALS;
        "fallbackPassword" "Bandwidth": CREDENTIALS;
    }
    "Hangup" {
        "reason" "Plivo": "no cause can be chosen";
        "schedule" "Plivo": "put <Pause length=\"…\"/> before it, in milliseconds";
    }
    "Number" {
        "sendDigits" "TwiML and Plivo": NO_KEYS_SENT;
        "sendDigitsMode" "TwiML and Plivo": NO_KEYS_SENT;
        "sendOnPreanswer" "TwiML and Plivo": NO_KEYS_SENT;
        "url" "TwiML and TeXML": NO_WHISPER;
        "method" "TwiML and TeXML": NO_WHISPER;
        "statusCallback" "TwiML and TeXML": EVENTS;
        "statusCallbackEvent" "TwiML and TeXML": EVENTS;
        "statusCallbackMethod" "TwiML and TeXML": EVENTS;
        "machineDetection" "TwiML and TeXML": MACHINES;
        "machineDetectionTimeout" "TwiML and TeXML": MACHINES;
        "amdStatusCallback" "TwiML and TeXML": MACHINES;
        "amdStatusCallbackMethod" "TwiML and TeXML": MACHINES;
        "byoc" "TwiML": LEAVE_OUT;
        "phoneNumberSid" "TwiML": LEAVE_OUT;
    }
    "Sip" {
        "url" "TwiML and TeXML": NO_WHISPER;
        "method" "TwiML and TeXML": NO_WHISPER;
        "statusCallback" "TwiML and TeXML": EVENTS;
        "statusCallbackEvent" "TwiML and TeXML": EVENTS;
        "statusCallbackMethod" "TwiML and TeXML": EVENTS;
        "machineDetection" "TwiML and TeXML": MACHINES;
        "machineDetectionTimeout" "TwiML and TeXML": MACHINES;
        "amdStatusCallback" "TwiML and TeXML": MACHINES;
        "amdStatusCallbackMethod" "TwiML and TeXML": MACHINES;
        "username" "TwiML and TeXML": CREDENTIALS;
        "password" "TwiML and TeXML": CREDENTIALS;
        "authUsername" "TwiML and TeXML": CREDENTIALS;
        "authPassword" "TwiML and TeXML": CREDENTIALS;
        "codecs" "TwiML and TeXML": LEAVE_OUT;
        "headers" "TwiML and TeXML": LEAVE_OUT;
        "sipHeaders" "TwiML and TeXML": LEAVE_OUT;
    }
    "RecordStart" {
        "recordingAvailableUrl" "Bandwidth": EVENTS;
        "recordingAvailableMethod" "Bandwidth": EVENTS;
        "transcriptionAvailableUrl" "Bandwidth": TRANSCRIBES;
        "transcriptionAvailableMethod" "Bandwidth": TRANSCRIBES;
        "detectLanguage" "Bandwidth": NOT_CHOSEN;
        "transcribe" "Bandwidth" = "asr": "write `asr`";
        "fileFormat" "Bandwidth": NOT_CHOSEN;
        "multiChannel" "Bandwidth": NOT_CHOSEN;
        "username" "Bandwidth": CREDENTIALS;
        "password" "Bandwidth": CREDENTIALS;
    }
    "To" {
        "transferAnswerUrl" "Bandwidth": NO_WHISPER;
        "transferAnswerMethod" "Bandwidth": NO_WHISPER;
        "transferAnswerFallbackUrl" "Bandwidth": NO_WHISPER;
        "transferAnswerFallbackMethod" "Bandwidth": NO_WHISPER;
        "transferDisconnectUrl" "Bandwidth": EVENTS;
        "transferDisconnectMethod" "Bandwidth": EVENTS;
        "uui" "Bandwidth": LEAVE_OUT;
        "username" "Bandwidth": CREDENTIALS;
        "password" "Bandwidth": CREDENTIALS;
        "fallbackUsername" "Bandwidth": CREDENTIALS;
        "fallbackPassword" "Bandwidth": CREDENTIALS;
    }
    "Answer" {
        "method" "other dialects": LEAVE_OUT;
        "url" "other dialects": LEAVE_OUT;
    }
}
