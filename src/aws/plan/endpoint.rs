//! Where STS is called: a configured URL, else the regional host with FIPS and dualstack in its name.

use super::configured::{Service, Sources, address_of};
use super::inputs::Inputs;
use super::partition::Partition;
use crate::aws::chain::BaseSource;
use crate::display_safe::display_safe;
use crate::error::Result;
use crate::place::{Notice, Origin, Sourced};

/// One endpoint for all calls of a plan.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub url: String,
    /// The URL again, if it was configured and not derived from the region.
    pub configured: Option<String>,
    /// The region as it was chosen; may be `aws-global`.
    pub region: String,
    pub signing_region: String,
    pub partition: &'static Partition,
    pub fips: bool,
    pub dualstack: bool,
}

pub(super) fn choose(inputs: &Inputs<'_>, notices: &mut Vec<Notice>) -> Result<Endpoint> {
    let sources = sources(inputs);
    let configured = sources.endpoint_url(Service::Sts)?;
    let partition = match inputs.region {
        Some(region) => Partition::of_region(&region.value),
        None => partition_of_roles(inputs),
    };
    let region = if let Some(region) = inputs.region {
        region.value.clone()
    } else {
        notices.push(Notice::new(
            None,
            format!(
                "{}: no region is configured: STS is called in {}, and programs have none{}",
                display_safe(&inputs.chain.profile),
                partition.default_region,
                match inputs.chain.selected {
                    Some(_) => "",
                    None => " (add --region REGION to the command)",
                }
            ),
        ));
        partition.default_region.to_owned()
    };
    let signing_region = if region == "aws-global" {
        "us-east-1".to_owned()
    } else {
        region.clone()
    };
    let mut endpoint = Endpoint {
        url: String::new(),
        configured: None,
        fips: sources.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        dualstack: sources.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        region,
        signing_region,
        partition,
    };
    match configured {
        Some(url) => endpoint.use_configured(&url, notices)?,
        None => endpoint.url = endpoint.derived(),
    }
    Ok(endpoint)
}

impl Endpoint {
    fn use_configured(&mut self, url: &Sourced<String>, notices: &mut Vec<Notice>) -> Result<()> {
        let address = address_of(url)?;
        for (on, name) in [(&mut self.fips, "FIPS"), (&mut self.dualstack, "dualstack")] {
            if std::mem::take(on) {
                note(
                    notices,
                    url.origin,
                    &format!("the configured endpoint is used as it is, without {name}"),
                );
            }
        }
        if !address.tls && !address.is_loopback() {
            let shown = display_safe(&url.value);
            note(
                notices,
                url.origin,
                &format!("{shown} is not encrypted: session tokens can be read on the way"),
            );
        }
        self.url.clone_from(&url.value);
        self.configured = Some(url.value.clone());
        Ok(())
    }

    fn derived(&self) -> String {
        let partition = self.partition;
        let plain_name_is_fips = partition.name == "aws-us-gov" && !self.dualstack;
        let service = if self.fips && !plain_name_is_fips {
            "sts-fips"
        } else {
            "sts"
        };
        let suffix = if self.dualstack {
            partition.dualstack_suffix
        } else {
            partition.suffix
        };
        if self.region == "aws-global" && service == "sts" && !self.dualstack {
            return "https://sts.amazonaws.com".to_owned();
        }
        format!("https://{service}.{}.{suffix}", self.signing_region)
    }
}

/// Without a region: the partition of the role that is wanted, else of the device.
fn partition_of_roles(inputs: &Inputs<'_>) -> &'static Partition {
    let chain = inputs.chain;
    let web_identity = match &chain.base.source {
        BaseSource::WebIdentity { role_arn, .. } => Some(role_arn),
        _ => None,
    };
    let role = chain.hops.last().map(|hop| &hop.role_arn).or(web_identity);
    let device = chain.mfa.as_ref().map(|device| &device.serial);
    role.or(device)
        .and_then(|arn| Partition::of_arn(&arn.value))
        .unwrap_or(Partition::standard())
}

fn sources<'a>(inputs: &Inputs<'a>) -> Sources<'a> {
    Sources {
        env: inputs.env,
        profiles: inputs.profiles,
        profile: inputs.chain.selected.as_ref(),
    }
}

/// A notice about a value, wherever it came from.
pub(super) fn note(notices: &mut Vec<Notice>, origin: Origin, text: &str) {
    notices.push(match origin {
        Origin::File(place) => Notice::new(place, text),
        other => Notice::new(None, format!("{other}: {text}")),
    });
}
