//! The end of a program that is no child of this process, told by the kernel where it can.
//!
//! Linux has descriptors of processes (`pidfd_open`, since 5.3), Apple's systems tell it through `kqueue`. Both mean
//! the process that was there when they were asked, whoever gets its number later. Elsewhere the number is looked at
//! twice a second.

use std::io;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A running program.
#[derive(Debug)]
pub struct ProgramEnd(Way);

#[derive(Debug)]
enum Way {
    #[cfg(target_os = "linux")]
    Descriptor(std::os::fd::OwnedFd),
    #[cfg(target_vendor = "apple")]
    Queue(nix::sys::event::Kqueue, Pid),
    Looking(Pid),
}

impl ProgramEnd {
    /// Of the program with this process number, which must be running.
    pub fn of(number: u32) -> io::Result<Self> {
        let pid = i32::try_from(number).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or(Errno::SRCH)?;
        test_kill_process(pid)?;
        Ok(Self(Self::way(pid)))
    }

    #[cfg(target_os = "linux")]
    fn way(pid: Pid) -> Way {
        use rustix::process::{PidfdFlags, pidfd_open};
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(descriptor) => Way::Descriptor(descriptor),
            // An older kernel, or a sandbox that does not know the call.
            Err(_) => Way::Looking(pid),
        }
    }

    #[cfg(target_vendor = "apple")]
    fn way(pid: Pid) -> Way {
        match nix::sys::event::Kqueue::new() {
            Ok(queue) => Way::Queue(queue, pid),
            Err(_) => Way::Looking(pid),
        }
    }

    #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
    fn way(pid: Pid) -> Way {
        Way::Looking(pid)
    }

    /// Returns when the program has ended.
    pub fn wait(self) {
        match self.0 {
            #[cfg(target_os = "linux")]
            Way::Descriptor(descriptor) => {
                use rustix::event::{PollFd, PollFlags, poll};
                let mut ended = [PollFd::new(&descriptor, PollFlags::IN)];
                while poll(&mut ended, None).is_err() {}
            }
            #[cfg(target_vendor = "apple")]
            Way::Queue(queue, pid) => {
                if !wait_in_queue(&queue, pid) {
                    look(pid);
                }
            }
            Way::Looking(pid) => look(pid),
        }
    }
}

fn look(pid: Pid) {
    while test_kill_process(pid).is_ok() {
        std::thread::sleep(LOOK_EVERY);
    }
}

/// False if the queue cannot tell it. A program that has ended before is told at once (`ESRCH`).
#[cfg(target_vendor = "apple")]
fn wait_in_queue(queue: &nix::sys::event::Kqueue, pid: Pid) -> bool {
    use nix::errno::Errno;
    use nix::sys::event::{EventFilter, EventFlag, FilterFlag, KEvent};
    let Ok(number) = usize::try_from(pid.as_raw_nonzero().get()) else {
        return false;
    };
    let exit = || {
        KEvent::new(
            number,
            EventFilter::EVFILT_PROC,
            EventFlag::EV_ADD | EventFlag::EV_ONESHOT,
            FilterFlag::NOTE_EXIT,
            0,
            0,
        )
    };
    let mut told = [exit()];
    loop {
        match queue.kevent(&[exit()], &mut told, None) {
            Ok(0) | Err(Errno::EINTR) => {}
            Ok(_) | Err(Errno::ESRCH) => return true,
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::sync::mpsc::channel;

    use super::*;

    /// Also one that nobody has waited for yet, and by the way that any system has.
    #[test]
    fn the_end_is_told_however_it_comes() {
        for looking in [false, true] {
            let mut child = Command::new("cat")
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .expect("cat starts");
            let end = if looking {
                ProgramEnd(Way::Looking(Pid::from_child(&child)))
            } else {
                ProgramEnd::of(child.id()).expect("it runs")
            };
            let (told, ended) = channel();
            let waiting = std::thread::spawn(move || {
                end.wait();
                told.send(()).expect("the test waits");
            });
            assert!(ended.recv_timeout(Duration::from_millis(50)).is_err());
            child.kill().expect("a child of ours");
            if looking {
                // A number that nobody has waited for is still there.
                child.wait().expect("a child of ours");
            }
            ended
                .recv_timeout(Duration::from_secs(10))
                .expect("the end is told");
            child.wait().expect("a child of ours");
            waiting.join().expect("no panic");
        }
    }
}
