//! A program that was started, and all that it has started in turn: reached by a process group of its own, or, where
//! it shares ours and so the terminal's foreground, by descent.

use std::io;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus};

use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid,
};
use signal_hook::consts::{SIGINT, SIGTSTP, SIGTTIN, SIGTTOU};

use super::process_table::{self, Entry};

/// A running helper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    id: Pid,
    place: Place,
}

/// Where a helper runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It leads a process group.
    OwnGroup,
    /// It is in the process group of ours.
    AmongUs,
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
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    id: Pid,
    started: Option<u64>,
}

/// Why a helper has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It reached for the terminal from the background.
    AtTerminal,
    /// Ctrl-Z, or what stands for it.
    ByKey,
}

/// How a helper has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Status(i32),
    /// By Ctrl-C.
    Interrupted,
    Signal(i32),
}

impl Helper {
    pub fn spawn(command: &mut Command, place: Place) -> io::Result<(Child, Self)> {
        if place == Place::OwnGroup {
            command.process_group(0);
        }
        let child = command.spawn()?;
        let id = Pid::from_child(&child);
        Ok((child, Self { id, place }))
    }

    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    #[must_use]
    pub fn reach(&self) -> Reach {
        Reach(match self.place {
            Place::OwnGroup => Reached::Group(self.id),
            Place::AmongUs => Reached::Processes(tree(self.id)),
        })
    }

    /// Why it has stopped since it was last looked at.
    #[must_use]
    pub fn stop(&self) -> Option<Stop> {
        let look = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG;
        let status = waitid(WaitId::Pid(self.id), look).ok()??;
        match status.stopping_signal()? {
            SIGTTIN | SIGTTOU => Some(Stop::AtTerminal),
            SIGTSTP => Some(Stop::ByKey),
            _ => None,
        }
    }

    /// It leads the group of this number, where it leads one.
    pub(super) fn id(&self) -> Pid {
        self.id
    }
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Status(code),
            (None, Some(SIGINT)) => Self::Interrupted,
            (None, signal) => Self::Signal(signal.unwrap_or_default()),
        }
    }
}

impl Reach {
    /// One that does not care for it goes on.
    pub fn ask_to_end(&self) {
        self.signal(Signal::TERM);
        // One that is stopped hears nothing but KILL otherwise.
        self.signal(Signal::CONT);
    }

    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// After a stop.
    pub fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        match &self.0 {
            Reached::Group(leader) => {
                let _ = kill_process_group(*leader, signal);
            }
            Reached::Processes(processes) => {
                for process in processes {
                    if started(process.id) == process.started {
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
    let root_started = all
        .iter()
        .find(|(it, _)| it.id == root)
        .and_then(|(it, _)| it.started);
    let mut found = vec![Process {
        id: root,
        started: root_started,
    }];
    let mut next = 0;
    while let Some(parent) = found.get(next).map(|process| process.id) {
        let children = all
            .iter()
            .filter(|(_, its_parent)| *its_parent == Some(parent))
            .map(|(child, _)| child);
        let new: Vec<_> = children
            .filter(|child| !found.contains(child))
            .cloned()
            .collect();
        found.extend(new);
        next += 1;
    }
    found
}

/// Every process and its parent. Without `/proc` nobody's descendants are known.
fn processes() -> Vec<(Process, Option<Pid>)> {
    process_table::numbers()
        .filter_map(|number| {
            let entry = Entry::of(number)?;
            let process = Process {
                id: pid(number)?,
                started: Some(entry.started()?),
            };
            Some((process, pid(entry.parent()?)))
        })
        .collect()
}

fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}

fn started(id: Pid) -> Option<u64> {
    let number = u32::try_from(id.as_raw_nonzero().get()).ok()?;
    Entry::of(number)?.started()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    use super::*;

    #[test]
    fn a_shared_helper_is_reached_with_its_descendants() {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", "sh -c 'sleep 30 & echo $!; wait' & echo $!; wait"])
            .stdout(Stdio::piped());
        let (mut child, helper) = Helper::spawn(&mut command, Place::AmongUs).expect("sh");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let told: Vec<u32> = lines
            .take(2)
            .map(|line| line.expect("a line").parse().expect("an id"))
            .collect();
        let reach = helper.reach();
        let Reached::Processes(processes) = &reach.0 else {
            panic!("{reach:?}");
        };
        let mut ids: Vec<Pid> = processes.iter().map(|it| it.id).collect();
        assert_eq!(ids.remove(0), Pid::from_child(&child));
        ids.sort_unstable_by_key(|id| id.as_raw_nonzero());
        let mut expected = told.clone();
        expected.sort_unstable();
        let expected: Vec<_> = expected.into_iter().filter_map(pid).collect();
        assert_eq!(ids, expected);
        reach.kill();
        child.wait().expect("the child's end");
        for number in told {
            // Its new parent may take a moment to see it off.
            while Entry::of(number).is_some_and(|entry| entry.state() != Some("Z")) {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        }
    }
}
