//! Who issued a certificate that is not trusted: the libraries do not say, and it is what tells a
//! company's proxy from an attacker.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, SignatureScheme,
};
use webpki::EndEntityCert;

use super::distinguished_name;

/// Names are the server's to choose.
const LONGEST_NAME: usize = 200;

/// A certificate is issued by somebody who is not trusted.
#[derive(Debug)]
pub(super) struct UnknownIssuer {
    /// The name as the certificate has it, such as `CN=Example Authority,O=Example`.
    pub(super) name: String,
}

impl fmt::Display for UnknownIssuer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "issued by an authority that is not trusted: {:?}", self.name)
    }
}

impl std::error::Error for UnknownIssuer {}

/// A verifier that names the issuer where the inner one only says that it does not know it.
#[derive(Debug)]
pub(super) struct NamingIssuers(Arc<dyn ServerCertVerifier>);

impl NamingIssuers {
    pub(super) fn around(inner: Arc<dyn ServerCertVerifier>) -> Self {
        Self(inner)
    }
}

impl ServerCertVerifier for NamingIssuers {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified =
            self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        verified.map_err(|error| match error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                match missing_issuer(end_entity, intermediates) {
                    Some(name) => {
                        let named = OtherError(Arc::new(UnknownIssuer { name }));
                        Error::InvalidCertificate(CertificateError::Other(named))
                    }
                    None => error,
                }
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.0.requires_raw_public_keys()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.0.root_hint_subjects()
    }
}

/// The issuer at the end of the chain that the server sent: the one that would have to be trusted.
fn missing_issuer(
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
) -> Option<String> {
    let end_entity = EndEntityCert::try_from(end_entity).ok()?;
    let mut issuer = end_entity.issuer().to_vec();
    // A chain may be sent in any order, and may lead in a circle.
    for _ in intermediates {
        let next = intermediates.iter().find_map(|certificate| {
            let certificate = EndEntityCert::try_from(certificate).ok()?;
            let is_next = certificate.subject() == issuer && certificate.issuer() != issuer;
            is_next.then(|| certificate.issuer().to_vec())
        });
        let Some(next) = next else { break };
        issuer = next;
    }
    readable(&issuer)
}

/// A name as text, from the content of its sequence.
fn readable(name: &[u8]) -> Option<String> {
    let text = distinguished_name::readable(name).ok()?;
    let text: String =
        text.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
    (!text.is_empty()).then_some(text)
}
