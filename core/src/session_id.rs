//! Session ids that are stable and tell nothing about the person behind them.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::{Error, Result};

const SHORTEST_SECRET: usize = 16;
/// 128 bits: no two people share an id by chance.
const ID_BYTES: usize = 16;

/// Makes session ids from the ids of your own system.
///
/// Session ids end up in logs, here and at the vendor, so a person's address or account number has
/// no place in them. These ids hold a keyed hash in its stead: the same input gives the same id, for
/// ever and in every language, and without the secret nobody can tell whose it is, not even by
/// trying all addresses.
///
/// # Construction
///
/// An id is a prefix and the first 16 bytes of HMAC-SHA256 under the secret, in lower-case
/// hexadecimal. What is hashed is UTF-8, with one zero byte after the word:
///
/// | id | hashed |
/// |---|---|
/// | `user-…` | `user`, 0, user |
/// | `thread-…` | `thread`, 0, thread |
/// | `channel-…` | `channel`, 0, length of channel, channel, length of user, user |
///
/// A length is the number of bytes that follow, as 8 bytes, the most significant first: so no two
/// pairs of channel and user are hashed alike.
///
/// Inputs are taken byte by byte, as they are: `Ann@example.org` and `ann@example.org` are two
/// users, and so are the composed and the decomposed form of `é`. Use an id that does not change,
/// or bring addresses to one form first.
///
/// A closed session takes no more messages. To go on afterwards, put a counter into the input:
/// `per_thread("ticket-8841/2")`.
///
/// # Example
///
/// ```
/// use uppzy::SessionIds;
///
/// let ids = SessionIds::new("keep me in your secret manager")?;
/// let session_id = ids.per_user("ann@example.org")?;
/// assert_eq!(session_id, "user-dd07c8133bd596a79f6d04afb5295f50");
/// # Ok::<(), uppzy::Error>(())
/// ```
#[derive(Clone)]
pub struct SessionIds {
    /// Keyed once, so that the secret itself is not kept.
    keyed: Hmac<Sha256>,
}

impl SessionIds {
    /// Takes the secret: at least 16 bytes, random, the same in all of your services, and never
    /// changed, since another secret gives other ids.
    ///
    /// # Errors
    ///
    /// `invalid_input` with the field `secret` when it is shorter.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self> {
        let secret = secret.as_ref();
        let refusal = |message: String| Error::invalid_input("secret", message);
        if secret.len() < SHORTEST_SECRET {
            return Err(refusal(format!(
                "secret must have at least {SHORTEST_SECRET} bytes, and has {}: make one with \
                 `openssl rand -hex 32`",
                secret.len()
            )));
        }
        let keyed = Hmac::new_from_slice(secret)
            .map_err(|fault| refusal(format!("secret cannot be used: {fault}")))?;
        Ok(Self { keyed })
    }

    /// One conversation for each user.
    ///
    /// # Errors
    ///
    /// `invalid_input` with the field `user` when it is blank: all unknown users would share one
    /// conversation.
    pub fn per_user(&self, user: &str) -> Result<String> {
        let user = not_blank("user", user)?;
        Ok(self.id("user", &[user.as_bytes()]))
    }

    /// One conversation for each thread, such as a ticket.
    ///
    /// # Errors
    ///
    /// `invalid_input` with the field `thread` when it is blank.
    pub fn per_thread(&self, thread: &str) -> Result<String> {
        let thread = not_blank("thread", thread)?;
        Ok(self.id("thread", &[thread.as_bytes()]))
    }

    /// One conversation for each user in each channel, such as a room of a messenger.
    ///
    /// # Errors
    ///
    /// `invalid_input` with the field `channel` or `user` when that is blank.
    pub fn per_channel(&self, channel: &str, user: &str) -> Result<String> {
        let channel = not_blank("channel", channel)?;
        let user = not_blank("user", user)?;
        let length = |text: &str| (text.len() as u64).to_be_bytes();
        Ok(self
            .id("channel", &[&length(channel), channel.as_bytes(), &length(user), user.as_bytes()]))
    }

    fn id(&self, kind: &str, parts: &[&[u8]]) -> String {
        let mut hash = self.keyed.clone();
        hash.update(kind.as_bytes());
        hash.update(&[0]);
        for part in parts {
            hash.update(part);
        }
        let mut id = format!("{kind}-");
        for byte in hash.finalize().into_bytes().iter().take(ID_BYTES) {
            id.push_str(&format!("{byte:02x}"));
        }
        id
    }
}

/// Shows nothing of the secret.
impl fmt::Debug for SessionIds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SessionIds").finish_non_exhaustive()
    }
}

fn not_blank<'a>(field: &str, text: &'a str) -> Result<&'a str> {
    if text.trim().is_empty() {
        let message = format!("{field} is empty: pass the id that your own system has for it");
        return Err(Error::invalid_input(field, message));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids() -> SessionIds {
        SessionIds::new("0123456789abcdef").unwrap()
    }

    /// Made with another implementation of HMAC. A change here is a change of everybody's ids.
    #[test]
    fn ids_never_change() {
        let ids = ids();
        assert_eq!(ids.per_user("42").unwrap(), "user-1fd4a286fea07a8d4372ab19f2e2c266");
        assert_eq!(
            ids.per_user("ann@example.org").unwrap(),
            "user-47eee6fe7467a17a388491b4c08ead0d"
        );
        assert_eq!(ids.per_user("Jörg 🙂").unwrap(), "user-1f8b71c277881dc13a42d25906b65d94");
        assert_eq!(
            ids.per_thread("ticket-8841").unwrap(),
            "thread-ccf993db3535722d9c6648cf3d04b12f"
        );
        assert_eq!(
            ids.per_channel("C024BE91L", "U2147483697").unwrap(),
            "channel-d6f48ee66d20f5704f9fcbd5f62e708c"
        );
        let long = SessionIds::new([0xff; 200]).unwrap();
        assert_eq!(long.per_user("42").unwrap(), "user-241a1f5a40ebf676817bc9d7364f41eb");
    }

    #[test]
    fn inputs_are_told_apart_and_not_normalised() {
        let ids = ids();
        let all = [
            ids.per_user("a").unwrap(),
            ids.per_user("A").unwrap(),
            ids.per_user(" a").unwrap(),
            ids.per_user("\u{e9}").unwrap(),
            ids.per_user("e\u{301}").unwrap(),
            ids.per_thread("a").unwrap(),
            ids.per_channel("a", "a").unwrap(),
            ids.per_channel("ab", "c").unwrap(),
            ids.per_channel("a", "bc").unwrap(),
            ids.per_channel("c", "ab").unwrap(),
            SessionIds::new("0123456789abcdeg").unwrap().per_user("a").unwrap(),
        ];
        let different: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }

    #[test]
    fn empty_inputs_are_refused_by_name() {
        let ids = ids();
        for (result, field) in [
            (ids.per_user(""), "user"),
            (ids.per_user(" \n"), "user"),
            (ids.per_thread(""), "thread"),
            (ids.per_channel("", "u"), "channel"),
            (ids.per_channel("c", ""), "user"),
            (SessionIds::new("").map(|_| String::new()), "secret"),
            (SessionIds::new("0123456789abcde").map(|_| String::new()), "secret"),
        ] {
            let error = result.unwrap_err();
            assert_eq!(error.kind().as_str(), "invalid_input");
            assert_eq!(error.field(), Some(field));
            assert!(!error.message().contains("0123"));
        }
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert_eq!(format!("{:?}", ids()), "SessionIds { .. }");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn ids_are_short_plain_and_hold_no_input(user in "[a-z]{6,12}@example\\.org", secret in prop::collection::vec(any::<u8>(), 16..80)) {
            let id = SessionIds::new(secret).unwrap().per_user(&user).unwrap();
            prop_assert_eq!(id.len(), "user-".len() + 32);
            prop_assert!(id.bytes().all(|byte| byte == b'-' || byte.is_ascii_alphanumeric()));
            prop_assert!(!id.contains(&user));
        }

        #[test]
        fn pairs_are_never_confused(a in "[ab]{1,4}", b in "[ab]{1,4}", c in "[ab]{1,4}", d in "[ab]{1,4}") {
            let ids = ids();
            let same = ids.per_channel(&a, &b).unwrap() == ids.per_channel(&c, &d).unwrap();
            prop_assert_eq!(same, a == c && b == d);
        }
    }
}
