//! Files that a variable or a profile names: what is there instead is refused at once, and named.

mod support;

use support::home::Home;
use support::run::{Run, xrole};

/// What `use prod` says where `named` puts such a path: `PATH` and `PROBLEM` stand for what differs.
fn said(named: impl Fn(Home, &str) -> Home, longest: usize, size: &str) -> Vec<String> {
    let longer = format!("it is longer than {size}");
    let mut texts = Vec::new();
    for (path, problem) in [
        ("fifo", "it is not a regular file"),
        ("/dev/zero", "it is not a regular file"),
        ("/dev/null", "it is not a regular file"),
        ("long", &longer),
    ] {
        // Nothing answers there: it must not come to that.
        let home = Home::new()
            .sts("http://127.0.0.1:1")
            .file("long", &"a".repeat(longest + 1));
        assert_eq!(Run::program(&home, "mkfifo", &["fifo"]).run().status, 0);
        // Of a device this is the device itself.
        let path = home.path("").join(path).to_string_lossy().into_owned();
        let home = named(home, &path);
        // A reader without a bound shall not take the machine's memory.
        let script = "ulimit -v 4000000 2>/dev/null; exec \"$0\" use prod --shell bash";
        let program = xrole().to_string_lossy().into_owned();
        let done = Run::program(&home, "sh", &["-c", script, &program])
            .stdout("false;\n")
            .status(1)
            .check();
        assert!(done.stderr.contains(&path), "{path}: {}", done.stderr);
        assert!(done.stderr.contains(problem), "{path}: {}", done.stderr);
        texts.push(
            done.stderr
                .replace(&path, "PATH")
                .replace(problem, "PROBLEM"),
        );
    }
    texts.dedup();
    texts
}

#[test]
fn a_bundle_of_certificates() {
    let named = |home: Home, path: &str| {
        home.config(
            "[profile central]\nregion = eu-central-1\n\
             [profile prod]\nrole_arn = arn:aws:iam::222222222222:role/Operator\n\
             source_profile = central\nregion = eu-central-1\n",
        )
        .credentials("[central]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s\n")
        .variable("AWS_CA_BUNDLE", path)
    };
    let text = "xrole: could not use PATH as the only trusted certificates (AWS_CA_BUNDLE): PROBLEM\n\
         name a PEM file with the certificates of your proxy or endpoint, or remove the setting\n";
    assert_eq!(said(named, 1 << 20, "1 MiB"), [text]);
}

#[test]
fn a_web_identity_token() {
    let named = |home: Home, path: &str| {
        home.config(&format!(
            "[profile prod]\nrole_arn = arn:aws:iam::222222222222:role/Operator\n\
             web_identity_token_file = {path}\nregion = eu-central-1\n"
        ))
    };
    let text = "xrole: config:2: could not assume arn:aws:iam::222222222222:role/Operator for profile \"prod\": \
                could not read the web identity token file PATH: PROBLEM\n\
                nothing was sent to AWS\nnext: xrole explain prod\n";
    assert_eq!(said(named, 20 << 10, "20 KiB"), [text]);
}

#[test]
fn the_token_of_a_container() {
    let named = |home: Home, path: &str| {
        home.config(
            "[profile prod]\nrole_arn = arn:aws:iam::222222222222:role/Operator\n\
             credential_source = EcsContainer\nregion = eu-central-1\n",
        )
        .variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/")
        .variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path)
    };
    let text = "xrole: config:3: could not read PATH (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE): PROBLEM\n\
         the container service writes this file: see whether it is mounted\n";
    assert_eq!(said(named, 20 << 10, "20 KiB"), [text]);
}
