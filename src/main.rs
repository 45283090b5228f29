//! xrole's command line: parse, read the world once, dispatch, write once, exit.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;

use xrole::app::App;
use xrole::call::{Call, Evaluated};
use xrole::cli::Cli;
use xrole::command::{self, Outcome};
use xrole::context::Context;
use xrole::deliver::program_config;
use xrole::error::{Exit, Result};
use xrole::json;
use xrole::os::protection::{CoreLimit, harden};
use xrole::output::{self, Output};
use xrole::person::ProcessGuard;
use xrole::shell::Shell;

fn main() -> ExitCode {
    start(command::run)
}

/// What is typed goes to `dispatch`, whatever that does: answer, fail, panic.
pub fn start(dispatch: impl FnOnce(Cli, &App<'_>) -> Result<Outcome>) -> ExitCode {
    let core_limit = harden();
    let mut context = Context::read();
    program_config::reveal(&mut context.env);
    let call = Call::of(std::mem::take(&mut context.arguments));
    context.arguments.clone_from(&call.arguments);
    let evaluated = call.evaluated(&context.env);
    let output = evaluated.output(output::stdout_is_terminal());
    let guard = ProcessGuard::new(output.clone());
    guard.install_panic_hook();
    let exit = match run(
        dispatch,
        &context,
        (&call, &evaluated),
        &guard,
        &output,
        core_limit,
    ) {
        Ok(exit) => exit,
        Err(error) => {
            output.fail();
            tell(&error.to_string());
            error.exit
        }
    };
    ExitCode::from(exit.code())
}

fn run(
    dispatch: impl FnOnce(Cli, &App<'_>) -> Result<Outcome>,
    context: &Context,
    (call, evaluated): (&Call, &Evaluated),
    guard: &ProcessGuard,
    output: &Output,
    core_limit: CoreLimit,
) -> Result<Exit> {
    let cli = match Cli::try_parse_from(&context.arguments) {
        Ok(cli) => cli,
        Err(answer) => return parse_answer(&answer, context, (call, evaluated), output),
    };
    let shell = match evaluated {
        Evaluated::No => Shell::Posix,
        Evaluated::ByUnknown(error) => return Err(error.clone()),
        Evaluated::By(shell) if output::stdout_is_terminal() => {
            return Err(call.terminal_refusal(*shell));
        }
        Evaluated::By(shell) => *shell,
    };
    let answers_json = command::answers_json(&cli);
    let app = App::new(context, guard, shell);
    let result = dispatch(cli, &app);
    for notice in app.end() {
        tell(&notice.to_string());
    }
    let Outcome {
        stdout,
        exit,
        program,
    } = result.inspect_err(|error| {
        if answers_json {
            // The same failure on stderr follows, whether or not this one can be written.
            let _ = output.commit(&(json::error(error) + "\n"));
        }
    })?;
    output.commit(&stdout)?;
    if let Some(program) = program {
        core_limit.put_back();
        return Err(program.take_over());
    }
    Ok(exit)
}

/// Help and version are answers, everything else is wrong usage. Help text must not be evaluated.
fn parse_answer(
    answer: &clap::Error,
    context: &Context,
    (call, evaluated): (&Call, &Evaluated),
    output: &Output,
) -> Result<Exit> {
    let text = answer.to_string();
    let is_read = output::stdout_is_terminal();
    if answer.use_stderr() {
        let told = if call.wants_json() {
            json::error(&call.usage_error(&text)) + "\n"
        } else if is_read {
            String::new()
        } else {
            call.failure_of_usage(&context.env).to_owned()
        };
        // The text on stderr and the status say it, whether or not this one can be written.
        let _ = output.commit(&told);
        let _ = write!(std::io::stderr(), "{text}");
        return Ok(Exit::Usage);
    }
    if matches!(evaluated, Evaluated::No) || is_read {
        output.commit(&text)?;
    } else {
        output.fail();
        let _ = write!(std::io::stderr(), "{text}");
    }
    Ok(Exit::Done)
}

/// A stderr that takes nothing changes no result.
fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "xrole: {text}");
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
