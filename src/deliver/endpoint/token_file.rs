//! The token in a file, for programs that hand a file on rather than a variable.

use std::io::{ErrorKind, Write as _};
use std::path::Path;

use crate::display_safe::display_safe_bytes;
use crate::error::{Error, Result};
use crate::files::new_file::create_private;
use crate::person::{ProcessGuard, RemovedAtEnd};
use crate::session::Secret;

/// Writes a new file that only its owner can read. It goes when the endpoint ends.
pub fn write(path: &Path, token: &Secret, guard: &ProcessGuard) -> Result<RemovedAtEnd> {
    let failed = |problem: std::io::Error| {
        let shown = display_safe_bytes(path.as_os_str().as_encoded_bytes());
        let remedy = if problem.kind() == ErrorKind::AlreadyExists {
            format!("name a file that does not exist yet, or delete it: rm {shown}")
        } else {
            "name a file in a folder of your own".to_owned()
        };
        let message = format!("could not create the token file {shown}: {problem}");
        Error::new("token-file", message, remedy)
    };
    let mut file = create_private(path).map_err(failed)?;
    let removed = RemovedAtEnd::new(guard, path);
    file.write_all(token.expose().as_bytes()).map_err(failed)?;
    Ok(removed)
}
