//! `init`, `deinit`, `completions`: what a shell is given once; and `_captured`, which the bash hook asks.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::use_session::CYAN;
use super::{Outcome, World};
use crate::cli::{CapturedArgs, CompletionsArgs, DeinitArgs, HookShell, InitArgs, Placement};
use crate::error::{Error, Exit, Result};
use crate::settings::OnExpire;
use crate::shell::{self, Captured, HookOptions, Shell};

fn shell(name: HookShell) -> Shell {
    match name {
        HookShell::Bash => Shell::Bash,
        HookShell::Zsh => Shell::Zsh,
        HookShell::Fish => Shell::Fish,
        HookShell::Powershell => Shell::PowerShell,
        HookShell::Sh => Shell::Posix,
    }
}

fn completion(name: HookShell) -> &'static str {
    match name {
        HookShell::Bash => include_str!("../../completions/xrole.bash"),
        HookShell::Zsh => include_str!("../../completions/_xrole"),
        HookShell::Fish => include_str!("../../completions/xrole.fish"),
        HookShell::Powershell => include_str!("../../completions/xrole.ps1"),
        HookShell::Sh => "",
    }
}

/// Prints the same text for the same settings; asks nothing, connects to nothing.
pub fn run(world: &World<'_>, args: &InitArgs) -> Result<Outcome> {
    let env = &world.context.env;
    let settings = world.settings()?;
    let path = shell::hook_path(
        world
            .context
            .arguments
            .first()
            .map_or(OsStr::new(""), OsString::as_os_str),
        env.raw("PATH")
            .map(std::env::split_paths)
            .into_iter()
            .flatten(),
        &world.context.working_directory,
        Path::is_file,
    )?;
    let color = env
        .nonempty("XROLE_PROFILE")
        .and_then(|profile| settings.for_profile(profile).color);
    let hook = shell(args.shell).hook(&HookOptions {
        path,
        prompt: match args.prompt {
            Placement::Auto => "auto",
            Placement::Left => "left",
            Placement::Right => "right",
            Placement::None => "none",
        },
        clear_expired: settings.on_expire == OnExpire::Clear,
        color: color.unwrap_or(CYAN),
        completion: completion(args.shell),
    })?;
    Ok(Outcome::done(hook))
}

pub fn deinit(args: &DeinitArgs) -> Outcome {
    Outcome::done(shell(args.shell).deinit())
}

pub fn completions(args: &CompletionsArgs) -> Outcome {
    Outcome::done(completion(args.shell))
}

/// Is stdout read by the shell with this process number? Exit status 0 yes, 1 no, 2 unknown.
pub fn captured(args: &CapturedArgs) -> Result<Outcome> {
    let exit = match shell::captured(std::io::stdout(), args.shell) {
        Captured::Yes => Exit::Done,
        Captured::No => Exit::Failed,
        Captured::Unknown => return Err::<_, Error>(shell::captured_refusal()),
    };
    Ok(Outcome {
        stdout: String::new(),
        exit,
    })
}
