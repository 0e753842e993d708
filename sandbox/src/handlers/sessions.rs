//! Endpoints of conversations.

use serde_json::{Value, json};

use super::{Call, Fields, Outcome};
use crate::answer::Answer;
use crate::model::Session;

pub(super) fn list(call: &Call<'_>) -> Outcome {
    let email = call.query("email");
    let status = call.query_word("status", &["open", "closed"])?;
    let limit = call.query_count("limit")?.unwrap_or(usize::MAX);
    let wanted = |session: &&Session| {
        let is_open = session.closed_at.is_none();
        email.is_none_or(|email| session.email.as_deref() == Some(email))
            && status.is_none_or(|status| is_open == (status == "open"))
    };
    let sessions: Vec<Value> = call.space.with_state(|state| {
        let mut found: Vec<&Session> = state.sessions().filter(wanted).collect();
        found.sort_by(|one, other| {
            other.updated_at.cmp(&one.updated_at).then_with(|| one.id.cmp(&other.id))
        });
        found.into_iter().take(limit).map(Session::show).collect()
    });
    Ok(Answer::ok(json!({"sessions": sessions})))
}

pub(super) fn close(call: &Call<'_>, now: i64, fields: &Fields<'_>) -> Outcome {
    let session_id = fields.required("session_id")?;
    call.space.with_state(|state| state.close_session(now, session_id));
    Ok(Answer::ok(json!({"status": "ok"})))
}
