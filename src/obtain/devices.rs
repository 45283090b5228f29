//! What is known when AWS refused a role that no code was sent for: whether a code could help, and whose.

use super::obtaining::Obtain;
use super::without_mfa::WithoutMfa;
use crate::aws::plan::{Call, Plan, iam_endpoint};
use crate::person::Waiting;
use crate::person::explain;
use crate::place::SourceFile;
use crate::service::iam;
use crate::service::sts::Refusal;

impl Obtain<'_> {
    /// Why the session was not obtained, if MFA could have helped.
    pub(super) fn without_mfa(&self) -> Option<&WithoutMfa> {
        self.without_mfa.as_ref()
    }

    pub(super) fn note_without_mfa(&mut self, refusal: &Refusal, plan: &Plan, call: &Call) {
        let long_term = self
            .base
            .as_ref()
            .is_some_and(|base| base.credentials.are_long_term());
        if !long_term || !explain::may_lack_mfa(refusal, call, plan) {
            return;
        }
        let base = self.profiles.get(&plan.base.profile);
        let unused = base.and_then(|profile| profile.get("mfa_serial"));
        self.without_mfa = call.role_arn.as_ref().map(|role| WithoutMfa {
            role_arn: role.value.clone(),
            profile: call.profile.clone(),
            file: role
                .origin
                .place()
                .map_or(SourceFile::Config, |place| place.file),
            unused: unused.map(|serial| serial.value.to_string()),
        });
    }

    /// The devices that IAM has of the base's user. `None`: there is no IAM to ask. The error
    /// says in a few words why it did not tell.
    pub(super) fn mfa_devices(
        &mut self,
        plan: &Plan,
        role_arn: &str,
    ) -> Result<Option<Vec<String>>, String> {
        let profile = self.profiles.expand(&plan.profile).ok();
        let endpoint = iam_endpoint(profile.as_ref(), self.profiles, self.app.env(), role_arn)
            .map_err(|error| error.message)?;
        let Some(endpoint) = endpoint else {
            return Ok(None);
        };
        let (guard, clock) = (self.app.guard, self.app.clock());
        let base = self.base.as_ref().ok_or("the base's keys are not known")?;
        let signer = base.credentials.duplicate();
        let services = self.services(plan).map_err(|error| error.message)?;
        let _waiting = Waiting::start(guard, "waiting for AWS IAM, Ctrl-C to stop")
            .map_err(|error| error.message)?;
        iam::mfa_devices(services, &endpoint, &signer, clock).map(Some)
    }
}
