//! Sessions on disk: found by the hash of their request, sealed, locked, disposable.

pub mod request_key;

pub use request_key::RequestKey;
