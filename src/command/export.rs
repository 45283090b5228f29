//! `export`: the session as text in the form that a program asks for.

use super::outcome::Outcome;
use crate::app::App;
use crate::cli::{ExportArgs, ExportFormat as Format};
use crate::deliver::export;
use crate::display_safe::display_safe;
use crate::error::{Error, Exit, Result};
use crate::obtain::{self, Freshness, Request, Target};
use crate::output;

pub fn run(app: &App<'_>, args: &ExportArgs) -> Result<Outcome> {
    if output::stdout_is_terminal() && !args.print {
        return Err(Error::new(
            "terminal",
            "what this prints holds secrets, and stdout is a terminal",
            format!(
                "send it to a program or a file, or pass --print: xrole export {} --print",
                display_safe(args.profile.as_deref().unwrap_or("PROFILE"))
            ),
        )
        .exit(Exit::Usage));
    }
    if args.no_export && !matches!(args.format, Format::Env | Format::Fish) {
        return Err(Error::new(
            "usage",
            "--no-export says nothing in this format",
            "use it with --format env or --format fish",
        )
        .exit(Exit::Usage));
    }
    let target = Target::typed_or_active(app, args.profile.as_deref(), &args.select)?;
    target.confirm(app, args.yes)?;
    let request = Request {
        code: &args.code,
        freshness: Freshness::Use,
    };
    let obtained = obtain::session(app, &target, &request)?;
    export::text(
        args.format,
        target.profile(),
        &obtained.session,
        target.region(),
        !args.no_export,
    )
    .map(Outcome::done)
}
