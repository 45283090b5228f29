//! What the system tells of a process: the state that `ps` shows.

/// Whether a process waits for something, and runs no code of its own.
#[cfg(target_os = "linux")]
pub fn sleeps(process: u32) -> bool {
    state(process) == Some('S')
}

/// The letter of proc_pid_stat(5), which follows the name in brackets.
#[cfg(target_os = "linux")]
fn state(process: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// Whether a process waits for something, and runs no code of its own.
#[cfg(not(target_os = "linux"))]
pub fn sleeps(process: u32) -> bool {
    let shown = std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", &process.to_string()])
        .output()
        .expect("ps is everywhere");
    shown.stdout.starts_with(b"S") || shown.stdout.starts_with(b"I")
}
