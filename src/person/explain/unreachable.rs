//! No answer, or none that is whole: which host, through which proxy, and what to look at.

use super::case::{Case, Finding};
use crate::display_safe::display_safe;
use crate::http::FaultKind;
use crate::http::address::Address;

pub(super) fn network(case: &Case<'_>, kind: FaultKind) -> Finding {
    let refusal = case.refusal;
    let host = reached(case, kind);
    let detail = display_safe(&refusal.message);
    let what = match kind {
        FaultKind::NameNotFound => format!("the name of {host} was not found"),
        FaultKind::Refused => format!("{host} refused the connection"),
        FaultKind::Unreachable => format!("no route to {host}"),
        FaultKind::TimedOut => format!("{host} did not answer in time ({detail})"),
        FaultKind::Tls => format!("no trusted TLS connection to {host} ({detail})"),
        FaultKind::ProxyAuthentication => "the proxy asks for a name and password (407)".to_owned(),
        FaultKind::Proxy => format!("the proxy did not open the way to {host} ({detail})"),
        FaultKind::Closed => format!("{host} closed the connection before its answer was whole"),
        FaultKind::NotAws => format!("{host} answered, but not as STS does ({detail})"),
        FaultKind::Redirect => format!("{host} answered {detail}, which is never followed"),
        FaultKind::TooLarge => format!("{host} answered without end ({detail})"),
        FaultKind::Other => format!("no answer of {host} ({detail})"),
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
fn reached(case: &Case<'_>, kind: FaultKind) -> String {
    let route = &case.refusal.route;
    match (&route.via, kind) {
        (Some(via), FaultKind::NameNotFound | FaultKind::Refused | FaultKind::Unreachable) => {
            format!(
                "the proxy {} ({})",
                display_safe(&via.address),
                via.variable
            )
        }
        _ => display_safe(&route.host).into_owned(),
    }
}

fn class(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Tls => "network-tls",
        FaultKind::ProxyAuthentication | FaultKind::Proxy => "network-proxy",
        FaultKind::NotAws | FaultKind::Redirect | FaultKind::TooLarge => "network-not-aws",
        FaultKind::NameNotFound
        | FaultKind::Refused
        | FaultKind::Unreachable
        | FaultKind::TimedOut
        | FaultKind::Closed
        | FaultKind::Other => "network",
    }
}

fn causes(case: &Case<'_>, kind: FaultKind) -> Vec<String> {
    let offline = "this machine is offline, or its VPN is".to_owned();
    let region = display_safe(&case.call.region);
    match kind {
        FaultKind::NameNotFound => vec![
            offline,
            format!("region {region} or the endpoint is misspelled"),
            proxy(case, kind),
        ],
        FaultKind::Refused | FaultKind::Other | FaultKind::Closed => vec![
            proxy(case, kind),
            "the endpoint is not the one that is meant".to_owned(),
        ],
        FaultKind::Unreachable | FaultKind::TimedOut => vec![offline, proxy(case, kind)],
        FaultKind::Tls => vec![
            "a proxy or endpoint has a certificate of its own: name its PEM file in AWS_CA_BUNDLE or ca_bundle".to_owned(),
            "AWS_CA_BUNDLE or ca_bundle names a file without the root of AWS".to_owned(),
        ],
        FaultKind::ProxyAuthentication => {
            let via = case.refusal.route.via.as_ref();
            let variable = via.map_or("HTTPS_PROXY", |via| via.variable);
            vec![format!(
                "write its name and password into {variable}: http://USER:PASSWORD@HOST:PORT"
            )]
        }
        FaultKind::Proxy => vec![proxy(case, kind)],
        FaultKind::NotAws | FaultKind::Redirect | FaultKind::TooLarge => vec![
            "a sign-in page of a network stands between: open any page in a browser".to_owned(),
            proxy(case, kind),
            "the endpoint (AWS_ENDPOINT_URL_STS, endpoint_url) is not that of STS".to_owned(),
        ],
    }
}

fn proxy(case: &Case<'_>, kind: FaultKind) -> String {
    let endpoint = Address::of(&case.call.endpoint);
    match (&case.refusal.route.via, kind) {
        (Some(via), FaultKind::NameNotFound | FaultKind::Refused | FaultKind::Unreachable) => {
            format!("{} names a proxy that is not in this network", via.variable)
        }
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

fn next(case: &Case<'_>, kind: FaultKind) -> String {
    match kind {
        FaultKind::ProxyAuthentication => {
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
