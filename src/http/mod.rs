//! The one HTTP client: addresses, proxies, roots, deadlines, whole answers, and what went wrong on the way.

pub mod address;
pub(crate) mod body;
mod client;
mod connectors;
mod fault;
mod proxy;
mod request;
mod response;
mod roots;

pub use body::SMALL;
pub use client::Client;
pub use fault::{Fault, FaultKind};
pub use proxy::{Proxies, Proxy};
pub(crate) use request::USER_AGENT;
pub use request::{Request, Way};
pub use response::Response;
pub(crate) use response::date;
