//! A service that only this machine reaches, and that hands out its role's keys: asked directly, and again while it is
//! not well.

use std::time::Duration;

use crate::http::{Client, Fault, Request, Response, SMALL, Way};

/// How one of these services is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub attempts: u32,
    pub connect_timeout: Duration,
    /// For the answer, once there is a connection.
    pub answer_timeout: Duration,
    /// Before the second attempt; before the third twice as long, and so on.
    pub pause: Duration,
}

impl Manner {
    /// The first answer that is no fault of the server's, else what the last attempt gave.
    pub(super) fn ask(
        self,
        http: &Client,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
    ) -> Result<Response, Fault> {
        let request = Request {
            method,
            url,
            headers,
            body: &[],
            way: Way::Direct,
            connect_timeout: self.connect_timeout,
            time_limit: self.connect_timeout + self.answer_timeout,
            largest: SMALL,
        };
        let mut attempt = 1;
        loop {
            let answer = http.send(&request);
            let is_well = answer.as_ref().is_ok_and(|answer| answer.status < 500);
            if is_well || attempt >= self.attempts {
                return answer;
            }
            std::thread::sleep(self.pause * attempt);
            attempt += 1;
        }
    }
}
