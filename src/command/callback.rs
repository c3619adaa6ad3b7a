//! `<Callback>`

use std::borrow::Cow;

use super::traits::{Describe, Fetches, Impact, Traits};
use super::{Example, Gaps, fetch};
use crate::channel::{
    Action, Behavior, CommandContext, Last, Method, Need, Outcome, Parameter, Request, timing,
};
use crate::fidelity::Assumption;
use crate::value::{Flag, Millis, Url, Verb};

command! {
    /// Fetches a call flow from a URL and runs it.
    ///
    /// Its Error block runs if the request fails, times out, or returns something that is not a
    /// call flow.
    Callback {
        /// The URL of the flow.
        url: Url, Documented, content, private;
        /// The HTTP method. The documentation calls it required, but its examples leave it out.
        method: Verb = Verb(Method::Get), Observed;
        /// How long to wait for the reply.
        timeout: Millis = Millis(fetch::TIMEOUT), Documented, seconds_below(100);
        /// Whether the data of the control app is sent in the body of the request.
        body: Flag = Flag(false), Documented;
    }
    spec {
        also: &["callback"],
        page: "less-than-callback-greater-than-1",
        gaps: Gaps { into: 0, after: timing::AFTER_COMMAND },
        examples: &[Example {
            title: "Fetch the flow, and say so if that fails",
            xml: r#"<Response><Callback url="https://api.example.com/flow"><Error><Say>Please try again later.</Say><Hangup/></Error></Callback></Response>"#,
        }],
    }
}

impl Behavior for Callback {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        context.assume(Assumption::FetchQuery);
        let mut query = vec![
            (Cow::Borrowed("from"), Parameter::From),
            (Cow::Borrowed("to"), Parameter::To),
        ];
        query.extend(fetch::query(context));
        query.extend(
            context
                .tag
                .map(|tag| (Cow::Borrowed("tag"), Parameter::Text(tag.into()))),
        );
        let meta = context.meta.iter();
        query.extend(meta.map(|(key, value)| {
            (
                Cow::Owned((*key).to_owned()),
                Parameter::Text((&**value).into()),
            )
        }));
        Action::Await(Need::Fetch {
            request: Request {
                url: self.url.0.clone(),
                method: self.method.0,
                query,
                body: self.body.0,
                timeout: fetch::time_out(context, self.timeout),
                redirected: None,
            },
            flow: true,
        })
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, outcome: Outcome) -> Action {
        if let Some(failed) = fetch::failed(context, &outcome) {
            return failed;
        }
        Action::EndWith {
            last: Last::Document,
            reason: Cow::Borrowed("call flow executed"),
        }
    }
}

impl Describe for Callback {
    fn traits(&self) -> Traits<'_> {
        Traits {
            fails: Some("the server may not reply"),
            impact: Impact::RunsDocument,
            fetches: Some(Fetches {
                url: &self.url.0,
                method: self.method.0,
                only_if: None,
            }),
            ..Traits::default()
        }
    }
}
