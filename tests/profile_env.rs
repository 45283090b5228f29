//! `exec --profile-env` and `--as`: the file that a program is given in place of keys.

mod support;

use support::home::{CENTRAL_CONFIG, Home};
use support::run::{Run, xrole};
use support::sts::world::{ALICE_KEY, ALICE_SECRET};
use support::sts::{Codes, FakeSts, World};
use support::tools;

fn signed_in(sts: &FakeSts) -> Home {
    let home = Home::central(sts).program("xrole", &xrole());
    let code = ["use", "prod", "--mfa-code", "123456", "--shell", "sh"];
    Run::xrole(&home, &code).stderr("").check();
    home
}

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["123456"])))
}

const EVERYTHING: &str = "echo ${AWS_PROFILE-no} ${AWS_ACCESS_KEY_ID-no} ${AWS_REGION-no} $XROLE_PROFILE; \
    grep -v '^#' $AWS_CONFIG_FILE; echo $AWS_SHARED_CREDENTIALS_FILE";

#[test]
fn a_program_sees_the_profiles_that_were_named_and_their_settings() {
    let sts = sts();
    let home = signed_in(&sts);
    let config = CENTRAL_CONFIG.replace(
        "[profile staging]\n",
        "[services local]\ns3 =\n  endpoint_url = http://127.0.0.1:9/\n\n\
         [profile staging]\noutput = yaml\nservices = local\ns3 =\n  addressing_style = path\n",
    );
    home.write(".aws/config", &config);
    let command = format!("{} credential-process -- ", xrole().display());
    let words = [
        "exec", "--as", "prod", "--as", "staging", "--", "sh", "-c", EVERYTHING,
    ];
    Run::xrole(&home, &words)
        .variable("AWS_ACCESS_KEY_ID", "AKIAOLD")
        .stdout(&format!(
            "prod no no prod\n\n[profile prod]\ncredential_process = {command}prod\nregion = eu-central-1\n\n\
             [profile staging]\ncredential_process = {command}staging\noutput = yaml\nregion = eu-west-1\n\
             s3 =\n  addressing_style = path\nservices = local\n\n\
             [services local]\ns3 =\n  endpoint_url = http://127.0.0.1:9/\n/dev/null\n"
        ))
        .stderr("")
        .check();
    Run::xrole(&home, &["exec", "--profile-env", "prod", "--", "sh", "-c", EVERYTHING])
        .stdout(&format!(
            "prod no eu-central-1 prod\n\n[profile prod]\ncredential_process = {command}prod\nregion = eu-central-1\n\n\
             [services local]\ns3 =\n  endpoint_url = http://127.0.0.1:9/\n/dev/null\n"
        ))
        .check();
}

/// It is made anew for other profiles, so that a program's own settings could not last there.
#[test]
fn nobody_writes_into_the_file() {
    let sts = sts();
    let home = signed_in(&sts);
    let words = ["exec", "--profile-env", "prod", "--"];
    let line = format!(
        "ls -l $AWS_CONFIG_FILE | cut -c 1-10; {} exec --profile-env prod -- true; \
         ls $(dirname $AWS_CONFIG_FILE) | wc -l | tr -d ' '",
        xrole().display()
    );
    Run::xrole(&home, &[&words[..], &["sh", "-c", &line]].concat())
        .stdout("-r--------\n1\n")
        .stderr("")
        .check();
}

#[test]
fn the_aws_cli_takes_each_by_its_name() {
    let sts = sts();
    let home = signed_in(&sts);
    let aws: Vec<_> = [tools::aws_1(), tools::aws_2()]
        .into_iter()
        .flatten()
        .collect();
    for aws in &aws {
        let aws = aws.to_str().expect("a path in UTF-8");
        let line = format!(
            "for p in prod staging; do '{aws}' sts get-caller-identity --query Account --output text --profile $p; done; \
             '{aws}' sts get-caller-identity --query Account --output text; \
             '{aws}' sts get-caller-identity --profile audit 2>&1 | grep -c 'could not be found'"
        );
        let words = [
            "exec", "--as", "prod", "--as", "staging", "--", "sh", "-c", &line,
        ];
        Run::xrole(&home, &words)
            .stdout("222222222222\n333333333333\n222222222222\n1\n")
            .check();
    }
    if aws.is_empty() {
        return;
    }
    let calls = sts.operations();
    let calls = calls.iter().filter(|call| *call != "GetCallerIdentity");
    assert_eq!(calls.count(), 3, "one code, two roles");
}

#[test]
fn options_and_a_role_in_no_file_go_on_to_the_command() {
    let sts = sts();
    let home = signed_in(&sts);
    let role = "arn:aws:iam::666666666666:role/ReadOnly";
    let line = "grep credential_process $AWS_CONFIG_FILE; echo $AWS_PROFILE; \
        eval \"$(sed -n 's/^credential_process = //p' $AWS_CONFIG_FILE)\" | grep -c ASIA";
    let words = [
        "exec",
        "--profile-env",
        role,
        "--source",
        "central",
        "--session-name",
        "it's me",
        "--duration",
        "15m",
        "--region",
        "eu-west-1",
        "--",
        "sh",
        "-c",
        line,
    ];
    // A session name with a space is none.
    Run::xrole(&home, &words).status(1).check();
    let words = words.map(|word| if word == "it's me" { "me" } else { word });
    let binary = xrole();
    Run::xrole(&home, &words)
        .stdout(&format!(
            "credential_process = {} credential-process --source=central --region=eu-west-1 --duration=900 \
             --session-name=me -- {role}\nReadOnly\n1\n",
            binary.display()
        ))
        .check();
    assert_eq!(
        sts.operations().last().map(String::as_str),
        Some("AssumeRole")
    );
}

#[test]
fn xrole_itself_reads_the_users_own_files_there() {
    let sts = sts();
    let home = signed_in(&sts);
    home.write("own.config", CENTRAL_CONFIG);
    let own = home.path("own.config");
    let own = own.to_str().expect("a path in UTF-8");
    let line = "xrole list readonly | head -1; eval \"$(xrole use readonly --shell sh)\" && \
        echo ${AWS_CONFIG_FILE-no} ${AWS_SHARED_CREDENTIALS_FILE-no} ${AWS_PROFILE-no} ${AWS_ACCESS_KEY_ID:+key}";
    let run = |own: Option<&str>, stdout: String| {
        let words = ["exec", "--profile-env", "prod", "--", "sh", "-c", line];
        let run = Run::xrole(&home, &words).stdout(&stdout);
        match own {
            Some(own) => run.variable("AWS_CONFIG_FILE", own).check(),
            None => run.check(),
        };
    };
    let first = "region          eu-central-1                             config:31\n";
    run(None, format!("{first}no no no key\n"));
    run(Some(own), format!("{first}{own} no no key\n"));
}

#[test]
fn two_roles_of_one_name_are_refused_and_one_named_twice_is_one() {
    let sts = sts();
    let home = signed_in(&sts);
    let role = "arn:aws:iam::666666666666:role/ReadOnly";
    let config = format!(
        "{CENTRAL_CONFIG}\n[profile ReadOnly]\nrole_arn = arn:aws:iam::222222222222:role/Operator\n\
         source_profile = central\nmfa_serial = arn:aws:iam::111111111111:mfa/alice\nregion = eu-central-1\n"
    );
    home.write(".aws/config", &config);
    // Assumed by central, since nothing else is said.
    Run::xrole(
        &home,
        &["exec", "--as", "ReadOnly", "--as", role, "--", "true"],
    )
    .variable("AWS_PROFILE", "central")
    .variable("AWS_REGION", "eu-central-1")
    .status(2)
    .stderr(
        "xrole: two of the profiles would go by the name \"ReadOnly\" in the program\n\
             give one of the roles a profile of another name: xrole configure NAME --role-arn …\n",
    )
    .check();
    let line = "grep -c credential_process $AWS_CONFIG_FILE";
    Run::xrole(
        &home,
        &[
            "exec", "--as", "prod", "--as", "prod", "--", "sh", "-c", line,
        ],
    )
    .stdout("1\n")
    .check();
}

#[test]
fn what_cannot_be_given_to_programs_is_refused() {
    let sts = sts();
    let home = signed_in(&sts);
    home.write(
        ".aws/config",
        &format!(
            "{CENTRAL_CONFIG}\n[profile env]\nrole_arn = arn:aws:iam::666666666666:role/ReadOnly\n\
            credential_source = Environment\nregion = eu-central-1\n"
        ),
    );
    let (key, secret) = (ALICE_KEY, ALICE_SECRET);
    Run::xrole(&home, &["exec", "--profile-env", "env", "--", "true"])
        .variable("AWS_ACCESS_KEY_ID", key)
        .variable("AWS_SECRET_ACCESS_KEY", secret)
        .status(1)
        .stderr(
            "xrole: \"env\" is assumed with the keys of this environment, which programs would not see\n\
             use it without --profile-env, or put those keys into a profile\n",
        )
        .check();
    Run::xrole(&home, &["exec", "--profile-env", "prod", "--", "true"])
        .variable("XROLE_CACHE_DIR", "/proc/none")
        .variable("AWS_ACCESS_KEY_ID", key)
        .variable("AWS_SECRET_ACCESS_KEY", secret)
        .status(3)
        .check();
}
