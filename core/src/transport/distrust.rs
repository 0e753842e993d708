//! Why a server was not trusted, in words that say what to look at.

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{CertificateError, Error};

use super::issuer::UnknownIssuer;

/// More names than these say nothing more.
const MOST_NAMES: usize = 5;

/// What went wrong while a server's identity was checked, in one line.
pub(super) fn describe(error: &Error) -> String {
    let Error::InvalidCertificate(reason) = error else { return error.to_string() };
    match reason {
        CertificateError::UnknownIssuer => {
            "the server's certificate was issued by an authority that is not trusted (UnknownIssuer)"
                .to_owned()
        }
        CertificateError::Other(other) => {
            if let Some(UnknownIssuer { name }) = other.0.downcast_ref() {
                format!(
                    "the server's certificate was issued by \"{name}\", which is not trusted (UnknownIssuer)"
                )
            } else if let Some(webpki::Error::CaUsedAsEndEntity) = other.0.downcast_ref() {
                // What `openssl req -x509` makes when nothing else is said.
                "the server shows the certificate of an authority (CA:TRUE) and not one of its own; \
                 have that authority sign one for the server's name, or make one with CA:FALSE"
                    .to_owned()
            } else {
                error.to_string()
            }
        }
        CertificateError::ExpiredContext { time, not_after } => format!(
            "the server's certificate expired at {}, and it is {} here",
            moment(*not_after),
            moment(*time),
        ),
        CertificateError::NotValidYetContext { time, not_before } => format!(
            "the server's certificate is not valid before {}, and it is {} here",
            moment(*not_before),
            moment(*time),
        ),
        CertificateError::NotValidForNameContext { expected, presented } => format!(
            "the server's certificate is not for {} but for {}",
            expected.to_str(),
            names(presented),
        ),
        _ => error.to_string(),
    }
}

fn moment(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    let moment = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    moment.map_or_else(|| "an unknown time".to_owned(), |moment| moment.to_string())
}

/// The names that a certificate has, which come as `DnsName("example.com")`.
fn names(presented: &[String]) -> String {
    let plain = |name: &String| {
        let inside = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        let inside = inside.unwrap_or(name).trim_matches('"');
        inside.chars().filter(|letter| !letter.is_control()).collect::<String>()
    };
    let mut names: Vec<String> = presented.iter().take(MOST_NAMES).map(plain).collect();
    match presented.len().saturating_sub(MOST_NAMES) {
        0 if names.is_empty() => "no name at all".to_owned(),
        0 => names.join(", "),
        more => {
            names.push(format!("{more} more"));
            names.join(", ")
        }
    }
}
