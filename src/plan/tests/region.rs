//! Region, partition and endpoint.

use super::{Given, KEYS, notices, role};
use crate::chain::Selection;

/// Region with its origin, then the endpoint of the last call and the region it is signed for.
fn place(given: &Given, config: &str) -> String {
    match given.plan(config) {
        Ok(plan) => {
            let region = plan.region.as_ref();
            let region = region.map(|region| format!("{} ({})", region.value, region.origin));
            let call = plan.calls.last().unwrap();
            let region = region.unwrap_or("none".to_owned());
            format!("{region} {} for {}", call.endpoint, call.region)
        }
        Err(error) => format!("{}: {error}", error.class),
    }
}

#[test]
fn the_region_is_of_the_option_the_environment_or_the_profile() {
    let given = Given::default();
    let ireland = "eu-west-1 (config:4) https://sts.eu-west-1.amazonaws.com for eu-west-1";
    assert_eq!(
        place(&given, &role("[profile Q]\nregion = us-west-2")),
        ireland
    );

    let given = Given::env([("AWS_DEFAULT_REGION", "eu-north-1")]);
    let plan = given.plan(&role("")).unwrap();
    assert_eq!(plan.region.as_ref().unwrap().value, "eu-north-1");
    assert_eq!(
        notices(&plan),
        ["config:4: region eu-west-1 is overridden by AWS_DEFAULT_REGION=eu-north-1"]
    );

    let mut given = Given::env([
        ("AWS_REGION", "us-west-2"),
        ("AWS_DEFAULT_REGION", "eu-north-1"),
    ]);
    let oregon = "us-west-2 (AWS_REGION) https://sts.us-west-2.amazonaws.com for us-west-2";
    assert_eq!(place(&given, &role("")), oregon);
    given.selection.region = Some("eu-west-3".to_owned());
    let plan = given.plan(&role("")).unwrap();
    assert_eq!(plan.region.as_ref().unwrap().origin.to_string(), "--region");
    assert_eq!(notices(&plan), [""; 0]);
}

#[test]
fn a_region_that_xrole_exported_is_no_input() {
    let config = role("[profile active]\nregion = us-west-2\n");
    let own = [
        ("AWS_ACCESS_KEY_ID", "ASIAX"),
        ("XROLE_KEY_ID", "ASIAX"),
        ("XROLE_PROFILE", "active"),
    ];
    let [id, key, active] = own;
    for (name, vars, expected) in [
        (
            "the active profile's",
            [id, key, active, ("AWS_REGION", "us-west-2")],
            "eu-west-1",
        ),
        (
            "another",
            [id, key, active, ("AWS_REGION", "eu-north-1")],
            "eu-north-1",
        ),
        (
            "keys of something else",
            [
                ("AWS_ACCESS_KEY_ID", "AKIAY"),
                key,
                active,
                ("AWS_REGION", "us-west-2"),
            ],
            "us-west-2",
        ),
        (
            "an unknown profile",
            [
                id,
                key,
                ("XROLE_PROFILE", "gone"),
                ("AWS_REGION", "us-west-2"),
            ],
            "us-west-2",
        ),
    ] {
        let plan = Given::env(vars).plan(&config).unwrap();
        assert_eq!(plan.region.unwrap().value, expected, "{name}");
    }
}

#[test]
fn without_a_region_sts_is_called_in_the_partitions_default_region() {
    for (partition, endpoint) in [
        ("aws", "https://sts.us-east-1.amazonaws.com for us-east-1"),
        (
            "aws-cn",
            "https://sts.cn-northwest-1.amazonaws.com.cn for cn-northwest-1",
        ),
        (
            "aws-us-gov",
            "https://sts.us-gov-west-1.amazonaws.com for us-gov-west-1",
        ),
        (
            "aws-eusc",
            "https://sts.eusc-de-east-1.amazonaws.eu for eusc-de-east-1",
        ),
    ] {
        let config = format!(
            "[profile P]\nrole_arn = arn:{partition}:iam::222222222222:role/P\nsource_profile = Q\n"
        );
        assert_eq!(
            place(&Given::default(), &config),
            format!("none {endpoint}")
        );
    }
    let config = "[profile P]\nrole_arn = arn:aws:iam::222222222222:role/P\nsource_profile = Q\n";
    assert_eq!(
        notices(&Given::default().plan(config).unwrap()),
        ["P: no region is configured: STS is called in us-east-1, and none is exported"]
    );
    let local = Given::env([("AWS_ENDPOINT_URL", "http://localhost:4566")]);
    assert_eq!(
        place(&local, config),
        "region-missing: no region for profile \"P\"\nadd region = … at config:1, or --region"
    );
    // No call, no region needed.
    let keys = Given {
        selection: Selection::of("Q"),
        ..local
    };
    assert_eq!(keys.plan("").unwrap().calls.len(), 0);
}

#[test]
fn regions_and_partitions_that_do_not_fit() {
    let with = |region: &str| role("").replace("eu-west-1", region);
    let bad = with("eu_west_1");
    for (given, config, expected) in [
        (
            Given::default(),
            bad,
            "region-invalid: config:4: \"eu_west_1\" is not a region name\nname a region such as eu-west-1 there, or with --region",
        ),
        (
            Given::env([("AWS_REGION", "a.evil.example/")]),
            role(""),
            "region-invalid: \"a.evil.example/\" (AWS_REGION) is not a region name\nname a region such as eu-west-1 there, or with --region",
        ),
        (
            Given::env([("AWS_REGION", "eu-west-1")]),
            role("").replace("arn:aws:", "arn:aws-cn:"),
            "partition: config:2: role in aws-cn, but region eu-west-1 (AWS_REGION) is in aws\nset region = cn-northwest-1",
        ),
        (
            Given::default(),
            with("cn-north-1"),
            "partition: config:2: role in aws, but region cn-north-1 (config:4) is in aws-cn\nset region = us-east-1",
        ),
    ] {
        assert_eq!(place(&given, &config), expected);
    }
}

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
            "services-not-found: config:5: services \"S\" does not exist\nadd [services S], or remove the line",
        ),
        (
            role("endpoint_url = localhost:4566"),
            "param: config:5: \"localhost:4566\" is not an endpoint URL\nwrite scheme and host, such as https://sts.example.com or http://localhost:4566",
        ),
    ] {
        assert_eq!(
            place(
                &Given {
                    credentials: KEYS.to_owned(),
                    ..Given::default()
                },
                &config
            ),
            expected
        );
    }
}
