//! `init`, `deinit`, `completions`: what a shell is given once; and `_captured`, which the bash hook asks.

use super::outcome::Outcome;
use crate::app::App;
use crate::cli::{
    CapturedArgs, CompletionShell, CompletionsArgs, DeinitArgs, HookShell, InitArgs, Placement,
};
use crate::error::{Exit, Result};
use crate::os::pipe_reader::{Reader, reader};
use crate::settings::OnExpire;
use crate::shell::{self, CYAN, HookOptions, Shell};

/// The dialect of a hook, and the completion that ends it.
fn shell(name: HookShell) -> (Shell, &'static str) {
    match name {
        HookShell::Bash => (Shell::Bash, completion(CompletionShell::Bash)),
        HookShell::Zsh => (Shell::Zsh, completion(CompletionShell::Zsh)),
        HookShell::Fish => (Shell::Fish, completion(CompletionShell::Fish)),
        HookShell::Powershell => (Shell::PowerShell, completion(CompletionShell::Powershell)),
        HookShell::Sh => (Shell::Posix, ""),
    }
}

fn completion(name: CompletionShell) -> &'static str {
    match name {
        CompletionShell::Bash => include_str!("../../completions/xrole.bash"),
        CompletionShell::Zsh => include_str!("../../completions/_xrole"),
        CompletionShell::Fish => include_str!("../../completions/xrole.fish"),
        CompletionShell::Powershell => include_str!("../../completions/xrole.ps1"),
    }
}

/// Prints the same text for the same settings; asks nothing, connects to nothing.
pub fn run(app: &App<'_>, args: &InitArgs) -> Result<Outcome> {
    let env = app.env();
    let settings = app.settings()?;
    let path = app.binary()?;
    let color = env
        .nonempty("XROLE_PROFILE")
        .and_then(|profile| settings.for_profile(profile).color);
    let (shell, completion) = shell(args.shell);
    let hook = shell.hook(&HookOptions {
        path,
        prompt: match args.prompt {
            Placement::Auto => "auto",
            Placement::Left => "left",
            Placement::Right => "right",
            Placement::None => "none",
        },
        clear_expired: settings.on_expire == OnExpire::Clear,
        color: color.unwrap_or(CYAN),
        completion,
    })?;
    Ok(Outcome::done(hook))
}

pub fn deinit(args: &DeinitArgs) -> Outcome {
    Outcome::done(shell(args.shell).0.deinit())
}

pub fn completions(args: &CompletionsArgs) -> Outcome {
    Outcome::done(completion(args.shell))
}

/// Is stdout read by the shell with this process number? Exit status 0 yes, 1 no, 2 unknown.
pub fn captured(args: &CapturedArgs) -> Result<Outcome> {
    let exit = match reader(&std::io::stdout(), args.shell) {
        Reader::Shell => Exit::Done,
        Reader::Other => Exit::Failed,
        Reader::Unknown => return Err(shell::captured_refusal()),
    };
    Ok(Outcome {
        exit,
        ..Outcome::done("")
    })
}
