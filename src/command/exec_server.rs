//! `exec --server`: what the program is given in place of keys.

use std::path::Path;

use super::obtaining::{Obtaining, Selected};
use super::profile_env;
use crate::deliver::endpoint::{self, Proof, Request};
use crate::error::{Error, Exit, Result};
use crate::files::reading;
use crate::obtain::Obtained;
use crate::shell::Change;

/// Starts the endpoint for this process's place, and says what the program's environment is.
pub fn change(
    obtaining: &Obtaining<'_>,
    selected: &Selected,
    obtained: &Obtained,
    token_file: Option<&Path>,
) -> Result<Change> {
    endpoint::check_usable(&obtained.session)?;
    let context = obtaining.world.context;
    let token_file = token_file.map(|path| context.working_directory.join(path));
    let shown = token_file.as_deref().map(|path| {
        path.to_str().ok_or_else(|| {
            let message = "the path of the token file is no UTF-8 text";
            Error::new("usage", message, "name another file").exit(Exit::Usage)
        })
    });
    let shown = shown.transpose()?;
    let mut selection = selected.selection.clone();
    // A device that was chosen for this very session counts for its renewals too.
    let key = obtained.key;
    let used = key.and_then(|key| obtaining.cache.selection_of(&key));
    selection.mfa_serial = selection
        .mfa_serial
        .or(used.and_then(|used| used.mfa_serial));
    let default = obtaining.profiles.get("default");
    let config = default
        .filter(|default| endpoint::gives_credentials(default))
        .map(|default| profile_env::without_default(obtaining, default))
        .transpose()?;
    let request = Request::new(selection, token_file.clone(), &obtained.session);
    let endpoint = endpoint::start(&request)?;
    let token = endpoint.token();
    let proof = shown.map_or(Proof::Token(&token), Proof::File);
    let change = endpoint::change(
        &context.env,
        config.as_deref(),
        &obtaining.exports(selected, obtained),
        &endpoint.url(),
        &proof,
    );
    let files = endpoint::boto_files(&context.env);
    if files
        .iter()
        .any(|path| endpoint::gives_boto_keys(&start_of(path)))
    {
        return Ok(endpoint::without_boto_keys(change));
    }
    Ok(change)
}

/// The text of a file, at most 64 KiB of it; empty where there is none.
fn start_of(path: &Path) -> String {
    let bytes = reading::start(path, 64 << 10).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
