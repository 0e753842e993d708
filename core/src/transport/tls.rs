//! Trust: the system's roots, or bundled ones where there are none, and the user's own on top.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use rustls::{ClientConfig, RootCertStore};

use super::{TransportFault, TransportOptions};

/// The certificates of a PEM text.
pub(crate) fn read_certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| format!("is not a readable PEM file: {error}"))?;
    if certificates.is_empty() {
        return Err("holds no certificate; expected a PEM file with BEGIN CERTIFICATE".to_owned());
    }
    Ok(certificates)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// What the options ask for.
pub(super) fn configuration(options: &TransportOptions) -> Result<ClientConfig, TransportFault> {
    let made = if options.tls { with_trust(&options.extra_roots) } else { without_trust() };
    made.map_err(|error| TransportFault::Tls(error.to_string()))
}

/// A configuration that trusts nobody, for clients that speak plain HTTP: costs nothing to make.
fn without_trust() -> Result<ClientConfig, rustls::Error> {
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

/// A configuration that trusts what the system trusts, and the given authorities as well.
#[cfg(not(target_os = "android"))]
fn with_trust(extra: &[CertificateDer<'static>]) -> Result<ClientConfig, rustls::Error> {
    use rustls_platform_verifier::Verifier;

    let builder =
        ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    match Verifier::new_with_extra_roots(extra.to_vec(), provider()) {
        Ok(verifier) => Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth()),
        // A minimal container has no system store.
        Err(_) => Ok(builder.with_root_certificates(bundled(extra)).with_no_client_auth()),
    }
}

/// On Android the platform's verifier needs the app's own set-up, and panics without: bundled roots.
#[cfg(target_os = "android")]
fn with_trust(extra: &[CertificateDer<'static>]) -> Result<ClientConfig, rustls::Error> {
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(bundled(extra))
        .with_no_client_auth())
}

fn bundled(extra: &[CertificateDer<'static>]) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    roots.add_parsable_certificates(extra.iter().cloned());
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundled_roots_are_there_for_systems_without_any() {
        assert!(bundled(&[]).len() > 50);
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        assert!(read_certificates(b"hello").unwrap_err().contains("no certificate"));
        let broken = b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
        assert!(read_certificates(broken).is_err());
    }

    #[test]
    fn both_configurations_can_be_made_without_a_process_wide_provider() {
        assert!(without_trust().is_ok());
        assert!(with_trust(&[]).is_ok());
    }
}
