//! Values that try to get out of their quotes, the same ones for every run of a seed.

const PIECES: [&str; 44] = [
    "'", "\"", "\\", "\\'", "$", "!", "!!", "%", "`", "\n", "\r", "\r\n", "\t", "\x1b[31m", "\x07",
    "\x7f", " ", "*", "?", "[a]", "{a,b}", "~", "=ls", "#", ";", "|", "&", "&&", "<", ">", "(",
    ")", "@(", "^", "\u{2018}", "\u{2019}", "\u{201a}", "\u{201b}", "ž", "生", "😀", "\u{f6ff}",
    "\u{fdd0}", "\u{feff}",
];

/// Each would leave a file `CANARY` behind in the working directory if any shell ran it.
const COMMANDS: [&str; 7] = [
    "$(touch CANARY)",
    "`touch CANARY`",
    "(touch CANARY)",
    "; touch CANARY;",
    "'; touch CANARY; '",
    "\u{2019}; touch CANARY; \u{2019}",
    "$(New-Item CANARY)",
];

/// `count` values of up to a dozen pieces.
#[must_use]
pub fn hostile_values(seed: u64, count: usize) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..count)
        .map(|_| {
            let mut value = String::new();
            for _ in 0..random.usize(..12) {
                match random.u8(..10) {
                    0 => value.push_str(COMMANDS[random.usize(..COMMANDS.len())]),
                    1..4 => value.push(random.alphanumeric()),
                    4 => value.push(random.char('\u{1}'..)),
                    _ => value.push_str(PIECES[random.usize(..PIECES.len())]),
                }
            }
            value
        })
        .collect()
}
