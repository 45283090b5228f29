//! A role that demands MFA, reached without `mfa_serial`: the user's devices are offered, used and written down.

use crate::shell::{Person, persons_shells};
use crate::support::home::Home;
use crate::support::pty::Key;
use crate::support::run::Run;
use crate::support::sts::{Codes, Device, Fault, Policy};

/// `prod` demands MFA, and no file knows of a device.
const CONFIG: &str = "\
# mine
[profile central]
region = eu-central-1

[profile prod]
role_arn = arn:aws:iam::222222222222:role/Operator
source_profile = central
region = eu-central-1
# the end of prod

[profile other]
region = eu-west-1
";

const REFUSED: &str = "AWS refused arn:aws:iam::222222222222:role/Operator, which may demand MFA";
const OFFER: &str = "Use the device arn:aws:iam::111111111111:mfa/alice? [Y/n]";

/// IAM answers where STS does.
fn without_serial(home: Home) -> Home {
    let url = home.env()["AWS_ENDPOINT_URL_STS"].clone();
    home.variable("AWS_ENDPOINT_URL_IAM", &url).config(CONFIG)
}

fn in_bash(prepare: impl Fn(Home) -> Home) -> Option<Person> {
    let shells = persons_shells();
    let bash = shells.iter().find(|shell| shell.name == "bash")?;
    Some(Person::with(bash, prepare))
}

fn has_device(person: &Person, serial: &str) {
    let device = Device::new(serial, Codes::list(&["444444"]));
    person
        .sts
        .change(|state| state.world.users[0].devices.push(device));
}

#[test]
fn the_one_device_is_offered_and_used() {
    for shell in persons_shells() {
        let person = Person::with(&shell, without_serial);
        person.is_asked("xrole use prod", OFFER);
        person.terminal.wait_for(REFUSED);
        person.is_asked("", "MFA code for arn:aws:iam::111111111111:mfa/alice:");
        person.is_asked("111111", "prod in ~/.aws/config? [y/N]");
        person.terminal.wait_for(WRITE);
        person.does("y");
        person.terminal.wait_for("written to ~/.aws/config\n");
        person.terminal.wait_for("[prod ");
        assert_eq!(config(&person), written(), "{}", person.name);
        // It is known from now on, and the code was given for the whole day.
        person.does("xrole unset");
        person.does("xrole use prod");
        person.terminal.wait_for("[prod ");
        let operations = [
            "AssumeRole",
            "ListMFADevices",
            "GetSessionToken",
            "AssumeRole",
        ];
        assert_eq!(person.sts.operations(), operations, "{}", person.name);
    }
}

#[test]
fn one_of_several_is_chosen_by_its_number() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    has_device(&person, "GAHT12345678");
    has_device(&person, "arn:aws:iam::111111111111:u2f/user/alice/key");
    person.is_asked("xrole use prod", "Use which one? [1-2, Enter for none]");
    person.terminal.wait_for(
        "arn:aws:iam::111111111111:u2f/user/alice/key is a FIDO security key, which STS cannot use\n\
         AWS refused arn:aws:iam::222222222222:role/Operator, which may demand MFA; your devices:\n  \
         1 arn:aws:iam::111111111111:mfa/alice\n  \
         2 GAHT12345678\n",
    );
    person.is_asked("3", "Use which one? [1-2, Enter for none]");
    person.terminal.wait_for("answer with a number from 1 to 2");
    person.is_asked("2", "MFA code for GAHT12345678:");
    person.is_asked("444444", "[y/N]");
    person.does("");
    person
        .terminal
        .wait_for("xrole: next time: xrole use prod --mfa-serial GAHT12345678\n");
    person.terminal.wait_for("[prod ");
    assert_eq!(config(&person), CONFIG);
}

#[test]
fn declined_it_stays_a_refusal_and_nothing_is_written() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    person.is_asked("xrole use prod", OFFER);
    person.is_asked("maybe", OFFER);
    person.terminal.wait_for("answer y or n");
    person.does("n");
    person.terminal.wait_for(EXPLAINED);
    assert_eq!(person.profile(), None);
    has_device(&person, "GAHT12345678");
    person.is_asked("xrole use prod", "Use which one? [1-2, Enter for none]");
    person.does("");
    assert_eq!(person.profile(), None);
    assert_eq!(config(&person), CONFIG);
    let operations = person.sts.operations();
    let asked = ["AssumeRole", "ListMFADevices"];
    assert_eq!(operations, [asked, asked].concat());
}

#[test]
fn where_iam_refuses_it_stays_with_the_guess() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    let refused = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: x is not \
                   authorized to perform: iam:ListMFADevices</Message></Error></ErrorResponse>";
    let answer = Fault::Answer(403, refused.to_owned());
    person.sts.plan(Some("ListMFADevices"), answer, 1);
    person.does("xrole use prod");
    person
        .terminal
        .wait_for("xrole: your MFA devices could not be listed: AccessDenied");
    person.terminal.wait_for(EXPLAINED);
    assert_eq!(person.sts.operations(), ["AssumeRole", "ListMFADevices"]);
}

#[test]
fn iam_that_never_answers_is_not_waited_for() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    person.sts.plan(Some("ListMFADevices"), Fault::BlackHole, 1);
    person.does("xrole use prod");
    person
        .terminal
        .wait_for("xrole: your MFA devices could not be listed: no whole answer in time");
    person.terminal.wait_for(EXPLAINED);
}

/// What IAM answers is text of a stranger: shown safely, and no more than one of the answers if it is none of a device.
#[test]
fn odd_serials_are_shown_safely_and_refused() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    let member = |serial: &str| format!("<member><SerialNumber>{serial}</SerialNumber></member>");
    let answer = |serials: &[&str]| {
        let members: String = serials.iter().map(|serial| member(serial)).collect();
        let body = format!(
            "<ListMFADevicesResponse><ListMFADevicesResult><MFADevices>{members}</MFADevices>\
             </ListMFADevicesResult></ListMFADevicesResponse>"
        );
        Fault::Answer(200, body)
    };
    let odd = "arn:aws:iam::111111111111:mfa/&#x9b;31m&#x202e;x";
    let listed = Some("ListMFADevices");
    person.sts.plan(listed, answer(&[odd]), 1);
    person.is_asked(
        "xrole use prod",
        "Use the device arn:aws:iam::111111111111:mfa/\\u{9b}31m\\u{202e}x? [Y/n]",
    );
    person.does("y");
    person.terminal.wait_for("--mfa-serial has the character");
    let many = ["GAHT12345678"; 9];
    person.sts.plan(listed, answer(&many), 1);
    person.is_asked("xrole use prod", "Use which one? [1-9, Enter for none]");
    person.is_asked("9", "MFA code for GAHT12345678:");
    person.does("123456");
    assert_eq!(person.profile(), None);
    assert_eq!(config(&person), CONFIG);
}

/// Ctrl-C and the end of input at every question leave the old identity and the old file.
#[test]
fn ended_at_any_question_nothing_is_written() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    let code = "MFA code for arn:aws:iam::111111111111:mfa/alice:";
    for key in [Key::CtrlC, Key::CtrlD] {
        person.is_asked("xrole use prod", OFFER);
        person.terminal.press(key);
        person.waits_for_prompt();
        person.is_asked("xrole use prod", OFFER);
        person.is_asked("", code);
        person.terminal.press(key);
        person.waits_for_prompt();
        assert_eq!(person.profile(), None);
    }
    person.is_asked("xrole use prod", OFFER);
    person.is_asked("", code);
    person.is_asked("111111", "prod in ~/.aws/config? [y/N]");
    person.terminal.press(Key::CtrlD);
    person.terminal.wait_for("[prod ");
    assert_eq!(config(&person), CONFIG);
}

#[test]
fn a_user_without_a_device_that_sts_takes_is_told() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    person
        .sts
        .change(|state| state.world.users[0].devices.clear());
    person.does("xrole use prod");
    person.terminal.wait_for(
        "xrole: you have no MFA device: a role that demands MFA lets nobody in without one\n",
    );
    person.terminal.wait_for(EXPLAINED);
    has_device(&person, "arn:aws:iam::111111111111:u2f/user/alice/key");
    person.does("xrole use prod");
    person.terminal.wait_for(
        "arn:aws:iam::111111111111:u2f/user/alice/key is a FIDO security key, which STS cannot use",
    );
    assert_eq!(person.profile(), None);
}

#[test]
fn the_serial_of_the_base_profile_is_offered_without_asking_iam() {
    let Some(person) = in_bash(|home| {
        let serial = "region = eu-central-1\nmfa_serial = arn:aws:iam::111111111111:mfa/alice\n";
        let config = CONFIG.replacen("region = eu-central-1\n", serial, 1);
        without_serial(home).config(&config)
    }) else {
        return;
    };
    person.is_asked("xrole use prod", OFFER);
    person.is_asked("y", "mfa/alice:");
    person.is_asked("111111", "[y/N]");
    person.does("n");
    person.terminal.wait_for("[prod ");
    let operations = ["AssumeRole", "GetSessionToken", "AssumeRole"];
    assert_eq!(person.sts.operations(), operations);
}

#[test]
fn a_role_in_no_file_is_told_how_to_name_the_device() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    let line =
        "xrole use arn:aws:iam::222222222222:role/Operator --source central --region eu-west-1";
    person.is_asked(line, OFFER);
    person.is_asked("yes", "mfa/alice:");
    person.does("111111");
    person.terminal.wait_for(&format!(
        "xrole: next time: {line} --mfa-serial arn:aws:iam::111111111111:mfa/alice"
    ));
    assert_eq!(config(&person), CONFIG);
}

#[test]
fn nothing_is_offered_where_nobody_can_answer_or_mfa_cannot_help() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    let done = Run::xrole(&person.home, &["use", "prod", "--shell", "sh"]);
    let done = done.status(1).stdout("false;\n").check();
    assert!(done.stderr.starts_with(EXPLAINED), "{}", done.stderr);
    assert_eq!(person.sts.operations(), ["AssumeRole"]);

    let denied = Policy::Deny("a service control policy".to_owned());
    person
        .sts
        .change(|state| state.world.users[0].policy = denied);
    person.does("xrole use prod");
    person
        .terminal
        .wait_for("a service control policy of the organisation forbids it");
    assert_eq!(person.sts.operations(), ["AssumeRole", "AssumeRole"]);
}

#[test]
fn a_role_that_wants_more_than_mfa_is_explained_as_that() {
    let Some(person) = in_bash(|home| {
        let config = CONFIG.replace("222222222222:role/Operator", "444444444444:role/Audit");
        without_serial(home).config(&config)
    }) else {
        return;
    };
    person.is_asked("xrole use prod", OFFER);
    person.is_asked("", "mfa/alice:");
    person.does("111111");
    person
        .terminal
        .wait_for("  1 the role demands an external id: add external_id = … to [profile prod]");
    assert_eq!(person.profile(), None);
    assert!(!config(&person).contains("mfa_serial"));
}

#[test]
fn a_file_that_cannot_be_written_costs_no_session() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    person.is_asked("xrole use prod", OFFER);
    person.is_asked("", "mfa/alice:");
    person.is_asked("111111", "[y/N]");
    let file = person.home.path(".aws/config");
    std::fs::remove_file(&file).expect("an own file");
    std::fs::create_dir(&file).expect("a folder in its place");
    person.does("y");
    person.terminal.wait_for(
        "xrole: mfa_serial was not written: could not write ~/.aws/config: it is not a regular file\n",
    );
    person.terminal.wait_for(
        "xrole: next time: xrole use prod --mfa-serial arn:aws:iam::111111111111:mfa/alice\n",
    );
    person.terminal.wait_for("[prod ");
}

#[test]
fn a_chain_is_written_where_its_first_role_is() {
    let Some(person) = in_bash(|home| {
        let deploy = "[profile deploy]\nrole_arn = arn:aws:iam::555555555555:role/Deploy\n\
                      source_profile = prod\nregion = eu-central-1\n";
        without_serial(home).config(&format!("{CONFIG}\n{deploy}"))
    }) else {
        return;
    };
    person.is_asked("xrole use deploy", OFFER);
    person.is_asked("", "mfa/alice:");
    person.is_asked("111111", "[y/N]");
    person.terminal.wait_for(WRITE);
    person.does("yes");
    person.terminal.wait_for("[deploy ");
    assert!(config(&person).starts_with(&written()));
}

const WRITE: &str = "Write mfa_serial = arn:aws:iam::111111111111:mfa/alice into profile prod in ~/.aws/config? [y/N]";

fn written() -> String {
    let end = "region = eu-central-1\n# the end";
    let serial =
        "region = eu-central-1\nmfa_serial = arn:aws:iam::111111111111:mfa/alice\n# the end";
    CONFIG.replacen(end, serial, 1)
}

/// Of a policy that denies everything without MFA, as AWS's guide has it for users who manage their own devices.
#[test]
fn a_deny_of_the_users_own_policy_is_taken_for_a_demand_of_mfa() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    let own = Policy::Deny("an identity-based policy".to_owned());
    person.sts.change(|state| state.world.users[0].policy = own);
    person.is_asked("xrole use prod", OFFER);
    person.does("n");
    person
        .terminal
        .wait_for("  1 the policy demands MFA, and [profile prod] (config:5) has no mfa_serial");
}

#[test]
fn exec_offers_too_and_a_program_that_waits_is_not_kept_waiting() {
    let Some(person) = in_bash(without_serial) else {
        return;
    };
    person.does("xrole credential-process prod | cat");
    person.terminal.wait_for(EXPLAINED);
    assert_eq!(person.sts.operations(), ["AssumeRole"]);
    person.is_asked("xrole exec prod -- printenv XROLE_PROFILE", OFFER);
    person.is_asked("", "mfa/alice:");
    person.is_asked("111111", "[y/N]");
    person.does("");
    person.terminal.wait_for_line("prod");
}

/// What the refusal alone says.
const EXPLAINED: &str = "\
xrole: config:6: could not assume arn:aws:iam::222222222222:role/Operator for profile \"prod\": not allowed for \
arn:aws:iam::111111111111:user/alice
likely causes, most likely first:
  1 the role demands MFA, and [profile prod] (config:5) has no mfa_serial: add mfa_serial = \
arn:aws:iam::111111111111:mfa/alice (see aws iam list-mfa-devices --profile central)
";

fn config(person: &Person) -> String {
    std::fs::read_to_string(person.home.path(".aws/config")).expect("the config file")
}
