//! The listener: one thread a connection, requests authenticated, performed, spoilt on demand, recorded.

use std::io::{BufRead, BufReader, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use xrole::context::Context;

use super::answer::{STS, result_xml};
use super::authentication::{authenticate, known};
use super::fault::{Fault, Planned};
use super::http::{Request, Response, form};
use super::operation::perform;
use super::parameters::{Parameters, check};
use super::record::Recorded;
use super::signature::Authorization;
use super::spoil::{not_carried_out, spoil};
use super::state::State;
use super::world::World;

const POLL: Duration = Duration::from_millis(50);
/// No test lets a connection stand longer than this, even in a black hole.
const LONGEST: Duration = Duration::from_mins(2);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    stop: AtomicBool,
    connections: AtomicU64,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

/// A running STS. Dropped, it stops, and a test fails if a client did what no client may do.
#[derive(Debug)]
pub struct FakeSts {
    shared: Arc<Shared>,
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

impl FakeSts {
    /// Starts on a free loopback port.
    #[must_use]
    pub fn start(world: World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new(world, Context::read().clock)),
            stop: AtomicBool::new(false),
            connections: AtomicU64::new(0),
        });
        let of_thread = Arc::clone(&shared);
        let acceptor = std::thread::spawn(move || accept(&listener, &of_thread));
        Self {
            shared,
            address,
            acceptor: Some(acceptor),
        }
    }

    /// `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL_STS`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Spoils the next request of whatever operation.
    pub fn next(&self, fault: Fault) {
        self.plan(None, fault, 1);
    }

    /// Spoils the next `times` requests of an operation (`None`: of any).
    pub fn plan(&self, operation: Option<&str>, fault: Fault, times: usize) {
        self.shared.state().faults.add(Planned {
            operation: operation.map(str::to_owned),
            fault,
            times,
        });
    }

    /// Changes what the STS remembers: the world, its clock, lifetimes, regions.
    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.shared.state())
    }

    /// Seconds since 1970 on the STS's clock.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.shared.state().now().0
    }

    /// Moves the STS's clock; sessions expire by it.
    pub fn advance(&self, seconds: i64) {
        self.change(|state| state.clock_offset += seconds);
    }

    /// Every request so far, in the order in which they were answered.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.state().records.requests.clone()
    }

    /// The operations so far: `["GetSessionToken", "AssumeRole"]`.
    #[must_use]
    pub fn operations(&self) -> Vec<String> {
        let requests = self.requests();
        requests
            .into_iter()
            .map(|request| request.operation)
            .collect()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.shared.state().records.requests.clear();
    }

    /// Hands out what clients did wrong, so that the test that meant it passes.
    #[must_use]
    pub fn take_violations(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.state().records.violations)
    }
}

impl Drop for FakeSts {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        let violations = self.take_violations();
        assert!(
            violations.is_empty() || std::thread::panicking(),
            "the STS was misused:\n{}",
            violations.join("\n")
        );
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopped() {
            return;
        }
        let Ok(stream) = stream else { continue };
        let number = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
        let shared = Arc::clone(shared);
        std::thread::spawn(move || serve(stream, number, &shared));
    }
}

fn serve(mut stream: TcpStream, connection: u64, shared: &Shared) {
    let Ok(half) = stream.try_clone() else { return };
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(half);
    while wait_for_byte(&mut reader, shared) {
        if shared.state().faults.take_drop_before_reading() {
            return;
        }
        let _ = stream.set_read_timeout(Some(LONGEST));
        let Some(request) = Request::read(&mut reader) else {
            return;
        };
        let kept = answer(&request, connection, &mut stream, shared);
        if !kept || request.header("connection") == Some("close") {
            return;
        }
    }
}

/// Waits until a request begins; `false` at the end of the connection or of the STS.
fn wait_for_byte(reader: &mut BufReader<TcpStream>, shared: &Shared) -> bool {
    let _ = reader.get_ref().set_read_timeout(Some(POLL));
    for _ in 0..LONGEST.as_millis() / POLL.as_millis() {
        match reader.fill_buf() {
            Ok(bytes) => return !bytes.is_empty(),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if shared.stopped() {
                    return false;
                }
            }
            Err(_) => return false,
        }
    }
    false
}

/// Answers one request; `false` when the connection must end.
fn answer(request: &Request, connection: u64, stream: &mut TcpStream, shared: &Shared) -> bool {
    let mut state = shared.state();
    let (operation, parameters) = understood(request);
    let fault = state.faults.take(&operation);
    let mut recorded = Recorded {
        connection,
        code: parameters.contains_key("TokenCode"),
        operation,
        parameters,
        ..Recorded::default()
    };
    note_code(&mut state, &recorded);
    let request_id = state.request_id();
    let (status, body) = match not_carried_out(fault.as_ref()) {
        Some(answer) => {
            note_signer(&state, request, &mut recorded);
            answer.rendered(&request_id)
        }
        None => carry_out(&mut state, request, &mut recorded, &request_id),
    };
    let mut response = Response {
        status,
        body,
        request_id,
        date: Some(state.now().0),
        cut: None,
    };
    let sent = spoil(&mut response, fault.as_ref());
    recorded.status = if sent { response.status } else { 0 };
    state.records.requests.push(recorded);
    drop(state);
    match fault {
        Some(Fault::Delay(time)) => std::thread::sleep(time),
        Some(Fault::BlackHole) => swallow(stream, shared),
        _ => {}
    }
    sent && response.write(stream)
}

/// Holds the connection until the client or the STS gives up.
fn swallow(stream: &mut TcpStream, shared: &Shared) {
    let _ = stream.set_read_timeout(Some(POLL));
    for _ in 0..LONGEST.as_millis() / POLL.as_millis() {
        let mut byte = [0];
        let gone = match stream.peek(&mut byte) {
            Ok(read) => read == 0,
            Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        };
        if gone || shared.stopped() {
            return;
        }
    }
}

fn understood(request: &Request) -> (String, Parameters) {
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    let mut parameters: Parameters = form(query).into_iter().collect();
    parameters.extend(form(&String::from_utf8_lossy(&request.body)));
    let operation = parameters.remove("Action").unwrap_or_default();
    parameters.remove("Version");
    (operation, parameters)
}

fn note_code(state: &mut State, recorded: &Recorded) {
    if let (Some(serial), Some(code)) = (
        recorded.parameter("SerialNumber"),
        recorded.parameter("TokenCode"),
    ) {
        state.records.present_code(serial, code);
    }
}

fn note_signer(state: &State, request: &Request, recorded: &mut Recorded) {
    let parsed = request
        .header("authorization")
        .and_then(Authorization::parse);
    if let Some(authorization) = parsed {
        recorded.caller = known(state, &authorization.access_key_id)
            .map(|(_, _, caller)| caller.arn(&state.world));
        recorded.signer = Some(authorization.access_key_id);
        recorded.region = Some(authorization.region);
    }
}

const IAM: &str = "https://iam.amazonaws.com/doc/2010-05-08/";

fn carry_out(
    state: &mut State,
    request: &Request,
    recorded: &mut Recorded,
    request_id: &str,
) -> (u16, String) {
    let (service, namespace) = match recorded.operation.as_str() {
        "ListMFADevices" | "GetInstanceProfile" => ("iam", IAM),
        _ => ("sts", STS),
    };
    note_signer(state, request, recorded);
    let outcome = authenticate(state, request, service).and_then(|caller| {
        let unknown = check(&recorded.operation, &recorded.parameters)?;
        for name in unknown {
            let sentence = format!("{} has no parameter {name}", recorded.operation);
            state.records.violation(sentence);
        }
        perform(
            state,
            &recorded.operation,
            &recorded.parameters,
            caller.as_ref(),
        )
    });
    match outcome {
        Ok(nodes) => (
            200,
            result_xml(&recorded.operation, &nodes, namespace, request_id),
        ),
        Err(refusal) => {
            recorded.error = Some(refusal.code.to_owned());
            (refusal.status, refusal.xml(namespace, request_id))
        }
    }
}
