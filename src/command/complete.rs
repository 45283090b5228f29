//! `_complete`: profile names for a completion function. Reads configuration only; a failure offers nothing.

use clap::CommandFactory;

use super::outcome::Outcome;
use crate::app::App;
use crate::cli::{Cli, CompleteArgs};
use crate::shell::completion;

pub fn run(app: &App<'_>, args: &CompleteArgs) -> Outcome {
    let profiles = |offer: &mut dyn FnMut(&str, &str)| {
        let Ok(profiles) = crate::aws::config::load(app.env()) else {
            return;
        };
        let mut description = String::new();
        for roles in [true, false] {
            for profile in &profiles.profiles {
                let value = |key: &str| profile.get(key).map_or("", |setting| &setting.value);
                let role = value("role_arn");
                if roles != role.is_empty() {
                    description.clear();
                    description.push_str(role);
                    description.push(' ');
                    description.push_str(value("region"));
                    offer(&profile.name, description.trim());
                }
            }
        }
        profiles.abandon();
    };
    let mut command = Cli::command();
    command.build();
    Outcome::done(completion::answer(&command, &args.words, &profiles))
}
