//! AWS IAM, and the one call to it: which MFA devices the user has whose keys sign it. Asked once, within a few seconds.

use std::time::Duration;

use aws_credential_types::Credentials as SigningCredentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SigningInstructions, SigningSettings, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_async::time::TimeSource;
use aws_smithy_xml::decode::{Document, XmlDecodeError, try_data};

use super::services::Services;
use super::signing_time::SigningTime;
use crate::aws::plan::IamEndpoint;
use crate::clock::Clock;
use crate::http::address::Address;
use crate::http::{Request, Response, SMALL, Way};
use crate::session::Credentials;

/// A person waits for the list, who can also do without it.
const TIME_LIMIT: Duration = Duration::from_secs(5);
const METHOD: &str = "POST";
/// Without a user's name: the devices of whoever signs. A user has at most eight, so one page is all.
const BODY: &str = "Action=ListMFADevices&Version=2010-05-08";
const FORM: &str = "application/x-www-form-urlencoded";

/// The serial numbers of the MFA devices of the user whose keys sign, in IAM's order. The error says why there are
/// none, in a few words that follow a colon.
pub fn mfa_devices(
    services: &Services,
    endpoint: &IamEndpoint,
    signer: &Credentials,
    clock: &Clock,
) -> Result<Vec<String>, String> {
    let address = Address::of(&endpoint.url).ok_or("the endpoint is no URL")?;
    let url = format!("{}/", endpoint.url.trim_end_matches('/'));
    let host = address.authority();
    let mut headers = vec![("host", host.as_str()), ("content-type", FORM)];
    let time = services.clock_offset.applied_to(*clock);
    let signature = signature(&url, &headers, endpoint.region, signer, &time)
        .ok_or("the request could not be signed")?;
    headers.extend(signature.headers());
    let answer = services.http.send(&Request {
        method: METHOD,
        url: &url,
        headers: &headers,
        body: BODY.as_bytes(),
        way: Way::ThroughProxies,
        connect_timeout: services.limits.connect_timeout,
        time_limit: TIME_LIMIT,
        largest: SMALL,
    });
    let Response { status, body, .. } = answer.map_err(|fault| fault.detail)?;
    if status != 200 {
        let code = std::str::from_utf8(&body).ok().and_then(error_code);
        return Err(code.unwrap_or_else(|| format!("HTTP status {status}")));
    }
    let text = std::str::from_utf8(&body).map_err(|_| "the answer is no text")?;
    serial_numbers(text).map_err(|_| "the answer is not one of IAM's".to_owned())
}

/// The headers that sign the request.
fn signature(
    url: &str,
    headers: &[(&str, &str)],
    region: &str,
    signer: &Credentials,
    time: &SigningTime,
) -> Option<SigningInstructions> {
    let token = signer.session_token.as_ref();
    let identity = SigningCredentials::new(
        signer.access_key_id.as_str(),
        signer.secret_access_key.expose(),
        token.map(|token| token.expose().to_owned()),
        None,
        "xrole",
    )
    .into();
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("iam")
        .time(time.now())
        .settings(SigningSettings::default())
        .build()
        .ok()?
        .into();
    let body = SignableBody::Bytes(BODY.as_bytes());
    let signable = SignableRequest::new(METHOD, url, headers.iter().copied(), body).ok()?;
    let (signature, _) = sign(signable, &parameters).ok()?.into_parts();
    Some(signature)
}

/// `ListMFADevicesResponse/ListMFADevicesResult/MFADevices/member/SerialNumber` (IAM API reference).
fn serial_numbers(xml: &str) -> Result<Vec<String>, XmlDecodeError> {
    let mut document = Document::new(xml);
    let mut response = document.root_element()?;
    // The decoder reads a document that was cut off as one that ends there.
    let whole = xml.trim_end().ends_with("</ListMFADevicesResponse>");
    if !whole || !response.start_el().matches("ListMFADevicesResponse") {
        return Err(XmlDecodeError::custom("another document"));
    }
    let mut found = Vec::new();
    while let Some(mut result) = response.next_tag() {
        while let Some(mut devices) = result.next_tag() {
            while let Some(mut member) = devices.next_tag() {
                while let Some(mut part) = member.next_tag() {
                    if part.start_el().matches("SerialNumber") {
                        found.push(try_data(&mut part)?.trim().to_owned());
                    }
                }
            }
        }
    }
    Ok(found)
}

/// `ErrorResponse/Error/Code`.
fn error_code(xml: &str) -> Option<String> {
    let mut document = Document::new(xml);
    let mut response = document.root_element().ok()?;
    while let Some(mut error) = response.next_tag() {
        while let Some(mut part) = error.next_tag() {
            if part.start_el().matches("Code") {
                return Some(try_data(&mut part).ok()?.trim().to_owned());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_iam_answers_is_read() {
        let answer = |members: &str| {
            format!(
                "<?xml version=\"1.0\"?>\n<ListMFADevicesResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\n\
                 <ListMFADevicesResult><MFADevices>{members}</MFADevices><IsTruncated>false</IsTruncated>\
                 </ListMFADevicesResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ListMFADevicesResponse>"
            )
        };
        let member = |serial: &str| {
            format!(
                "<member><UserName>alice</UserName><SerialNumber>{serial}</SerialNumber><EnableDate>2026-01-01T00:00:00Z</EnableDate></member>"
            )
        };
        let two = [member("arn:aws:iam::1:mfa/a&amp;b"), member("GAHT12345678")].concat();
        for (xml, expected) in [
            (answer(""), Some(vec![])),
            (
                answer(&two),
                Some(vec!["arn:aws:iam::1:mfa/a&b", "GAHT12345678"]),
            ),
            (
                "<html><SerialNumber>x</SerialNumber></html>".to_owned(),
                None,
            ),
            (answer(&two).replace("</ListMFADevicesResponse>", ""), None),
            ("none".to_owned(), None),
        ] {
            let expected = expected.map(|all| all.into_iter().map(str::to_owned).collect());
            assert_eq!(serial_numbers(&xml).ok(), expected, "{xml}");
        }
        let refused = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code></Error></ErrorResponse>";
        assert_eq!(error_code(refused).as_deref(), Some("AccessDenied"));
        assert_eq!(error_code("<html/>"), None);
    }
}
