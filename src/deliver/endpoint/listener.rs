//! The loop: accepts, reads, answers and closes, at most 64 connections at a time, in one thread.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::admission::Expected;
use super::connection::{Connection, Step};
use super::events::{Event, Events, events};
use super::failed;
use super::supply::Supply;
use crate::error::Result;
use crate::os::sockets::{Interest, Watched, Woken, set_backlog};
use crate::session::Secret;

/// More would be an attack; the oldest that has shown nothing makes room.
const MOST: usize = 64;
const BACKLOG: i32 = 1024;
/// After the system had no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(100);

/// Bound to a port of loopback, not yet answering.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    expected: Expected,
    events: Events,
    woken: Woken,
    received: Receiver<Event>,
    connections: Vec<Connection>,
    paused_until: Option<Instant>,
}

impl Server {
    pub fn bind(token: Secret) -> Result<Self> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|e| failed("listen", e))?;
        let port = listener
            .local_addr()
            .map_err(|e| failed("listen", e))?
            .port();
        // More than std's 128, so that a crowd does not make the program's own request wait for a second try.
        set_backlog(&listener, BACKLOG).map_err(|e| failed("listen", e))?;
        listener
            .set_nonblocking(true)
            .map_err(|e| failed("listen", e))?;
        let (events, woken, received) = events().map_err(|e| failed("start", e))?;
        Ok(Self {
            listener,
            expected: Expected {
                host: format!("{}:{port}", Ipv4Addr::LOCALHOST),
                token,
            },
            events,
            woken,
            received,
            connections: Vec::with_capacity(MOST),
            paused_until: None,
        })
    }

    /// `127.0.0.1:PORT`.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.expected.host
    }

    #[must_use]
    pub fn events(&self) -> Events {
        self.events.clone()
    }

    /// Answers until the program has ended.
    pub fn run(mut self, mut supply: Supply) {
        loop {
            let ready = self.wait();
            if self.take_events(ready.woken, &mut supply).is_none() {
                return;
            }
            let now = Instant::now();
            self.advance(&ready.connections, now, &mut supply);
            if ready.listener {
                self.accept(now, &mut supply);
            }
        }
    }

    /// Until something is ready, or somebody's time is up.
    fn wait(&mut self) -> Ready {
        let now = Instant::now();
        self.paused_until = self.paused_until.filter(|end| *end > now);
        let room =
            self.connections.len() < MOST || self.connections.iter().any(Connection::makes_room);
        let accepting = room && self.paused_until.is_none();
        let ends = self.connections.iter().map(Connection::until);
        let first = ends.chain(self.paused_until).min();
        let timeout = first.map(|end| {
            // Rounded up, so that the time is over when the wait is.
            end.saturating_duration_since(now) + Duration::from_millis(1)
        });
        let interest = if accepting {
            Interest::Read
        } else {
            Interest::Nothing
        };
        let mut watched = Watched::with_capacity(2 + self.connections.len());
        watched.add(&self.woken, Interest::Read);
        watched.add(&self.listener, interest);
        for connection in &self.connections {
            watched.add(&connection.stream, connection.interest());
        }
        let mut ready = watched.wait(timeout);
        Ready {
            woken: ready.next().unwrap_or_default(),
            listener: ready.next().unwrap_or_default() && accepting,
            connections: ready.collect(),
        }
    }

    /// `None`: the program has ended.
    fn take_events(&mut self, woken: bool, supply: &mut Supply) -> Option<()> {
        if !woken {
            return Some(());
        }
        self.woken.clear();
        for event in self.received.try_iter() {
            match event {
                Event::Ended => return None,
                Event::Renewed(result) => supply.finish(result),
            }
            let now = Instant::now();
            for connection in &mut self.connections {
                if connection.is_awaiting() {
                    connection.answer(supply.settled_answer(), now);
                }
            }
        }
        Some(())
    }

    fn advance(&mut self, ready: &[bool], now: Instant, supply: &mut Supply) {
        let expected = &self.expected;
        let mut ready = ready.iter();
        self.connections.retain_mut(|connection| {
            let mut step = match ready.next() {
                Some(true) => connection.ready(expected, now),
                _ => Step::Wait,
            };
            if step == Step::Wait && connection.until() <= now {
                step = connection.expire(now);
                if step == Step::Answer {
                    // It has waited long enough: what there is.
                    step = connection.answer(supply.settled_answer(), now);
                }
            } else if step == Step::Answer {
                step = serve(connection, supply, now);
            }
            step != Step::Close
        });
    }

    fn accept(&mut self, now: Instant, supply: &mut Supply) {
        for _ in 0..MOST {
            let stream = match self.listener.accept() {
                Ok((stream, peer)) if peer.ip().is_loopback() => stream,
                Ok(_) => continue,
                Err(error) => {
                    match error.kind() {
                        ErrorKind::WouldBlock => {}
                        ErrorKind::Interrupted | ErrorKind::ConnectionAborted => continue,
                        // No descriptor is left, or no memory.
                        _ if self.make_room() => continue,
                        _ => self.paused_until = Some(now + NO_ROOM),
                    }
                    return;
                }
            };
            if self.connections.len() >= MOST && !self.make_room() {
                return;
            }
            self.begin(stream, now, supply);
        }
    }

    /// A request that is there already is answered before anybody else can push it out.
    fn begin(&mut self, stream: TcpStream, now: Instant, supply: &mut Supply) {
        if stream.set_nonblocking(true).is_err() {
            return;
        }
        let mut connection = Connection::new(stream, now);
        let mut step = connection.ready(&self.expected, now);
        if step == Step::Answer {
            step = serve(&mut connection, supply, now);
        }
        if step != Step::Close {
            self.connections.push(connection);
        }
    }

    /// Closes the oldest that has shown nothing.
    fn make_room(&mut self) -> bool {
        let oldest = self.connections.iter().position(Connection::makes_room);
        oldest.map(|at| self.connections.remove(at)).is_some()
    }
}

/// What the wait brought.
struct Ready {
    woken: bool,
    listener: bool,
    connections: Vec<bool>,
}

fn serve(connection: &mut Connection, supply: &mut Supply, now: Instant) -> Step {
    if let Some(bytes) = supply.answer() {
        return connection.answer(bytes, now);
    }
    connection.wait(now);
    Step::Wait
}
