//! Files as people keep them: linked, read-only, of odd modes, somebody else's, or none at all.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;

use crate::{env, names};
use xrole::aws::config::AwsFile;
use xrole::aws::config::edit::Edit;
use xrole::place::SourceFile;
use xrole::shell::Env;

/// Sets one key in the credentials file; what was said of it, without the folder's name.
fn write(folder: &Path, env: &Env) -> String {
    let found = AwsFile::find(env, SourceFile::Credentials);
    let done = found.and_then(|file| {
        let done = file.edit(&Edit::of("p").set("a", "1"))?;
        Ok((file.shown().to_owned(), done))
    });
    let said = match done {
        Ok((shown, done)) => {
            let notices = done.notices.iter().map(|notice| format!(" {notice}"));
            format!("{} {}{}", shown, done.changed, notices.collect::<String>())
        }
        Err(error) => format!("{}: {error}", error.class),
    };
    let real = folder.canonicalize().unwrap();
    said.replace(&real.display().to_string(), "FOLDER")
        .replace(&folder.display().to_string(), "FOLDER")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

const NEW: &str = "[p]\na = 1\n";

#[test]
fn a_missing_file_and_its_folder_are_made_private() {
    let home = tempfile::tempdir().unwrap();
    let env = Env::new([("HOME".into(), home.path().into())]);
    assert_eq!(write(home.path(), &env), "~/.aws/credentials true");
    let folder = home.path().join(".aws");
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("credentials")), 0o600);
    assert_eq!(fs::read_to_string(folder.join("credentials")).unwrap(), NEW);
    assert_eq!(names(&folder), ["credentials"]);
    assert_eq!(write(home.path(), &env), "~/.aws/credentials false");
}

#[test]
fn only_one_folder_is_made() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("no/such/credentials");
    let env = Env::new([
        ("HOME".into(), home.path().into()),
        ("AWS_SHARED_CREDENTIALS_FILE".into(), path.into()),
    ]);
    assert_eq!(
        write(home.path(), &env),
        "aws-file: could not write ~/no/such/credentials: neither its folder nor the one above exists\n\
         make the folder, or let AWS_SHARED_CREDENTIALS_FILE name another file"
    );
    assert_eq!(names(home.path()), Vec::<String>::new());
}

#[test]
fn modes_are_kept() {
    for (kept, notice) in [
        (0o600, ""),
        (
            0o640,
            " ~/credentials can be read by others (mode 0640): chmod 600 ~/credentials",
        ),
        (
            0o644,
            " ~/credentials can be read by others (mode 0644): chmod 600 ~/credentials",
        ),
        (0o200, ""),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials");
        fs::write(&file, "").unwrap();
        set_mode(&file, kept);
        if kept & 0o400 == 0 && !rustix::process::geteuid().is_root() {
            continue;
        }
        let said = write(folder.path(), &env(folder.path()));
        assert_eq!(said, format!("~/credentials true{notice}"));
        assert_eq!(mode(&file), kept);
    }
}

#[test]
fn links_are_followed_and_stay() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    fs::create_dir(&home).unwrap();
    fs::create_dir(folder.path().join("dotfiles")).unwrap();
    for (content, link, through) in [
        (Some("# c\n"), "../dotfiles/aws", None),
        (None, "../dotfiles/missing", None),
        (Some("# c\n"), "second", Some("../dotfiles/twice")),
    ] {
        let target = home.join(through.unwrap_or(link));
        if let Some(content) = content {
            fs::write(&target, content).unwrap();
            set_mode(&target, 0o600);
        }
        let _ = fs::remove_file(home.join("credentials"));
        symlink(link, home.join("credentials")).unwrap();
        if let Some(through) = through {
            symlink(through, home.join(link)).unwrap();
        }
        assert_eq!(write(folder.path(), &env(&home)), "~/credentials true");
        assert_eq!(
            fs::read_link(home.join("credentials")).unwrap(),
            Path::new(link)
        );
        let expected = content.map_or(NEW.to_owned(), |content| format!("{content}\n{NEW}"));
        assert_eq!(fs::read_to_string(&target).unwrap(), expected);
        assert!(!target.is_symlink());
    }
    assert_eq!(
        names(&folder.path().join("dotfiles")),
        ["aws", "missing", "twice"]
    );
    let _ = fs::remove_file(home.join("credentials"));
    symlink("credentials", home.join("credentials")).unwrap();
    assert_eq!(
        write(folder.path(), &env(&home)),
        format!(
            "aws-file: could not read ~/credentials: {}\nthe file is as it was",
            std::io::Error::from(rustix::io::Errno::LOOP)
        )
    );
}

#[test]
fn what_must_not_be_written_is_not() {
    type Prepare = fn(&Path);
    let cases: [(Prepare, &str); 6] = [
        (
            |file| {
                fs::write(file, "").unwrap();
                set_mode(file, 0o400);
            },
            "aws-file: could not write ~/credentials: it is read-only\nchmod u+w ~/credentials",
        ),
        (
            |file| fs::create_dir(file).unwrap(),
            "aws-file: could not write ~/credentials: it is not a regular file\n\
             move it away, or let AWS_SHARED_CREDENTIALS_FILE name another file",
        ),
        (
            |file| {
                let made = std::process::Command::new("mkfifo").arg(file).status();
                assert!(made.unwrap().success());
            },
            "aws-file: could not write ~/credentials: it is not a regular file\n\
             move it away, or let AWS_SHARED_CREDENTIALS_FILE name another file",
        ),
        (
            |file| {
                fs::write(file, "").unwrap();
                set_mode(file, 0o666);
            },
            "untrusted-file: FOLDER/credentials is writable by others: ~/credentials is not written\n\
             if you trust it: chmod go-w FOLDER/credentials",
        ),
        (
            |file| set_mode(file.parent().unwrap(), 0o777),
            "untrusted-file: FOLDER is writable by others: ~/credentials is not written\n\
             if you trust it: chmod go-w FOLDER",
        ),
        (
            |file| fs::write(file, b"[p]\n\xff").unwrap(),
            "syntax: credentials:2: byte 4 of the file (0xff) is not UTF-8 text\nsave the file as UTF-8",
        ),
    ];
    for (prepare, text) in cases {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials");
        prepare(&file);
        let content = fs::metadata(&file)
            .is_ok_and(|m| m.is_file())
            .then(|| fs::read(&file).unwrap());
        assert_eq!(write(folder.path(), &env(folder.path())), text);
        if let Some(content) = content {
            assert_eq!(fs::read(&file).unwrap(), content);
        }
        assert!(
            names(folder.path())
                .iter()
                .all(|name| name == "credentials")
        );
    }
}

#[test]
fn what_belongs_to_somebody_else_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    fs::write(&file, "").unwrap();
    if std::os::unix::fs::chown(&file, Some(65_534), None).is_err() {
        return crate::left_out("only root can give a file away");
    }
    assert_eq!(
        write(folder.path(), &env(folder.path())),
        "untrusted-file: FOLDER/credentials belongs to another user (uid 65534): ~/credentials is not written\n\
         if you trust it: sudo chown \"$(id -u)\" FOLDER/credentials"
    );
}

#[test]
fn an_empty_variable_names_no_file() {
    let env = Env::from([("HOME", "/h"), ("AWS_SHARED_CREDENTIALS_FILE", "")]);
    assert_eq!(
        write(Path::new("/"), &env),
        "aws-file: AWS_SHARED_CREDENTIALS_FILE is set but empty, so there is no credentials file to write\n\
         unset AWS_SHARED_CREDENTIALS_FILE, or let it name a file"
    );
}

#[test]
fn a_second_name_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    fs::write(&file, "").unwrap();
    set_mode(&file, 0o600);
    fs::hard_link(&file, folder.path().join("other")).unwrap();
    assert_eq!(
        write(folder.path(), &env(folder.path())),
        "~/credentials true ~/credentials had a second name (a hard link), under which the old content stays"
    );
}

#[test]
fn what_another_program_writes_meanwhile_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    fs::write(&file, "").unwrap();
    let mut calls = 0;
    let edit = Edit::of("p").set("a", "1");
    let done = AwsFile::find(&env(folder.path()), SourceFile::Credentials)
        .unwrap()
        .rewrite(|bytes| {
            calls += 1;
            if calls == 1 {
                fs::write(&file, "[theirs]\nb = 2\n").unwrap();
            }
            edit.apply(bytes, SourceFile::Credentials)
        });
    assert!(done.unwrap().changed);
    assert_eq!(calls, 2);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text, "[theirs]\nb = 2\n\n[p]\na = 1\n");
    let restless = AwsFile::find(&env(folder.path()), SourceFile::Credentials)
        .unwrap()
        .rewrite(|bytes| {
            fs::write(&file, [bytes, b"\n"].concat()).unwrap();
            edit.apply(bytes, SourceFile::Credentials)?;
            Edit::of("p")
                .set("a", "2")
                .apply(bytes, SourceFile::Credentials)
        });
    assert_eq!(
        restless.unwrap_err().to_string(),
        "could not write ~/credentials: another program keeps changing it\n\
         end that program, then run the command again"
    );
    assert_eq!(names(folder.path()), ["credentials"]);
}
