//! The endpoint's start: a process of its own, in a session of its own, that nobody waits for.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use super::events::Event;
use super::handover::{Endpoint, Reply, Request, receive, send};
use super::listener::Server;
use super::supply::{Source, Supply};
use super::{failed, token_file};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::os::channel::Channel;
use crate::os::detachment;
use crate::os::program_end::ProgramEnd;
use crate::person::ProcessGuard;
use crate::session::Secret;

/// For the endpoint to answer its own starter.
const PATIENCE: Duration = Duration::from_secs(10);

fn itself(arguments: &[&str]) -> Result<Command> {
    let binary: PathBuf = std::env::current_exe().map_err(|error| failed("start", error))?;
    let mut command = Command::new(binary);
    command
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(command)
}

/// Starts the endpoint for this process, or the program that takes its place.
pub fn start(request: &Request) -> Result<Endpoint> {
    let trouble = |error| failed("start", error);
    let (own, theirs) = Channel::pair(PATIENCE).map_err(trouble)?;
    let mut command = itself(&["_serve"])?;
    command.stdin(theirs);
    let ended = command.status().map_err(trouble)?;
    drop(command);
    if !ended.success() {
        return Err(failed("start", format!("its starter ended: {ended}")));
    }
    send(&own, request)?;
    match receive(&own)? {
        Reply::Ready(endpoint) => Ok(endpoint),
        Reply::Failed { message, remedy } => Err(Error::new("server", message, remedy)),
    }
}

/// The starter: it ends at once, so that the endpoint is nobody's child.
pub fn detach() -> Result<()> {
    // A pipe that the program was given must end when the program closes it.
    detachment::keep_descriptors_from_children();
    let started = itself(&["_serve", "--detached"])?.spawn();
    started.map(drop).map_err(|error| failed("start", error))
}

/// The endpoint's own side of its start, on standard input.
#[derive(Debug)]
pub struct Starting {
    starter: Channel,
    pub request: Request,
    program_end: ProgramEnd,
}

impl Starting {
    /// Leaves the terminal and reads what is asked.
    pub fn receive() -> Result<Self> {
        // A terminal's keys and its end are the program's business.
        detachment::leave_terminal();
        let starter = Channel::of_stdin(PATIENCE).map_err(|error| failed("start", error))?;
        let request: Request = receive(&starter)?;
        if request.program == 0 {
            return Err(failed("start", "it was given no program"));
        }
        let program_end =
            ProgramEnd::of(request.program).map_err(|error| failed("find its program", error))?;
        // While the other end is open, the number cannot mean another process.
        if starter.is_left() {
            return Err(failed("start", "its program has ended"));
        }
        Ok(Self {
            starter,
            request,
            program_end,
        })
    }

    /// Serves until the program ends; a failure before is told to the starter.
    pub fn serve(
        self,
        source: Result<(Arc<Source>, Option<String>)>,
        clock: fn() -> Timestamp,
        guard: &ProcessGuard,
    ) -> Result<()> {
        let Self {
            starter,
            request,
            program_end,
        } = self;
        let made = source.and_then(|(source, role_arn)| {
            guard.before_waiting()?;
            let token = token()?;
            let server = Server::bind(token.duplicate())?;
            let file = request.token_file.as_deref();
            let file = file.map(|path| token_file::write(path, &token, guard));
            let endpoint = Endpoint::new(server.host(), &token);
            Ok((source, role_arn, server, file.transpose()?, endpoint))
        });
        let (source, role_arn, server, file, endpoint) = match made {
            Ok(made) => made,
            Err(error) => return send(&starter, &Reply::from(&error)),
        };
        send(&starter, &Reply::Ready(endpoint))?;
        drop(starter);
        let events = server.events();
        let ended = events.clone();
        std::thread::Builder::new()
            .name("program".into())
            .spawn(move || {
                program_end.wait();
                ended.send(Event::Ended);
            })
            .map_err(|error| failed("start", error))?;
        let supply = Supply::new(request.first(), source, role_arn, clock, events);
        server.run(supply);
        drop(file);
        Ok(())
    }
}

/// 256 bits, in hexadecimal: a header's value for every client.
fn token() -> Result<Secret> {
    use std::fmt::Write as _;
    let mut bytes = zeroize::Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut bytes[..]).map_err(|error| failed("make its token", error))?;
    let mut text = String::with_capacity(64);
    for byte in bytes.iter() {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(Secret::new(text))
}
