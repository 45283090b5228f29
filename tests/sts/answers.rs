//! What STS answers.

use crate::calls::DATE;
use crate::server::Step;

pub fn answer(status: u16, body: impl Into<String>) -> Step {
    Step::Answer(status, vec![("Date", DATE.to_owned())], body.into())
}

pub fn granted(operation: &str, expiration: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{operation}Result>\
         <AssumedRoleUser><Arn>arn:aws:sts::222222222222:assumed-role/Admin/me</Arn><AssumedRoleId>AROA:me</AssumedRoleId></AssumedRoleUser>\
         <Credentials><AccessKeyId>ASIAX</AccessKeyId><SecretAccessKey>sekret</SecretAccessKey>\
         <SessionToken>toktok</SessionToken><Expiration>{expiration}</Expiration></Credentials>\
         </{operation}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></{operation}Response>"
    )
}

pub fn role_granted() -> String {
    granted("AssumeRole", "2026-01-31T09:30:00Z")
}

pub fn error(status: u16, code: &str, message: &str) -> Step {
    answer(
        status,
        format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error><RequestId>r-2</RequestId></ErrorResponse>"
        ),
    )
}
