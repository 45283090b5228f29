//! A `credential_process` ends with the xrole that runs it, also where no terminal would end both.

mod support;

use std::time::{Duration, Instant};

use rustix::process::{Pid, test_kill_process};
use support::home::Home;
use support::run::{Run, xrole};

#[test]
fn an_interrupted_xrole_leaves_no_credential_process_behind() {
    let home = Home::new().variable("AWS_REGION", "eu-central-1");
    let pid_file = home.path("pid");
    home.write(
        ".aws/config",
        &format!(
            "[profile slow]\ncredential_process = sh -c 'echo $$ > {}; exec sleep 300'\n",
            pid_file.display()
        ),
    );
    let program = xrole();
    let program = program.to_str().expect("a path in UTF-8");
    for signal in ["INT", "TERM"] {
        let _ = std::fs::remove_file(&pid_file);
        // Signalled as soon as its command is there, and that alone: with `exec`, it has the shell's number.
        let script = format!(
            "(until test -s pid; do sleep 0.1; done; kill -{signal} $$) & exec \"$0\" use slow --shell bash"
        );
        let done = Run::program(&home, "sh", &["-c", &script, program]).run();
        assert_eq!(done.stdout, "false;\n", "{signal}: {}", done.stderr);
        let pid = std::fs::read_to_string(&pid_file).expect("it was started");
        let pid = pid.trim().parse().ok().and_then(Pid::from_raw);
        let pid = pid.expect("a process id");
        let end = Instant::now() + Duration::from_mins(1);
        while test_kill_process(pid).is_ok() {
            assert!(Instant::now() < end, "{signal}: it still runs");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
