//! The kernel's table of processes, where it shows one as files (`/proc`); elsewhere no process is found.

/// What `/proc/PID/stat` says of a process (proc(5)).
#[derive(Debug)]
pub struct Entry {
    text: String,
    /// Where the fields begin that follow the name, which may hold anything, a `)` as well.
    fields: usize,
}

#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "where no process is found, less is asked of it")
)]
impl Entry {
    pub fn of(pid: u32) -> Option<Self> {
        let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
        let text = String::from_utf8(stat);
        Self::parse(text.unwrap_or_else(|other| {
            // A name is any bytes, the rest is ASCII.
            String::from_utf8_lossy(other.as_bytes()).into_owned()
        }))
    }

    /// `PID (NAME) STATE PARENT …`.
    fn parse(text: String) -> Option<Self> {
        let fields = text.rfind(')')? + 1;
        Some(Self { text, fields })
    }

    pub fn name(&self) -> Option<&str> {
        let (_, name) = self.text.get(..self.fields - 1)?.split_once('(')?;
        Some(name)
    }

    /// `S` for one that waits, `Z` for one that has ended, and so on.
    pub fn state(&self) -> Option<&str> {
        self.field(3)
    }

    pub fn parent(&self) -> Option<u32> {
        self.field(4)?.parse().ok()
    }

    /// In ticks since the system's start.
    pub fn started(&self) -> Option<u64> {
        self.field(22)?.parse().ok()
    }

    /// By its number in proc(5); the third is the first behind the name.
    fn field(&self, number: usize) -> Option<&str> {
        let fields = self.text.get(self.fields..)?;
        fields.split_whitespace().nth(number - 3)
    }
}

/// The numbers of all processes.
pub fn numbers() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let text = "12 (a) b (c)) S 7 12 12 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 0";
        let entry = Entry::parse(text.to_owned()).expect("a process");
        assert_eq!(entry.name(), Some("a) b (c)"));
        assert_eq!(entry.state(), Some("S"));
        assert_eq!(entry.parent(), Some(7));
        assert_eq!(entry.started(), Some(987_654));
        assert!(Entry::parse("12".to_owned()).is_none());
    }
}
