//! What a client identifies itself with, and how it is replaced while calls are under way.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use http::{HeaderName, HeaderValue};

use crate::error::{Error, Result};
use crate::secret::ApiKey;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// How often the key's file is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Which header carries the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// The vendor's own: `X-API-Key`.
    Key,
    /// A gateway's: `Authorization: Bearer`.
    Bearer,
}

impl Scheme {
    fn prefix(self) -> &'static str {
        match self {
            Self::Key => "",
            Self::Bearer => "Bearer ",
        }
    }
}

/// The credential of a client; none when a gateway's own headers take its place.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    current: Option<Current>,
    file: Option<KeyFile>,
}

#[derive(Debug)]
struct Current {
    scheme: Scheme,
    value: RwLock<HeaderValue>,
}

#[derive(Debug)]
struct KeyFile {
    path: PathBuf,
    seen: Mutex<Seen>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    looked: Instant,
    stamp: Option<(SystemTime, u64)>,
}

impl Credentials {
    pub(crate) fn fixed(scheme: Scheme, key: &ApiKey) -> Self {
        let value = RwLock::new(key.header(scheme.prefix()));
        Self { current: Some(Current { scheme, value }), file: None }
    }

    /// The key in that file, read again when the file changes.
    pub(crate) fn from_file(path: PathBuf, key: &ApiKey, now: Instant) -> Self {
        let stamp = stamp(&path);
        let file = KeyFile { path, seen: Mutex::new(Seen { looked: now, stamp }) };
        Self { file: Some(file), ..Self::fixed(Scheme::Key, key) }
    }

    /// The header to send.
    pub(crate) fn header(&self, now: Instant) -> Option<(HeaderName, HeaderValue)> {
        self.look_at_file(now);
        let current = self.current.as_ref()?;
        let name = match current.scheme {
            Scheme::Key => API_KEY,
            Scheme::Bearer => http::header::AUTHORIZATION,
        };
        Some((name, self.value(current)))
    }

    fn value(&self, current: &Current) -> HeaderValue {
        current.value.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Uses another key from the next attempt on.
    pub(crate) fn replace(&self, scheme: Scheme, key: &ApiKey) -> Result<()> {
        let current = self.current.as_ref().filter(|current| current.scheme == scheme);
        let Some(current) = current else {
            let (field, other) = match scheme {
                Scheme::Key => ("api_key", "an API key"),
                Scheme::Bearer => ("bearer_token", "a bearer token"),
            };
            return Err(Error::config(
                field,
                format!("this client does not use {other}; create a client that does"),
            ));
        };
        *current.value.write().unwrap_or_else(PoisonError::into_inner) =
            key.header(scheme.prefix());
        Ok(())
    }

    /// Whether there is another credential by now than the one that was refused.
    pub(crate) fn changed_since(&self, refused: Option<&HeaderValue>) -> bool {
        if let Some(file) = &self.file {
            self.read_again(&file.path);
        }
        let current = self.current.as_ref().map(|current| self.value(current));
        current.is_some() && current.as_ref() != refused
    }

    fn look_at_file(&self, now: Instant) {
        let Some(file) = &self.file else { return };
        let mut seen = file.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(seen.looked) < LOOK {
            return;
        }
        seen.looked = now;
        let stamp = stamp(&file.path);
        if stamp.is_some() && stamp != seen.stamp {
            seen.stamp = stamp;
            drop(seen);
            self.read_again(&file.path);
        }
    }

    /// A file that is unreadable or half written for a moment leaves the old key in place.
    fn read_again(&self, path: &Path) {
        if let Ok(key) = read_key_file(path) {
            // A client with a key file always uses a key.
            let _ = self.replace(Scheme::Key, &key);
        }
    }
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The key in a file; the line break at its end does not belong to it.
pub(crate) fn read_key_file(path: &Path) -> std::result::Result<ApiKey, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    ApiKey::parse(text.trim_end()).map_err(|fault| format!("holds a key that {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> ApiKey {
        ApiKey::parse(text).unwrap()
    }

    #[test]
    fn a_replaced_key_is_sent_and_known_as_changed() {
        let credentials = Credentials::fixed(Scheme::Key, &key("old"));
        let now = Instant::now();
        let (name, sent) = credentials.header(now).unwrap();
        assert_eq!((name.as_str(), sent.to_str().unwrap()), ("x-api-key", "old"));
        assert!(!credentials.changed_since(Some(&sent)));
        credentials.replace(Scheme::Key, &key("new")).unwrap();
        assert!(credentials.changed_since(Some(&sent)));
        assert_eq!(credentials.header(now).unwrap().1, "new");
        let error = credentials.replace(Scheme::Bearer, &key("new")).unwrap_err();
        assert_eq!(error.field(), Some("bearer_token"));
    }

    #[test]
    fn a_changed_file_is_read_again() {
        let path = std::env::temp_dir().join(format!("uppzy-key-{}", std::process::id()));
        std::fs::write(&path, "first\n").unwrap();
        let now = Instant::now();
        let credentials = Credentials::from_file(path.clone(), &read_key_file(&path).unwrap(), now);
        std::fs::write(&path, "second-key\n").unwrap();
        assert_eq!(credentials.header(now).unwrap().1, "first", "not looked at on every call");
        assert_eq!(credentials.header(now + LOOK).unwrap().1, "second-key");
        std::fs::write(&path, "third\nbroken\n").unwrap();
        let second = credentials.header(now + LOOK * 3).unwrap().1;
        assert_eq!(second, "second-key", "a broken file leaves the key in place");
        std::fs::write(&path, "fourth").unwrap();
        assert!(credentials.changed_since(Some(&second)), "a refusal reads the file at once");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_gateway_with_its_own_headers_has_no_credential() {
        let credentials = Credentials::default();
        assert!(credentials.header(Instant::now()).is_none());
        assert!(!credentials.changed_since(None));
    }
}
