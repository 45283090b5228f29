//! Where the credentials of a container are: a pure function of the environment and the resolver of names.

use std::net::IpAddr;

use xrole::shell::Env;
use xrole::source::container;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// The variables, and the address that they lead to; `None` where they are an error.
type Case = (
    &'static [(&'static str, &'static str)],
    Option<&'static str>,
);

const CASES: [Case; 22] = [
    // Nothing says that this is a container.
    (&[], None),
    (&[(RELATIVE, ""), (FULL, "")], None),
    // A path is one at the address of ECS, with all that belongs to a path.
    (
        &[(RELATIVE, "/v2/task/7")],
        Some("http://169.254.170.2/v2/task/7"),
    ),
    (
        &[(RELATIVE, "/v2?task=7&role=reader")],
        Some("http://169.254.170.2/v2?task=7&role=reader"),
    ),
    (&[(RELATIVE, "/")], Some("http://169.254.170.2/")),
    // It goes before a whole address, which is then not even looked at.
    (
        &[(FULL, "http://localhost:7007/other"), (RELATIVE, "/own")],
        Some("http://169.254.170.2/own"),
    ),
    (
        &[(FULL, "no address"), (RELATIVE, "/own")],
        Some("http://169.254.170.2/own"),
    ),
    (
        &[(FULL, "https://broker.example/own"), (RELATIVE, "")],
        Some("https://broker.example/own"),
    ),
    // What is encrypted may be anywhere, on any port.
    (
        &[(FULL, "https://broker.example/role")],
        Some("https://broker.example/role"),
    ),
    (
        &[(FULL, "https://broker.example:8443/role?of=me")],
        Some("https://broker.example:8443/role?of=me"),
    ),
    // What is not stays on this machine, or goes to one of the three addresses that AWS has given to containers.
    (
        &[(FULL, "http://localhost:7007/role")],
        Some("http://localhost:7007/role"),
    ),
    (
        &[(FULL, "http://127.0.0.1/role")],
        Some("http://127.0.0.1/role"),
    ),
    (
        &[(FULL, "http://[::1]:7007/role")],
        Some("http://[::1]:7007/role"),
    ),
    (
        &[(FULL, "http://169.254.170.2/v2")],
        Some("http://169.254.170.2/v2"),
    ),
    (
        &[(FULL, "http://169.254.170.23/v1")],
        Some("http://169.254.170.23/v1"),
    ),
    (
        &[(FULL, "http://[fd00:ec2::23]/v1")],
        Some("http://[fd00:ec2::23]/v1"),
    ),
    (&[(FULL, "http://broker.example/role")], None),
    (&[(FULL, "http://both.example/role")], None),
    (&[(FULL, "http://169.254.169.254/role")], None),
    // Neither a path nor a name alone is a whole address.
    (&[(FULL, "/role")], None),
    (&[(FULL, "broker.example/role")], None),
    (&[(RELATIVE, "role")], None),
];

/// The names of the cases: this machine, one far away, and one that claims to be both.
fn resolve(host: &str) -> Vec<IpAddr> {
    let (here, there) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([192, 0, 2, 7]));
    match host {
        "localhost" => vec![here],
        "broker.example" => vec![there],
        "both.example" => vec![here, there],
        _ => Vec::new(),
    }
}

#[test]
fn the_environment_leads_to_one_address_or_to_an_error() {
    for (variables, expected) in CASES {
        let pairs = variables.iter();
        let env = Env::new(pairs.map(|(name, value)| (name.into(), value.into())));
        let found = container::uri(&env, &resolve);
        match expected {
            Some(address) => assert_eq!(found.as_deref(), Ok(address), "{variables:?}"),
            None => assert_eq!(
                found.map_err(|error| error.class),
                Err("container"),
                "{variables:?}"
            ),
        }
    }
}
