//! AWS's partitions: which region belongs to which, and under what name its STS answers.

/// One partition, with the names of its hosts.
#[derive(Debug, PartialEq, Eq)]
pub struct Partition {
    pub name: &'static str,
    pub default_region: &'static str,
    /// What follows `sts.<region>.`.
    pub suffix: &'static str,
    /// The same for dualstack hosts.
    pub dualstack_suffix: &'static str,
    /// Its regions are this, a word, `-` and a number.
    prefix: &'static str,
}

/// The first is the partition of every region that no prefix claims.
static PARTITIONS: [Partition; 8] = [
    partition("aws", "us-east-1", "amazonaws.com", "api.aws", ""),
    partition(
        "aws-cn",
        "cn-northwest-1",
        "amazonaws.com.cn",
        "api.amazonwebservices.com.cn",
        "cn-",
    ),
    partition(
        "aws-us-gov",
        "us-gov-west-1",
        "amazonaws.com",
        "api.aws",
        "us-gov-",
    ),
    partition(
        "aws-eusc",
        "eusc-de-east-1",
        "amazonaws.eu",
        "api.amazonwebservices.eu",
        "eusc-de-",
    ),
    partition(
        "aws-iso",
        "us-iso-east-1",
        "c2s.ic.gov",
        "api.aws.ic.gov",
        "us-iso-",
    ),
    partition(
        "aws-iso-b",
        "us-isob-east-1",
        "sc2s.sgov.gov",
        "api.aws.scloud",
        "us-isob-",
    ),
    partition(
        "aws-iso-e",
        "eu-isoe-west-1",
        "cloud.adc-e.uk",
        "api.cloud-aws.adc-e.uk",
        "eu-isoe-",
    ),
    partition(
        "aws-iso-f",
        "us-isof-south-1",
        "csp.hci.ic.gov",
        "api.aws.hci.ic.gov",
        "us-isof-",
    ),
];

const fn partition(
    name: &'static str,
    default_region: &'static str,
    suffix: &'static str,
    dualstack_suffix: &'static str,
    prefix: &'static str,
) -> Partition {
    Partition {
        name,
        default_region,
        suffix,
        dualstack_suffix,
        prefix,
    }
}

impl Partition {
    /// The partition of a region; a region that no pattern claims belongs to `aws`.
    #[must_use]
    pub fn of_region(region: &str) -> &'static Self {
        let claims = |partition: &&Self| {
            region
                .strip_prefix(partition.prefix)
                .and_then(|rest| rest.split_once('-'))
                .is_some_and(|(word, number)| {
                    !word.is_empty()
                        && !number.is_empty()
                        && number.bytes().all(|digit| digit.is_ascii_digit())
                })
        };
        PARTITIONS[1..]
            .iter()
            .find(claims)
            .unwrap_or(&PARTITIONS[0])
    }

    /// The partition that an ARN names, if it is known.
    #[must_use]
    pub fn of_arn(arn: &str) -> Option<&'static Self> {
        let name = arn.strip_prefix("arn:")?.split(':').next()?;
        PARTITIONS.iter().find(|partition| partition.name == name)
    }

    /// Where IAM, which is one for the whole partition, is signed for and how its host is called.
    #[must_use]
    pub fn iam(&self, fips: bool) -> (&'static str, String) {
        let service = if fips { "iam-fips" } else { "iam" };
        match self.name {
            "aws" => ("us-east-1", format!("{service}.amazonaws.com")),
            // The one host there is FIPS.
            "aws-us-gov" => (self.default_region, "iam.us-gov.amazonaws.com".to_owned()),
            "aws-cn" => ("cn-north-1", "iam.cn-north-1.amazonaws.com.cn".to_owned()),
            _ => (
                self.default_region,
                format!("{service}.{}.{}", self.default_region, self.suffix),
            ),
        }
    }

    /// The partition `aws`.
    #[must_use]
    pub fn standard() -> &'static Self {
        &PARTITIONS[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_and_arns_name_partitions() {
        for (region, partition) in [
            ("eu-west-1", "aws"),
            ("mx-central-1", "aws"),
            ("aws-global", "aws"),
            ("moon-base-1", "aws"),
            ("us-gov", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-east-1", "aws-us-gov"),
            ("eusc-de-east-1", "aws-eusc"),
            ("us-iso-west-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-east-1", "aws-iso-f"),
        ] {
            assert_eq!(Partition::of_region(region).name, partition, "{region}");
        }
        for partition in &PARTITIONS {
            assert_eq!(
                Partition::of_region(partition.default_region),
                partition,
                "{}",
                partition.name
            );
        }
        for (arn, partition) in [
            ("arn:aws:iam::111111111111:role/x", Some("aws")),
            ("arn:aws-cn:iam::111111111111:role/x", Some("aws-cn")),
            ("arn:aws-moon:iam::111111111111:role/x", None),
            ("GAHT12345678", None),
        ] {
            let found = Partition::of_arn(arn).map(|partition| partition.name);
            assert_eq!(found, partition, "{arn}");
        }
    }
}
