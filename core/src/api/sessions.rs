//! Sessions: conversations of one person or thread.

use serde_json::json;

use crate::error::Result;
use crate::model::{Listing, OpenObject, Session};
use crate::operation::{SESSIONS_CLOSE, SESSIONS_LIST};
use crate::pipeline::{Call, RequestBody, execute};

use super::arguments::{query_pairs, refusal, require_text};
use super::family;

family! {
    /// Operations on sessions, from [`Client::sessions`](crate::Client::sessions).
    Sessions
}

impl Sessions {
    /// Lists sessions, all of them or those of one person.
    ///
    /// Documented: `email` as the one parameter, and the items' `id`, `created_at`, `updated_at`,
    /// `closed_at` and `message_count`. Undocumented: other filters and paging, so the query is sent
    /// as it is given.
    ///
    /// # Errors
    /// `invalid_input` for an email that is given but empty, or given twice; `config` without a site
    /// id; else as every read.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// for session in client.sessions().list(Some("ann@example.org"), &[]).await? {
    ///     println!("{} open: {}", session.id, session.is_open());
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn list(
        &self,
        email: Option<&str>,
        query: &[(&str, &str)],
    ) -> Result<Listing<Session>> {
        let operation = &SESSIONS_LIST;
        let mut pairs = query_pairs(operation, query)?;
        if let Some(email) = email {
            require_text(operation, "email", email, "pass the person's address, or none")?;
            if pairs.iter().any(|(name, _)| name == "email") {
                let message = "email is given twice: leave it out of the query";
                return Err(refusal(operation, "email", message));
            }
            pairs.insert(0, ("email".to_owned(), email.to_owned()));
        }
        let call = Call { query: &pairs, ..Call::new(operation, &self.options) };
        execute(&self.client, call, Listing::parse).await
    }

    /// Closes a session. It is archived and takes no more messages: to go on, use a new session id.
    ///
    /// Documented, also that closing a closed session succeeds. So failures are retried.
    ///
    /// # Errors
    /// `invalid_input` for an empty session id; `config` without a site id; else as every write.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// client.sessions().close("ticket-48291").await?;
    /// # Ok(()) }
    /// ```
    pub async fn close(&self, session_id: &str) -> Result<()> {
        let operation = &SESSIONS_CLOSE;
        require_text(operation, "session_id", session_id, "pass the session to close")?;
        let body = RequestBody::json(&json!({"session_id": session_id}));
        let call = Call { body, ..Call::new(operation, &self.options) };
        // Read, although nothing of it is needed: a proxy's page is no confirmation.
        execute(&self.client, call, OpenObject::parse).await.map(drop)
    }

    /// The person's open session that was last updated, to go on with; none when there is none.
    ///
    /// Made of [`Sessions::list`], as the vendor's pages show it: a session is open while it has no
    /// `closed_at`. Where the server gives no `updated_at`, `created_at` counts. Sessions that the
    /// server lists with another address are left out, should it ignore the filter.
    ///
    /// # Errors
    /// As [`Sessions::list`].
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let session_id = match client.sessions().latest_open("ann@example.org").await? {
    ///     Some(session) => session.id,
    ///     None => "a new one".to_owned(),
    /// };
    /// # drop(session_id); Ok(()) }
    /// ```
    pub async fn latest_open(&self, email: &str) -> Result<Option<Session>> {
        let sessions = self.list(Some(email), &[]).await?;
        Ok(latest_open_of(sessions.items, email))
    }
}

fn latest_open_of(sessions: Vec<Session>, email: &str) -> Option<Session> {
    let of_person = |session: &Session| {
        session
            .email
            .as_deref()
            .is_none_or(|listed| listed.trim().to_lowercase() == email.trim().to_lowercase())
    };
    sessions
        .into_iter()
        // Of equals the last one is taken: so that it is the server's first.
        .rev()
        .filter(|session| session.is_open() && of_person(session))
        .max_by_key(|session| session.updated_at.or(session.created_at))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::model::Meta;

    fn latest(sessions: &Value) -> Option<String> {
        let list =
            Listing::<Session>::parse(sessions.to_string().as_bytes(), Meta::default()).unwrap();
        latest_open_of(list.items, "Ann@example.org").map(|session| session.id)
    }

    #[test]
    fn the_open_session_that_was_updated_last_is_chosen() {
        let sessions = json!([
            {"id": "old", "updated_at": "2026-01-01T00:00:00Z"},
            {"id": "new", "updated_at": "2026-01-03T00:00:00Z", "created_at": "2025-01-01"},
            {"id": "closed", "updated_at": "2026-01-09", "closed_at": "2026-01-09"},
            {"id": "created", "created_at": "2026-01-02T00:00:00Z"},
            {"id": "timeless"},
        ]);
        assert_eq!(latest(&sessions).as_deref(), Some("new"));
    }

    #[test]
    fn the_time_of_creation_stands_in_for_the_update() {
        let sessions = json!([
            {"id": "a", "updated_at": "2026-01-01"}, {"id": "b", "created_at": "2026-01-02"},
        ]);
        assert_eq!(latest(&sessions).as_deref(), Some("b"));
    }

    #[test]
    fn of_equals_the_server_s_first_is_chosen() {
        assert_eq!(latest(&json!([{"id": "a"}, {"id": "b"}])).as_deref(), Some("a"));
    }

    #[test]
    fn sessions_of_others_are_never_chosen() {
        let sessions = json!([
            {"id": "other", "email": "bob@example.org", "updated_at": "2026-01-09"},
            {"id": "own", "email": "ann@EXAMPLE.org", "updated_at": "2026-01-01"},
        ]);
        assert_eq!(latest(&sessions).as_deref(), Some("own"));
    }

    #[test]
    fn there_may_be_none() {
        assert_eq!(latest(&json!([])), None);
        assert_eq!(latest(&json!([{"id": "a", "closed_at": "2026-01-01"}])), None);
        assert_eq!(latest(&json!([{"id": "a", "email": "bob@example.org"}])), None);
    }
}
