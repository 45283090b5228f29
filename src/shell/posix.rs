//! The form for bash, zsh and every POSIX shell.

use std::fmt::Write as _;

use super::{HookOptions, Shell};
use crate::error::{Error, Exit, Result};
use crate::shell::{Change, SAVED, Saved};

const BASH: &str = include_str!("../../shell/xrole.bash");
const ZSH: &str = include_str!("../../shell/xrole.zsh");
const READ_ONLY: &str = "'xrole: one of the AWS variables is readonly in this shell: nothing was changed' \
    'readonly -p shows which; a new shell can be without it'";
const SH: &str = include_str!("../../shell/xrole.sh");

/// `'…'`, in which only `'` itself is special, in every one of these shells and in each of their modes.
pub fn quote(value: &str) -> Result<String> {
    if value.contains('\0') {
        return Err(Error::new(
            "unsafe-value",
            "no shell can hold a NUL character",
            "take it out of the value",
        )
        .exit(Exit::Failed));
    }
    Ok(format!("'{}'", value.replace('\'', r"'\''")))
}

/// One compound command: a text that was cut off is a syntax error and sets nothing. Every line ends in `;` and
/// nothing outside quotes is a pattern, so that an unquoted `eval $(…)` works as well. A backslash keeps aliases
/// away from the commands, and `builtin`, where there is one, functions. Old values are copied by the shell; they do
/// not travel through this text.
pub fn render(shell: Shell, change: &Change) -> Result<String> {
    let command = match shell {
        Shell::Bash | Shell::Zsh => "\\builtin ",
        _ => "\\",
    };
    let restored = change.restore.iter().chain(&change.unset).copied();
    let mut touched: Vec<&str> = restored.collect();
    touched.extend(change.set.iter().map(|(name, _)| *name));
    if touched.is_empty() {
        return Ok(format!("{{ {}:; }}\n", body(command, change)?));
    }
    touched.sort_unstable();
    touched.dedup();
    // A variable that is readonly would stay, and the others go on to a new identity without it.
    Ok(format!(
        "{{ if ({command}unset -v {}) 2>/dev/null; then\n{}:;\nelse {command}printf '%s\\n' {READ_ONLY} >&2; false; fi; }}\n",
        touched.join(" "),
        body(command, change)?
    ))
}

fn body(command: &str, change: &Change) -> Result<String> {
    let mut text = String::new();
    if !change.save.is_empty() {
        text.push_str("case ${__xrole_on-} in '') :;\n");
        save(&mut text, command, &change.save);
        text.push_str(":;; esac;\n");
    }
    save(&mut text, command, &change.resave);
    if !change.save.is_empty() || !change.resave.is_empty() {
        text.push_str("__xrole_on=1;\n");
    }
    if let Some(previous) = &change.previous {
        let _ = writeln!(text, "__xrole_prev={};", quote(previous)?);
    }
    if let Some(color) = change.color {
        let _ = writeln!(text, "__xrole_color={color};");
    }
    for name in &change.restore {
        let _ = writeln!(
            text,
            "{command}unset -v {name}; case ${{__xrole_e_{name}+x}}${{__xrole_p_{name}+y}} in \
             x) {command}export {name}=\"$__xrole_e_{name}\";; y) {name}=$__xrole_p_{name};; esac;"
        );
    }
    unset(&mut text, command, change.unset.iter().copied());
    if change.forget {
        let saved = SAVED
            .iter()
            .flat_map(|(name, _)| [format!("__xrole_e_{name}"), format!("__xrole_p_{name}")]);
        unset(&mut text, command, saved.chain(["__xrole_on".to_owned()]));
    }
    if !change.set.is_empty() {
        let _ = write!(text, "{command}export");
        for (name, value) in &change.set {
            let _ = write!(text, " {name}={}", quote(value)?);
        }
        text.push_str(";\n");
    }
    Ok(text)
}

/// A variable of the environment is kept as `__xrole_e_NAME`, a plain one as `__xrole_p_NAME`, an unset one as neither.
fn save(text: &mut String, command: &str, names: &[Saved]) {
    for Saved { name, exported } in names {
        let kept = if *exported { 'e' } else { 'p' };
        let _ = writeln!(
            text,
            "{command}unset -v __xrole_e_{name} __xrole_p_{name}; \
             case ${{{name}+x}} in x) __xrole_{kept}_{name}=${name};; esac;"
        );
    }
}

fn unset(text: &mut String, command: &str, names: impl Iterator<Item: AsRef<str>>) {
    let mut names = names.peekable();
    if names.peek().is_none() {
        return;
    }
    let _ = write!(text, "{command}unset -v");
    for name in names {
        let _ = write!(text, " {}", name.as_ref());
    }
    text.push_str(";\n");
}

#[must_use]
pub fn failure() -> &'static str {
    "false;\n"
}

/// The hook of one of these shells with its placeholders filled in.
pub fn hook(shell: Shell, options: &HookOptions) -> Result<String> {
    let text = match shell {
        Shell::Bash => BASH,
        Shell::Zsh => ZSH,
        Shell::Posix | Shell::Fish | Shell::PowerShell | Shell::Json => SH,
    };
    Ok(options.fill(text, "", "'/abs/xrole'", &quote(&options.path)?))
}

#[must_use]
pub fn deinit(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("../../shell/deinit.bash"),
        Shell::Zsh => include_str!("../../shell/deinit.zsh"),
        Shell::Posix | Shell::Fish | Shell::PowerShell | Shell::Json => "\\unset -f xrole;\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_one_compound_command() {
        let saved = |name, exported| Saved { name, exported };
        let change = Change {
            save: vec![saved("AWS_PROFILE", true), saved("AWS_REGION", false)],
            resave: vec![saved("AWS_VAULT", true)],
            restore: vec!["AWS_DEFAULT_REGION"],
            unset: vec!["AWS_PROFILE", "AWS_VAULT"],
            set: vec![
                ("AWS_REGION", "eu-west-1".to_owned()),
                ("XROLE_PROFILE", "it's".to_owned()),
            ],
            previous: Some("$(a)".to_owned()),
            color: Some(6),
            forget: false,
        };
        let text = r#"{ if (\unset -v AWS_DEFAULT_REGION AWS_PROFILE AWS_REGION AWS_VAULT XROLE_PROFILE) 2>/dev/null; then
case ${__xrole_on-} in '') :;
\unset -v __xrole_e_AWS_PROFILE __xrole_p_AWS_PROFILE; case ${AWS_PROFILE+x} in x) __xrole_e_AWS_PROFILE=$AWS_PROFILE;; esac;
\unset -v __xrole_e_AWS_REGION __xrole_p_AWS_REGION; case ${AWS_REGION+x} in x) __xrole_p_AWS_REGION=$AWS_REGION;; esac;
:;; esac;
\unset -v __xrole_e_AWS_VAULT __xrole_p_AWS_VAULT; case ${AWS_VAULT+x} in x) __xrole_e_AWS_VAULT=$AWS_VAULT;; esac;
__xrole_on=1;
__xrole_prev='$(a)';
__xrole_color=6;
\unset -v AWS_DEFAULT_REGION; case ${__xrole_e_AWS_DEFAULT_REGION+x}${__xrole_p_AWS_DEFAULT_REGION+y} in x) \export AWS_DEFAULT_REGION="$__xrole_e_AWS_DEFAULT_REGION";; y) AWS_DEFAULT_REGION=$__xrole_p_AWS_DEFAULT_REGION;; esac;
\unset -v AWS_PROFILE AWS_VAULT;
\export AWS_REGION='eu-west-1' XROLE_PROFILE='it'\''s';
:;
else \printf '%s\n' 'xrole: one of the AWS variables is readonly in this shell: nothing was changed' 'readonly -p shows which; a new shell can be without it' >&2; false; fi; }
"#;
        assert_eq!(render(Shell::Posix, &change).unwrap(), text);
        for shell in [Shell::Bash, Shell::Zsh] {
            let text = text.replace("\\unset", "\\builtin unset");
            let text = text.replace("\\export", "\\builtin export");
            let text = text.replace("\\printf", "\\builtin printf");
            assert_eq!(render(shell, &change).unwrap(), text);
        }
        assert_eq!(render(Shell::Bash, &Change::default()).unwrap(), "{ :; }\n");
    }

    #[test]
    fn a_hook_has_its_placeholders_filled() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Posix] {
            let options = HookOptions {
                path: "/opt/it's/xrole".to_owned(),
                prompt: "left",
                clear_expired: true,
                color: 3,
                completion: "complete -F _xrole xrole\n",
            };
            let text = hook(shell, &options).unwrap();
            assert!(
                !text.contains("/abs/xrole") && !text.contains("@XROLE"),
                "{text}"
            );
            assert!(text.contains(r"'/opt/it'\''s/xrole'"));
            let interactive = shell != Shell::Posix;
            for line in [
                "__xrole_color='3'",
                "'left'",
                "'clear'",
                "complete -F _xrole xrole\n",
            ] {
                assert_eq!(text.contains(line), interactive, "{shell:?} {line}");
            }
            assert_eq!(hook(shell, &options).unwrap(), text);
        }
    }
}
