//! `exec --server`: a credential endpoint on loopback, in the ECS container protocol, for one program.
//!
//! The program takes xrole's own place, so that its terminal, signals, job control and exit status are its own. The
//! endpoint is a second process in a session of its own, started before and told the program's process number: it ends
//! with the program, however that ends. Nothing is forked here and nothing is unsafe: xrole starts itself twice, the
//! second time to become nobody's child, since a program is not prepared for a child that it has not started.
//!
//! Whom it answers, and with what bounds, is in `docs/rules/security.md#credential-endpoint`.

mod admission;
mod answer;
mod connection;
mod events;
mod handover;
mod head;
mod listener;
mod provision;
mod renewal;
mod start;
mod supply;
mod token_file;
mod variables;

pub use handover::{Endpoint, Request};
pub use provision::provision;
pub use renewal::Renewal;
pub use start::{Starting, detach, start};
pub use supply::{Attempt, Source, check_usable};

use crate::error::Error;

/// The one path. It is no secret: the token is.
const PATH: &str = "/credentials";

fn failed(what: &str, problem: impl std::fmt::Display) -> Error {
    Error::new(
        "server",
        format!("the credential endpoint could not {what}: {problem}"),
        "run it again, or without --server: the session then lasts as long as it has left",
    )
}
