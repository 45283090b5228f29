//! Windows PowerShell 5.1 and PowerShell 7: quoting, snippets for `Invoke-Expression`, and the hook.
//!
//! The hook reads data (see `json`); the code form is for sessions without it.

use std::fmt::Write as _;

use super::HookOptions;
use crate::error::{Error, Result};
use crate::shell::{Change, Saved};

const HOOK: &str = include_str!("../../shell/xrole.ps1");

/// `'…'` for printable ASCII, joined with `[char]0x…` for all else: U+2018 to U+201B close a string too, line ends
/// change on the way through `Out-String`, and the console's code page may lack the rest.
pub fn quote(value: &str) -> Result<String> {
    if value.contains('\0') {
        return Err(Error::new(
            "shell",
            "a value holds a NUL character, which no environment variable can",
            "remove it where the value comes from",
        ));
    }
    let mut quoted = String::from("'");
    let mut inside = true;
    for unit in value.encode_utf16() {
        let printable = u8::try_from(unit)
            .ok()
            .filter(|byte| (b' '..=b'~').contains(byte));
        if let Some(byte) = printable {
            quoted.push_str(if inside { "" } else { "+'" });
            quoted.push(char::from(byte));
            quoted.push_str(if byte == b'\'' { "'" } else { "" });
        } else {
            quoted.push_str(if inside { "'" } else { "" });
            let _ = write!(quoted, "+[char]0x{unit:04X}");
        }
        inside = printable.is_some();
    }
    if inside {
        quoted.push('\'');
    }
    Ok(quoted)
}

/// The change as one `. { … }` on one line. Saved values are kept in the table `$global:__xrole_old`.
pub fn render(change: &Change) -> Result<String> {
    let mut code = String::from(
        ". { if (-not (Test-Path -LiteralPath 'Variable:global:__xrole_old')) { $global:__xrole_old = $null }; ",
    );
    save(&mut code, change);
    if !change.restore.is_empty() {
        let _ = write!(
            code,
            "{} | ForEach-Object {{ if ($null -ne $global:__xrole_old -and $null -ne $global:__xrole_old[$_]) \
             {{ Set-Item -LiteralPath \"Env:$_\" -Value $global:__xrole_old[$_] }} \
             else {{ Remove-Item -LiteralPath \"Env:$_\" -ErrorAction Ignore }} }}; ",
            list(&change.restore)
        );
    }
    if !change.unset.is_empty() {
        let _ = write!(
            code,
            "{} | ForEach-Object {{ Remove-Item -LiteralPath \"Env:$_\" -ErrorAction Ignore }}; ",
            list(&change.unset)
        );
    }
    if let Some(previous) = &change.previous {
        let _ = write!(code, "$global:__xrole_prev = {}; ", quote(previous)?);
    }
    if let Some(color) = change.color {
        let _ = write!(code, "$global:__xrole_color = {color}; ");
    }
    if change.forget {
        code.push_str("$global:__xrole_old = $null; ");
    }
    for (name, value) in &change.set {
        let _ = write!(
            code,
            "Set-Item -LiteralPath 'Env:{name}' -Value ({}); ",
            quote(value)?
        );
    }
    code.push_str("};\n");
    Ok(code)
}

fn save(code: &mut String, change: &Change) {
    let names = |saved: &[Saved]| saved.iter().map(|one| one.name).collect::<Vec<_>>();
    if !change.save.is_empty() {
        let _ = write!(
            code,
            "if ($null -eq $global:__xrole_old) {{ $global:__xrole_old = @{{}}; {} }}; ",
            copy(&names(&change.save))
        );
    }
    if !change.resave.is_empty() {
        let _ = write!(
            code,
            "if ($null -eq $global:__xrole_old) {{ $global:__xrole_old = @{{}} }}; {}; ",
            copy(&names(&change.resave))
        );
    }
}

/// Keeps what is set and forgets what is not. PowerShell knows no variables but the environment's here.
fn copy(names: &[&str]) -> String {
    format!(
        "{} | ForEach-Object {{ if (Test-Path -LiteralPath \"Env:$_\") \
         {{ $global:__xrole_old[$_] = (Get-Item -LiteralPath \"Env:$_\").Value }} \
         else {{ $global:__xrole_old.Remove($_) }} }}",
        list(names)
    )
}

fn list(names: &[&str]) -> String {
    format!("'{}'", names.join("','"))
}

/// PowerShell has no `false`; an exception ends the line, and the script that does not catch it.
#[must_use]
pub fn failure() -> &'static str {
    "throw 'xrole failed';\n"
}

pub fn hook(options: &HookOptions) -> Result<String> {
    Ok(options.fill(HOOK, "", "'/abs/xrole'", &quote(&options.path)?))
}

/// The exact undo of the hook.
#[must_use]
pub fn deinit() -> &'static str {
    include_str!("../../shell/deinit.ps1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_ascii_and_spells_the_rest() {
        for (value, quoted) in [
            ("", "''"),
            ("it's $x `n", "'it''s $x `n'"),
            ("a\u{2019}b", "'a'+[char]0x2019+'b'"),
            ("\u{2018}\n", "''+[char]0x2018+[char]0x000A"),
            ("😀", "''+[char]0xD83D+[char]0xDE00"),
        ] {
            assert_eq!(quote(value).unwrap(), quoted);
        }
        assert_eq!(quote("a\0b").unwrap_err().class, "shell");
    }

    #[test]
    fn writes_one_block() {
        let change = Change {
            unset: vec!["AWS_PROFILE", "AWS_VAULT"],
            set: vec![("AWS_REGION", "eu-central-1".into())],
            color: Some(6),
            ..Change::default()
        };
        assert_eq!(
            render(&change).unwrap(),
            ". { if (-not (Test-Path -LiteralPath 'Variable:global:__xrole_old')) { $global:__xrole_old = $null }; \
             'AWS_PROFILE','AWS_VAULT' | ForEach-Object { Remove-Item -LiteralPath \"Env:$_\" -ErrorAction Ignore }; \
             $global:__xrole_color = 6; Set-Item -LiteralPath 'Env:AWS_REGION' -Value ('eu-central-1'); };\n"
        );
    }

    #[test]
    fn leaves_no_placeholder_in_the_hook() {
        let hook = hook(&HookOptions {
            path: "/opt/it's/xrole".into(),
            prompt: "left",
            clear_expired: true,
            color: 3,
            completion: "Register-ArgumentCompleter\n",
        })
        .unwrap();
        assert!(hook.contains("'/opt/it''s/xrole'\n"));
        assert!(hook.ends_with("\n\nRegister-ArgumentCompleter\n"));
        assert!(!hook.contains("/abs/xrole") && !hook.contains("@XROLE"));
    }
}
