//! Where IAM is asked for the MFA devices of a user: one host for a whole partition, unless one is configured.

use super::configured::{Service, Sources, address_of};
use super::partition::Partition;
use crate::aws::config::{Profile, Profiles};
use crate::error::Result;
use crate::shell::Env;

/// The URL, and the region that requests are signed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamEndpoint {
    pub url: String,
    pub region: &'static str,
}

/// IAM of the partition that a role is in. `None`: STS is configured to be elsewhere than AWS has it and IAM is not,
/// so that nobody knows where the IAM is that belongs to that STS; AWS's own must not hear of its keys.
pub fn iam_endpoint(
    profile: Option<&Profile>,
    profiles: &Profiles,
    env: &Env,
    role_arn: &str,
) -> Result<Option<IamEndpoint>> {
    let sources = Sources {
        env,
        profiles,
        profile,
    };
    let partition = Partition::of_arn(role_arn).unwrap_or(Partition::standard());
    let fips = sources.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
    let (region, host) = partition.iam(fips);
    let url = match sources.endpoint_url(Service::Iam)? {
        Some(url) => address_of(&url).map(|_| url.value)?,
        None if sources.endpoint_url(Service::Sts)?.is_some() => return Ok(None),
        None => format!("https://{host}"),
    };
    Ok(Some(IamEndpoint { url, region }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::chain::tests::files;

    #[test]
    fn one_host_a_partition_unless_configured() {
        let config = "[profile plain]\n[profile local]\nservices = test\n\
                      [services test]\niam =\n  endpoint_url = http://localhost:2\n";
        let profiles = files(config, "");
        for (variable, profile, partition, expected) in [
            ("", "plain", "aws", "https://iam.amazonaws.com us-east-1"),
            (
                "",
                "plain",
                "aws-cn",
                "https://iam.cn-north-1.amazonaws.com.cn cn-north-1",
            ),
            (
                "",
                "plain",
                "aws-us-gov",
                "https://iam.us-gov.amazonaws.com us-gov-west-1",
            ),
            (
                "",
                "plain",
                "aws-iso-b",
                "https://iam.us-isob-east-1.sc2s.sgov.gov us-isob-east-1",
            ),
            (
                "AWS_USE_FIPS_ENDPOINT=true",
                "plain",
                "aws",
                "https://iam-fips.amazonaws.com us-east-1",
            ),
            (
                "AWS_ENDPOINT_URL=http://localhost:1",
                "plain",
                "aws",
                "http://localhost:1 us-east-1",
            ),
            (
                "AWS_ENDPOINT_URL_IAM=http://localhost:3",
                "local",
                "aws",
                "http://localhost:3 us-east-1",
            ),
            ("", "local", "aws", "http://localhost:2 us-east-1"),
            (
                "AWS_ENDPOINT_URL_STS=http://localhost:1",
                "plain",
                "aws",
                "nobody knows",
            ),
            (
                "AWS_ENDPOINT_URL_STS=http://localhost:1",
                "local",
                "aws",
                "http://localhost:2 us-east-1",
            ),
            (
                "AWS_ENDPOINT_URL_IAM=localhost",
                "plain",
                "aws",
                "\"localhost\" (AWS_ENDPOINT_URL_IAM) is not an endpoint URL",
            ),
        ] {
            let env = variable
                .split_once('=')
                .map_or_else(Env::default, |pair| Env::from([pair]));
            let role = format!("arn:{partition}:iam::222222222222:role/x");
            let found = match iam_endpoint(profiles.get(profile), &profiles, &env, &role) {
                Ok(Some(iam)) => format!("{} {}", iam.url, iam.region),
                Ok(None) => "nobody knows".to_owned(),
                Err(error) => error.message,
            };
            assert_eq!(found, expected, "{variable} {profile} {partition}");
        }
    }
}
