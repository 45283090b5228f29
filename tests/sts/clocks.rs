//! Wrong local clocks: corrected once where nothing can be lost by it.

use crate::answers::{answer, error, role_granted};
use crate::calls::{NOW, assume, refused, send, services, with_code};
use crate::server::{Server, Step, header_in};
use xrole::aws::plan::Call;
use xrole::clock::Timestamp;

const LATE: &str = "Signature expired: 20260131T083000Z is now earlier than 20260131T090000Z";

fn skewed(step: Step) -> Step {
    match step {
        Step::Answer(status, _, body) => Step::Answer(
            status,
            vec![("Date", "Sat, 31 Jan 2026 09:15:00 GMT".to_owned())],
            body,
        ),
        other => other,
    }
}

#[test]
fn a_wrong_clock_is_corrected_once_without_a_code() {
    let server = Server::start(vec![
        skewed(error(403, "SignatureDoesNotMatch", LATE)),
        skewed(answer(200, role_granted())),
    ]);
    let services = services();
    let session = send(&services, &assume(&server.url())).expect("a session");
    let dates = |server: &Server| -> Vec<String> {
        let requests = server.requests();
        let date = |request: &String| {
            header_in(request, "x-amz-date")
                .unwrap_or_default()
                .to_owned()
        };
        requests.iter().map(date).collect()
    };
    assert_eq!(dates(&server), ["20260131T083000Z", "20260131T091500Z"]);
    assert_eq!(session.clock_offset, -2700);
    assert_eq!(session.expires(), Some(Timestamp(NOW + 900)));
    send(&services, &with_code(&server.url())).expect("signed with the time that is now known");
    assert_eq!(dates(&server)[2], "20260131T091500Z");
}

#[test]
fn a_wrong_clock_costs_at_most_one_repetition() {
    for (call, sent) in [(assume as fn(&str) -> Call, 2), (with_code, 1)] {
        let server = Server::start(vec![skewed(error(403, "SignatureDoesNotMatch", LATE))]);
        let refusal = refused(&call(&server.url()));
        assert!(refusal.is_clock_skew());
        assert_eq!(refusal.clock_difference, Some(-2700));
        assert_eq!(server.count(), sent);
    }
}
