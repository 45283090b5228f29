//! A terminal with a program in it: types like a person, reads the screen, answers what shells ask of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process_group};
use vt100::{Callbacks, Parser, Screen};

#[path = "process.rs"]
pub mod process;

pub const ROWS: u16 = 30;
pub const COLUMNS: u16 = 100;
/// Only what never comes is given up: a machine may have much else to do.
const PATIENCE: Duration = Duration::from_mins(2);

/// What a key sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Enter,
    Tab,
    Escape,
    Backspace,
    Up,
    Down,
    CtrlC,
    CtrlD,
    CtrlU,
    CtrlZ,
    /// QUIT.
    CtrlBackslash,
}

impl Key {
    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Enter => b"\r",
            Self::Tab => b"\t",
            Self::Escape => b"\x1b",
            Self::Backspace => b"\x7f",
            Self::Up => b"\x1b[A",
            Self::Down => b"\x1b[B",
            Self::CtrlC => b"\x03",
            Self::CtrlD => b"\x04",
            Self::CtrlU => b"\x15",
            Self::CtrlZ => b"\x1a",
            Self::CtrlBackslash => b"\x1c",
        }
    }
}

/// The terminal's own answers, waiting to be sent.
#[derive(Debug, Default)]
struct Answers(Vec<u8>);

impl Callbacks for Answers {
    fn unhandled_csi(
        &mut self,
        screen: &mut Screen,
        first: Option<u8>,
        _second: Option<u8>,
        parameters: &[&[u16]],
        command: char,
    ) {
        let parameter = parameters.first().and_then(|values| values.first());
        match (first, parameter, command) {
            // DSR: where is the cursor, are you there (ECMA-48, 8.3.35).
            (None, Some(6), 'n') => {
                let (row, column) = screen.cursor_position();
                let report = format!("\x1b[{};{}R", row + 1, column + 1);
                self.0.extend_from_slice(report.as_bytes());
            }
            (None, Some(5), 'n') => self.0.extend_from_slice(b"\x1b[0n"),
            // DA1: a VT220 with colours. Newer fish waits for it at its start.
            (None, None | Some(0), 'c') => self.0.extend_from_slice(b"\x1b[?62;22c"),
            (Some(b'>'), None | Some(0), 'c') => self.0.extend_from_slice(b"\x1b[>1;10;0c"),
            _ => {}
        }
    }
}

#[derive(Default)]
struct Seen {
    parser: Option<Parser<Answers>>,
    output: Vec<u8>,
    ended: bool,
}

/// A program in a terminal of 100 columns and 30 rows. Dropped, all that it started is killed.
pub struct Terminal {
    seen: Arc<Mutex<Seen>>,
    keyboard: Arc<Mutex<Box<dyn Write + Send>>>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    reader: Option<JoinHandle<()>>,
    label: String,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Terminal({})", self.label)
    }
}

impl Terminal {
    /// Starts a program with exactly this environment.
    #[must_use]
    pub fn start(
        program: &str,
        arguments: &[&str],
        env: &BTreeMap<String, String>,
        folder: &Path,
    ) -> Self {
        Self::start_with_rows(program, arguments, env, folder, ROWS)
    }

    /// The same in a terminal of another height.
    #[must_use]
    pub fn start_with_rows(
        program: &str,
        arguments: &[&str],
        env: &BTreeMap<String, String>,
        folder: &Path,
        rows: u16,
    ) -> Self {
        let size = PtySize {
            rows,
            cols: COLUMNS,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system()
            .openpty(size)
            .expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        for (name, value) in env {
            command.env(name, value);
        }
        command.cwd(folder);
        let child = pair
            .slave
            .spawn_command(command)
            .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        drop(pair.slave);
        let source = pair
            .master
            .try_clone_reader()
            .expect("the terminal's output");
        let keyboard = pair.master.take_writer().expect("the terminal's input");
        let keyboard = Arc::new(Mutex::new(keyboard));
        let seen = Arc::new(Mutex::new(Seen {
            parser: Some(Parser::new_with_callbacks(
                rows,
                COLUMNS,
                1000,
                Answers::default(),
            )),
            ..Seen::default()
        }));
        let reader = {
            let (seen, keyboard) = (Arc::clone(&seen), Arc::clone(&keyboard));
            std::thread::spawn(move || watch(source, &seen, &keyboard))
        };
        Self {
            seen,
            keyboard,
            master: pair.master,
            child,
            reader: Some(reader),
            label: program.to_owned(),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, bytes: &[u8]) {
        let mut keyboard = self.keyboard.lock().unwrap_or_else(PoisonError::into_inner);
        keyboard
            .write_all(bytes)
            .and_then(|()| keyboard.flush())
            .unwrap_or_else(|error| panic!("cannot type: {error}\n{}", self.picture()));
    }

    /// Types text, without Enter.
    pub fn type_text(&self, text: &str) {
        self.send(text.as_bytes());
    }

    pub fn press(&self, key: Key) {
        self.send(key.bytes());
    }

    /// Types a command, waits until it stands on the screen, and presses Enter.
    pub fn command(&self, text: &str) {
        self.type_text(text);
        let end: String = text.chars().rev().take(20).collect();
        let end: String = end.chars().rev().collect();
        self.wait_until(&format!("the echo of {text:?}"), |screen| {
            let (row, column) = screen.cursor_position();
            let before = screen.contents_between(row.saturating_sub(3), 0, row, column);
            before.replace('\n', "").ends_with(end.trim_end())
                || before.ends_with(&end)
                || before.trim_end().ends_with(end.trim_end())
        });
        self.press(Key::Enter);
    }

    /// The screen's text, without the spaces at the ends of its lines.
    #[must_use]
    pub fn screen(&self) -> String {
        self.with_screen(Screen::contents)
    }

    /// Looks at the screen's cells.
    pub fn with_screen<T>(&self, look: impl FnOnce(&Screen) -> T) -> T {
        let seen = self.seen();
        look(
            seen.parser
                .as_ref()
                .expect("a parser while it lives")
                .screen(),
        )
    }

    /// Every byte that was written to the terminal so far.
    #[must_use]
    pub fn output(&self) -> Vec<u8> {
        self.seen().output.clone()
    }

    /// Waits until text stands anywhere on the screen. Mind the echo of what was typed.
    pub fn wait_for(&self, text: &str) {
        self.wait_until(&format!("{text:?}"), |screen| {
            screen.contents().contains(text)
        });
    }

    /// Waits until a whole line is this text, ends trimmed: an echoed command has its prompt before it.
    pub fn wait_for_line(&self, line: &str) {
        self.wait_until(&format!("the line {line:?}"), |screen| {
            screen.contents().lines().any(|found| found.trim() == line)
        });
    }

    /// Waits until the cursor stands right after this text: a prompt, a question.
    pub fn wait_for_cursor_after(&self, text: &str) {
        self.wait_until(&format!("the cursor after {text:?}"), |screen| {
            let (row, column) = screen.cursor_position();
            let before = screen.contents_between(row, 0, row, column);
            before.trim_end().ends_with(text.trim_end())
                && usize::from(column) >= before.trim_end().chars().count()
        });
    }

    /// Waits until something holds for the screen.
    pub fn wait_until(&self, what: &str, holds: impl Fn(&Screen) -> bool) {
        self.wait(what, || self.with_screen(&holds));
    }

    /// Waits, for minutes if need be, until something holds that the program brings about.
    fn wait(&self, what: &str, holds: impl Fn() -> bool) {
        let start = Instant::now();
        loop {
            let ended = self.seen().ended;
            if holds() {
                return;
            }
            assert!(
                !ended,
                "{} ended before {what} was seen\n{}",
                self.label,
                self.picture()
            );
            assert!(
                start.elapsed() < PATIENCE,
                "{what} was not seen in {PATIENCE:?}\n{}",
                self.picture()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until a job of the shell has the terminal and is what was typed: before that, Ctrl-C would go to the shell
    /// itself, or to its copy that is about to become the job, and be lost.
    pub fn wait_for_job(&self) {
        let shell = self.process_id();
        let words = process::command_line(shell);
        self.wait("a job in the foreground", || {
            let leader = self.master.process_group_leader();
            leader
                .and_then(|leader| u32::try_from(leader).ok())
                .is_some_and(|leader| leader != shell && process::command_line(leader) != words)
        });
    }

    /// Presses Enter at a prompt and waits for the next one: what stood there before is not taken for it.
    pub fn next_prompt(&self, prompt: &str) {
        let lines = || self.seen().output.split(|byte| *byte == b'\n').count();
        let before = lines();
        self.press(Key::Enter);
        self.wait("another line", || lines() > before);
        self.wait_for_cursor_after(prompt);
    }

    /// Waits until the program sleeps, as a shell does in `$(…)`, which is no job of its own: an interrupt that comes
    /// before finds it on the way there.
    pub fn wait_until_asleep(&self) {
        let program = self.process_id();
        self.wait("a sleeping program", || process::sleeps(program));
    }

    /// Gives the terminal another size, as a window does that is dragged.
    pub fn resize(&self, rows: u16, columns: u16) {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master.resize(size).expect("another size");
        if let Some(parser) = self.seen().parser.as_mut() {
            parser.screen_mut().set_size(rows, columns);
        }
    }

    /// Whether what is typed is shown: the terminal's ECHO mode.
    #[must_use]
    pub fn echoes(&self) -> bool {
        let name = self.master.tty_name().expect("a terminal has a name");
        let tty = File::open(name).expect("the terminal's other end");
        let modes = rustix::termios::tcgetattr(&tty).expect("a terminal has modes");
        modes
            .local_modes
            .contains(rustix::termios::LocalModes::ECHO)
    }

    /// The process id of the program.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.child.process_id().expect("a started program")
    }

    /// Waits for the program's end: its status, or 128 + n, or 1 for a signal without a known number.
    pub fn exit_status(&mut self) -> u32 {
        let start = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return status.exit_code(),
                Ok(None) => {}
                Err(error) => panic!("cannot wait for {}: {error}", self.label),
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{} did not end in {PATIENCE:?}\n{}",
                self.label,
                self.picture()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The screen in a frame, for failures.
    #[must_use]
    pub fn picture(&self) -> String {
        let (screen, (row, column)) =
            self.with_screen(|screen| (screen.contents(), screen.cursor_position()));
        let rule = "-".repeat(usize::from(COLUMNS));
        format!("the screen, cursor at {row}:{column}:\n{rule}\n{screen}\n{rule}")
    }

    fn kill_all(&mut self) {
        if let Some(group) = self.master.process_group_leader() {
            kill_group(group);
        }
        if let Some(leader) = self.child.process_id() {
            for group in groups_of_session(leader) {
                kill_group(group);
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.kill_all();
        // The reader ends by itself once no process holds the terminal any more.
        drop(self.reader.take());
    }
}

fn watch(
    mut source: Box<dyn Read + Send>,
    seen: &Mutex<Seen>,
    keyboard: &Mutex<Box<dyn Write + Send>>,
) {
    let mut buffer = [0; 4096];
    loop {
        let read = source.read(&mut buffer).unwrap_or(0);
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        if read == 0 {
            seen.ended = true;
            return;
        }
        seen.output.extend_from_slice(&buffer[..read]);
        let Some(parser) = seen.parser.as_mut() else {
            return;
        };
        parser.process(&buffer[..read]);
        let answers = std::mem::take(&mut parser.callbacks_mut().0);
        drop(seen);
        if !answers.is_empty() {
            let mut keyboard = keyboard.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = keyboard.write_all(&answers);
            let _ = keyboard.flush();
        }
    }
}

fn kill_group(group: i32) {
    if let Some(group) = Pid::from_raw(group).filter(|_| group > 1) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// The process groups of a session: a shell puts every job into one of its own.
#[cfg(target_os = "linux")]
fn groups_of_session(leader: u32) -> Vec<i32> {
    let mut groups = vec![i32::try_from(leader).unwrap_or(0)];
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return groups;
    };
    for process in processes.flatten() {
        let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        // After the name in brackets: state, parent, group, session (proc_pid_stat(5)).
        let fields: Vec<&str> = stat
            .rsplit_once(") ")
            .map(|(_, rest)| rest.split(' ').collect())
            .unwrap_or_default();
        if fields
            .get(3)
            .is_some_and(|session| *session == leader.to_string())
        {
            groups.extend(fields[2].parse::<i32>());
        }
    }
    groups
}

#[cfg(not(target_os = "linux"))]
fn groups_of_session(leader: u32) -> Vec<i32> {
    vec![i32::try_from(leader).unwrap_or(0)]
}
