//! The second clock: seconds since this boot, which goes on while the machine sleeps and which nobody sets.

use std::cell::OnceCell;

/// An instant of one boot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootTime {
    /// The boot's id: times of two boots cannot be compared.
    pub boot: String,
    /// `CLOCK_BOOTTIME`, whole seconds.
    pub seconds: i64,
}

#[derive(Debug)]
pub enum BootClock {
    System {
        boot: OnceCell<Option<String>>,
    },
    #[cfg(test)]
    Fixed(Option<BootTime>),
}

impl Default for BootClock {
    fn default() -> Self {
        Self::System {
            boot: OnceCell::new(),
        }
    }
}

impl BootClock {
    /// `None` where the system does not tell it.
    pub fn now(&self) -> Option<BootTime> {
        match self {
            Self::System { boot } => Some(BootTime {
                boot: boot.get_or_init(boot_id).clone()?,
                seconds: seconds()?,
            }),
            #[cfg(test)]
            Self::Fixed(time) => time.clone(),
        }
    }
}

#[cfg(target_os = "linux")]
fn boot_id() -> Option<String> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let file = rustix::fs::open("/proc/sys/kernel/random/boot_id", flags, Mode::empty()).ok()?;
    let mut id = [0; 36];
    let length = rustix::io::read(&file, &mut id).ok()?;
    let id = std::str::from_utf8(id.get(..length)?).ok()?;
    (length == 36).then(|| id.to_owned())
}

#[cfg(target_os = "linux")]
#[allow(clippy::unnecessary_wraps, reason = "other systems have no such clock")]
fn seconds() -> Option<i64> {
    Some(rustix::time::clock_gettime(rustix::time::ClockId::Boottime).tv_sec)
}

#[cfg(not(target_os = "linux"))]
fn boot_id() -> Option<String> {
    None
}

#[cfg(not(target_os = "linux"))]
fn seconds() -> Option<i64> {
    None
}
