//! A strict STS on loopback to try xrole against, without an AWS account.
//!
//! `cargo run --example local_sts` prints lines for a shell that point AWS's tools at it; every Enter prints
//! the MFA code that alice's device shows now; the end of the input ends it. `local_sts code` prints one code.

#[path = "../tests/support/mod.rs"]
mod support;

use std::io::BufRead;
use std::process::ExitCode;

use support::home::Home;
use support::sts::world::{ALICE_SEED, ALICE_SERIAL};
use support::sts::{Codes, FakeSts, World, mfa};
use xrole::context::Context;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => serve(),
        ["code"] => println!(
            "{}",
            mfa::code_at(ALICE_SEED, Context::read().clock.now().0)
        ),
        _ => {
            eprintln!("usage: local_sts [code]");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn serve() {
    let sts = FakeSts::start(World::central(Codes::Totp(ALICE_SEED.to_vec())));
    let home = Home::central(&sts);
    println!("# An STS listens on {}. For another terminal:", sts.url());
    println!("export AWS_ENDPOINT_URL_STS={}", sts.url());
    println!(
        "export AWS_CONFIG_FILE={}",
        home.path(".aws/config").display()
    );
    let credentials = home.path(".aws/credentials");
    println!(
        "export AWS_SHARED_CREDENTIALS_FILE={}",
        credentials.display()
    );
    println!("# Roles: prod, staging, audit, deploy, readonly; MFA device: {ALICE_SERIAL}");
    println!("# Enter shows its code; Ctrl-D ends this.");
    for line in std::io::stdin().lock().lines() {
        if line.is_err() {
            break;
        }
        println!("{}", mfa::code_at(ALICE_SEED, sts.now()));
    }
    // A person may well type a code twice.
    drop(sts.take_violations());
}
