//! `<Curl>`

use std::borrow::Cow;

use super::traits::{Describe, Fetches, Traits};
use super::{Example, fetch};
use crate::channel::{Action, Behavior, CommandContext, Last, Method, Need, Outcome, Request};
use crate::fidelity::{Assumption, Reading};
use crate::value::{Millis, Url, Verb};

command! {
    /// Sends an HTTP request during the call.
    ///
    /// The documentation also mentions headers, a body, and using the reply as a call flow, but
    /// names no attributes for them.
    Curl {
        /// The URL of the request.
        url: Url, Documented, private;
        /// The HTTP method.
        method: Verb = Verb(Method::Get), Documented, assumed(Assumption::CurlAcknowledges);
        /// How long to wait for the reply.
        timeout: Millis = Millis(fetch::TIMEOUT), Documented, assumed(Assumption::CurlAcknowledges), seconds_below(100);
    }
    spec {
        page: "less-than-curl-greater-than",
        complete: false,
        examples: &[Example {
            title: "Tell a server that a call came",
            xml: r#"<Response><Curl url="https://api.example.com/called" method="POST"><Error/></Curl><Say>Hello.</Say></Response>"#,
        }],
    }
}

const SENT: &str = "request sent";

impl Behavior for Curl {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        context.assume(Assumption::CurlAcknowledges);
        Action::Await(Need::Fetch {
            request: Request {
                url: self.url.0.clone(),
                method: self.method.0,
                query: Vec::new(),
                body: false,
                timeout: fetch::time_out(context, self.timeout),
                redirected: None,
            },
            flow: context.is(Reading::CurlRunsReply),
        })
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, outcome: Outcome) -> Action {
        if context.is(Reading::CurlRunsReply) {
            match outcome {
                Outcome::BadDocument(_) => {
                    context.assume(Assumption::SuccessReasons);
                    return Action::Done(Cow::Borrowed(SENT));
                }
                Outcome::Fetched => {
                    return Action::EndWith {
                        last: Last::Document,
                        reason: Cow::Borrowed(SENT),
                    };
                }
                _ => {}
            }
        }
        if let Some(failed) = fetch::failed(context, &outcome) {
            return failed;
        }
        context.assume(Assumption::SuccessReasons);
        Action::Done(Cow::Borrowed(SENT))
    }
}

impl Describe for Curl {
    fn traits(&self) -> Traits<'_> {
        Traits {
            fetches: Some(Fetches {
                url: &self.url.0,
                method: self.method.0,
                only_if: Some(Reading::CurlRunsReply),
            }),
            ..Traits::default()
        }
    }
}
