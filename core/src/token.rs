//! Resume tokens: an answer that is being made, as a text that any process and language can take up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::config::check_scope_id;
use crate::error::{Error, Result};
use crate::pipeline::check_segment;

const VERSION: &str = "v1.";
/// Long enough for every id that the vendor shows, short enough for a database column.
const LONGEST: usize = 512;
const CHECKSUM_BYTES: usize = 4;

/// What a token holds: no key, no message, no address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TokenContent {
    #[serde(rename = "s")]
    pub(crate) site_id: String,
    #[serde(rename = "r")]
    pub(crate) request_id: String,
    /// Left out when it would make the token too long.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub(crate) session_id: Option<String>,
    /// Milliseconds since 1970.
    #[serde(rename = "t")]
    submitted: i64,
    #[serde(rename = "o")]
    origin: String,
}

impl TokenContent {
    pub(crate) fn new(
        site_id: &str,
        request_id: &str,
        session_id: &str,
        submitted: Timestamp,
        origin: &str,
    ) -> Self {
        Self {
            site_id: site_id.to_owned(),
            request_id: request_id.to_owned(),
            session_id: Some(session_id.to_owned()),
            submitted: submitted.as_millisecond(),
            origin: fingerprint(origin),
        }
    }

    pub(crate) fn submitted_at(&self) -> Timestamp {
        Timestamp::from_millisecond(self.submitted).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub(crate) fn encode(&self) -> String {
        let token = self.encode_whole();
        if token.len() <= LONGEST {
            return token;
        }
        Self { session_id: None, ..self.clone() }.encode_whole()
    }

    fn encode_whole(&self) -> String {
        // Strings and a number always serialise.
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        let checksum = crc32fast::hash(&bytes).to_be_bytes();
        bytes.extend_from_slice(&checksum);
        format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token and checks that it belongs to this server.
    pub(crate) fn decode(token: &str, origin: &str) -> Result<Self> {
        let refuse = |fault: &str| Error::invalid_input("token", format!("token {fault}"));
        let token = token.trim();
        let Some(encoded) = token.strip_prefix(VERSION) else {
            return Err(refuse(
                "is not a resume token of this version: expected a text that begins with `v1.`",
            ));
        };
        let damaged = || refuse("is damaged: pass it exactly as it was given out");
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| damaged())?;
        let (json, checksum) = bytes
            .len()
            .checked_sub(CHECKSUM_BYTES)
            .map(|length| bytes.split_at(length))
            .ok_or_else(damaged)?;
        if crc32fast::hash(json).to_be_bytes() != checksum {
            return Err(damaged());
        }
        let content: Self = serde_json::from_slice(json).map_err(|_| damaged())?;
        // Whoever can write where tokens are kept can make one with a right checksum.
        check_scope_id("site_id", "token", &content.site_id).map_err(|_| damaged())?;
        check_segment("request_id", &content.request_id).map_err(|_| damaged())?;
        if content.origin != fingerprint(origin) {
            return Err(refuse(
                "belongs to another server: use a client with the base_url that the question was sent to",
            ));
        }
        Ok(content)
    }
}

/// A server's origin in few characters.
fn fingerprint(origin: &str) -> String {
    let digest = Sha256::digest(origin.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.get(..9).unwrap_or(&digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://api.example";

    fn content(session_id: &str) -> TokenContent {
        let submitted = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        TokenContent::new("site-1", "req_abc", session_id, submitted, ORIGIN)
    }

    #[test]
    fn a_token_gives_back_what_went_in() {
        let token = content("ticket-1").encode();
        assert!(token.starts_with("v1.") && token.len() <= LONGEST, "{token}");
        let read = TokenContent::decode(&token, ORIGIN).unwrap();
        assert_eq!(read, content("ticket-1"));
        assert_eq!(read.submitted_at().as_millisecond(), 1_700_000_000_123);
    }

    #[test]
    fn the_form_is_stable_across_versions_and_languages() {
        assert_eq!(
            content("ticket-1").encode(),
            "v1.eyJzIjoic2l0ZS0xIiwiciI6InJlcV9hYmMiLCJjIjoidGlja2V0LTEiLCJ0IjoxNzAwMDAwMDAwMTIzLCJvIjoiNlJ6YlJ3VXNDVnZRIn1wJsUX"
        );
    }

    #[test]
    fn a_long_session_id_is_left_out() {
        let token = content(&"s".repeat(600)).encode();
        assert!(token.len() <= LONGEST);
        assert_eq!(TokenContent::decode(&token, ORIGIN).unwrap().session_id, None);
    }

    #[test]
    fn damage_and_strangers_are_refused() {
        let token = content("s").encode();
        let mut damaged = token.clone();
        let middle = damaged.len() / 2;
        let other = if damaged.as_bytes()[middle] == b'A' { "B" } else { "A" };
        damaged.replace_range(middle..=middle, other);
        for bad in ["", "v1.", "v2.abc", "v1.!!!", damaged.as_str(), &token[..token.len() - 3]] {
            let error = TokenContent::decode(bad, ORIGIN).unwrap_err();
            assert_eq!(
                (error.kind().as_str(), error.field()),
                ("invalid_input", Some("token")),
                "{bad}"
            );
        }
        for (site_id, request_id) in [("", "r"), ("..", "r"), ("a\n", "r"), ("s", ""), ("s", ".")] {
            let (site_id, request_id) = (site_id.to_owned(), request_id.to_owned());
            let forged = TokenContent { site_id, request_id, ..content("s") }.encode();
            let error = TokenContent::decode(&forged, ORIGIN).unwrap_err();
            assert_eq!((error.kind().as_str(), error.field()), ("invalid_input", Some("token")));
        }
        let error = TokenContent::decode(&token, "https://other.example").unwrap_err();
        assert!(error.message().contains("another server"));
    }
}
