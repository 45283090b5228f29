//! Picking a profile from a list with a fuzzy filter, drawn on the terminal and never on stdout.

use std::io::ErrorKind;
use std::sync::mpsc;
use std::time::Duration;

use dialoguer::FuzzySelect;
use dialoguer::console::{measure_text_width, pad_str, truncate_str};
use dialoguer::theme::ColorfulTheme;

use super::terminal::Terminal;
use crate::display_safe::display_safe;
use crate::error::{Error, Exit, Result};
use crate::os::signals::interrupt_own_group;
use crate::os::terminal::drawing;

/// A list that nobody looks at any more is closed after this long.
const PICK_LIMIT: Duration = Duration::from_mins(10);

/// Names longer than this do not push the descriptions further to the right.
const WIDEST_NAME: usize = 40;

/// The marker and the space that the list draws before a line, and a column that stays free.
const FRAME: usize = 3;

/// One line of the list. Both parts are searched by the filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickItem {
    pub name: String,
    /// Account and role, or whatever tells the names apart; may be empty.
    pub description: String,
}

/// The name picked, or `None` when the list was left by Esc. Ctrl-C ends the process as it does at a prompt.
pub fn pick(terminal: &Terminal, items: &[PickItem], filter: &str) -> Result<Option<String>> {
    terminal.guard().before_waiting()?;
    let screen =
        drawing().map_err(|problem| trouble(&problem.to_string()).exit(Exit::NoTerminal))?;
    let _modes = terminal.keep_modes();
    let _limit = Limit::start(terminal);
    let theme = ColorfulTheme::default();
    let answer = FuzzySelect::with_theme(&theme)
        .with_prompt("Profile")
        .with_initial_text(display_safe(filter))
        .items(lines(items, terminal.width()))
        .default(0)
        .report(false)
        .interact_on_opt(&screen);
    match answer {
        Ok(picked) => Ok(picked
            .and_then(|n| items.get(n))
            .map(|item| item.name.clone())),
        Err(dialoguer::Error::IO(problem)) if problem.kind() == ErrorKind::Interrupted => {
            // The terminal made no signal of this Ctrl-C. Sent while the modes are still held: whichever
            // of this thread and the signal thread ends the process first, the shell has learnt of it.
            interrupt_own_group();
            Err(trouble("Ctrl-C").exit(Exit::interrupted()))
        }
        Err(problem) => Err(trouble(&problem.to_string()).exit(Exit::NoTerminal)),
    }
}

fn trouble(cause: &str) -> Error {
    Error::new(
        "picker",
        format!("no profile was picked: {}", display_safe(cause)),
        "name one: xrole use PROFILE; xrole list shows all",
    )
}

/// The list's lines: names in one column, descriptions in the next, none wider than the screen.
fn lines(items: &[PickItem], width: usize) -> Vec<String> {
    let names: Vec<_> = items.iter().map(|item| display_safe(&item.name)).collect();
    let column = names
        .iter()
        .map(|name| measure_text_width(name))
        .filter(|width| *width <= WIDEST_NAME)
        .max()
        .unwrap_or(0);
    let room = width.saturating_sub(FRAME).max(10);
    let line = |(name, item): (&std::borrow::Cow<'_, str>, &PickItem)| {
        let name = pad_str(name, column, dialoguer::console::Alignment::Left, None);
        let line = format!("{name}  {}", display_safe(&item.description));
        truncate_str(line.trim_end(), room, "…").into_owned()
    };
    names.iter().zip(items).map(line).collect()
}

/// Ends the process when the list has been open for too long; dropped, it ends nothing.
struct Limit {
    _still_open: mpsc::Sender<()>,
}

impl Limit {
    fn start(terminal: &Terminal) -> Self {
        let (sender, receiver) = mpsc::channel::<()>();
        let guard = terminal.guard().clone();
        let _ = std::thread::Builder::new().spawn(move || {
            if receiver.recv_timeout(PICK_LIMIT) == Err(mpsc::RecvTimeoutError::Timeout) {
                let error = trouble("nobody answered within 10 minutes").exit(Exit::NoTerminal);
                guard.end_with(&error);
            }
        });
        Self {
            _still_open: sender,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_aligned_safe_and_no_wider_than_the_screen() {
        let item = |name: &str, description: &str| PickItem {
            name: name.into(),
            description: description.into(),
        };
        let items = [
            item("prod", "222222222222 admin"),
            item("a\x1b[2J", ""),
            item("生産", "333333333333 a-role-with-a-long-name"),
        ];
        assert_eq!(
            lines(&items, 36),
            [
                "prod        222222222222 admin",
                "a\\u{1b}[2J",
                "生産        333333333333 a-role-…",
            ]
        );
    }
}
