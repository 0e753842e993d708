//! Secrets that cannot be printed.

use std::fmt;

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// An API key or a bearer token. Has no way to print itself.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Checks that the text can be a key; the error does not repeat it.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("is empty");
        }
        if text.contains(['\n', '\r']) {
            return Err("contains a line break, often left over from copying or from a file");
        }
        if text.trim() != text {
            return Err("begins or ends with a space");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("contains a character that is not printable ASCII");
        }
        Ok(Self(text.into()))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The header's value, marked so that no HTTP library prints it.
    pub(crate) fn header(&self, prefix: &str) -> HeaderValue {
        let text = format!("{prefix}{}", self.expose());
        // `parse` has let only printable ASCII through.
        let mut value =
            HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }
}

/// A number that stands for a credential where clients with the same one share state.
pub(crate) fn fingerprint(credential: &HeaderValue) -> u64 {
    let digest = Sha256::digest(credential.as_bytes());
    digest.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_checked_and_never_printed() {
        let key = ApiKey::parse("canary-key").unwrap();
        assert!(!format!("{key:?} {:?}", key.header("Bearer ")).contains("canary"));
        assert!(ApiKey::parse("").is_err());
        for bad in ["canary\nb", " canary", "canary ", "canarý", "canary b", "canary\u{7f}"] {
            let fault = ApiKey::parse(bad).unwrap_err();
            assert!(!fault.contains("canar"), "{fault}");
        }
    }
}
