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
const PAUSE_ENDS: &str = "a pause ends after its `length`, or with one of the keys in `dtmf_stop`";
const AS_GET: &str = "leave it out: the keys go to `url` as a GET";
const KEYS_ONLY: &str = "only keys are recognised, not speech";
const BRANCHES: &str =
    "write a <DTMF value=\"…\"> for each valid entry, and <Default> for the others";
const ERROR_INSTEAD: &str = "leave it out: <Error> runs if the server does not reply with a flow";
const EACH_KEY: &str = "write `timeout`, in milliseconds: how long to wait for each key";
const GOES_ON: &str =
    "the commands after <Dial> run after the conversation, and its <Error> runs if nobody answers";
const NO_KEY: &str = "a key cannot end a connected call";
const NOT_ASKED: &str = "the callee is not asked to confirm";
const RECORD_BEFORE: &str =
    "record with <RecordStart> before it; the recording is an event of the call";
const TRANSCRIBES: &str = "`asr=\"true\"` transcribes; the recording is an event of the call";
const EVENTS: &str =
    "a command reports to no URL of its own: each one is an event of the call, marked by its `tag`";
const NOT_CHOSEN: &str = "leave it out: there is no such choice";
const NO_KEYS_SENT: &str = "keys cannot be sent to the callee";
const NO_WHISPER: &str = "the callee hears nothing before the two are connected";
const MACHINES: &str = "answering machines are not detected";
const CREDENTIALS: &str = "credentials are not part of a flow";

attributes! {
    "Say" {
        "language" "TwiML, Plivo or TeXML" = "lang": "write `lang`";
        "voice" "TwiML, Plivo or TeXML": "choose the voice by `lang`, `gender` and `type`, or by `code`";
        "locale" "Bandwidth" = "lang": "write `lang`";
    }
    "Play" {
        "digits" "TwiML or TeXML": "keys cannot be sent";
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
        "action" "TwiML, Plivo or TeXML" = "url": "write `url`: the keys are sent there, and the reply is run";
        "method" "TwiML, Plivo or TeXML": AS_GET;
        "actionOnEmptyResult" "TwiML, Plivo or TeXML": AS_GET;
        "redirect" "TwiML, Plivo or TeXML": AS_GET;
        "input" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "inputType" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "speechTimeout" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "speechModel" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "hints" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "language" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "profanityFilter" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "enhanced" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "maxSpeechTime" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "speechEndTimeout" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "useAiAssistant" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "debug" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "transcriptionEngine" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "partialResultCallback" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "partialResultCallbackMethod" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "interimSpeechResultsCallback" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "interimSpeechResultsCallbackMethod" "TwiML, Plivo or TeXML": KEYS_ONLY;
        "bargeIn" "TwiML": "leave it out: a key always cuts the prompt short";
        "minDigits" "TeXML": "there is one length only: `dtmf_length`";
        "maxDigits" "TeXML or Bandwidth" = "dtmf_length": "write `dtmf_length`";
        "validDigits" "Plivo or TeXML": BRANCHES;
        "invalidDigitsSound" "Plivo or TeXML": BRANCHES;
        "invalidDigitsAction" "Plivo or TeXML": BRANCHES;
        "retries" "Plivo" = "attempts": "write `attempts`";
        "tries" "Plivo" = "attempts": "write `attempts`";
        "digitTimeout" "Plivo or TeXML": EACH_KEY;
        "digitEndTimeout" "Plivo or TeXML": EACH_KEY;
        "interDigitTimeout" "Plivo, TeXML or Bandwidth": EACH_KEY;
        "interdigitTimeout" "Plivo or TeXML": EACH_KEY;
        "executionTimeout" "Plivo or TeXML": EACH_KEY;
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
        "callerId" "TwiML, Plivo or TeXML" = "from": "write `from`";
        "callerID" "TwiML, Plivo or TeXML" = "from": "write `from`";
        "callerName" "Plivo or TeXML": "only the number is sent, as `from`";
        "fromDisplayName" "Plivo or TeXML": "only the number is sent, as `from`";
        "timeLimit" "TwiML, Plivo or TeXML" = "max_call_duration" * 1000: "write `max_call_duration`, in milliseconds";
        "action" "TwiML, Plivo or TeXML": GOES_ON;
        "method" "TwiML, Plivo or TeXML": GOES_ON;
        "redirect" "TwiML, Plivo or TeXML": GOES_ON;
        "callbackUrl" "TwiML, Plivo or TeXML": GOES_ON;
        "callbackMethod" "TwiML, Plivo or TeXML": GOES_ON;
        "hangupOnStar" "TwiML, Plivo or TeXML": NO_KEY;
        "digitsMatch" "TwiML, Plivo or TeXML": NO_KEY;
        "digitsMatchBLeg" "TwiML, Plivo or TeXML": NO_KEY;
        "answerOnBridge" "TwiML or TeXML": "leave out the <Answer/> before it: the bridge answers the call";
        "ringTone" "TwiML, Plivo or TeXML": "the ring tone cannot be replaced; a <Play> before <Dial> is heard before it";
        "dialMusic" "TwiML, Plivo or TeXML": "the ring tone cannot be replaced; a <Play> before <Dial> is heard before it";
        "confirmSound" "Plivo": NOT_ASKED;
        "confirmKey" "Plivo": NOT_ASKED;
        "confirmTimeout" "Plivo": NOT_ASKED;
        "recordingStatusCallback" "TwiML or TeXML": RECORD_BEFORE;
        "recordingStatusCallbackMethod" "TwiML or TeXML": RECORD_BEFORE;
        "recordingStatusCallbackEvent" "TwiML or TeXML": RECORD_BEFORE;
        "recordingTrack" "TwiML or TeXML": RECORD_BEFORE;
        "recordingChannels" "TwiML or TeXML": RECORD_BEFORE;
        "trim" "TwiML or TeXML": RECORD_BEFORE;
        "recordMaxLength" "TwiML or TeXML": RECORD_BEFORE;
        "recordingTimeout" "TwiML or TeXML": RECORD_BEFORE;
        "sequential" "TwiML": "put each further <Dial> into the <Error> of the previous one: several <To> in one <Dial> ring at once, and the commands after a <Dial> also run after a conversation";
        "referUrl" "TwiML, Plivo or TeXML": LEAVE_OUT;
        "referMethod" "TwiML, Plivo or TeXML": LEAVE_OUT;
        "callReason" "TwiML, Plivo or TeXML": LEAVE_OUT;
        "events" "TwiML, Plivo or TeXML": LEAVE_OUT;
        "sipHeaders" "TwiML, Plivo or TeXML": LEAVE_OUT;
        "sipAuthUsername" "TwiML, Plivo or TeXML": LEAVE_OUT;
        "sipAuthPassword" "TwiML, Plivo or TeXML": LEAVE_OUT;
        "audioUrl" "TwiML, Plivo or TeXML": LEAVE_OUT;
        "machineDetection" "TwiML, Plivo or TeXML": LEAVE_OUT;
    }
    "Record" {
        "maxLength" "TwiML, Plivo or TeXML": "put <Pause length=\"…\"/> inside it, in milliseconds: a recording lasts as long as the commands inside it";
        "finishOnKey" "TwiML, Plivo or TeXML": "put <Pause length=\"…\" dtmf_stop=\"#\"/> inside it";
        "playBeep" "TwiML, Plivo or TeXML": "put <Tone/> inside it, as the first command";
        "transcribe" "TwiML or Bandwidth" = "asr": "write `asr`";
        "transcribeCallback" "TwiML, Plivo or TeXML": TRANSCRIBES;
        "transcriptionType" "TwiML, Plivo or TeXML": TRANSCRIBES;
        "transcriptionUrl" "TwiML, Plivo or TeXML": TRANSCRIBES;
        "transcriptionMethod" "TwiML, Plivo or TeXML": TRANSCRIBES;
        "transcriptionEngine" "TwiML, Plivo or TeXML": TRANSCRIBES;
        "transcription" "TwiML, Plivo or TeXML": TRANSCRIBES;
        "transcriptionCallback" "TwiML, Plivo or TeXML": TRANSCRIBES;
        "action" "TwiML, Plivo or TeXML": EVENTS;
        "method" "TwiML, Plivo or TeXML": EVENTS;
        "redirect" "TwiML, Plivo or TeXML": EVENTS;
        "callbackUrl" "TwiML, Plivo or TeXML": EVENTS;
        "callbackMethod" "TwiML, Plivo or TeXML": EVENTS;
        "recordingStatusCallback" "TwiML, Plivo or TeXML": EVENTS;
        "recordingStatusCallbackMethod" "TwiML, Plivo or TeXML": EVENTS;
        "recordingStatusCallbackEvent" "TwiML, Plivo or TeXML": EVENTS;
        "trim" "TwiML, Plivo or TeXML": NOT_CHOSEN;
        "channels" "TwiML, Plivo or TeXML": NOT_CHOSEN;
        "recordingTrack" "TwiML, Plivo or TeXML": NOT_CHOSEN;
        "fileFormat" "TwiML, Plivo or TeXML": NOT_CHOSEN;
        "format" "TwiML, Plivo or TeXML": NOT_CHOSEN;
        "maxSilence" "TwiML, Plivo or TeXML": NOT_CHOSEN;
        "startOnDialAnswer" "TwiML, Plivo or TeXML": NOT_CHOSEN;
        "recordSession" "TwiML, Plivo or TeXML": NOT_CHOSEN;
        "recordCompleteUrl" "Bandwidth": EVENTS;
        "recordCompleteMethod" "Bandwidth": EVENTS;
        "recordCompleteFallbackUrl" "Bandwidth": EVENTS;
        "recordCompleteFallbackMethod" "Bandwidth": EVENTS;
        "recordingAvailableUrl" "Bandwidth": EVENTS;
        "recordingAvailableMethod" "Bandwidth": EVENTS;
        "transcriptionAvailableUrl" "Bandwidth": TRANSCRIBES;
        "transcriptionAvailableMethod" "Bandwidth": TRANSCRIBES;
        "detectLanguage" "Bandwidth": NOT_CHOSEN;
        "maxDuration" "Bandwidth": "put <Pause length=\"…\"/> inside it, in milliseconds: a recording lasts as long as the commands inside it";
        "terminatingDigits" "Bandwidth": "put <Pause length=\"…\" dtmf_stop=\"#\"/> inside it";
        "silenceTimeout" "Bandwidth": NOT_CHOSEN;
        "silenceThreshold" "Bandwidth": NOT_CHOSEN;
        "username" "Bandwidth": CREDENTIALS;
        "password" "Bandwidth": CREDENTIALS;
        "fallbackUsername" "Bandwidth": CREDENTIALS;
        "fallbackPassword" "Bandwidth": CREDENTIALS;
    }
    "Hangup" {
        "reason" "Plivo": "the cause cannot be chosen";
        "schedule" "Plivo": "put <Pause length=\"…\"/> before it, in milliseconds";
    }
    "Number" {
        "sendDigits" "TwiML or Plivo": NO_KEYS_SENT;
        "sendDigitsMode" "TwiML or Plivo": NO_KEYS_SENT;
        "sendOnPreanswer" "TwiML or Plivo": NO_KEYS_SENT;
        "url" "TwiML or TeXML": NO_WHISPER;
        "method" "TwiML or TeXML": NO_WHISPER;
        "statusCallback" "TwiML or TeXML": EVENTS;
        "statusCallbackEvent" "TwiML or TeXML": EVENTS;
        "statusCallbackMethod" "TwiML or TeXML": EVENTS;
        "machineDetection" "TwiML or TeXML": MACHINES;
        "machineDetectionTimeout" "TwiML or TeXML": MACHINES;
        "amdStatusCallback" "TwiML or TeXML": MACHINES;
        "amdStatusCallbackMethod" "TwiML or TeXML": MACHINES;
        "byoc" "TwiML": LEAVE_OUT;
        "phoneNumberSid" "TwiML": LEAVE_OUT;
    }
    "Sip" {
        "url" "TwiML or TeXML": NO_WHISPER;
        "method" "TwiML or TeXML": NO_WHISPER;
        "statusCallback" "TwiML or TeXML": EVENTS;
        "statusCallbackEvent" "TwiML or TeXML": EVENTS;
        "statusCallbackMethod" "TwiML or TeXML": EVENTS;
        "machineDetection" "TwiML or TeXML": MACHINES;
        "machineDetectionTimeout" "TwiML or TeXML": MACHINES;
        "amdStatusCallback" "TwiML or TeXML": MACHINES;
        "amdStatusCallbackMethod" "TwiML or TeXML": MACHINES;
        "username" "TwiML or TeXML": CREDENTIALS;
        "password" "TwiML or TeXML": CREDENTIALS;
        "authUsername" "TwiML or TeXML": CREDENTIALS;
        "authPassword" "TwiML or TeXML": CREDENTIALS;
        "codecs" "TwiML or TeXML": LEAVE_OUT;
        "headers" "TwiML or TeXML": LEAVE_OUT;
        "sipHeaders" "TwiML or TeXML": LEAVE_OUT;
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
