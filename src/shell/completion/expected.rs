//! What may stand at the cursor, after the words before it.

use clap::{ArgAction, Command};

/// One thing that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub value: String,
    pub description: String,
}

impl Candidate {
    fn new(value: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            description: description.into(),
        }
    }
}

/// What kind of thing may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Subcommands, options and fixed values: the generated file knows them.
    Static(Vec<Candidate>),
    /// The fixed values of an argument that is no option.
    Values(Vec<Candidate>),
    Profiles {
        previous: bool,
    },
    Regions,
    /// Another command, or one of its words: this many words stand before it.
    Command(usize),
    Nothing,
}

/// What may stand in place of the last of `typed`, whose first word is the command's name.
pub fn expected(root: &Command, typed: &[&str]) -> Option<Expected> {
    let (current, before) = typed.split_last()?;
    let arguments = before.get(1..)?;
    let Some((name, arguments)) = arguments.split_first() else {
        return Some(Expected::Static(if current.starts_with('-') {
            options(root)
        } else {
            subcommands(root)
        }));
    };
    let command = root.find_subcommand(name)?;
    let mut positional = 0;
    let mut open_option = None;
    let mut only_positionals = false;
    // `exec`: everything from there on is another command's.
    let taking_over = command
        .get_positionals()
        .position(clap::Arg::is_trailing_var_arg_set);
    for (at, word) in arguments.iter().enumerate() {
        if open_option.take().is_some() {
            continue;
        }
        if taking_over.is_some() && *word == "--" {
            return Some(Expected::Command(at + 3));
        }
        if !only_positionals && *word == "--" {
            only_positionals = true;
        } else if !only_positionals && word.starts_with('-') && word.len() > 1 {
            open_option = command
                .get_arguments()
                .find(|option| names_option(option, word))
                .filter(|option| matches!(option.get_action(), ArgAction::Set | ArgAction::Append));
        } else if taking_over == Some(positional) {
            return Some(Expected::Command(at + 2));
        } else {
            positional += 1;
        }
    }
    if let Some(option) = open_option {
        return Some(of_option(option));
    }
    if !only_positionals && current.starts_with('-') && *current != "-" {
        if taking_over == Some(positional) {
            // The generated files know no option behind the profile: what stands there is the command to them.
            return Some(Expected::Values(options(command)));
        }
        return Some(Expected::Static(options(command)));
    }
    if taking_over == Some(positional) {
        return Some(Expected::Command(before.len()));
    }
    let Some(argument) = command.get_positionals().nth(positional) else {
        return Some(Expected::Nothing);
    };
    Some(match argument.get_id().as_str() {
        "profile" => Expected::Profiles {
            previous: *name == "use",
        },
        _ => Expected::Values(possible_values(argument)),
    })
}

fn names_option(option: &clap::Arg, word: &str) -> bool {
    word.strip_prefix("--")
        .is_some_and(|long| option.get_long() == Some(long))
        || word.strip_prefix('-').is_some_and(|short| {
            option
                .get_short()
                .is_some_and(|c| short.chars().eq(std::iter::once(c)))
        })
}

fn of_option(option: &clap::Arg) -> Expected {
    match option.get_long() {
        Some("source") => Expected::Profiles { previous: false },
        Some("region") => Expected::Regions,
        _ => match possible_values(option) {
            values if values.is_empty() => Expected::Nothing,
            values => Expected::Static(values),
        },
    }
}

fn possible_values(argument: &clap::Arg) -> Vec<Candidate> {
    argument
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| {
            Candidate::new(
                value.get_name(),
                value
                    .get_help()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            )
        })
        .collect()
}

fn subcommands(root: &Command) -> Vec<Candidate> {
    root.get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(|command| {
            Candidate::new(
                command.get_name(),
                command
                    .get_about()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            )
        })
        .collect()
}

fn options(command: &Command) -> Vec<Candidate> {
    command
        .get_arguments()
        .filter(|option| !option.is_hide_set())
        .filter_map(|option| {
            let help = option
                .get_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            Some(Candidate::new(format!("--{}", option.get_long()?), help))
        })
        .chain([Candidate::new("--help", "Print help")])
        .collect()
}
