//! The one call to IAM: which MFA devices the user has whose keys sign it. Asked once, within a few seconds.

use std::time::Duration;

use aws_credential_types::Credentials as SigningCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_xml::decode::{Document, XmlDecodeError, try_data};

use super::call::SigningTime;
use crate::aws::plan::IamEndpoint;
use crate::http::address::Address;
use crate::http::body::{USER_AGENT, whole};
use crate::http::{Fault, Network, NetworkKind as Kind};
use crate::session::Credentials;

/// A person waits for the list, who can also do without it.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Without a user's name: the devices of whoever signs. A user has at most eight, so one page is all.
const REQUEST: &str = "Action=ListMFADevices&Version=2010-05-08";
const FORM: &str = "application/x-www-form-urlencoded";

/// The serial numbers, in IAM's order. The error says why there are none, in a few words that follow a colon.
pub(super) fn list(
    network: &Network,
    endpoint: &IamEndpoint,
    signer: &Credentials,
    time: &SigningTime,
) -> Result<Vec<String>, String> {
    let address = Address::of(&endpoint.url).ok_or("the endpoint is no URL")?;
    let proxy = network.options.proxies.towards(&address);
    let connector = network
        .connector(&address, proxy, network.options.connect_timeout)
        .map_err(|fault| fault.detail)?;
    let request = signed(endpoint, &address, signer, time)
        .ok_or_else(|| "the request could not be signed".to_owned())?;
    let answered = network.run(async {
        tokio::time::timeout(TIME_LIMIT, async {
            let mut answer = connector
                .call(request)
                .await
                .map_err(|error| Fault::of_connector(&error))?;
            let body = whole(&mut answer).await?;
            Ok((answer.status().as_u16(), body))
        })
        .await
        .unwrap_or_else(|_| Err(Fault::new(Kind::TimedOut, "no whole answer in time")))
    });
    let (status, body) = answered
        .and_then(|answered| answered)
        .map_err(|fault| fault.detail)?;
    if status != 200 {
        let code = std::str::from_utf8(&body).ok().and_then(error_code);
        return Err(code.unwrap_or_else(|| format!("HTTP status {status}")));
    }
    let text = std::str::from_utf8(&body).map_err(|_| "the answer is no text")?;
    serial_numbers(text).map_err(|_| "the answer is not one of IAM's".to_owned())
}

fn signed(
    endpoint: &IamEndpoint,
    address: &Address,
    signer: &Credentials,
    time: &SigningTime,
) -> Option<HttpRequest> {
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
        .region(endpoint.region)
        .name("iam")
        .time(time.now())
        .settings(SigningSettings::default())
        .build()
        .ok()?
        .into();
    let url = format!("{}/", endpoint.url.trim_end_matches('/'));
    let host = address.authority();
    let headers = [("host", host.as_str()), ("content-type", FORM)];
    let body = SignableBody::Bytes(REQUEST.as_bytes());
    let signable = SignableRequest::new("POST", &*url, headers.into_iter(), body).ok()?;
    let (signature, _) = sign(signable, &parameters).ok()?.into_parts();
    let mut request = HttpRequest::new(SdkBody::from(REQUEST));
    request.set_method("POST").ok()?;
    request.set_uri(url).ok()?;
    let sent = headers
        .into_iter()
        .chain([("user-agent", USER_AGENT)])
        .chain(signature.headers());
    for (name, value) in sent {
        request
            .headers_mut()
            .try_insert(name.to_owned(), value.to_owned())
            .ok()?;
    }
    Some(request)
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
