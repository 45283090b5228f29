//! What a planned failure does to an answer.

use super::answer::{Refusal, STS};
use super::fault::Fault;
use super::http::Response;

/// An answer that is given instead of carrying the request out.
#[derive(Debug)]
pub enum Instead {
    Refusal(Refusal),
    Body(u16, String),
}

impl Instead {
    #[must_use]
    pub fn rendered(&self, request_id: &str) -> (u16, String) {
        match self {
            Self::Refusal(refusal) => (refusal.status, refusal.xml(STS, request_id)),
            Self::Body(status, body) => (*status, body.clone()),
        }
    }
}

pub fn not_carried_out(fault: Option<&Fault>) -> Option<Instead> {
    Some(match fault? {
        Fault::ServerError => Instead::Refusal(Refusal::new(
            500,
            "InternalFailure",
            "The request processing has failed because of an unknown error.",
        )),
        Fault::Throttling => Instead::Refusal(Refusal::new(400, "Throttling", "Rate exceeded")),
        Fault::EmptyOk => Instead::Body(200, String::new()),
        Fault::Answer(status, body) => Instead::Body(*status, body.clone()),
        Fault::DropUnprocessed | Fault::BlackHole | Fault::DropBeforeReading => {
            Instead::Body(0, String::new())
        }
        Fault::Delay(_)
        | Fault::DropAnswer
        | Fault::Cut(_)
        | Fault::CutNeatly(_)
        | Fault::DateOff(_)
        | Fault::NoDate
        | Fault::Expiration(_)
        | Fault::Huge(_) => return None,
    })
}

/// Spoils an answer; `false` if none is to be sent.
pub fn spoil(response: &mut Response, fault: Option<&Fault>) -> bool {
    match fault {
        Some(
            Fault::DropAnswer
            | Fault::DropUnprocessed
            | Fault::BlackHole
            | Fault::DropBeforeReading,
        ) => return false,
        Some(Fault::Cut(bytes)) => response.cut = Some(*bytes),
        Some(Fault::CutNeatly(bytes)) => response.body.truncate(*bytes),
        Some(Fault::DateOff(seconds)) => {
            response.date = response.date.map(|date| date + seconds);
        }
        Some(Fault::NoDate) => response.date = None,
        Some(Fault::Expiration(text)) => replace_expiration(&mut response.body, text),
        Some(Fault::Huge(bytes)) => {
            response.body.push_str(&" ".repeat(*bytes));
        }
        Some(
            Fault::Delay(_)
            | Fault::ServerError
            | Fault::Throttling
            | Fault::EmptyOk
            | Fault::Answer(..),
        )
        | None => {}
    }
    true
}

fn replace_expiration(body: &mut String, text: &str) {
    let (open, close) = ("<Expiration>", "</Expiration>");
    if let (Some(start), Some(end)) = (body.find(open), body.find(close)) {
        body.replace_range(start + open.len()..end, text);
    }
}
