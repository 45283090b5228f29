//! AWS refused a role, and no MFA device is configured: the devices that the user has are offered, and the chosen one
//! is written into the profile if the person wants that.

use std::time::Instant;

use super::obtaining::Obtain;
use super::target::{self, Target};
use super::without_mfa::WithoutMfa;
use crate::app::App;
use crate::aws::chain::{Selection, is_role};
use crate::aws::config::AwsFile;
use crate::aws::config::edit::Edit;
use crate::display_safe::display_safe;
use crate::error::Result;
use crate::person::{ANSWER_LIMIT, Enter, Terminal};
use crate::place::Notice;
use crate::words::quoted;

/// A device that the person chose for a role.
#[derive(Debug)]
pub(super) struct Chosen {
    serial: String,
    without: WithoutMfa,
    terminal: Terminal,
}

/// Asks the person, who must be there. `None`: nothing to offer, or nothing wanted.
pub(super) fn choose(
    app: &App<'_>,
    obtain: &mut Obtain<'_>,
    target: &Target,
) -> Result<Option<Chosen>> {
    let Some(without) = obtain.without_mfa().cloned() else {
        return Ok(None);
    };
    let Some(terminal) = Terminal::open(app.guard) else {
        return Ok(None);
    };
    let devices = match &without.unused {
        Some(serial) => Ok(Some(vec![serial.clone()])),
        None => obtain.mfa_devices(&target.plans.first, &without.role_arn),
    };
    let devices = match devices {
        Ok(None) => return Ok(None),
        Ok(Some(devices)) if devices.is_empty() => {
            let text = "you have no MFA device: a role that demands MFA lets nobody in without one";
            app.notice([Notice::new(None, text)]);
            return Ok(None);
        }
        Ok(Some(devices)) => devices,
        Err(why) => {
            let why = display_safe(&why);
            app.notice([Notice::new(
                None,
                format!("your MFA devices could not be listed: {why}"),
            )]);
            return Ok(None);
        }
    };
    let (useless, useful): (Vec<_>, Vec<_>) =
        devices.into_iter().partition(|device| is_fido(device));
    for device in useless {
        let device = display_safe(&device);
        terminal.say(&format!(
            "{device} is a FIDO security key, which STS cannot use"
        ));
    }
    let serial = ask(&terminal, &without.role_arn, useful)?;
    Ok(serial.map(|serial| Chosen {
        serial,
        without,
        terminal,
    }))
}

fn is_fido(serial: &str) -> bool {
    serial.contains(":u2f/")
}

fn ask(terminal: &Terminal, role: &str, mut devices: Vec<String>) -> Result<Option<String>> {
    if devices.len() < 2 {
        let Some(only) = devices.pop() else {
            return Ok(None);
        };
        terminal.say(&format!("AWS refused {role}, which may demand MFA"));
        let agreed = terminal.agrees(&format!("Use the device {only}?"), Enter::Yes)?;
        return Ok(agreed.then_some(only));
    }
    terminal.say(&format!(
        "AWS refused {role}, which may demand MFA; your devices:"
    ));
    for (number, device) in (1..).zip(&devices) {
        terminal.say(&format!("  {number} {device}"));
    }
    let end = Instant::now() + ANSWER_LIMIT;
    let question = format!("Use which one? [1-{}, Enter for none] ", devices.len());
    loop {
        let answer = terminal.ask_line_until(&question, end)?.unwrap_or_default();
        match numbered(&answer, devices.len()) {
            Some(0) => return Ok(None),
            Some(number) => return Ok(Some(devices.swap_remove(number - 1))),
            None => terminal.say(&format!("answer with a number from 1 to {}", devices.len())),
        }
    }
}

/// The number that was typed; 0 for nothing, `None` for what is no number of the list.
fn numbered(answer: &str, most: usize) -> Option<usize> {
    match answer.trim() {
        "" => Some(0),
        text => text
            .parse()
            .ok()
            .filter(|number| (1..=most).contains(number)),
    }
}

impl Chosen {
    /// The selection as if the device had been given with `--mfa-serial`.
    pub(super) fn selection(&self, selection: &Selection) -> Selection {
        Selection {
            mfa_serial: Some(self.serial.clone()),
            ..selection.clone()
        }
    }

    /// Afterwards, when the device has served: it is written down, or how to name it again is said.
    pub(super) fn keep(&self, app: &App<'_>, target: &Target) -> Result<()> {
        let in_no_file = is_role(app.profiles()?, &self.without.profile);
        if in_no_file || !self.written(app) {
            let command = again(app, target)?;
            let text = format!("next time: {command}");
            app.notice([Notice::new(None, text)]);
        }
        Ok(())
    }

    /// Where the person agrees. A failure to write takes nothing from the session.
    fn written(&self, app: &App<'_>) -> bool {
        self.write(app).unwrap_or_else(|error| {
            let text = format!("mfa_serial was not written: {error}");
            app.notice([Notice::new(None, text)]);
            false
        })
    }

    fn write(&self, app: &App<'_>) -> Result<bool> {
        let (profile, serial) = (&self.without.profile, &self.serial);
        let file = AwsFile::find(app.env(), self.without.file)?;
        let question = format!(
            "Write mfa_serial = {serial} into profile {} in {}?",
            quoted(profile),
            file.shown()
        );
        if !self.terminal.agrees(&question, Enter::No)? {
            return Ok(false);
        }
        let rewritten = file.edit(&Edit::of(profile).set("mfa_serial", serial))?;
        self.terminal.say(&format!("written to {}", file.shown()));
        app.notice(rewritten.notices);
        Ok(true)
    }
}

/// The command that takes the same role in the same way.
fn again(app: &App<'_>, target: &Target) -> Result<String> {
    let settled = target::settled(app.profiles()?, app.env(), &target.selection);
    Ok(format!(
        "xrole use {}{}",
        quoted(&settled.profile),
        settled.options()
    ))
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_list() {
        for (answer, number) in [
            ("", Some(0)),
            (" ", Some(0)),
            ("1", Some(1)),
            (" 3 ", Some(3)),
            ("0", None),
            ("4", None),
            ("-1", None),
            ("mfa", None),
        ] {
            assert_eq!(numbered(answer, 3), number, "{answer:?}");
        }
    }
}
