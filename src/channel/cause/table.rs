//! The table of hangup causes. Everything said of a cause is said here, once.

use super::{Cause, Row, causes};

causes! {
    0 NONE sent 480 received []
        short "no cause was recorded"
        means "No cause was recorded."
        usually "A leg that was discarded before there was a reason for its end."
        check "Read the cause of the other leg, and the log entry of the command that created this leg."
    1 UNALLOCATED_NUMBER sent 404 received [404]
        short "the number or user does not exist"
        means "Unallocated (unassigned) number: the number has a valid form, but is not assigned to anybody."
        usually "The carrier or SIP server of the callee answered 404: a wrong or disconnected number."
        check "Check the dialled number digit by digit, beginning with the country code; for a SIP user, check that it exists in its domain."
    2 NO_ROUTE_TRANSIT_NET sent 404 received []
        short "the carrier that was asked for cannot be reached"
        means "No route to specified transit network: the call asked for a carrier that cannot be \
            reached."
        usually "A carrier selection code dialled through a gateway to the telephone network."
        check "Remove carrier selection digits from the number, or ask the trunk's operator."
    3 NO_ROUTE_DESTINATION sent 404 received [485, 604]
        short "there is no route to the destination"
        means "No route to destination: the network does not serve this destination."
        usually "The far side answered 485 or 604, or a carrier has no route for the number."
        check "Check the number's prefix and whether the account may call that country."
    6 CHANNEL_UNACCEPTABLE sent 480 received []
        short "the far end's network refused the channel"
        means "Channel unacceptable: the channel that was offered cannot be used for this call."
        usually "An ISDN or SS7 leg after a gateway, which passed the cause to SIP in a Reason header."
        check "Try again; if it happens again, tell the operator of the trunk the time and the number."
    7 CALL_AWARDED_DELIVERED sent 480 received []
        short "the call was joined to another one in progress"
        means "Call awarded and being delivered in an established channel: it was joined to a call \
            in progress."
        usually "An ISDN or SS7 leg after a gateway, which passed the cause to SIP in a Reason header."
        check "Look for a second call to the same subscriber at that moment."
    16 NORMAL_CLEARING sent 480 received [200]
        short "the other side ended the call"
        means "Normal call clearing: somebody who took part in the call ended it."
        usually "A caller or callee who hung up, or a flow that reached its end or a Hangup."
        check "See which leg ended first and which command was running then; nothing has failed."
    17 USER_BUSY sent 486 received [486, 600]
        short "the callee was busy"
        means "User busy: the callee was found and cannot take another call."
        usually "The callee's phone answered 486, or every phone of the callee answered 600."
        check "Try again later, or give the Dial another destination."
    18 NO_USER_RESPONSE sent 408 received [480]
        short "the far end was unreachable"
        means "No user responding: the callee's side could not offer the call to anybody."
        usually "The SIP domain answered 480 because no phone of that user is registered; a timeout of the Dial gives NO_ANSWER."
        check "Check whether the SIP user is registered now, and with exactly this name."
    19 NO_ANSWER sent 480 received []
        short "nobody answered in time"
        means "No answer from user (user alerted): nobody answered in the time allowed."
        usually "The timeout of the Dial was reached. FreeSWITCH reports this cause whether it rang or not."
        check "Compare the length of the leg with the timeout of the Dial; without ring_on, it never rang."
    20 SUBSCRIBER_ABSENT sent 480 received []
        short "the subscriber could not be reached"
        means "Subscriber absent: the user exists, but cannot be reached at present."
        usually "The user is not in FreeSWITCH's directory, or a mobile phone is switched off."
        check "Check the user's name and domain; for a mobile number, try again later."
    21 CALL_REJECTED sent 603 received [401, 402, 403, 407, 603, 608]
        short "the far end refused the call"
        means "Call rejected: the far side could have taken the call and refused it."
        usually "A 403 or 603 from the callee or a carrier's filter, or an INVITE whose \
            credentials were refused (401, 407)."
        check "Check the trunk's user and password, the caller's number, and block lists or \
            analytics that refuse it (608)."
    22 NUMBER_CHANGED sent 410 received [410]
        short "the number has changed"
        means "Number changed: the number is no longer assigned to this subscriber."
        usually "The callee's carrier or SIP server answered 410."
        check "Find the subscriber's new number."
    23 REDIRECTION_TO_NEW_DESTINATION sent 410 received []
        short "the far end asked for another number to be called"
        means "Redirection to new destination: the call should be made again to another number."
        usually "A telephone network after a gateway that forwards the call."
        check "Read the diversion or contact that came with the answer, and dial it."
    25 EXCHANGE_ROUTING_ERROR sent 483 received [482, 483]
        short "the call went in a routing loop"
        means "Exchange routing error: the call passed through too many hops and was stopped."
        usually "A routing loop: a proxy answered 482 or 483."
        check "Look for two systems that forward the number to each other."
    27 DESTINATION_OUT_OF_ORDER sent 502 received []
        short "the dialled address could not be used"
        means "Destination out of order: the signalling could not be delivered to the callee."
        usually "FreeSWITCH could not use the dial string, or found nothing in it to dial."
        check "Look at each To of the Dial: an empty destination, or an invalid SIP address."
    28 INVALID_NUMBER_FORMAT sent 484 received [484]
        short "the number is incomplete or malformed"
        means "Invalid number format (address incomplete): the number is too short or malformed."
        usually "The far side answered 484."
        check "Write the number in full with its country code, and without blanks or letters."
    29 FACILITY_REJECTED sent 501 received []
        short "the network refused a service that the call asked for"
        means "Facility rejected: the network cannot give the supplementary service asked for."
        usually "A telephone network after a gateway, which passed the cause to SIP in a Reason header."
        check "See what the call asked for besides speech, such as a hidden number or a transfer."
    30 RESPONSE_TO_STATUS_ENQUIRY sent 480 received []
        short "the network reported a state instead of a cause"
        means "Response to STATUS ENQUIRY: the report of a state, and no failure of its own."
        usually "An ISDN leg after a gateway; it should not end a call."
        check "Have the ISDN log of the gateway checked for that time: there is another cause for this one."
    31 NORMAL_UNSPECIFIED sent 480 received []
        short "the far end ended it without a specific cause"
        means "Normal, unspecified: a regular end without a more specific cause."
        usually "The far side gave a SIP answer for which FreeSWITCH has no cause, such as 302 or 499."
        check "Find the SIP status in a trace: the cause does not show it."
    34 NORMAL_CIRCUIT_CONGESTION sent 503 received []
        short "every line towards the callee was in use"
        means "No circuit/channel available: every line towards the callee was in use."
        usually "A carrier or gateway whose trunk group is full."
        check "Count the calls that ran on the trunk then, and compare with its channel limit."
    38 NETWORK_OUT_OF_ORDER sent 503 received [502]
        short "the network towards the callee was down"
        means "Network out of order: a failure that is likely to last."
        usually "A proxy answered 502: the next network gave it no usable answer."
        check "Check whether other calls over the same trunk work; if not, call the operator of the trunk."
    41 NORMAL_TEMPORARY_FAILURE sent 503 received [400, 481, 500, 503]
        short "the far end or its network failed for the moment"
        means "Temporary failure: the network cannot carry the call now, but may do so soon."
        usually "The far side answered 500 or 503, found the request malformed (400), or had lost \
            the dialogue (481)."
        check "Try again; if every call fails like this, look for the status in a SIP trace. A 400 does not go away by itself."
    42 SWITCH_CONGESTION sent 503 received []
        short "an exchange on the way was overloaded"
        means "Switching equipment congestion: an exchange on the way has too much traffic."
        usually "A carrier at a peak hour, or a limit on calls per second that was exceeded."
        check "Compare the rate of new calls with what the carrier allows, and space them out."
    43 ACCESS_INFO_DISCARDED sent 480 received []
        short "the network dropped information that came with the call"
        means "Access information discarded: additional information of the call could not be delivered."
        usually "An ISDN or SS7 leg after a gateway, which passed the cause to SIP in a Reason header."
        check "Leave out subaddresses and user-to-user information."
    44 REQUESTED_CHAN_UNAVAIL sent 503 received []
        short "the requested line was not available"
        means "Requested circuit/channel not available: the other side cannot give that channel."
        usually "Both ends of an ISDN trunk took the same channel, or its ends disagree on it."
        check "Try again; if it happens again, have the gateway's channel numbering compared at both ends."
    45 PRE_EMPTED sent 480 received []
        short "the line was needed for a call of higher precedence"
        means "Pre-empted: the line was needed for a call of higher precedence (in Q.850, number 8)."
        usually "A network with precedence levels, after a gateway."
        check "Try again later, or ask the trunk's operator about its precedence service."
    50 FACILITY_NOT_SUBSCRIBED sent 480 received []
        short "the line is not subscribed to a service that the call asked for"
        means "Requested facility not subscribed: the service exists, but the line does not have it."
        usually "A telephone network after a gateway, which passed the cause to SIP in a Reason header."
        check "Ask the trunk's operator which services the line has."
    52 OUTGOING_CALL_BARRED sent 403 received []
        short "the calling line is barred from making this call"
        means "Outgoing call barred: the caller's line may not make this call."
        usually "A barring class on the calling line or trunk."
        check "See whether the number is premium, international or otherwise barred for the line."
    54 INCOMING_CALL_BARRED sent 403 received []
        short "the called line is barred from taking this call"
        means "Incoming call barred: the line of the callee does not accept calls, or not calls of this kind."
        usually "A barring class on the called line, such as do not disturb."
        check "Ask the callee whether incoming or anonymous calls are barred."
    57 BEARERCAPABILITY_NOTAUTH sent 403 received []
        short "the line may not make this kind of call"
        means "Bearer capability not authorized: the line may not make this kind of call."
        usually "A call for data, fax or video on a line that may only carry speech."
        check "See which kind of call the gateway asked for, and ask for speech or 3.1 kHz audio."
    58 BEARERCAPABILITY_NOTAVAIL sent 503 received []
        short "the network could not carry this kind of call at that time"
        means "Bearer capability not presently available: this kind of call cannot be carried now."
        usually "A telephone network after a gateway, which passed the cause to SIP in a Reason header."
        check "Try again; if it happens again, ask for speech in place of data or fax."
    63 SERVICE_UNAVAILABLE sent 480 received [405]
        short "the far end does not take calls at this address"
        means "Service or option not available, unspecified: the far side does not offer it."
        usually "The far side answered 405: it does not take this SIP method at this address."
        check "Check that the address is a phone or a proxy, not a registrar or a load balancer."
    65 BEARERCAPABILITY_NOTIMPL sent 488 received []
        short "the far end's equipment cannot carry this kind of call"
        means "Bearer capability not implemented: the equipment cannot carry this kind of call."
        usually "A gateway that was asked for data, video or a codec that it does not have."
        check "Compare the codecs offered with those that the far side supports."
    66 CHAN_NOT_IMPLEMENTED sent 480 received []
        short "the far end's equipment has no channel of the type asked for"
        means "Channel type not implemented: the equipment has no channel of that type."
        usually "An ISDN leg after a gateway, which passed the cause to SIP in a Reason header."
        check "Have the gateway's channel type compared with the line's."
    69 FACILITY_NOT_IMPLEMENTED sent 501 received []
        short "the far end's equipment lacks a service that the call asked for"
        means "Requested facility not implemented: the equipment has no such service."
        usually "A telephone network after a gateway, which passed the cause to SIP in a Reason header."
        check "Make the call without supplementary services such as hold or transfer."
    79 SERVICE_NOT_IMPLEMENTED sent 501 received [406, 415, 501]
        short "the far end does not support what the call asked for"
        means "Service or option not implemented, unspecified: the far side cannot do it at all."
        usually "The far side answered 501, or 406 or 415 because it cannot read the body."
        check "Look in a SIP trace for the header or content type that it refuses."
    81 INVALID_CALL_REFERENCE sent 480 received []
        short "the far end's network lost track of the call"
        means "Invalid call reference value: a message spoke of a call that is not open there."
        usually "An ISDN leg after a gateway whose two ends lost step, often after a restart."
        check "See whether the gateway or its trunk restarted at that time."
    88 INCOMPATIBLE_DESTINATION sent 488 received [488, 606]
        short "the two sides found there is no common codec or encryption"
        means "Incompatible destination: the two sides have no media format in common."
        usually "The far side answered 488 or 606: there is no common codec, or only one side uses encryption."
        check "Compare the codecs of the SDP offer with the phone's, and whether SRTP is required."
    95 INVALID_MSG_UNSPECIFIED sent 480 received []
        short "a signalling message was not accepted"
        means "Invalid message, unspecified: a signalling message could not be accepted."
        usually "An ISDN or SS7 leg after a gateway, which passed the cause to SIP in a Reason header."
        check "Have the gateway's signalling log read at that time."
    96 MANDATORY_IE_MISSING sent 480 received []
        short "a signalling message lacked a part that it needs"
        means "Mandatory information element is missing: a message came without a part it needs."
        usually "FreeSWITCH's user endpoint: the directory has the user, but no dial string for it."
        check "Check the dialled user's entry; on a gateway, read its signalling log."
    97 MESSAGE_TYPE_NONEXIST sent 480 received []
        short "a signalling message was of a type that the network does not know"
        means "Message type non-existent or not implemented: a message the equipment cannot read."
        usually "An ISDN or SS7 leg after a gateway whose two ends speak different variants."
        check "Compare the protocol variant set at both ends of the trunk."
    98 WRONG_MESSAGE sent 480 received []
        short "a signalling message came out of turn"
        means "Message not compatible with call state, or message type non-existent: a message that is not expected at this point."
        usually "An ISDN or SS7 leg after a gateway whose two ends lost step."
        check "Have the gateway's signalling log read around the end of the call."
    99 IE_NONEXIST sent 480 received []
        short "a signalling message held a part that the network does not know"
        means "Information element/parameter non-existent or not implemented: part of a message \
            could not be read."
        usually "An ISDN or SS7 leg after a gateway whose two ends speak different variants."
        check "Compare the protocol variant set at both ends of the trunk."
    100 INVALID_IE_CONTENTS sent 480 received []
        short "a signalling message held a wrong value"
        means "Invalid information element contents: a part of a message holds a wrong value."
        usually "A telephone network that does not accept the format or type of the calling or called number."
        check "Check both numbers' format as the gateway sends them: type, plan, leading plus."
    101 WRONG_CALL_STATE sent 480 received []
        short "a signalling message came too early or too late"
        means "Message not compatible with call state: a message came too early or too late."
        usually "An ISDN or SS7 leg after a gateway, often when both sides hang up at once."
        check "Have the gateway's signalling log read around the end of the call."
    102 RECOVERY_ON_TIMER_EXPIRE sent 504 received [408, 504]
        short "the far end did not answer the request in time"
        means "Recovery on timer expiry: an expected answer did not come."
        usually "The far side never answered the INVITE, or a proxy answered 408 or 504."
        check "Check that the SIP host resolves and listens, and that no firewall drops answers."
    103 MANDATORY_IE_LENGTH_ERROR sent 480 received []
        short "a part of a signalling message had the wrong length"
        means "Mandatory information element of wrong length (in Q.850, a parameter passed on)."
        usually "An ISDN or SS7 leg after a gateway, which passed the cause to SIP in a Reason header."
        check "Have the gateway's signalling log read for the element it refused."
    111 PROTOCOL_ERROR sent 480 received []
        short "a signalling rule was broken"
        means "Protocol error, unspecified: a signalling rule was broken."
        usually "A telephone network after a gateway, which passed the cause to SIP in a Reason header."
        check "Take a SIP trace, and have the gateway's log of the same call read beside it."
    127 INTERWORKING sent 480 received [413, 414, 416, 420, 421, 423, 505, 513]
        short "the far end could not process the request"
        means "Interworking, unspecified: the call left for a network that does not give causes."
        usually "The far side could not process the SIP request itself: too large (413, 513), a \
            required extension (420, 421), a bad URI scheme (416)."
        check "Find the SIP status in a trace; try fewer headers, or a sip: address for sips:."
    142 SUCCESS sent 480 received []
        short "the call was set up, and nothing failed"
        means "Success: FreeSWITCH uses this for a call that was set up, not for one that ended."
        usually "The originate of FreeSWITCH, which reports its success with this number."
        check "Nothing has failed here: read the cause at the end of the leg."
    487 ORIGINATOR_CANCEL sent 487 received [487]
        short "the call was cancelled before anybody answered"
        means "Originator cancel: the call was cancelled before it was answered."
        usually "The caller hung up while the destination rang, or the far side answered 487."
        check "Compare with the time when the caller hung up; a short timeout of the Dial gives NO_ANSWER instead."
    700 CRASH sent 480 received []
        short "the media server crashed"
        means "Crash: the media server stopped in the middle of the call."
        usually "FreeSWITCH itself, when it marks a call that it found after a restart."
        check "See whether other calls ended in the same second, and report it to the platform."
    701 SYSTEM_SHUTDOWN sent 480 received []
        short "the media server was shut down"
        means "System shutdown: the media server was stopped while the call was up."
        usually "Maintenance on the platform."
        check "See whether other calls ended in the same second; then make the call again."
    702 LOSE_RACE sent 480 received []
        short "another destination answered first"
        means "Lose race: another destination that rang at the same time was answered first."
        usually "A Dial to several destinations, for each one that did not win."
        check "Nothing has failed: read the leg that was answered."
    703 MANAGER_REQUEST sent 480 received []
        short "an operator of the platform ended it"
        means "Manager request: somebody who operates the system ended the call."
        usually "A command to the media server that hangs calls up, such as hupall."
        check "Ask who operated the platform then, or which program ended calls through its API."
    800 BLIND_TRANSFER sent 480 received []
        short "the call was transferred without an announcement"
        means "Blind transfer: the leg ended because its call was transferred without an announcement."
        usually "A phone that sent REFER, or a transfer on the platform."
        check "Follow the new leg of the call: this one worked as it should."
    801 ATTENDED_TRANSFER sent 480 received []
        short "the call was transferred after an announcement"
        means "Attended transfer: the leg ended because the two other parties were connected to each other."
        usually "A phone that first spoke to the new party, and then transferred."
        check "Follow the joined call: this leg worked as it should."
    802 ALLOTTED_TIMEOUT sent 480 received []
        short "the time allowed for the leg ran out"
        means "Allotted timeout: the time given to this leg ran out."
        usually "A limit on the call's length, or on how long one destination may ring."
        check "Compare the leg's length with max_call_duration and with the app's \
            max_call_length_min."
    803 USER_CHALLENGE sent 480 received []
        short "the platform asked for credentials and ended this attempt"
        means "User challenge: the leg ended with a request to prove who is calling."
        usually "FreeSWITCH, which challenged an INVITE and ended that attempt."
        check "Check whether a second INVITE with credentials followed; if not, set the credentials of the phone."
    804 MEDIA_TIMEOUT sent 480 received []
        short "no audio arrived for too long"
        means "Media timeout: no audio packet came for longer than is allowed."
        usually "A phone that lost its network, or a NAT or firewall that blocks RTP."
        check "See whether audio ever came: if never, suspect the firewall; if so, the phone."
    805 PICKED_OFF sent 480 received []
        short "another phone picked the call up"
        means "Picked off: somebody else answered this call, instead of the ringing leg."
        usually "Call pickup or intercept by another phone."
        check "Nothing has failed: look for the leg that took the call."
    806 USER_NOT_REGISTERED sent 480 received []
        short "the callee's phone is not registered"
        means "User not registered: FreeSWITCH's own registrar has no address for that user."
        usually "A phone that is switched off, or whose registration expired."
        check "See the phone's registration state, and compare user and domain with the Dial's."
    807 PROGRESS_TIMEOUT sent 480 received []
        short "the far end did not begin to ring in time"
        means "Progress timeout: the far side did not begin to ring in the time allowed."
        usually "A destination that took the INVITE and then sent no 18x."
        check "See how long the destination takes to ring, and whether its host is overloaded."
    808 INVALID_GATEWAY sent 484 received []
        short "the gateway that the call was routed to does not exist"
        means "Invalid gateway: the dial string names a gateway that the media server does not have."
        usually "A setting of the platform or of a trunk, rarely the flow."
        check "Check the trunk that the number is routed to, and report it to the platform."
    809 GATEWAY_DOWN sent 503 received []
        short "the gateway that the call was routed to is down"
        means "Gateway down: the gateway exists, but does not answer the media server."
        usually "A trunk whose registration failed or whose host does not answer OPTIONS."
        check "Check the trunk's registration, its credentials and whether its host can be reached."
    810 INVALID_URL sent 484 received []
        short "the SIP address cannot be read"
        means "Invalid URL: the SIP address cannot be read."
        usually "A destination without a host, or with characters that an address cannot hold."
        check "Read the To of the Dial as user@host, and look for blanks and a missing domain."
    811 INVALID_PROFILE sent 502 received []
        short "the SIP profile that the call was routed to is not running"
        means "Invalid profile: the dial string names a SIP profile that is not running."
        usually "A setting of the platform, or a profile that failed to start."
        check "Report it to the platform: a flow cannot name a profile."
    812 NO_PICKUP sent 480 received []
        short "nobody picked the waiting call up"
        means "No pickup: the call waited to be picked up and nobody did."
        usually "The pickup endpoint of FreeSWITCH, when the waiting call ended."
        check "See whether the other destinations of the same Dial were answered."
    813 SRTP_READ_ERROR sent 480 received []
        short "encrypted audio could not be decrypted"
        means "SRTP read error: encrypted audio could not be decrypted."
        usually "Keys that the two sides agreed on differently, often after a re-INVITE."
        check "Compare the crypto lines of both SDP bodies, and try the call without SRTP."
    814 BOWOUT sent 480 received []
        short "the leg was replaced by a direct connection"
        means "Bow out: the leg ended because its two neighbours were connected directly."
        usually "FreeSWITCH's loopback endpoint, after it has connected both real legs."
        check "Nothing has failed: follow the two real legs."
    815 BUSY_EVERYWHERE sent 600 received []
        short "every phone of the callee was busy"
        means "Busy everywhere: no phone of the callee can take the call (SIP 600)."
        usually "A rule on the media server; a received 600 is reported as USER_BUSY."
        check "Find out what refused the call on the side of the platform."
    816 DECLINE sent 603 received []
        short "the callee declined the call"
        means "Decline: the callee does not want the call (SIP 603)."
        usually "A rule on the media server; a received 603 is reported as CALL_REJECTED."
        check "Find out what refused the call on the side of the platform, such as a Reject."
    817 DOES_NOT_EXIST_ANYWHERE sent 604 received []
        short "the callee does not exist"
        means "Does not exist anywhere: there is no such user (SIP 604)."
        usually "A rule on the media server; a received 604 is reported as NO_ROUTE_DESTINATION."
        check "Check that the called number is assigned to an app."
    818 NOT_ACCEPTABLE sent 606 received []
        short "the callee was reached, but not for this kind of session"
        means "Not acceptable: the callee was reached, but not the kind of session (SIP 606)."
        usually "A rule on the media server; a received 606 is reported as INCOMPATIBLE_DESTINATION."
        check "Compare the caller's codecs and encryption with what the platform accepts."
    819 UNWANTED sent 607 received [607]
        short "the callee does not want calls from this number"
        means "Unwanted: the callee says that calls from this number are not wanted (RFC 8197)."
        usually "A person who pressed a spam button, or a filter that acts for them."
        check "Stop calling this number, and look at the caller number's reputation."
    820 NO_IDENTITY sent 428 received [428]
        short "the far end demands a signed caller identity"
        means "No identity: the far side requires a signed Identity header (RFC 8224)."
        usually "A carrier that does not accept calls without a STIR/SHAKEN signature."
        check "See whether the call was signed, and which attestation the caller's number has."
    821 BAD_IDENTITY_INFO sent 429 received [429]
        short "the certificate of the caller's signature could not be fetched"
        means "Bad identity info: the certificate of the Identity header cannot be fetched."
        usually "A signature whose certificate URL does not answer; in RFC 8224 this is 436."
        check "Fetch the URL in the header's info parameter from outside the signer's network."
    822 UNSUPPORTED_CERTIFICATE sent 437 received [437]
        short "the far end does not trust who signed the call"
        means "Unsupported certificate: the far side does not trust who signed the call."
        usually "A certificate from an authority outside the STI list, or one that has expired."
        check "Look at the certificate's issuer and dates."
    823 INVALID_IDENTITY sent 438 received [438]
        short "the caller's signature does not fit the call"
        means "Invalid identity: the Identity header's signature does not fit the call."
        usually "A proxy that changed the caller's or the callee's number after it was signed."
        check "Compare the numbers in the signed token with From and To as they arrived."
    824 STALE_DATE sent 403 received []
        short "the caller's signature is too old"
        means "Stale date: the call's signature is too old (RFC 8224)."
        usually "A clock that is wrong at the signer or the verifier, or a replayed call."
        check "Compare the token's iat and the Date header with the time of the call."
    825 REJECT_ALL sent 603 received []
        short "every destination was refused at once"
        means "Reject all: every destination of the call is refused, not only this one."
        usually "A rule on the media server that ends a whole simultaneous dial."
        check "Look for the destination that refused for all of them."
}
