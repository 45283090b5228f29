//! The table: from the base's kind, the device, the number of hops and the durations to who takes the code and
//! which hops AWS caps.

use super::mfa::{MfaPlan, MfaSetting};
use super::settings::PlanSettings;
use crate::aws::chain::{BaseKind, Chain};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::Notice;

/// AWS's limit for a role that is assumed with temporary credentials, in seconds.
pub(crate) const CHAINED: u32 = 3600;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decision {
    pub mfa: MfaPlan,
    pub kind: BaseKind,
    /// Hops before this index are signed with long-term credentials, and last as long as they ask.
    pub uncapped: usize,
}

/// One row of the table.
pub(super) fn decide(kind: BaseKind, chain: &Chain, settings: &PlanSettings) -> Result<Decision> {
    let hops = chain.hops.len();
    let asked = match chain.hops.as_slice() {
        [only] => only
            .duration_seconds
            .as_ref()
            .map_or(0, |asked| asked.value),
        _ => 0,
    };
    let serial = chain.mfa.is_some();
    let row = |mfa, uncapped| Decision {
        mfa,
        kind,
        uncapped,
    };
    Ok(match (kind, serial, hops, settings.mfa) {
        (BaseKind::LongTerm, false, _, _) => row(MfaPlan::None, 1),
        (BaseKind::LongTerm, true, 0, _) => row(MfaPlan::Shared, 0),
        (BaseKind::LongTerm, true, _, MfaSetting::Direct) => row(MfaPlan::Direct, 1),
        (BaseKind::LongTerm, true, _, MfaSetting::Auto) if asked > CHAINED => {
            row(MfaPlan::Direct, 1)
        }
        (BaseKind::LongTerm, true, _, MfaSetting::Auto | MfaSetting::Shared) => {
            row(MfaPlan::Shared, 0)
        }
        (BaseKind::Temporary, false, _, _) | (BaseKind::Temporary, true, 0, _) => {
            row(MfaPlan::None, 0)
        }
        (BaseKind::Temporary, true, _, MfaSetting::Shared) => return Err(nothing_to_share(chain)),
        (BaseKind::Temporary, true, _, MfaSetting::Auto | MfaSetting::Direct) => {
            row(MfaPlan::Direct, 0)
        }
    })
}

fn nothing_to_share(chain: &Chain) -> Error {
    Error::new(
        "mfa-plan",
        format!(
            "mfa = shared, but the base credentials of profile \"{}\" are temporary",
            display_safe(&chain.base.profile)
        ),
        "set mfa = auto in config.ini: GetSessionToken takes long-term keys only",
    )
    .at(chain.base.at)
}

impl Decision {
    /// What a person should know of the row that was chosen.
    pub(super) fn note(&self, chain: &Chain, notices: &mut Vec<Notice>) {
        let profile = display_safe(&chain.profile);
        let hops = chain.hops.len();
        let serial = chain.mfa.as_ref().map(|device| &device.serial);
        let at = serial.and_then(|serial| serial.origin.place());
        match (self.kind, self.mfa, serial.is_some()) {
            (BaseKind::LongTerm, MfaPlan::None, _) if hops == 0 => notices.push(Notice::new(
                None,
                format!("{profile}: these are the long-term keys themselves, which never expire"),
            )),
            (BaseKind::LongTerm, MfaPlan::Shared, _) if hops == 0 => notices.push(Notice::new(
                None,
                format!(
                    "{profile}: an MFA session may call, of STS, only AssumeRole and GetCallerIdentity"
                ),
            )),
            (BaseKind::Temporary, MfaPlan::Direct, _) => notices.push(Notice::new(
                at,
                "the base credentials are temporary: AWS accepts a code only from the user who owns the device",
            )),
            (BaseKind::Temporary, MfaPlan::None, true) => notices.push(Notice::new(
                at,
                "mfa_serial is ignored: the credentials are temporary already, and no role is assumed",
            )),
            _ => {}
        }
    }
}
