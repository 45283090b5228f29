//! What the child process does in each test, in xrole's place.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use rustix::process::DumpableBehavior;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use xrole::clock::{Clock, Timestamp};
use xrole::context::Context;
use xrole::error::{Error, Exit, Result};
use xrole::obtain::codes::{Attempts, Codes, Next, Reason, Verdict};
use xrole::os::protection::harden;
use xrole::output::Output;
use xrole::person::picker::{PickItem, pick};
use xrole::person::{ProcessGuard, Terminal, Waiting, confirm_by_typing, no_terminal};
use xrole::source::helper_command::{HelperCommand, Input};

/// The deadline of a helper that comes to its end, in milliseconds.
const LONG: u64 = 120_000;

/// A helper that asks nothing, and goes on until the test has seen enough.
const QUIET: &str = "until test -e \"$XROLE_SCENE_FOLDER/end\"; do sleep 0.1; done; echo code";

const SERIAL: &str = "arn:aws:iam::111111111111:mfa/alice";

struct Scene {
    folder: PathBuf,
    guard: ProcessGuard,
}

/// The variable that names the scene, and so tells a child from the test.
pub const NAME: &str = "XROLE_SCENE";

/// Plays the scene that the environment names, if it does, and ends the process as `main` would.
pub fn play_if_child() {
    let context = Context::read();
    let Some(name) = context.env.get(NAME) else {
        return;
    };
    let folder = PathBuf::from(context.env.get("XROLE_SCENE_FOLDER").expect("a folder"));
    let _ = harden();
    let answer = File::create(folder.join("answer")).expect("a file in place of stdout");
    let output = Output::on(answer, "false;");
    let guard = ProcessGuard::new(output.clone());
    guard.install_panic_hook();
    std::fs::write(folder.join("pid"), std::process::id().to_string()).expect("the pid");
    let scene = Scene { folder, guard };
    let result = scene
        .play(name)
        .and_then(|text| output.commit(&format!("{{ {text}; }}")));
    let status = match result {
        Ok(()) => Exit::Done,
        Err(error) => {
            output.fail();
            eprintln!("{error}");
            error.exit
        }
    };
    signal_hook::low_level::exit(i32::from(status.code()));
}

impl Scene {
    fn play(&self, name: &str) -> Result<String> {
        match name {
            "code" => self.code(Timestamp(0), &[]),
            "wrong-then-used" => {
                let used = Verdict::UsedUntil(Timestamp(500));
                self.code(Timestamp(59), &[Verdict::Wrong, used])
            }
            "short-question" => {
                let answer = self
                    .terminal()?
                    .ask_line("Anyone there? ", Duration::from_millis(200));
                answer.map(Option::unwrap_or_default)
            }
            "echo-off" => self.echo_off(),
            "panic" => self.panic(),
            "hardened" => Ok(hardened()),
            "protected" => confirm_by_typing(&self.guard, "prod").map(|()| "prod".into()),
            "wait" => {
                let waiting = Waiting::start(&self.guard, "waiting for a\x1b[2J test")?;
                self.wait_to_go();
                waiting.set("changed");
                self.wait_to_go();
                waiting.over();
                Ok("waited".into())
            }
            "wide-wait" => {
                let _waiting = Waiting::start(&self.guard, "x".repeat(200))?;
                self.wait_to_go();
                Ok("waited".into())
            }
            "short-wait" => {
                let mut longest = Duration::ZERO;
                for _ in 0..20 {
                    let start = Instant::now();
                    Waiting::start(&self.guard, "waiting for a test")?.over();
                    longest = longest.max(start.elapsed());
                }
                // It would be shown by now.
                std::thread::sleep(Duration::from_millis(400));
                let short = longest < Duration::from_millis(200);
                Ok(if short { "waited" } else { "held up" }.into())
            }
            "question-in-wait" => {
                let _waiting = Waiting::start(&self.guard, "waiting for a test")?;
                self.wait_to_go();
                let name = self
                    .terminal()?
                    .ask_line("Name? ", Duration::from_mins(2))?;
                self.wait_to_go();
                Ok(name.unwrap_or_default())
            }
            "pick" | "pick-with-stdin" => self.pick(""),
            "pick-prod" => self.pick("prod"),
            "helper" => self.helper(
                Input::Terminal,
                "printf 'PIN: ' >&2; read -r pin; echo code $pin",
                LONG,
            ),
            "process" => self.helper(
                Input::Inherited,
                "printf 'PIN: ' >/dev/tty; read -r pin </dev/tty; echo code $pin",
                LONG,
            ),
            "quiet-helper" => self.helper(Input::Terminal, QUIET, LONG),
            "quiet-process" => self.helper(Input::Inherited, QUIET, LONG),
            "slow-process" => self.helper(
                Input::Inherited,
                "trap '' TERM; stty -echo </dev/tty; (echo $$; exec sleep 300) & \
                 echo $! >\"$XROLE_SCENE_FOLDER/inner\"; : >\"$XROLE_SCENE_FOLDER/echo-off\"; sleep 300",
                4000,
            ),
            "rude-helper" => self.helper(
                Input::Terminal,
                "stty -echo -isig; printf 'PIN: ' >&2; trap '' TERM; read -r pin",
                LONG,
            ),
            "slow-helper" => self.helper(
                Input::Terminal,
                "stty -echo; : >\"$XROLE_SCENE_FOLDER/echo-off\"; sleep 300",
                4000,
            ),
            _ => panic!("no scene {name}"),
        }
    }

    fn terminal(&self) -> Result<Terminal> {
        Terminal::open(&self.guard).ok_or_else(|| no_terminal("somebody", "sit down"))
    }

    /// Asks for codes until one is not refused; gives all of them.
    fn code(&self, now: Timestamp, verdicts: &[Verdict]) -> Result<String> {
        let mut codes = Codes::new(
            &self.guard,
            Clock::fixed(now),
            &|_| Ok(()),
            "xrole use prod",
        );
        let mut attempts = Attempts::default();
        let mut all = vec![codes.next(SERIAL, Reason::First)?.expose().to_string()];
        for verdict in verdicts {
            match attempts.after(*verdict, codes.source_left()) {
                Next::Ask(reason) => all.push(codes.next(SERIAL, reason)?.expose().to_string()),
                next => panic!("{next:?}"),
            }
        }
        Ok(all.join(" "))
    }

    fn echo_off(&self) -> Result<String> {
        self.guard.before_waiting()?;
        let terminal = self.terminal()?;
        let _modes = terminal.keep_modes();
        turn_echo_off();
        terminal.say("ready");
        std::thread::sleep(Duration::from_mins(5));
        Ok("not ended".into())
    }

    fn panic(&self) -> Result<String> {
        let terminal = self.terminal()?;
        // Not dropped by the unwinding, so that it is the hook's work that shows.
        std::mem::forget(terminal.keep_modes());
        turn_echo_off();
        panic!("canary");
    }

    fn pick(&self, filter: &str) -> Result<String> {
        let item = |name: &str, description: &str| PickItem {
            name: name.into(),
            description: description.into(),
        };
        let items = [
            item("production", "222222222222 admin"),
            item("staging", "333333333333 admin"),
            item("prod\x1b[2J", ""),
        ];
        let picked = pick(&self.terminal()?, &items, filter)?;
        let left = Error::new("picker", "nothing was picked", "").exit(Exit::Signal(2));
        picked.ok_or(left)
    }

    fn helper(&self, input: Input, script: &str, deadline: u64) -> Result<String> {
        let pid = self.folder.join("helper");
        let script = format!("echo $$ > '{}'; {script}", pid.display());
        let helper = HelperCommand {
            words: ["/bin/sh", "-c", &script].map(String::from).to_vec(),
            input,
            keeps_last_words: false,
            environment: Vec::new(),
            output_limit: 4096,
            deadline: Duration::from_millis(deadline),
            waiting_for: "waiting for the helper".into(),
        };
        match helper.run(&self.guard) {
            Ok(output) => Ok(String::from_utf8_lossy(&output).trim().to_string()),
            Err(failure) => {
                Err(Error::new("helper", format!("helper {failure}"), "").exit(failure.exit()))
            }
        }
    }

    /// Until the person lets the scene go on.
    fn wait_to_go(&self) {
        let go = self.folder.join("go");
        for _ in 0..12_000 {
            if std::fs::remove_file(&go).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn turn_echo_off() {
    let tty = File::open(Path::new("/dev/tty")).expect("a terminal");
    let mut modes = tcgetattr(&tty).expect("its modes");
    modes.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&tty, OptionalActions::Now, &modes).expect("echo off");
}

/// What `harden` changes, and that it can be taken back.
fn hardened() -> String {
    let most = getrlimit(Resource::Core).maximum;
    let (current, maximum) = (most, most);
    setrlimit(Resource::Core, Rlimit { current, maximum }).expect("a soft limit");
    let before = harden();
    let core = getrlimit(Resource::Core);
    before.put_back();
    let back = getrlimit(Resource::Core).current == most;
    #[cfg(target_os = "linux")]
    let dumpable = rustix::process::dumpable_behavior() != Ok(DumpableBehavior::NotDumpable);
    #[cfg(not(target_os = "linux"))]
    let dumpable = false;
    format!(
        "core {:?}, hard limit kept {}, put back {back}, dumpable {dumpable}",
        core.current,
        core.maximum == most
    )
}
