//! What a person reads when AWS refuses: the whole text of each explanation in `src/person/explain`
//! (`docs/rules/aws.md#refusals`).
//!
//! The configuration of all cases; `prod` is selected unless the case says otherwise:
//!
//! ```text
//!  2 [profile central]
//!  3 aws_access_key_id = AKIAX
//!  5 mfa_serial = arn:aws:iam::111111111111:mfa/alice     (only where the case says so)
//! 12 [profile prod]
//! 13 source_profile = central
//! 14 role_arn = arn:aws:iam::222222222222:role/team/Admin
//! 17 external_id = ext-1                                  (only where the case says so)
//! 18 duration_seconds = 7200                              (only where the case says so)
//! 24 mfa_serial = arn:aws:iam::111111111111:mfa/alice     (only where the case says so)
//! 30 [profile deep]
//! 31 source_profile = prod
//! 32 role_arn = arn:aws:iam::333333333333:role/Deep
//! ```

mod denied;
mod network;
mod services;
mod values_and_keys;
mod world;
