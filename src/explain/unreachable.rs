//! No answer, or none that is whole: which host, through which proxy, and what to look at.

use super::case::{Case, Finding};
use crate::display_safe::display_safe;
use crate::sts::NetworkKind;

pub(super) fn network(case: &Case<'_>, kind: NetworkKind) -> Finding {
    let refusal = case.refusal;
    let host = display_safe(&refusal.route.host);
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
        NetworkKind::Redirect => {
            format!("{host} answered with a redirect, which is never followed ({detail})")
        }
        NetworkKind::TooLarge => format!("{host} answered without end ({detail})"),
        NetworkKind::Other => format!("no answer of {host} ({detail})"),
    };
    let finding = Finding::new(class(kind), what);
    let finding = causes(case, kind).into_iter().fold(finding, Finding::cause);
    let finding = if refusal.code_sent {
        finding.cause("the MFA code counts as used: take the next one")
    } else {
        finding
    };
    finding.next(next(case, kind))
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
    let proxy = match &case.refusal.route.via {
        Some(via) => format!(
            "the proxy {} ({}) does not let it through",
            display_safe(&via.address),
            via.variable
        ),
        None => "a proxy is needed and none is set (HTTPS_PROXY)".to_owned(),
    };
    let region = format!(
        "region {} or the endpoint is misspelled",
        display_safe(&case.call.region)
    );
    match kind {
        NetworkKind::NameNotFound => vec!["this machine is offline, or its VPN is".to_owned(), region, proxy],
        NetworkKind::Refused | NetworkKind::Other | NetworkKind::Closed => {
            vec![proxy, "the endpoint is not the one that is meant".to_owned()]
        }
        NetworkKind::Unreachable | NetworkKind::TimedOut => {
            vec!["this machine is offline, or its VPN is".to_owned(), proxy]
        }
        NetworkKind::Tls => vec![
            "a proxy or endpoint has a certificate of its own: name its PEM file in AWS_CA_BUNDLE or ca_bundle".to_owned(),
            "AWS_CA_BUNDLE or ca_bundle names a file without the root of AWS".to_owned(),
        ],
        NetworkKind::ProxyAuthentication => {
            let variable = case.refusal.route.via.as_ref().map_or("HTTPS_PROXY", |via| via.variable);
            vec![format!("write its name and password into {variable}: http://USER:PASSWORD@HOST:PORT")]
        }
        NetworkKind::Proxy => vec![proxy],
        NetworkKind::NotAws | NetworkKind::Redirect | NetworkKind::TooLarge => vec![
            "a sign-in page of a network stands between: open any page in a browser".to_owned(),
            proxy,
            "the endpoint (AWS_ENDPOINT_URL_STS, endpoint_url) is not that of STS".to_owned(),
        ],
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
