//! What the other threads tell the loop, and how they wake it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::error::Result;
use crate::os::sockets::{self, Wake, Woken};
use crate::session::Session;

/// What other threads tell the loop.
#[derive(Debug)]
pub enum Event {
    Renewed(Result<Option<Session>>),
    /// The program has ended.
    Ended,
}

/// The threads' side: an event, and what wakes the loop.
#[derive(Debug, Clone)]
pub struct Events {
    sender: Sender<Event>,
    wake: Arc<Wake>,
}

impl Events {
    pub fn send(&self, event: Event) {
        let _ = self.sender.send(event);
        self.wake.wake();
    }
}

/// The threads' side, what becomes readable with each event, and the events.
pub fn events() -> std::io::Result<(Events, Woken, Receiver<Event>)> {
    let (wake, woken) = sockets::wake()?;
    let (sender, receiver) = channel();
    let wake = Arc::new(wake);
    Ok((Events { sender, wake }, woken, receiver))
}
