//! `_complete`: profile names for a completion function. Reads configuration only; a failure offers nothing.

use clap::CommandFactory;

use super::{Outcome, World};
use crate::cli::{Cli, CompleteArgs};
use crate::complete::{self, Candidate};

pub fn run(world: &World<'_>, args: &CompleteArgs) -> Outcome {
    let profiles = || {
        let Ok(profiles) = crate::aws_config::load(&world.context.env) else {
            return Vec::new();
        };
        let (mut roles, mut others) = (Vec::new(), Vec::new());
        for (name, profile) in &profiles.profiles {
            let value = |key: &str| profile.get(key).map_or("", |setting| &setting.value);
            match value("role_arn") {
                "" => others.push(Candidate::new(name, value("region"))),
                role => roles.push(Candidate::new(
                    name,
                    format!("{role} {}", value("region")).trim_end(),
                )),
            }
        }
        roles.append(&mut others);
        roles
    };
    let mut command = Cli::command();
    command.build();
    Outcome::done(complete::answer(&command, &args.words, &profiles))
}
