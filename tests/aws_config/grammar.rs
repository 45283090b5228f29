//! How lines are read, in both files alike.

use crate::{check, meaning, read};

#[test]
fn line_ends_and_the_byte_order_mark() {
    let expected = "\
profile \"a\" (config:1)
  k = \"1\" (config:2)
  l = \"2\" (config:4)
";
    for text in [
        "[profile a]\nk = 1\n\nl = 2\n",
        "[profile a]\r\nk = 1\r\n\r\nl = 2",
        "[profile a]\rk = 1\r\rl = 2\r",
        "[profile a]\rk = 1\n\rl = 2\r\n",
    ] {
        check(text, "", expected);
    }
    check(
        "\u{feff}[profile a]",
        "",
        "\
profile \"a\" (config:1)
! config:1: the file starts with a byte order mark, with which the AWS CLI rejects it
",
    );
}

#[test]
fn bytes_that_are_no_text() {
    for (bytes, expected) in [
        (
            &b"[profile a]\r\nk = \xff\n"[..],
            "syntax: config:2: byte 17 of the file (0xff) is not UTF-8 text\nsave the file as UTF-8\n",
        ),
        (
            b"\xff\xfe[\0",
            "syntax: config:1: byte 0 of the file (0xff) is not UTF-8 text\nsave the file as UTF-8\n",
        ),
        (
            b"[profile a]\n\xe2\x82",
            "syntax: config:2: byte 12 of the file (0xe2) is not UTF-8 text\nsave the file as UTF-8\n",
        ),
    ] {
        assert_eq!(meaning(bytes, b""), expected);
    }
}

#[test]
fn indentation_means_nothing_but_under_a_property() {
    check(
        "  # comment\n\t[profile a]  # x\n   k = 1\n  ; comment\n   l = 2\n [profile b]\n  m = 3",
        "",
        "\
profile \"a\" (config:2)
  k = \"1\" (config:3)
  l = \"2\" (config:5)
profile \"b\" (config:6)
  m = \"3\" (config:7)
",
    );
}

#[test]
fn deeper_lines_continue_whatever_they_look_like() {
    check(
        "[profile a]\nk = 1\n  two\n # comment\n\n\tl = 2 # kept\n\n\n [profile b]\n\nm = 3",
        "",
        "\
profile \"a\" (config:1)
  k = \"1\\ntwo\\n\\nl = 2 # kept\\n\\n\\n[profile b]\" (config:2)
  m = \"3\" (config:11)
! config:6: looks like \"key = value\", but continues the value of \"k\" (config:2), because it is indented deeper
! config:9: looks like a header, but continues the value of \"k\" (config:2), because it is indented deeper
",
    );
}

#[test]
fn an_empty_value_with_deeper_lines_is_a_block() {
    let text =
        "[services s]\nsts =\n  endpoint_url = http://a # b\n # comment\n\n\tX = 1\n  X = 2\nk = 3";
    check(
        text,
        "",
        "\
services \"s\" (config:1)
  k = \"3\" (config:8)
  sts = \"\\nendpoint_url = http://a # b\\nX = 1\\nX = 2\" (config:2)
! config:7: \"X\" is set again (first at config:6): this line counts
",
    );
    let profiles = read(text, "");
    let sts = profiles
        .services
        .get("s")
        .expect("a section")
        .get("sts")
        .expect("the block");
    let block: Vec<String> = sts
        .sub
        .iter()
        .flat_map(|block| block.iter())
        .map(|(key, (value, at))| format!("{key}: {value} ({at})"))
        .collect();
    assert_eq!(
        block,
        ["X: 2 (config:7)", "endpoint_url: http://a # b (config:3)"]
    );
    check(
        "[profile a]\ns3 = # empty\n  k = 1",
        "",
        "\
profile \"a\" (config:1)
  s3 = \"\\nk = 1\" (config:2)
! config:2: the comment after the value of \"s3\" is removed, but the AWS CLI takes it for a part of the value
",
    );
}

#[test]
fn lines_that_are_no_property() {
    for (config, expected) in [
        (
            "[profile a]\nregion us-east-1",
            "syntax: config:2: expected \"key = value\", found \"region us-east-1\"\nwrite \"region = us-east-1\"\n",
        ),
        (
            "[profile a]\nrole_arn arn:aws:iam::111111111111:role/x",
            "syntax: config:2: expected \"key = value\", found \"role_arn arn:aws:iam::111111111111:role/x\"\nwrite \"role_arn = arn:aws:iam::111111111111:role/x\"\n",
        ),
        (
            "[profile a]\naws_secret_access_key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "syntax: config:2: expected \"key = value\", found \"aws_secret_access_key ***\"\nwrite \"aws_secret_access_key = ***\"\n",
        ),
        (
            "[profile a]\nwJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "syntax: config:2: expected \"key = value\", found \"***\"\nwrite \"key = value\", or put # before it if it is a comment\n",
        ),
        (
            "[profile a]\n = 1",
            "syntax: config:2: no key stands before \"=\"\nwrite \"key = value\"\n",
        ),
        (
            "\n\nregion = x",
            "syntax: config:3: \"region = x\" stands before any section\nput [default] or [profile NAME] on a line above it\n",
        ),
        (
            "[profile a # x",
            "syntax: config:1: expected \"]\" at the end of \"[profile a # x\"\nwrite \"[profile a # x]\"\n",
        ),
        (
            "[profile a]\ns3 =\n  x",
            "syntax: config:3: expected \"key = value\" in the block of \"s3\", found \"x\"\nlines that are indented deeper belong to the empty value above: write \"key = value\", or indent less\n",
        ),
        (
            "[nobody]\nregion",
            "syntax: config:2: expected \"key = value\", found \"region\"\nwrite \"key = value\", or put # before it if it is a comment\n",
        ),
    ] {
        check(config, "", expected);
    }
    check(
        "",
        "x",
        "syntax: credentials:1: \"x\" stands before any section\nput [default] or [NAME] on a line above it\n",
    );
}

#[test]
fn delimiters_keys_and_values() {
    check(
        "[profile a]\nA = \"x\" 'y' %z $h \\\nB: c=d\nc d:e = 1\nf.g/h%i@j+k:l = 2\nM=\nn = a#b;c\nO = x ;y #z\np=\t#q",
        "",
        "\
profile \"a\" (config:1)
  a = \"\\\"x\\\" 'y' %z $h \\\\\" (config:2)
  b = \"c=d\" (config:3)
  f.g/h%i@j+k:l = \"2\" (config:5)
  m = \"\" (config:6)
  n = \"a#b;c\" (config:7)
  o = \"x\" (config:8)
  p = \"\" (config:9)
! config:3: \":\" after \"B\" is taken for \"=\", but the AWS SDKs reject the file
! config:4: \"c d:e\" cannot be a key: the line is ignored
! config:8: the comment after the value of \"o\" is removed, but the AWS CLI takes it for a part of the value
! config:9: the comment after the value of \"p\" is removed, but the AWS CLI takes it for a part of the value
",
    );
}

#[test]
fn a_line_with_a_bad_key_keeps_its_continuation() {
    check(
        "[profile a]\nin valid = 1\n  b = 2\nc = 3",
        "",
        "\
profile \"a\" (config:1)
  c = \"3\" (config:4)
! config:2: \"in valid\" cannot be a key: the line is ignored
",
    );
}

#[test]
fn control_characters_are_kept_and_told() {
    check(
        "[profile a]\nk = x\x1b[2J\nl = a\tb\nm = \u{200b}c\nn = ž",
        "",
        "\
profile \"a\" (config:1)
  k = \"x\\u{1b}[2J\" (config:2)
  l = \"a\\tb\" (config:3)
  m = \"\\u{200b}c\" (config:4)
  n = \"ž\" (config:5)
! config:2: the value of \"k\" holds control or invisible characters (U+001B)
! config:4: the value of \"m\" holds control or invisible characters (U+200B)
",
    );
}

#[test]
fn headers_end_at_the_bracket_that_nothing_follows() {
    for (config, expected) in [
        (
            "[profile foo[1]]",
            "\"foo[1]\" (config:1)\n! config:1: profile \"foo[1]\": the AWS CLI and boto3 see this name, but other AWS SDKs do not\n",
        ),
        ("[profile a] # x ] y", "\"a\" (config:1)\n"),
        ("[ profile a ]#]", "\"a\" (config:1)\n"),
        (
            "[profile \"a ] # b\"]",
            "\"a ] # b\" (config:1)\n! config:1: profile \"a ] # b\": the AWS CLI and boto3 see this name, but other AWS SDKs do not\n",
        ),
        (
            "[profile a\\]]",
            "\"a]\" (config:1)\n! config:1: profile \"a]\": the AWS CLI and boto3 see this name, but other AWS SDKs do not\n",
        ),
        (
            "[profile a] b",
            "\"a\" (config:1)\n! config:1: \"b\" after the header is ignored\n",
        ),
    ] {
        check(config, "", &format!("profile {expected}"));
    }
    check(
        "",
        "[it's]",
        "profile \"it's\" (credentials:1)\n! credentials:1: profile \"it's\": the AWS CLI and boto3 see this name, but other AWS SDKs do not\n",
    );
}
