//! `exec --server`: what the program is given in place of keys.

use std::path::Path;

use super::variables::{self, Proof};
use super::{Request, check_usable, start};
use crate::app::App;
use crate::deliver::{exports, program_config};
use crate::error::{Error, Exit, Result};
use crate::files::reading;
use crate::obtain::{Obtained, Target};
use crate::shell::Change;

/// Starts the endpoint for this process's place, and says what the program's environment is.
pub fn provision(
    app: &App<'_>,
    target: &Target,
    obtained: &Obtained,
    token_file: Option<&Path>,
) -> Result<Change> {
    check_usable(&obtained.session)?;
    let context = app.context;
    let token_file = token_file.map(|path| context.working_directory.join(path));
    let shown = token_file.as_deref().map(|path| {
        path.to_str().ok_or_else(|| {
            let message = "the path of the token file is no UTF-8 text";
            Error::new("usage", message, "name another file").exit(Exit::Usage)
        })
    });
    let shown = shown.transpose()?;
    let mut selection = target.selection.clone();
    // A device that was chosen for this very session counts for its renewals too.
    let key = obtained.key;
    let cache = app.cache()?;
    let used = key.and_then(|key| cache.selection_of(&key));
    selection.mfa_serial = selection
        .mfa_serial
        .or(used.and_then(|used| used.mfa_serial));
    let default = app.profiles()?.get("default");
    let config = default
        .filter(|default| variables::gives_credentials(default))
        .map(|default| program_config::without_default(app, default))
        .transpose()?;
    let request = Request::new(selection, token_file.clone(), &obtained.session);
    let endpoint = start(&request)?;
    let token = endpoint.token();
    let proof = shown.map_or(Proof::Token(&token), Proof::File);
    let change = variables::change(
        &context.env,
        config.as_deref(),
        &exports(app, target, obtained)?,
        &endpoint.url(),
        &proof,
    );
    let files = variables::boto_files(&context.env);
    if files
        .iter()
        .any(|path| variables::gives_boto_keys(&start_of(path)))
    {
        return Ok(variables::without_boto_keys(change));
    }
    Ok(change)
}

/// The text of a file, at most 64 KiB of it; empty where there is none.
fn start_of(path: &Path) -> String {
    let bytes = reading::start(path, 64 << 10).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
