//! Which dialect to write: what was asked for, what the hook says, or the shell that runs us
//! (`docs/rules/shells.md#dialect`).

use crate::display_safe::display_safe;
use crate::error::{Error, Exit, Result};
use crate::os::ancestors::Process;

/// A dialect that xrole writes. (`match` without `_`: a new shell does not compile until every rule is written.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    PowerShell,
    /// Any other POSIX shell: dash, ash, ksh, mksh.
    Posix,
    /// The data that the PowerShell hook reads instead of code.
    Json,
}

/// Programs that run another one for the user, and version managers' shims of this one.
const LAUNCHERS: [&str; 9] = [
    "sudo", "doas", "env", "time", "timeout", "nice", "stdbuf", "strace", "xrole",
];

/// At most this many of them are passed over.
const MOST_LAUNCHERS: usize = 4;

/// The dialect, by `--shell`, else `XROLE_SHELL`, else the nearest ancestor that is no launcher. `$SHELL` is not
/// asked: it names the login shell. Nothing is guessed, since a guess would be quoted for another shell.
pub fn dialect(
    option: Option<Shell>,
    variable: Option<&str>,
    ancestors: impl IntoIterator<Item = Process>,
) -> Result<Shell> {
    if let Some(shell) = option {
        return Ok(shell);
    }
    if let Some(name) = variable.filter(|name| !name.is_empty()) {
        return named(name).ok_or_else(|| {
            unknown(format!(
                "XROLE_SHELL={} names no shell that xrole can write for",
                display_safe(name)
            ))
        });
    }
    let mut last = None;
    for process in ancestors.into_iter().take(MOST_LAUNCHERS + 1) {
        match recognise(&process) {
            Seen::Shell(shell) => return Ok(shell),
            Seen::Launcher => last = Some(process),
            Seen::Other => {
                last = Some(process);
                break;
            }
        }
    }
    Err(unknown(match last {
        Some(process) => format!(
            "could not tell which shell to write for: xrole was started by {}",
            display_safe(&process.name)
        ),
        None => "could not tell which shell to write for".to_owned(),
    }))
}

enum Seen {
    Shell(Shell),
    Launcher,
    Other,
}

/// A process's own name counts first: a shim is a script named xrole, run by a shell that nobody sits at.
fn recognise(process: &Process) -> Seen {
    for name in [Some(&process.name), process.program.as_ref()]
        .into_iter()
        .flatten()
    {
        let name = plain(name);
        if let Some(shell) = running(name) {
            return Seen::Shell(shell);
        }
        if LAUNCHERS.contains(&name) {
            return Seen::Launcher;
        }
    }
    Seen::Other
}

fn unknown(message: String) -> Error {
    Error::new(
        "shell-unknown",
        message,
        "pass --shell bash, zsh, fish, powershell or sh",
    )
    .exit(Exit::Usage)
}

/// The name without a login shell's `-`, a folder or `.exe`.
fn plain(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    let name = name.strip_suffix(" (deleted)").unwrap_or(name);
    let name = name.strip_prefix('-').unwrap_or(name);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// The dialects as `--shell` and `XROLE_SHELL` name them.
fn named(name: &str) -> Option<Shell> {
    match name {
        "json" => Some(Shell::Json),
        _ => running(name),
    }
}

/// The dialect of a program.
fn running(name: &str) -> Option<Shell> {
    match name {
        "bash" | "rbash" => Some(Shell::Bash),
        "zsh" | "rzsh" => Some(Shell::Zsh),
        "fish" => Some(Shell::Fish),
        "pwsh" | "powershell" => Some(Shell::PowerShell),
        // `busybox ash` calls itself busybox, whose shells are all of this kind.
        "sh" | "dash" | "ash" | "busybox" | "ksh" | "ksh93" | "mksh" | "lksh" | "oksh" | "yash" => {
            Some(Shell::Posix)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(option: Option<Shell>, variable: Option<&str>, names: &[&str]) -> Option<Shell> {
        let processes = names.iter().map(|both| {
            let (name, program) = both.split_once('|').unwrap_or((both, ""));
            Process {
                pid: 1,
                name: name.to_owned(),
                program: Some(program.to_owned()).filter(|program| !program.is_empty()),
            }
        });
        dialect(option, variable, processes).ok()
    }

    #[test]
    fn asked_for_first_then_the_hook_then_the_parent() {
        let bash = Some(Shell::Bash);
        let sh = Some(Shell::Posix);
        for (option, variable, ancestors, shell) in [
            (
                Some(Shell::Fish),
                Some("zsh"),
                &["bash"][..],
                Some(Shell::Fish),
            ),
            (None, Some("json"), &["bash"], Some(Shell::Json)),
            (None, Some("sh"), &["bash"], sh),
            (None, Some("cmd"), &["bash"], None),
            (None, Some(""), &["bash"], bash),
            (None, None, &["-zsh"], Some(Shell::Zsh)),
            (None, None, &["/bin/zsh"], Some(Shell::Zsh)),
            (None, None, &["pwsh.exe"], Some(Shell::PowerShell)),
            (None, None, &["deploy.sh|bash"], bash),
            (None, None, &["sh|busybox"], sh),
            (None, None, &["bash|bash (deleted)"], bash),
            (None, None, &["xrole|bash", "fish|fish"], Some(Shell::Fish)),
            (None, None, &["sudo", "env", "time", "nice", "dash"], sh),
            (
                None,
                None,
                &["sudo", "sudo", "env", "time", "nice", "dash"],
                None,
            ),
            (None, None, &["make", "bash"], None),
            (None, None, &["cmd.exe"], None),
            (None, None, &["nu"], None),
            (None, None, &["json"], None),
            (None, None, &[], None),
        ] {
            assert_eq!(
                found(option, variable, ancestors),
                shell,
                "{option:?} {variable:?} {ancestors:?}"
            );
        }
    }

    #[test]
    fn nothing_recognised_is_wrong_usage() {
        let make = Process {
            pid: 7,
            name: "make\u{1b}".to_owned(),
            program: None,
        };
        let error = dialect(None, None, [make]).unwrap_err();
        assert_eq!(error.exit, Exit::Usage);
        assert_eq!(
            error.to_string(),
            "could not tell which shell to write for: xrole was started by make\\u{1b}\n\
             pass --shell bash, zsh, fish, powershell or sh"
        );
    }
}
