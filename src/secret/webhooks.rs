//! URLs whose path is the secret: whoever knows it may post.

use std::ops::Range;

/// A webhook: how its host ends, and how its path begins before what is secret.
struct Webhook {
    host: &'static str,
    before: &'static [&'static str],
}

/// `*` is any one part of a path.
const WEBHOOKS: &[Webhook] = &[
    Webhook {
        host: "hooks.slack.com",
        before: &["*"],
    },
    Webhook {
        host: "hooks.slack-gov.com",
        before: &["*"],
    },
    Webhook {
        host: "discord.com",
        before: &["api", "webhooks"],
    },
    Webhook {
        host: "discord.com",
        before: &["api", "*", "webhooks"],
    },
    Webhook {
        host: "discordapp.com",
        before: &["api", "webhooks"],
    },
    Webhook {
        host: "discordapp.com",
        before: &["api", "*", "webhooks"],
    },
    Webhook {
        host: "webhook.office.com",
        before: &["*"],
    },
    Webhook {
        host: "outlook.office.com",
        before: &["webhook"],
    },
    Webhook {
        host: "outlook.office365.com",
        before: &["webhook"],
    },
    Webhook {
        host: "logic.azure.com",
        before: &["workflows"],
    },
    Webhook {
        host: "api.powerplatform.com",
        before: &["*"],
    },
    Webhook {
        host: "hooks.zapier.com",
        before: &["hooks", "*"],
    },
    Webhook {
        host: "maker.ifttt.com",
        before: &["trigger", "*"],
    },
    Webhook {
        host: "make.com",
        before: &[],
    },
    Webhook {
        host: "api.telegram.org",
        before: &[],
    },
];

/// Where the secret path stands in a URL from its host on, up to its query.
pub(super) fn path(url: &str) -> Option<Range<usize>> {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let slash = url[..end].find('/')?;
    let host = url[..slash].split(':').next()?.to_ascii_lowercase();
    let host = host.trim_end_matches('.');
    let mut parts = url[slash + 1..end].split('/');
    let hook = WEBHOOKS.iter().find(|hook| {
        let sub = host.strip_suffix(hook.host);
        let mut parts = parts.clone();
        sub.is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
            // The front page of Make is no webhook.
            && (hook.host != "make.com" || host.starts_with("hook."))
            && hook
                .before
                .iter()
                .all(|wanted| parts.next().is_some_and(|part| *wanted == "*" || part.eq_ignore_ascii_case(wanted)))
    })?;
    let known: usize = parts
        .by_ref()
        .take(hook.before.len())
        .map(|part| part.len() + 1)
        .sum();
    let start = slash + 1 + known;
    (start < end).then_some(start..end)
}
