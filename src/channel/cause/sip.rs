//! What a final SIP answer says.
//!
//! Phrases: the IANA registry of SIP response codes. What they usually mean at the end of a dial
//! is practice, not standard.

/// A final answer to an INVITE.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The status, such as 480.
    pub status: u16,
    /// The registered phrase.
    pub phrase: &'static str,
    /// What it usually means, to follow a colon.
    pub means: &'static str,
}

impl Answer {
    /// The answer with this status, if it is one that `mod_sofia` has a cause for.
    pub fn of(status: u16) -> Option<&'static Self> {
        let place = ANSWERS.binary_search_by_key(&status, |answer| answer.status);
        place.ok().map(|place| &ANSWERS[place])
    }
}

/// Declares the table, in the order of the statuses.
macro_rules! answers {
    ($($status:literal $phrase:literal $means:literal)*) => {
        static ANSWERS: &[Answer] = &[$(Answer { status: $status, phrase: $phrase, means: $means },)*];
    };
}

answers! {
    200 "OK" "the call was answered and ended normally"
    400 "Bad Request" "the far end found the request malformed"
    401 "Unauthorized" "credentials were asked for and not accepted"
    402 "Payment Required" "the far end wants to be paid first"
    403 "Forbidden" "the far end does not allow this call"
    404 "Not Found" "the user or number does not exist there"
    405 "Method Not Allowed" "that address does not accept calls"
    406 "Not Acceptable" "the far end cannot send what the request accepts"
    407 "Proxy Authentication Required" "a proxy asked for credentials and did not accept them"
    408 "Request Timeout" "the far end did not answer in time"
    410 "Gone" "the number is no longer in use"
    413 "Request Entity Too Large" "the request was too large"
    414 "Request-URI Too Long" "the address was too long"
    415 "Unsupported Media Type" "the far end cannot read the request's body"
    416 "Unsupported URI Scheme" "the far end does not take that kind of address"
    420 "Bad Extension" "the far end lacks an extension that was required"
    421 "Extension Required" "the far end requires an extension"
    423 "Interval Too Brief" "a time in the request was too short"
    428 "Use Identity Header" "the far end demands a signed caller identity"
    429 "Provide Referrer Identity" "the far end demands the identity of who referred the call"
    437 "Unsupported Credential" "the far end does not trust the certificate of the signature"
    438 "Invalid Identity Header" "the signature does not fit the call"
    480 "Temporarily Unavailable" "no phone of that user is registered"
    481 "Call/Transaction Does Not Exist" "the far end lost track of the call"
    482 "Loop Detected" "the call returned to a server where it had been before"
    483 "Too Many Hops" "the call was forwarded too often"
    484 "Address Incomplete" "digits are missing"
    485 "Ambiguous" "the address fits several users"
    486 "Busy Here" "the callee's phone is in use"
    487 "Request Terminated" "the call was cancelled"
    488 "Not Acceptable Here" "there is no common codec or encryption"
    500 "Server Internal Error" "the far end had an internal error"
    501 "Not Implemented" "the far end does not know the request"
    502 "Bad Gateway" "the next network gave no usable answer"
    503 "Service Unavailable" "the far end is overloaded or under maintenance"
    504 "Server Time-out" "a server that the far end needs did not answer"
    505 "Version Not Supported" "the far end does not take this version of SIP"
    513 "Message Too Large" "the request was too large"
    600 "Busy Everywhere" "every phone of the callee is in use"
    603 "Decline" "the callee or a filter declined the call"
    604 "Does Not Exist Anywhere" "the user does not exist"
    606 "Not Acceptable" "the callee cannot take this kind of session"
    607 "Unwanted" "the callee does not want calls from this number"
    608 "Rejected" "an analytics engine on the way rejected the call"
}

#[cfg(test)]
mod tests {
    use super::super::Cause;
    use super::*;

    #[test]
    fn each_answer_that_leads_to_a_cause_has_words() {
        assert!(ANSWERS.is_sorted_by_key(|answer| answer.status));
        let statuses = Cause::all().flat_map(Cause::sip_received);
        let mut count = 0;
        for &status in statuses {
            assert!(Answer::of(status).is_some(), "{status}");
            count += 1;
        }
        assert_eq!(count, ANSWERS.len());
        assert_eq!(Answer::of(499), None);
    }
}
