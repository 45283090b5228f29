//! Carries out a plan through the cache: served where a session is live, minted once where it is not.

pub mod codes;
mod device_offer;
mod devices;
mod followers;
mod freshness;
mod held;
mod mint;
mod obtaining;
mod request;
pub mod target;
mod without_mfa;

pub use followers::{By, refresh as refresh_followers};
pub use freshness::Freshness;
pub use obtaining::Obtained;
pub use request::{Request, renewed, session};
pub use target::{Plans, Target};
