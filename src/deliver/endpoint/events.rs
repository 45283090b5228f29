//! What the other threads tell the loop, and how they wake it.

use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::error::Result;
use crate::session::Session;

/// What other threads tell the loop.
#[derive(Debug)]
pub enum Event {
    Renewed(Result<Option<Session>>),
    /// The program has ended.
    Ended,
}

/// The threads' side: an event, and a byte that wakes the loop.
#[derive(Debug, Clone)]
pub struct Events {
    sender: Sender<Event>,
    wake: Arc<UnixStream>,
}

impl Events {
    pub fn send(&self, event: Event) {
        let _ = self.sender.send(event);
        // A full buffer wakes as well.
        let _ = (&*self.wake).write(&[0]);
    }
}

/// The threads' side, what becomes readable with each event, and the events.
pub fn events() -> std::io::Result<(Events, UnixStream, Receiver<Event>)> {
    let (wake, woken) = UnixStream::pair()?;
    wake.set_nonblocking(true)?;
    woken.set_nonblocking(true)?;
    let (sender, receiver) = channel();
    let wake = Arc::new(wake);
    Ok((Events { sender, wake }, woken, receiver))
}
