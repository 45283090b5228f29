//! Where STS is called, and what is said of it.

use super::region::place;
use super::{Given, notices, role};

fn endpoint<const N: usize>(vars: [(&str, &str); N], config: &str) -> String {
    let plan = Given::env(vars).plan(config).unwrap();
    plan.calls[0].endpoint.clone()
}

#[test]
fn configured_endpoints() {
    const SERVICES: &str = "services = S\nendpoint_url = https://general.example\n[services S]\nsts =\n  endpoint_url = https://services.example\n";
    const REGIONAL: &str = "https://sts.eu-west-1.amazonaws.com";
    let of_sts = ("AWS_ENDPOINT_URL_STS", "https://sts.example");
    let of_all = ("AWS_ENDPOINT_URL", "https://all.example");
    let ignore = "ignore_configured_endpoint_urls = true\n";
    for (vars, more, expected) in [
        ([of_sts, of_all], SERVICES, "https://sts.example"),
        (
            [("AWS_ENDPOINT_URL_STS", ""), of_all],
            SERVICES,
            "https://all.example",
        ),
        ([("", ""); 2], SERVICES, "https://services.example"),
        (
            [("", ""); 2],
            "endpoint_url = https://general.example",
            "https://general.example",
        ),
        (
            [("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), of_all],
            SERVICES,
            REGIONAL,
        ),
        ([of_sts, of_all], &format!("{ignore}{SERVICES}"), REGIONAL),
        ([("", ""); 2], "sts_regional_endpoints = legacy", REGIONAL),
        (
            [("", ""); 2],
            "[profile Q]\nendpoint_url = https://source.example",
            REGIONAL,
        ),
    ] {
        assert_eq!(endpoint(vars, &role(more)), expected, "{vars:?}\n{more}");
    }
}

#[test]
fn fips_dualstack_and_the_global_endpoint() {
    let fips = "use_fips_endpoint = true\n";
    let dualstack = "use_dualstack_endpoint = true\n";
    let both = format!("{fips}{dualstack}");
    let none = ("", "");
    let no_fips = ("AWS_USE_FIPS_ENDPOINT", "false");
    let gov = "us-gov-west-1";
    for (vars, region, more, expected) in [
        (
            [none; 2],
            "eu-west-1",
            fips,
            "https://sts-fips.eu-west-1.amazonaws.com",
        ),
        (
            [no_fips, none],
            "eu-west-1",
            fips,
            "https://sts.eu-west-1.amazonaws.com",
        ),
        (
            [
                ("AWS_USE_FIPS_ENDPOINT", "true"),
                ("AWS_USE_DUALSTACK_ENDPOINT", "TRUE"),
            ],
            "eu-west-1",
            "",
            "https://sts-fips.eu-west-1.api.aws",
        ),
        (
            [none; 2],
            "eu-west-1",
            dualstack,
            "https://sts.eu-west-1.api.aws",
        ),
        (
            [none; 2],
            gov,
            fips,
            "https://sts.us-gov-west-1.amazonaws.com",
        ),
        (
            [none; 2],
            gov,
            &both,
            "https://sts-fips.us-gov-west-1.api.aws",
        ),
        ([none; 2], "aws-global", "", "https://sts.amazonaws.com"),
        (
            [none; 2],
            "aws-global",
            fips,
            "https://sts-fips.us-east-1.amazonaws.com",
        ),
    ] {
        let mut config = role(more).replace("eu-west-1", region);
        if region == gov {
            config = config.replace("arn:aws:", "arn:aws-us-gov:");
        }
        assert_eq!(endpoint(vars, &config), expected, "{vars:?}\n{config}");
    }
    let plan = Given::default()
        .plan(&role("").replace("eu-west-1", "aws-global"))
        .unwrap();
    assert_eq!(plan.calls[0].region, "us-east-1");
}

#[test]
fn what_is_said_of_endpoints() {
    let fips = "use_fips_endpoint = true\nuse_dualstack_endpoint = true\n";
    for (config, expected) in [
        (role("endpoint_url = http://127.0.0.1:4566"), vec![]),
        (
            role("endpoint_url = http://sts.example"),
            vec![
                "config:5: http://sts.example is not encrypted: session tokens can be read on the way",
            ],
        ),
        (
            role(&format!("endpoint_url = https://sts.example\n{fips}")),
            vec![
                "config:5: the configured endpoint is used as it is, without FIPS",
                "config:5: the configured endpoint is used as it is, without dualstack",
            ],
        ),
    ] {
        assert_eq!(
            notices(&Given::default().plan(&config).unwrap()),
            expected,
            "{config}"
        );
    }
    let plan = Given::env([("AWS_ENDPOINT_URL", "http://sts.example")])
        .plan(&role(""))
        .unwrap();
    assert_eq!(
        notices(&plan),
        [
            "AWS_ENDPOINT_URL: http://sts.example is not encrypted: session tokens can be read on the way"
        ]
    );
    for (config, expected) in [
        (
            role("services = locl\n[services local]"),
            "services-not-found: config:5: services \"locl\" does not exist\ndid you mean \"local\" (config:6)?",
        ),
        (
            role("services = S"),
            "services-not-found: config:5: services \"S\" does not exist\nadd [services S] to the config file, or remove the line",
        ),
        (
            role("endpoint_url = localhost:4566"),
            "param: config:5: \"localhost:4566\" is not an endpoint URL\nwrite scheme and host, such as https://sts.example.com or http://localhost:4566",
        ),
    ] {
        assert_eq!(place(&Given::default(), &config), expected);
    }
}
