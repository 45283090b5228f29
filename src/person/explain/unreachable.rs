//! No answer, or none that is whole: which host, through which proxy, and what to look at.

use super::case::{Case, Finding};
use crate::display_safe::display_safe;
use crate::http::NetworkKind;
use crate::http::address::Address;

pub(super) fn network(case: &Case<'_>, kind: NetworkKind) -> Finding {
    let refusal = case.refusal;
    let host = reached(case, kind);
    let detail = display_safe(&refusal.message);
    let what = match kind {
        NetworkKind::NameNotFound => format!("the name of {host} was not found"),
        NetworkKind::Refused => format!("{host} refused the connection"),
        NetworkKind::Unreachable => format!("no route to {host}"),
        NetworkKind::TimedOut => format!("{host} did not answer in time ({detail})"),
        NetworkKind::Tls => format!("no trusted TLS connection to {host} ({detail})"),
        NetworkKind::ProxyAuthentication => {
            "the proxy asks for a name and password (407)".to_owned()
        }
        NetworkKind::Proxy => format!("the proxy did not open the way to {host} ({detail})"),
        NetworkKind::Closed => format!("{host} closed the connection before its answer was whole"),
        NetworkKind::NotAws => format!("{host} answered, but not as STS does ({detail})"),
        NetworkKind::Redirect => format!("{host} answered {detail}, which is never followed"),
        NetworkKind::TooLarge => format!("{host} answered without end ({detail})"),
        NetworkKind::Other => format!("no answer of {host} ({detail})"),
    };
    let finding = Finding::new(class(kind), what);
    let finding = causes(case, kind).into_iter().fold(finding, Finding::cause);
    let finding = finding.next(next(case, kind));
    if refusal.code_sent {
        finding.next("the MFA code counts as used: take the next one")
    } else {
        finding
    }
}

/// Who was spoken to: with a proxy, names and ports are the proxy's until it opens the way.
fn reached(case: &Case<'_>, kind: NetworkKind) -> String {
    let route = &case.refusal.route;
    match (&route.via, kind) {
        (
            Some(via),
            NetworkKind::NameNotFound | NetworkKind::Refused | NetworkKind::Unreachable,
        ) => format!(
            "the proxy {} ({})",
            display_safe(&via.address),
            via.variable
        ),
        _ => display_safe(&route.host).into_owned(),
    }
}

fn class(kind: NetworkKind) -> &'static str {
    match kind {
        NetworkKind::Tls => "network-tls",
        NetworkKind::ProxyAuthentication | NetworkKind::Proxy => "network-proxy",
        NetworkKind::NotAws | NetworkKind::Redirect | NetworkKind::TooLarge => "network-not-aws",
        NetworkKind::NameNotFound
        | NetworkKind::Refused
        | NetworkKind::Unreachable
        | NetworkKind::TimedOut
        | NetworkKind::Closed
        | NetworkKind::Other => "network",
    }
}

fn causes(case: &Case<'_>, kind: NetworkKind) -> Vec<String> {
    let offline = "this machine is offline, or its VPN is".to_owned();
    let region = display_safe(&case.call.region);
    match kind {
        NetworkKind::NameNotFound => vec![
            offline,
            format!("region {region} or the endpoint is misspelled"),
            proxy(case, kind),
        ],
        NetworkKind::Refused | NetworkKind::Other | NetworkKind::Closed => vec![
            proxy(case, kind),
            "the endpoint is not the one that is meant".to_owned(),
        ],
        NetworkKind::Unreachable | NetworkKind::TimedOut => vec![offline, proxy(case, kind)],
        NetworkKind::Tls => vec![
            "a proxy or endpoint has a certificate of its own: name its PEM file in AWS_CA_BUNDLE or ca_bundle".to_owned(),
            "AWS_CA_BUNDLE or ca_bundle names a file without the root of AWS".to_owned(),
        ],
        NetworkKind::ProxyAuthentication => {
            let via = case.refusal.route.via.as_ref();
            let variable = via.map_or("HTTPS_PROXY", |via| via.variable);
            vec![format!(
                "write its name and password into {variable}: http://USER:PASSWORD@HOST:PORT"
            )]
        }
        NetworkKind::Proxy => vec![proxy(case, kind)],
        NetworkKind::NotAws | NetworkKind::Redirect | NetworkKind::TooLarge => vec![
            "a sign-in page of a network stands between: open any page in a browser".to_owned(),
            proxy(case, kind),
            "the endpoint (AWS_ENDPOINT_URL_STS, endpoint_url) is not that of STS".to_owned(),
        ],
    }
}

fn proxy(case: &Case<'_>, kind: NetworkKind) -> String {
    let endpoint = Address::of(&case.call.endpoint);
    match (&case.refusal.route.via, kind) {
        (
            Some(via),
            NetworkKind::NameNotFound | NetworkKind::Refused | NetworkKind::Unreachable,
        ) => format!("{} names a proxy that is not in this network", via.variable),
        (Some(via), _) => format!(
            "the proxy {} ({}) does not let it through",
            display_safe(&via.address),
            via.variable
        ),
        (None, _) if endpoint.is_some_and(|endpoint| endpoint.is_on_this_machine()) => {
            "the server of that endpoint does not run, or not well".to_owned()
        }
        (None, _) => "a proxy is needed and none is set (HTTPS_PROXY)".to_owned(),
    }
}

fn next(case: &Case<'_>, kind: NetworkKind) -> String {
    match kind {
        NetworkKind::ProxyAuthentication => {
            "then again; NO_PROXY takes hosts that need no proxy".to_owned()
        }
        _ => format!(
            "curl -v {}   (cached sessions stay usable)",
            display_safe(&case.call.endpoint)
        ),
    }
}

pub(super) fn incomplete(case: &Case<'_>) -> Finding {
    let host = display_safe(&case.refusal.route.host);
    let detail = display_safe(&case.refusal.message);
    let finding = Finding::new(
        "answer-incomplete",
        format!("{host} gave no whole session ({detail})"),
    )
    .cause("a proxy or endpoint changes or cuts answers; no part of one is ever used: try again");
    if case.refusal.code_sent {
        finding.next("take the next MFA code: this one counts as used")
    } else {
        finding.next(case.explain())
    }
}

pub(super) fn unsent(case: &Case<'_>) -> Finding {
    Finding::new(
        "request-unsent",
        display_safe(&case.refusal.message).into_owned(),
    )
    .cause("nothing was sent to AWS")
    .next(case.explain())
}
