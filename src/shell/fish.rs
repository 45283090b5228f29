//! fish 3.1 and newer: quoting, snippets for `source` and `eval`, and the hook.

use std::fmt::Write as _;

use super::HookOptions;
use crate::error::{Error, Result};
use crate::shell::{Change, Saved};

const HOOK: &str = include_str!("../../shell/xrole.fish");

/// Inside `'…'` fish reads only `\\` and `\'` as escapes, so these two characters are escaped and nothing else.
pub fn quote(value: &str) -> Result<String> {
    if value.contains('\0') {
        return Err(Error::new(
            "shell",
            "a value holds a NUL character, which no environment variable can",
            "remove it where the value comes from",
        ));
    }
    Ok(format!(
        "'{}'",
        value.replace('\\', "\\\\").replace('\'', "\\'")
    ))
}

/// The change as one `begin; …; end;` on one line. It works in the global scope, where the user's variables live.
///
/// The `if` is there in every snippet: without its `fi`, no other shell accepts any of the line.
pub fn render(change: &Change) -> Result<String> {
    let mut code = String::from("begin; set -l __xrole_n; set -l __xrole_s; ");
    code.push_str(&guard(change));
    save(&mut code, change);
    restore(&mut code, &change.restore);
    if !change.unset.is_empty() {
        let _ = write!(
            code,
            "for __xrole_n in {}; set -eg $__xrole_n; end; ",
            change.unset.join(" ")
        );
    }
    if let Some(previous) = &change.previous {
        let _ = write!(code, "set -gu __xrole_prev {}; ", quote(previous)?);
    }
    if let Some(color) = change.color {
        let _ = write!(code, "set -gu __xrole_color {color}; ");
    }
    if change.forget {
        code.push_str(
            "for __xrole_n in (set -gn | string match -r '^__xrole_[ep]_.*'); set -eg $__xrole_n; end; \
             set -eg __xrole_on; ",
        );
    }
    for (name, value) in &change.set {
        let _ = write!(code, "set -gx {name} {}; ", quote(value)?);
    }
    code.push_str("true; end; end;\n");
    Ok(code)
}

/// A universal exported variable stays exported beside whatever the global scope says, so a role that needs one
/// removed is refused while the user has such a variable.
fn guard(change: &Change) -> String {
    let removed: Vec<&str> = change
        .unset
        .iter()
        .copied()
        .filter(|name| !name.starts_with("XROLE_"))
        .collect();
    if removed.is_empty() || change.set.is_empty() {
        return String::from("if true; ");
    }
    format!(
        "for __xrole_n in {}; set -qUx $__xrole_n; and set -a __xrole_s $__xrole_n; end; \
         if set -q __xrole_s[1]; \
         builtin printf 'xrole: universal variables would stay exported beside the session: %s\\nrun: set -eU %s\\n' \
         \"$__xrole_s\" \"$__xrole_s\" >&2; false; else; ",
        removed.join(" ")
    )
}

fn save(code: &mut String, change: &Change) {
    if !change.save.is_empty() {
        code.push_str("if not set -qg __xrole_on; ");
        copy(code, &change.save);
        code.push_str("end; ");
    }
    if !change.resave.is_empty() {
        copy(code, &change.resave);
    }
    if !(change.save.is_empty() && change.resave.is_empty()) {
        code.push_str("set -gu __xrole_on 1; ");
    }
}

/// Copies into `__xrole_e_NAME` what is exported, into `__xrole_p_NAME` what is not, and drops older copies.
fn copy(code: &mut String, saved: &[Saved]) {
    for (exported, kind) in [(true, 'e'), (false, 'p')] {
        let names: Vec<&str> = saved
            .iter()
            .filter(|one| one.exported == exported)
            .map(|one| one.name)
            .collect();
        if !names.is_empty() {
            let _ = write!(
                code,
                "for __xrole_n in {}; set -eg __xrole_e_$__xrole_n; set -eg __xrole_p_$__xrole_n; \
                 set -qg $__xrole_n; and set -gu __xrole_{kind}_$__xrole_n $$__xrole_n; end; ",
                names.join(" ")
            );
        }
    }
}

fn restore(code: &mut String, names: &[&str]) {
    if names.is_empty() {
        return;
    }
    let _ = write!(
        code,
        "for __xrole_n in {}; set -eg $__xrole_n; \
         set __xrole_s __xrole_e_$__xrole_n; set -qg $__xrole_s; and set -gx $__xrole_n $$__xrole_s; \
         set __xrole_s __xrole_p_$__xrole_n; set -qg $__xrole_s; and set -gu $__xrole_n $$__xrole_s; end; ",
        names.join(" ")
    );
}

#[must_use]
pub fn failure() -> &'static str {
    "false;\n"
}

pub fn hook(options: &HookOptions) -> Result<String> {
    // fish_indent takes needless quotes away: the path is bare in the file, the values are bare in the hook.
    Ok(options.fill(HOOK, "'", "/abs/xrole", &quote(&options.path)?))
}

/// The exact undo of the hook.
#[must_use]
pub fn deinit() -> &'static str {
    include_str!("../../shell/deinit.fish")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_fish_reads_inside_single_quotes() {
        for (value, quoted) in [
            ("", "''"),
            ("prod", "'prod'"),
            ("it's", "'it\\'s'"),
            ("a\\", "'a\\\\'"),
            ("\\'", "'\\\\\\''"),
            ("$(x) `y` \"z\"\n", "'$(x) `y` \"z\"\n'"),
        ] {
            assert_eq!(quote(value).unwrap(), quoted);
        }
        assert_eq!(quote("a\0b").unwrap_err().class, "shell");
    }

    #[test]
    fn writes_one_line_that_ends_in_true() {
        let change = Change {
            set: vec![("AWS_REGION", "eu-central-1".into())],
            color: Some(6),
            ..Change::default()
        };
        assert_eq!(
            render(&change).unwrap(),
            "begin; set -l __xrole_n; set -l __xrole_s; if true; set -gu __xrole_color 6; \
             set -gx AWS_REGION 'eu-central-1'; true; end; end;\n"
        );
    }

    #[test]
    fn leaves_no_placeholder_in_the_hook() {
        let hook = hook(&HookOptions {
            path: "/opt/it's/xrole".into(),
            prompt: "left",
            clear_expired: true,
            color: 3,
            completion: "complete -c xrole -f\n",
        })
        .unwrap();
        assert!(hook.contains("    '/opt/it\\'s/xrole' $argv\n"));
        assert!(hook.contains("set -g __xrole_place left\nset -g __xrole_on_expire clear\n"));
        assert!(hook.contains("or set -g __xrole_color 3\n"));
        assert!(hook.ends_with("end\n\ncomplete -c xrole -f\n"));
        assert!(!hook.contains("/abs/xrole") && !hook.contains("@XROLE"));
    }
}
