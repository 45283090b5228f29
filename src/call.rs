//! What was typed: put in the order that the command line takes, and what its failure prints for the shell that may
//! evaluate it.

use std::ffi::OsString;

use clap::{CommandFactory, Parser, ValueEnum};

use crate::cli::{Cli, ShellName};
use crate::command;
use crate::display_safe::is_unsafe;
use crate::error::{Error, Exit};
use crate::os::ancestors::ancestors;
use crate::output::Output;
use crate::shell::{self, Env, Shell};
use crate::words::quoted;

/// A command line, its program's name first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub arguments: Vec<OsString>,
    /// Options stood before the subcommand, and were moved behind it.
    moved: bool,
}

/// Is the call's output evaluated by a shell, and by which?
#[derive(Debug)]
pub enum Evaluated {
    No,
    By(Shell),
    /// By a shell that could not be told.
    ByUnknown(Error),
}

impl Call {
    /// Options mean the same on either side of the subcommand: those that stand before it go behind it.
    #[must_use]
    pub fn of(arguments: Vec<OsString>) -> Self {
        let first = arguments.get(1).and_then(|word| word.to_str());
        let is_own_option = |word| matches!(word, "-h" | "--help" | "-V" | "--version");
        if first.is_some_and(|word| word.starts_with('-') && !is_own_option(word)) {
            let known = Cli::command();
            for at in 2..arguments.len() {
                let name = arguments[at].to_str();
                if name.is_none_or(|name| known.find_subcommand(name).is_none()) {
                    continue;
                }
                let mut moved = arguments.clone();
                moved[1..=at].rotate_right(1);
                if Cli::try_parse_from(&moved).is_ok() {
                    return Self {
                        arguments: moved,
                        moved: true,
                    };
                }
            }
        }
        Self {
            arguments,
            moved: false,
        }
    }

    /// The words behind the program's name that can be shown.
    fn words(&self) -> impl Iterator<Item = &str> {
        let words = self.arguments.iter().skip(1);
        words.filter_map(|word| word.to_str())
    }

    /// Must be asked before the command line is parsed: one that is wrong fails in the right dialect too.
    #[must_use]
    pub fn evaluated(&self, env: &Env) -> Evaluated {
        if !self.words().next().is_some_and(command::is_captured) {
            return Evaluated::No;
        }
        let variable = env.get("XROLE_SHELL");
        match shell::dialect(self.shell_option(), variable, ancestors()) {
            Ok(shell) => Evaluated::By(shell),
            Err(error) => Evaluated::ByUnknown(error),
        }
    }

    /// What a call prints for a shell that may evaluate it, though it is no command of xrole's, or none that is
    /// evaluated: `eval "$(xrole ues prod)" && deploy` must not deploy.
    #[must_use]
    pub fn failure_of_usage(&self, env: &Env) -> &'static str {
        let known = Cli::command();
        let subcommand = self.words().find(|word| !word.starts_with('-'));
        let harmless = subcommand.is_some_and(|name| {
            name != "exec" && !command::is_captured(name) && known.find_subcommand(name).is_some()
        });
        if harmless {
            return "";
        }
        let variable = env.get("XROLE_SHELL");
        let shell = shell::dialect(self.shell_option(), variable, ancestors());
        shell.unwrap_or(Shell::Posix).failure()
    }

    /// Does the caller read one object of JSON?
    #[must_use]
    pub fn wants_json(&self) -> bool {
        self.words().any(|word| word == "--json")
    }

    /// The first paragraph of what is said of a wrong command line, for programs.
    #[must_use]
    pub fn usage_error(&self, text: &str) -> Error {
        let first: Vec<_> = text.lines().take_while(|line| !line.is_empty()).collect();
        let message = first.join(" ");
        let subcommand = self.words().find(|word| !word.starts_with('-'));
        let help = subcommand.map_or_else(
            || "xrole --help".to_owned(),
            |name| format!("xrole {} --help", quoted(name)),
        );
        Error::new(
            "usage",
            message.strip_prefix("error: ").unwrap_or(&message),
            format!("{help} shows what can be given"),
        )
        .exit(Exit::Usage)
    }

    /// `--shell`.
    fn shell_option(&self) -> Option<Shell> {
        let mut words = self.words();
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

    /// Code on a terminal would show secrets and do nothing.
    #[must_use]
    pub fn terminal_refusal(&self, shell: Shell) -> Error {
        let words: Vec<_> = self
            .arguments
            .iter()
            .skip(1)
            .map(|word| word.to_string_lossy().replace(is_unsafe, "?"))
            .collect();
        if self.moved {
            return out_of_order(words);
        }
        let words = words.join(" ");
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
        let once = match shell {
            Shell::Fish => format!("xrole {words} | source"),
            Shell::PowerShell | Shell::Json => {
                format!("xrole {words} | Out-String | Invoke-Expression")
            }
            Shell::Bash | Shell::Zsh | Shell::Posix => format!("eval \"$(xrole {words})\""),
        };
        Error::new(
            "terminal",
            "what this prints is for the shell to evaluate, and would show secrets on the terminal",
            format!("put this line into {file} once: {line}\nor for this time: {once}"),
        )
        .exit(Exit::Usage)
    }
}

/// The hook knows what it must evaluate by the first word.
fn out_of_order(words: Vec<String>) -> Error {
    let (mut options, mut rest) = (Vec::new(), Vec::new());
    let mut words = words.into_iter();
    let subcommand = words.next().unwrap_or_default();
    let mut is_value = false;
    for word in words {
        let is_option = word.starts_with('-');
        if is_option || is_value {
            is_value = is_option && !word.contains('=');
            options.push(quoted(&word));
        } else {
            rest.push(quoted(&word));
        }
    }
    let order: Vec<_> = [vec![subcommand], rest, options].concat();
    Error::new(
        "usage",
        "the shell's hook goes by the first word, and here that is an option",
        format!("write: xrole {}", order.join(" ")),
    )
    .exit(Exit::Usage)
}

impl Evaluated {
    /// The one writer of the run's stdout. Nothing is printed to a terminal that only a shell would read.
    #[must_use]
    pub fn output(&self, stdout_is_terminal: bool) -> Output {
        match self {
            _ if stdout_is_terminal => Output::plain(),
            Self::No => Output::plain(),
            Self::By(shell) => Output::code(shell.failure()),
            Self::ByUnknown(_) => Output::code(Shell::Posix.failure()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(words: &[&str]) -> Call {
        Call::of(words.iter().map(OsString::from).collect())
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
            assert_eq!(call(words).shell_option(), shell, "{words:?}");
        }
    }

    #[test]
    fn options_before_the_subcommand_go_behind_it() {
        for (words, order) in [
            ("--region eu-west-1 use prod", "use --region eu-west-1 prod"),
            ("--region use use prod", "use --region use prod"),
            (
                "--region=r exec prod -- cat use",
                "exec --region=r prod -- cat use",
            ),
            ("--yes exec -- env", "exec --yes -- env"),
            // Neither a command nor an option that it knows.
            ("--nope use prod", "--nope use prod"),
            ("--help use", "--help use"),
            ("use --region r prod", "use --region r prod"),
        ] {
            let words: Vec<_> = std::iter::once("xrole").chain(words.split(' ')).collect();
            let found = call(&words);
            let shown: Vec<_> = found.words().collect();
            assert_eq!(shown.join(" "), order);
        }
    }

    #[test]
    fn the_right_order_is_told() {
        let moved = call(&["xrole", "--region", "eu-west-1", "use", "my prod"]);
        assert_eq!(
            moved.terminal_refusal(Shell::Bash).remedy,
            "write: xrole use 'my prod' --region eu-west-1"
        );
    }
}
