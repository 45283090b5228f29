//! xrole's command line: parse, read the world once, dispatch, write once, exit.
#![deny(clippy::disallowed_methods)]

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use xrole::cli::{Cli, ShellName};
use xrole::command::{self, Outcome, World};
use xrole::context::Context;
use xrole::deliver::program_config;
use xrole::display_safe::is_unsafe;
use xrole::error::{Error, Exit, Result};
use xrole::json;
use xrole::output::{self, Output};
use xrole::person::{self, CoreLimit, ProcessGuard};
use xrole::shell::{self, Shell};

fn main() -> ExitCode {
    start(command::run)
}

/// What is typed goes to `dispatch`, whatever that does: answer, fail, panic.
pub fn start(dispatch: impl FnOnce(Cli, &World<'_>) -> Result<Outcome>) -> ExitCode {
    let core_limit = person::harden();
    let mut context = Context::read();
    program_config::reveal(&mut context.env);
    let captured = Captured::of(&context);
    let output = captured.output();
    let guard = ProcessGuard::new(output.clone());
    guard.install_panic_hook();
    let exit = match run(dispatch, &context, &captured, &guard, &output, core_limit) {
        Ok(exit) => exit,
        Err(error) => {
            output.fail();
            tell(&error.to_string());
            error.exit
        }
    };
    ExitCode::from(exit.code())
}

/// Is the call's output evaluated by a shell, and by which?
enum Captured {
    No,
    By(Shell),
    /// By a shell that could not be told.
    ByUnknown(Error),
}

impl Captured {
    fn of(context: &Context) -> Self {
        let name = context.arguments.get(1).and_then(|word| word.to_str());
        if !name.is_some_and(command::is_captured) {
            return Self::No;
        }
        let variable = context.env.get("XROLE_SHELL");
        match shell::dialect(
            shell_option(&context.arguments),
            variable,
            shell::ancestors(),
        ) {
            Ok(shell) => Self::By(shell),
            Err(error) => Self::ByUnknown(error),
        }
    }

    fn output(&self) -> Output {
        match self {
            Self::No => Output::plain(),
            Self::By(shell) => Output::code(shell.failure()),
            Self::ByUnknown(_) => Output::code(Shell::Posix.failure()),
        }
    }
}

/// `--shell`, before the command line is parsed: a command line that is wrong fails in this dialect too.
fn shell_option(arguments: &[OsString]) -> Option<Shell> {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    let value = words.find_map(|word| match word.strip_prefix("--shell") {
        Some("") => Some(None),
        Some(rest) => rest.strip_prefix('=').map(Some),
        None => None,
    })?;
    let name = value.or_else(|| words.next())?;
    Some(match ShellName::from_str(name, false).ok()? {
        ShellName::Bash => Shell::Bash,
        ShellName::Zsh => Shell::Zsh,
        ShellName::Fish => Shell::Fish,
        ShellName::Powershell => Shell::PowerShell,
        ShellName::Sh => Shell::Posix,
        ShellName::Json => Shell::Json,
    })
}

fn run(
    dispatch: impl FnOnce(Cli, &World<'_>) -> Result<Outcome>,
    context: &Context,
    captured: &Captured,
    guard: &ProcessGuard,
    output: &Output,
    core_limit: CoreLimit,
) -> Result<Exit> {
    let cli = match Cli::try_parse_from(&context.arguments) {
        Ok(cli) => cli,
        Err(answer) => return parse_answer(&answer, captured, output),
    };
    let shell = match captured {
        Captured::No => Shell::Posix,
        Captured::ByUnknown(error) => return Err(error.clone()),
        Captured::By(shell) if output::stdout_is_terminal() => {
            return Err(terminal_refusal(*shell, context));
        }
        Captured::By(shell) => *shell,
    };
    let answers_json = command::answers_json(&cli);
    let world = World::new(context, guard, shell);
    let result = dispatch(cli, &world);
    for notice in world.take_notices() {
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
fn parse_answer(answer: &clap::Error, captured: &Captured, output: &Output) -> Result<Exit> {
    let text = answer.to_string();
    if answer.use_stderr() {
        output.fail();
        let _ = write!(std::io::stderr(), "{text}");
        return Ok(Exit::Usage);
    }
    if matches!(captured, Captured::No) || output::stdout_is_terminal() {
        output.commit(&text)?;
    } else {
        let _ = write!(std::io::stderr(), "{text}");
    }
    Ok(Exit::Done)
}

/// Code on a terminal would show secrets and do nothing.
fn terminal_refusal(shell: Shell, context: &Context) -> Error {
    let (file, line) = match shell {
        Shell::Bash => ("~/.bashrc", "eval \"$(xrole init bash)\""),
        Shell::Zsh => ("~/.zshrc", "eval \"$(xrole init zsh)\""),
        Shell::Fish => ("~/.config/fish/config.fish", "xrole init fish | source"),
        Shell::PowerShell | Shell::Json => (
            "$PROFILE",
            "Invoke-Expression (& { (xrole init powershell | Out-String) })",
        ),
        Shell::Posix => ("~/.profile", "eval \"$(xrole init sh)\""),
    };
    let words: Vec<_> = context
        .arguments
        .iter()
        .skip(1)
        .map(|word| word.to_string_lossy().replace(is_unsafe, "?"))
        .collect();
    let once = match shell {
        Shell::Fish => format!("xrole {} | source", words.join(" ")),
        Shell::PowerShell | Shell::Json => {
            format!("xrole {} | Out-String | Invoke-Expression", words.join(" "))
        }
        Shell::Bash | Shell::Zsh | Shell::Posix => format!("eval \"$(xrole {})\"", words.join(" ")),
    };
    Error::new(
        "terminal",
        "what this prints is for the shell to evaluate, and would show secrets on the terminal",
        format!("put this line into {file} once: {line}\nor for this time: {once}"),
    )
    .exit(Exit::Usage)
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

    #[test]
    fn the_dialect_is_found_before_parsing() {
        for (words, shell) in [
            (&["xrole", "use", "prod"][..], None),
            (&["xrole", "use", "--shell", "fish"], Some(Shell::Fish)),
            (&["xrole", "use", "--shell=json", "x"], Some(Shell::Json)),
            (&["xrole", "use", "--shell"], None),
            (&["xrole", "use", "--shell", "tcl"], None),
        ] {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            assert_eq!(shell_option(&words), shell, "{words:?}");
        }
    }
}
