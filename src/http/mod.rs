//! The one HTTP client: addresses, proxies, roots, deadlines, whole answers, and what went wrong on the way.

pub mod address;
pub(crate) mod body;
mod fault;
mod network;
mod proxy;
mod roots;

pub use fault::{Fault, Network as NetworkKind};
pub use network::{Fetch, Fetched, Network, NetworkOptions};
pub use proxy::{Proxies, Proxy};
