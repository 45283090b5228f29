//! A person in front of a PTY with a shell in it, and the screen that they see.

use std::io::{Read as _, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;

use crate::scene;

const PATIENCE: Duration = Duration::from_mins(2);
const SIZE: PtySize = PtySize {
    rows: 24,
    cols: 100,
    pixel_width: 0,
    pixel_height: 0,
};

/// Which scene is played, and by which command line; `"$@"` there is the scene.
pub struct Start {
    pub scene: &'static str,
    pub line: &'static str,
}

pub struct Person {
    folder: TempDir,
    seen: Arc<Mutex<Seen>>,
    keyboard: Box<dyn Write + Send>,
    shell: Box<dyn Child + Send + Sync>,
    pty: Box<dyn MasterPty + Send>,
}

struct Seen {
    screen: vt100::Parser,
    bytes: Vec<u8>,
}

/// What the shell tells about itself when the scene is over, in a file of its own.
const REPORT: &str = r#"
status=$?
modes=$(stty -a </dev/tty)
for mode in echo isig icanon; do
    case " $modes " in *[!-]"$mode "* | *[!-]"$mode;"*) ;; *) status="$status, $mode is off" ;; esac
done
[ -z "$interrupted" ] || touch "$XROLE_SCENE_FOLDER/interrupted"
echo "$status" >"$XROLE_SCENE_FOLDER/status.new"
mv "$XROLE_SCENE_FOLDER/status.new" "$XROLE_SCENE_FOLDER/status"
"#;

/// The test as which this binary is started again. It begins with [`Person::at`].
const ENTRY: &str = "a_code_is_asked_for_until_it_is_six_digits";

impl Person {
    pub fn at(scene: &'static str) -> Self {
        Self::start(&Start {
            scene,
            line: match scene {
                "pick-with-stdin" => "\"$@\" </dev/tty",
                _ => "\"$@\"",
            },
        })
    }

    /// In the child, plays the scene instead and does not return.
    pub fn start(start: &Start) -> Self {
        scene::play_if_child();
        let folder = tempfile::tempdir().expect("a folder");
        let pty = native_pty_system().openpty(SIZE).expect("a PTY");
        let errors = folder.path().join("stderr");
        let script = format!(
            "trap 'interrupted=1' INT; exec 3>&1 </dev/null >/dev/null 2>'{}'\n{}\n{REPORT}",
            errors.display(),
            start.line
        );
        let this = std::env::current_exe().expect("this binary");
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", &script, "sh"]);
        command.arg(this);
        command.args(["--exact", ENTRY, "--nocapture", "--quiet"]);
        command.env(scene::NAME, start.scene);
        command.env("XROLE_SCENE_FOLDER", folder.path());
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("TERM", "xterm");
        command.env("RUST_BACKTRACE", "0");
        let shell = pty.slave.spawn_command(command).expect("a shell");
        drop(pty.slave);
        let seen = Arc::new(Mutex::new(Seen {
            screen: vt100::Parser::new(SIZE.rows, SIZE.cols, 0),
            bytes: Vec::new(),
        }));
        watch(pty.master.as_ref(), &seen);
        Self {
            folder,
            seen,
            keyboard: pty.master.take_writer().expect("a keyboard"),
            shell,
            pty: pty.master,
        }
    }

    pub fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("typing");
        self.keyboard.flush().expect("typing");
    }

    /// The screen without empty lines below and spaces at line ends.
    pub fn screen(&self) -> String {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = seen.screen.screen().rows(0, SIZE.cols);
        let rows: Vec<_> = rows.map(|row| row.trim_end().to_string()).collect();
        rows.join("\n").trim_end().to_string()
    }

    /// The last bytes may be read after the program's end.
    pub fn screen_becomes(&self, text: &str) {
        self.wait(&format!("the screen {text:?}"), || self.screen() == text);
    }

    /// Every byte that the screen was sent.
    pub fn everything(&self) -> String {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&seen.bytes).into_owned()
    }

    pub fn sees(&self, text: &str) {
        self.wait(&format!("seeing {text:?}"), || {
            self.screen().contains(text.trim_end())
        });
    }

    pub fn sees_no(&self, text: &str) {
        self.wait(&format!("{text:?} to go"), || !self.screen().contains(text));
    }

    /// The helper has the terminal: what is typed, and the signals of keys, go to it.
    pub fn helper_is_asked(&self) {
        self.wait("the helper in the foreground", || {
            self.pty.process_group_leader() == Some(self.pid("helper").as_raw_nonzero().get())
        });
    }

    /// Writes a file that something in the folder of the scene waits for.
    pub fn puts(&self, name: &str) {
        std::fs::write(self.file(name), "").expect("a file");
    }

    /// Sends a signal to the scene alone.
    pub fn kills(&self, signal: &str) {
        let signal = match signal {
            "INT" => Signal::INT,
            "TERM" => Signal::TERM,
            "HUP" => Signal::HUP,
            "QUIT" => Signal::QUIT,
            _ => panic!("{signal}"),
        };
        kill_process(self.pid("pid"), signal).expect("the scene runs");
    }

    /// Lets a scene that waits go on; returns when it has.
    pub fn lets_go(&self) {
        let go = self.file("go");
        std::fs::write(&go, "").expect("a file");
        if !self.file("status").exists() {
            self.wait("the scene to go on", || !go.exists());
        }
    }

    /// The scene's stdout and exit status, with the terminal as it was before.
    pub fn leaves_with(&mut self, answer: &str, status: i32) {
        let found = self.leaves();
        assert_eq!(
            (found.0.as_str(), found.1.as_str()),
            (answer, status.to_string().as_str()),
            "stderr: {}\nscreen: {}",
            self.stderr(),
            self.screen()
        );
        self.wait("the cursor", || !self.cursor_is_hidden());
    }

    /// The scene has ended well, with one of these on its stdout.
    pub fn leaves_with_one_of(&mut self, answers: [&'static str; 2]) -> &'static str {
        let (found, status) = self.leaves();
        assert_eq!(status, "0", "stderr: {}", self.stderr());
        let answer = answers.into_iter().find(|answer| *answer == found);
        answer.unwrap_or_else(|| panic!("{found}"))
    }

    /// The scene is over, whatever came of it.
    pub fn ends(&self) {
        let report = self.file("status");
        self.wait("the end", || report.exists());
    }

    /// Whether the scene has come so far as to write this file.
    pub fn has(&self, name: &str) -> bool {
        self.file(name).exists()
    }

    fn leaves(&self) -> (String, String) {
        self.ends();
        let read = |name| std::fs::read_to_string(self.file(name)).unwrap_or_default();
        (read("answer"), read("status").trim().to_owned())
    }

    fn cursor_is_hidden(&self) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.screen.screen().hide_cursor()
    }

    pub fn stderr(&self) -> String {
        std::fs::read_to_string(self.file("stderr")).unwrap_or_default()
    }

    pub fn was_told(&self, text: &str) {
        assert_eq!(self.stderr(), text);
    }

    /// The whole foreground group had the interrupt, as from a plain Ctrl-C.
    pub fn shell_was_interrupted(&self) -> bool {
        self.file("interrupted").exists()
    }

    pub fn helper_is_gone(&self) -> bool {
        self.is_gone("helper")
    }

    /// The process whose id the scene has written to a file.
    pub fn is_gone(&self, file: &str) -> bool {
        let helper = self.pid(file);
        self.wait("the helper's end", || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", helper.as_raw_nonzero()));
            test_kill_process(helper).is_err() || stat.is_ok_and(|stat| stat.contains(") Z "))
        });
        true
    }

    fn pid(&self, name: &str) -> Pid {
        let text = std::fs::read_to_string(self.file(name)).expect("a pid");
        Pid::from_raw(text.trim().parse().expect("a number")).expect("a pid")
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        Path::join(self.folder.path(), name)
    }

    fn wait(&self, what: &str, until: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !until() {
            assert!(
                Instant::now() < end,
                "waited in vain for {what}\nstderr: {}\nscreen: {}",
                self.stderr(),
                self.screen()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        for name in ["pid", "helper"] {
            if self.file(name).exists() && !self.file("status").exists() {
                let _ = kill_process(self.pid(name), Signal::KILL);
            }
        }
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

/// Feeds what the PTY shows into the screen, until its other side is closed.
fn watch(pty: &dyn MasterPty, seen: &Arc<Mutex<Seen>>) {
    let mut reader = pty.try_clone_reader().expect("a reader");
    let seen = Arc::clone(seen);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read) = reader.read(&mut buffer) {
            if read == 0 {
                return;
            }
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.screen.process(&buffer[..read]);
            seen.bytes.extend_from_slice(&buffer[..read]);
        }
    });
}
