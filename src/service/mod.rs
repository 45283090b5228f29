//! AWS's services: one file or folder each, over the one HTTP client. The only place that names the SDK's clients.

pub mod iam;
mod options;
mod services;
mod signing_time;
pub mod sts;

pub use options::{Limits, Options};
pub use services::Services;
