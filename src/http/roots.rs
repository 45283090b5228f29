//! Whom TLS trusts: the system's roots, or the file that stands in their place.

use std::path::Path;

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use aws_smithy_types::base64;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::files::reading;
use crate::place::Sourced;

/// Of a bundle, in bytes: a system's whole collection is a quarter of it.
const LARGEST: u64 = 1 << 20;

/// The roots of a bundle that are certificates at all, as PEM.
///
/// The SDK panics on a certificate that it cannot read; bundles in the field hold such ones, and other tools skip them.
pub(crate) fn usable(bundle: &Sourced<String>) -> Result<Vec<u8>> {
    let error = |problem: String| {
        Error::new(
            "ca-bundle",
            format!(
                "could not use {} as the only trusted certificates ({}): {problem}",
                display_safe(&bundle.value),
                bundle.origin
            ),
            "name a PEM file with the certificates of your proxy or endpoint, or remove the setting",
        )
        .at(bundle.origin.place())
    };
    let bytes = reading::read(Path::new(&bundle.value), LARGEST);
    let bytes = bytes.map_err(|problem| error(problem.to_string()))?;
    let mut pem = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&bytes).flatten() {
        if RootCertStore::empty().add(certificate.clone()).is_ok() {
            pem.extend_from_slice(b"-----BEGIN CERTIFICATE-----\n");
            for line in base64::encode(&certificate).as_bytes().chunks(64) {
                pem.extend_from_slice(line);
                pem.push(b'\n');
            }
            pem.extend_from_slice(b"-----END CERTIFICATE-----\n");
        }
    }
    if pem.is_empty() {
        return Err(error("it holds no certificate".to_owned()));
    }
    Ok(pem)
}

/// What a connection trusts. Without TLS nothing is read: loading the system's roots takes milliseconds.
pub(crate) fn trust(tls: bool, bundle: Option<&[u8]>) -> Option<TlsContext> {
    let store = match bundle {
        _ if !tls => TrustStore::empty(),
        Some(pem) => TrustStore::empty().with_pem_certificate(pem),
        None => TrustStore::default(),
    };
    TlsContext::builder().with_trust_store(store).build().ok()
}
