//! Region and partition.

use super::{Given, notices, role};
use crate::aws::chain::Selection;
use crate::shell::Env;

/// Region with its origin, then the endpoint of the last call and the region it is signed for.
pub(super) fn place(given: &Given, config: &str) -> String {
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
    let recorded = |key, region, in_force| {
        [
            ("AWS_ACCESS_KEY_ID", key),
            ("XROLE_KEY_ID", "ASIAX"),
            ("XROLE_PROFILE", "active"),
            ("XROLE_REGION", region),
            ("AWS_REGION", in_force),
        ]
    };
    for (name, vars, expected) in [
        (
            "the active session's",
            recorded("ASIAX", "us-west-2", "us-west-2"),
            "eu-west-1",
        ),
        (
            "another",
            recorded("ASIAX", "us-west-2", "eu-north-1"),
            "eu-north-1",
        ),
        (
            "keys of something else",
            recorded("AKIAY", "us-west-2", "us-west-2"),
            "us-west-2",
        ),
        (
            "the user's own, which is not recorded",
            recorded("ASIAX", "", "us-west-2"),
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
        ["P: no region is configured: STS is called in us-east-1, and programs have none"]
    );
    let local = Given::env([("AWS_ENDPOINT_URL", "http://localhost:4566")]);
    assert_eq!(
        place(&local, config),
        "none http://localhost:4566 for us-east-1"
    );
    // A role that is in no file has no line to add one to.
    let mut ad_hoc = Given {
        selection: Selection::of("arn:aws:iam::222222222222:role/P"),
        ..Given::default()
    };
    ad_hoc.selection.source = Some("Q".to_owned());
    assert_eq!(
        notices(&ad_hoc.plan("").unwrap()),
        [
            "arn:aws:iam::222222222222:role/P: no region is configured: STS is called in us-east-1, \
          and programs have none (add --region REGION to the command)"
        ]
    );
    ad_hoc.env = Env::from([("AWS_ENDPOINT_URL", "http://localhost:4566")]);
    assert_eq!(
        place(&ad_hoc, ""),
        "none http://localhost:4566 for us-east-1"
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

/// The profile that assumes a role is the nearest thing to a region of the role's that is written anywhere.
#[test]
fn a_role_in_no_file_takes_the_region_of_its_source_profile_then_of_default() {
    let selection = Selection {
        source: Some("Q".to_owned()),
        ..Selection::of("arn:aws:iam::222222222222:role/P")
    };
    let given = Given {
        selection: selection.clone(),
        ..Given::default()
    };
    let default = "[default]\nregion = eu-west-3\n";
    for (config, expected) in [
        (
            "[profile Q]\nregion = eu-north-1\n",
            "eu-north-1 (config:2)",
        ),
        (default, "eu-west-3 (config:2)"),
        (
            "[profile Q]\nregion = eu-north-1\n[default]\nregion = eu-west-3\n",
            "eu-north-1 (config:2)",
        ),
    ] {
        let found = place(&given, config);
        assert!(found.starts_with(expected), "{config}: {found}");
    }
    let from_environment = Given {
        selection,
        ..Given::env([("AWS_REGION", "us-west-2")])
    };
    assert!(place(&from_environment, default).starts_with("us-west-2 (AWS_REGION)"));
}

/// The instance's, the container's and the environment's own credentials need no file at all.
#[test]
fn a_role_can_be_assumed_from_credentials_that_no_file_holds() {
    for (source, shown) in [
        ("Ec2InstanceMetadata", "Ec2"),
        ("EcsContainer", "Ecs"),
        ("Environment", "Environment"),
    ] {
        let given = Given {
            selection: Selection {
                source: Some(source.to_owned()),
                ..Selection::of("arn:aws:iam::222222222222:role/P")
            },
            ..Given::default()
        };
        let plan = given.plan("").expect(source);
        assert_eq!(format!("{:?}", plan.base.source), shown);
        assert_eq!(plan.calls.len(), 1);
    }
}

#[test]
fn an_availability_zone_is_no_region() {
    for (zone, region) in [
        ("eu-west-1a", Some("eu-west-1")),
        ("us-gov-west-1b", Some("us-gov-west-1")),
        ("us-west-2-lax-1a", Some("us-west-2")),
        ("us-east-1-wl1-bos-wlz-1", None),
        ("eu-west-1", None),
        ("aws-global", None),
        ("local", None),
        ("a1b", None),
        ("1a", None),
    ] {
        let config = role("").replace("eu-west-1", zone);
        let refused = format!("region-invalid: config:4: {zone} is an availability zone\nwrite ");
        let found = place(&Given::default(), &config);
        assert_eq!(found.strip_prefix(&refused), region, "{zone}: {found}");
    }
}
