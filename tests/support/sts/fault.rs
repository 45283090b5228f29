//! Failures on demand, as data: what goes wrong with the next requests.

use std::time::Duration;

/// One way to fail. Where the request is still carried out, it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The answer comes late; carried out.
    Delay(Duration),
    /// The connection is closed before the request is read. Give it without an operation.
    DropBeforeReading,
    /// The request is read, not carried out, and the connection closed.
    DropUnprocessed,
    /// Carried out, and the connection closed instead of an answer: the code is spent.
    DropAnswer,
    /// Nothing is ever answered; not carried out.
    BlackHole,
    /// 500 InternalFailure; not carried out.
    ServerError,
    /// 400 Throttling; not carried out.
    Throttling,
    /// Carried out; the body ends after so many bytes, short of its Content-Length.
    Cut(usize),
    /// Carried out; the body ends after so many bytes, and Content-Length agrees.
    CutNeatly(usize),
    /// 200 without a body; not carried out.
    EmptyOk,
    /// The `Date` header is off by so many seconds; carried out.
    DateOff(i64),
    /// No `Date` header; carried out.
    NoDate,
    /// This text as `Expiration`; carried out.
    Expiration(String),
    /// This answer; not carried out.
    Answer(u16, String),
    /// 200 with so many bytes of white space around the answer; carried out.
    Huge(usize),
}

#[derive(Debug, Clone)]
pub struct Planned {
    /// `AssumeRole`; `None` for whichever comes.
    pub operation: Option<String>,
    pub fault: Fault,
    pub times: usize,
}

/// The faults to come, in order.
#[derive(Debug, Default)]
pub struct Faults(Vec<Planned>);

impl Faults {
    pub fn add(&mut self, planned: Planned) {
        self.0.push(planned);
    }

    /// Takes the first fault that is meant for an operation.
    pub fn take(&mut self, operation: &str) -> Option<Fault> {
        self.take_where(|planned| {
            planned.fault != Fault::DropBeforeReading
                && planned
                    .operation
                    .as_deref()
                    .is_none_or(|name| name == operation)
        })
    }

    /// Whether the next request is to be dropped unread.
    pub fn take_drop_before_reading(&mut self) -> bool {
        let next = self.0.first().map(|planned| planned.fault.clone());
        next == Some(Fault::DropBeforeReading) && self.take_where(|_| true).is_some()
    }

    fn take_where(&mut self, fits: impl Fn(&Planned) -> bool) -> Option<Fault> {
        let position = self.0.iter().position(fits)?;
        let planned = &mut self.0[position];
        let fault = planned.fault.clone();
        planned.times = planned.times.saturating_sub(1);
        if planned.times == 0 {
            self.0.remove(position);
        }
        Some(fault)
    }
}
