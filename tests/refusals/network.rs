//! No answer, or no whole one.

use crate::world::{World, faulty, network};
use xrole::http::FaultKind;
use xrole::service::sts::{Kind, Via};

#[test]
fn no_such_name() {
    World::prod().says(network(FaultKind::NameNotFound, "failed to lookup address information").attempts(3), r#"
network
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the name of sts.eu-west-1.amazonaws.com:443 was not found
likely causes, most likely first:
  1 this machine is offline, or its VPN is
  2 region eu-west-1 or the endpoint is misspelled
  3 a proxy is needed and none is set (HTTPS_PROXY)
next: curl -v https://sts.eu-west-1.amazonaws.com   (cached sessions stay usable)
"#);
}

#[test]
fn a_refused_connection() {
    World::prod().says(network(FaultKind::Refused, "Connection refused (os error 111)").attempts(3), r#"
network
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": sts.eu-west-1.amazonaws.com:443 refused the connection
likely causes, most likely first:
  1 a proxy is needed and none is set (HTTPS_PROXY)
  2 the endpoint is not the one that is meant
next: curl -v https://sts.eu-west-1.amazonaws.com   (cached sessions stay usable)
"#);
}

#[test]
fn no_route() {
    World::prod().says(network(FaultKind::Unreachable, "No route to host (os error 113)").attempts(3), r#"
network
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": no route to sts.eu-west-1.amazonaws.com:443
likely causes, most likely first:
  1 this machine is offline, or its VPN is
  2 a proxy is needed and none is set (HTTPS_PROXY)
next: curl -v https://sts.eu-west-1.amazonaws.com   (cached sessions stay usable)
"#);
}

#[test]
fn no_answer_in_time_through_a_proxy() {
    World::prod().says(network(FaultKind::TimedOut, "no whole answer within 10 s").via(Via { variable: "HTTPS_PROXY", address: "proxy.corp:3128".to_owned() }), r#"
network
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": sts.eu-west-1.amazonaws.com:443 did not answer in time (no whole answer within 10 s)
likely causes, most likely first:
  1 this machine is offline, or its VPN is
  2 the proxy proxy.corp:3128 (HTTPS_PROXY) does not let it through
next: curl -v https://sts.eu-west-1.amazonaws.com   (cached sessions stay usable)
"#);
}

#[test]
fn no_answer_to_a_code() {
    World::prod().direct().says(network(FaultKind::TimedOut, "no whole answer within 10 s").code_sent(), r#"
network
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": sts.eu-west-1.amazonaws.com:443 did not answer in time (no whole answer within 10 s)
likely causes, most likely first:
  1 this machine is offline, or its VPN is
  2 a proxy is needed and none is set (HTTPS_PROXY)
next: curl -v https://sts.eu-west-1.amazonaws.com   (cached sessions stay usable)
next: the MFA code counts as used: take the next one
"#);
}

#[test]
fn a_proxy_that_is_not_there() {
    World::prod().says(network(FaultKind::Refused, "Connection refused (os error 111)").via(Via { variable: "HTTPS_PROXY", address: "proxy.corp:3128".to_owned() }), r#"
network
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the proxy proxy.corp:3128 (HTTPS_PROXY) refused the connection
likely causes, most likely first:
  1 HTTPS_PROXY names a proxy that is not in this network
  2 the endpoint is not the one that is meant
next: curl -v https://sts.eu-west-1.amazonaws.com   (cached sessions stay usable)
"#);
}

#[test]
fn an_endpoint_on_this_machine_that_does_not_run() {
    World::prod().local().says(network(FaultKind::Refused, "Connection refused (os error 111)").host("localhost:4566").attempts(3), r#"
network
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": localhost:4566 refused the connection
likely causes, most likely first:
  1 the server of that endpoint does not run, or not well
  2 the endpoint is not the one that is meant
next: curl -v http://localhost:4566   (cached sessions stay usable)
"#);
}

#[test]
fn an_untrusted_certificate() {
    World::prod().says(network(FaultKind::Tls, "invalid peer certificate: UnknownIssuer"), r#"
network-tls
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": no trusted TLS connection to sts.eu-west-1.amazonaws.com:443 (invalid peer certificate: UnknownIssuer)
likely causes, most likely first:
  1 a proxy or endpoint has a certificate of its own: name its PEM file in AWS_CA_BUNDLE or ca_bundle
  2 AWS_CA_BUNDLE or ca_bundle names a file without the root of AWS
next: curl -v https://sts.eu-west-1.amazonaws.com   (cached sessions stay usable)
"#);
}

#[test]
fn a_proxy_that_wants_a_password() {
    World::prod().says(network(FaultKind::ProxyAuthentication, "proxy authorization required").via(Via { variable: "https_proxy", address: "proxy.corp:3128".to_owned() }), r#"
network-proxy
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the proxy asks for a name and password (407)
write its name and password into https_proxy: http://USER:PASSWORD@HOST:PORT
next: then again; NO_PROXY takes hosts that need no proxy
"#);
}

#[test]
fn a_proxy_that_refuses() {
    World::prod().says(network(FaultKind::Proxy, "tunnel error: unsuccessful").via(Via { variable: "HTTPS_PROXY", address: "proxy.corp:3128".to_owned() }), r#"
network-proxy
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the proxy did not open the way to sts.eu-west-1.amazonaws.com:443 (tunnel error: unsuccessful)
the proxy proxy.corp:3128 (HTTPS_PROXY) does not let it through
next: curl -v https://sts.eu-west-1.amazonaws.com   (cached sessions stay usable)
"#);
}

#[test]
fn a_connection_that_breaks() {
    World::prod().says(network(FaultKind::Closed, "the connection ended before the answer did").attempts(3), r#"
network
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": sts.eu-west-1.amazonaws.com:443 closed the connection before its answer was whole
likely causes, most likely first:
  1 a proxy is needed and none is set (HTTPS_PROXY)
  2 the endpoint is not the one that is meant
next: curl -v https://sts.eu-west-1.amazonaws.com   (cached sessions stay usable)
"#);
}

#[test]
fn a_sign_in_page() {
    World::prod().says(network(FaultKind::NotAws, "HTTP status 200 with a body that is not an answer of STS"), r#"
network-not-aws
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": sts.eu-west-1.amazonaws.com:443 answered, but not as STS does (HTTP status 200 with a body that is not an answer of STS)
likely causes, most likely first:
  1 a sign-in page of a network stands between: open any page in a browser
  2 a proxy is needed and none is set (HTTPS_PROXY)
  3 the endpoint (AWS_ENDPOINT_URL_STS, endpoint_url) is not that of STS
next: curl -v https://sts.eu-west-1.amazonaws.com   (cached sessions stay usable)
"#);
}

#[test]
fn a_redirect() {
    World::prod().says(network(FaultKind::Redirect, "HTTP status 302, a redirect"), r#"
network-not-aws
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": sts.eu-west-1.amazonaws.com:443 answered HTTP status 302, a redirect, which is never followed
likely causes, most likely first:
  1 a sign-in page of a network stands between: open any page in a browser
  2 a proxy is needed and none is set (HTTPS_PROXY)
  3 the endpoint (AWS_ENDPOINT_URL_STS, endpoint_url) is not that of STS
next: curl -v https://sts.eu-west-1.amazonaws.com   (cached sessions stay usable)
"#);
}

#[test]
fn half_an_answer() {
    World::prod().says(faulty(Kind::Incomplete, "the answer holds no SessionToken"), r#"
answer-incomplete
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": sts.eu-west-1.amazonaws.com:443 gave no whole session (the answer holds no SessionToken)
a proxy or endpoint changes or cuts answers; no part of one is ever used: try again
next: xrole explain prod
"#);
}

#[test]
fn half_an_answer_to_a_code() {
    World::prod().direct().says(faulty(Kind::Incomplete, "the answer is cut off").code_sent(), r#"
answer-incomplete
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": sts.eu-west-1.amazonaws.com:443 gave no whole session (the answer is cut off)
a proxy or endpoint changes or cuts answers; no part of one is ever used: try again
next: take the next MFA code: this one counts as used
"#);
}

#[test]
fn nothing_sent() {
    World::web().says(faulty(Kind::Unsent, "could not read the web identity token file /var/run/token: No such file or directory (os error 2)"), r#"
request-unsent
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": could not read the web identity token file /var/run/token: No such file or directory (os error 2)
nothing was sent to AWS
next: xrole explain prod
"#);
}
