//! The processes between the user and this one.

/// A process between the user and this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    pub pid: u32,
    /// What it calls itself; of a script this is the script's name.
    pub name: String,
    /// The file name of its program, where that can be read.
    pub program: Option<String>,
}

/// This process's parent, its parent, and so on; read one by one, as far as they are asked for.
pub fn ancestors() -> impl Iterator<Item = Process> {
    walk(std::os::unix::process::parent_id(), read_process)
}

/// Number 1 is asked too: in a container it may be the shell. 0 is a parent outside of it.
fn walk(start: u32, read: impl Fn(u32) -> Option<(Process, u32)>) -> impl Iterator<Item = Process> {
    let mut next = Some(start);
    std::iter::from_fn(move || {
        let (process, parent) = read(next?)?;
        next = (parent > 0).then_some(parent);
        Some(process)
    })
}

/// A process and its parent's number, from /proc: no process is started on a warm path.
#[cfg(target_os = "linux")]
fn read_process(pid: u32) -> Option<(Process, u32)> {
    let entry = super::unix::process_table::Entry::of(pid)?;
    let (name, parent) = (entry.name()?.to_owned(), entry.parent()?);
    let program = std::fs::read_link(format!("/proc/{pid}/exe"))
        .ok()
        .and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    Some((Process { pid, name, program }, parent))
}

#[cfg(not(target_os = "linux"))]
fn read_process(pid: u32) -> Option<(Process, u32)> {
    let output = std::process::Command::new("/bin/ps")
        .args(["-o", "ppid=,comm=", "-p", &pid.to_string()])
        .stdin(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .output()
        .ok()?;
    let (name, parent) = parse_ps(&String::from_utf8_lossy(&output.stdout))?;
    let process = Process {
        pid,
        name,
        program: None,
    };
    Some((process, parent))
}

/// `PARENT NAME`; the name is a path or a login shell's `-zsh`.
#[cfg(any(not(target_os = "linux"), test))]
fn parse_ps(line: &str) -> Option<(String, u32)> {
    let (parent, name) = line.trim().split_once(char::is_whitespace)?;
    Some((name.trim().to_owned(), parent.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancestors_follow_one_another() {
        assert_eq!(
            parse_ps("  501 /opt/my apps/zsh\n"),
            Some(("/opt/my apps/zsh".to_owned(), 501))
        );
        let chain = |pid: u32| {
            let name = pid.to_string();
            let program = None;
            (pid < 4).then_some((Process { pid, name, program }, pid.saturating_sub(1)))
        };
        let pids = |start| walk(start, chain).map(|p| p.pid).collect::<Vec<_>>();
        assert_eq!(
            (pids(3), pids(1), pids(9)),
            (vec![3, 2, 1], vec![1], vec![])
        );
        let parent = ancestors().next().expect("a test has a parent process");
        assert_eq!(parent.pid, std::os::unix::process::parent_id());
    }
}
