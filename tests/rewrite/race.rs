//! Writers at once lose nothing.

use crate::{child, names};
use xrole::aws::config::edit::value;
use xrole::aws::config::parse;
use xrole::place::SourceFile;

#[test]
fn what_many_processes_write_is_all_there() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    std::fs::write(&config, "# kept\n[profile mine]\nregion = x # kept too\n").unwrap();
    let writers: Vec<_> = (0..4)
        .map(|n| {
            let mut command = child::command(&format!("race p{n}"), folder.path());
            command.spawn().unwrap()
        })
        .collect();
    for writer in writers {
        let output = writer.wait_with_output().unwrap();
        assert_eq!(
            child::answer(&output.stdout).as_deref(),
            Some("done"),
            "{output:?}"
        );
    }
    let text = std::fs::read_to_string(&config).unwrap();
    assert!(
        text.starts_with("# kept\n[profile mine]\nregion = x # kept too\n\n[profile p"),
        "{text}"
    );
    let document = parse(text.as_bytes(), SourceFile::Config).unwrap();
    assert_eq!(document.sections.len(), 5);
    for n in 0..4 {
        let profile = format!("p{n}");
        for key in 0..child::KEYS {
            let found = value(&document, &profile, &format!("key{key}"));
            assert_eq!(found, Some(Some(profile.as_str())), "{profile} {key}");
        }
    }
    assert_eq!(names(folder.path()), ["config"]);
}
