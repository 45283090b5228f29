//! How a helper and all that it has started is reached: by a process group of its own, or, where it shares ours and so
//! the terminal's foreground, by descent.

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// A running helper, known by its process id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Helper {
    /// It leads a process group.
    Group(Pid),
    /// It is in the process group of ours.
    Among(Pid),
}

/// What was to be reached at one moment.
#[derive(Debug)]
pub struct Reach(Reached);

#[derive(Debug)]
enum Reached {
    Group(Pid),
    Processes(Vec<Process>),
}

/// The start tells a process from a later one with the same id.
#[derive(Debug, PartialEq, Eq)]
struct Process {
    id: Pid,
    started: Option<u64>,
}

impl Helper {
    #[must_use]
    pub fn reach(self) -> Reach {
        Reach(match self {
            Self::Group(leader) => Reached::Group(leader),
            Self::Among(root) => Reached::Processes(tree(root)),
        })
    }
}

impl Reach {
    pub fn signal(&self, signal: Signal) {
        match &self.0 {
            Reached::Group(leader) => {
                let _ = kill_process_group(*leader, signal);
            }
            Reached::Processes(processes) => {
                for process in processes {
                    if status(process.id).map(|it| it.started) == process.started {
                        let _ = kill_process(process.id, signal);
                    }
                }
            }
        }
    }
}

/// The process and its descendants. An agent that has left the family by a double fork is not among them.
fn tree(root: Pid) -> Vec<Process> {
    let all = processes();
    let started = |id| {
        all.iter()
            .find(|(it, _)| *it == id)
            .map(|(_, it)| it.started)
    };
    let mut found = vec![Process {
        id: root,
        started: started(root),
    }];
    let mut next = 0;
    while let Some(parent) = found.get(next).map(|process| process.id) {
        let children = all
            .iter()
            .filter(|(_, it)| it.parent == parent.as_raw_nonzero().get());
        let children = children.map(|(id, it)| Process {
            id: *id,
            started: Some(it.started),
        });
        let new: Vec<_> = children.filter(|child| !found.contains(child)).collect();
        found.extend(new);
        next += 1;
    }
    found
}

struct Status {
    parent: i32,
    /// In ticks since the system's start.
    started: u64,
}

/// Without `/proc` nobody's descendants are known.
fn processes() -> Vec<(Pid, Status)> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let id = Pid::from_raw(id)?;
            Some((id, status(id)?))
        })
        .collect()
}

/// Fields 4 and 22 of `/proc/PID/stat` (proc(5)); the second may hold spaces and brackets.
#[allow(
    clippy::disallowed_methods,
    reason = "the kernel's own file: regular, and it ends"
)]
fn status(id: Pid) -> Option<Status> {
    let path = format!("/proc/{}/stat", id.as_raw_nonzero());
    let text = std::fs::read_to_string(path).ok()?;
    let (_, after_name) = text.rsplit_once(") ")?;
    let mut fields = after_name.split(' ').skip(1);
    Some(Status {
        parent: fields.next()?.parse().ok()?,
        started: fields.nth(17)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_shared_helper_is_reached_with_its_descendants() {
        let mut child = Command::new("/bin/sh")
            .args(["-c", "sh -c 'sleep 30 & echo $!; wait' & echo $!; wait"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh");
        let root = Pid::from_child(&child);
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let told: Vec<i32> = lines
            .take(2)
            .map(|line| line.expect("a line").parse().expect("an id"))
            .collect();
        let helper = Helper::Among(root);
        let reach = helper.reach();
        let Reached::Processes(processes) = &reach.0 else {
            panic!("{reach:?}");
        };
        let mut ids: Vec<i32> = processes
            .iter()
            .map(|it| it.id.as_raw_nonzero().get())
            .collect();
        assert_eq!(ids.remove(0), root.as_raw_nonzero().get());
        ids.sort_unstable();
        let mut expected = told.clone();
        expected.sort_unstable();
        assert_eq!(ids, expected);
        reach.signal(Signal::KILL);
        child.wait().expect("the child's end");
        for id in told {
            let id = Pid::from_raw(id).expect("an id");
            // Its new parent may take a moment to see it off.
            while status(id).is_some_and(|_| !is_zombie(id)) {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        }
    }

    #[cfg(target_os = "linux")]
    fn is_zombie(id: Pid) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.as_raw_nonzero()));
        stat.is_ok_and(|text| text.contains(") Z "))
    }
}
