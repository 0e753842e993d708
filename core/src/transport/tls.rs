//! Trust: the system's roots, or bundled ones where there are none, and the user's own on top.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, KeyProvider};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use rustls::sign::SigningKey;
use rustls::{ClientConfig, Error, OtherError, RootCertStore};

use super::issuer::NamingIssuers;
use super::{TransportFault, TransportOptions};

/// The certificates of a PEM text.
pub(crate) fn read_certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| format!("is not a readable PEM file: {error}"))?;
    if certificates.is_empty() {
        return Err("holds no certificate; expected a PEM file with BEGIN CERTIFICATE".to_owned());
    }
    // Otherwise the fault would show at the first handshake, as a server that is not trusted.
    let mut roots = RootCertStore::empty();
    for certificate in &certificates {
        let added = roots.add(certificate.clone());
        added.map_err(|error| format!("holds a certificate that cannot be read: {error}"))?;
    }
    Ok(certificates)
}

fn provider() -> Arc<CryptoProvider> {
    let ring = rustls::crypto::ring::default_provider();
    Arc::new(CryptoProvider { key_provider: &NoKeys, ..ring })
}

/// Loads no private key: a client without a certificate of its own signs nothing, and what it would
/// sign with takes room in every app.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(&self, _: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, Error> {
        Err(Error::General("the client has no private keys".to_owned()))
    }
}

/// What the options ask for.
pub(super) fn configuration(options: &TransportOptions) -> Result<ClientConfig, TransportFault> {
    let made = if options.tls { with_trust(&options.extra_roots) } else { without_trust() };
    made.map_err(|error| TransportFault::Tls(error.to_string()))
}

/// A configuration that trusts nobody, for clients that speak plain HTTP: costs nothing to make.
fn without_trust() -> Result<ClientConfig, Error> {
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

/// A configuration that trusts what the system trusts, and the given authorities as well.
fn with_trust(extra: &[CertificateDer<'static>]) -> Result<ClientConfig, Error> {
    let verifier = NamingIssuers::around(verifier(extra)?);
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

#[cfg(not(target_os = "android"))]
fn verifier(extra: &[CertificateDer<'static>]) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    use rustls_platform_verifier::Verifier;

    match Verifier::new_with_extra_roots(extra.to_vec(), provider()) {
        Ok(verifier) => Ok(Arc::new(verifier)),
        // A minimal container has no system store.
        Err(_) => with_bundled(extra),
    }
}

/// On Android the platform's verifier needs the app's own set-up, and panics without: bundled roots.
#[cfg(target_os = "android")]
fn verifier(extra: &[CertificateDer<'static>]) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    with_bundled(extra)
}

fn with_bundled(extra: &[CertificateDer<'static>]) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let roots = Arc::new(bundled(extra));
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider()).build();
    Ok(verifier.map_err(|error| Error::Other(OtherError(Arc::new(error))))?)
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
        let empty = b"-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
        assert!(read_certificates(empty).unwrap_err().contains("cannot be read"));
    }

    #[test]
    fn both_configurations_can_be_made_without_a_process_wide_provider() {
        assert!(without_trust().is_ok());
        assert!(with_trust(&[]).is_ok());
    }
}
