//! One connection, a step at a time: head, answer, end. Nothing of it waits for longer than its bound.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::admission::{Expected, check};
use super::answer::{self, Bytes};
use super::head::{LONGEST, Parsed, parse};
use crate::os::sockets::Interest;

/// To read a head, and to write an answer.
const TRANSFER: Duration = Duration::from_secs(5);
/// Before a wrong token is told to be one.
const WRONG_TOKEN: Duration = Duration::from_millis(100);
/// For a session to be minted: what a call to STS may take, and a moment.
const MINTING: Duration = Duration::from_secs(12);
/// For the other side to read the answer and close; closing at once may take the answer away from it.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 64 * 1024;

/// What is to be done for a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing, until the socket is ready or its time is up.
    Wait,
    /// It may have the session: answer it.
    Answer,
    Close,
}

#[derive(Debug)]
enum State {
    Reading(Zeroizing<Vec<u8>>),
    /// A refusal that comes late.
    Delaying(u16),
    Awaiting,
    Writing {
        bytes: Bytes,
        sent: usize,
    },
    Lingering {
        read: usize,
    },
}

#[derive(Debug)]
pub struct Connection {
    pub stream: TcpStream,
    state: State,
    until: Instant,
}

impl Connection {
    /// The stream does not block.
    pub fn new(stream: TcpStream, now: Instant) -> Self {
        Self {
            stream,
            state: State::Reading(Zeroizing::new(Vec::with_capacity(LONGEST))),
            until: now + TRANSFER,
        }
    }

    pub fn interest(&self) -> Interest {
        match self.state {
            State::Reading(_) | State::Lingering { .. } => Interest::Read,
            State::Writing { .. } => Interest::Write,
            State::Delaying(_) | State::Awaiting => Interest::Nothing,
        }
    }

    pub fn until(&self) -> Instant {
        self.until
    }

    /// May it make room for another one? It has shown nothing yet, or nothing good.
    pub fn makes_room(&self) -> bool {
        !matches!(self.state, State::Awaiting | State::Writing { .. })
    }

    pub fn is_awaiting(&self) -> bool {
        matches!(self.state, State::Awaiting)
    }

    /// The socket is ready, or has failed.
    pub fn ready(&mut self, expected: &Expected, now: Instant) -> Step {
        match &mut self.state {
            State::Reading(_) => self.read(expected, now),
            State::Writing { .. } => self.write(now),
            State::Lingering { .. } => self.linger(),
            State::Delaying(_) | State::Awaiting => Step::Close,
        }
    }

    /// Its time is up.
    pub fn expire(&mut self, now: Instant) -> Step {
        match self.state {
            State::Delaying(status) => self.answer(answer::refusal(status), now),
            State::Awaiting => Step::Answer,
            State::Reading(_) | State::Writing { .. } | State::Lingering { .. } => Step::Close,
        }
    }

    /// The session is being minted.
    pub fn wait(&mut self, now: Instant) {
        self.state = State::Awaiting;
        self.until = now + MINTING;
    }

    pub fn answer(&mut self, bytes: Bytes, now: Instant) -> Step {
        self.state = State::Writing { bytes, sent: 0 };
        self.until = now + TRANSFER;
        self.write(now)
    }

    fn read(&mut self, expected: &Expected, now: Instant) -> Step {
        let State::Reading(head) = &mut self.state else {
            return Step::Wait;
        };
        let mut buffer = Zeroizing::new([0; 2048]);
        loop {
            let room = (LONGEST + 1 - head.len()).min(buffer.len());
            match self.stream.read(&mut buffer[..room]) {
                Ok(0) => return Step::Close,
                Ok(read) => head.extend_from_slice(&buffer[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Step::Wait,
                Err(_) => return Step::Close,
            }
            let status = match parse(head) {
                Parsed::More => continue,
                Parsed::Malformed => 400,
                Parsed::Head(head) => match check(&head, expected) {
                    Ok(()) => return Step::Answer,
                    Err(status) => status,
                },
            };
            if status != 401 {
                return self.answer(answer::refusal(status), now);
            }
            self.state = State::Delaying(status);
            self.until = now + WRONG_TOKEN;
            return Step::Wait;
        }
    }

    fn write(&mut self, now: Instant) -> Step {
        let State::Writing { bytes, sent } = &mut self.state else {
            return Step::Wait;
        };
        while let Some(rest) = bytes.get(*sent..).filter(|rest| !rest.is_empty()) {
            match self.stream.write(rest) {
                Ok(0) => return Step::Close,
                Ok(written) => *sent += written,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Step::Wait,
                Err(_) => return Step::Close,
            }
        }
        if self.stream.shutdown(Shutdown::Write).is_err() {
            return Step::Close;
        }
        self.state = State::Lingering { read: 0 };
        self.until = now + LINGER;
        self.linger()
    }

    fn linger(&mut self) -> Step {
        let State::Lingering { read } = &mut self.state else {
            return Step::Wait;
        };
        let mut buffer = [0; 2048];
        while *read < LINGER_BYTES {
            match self.stream.read(&mut buffer) {
                Ok(0) => return Step::Close,
                Ok(more) => *read += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Step::Wait,
                Err(_) => return Step::Close,
            }
        }
        Step::Close
    }
}
