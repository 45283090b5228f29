//! `_serve`: the credential endpoint's process, started by `exec --server`.

use std::sync::Arc;

use super::outcome::Outcome;
use crate::app::App;
use crate::cli::ServeArgs;
use crate::context::clock;
use crate::deliver::endpoint::{self, Renewal, Source, Starting};
use crate::error::Result;

pub fn run(app: &App<'_>, args: &ServeArgs) -> Result<Outcome> {
    if !args.detached {
        endpoint::detach()?;
        return Ok(Outcome::done(""));
    }
    let starting = Starting::receive()?;
    let renewal = Renewal::new(app, &starting.request.selection);
    let source = renewal.map(|renewal| {
        let role_arn = renewal.role_arn();
        let source: Arc<Source> = Arc::new(move |attempt| renewal.attempt(attempt));
        (source, role_arn)
    });
    starting.serve(source, || clock().now(), app.guard)?;
    Ok(Outcome::done(""))
}
