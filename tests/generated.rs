//! The committed completion files and man pages are what the command line in `src/cli.rs` makes them.
//!
//! `XROLE_WRITE_GENERATED=1 cargo test --test generated` (or `make generated`) writes them anew.

use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::Shell;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The command without what is hidden, since no one shall be offered `_sync`.
fn visible() -> Command {
    let mut full = xrole::cli::Cli::command();
    full.build();
    let mut visible = Command::new("xrole")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true);
    if let Some(about) = full.get_about() {
        visible = visible.about(about.clone());
    }
    if let Some(after) = full.get_after_help() {
        visible = visible.after_help(after.clone());
    }
    for command in full.get_subcommands().filter(|c| !c.is_hide_set()) {
        visible = visible.subcommand(command.clone());
    }
    visible
}

fn static_part(shell: Shell) -> String {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut visible(), "xrole", &mut text);
    String::from_utf8(text).expect("completions are UTF-8")
}

fn adapter(name: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join("shell").join(name)).expect(name)
}

/// Cuts the text before `from`, which must be there.
fn before<'a>(text: &'a str, from: &str) -> &'a str {
    text.split_once(from)
        .unwrap_or_else(|| panic!("clap_complete no longer writes {from:?}"))
        .0
}

fn bash() -> String {
    let generated = static_part(Shell::Bash);
    let function = before(&generated, "\nif [[ \"${BASH_VERSINFO[0]}\"");
    assert!(function.starts_with("_xrole() {\n") && function.trim_end().ends_with('}'));
    format!(
        "# bash completion for xrole\n# shellcheck disable=SC2034,SC2207\n{function}\n{}",
        adapter("completion.bash")
    )
}

fn zsh() -> String {
    let generated = static_part(Shell::Zsh);
    let functions = before(&generated, "if [ \"$funcstack[1]\" = \"_xrole\" ]");
    assert_eq!(functions.matches("\n_xrole() {\n").count(), 1);
    format!(
        "{}{}",
        functions.replace("\n_xrole() {\n", "\n_xrole_static() {\n"),
        adapter("completion.zsh")
    )
}

fn fish() -> String {
    let mut text = String::from("# fish completion for xrole\n");
    let mut dynamic = 0;
    let exec = "__fish_xrole_using_subcommand exec\"";
    for line in static_part(Shell::Fish).lines() {
        // Behind `exec PROFILE` stands another command, whose options are its own.
        let line = line.replace(
            exec,
            "__fish_xrole_using_subcommand exec; and not __xrole_in_command\"",
        );
        text.push_str(&line);
        if line.ends_with(" -r") {
            text.push_str(" -f");
            if line.contains(" -l source ") || line.contains(" -l region ") {
                text.push_str(" -a '(__xrole_complete)'");
                dynamic += 1;
            }
        }
        text.push('\n');
    }
    assert!(text.contains("exec; and not __xrole_in_command\" -l region"));
    assert!(
        dynamic >= 4,
        "clap_complete no longer writes -l source … -r"
    );
    text + &adapter("completion.fish")
}

fn man_pages() -> Vec<(String, String)> {
    fn page(command: &Command, name: &str) -> String {
        let mut text = Vec::new();
        clap_mangen::Man::new(command.clone().name(&*name.to_owned().leak()))
            .source(concat!("xrole ", env!("CARGO_PKG_VERSION")))
            .date("")
            .render(&mut text)
            .expect("rendering to memory");
        String::from_utf8(text).expect("man pages are UTF-8")
    }
    let root = visible();
    let mut pages = vec![("man/xrole.1".to_owned(), page(&root, "xrole"))];
    for command in root.get_subcommands() {
        let name = format!("xrole-{}", command.get_name());
        let command = command
            .clone()
            .bin_name(format!("xrole {}", command.get_name()));
        pages.push((format!("man/{name}.1"), page(&command, &name)));
    }
    pages
}

#[test]
fn committed_files_are_the_generated_ones() {
    let mut files = vec![
        ("completions/xrole.bash".to_owned(), bash()),
        ("completions/_xrole".to_owned(), zsh()),
        ("completions/xrole.fish".to_owned(), fish()),
        (
            "completions/xrole.ps1".to_owned(),
            format!(
                "# PowerShell completion for xrole\n{}",
                adapter("completion.ps1")
            ),
        ),
    ];
    files.extend(man_pages());
    #[allow(
        clippy::disallowed_methods,
        reason = "a switch for the person who runs this test"
    )]
    let write = std::env::var_os("XROLE_WRITE_GENERATED").is_some();
    for (path, text) in &files {
        let file = Path::new(ROOT).join(path);
        if write {
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("creating the folder");
            std::fs::write(&file, text).expect("writing");
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            committed == *text,
            "{path} is not what src/cli.rs makes it: run `make generated`"
        );
    }
    for folder in ["completions", "man"] {
        for entry in std::fs::read_dir(Path::new(ROOT).join(folder)).expect(folder) {
            let name = format!(
                "{folder}/{}",
                entry.expect("an entry").file_name().display()
            );
            assert!(
                files.iter().any(|(path, _)| *path == name),
                "{name} is generated from nothing"
            );
        }
    }
}
