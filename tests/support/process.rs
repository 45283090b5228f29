//! What the system tells of a process, as `ps` shows it.
#![allow(dead_code, reason = "each test program uses its part")]

/// Whether a process waits for something, and runs no code of its own.
pub fn sleeps(process: u32) -> bool {
    state(process).starts_with(['S', 'I'])
}

/// Its state begins the field that follows the name in brackets (proc_pid_stat(5)).
#[cfg(target_os = "linux")]
fn state(process: u32) -> String {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(") ");
    fields.map_or_else(String::new, |(_, fields)| fields.to_owned())
}

/// Its words: a process that was just forked has those of the one that forked it.
#[cfg(target_os = "linux")]
pub fn command_line(process: u32) -> String {
    let words = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&words).into_owned()
}

#[cfg(not(target_os = "linux"))]
fn state(process: u32) -> String {
    shown("stat=", process)
}

/// Its words: a process that was just forked has those of the one that forked it.
#[cfg(not(target_os = "linux"))]
pub fn command_line(process: u32) -> String {
    shown("args=", process)
}

#[cfg(not(target_os = "linux"))]
fn shown(field: &str, process: u32) -> String {
    let shown = std::process::Command::new("ps")
        .args(["-o", field, "-p", &process.to_string()])
        .output()
        .expect("ps is everywhere");
    String::from_utf8_lossy(&shown.stdout).into_owned()
}
