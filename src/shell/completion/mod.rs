//! Completion: what may stand at the cursor. The adapters in `shell/completion.*` ask for it with
//! `xrole _complete 1 SHELL …` and know only this protocol, version 1: line 1 is `1 values`, `1 static`,
//! `1 command K` (another command begins after K words) or `1 none`; after `1 values` one `VALUE<TAB>DESCRIPTION` a line, ready to insert for bash, plain for
//! the others. PowerShell puts a dot before each word, since its version 5.1 drops empty ones. `static` leaves the word to the file that clap_complete generated.

mod bash_line;
mod expected;

use clap::Command;

use expected::{Candidate, Expected, expected};

use crate::display_safe::{has_unsafe, is_unsafe};

/// The regions that are offered for `--region`; any other may be typed.
const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// Offers every profile's name and description to the function it is given, one by one: 10,000 of them are
/// not copied.
pub type Profiles<'a> = &'a dyn Fn(&mut dyn FnMut(&str, &str));

/// Answers `_complete` with these arguments; anything not understood is `1 none`.
/// `profiles` is asked only where profile names may stand.
#[must_use]
pub fn answer(command: &Command, words: &[String], profiles: Profiles<'_>) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let answer = match words[..] {
        ["1", "bash", line, breaks] => bash_answer(command, line, breaks, profiles),
        ["1", "zsh" | "fish", "--", ref typed @ ..] => {
            plain_answer(command, typed, false, profiles)
        }
        ["1", "powershell", "--", ref typed @ ..] => typed
            .iter()
            .map(|word| word.strip_prefix('.'))
            .collect::<Option<Vec<&str>>>()
            .and_then(|typed| plain_answer(command, &typed, true, profiles)),
        _ => None,
    };
    answer.unwrap_or_else(|| "1 none\n".to_owned())
}

fn bash_answer(
    command: &Command,
    line: &str,
    breaks: &str,
    profiles: Profiles<'_>,
) -> Option<String> {
    let line = bash_line::split(line, breaks)?;
    let typed: Vec<&str> = line.words.iter().map(String::as_str).collect();
    let mut text = "1 values\n".to_owned();
    let mut write = |value: &str, _: &str| {
        if line.insert(value, &mut text) {
            text.push('\n');
        }
    };
    match expected(command, &typed)? {
        Expected::Static(_) => return Some("1 static\n".to_owned()),
        Expected::Command(at) => return Some(format!("1 command {}\n", line.before.get(at)?)),
        dynamic => offer(dynamic, profiles, &mut write)?,
    }
    Some(text)
}

fn plain_answer(
    command: &Command,
    typed: &[&str],
    static_too: bool,
    profiles: Profiles<'_>,
) -> Option<String> {
    let mut text = "1 values\n".to_owned();
    let mut write = |value: &str, description: &str| {
        text.push_str(value);
        text.push('\t');
        if has_unsafe(description) {
            text.push_str(&description.replace(is_unsafe, " "));
        } else {
            text.push_str(description);
        }
        text.push('\n');
    };
    match expected(command, typed)? {
        Expected::Static(known) if static_too => offer_all(&known, &mut write),
        Expected::Static(_) => return Some("1 static\n".to_owned()),
        Expected::Command(at) => return Some(format!("1 command {at}\n")),
        dynamic => offer(dynamic, profiles, &mut write)?,
    }
    Some(text)
}

fn offer(
    expected: Expected,
    profiles: Profiles<'_>,
    write: &mut dyn FnMut(&str, &str),
) -> Option<()> {
    match expected {
        Expected::Values(values) => offer_all(&values, write),
        Expected::Regions => REGIONS.iter().for_each(|region| write(region, "")),
        Expected::Profiles { previous } => {
            profiles(&mut |name, description| {
                if !has_unsafe(name) {
                    write(name, description);
                }
            });
            if previous {
                write("-", "the previous profile");
            }
        }
        Expected::Static(_) | Expected::Command(_) | Expected::Nothing => return None,
    }
    Some(())
}

fn offer_all(candidates: &[Candidate], write: &mut dyn FnMut(&str, &str)) {
    for candidate in candidates {
        write(&candidate.value, &candidate.description);
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn ask(words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        let mut command = crate::cli::Cli::command();
        command.build();
        answer(&command, &words, &|offer| {
            for (name, description) in [
                ("prod", "arn:aws:iam::222222222222:role/admin eu-west-1"),
                ("team:dev", ""),
                ("it's $(x)", ""),
                ("evil\u{202e}name", ""),
            ] {
                offer(name, description);
            }
        })
    }

    const BREAKS: &str = " \t\n\"'><=;|&(:";

    #[test]
    fn knows_what_may_stand_where() {
        let names =
            "prod\tarn:aws:iam::222222222222:role/admin eu-west-1\nteam:dev\t\nit's $(x)\t\n";
        for (words, answer) in [
            (&["xrole", ""][..], "1 static\n".to_owned()),
            (&["xrole", "us"], "1 static\n".to_owned()),
            (
                &["xrole", "use", ""],
                format!("1 values\n{names}-\tthe previous profile\n"),
            ),
            (&["xrole", "explain", "p"], format!("1 values\n{names}")),
            (&["xrole", "use", "--"], "1 static\n".to_owned()),
            (
                &["xrole", "use", "arn:x", "--source", ""],
                format!("1 values\n{names}"),
            ),
            (&["xrole", "use", "--duration", ""], "1 none\n".to_owned()),
            (&["xrole", "use", "prod", ""], "1 none\n".to_owned()),
            (
                &["xrole", "completions", ""],
                "1 values\nbash\t\nzsh\t\nfish\t\npowershell\t\n".to_owned(),
            ),
            (&["xrole", "use", "--shell", ""], "1 static\n".to_owned()),
            (&["xrole", "exec", ""], format!("1 values\n{names}")),
            (
                &["xrole", "exec", "--yes", "p"],
                format!("1 values\n{names}"),
            ),
            (&["xrole", "exec", "--"], "1 static\n".to_owned()),
            (&["xrole", "exec", "prod", ""], "1 command 3\n".to_owned()),
            (
                &["xrole", "exec", "prod", "--min-ttl", "45m", "--", "aw"],
                "1 command 6\n".to_owned(),
            ),
            (
                &["xrole", "exec", "prod", "aws", "s3", "--"],
                "1 command 3\n".to_owned(),
            ),
            (
                &["xrole", "exec", "--server", "--", "aws", ""],
                "1 command 4\n".to_owned(),
            ),
            (
                &["xrole", "exec", "prod", "ls", "--", "x"],
                "1 command 3\n".to_owned(),
            ),
            (&["xrole", "nonsense", ""], "1 none\n".to_owned()),
            (&["xrole"], "1 none\n".to_owned()),
        ] {
            let asked = [&["1", "zsh", "--"], words].concat();
            assert_eq!(ask(&asked), answer, "{words:?}");
        }
        let behind = ask(&["1", "zsh", "--", "xrole", "exec", "prod", "--"]);
        assert!(behind.starts_with("1 values\n--source\t"), "{behind}");
        assert_eq!(ask(&["2", "zsh", "--", "xrole", "use", ""]), "1 none\n");
        assert_eq!(ask(&[]), "1 none\n");
    }

    #[test]
    fn powershell_gets_the_fixed_words_too() {
        let answer = ask(&["1", "powershell", "--", ".xrole", ".completions", "."]);
        assert_eq!(answer, "1 values\nbash\t\nzsh\t\nfish\t\npowershell\t\n");
        assert!(
            ask(&["1", "powershell", "--", ".xrole", "."])
                .contains("\nunset\tTake the session out")
        );
        assert!(ask(&["1", "powershell", "--", ".xrole", ".use", ".-"]).contains("\nprod\t"));
        assert!(ask(&["1", "powershell", "--", ".xrole", ".use", ".--"]).contains("\n--region\t"));
    }

    #[test]
    fn bash_gets_text_ready_to_insert() {
        for (line, answer) in [
            ("xrole use p", "1 values\nprod\n"),
            ("xrole use team:", "1 values\ndev\n"),
            ("xrole use te", "1 values\nteam:dev\n"),
            ("xrole use it", "1 values\nit\\'s\\ \\$\\(x\\)\n"),
            ("xrole use 'it", "1 values\nit'\\''s $(x)\n"),
            ("xrole use \"it", "1 values\nit's \\$(x)\n"),
            ("xrole us", "1 static\n"),
            ("xrole exec team:dev -- aws s3 ", "1 command 6\n"),
            ("xrole use $(rm", "1 none\n"),
        ] {
            assert_eq!(ask(&["1", "bash", line, BREAKS]), answer, "{line}");
        }
    }
}
