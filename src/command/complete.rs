//! `_complete`: profile names for a completion function. Reads configuration only; a failure offers nothing.

use clap::CommandFactory;

use super::{Outcome, World};
use crate::cli::{Cli, CompleteArgs};
use crate::complete::{self, Candidate};

pub fn run(world: &World<'_>, args: &CompleteArgs) -> Outcome {
    let profiles = |offer: &mut dyn FnMut(Candidate)| {
        let Ok(profiles) = crate::aws_config::load(&world.context.env) else {
            return;
        };
        for roles in [true, false] {
            for (name, profile) in &profiles.profiles {
                let value = |key: &str| profile.get(key).map_or("", |setting| &setting.value);
                let role = value("role_arn");
                if roles != role.is_empty() {
                    let description = format!("{role} {}", value("region"));
                    offer(Candidate::new(name, description.trim()));
                }
            }
        }
    };
    let mut command = Cli::command();
    command.build();
    Outcome::done(complete::answer(&command, &args.words, &profiles))
}
