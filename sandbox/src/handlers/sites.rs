//! Endpoints of the site.

use serde_json::{Value, json};

use super::{Call, Fields, Outcome};
use crate::answer::{Answer, INVALID_PAYLOAD};
use crate::clock::timestamp;
use crate::model::User;
use crate::widget;

pub(super) fn get(call: &Call<'_>) -> Outcome {
    let space = call.space;
    Ok(space.with_state(|state| {
        Answer::ok(json!({
            "id": space.site_id(),
            "tenant_id": space.tenant_id(),
            "name": "Sandbox site",
            "status": "active",
            "documents": state.document_count(),
            "created_at": timestamp(state.settings.created_at),
        }))
    }))
}

/// Counts over everything. A workspace here has a single site, so that both count the same.
pub(super) fn statistics(call: &Call<'_>) -> Outcome {
    let space = call.space;
    Ok(space.with_state(|state| {
        let totals = state.totals();
        let (sessions, open) = state.session_counts();
        Answer::ok(json!({
            "tenant_id": space.tenant_id(),
            "site_id": space.site_id(),
            "messages": totals.messages,
            "answers": totals.answers,
            "failures": totals.failures,
            "tokens_estimated": totals.tokens,
            "average_confidence": totals.average_confidence(),
            "feedback_good": totals.good,
            "feedback_bad": totals.bad,
            "sessions": sessions,
            "sessions_open": open,
            "sessions_closed": sessions.saturating_sub(open),
            "documents": state.document_count(),
        }))
    }))
}

pub(super) fn user_statistics(call: &Call<'_>) -> Outcome {
    let email = call.parameter();
    let user = call.space.with_state(|state| state.user(&email).cloned());
    let seen = |at: fn(&User) -> i64| user.as_ref().map(|user| timestamp(at(user)));
    let (first_seen, last_seen) = (seen(|user| user.first_seen), seen(|user| user.last_seen));
    let user = user.unwrap_or_default();
    Ok(Answer::ok(json!({
        "email": email,
        "sessions": user.sessions,
        "messages": user.counts.messages,
        "answers": user.counts.answers,
        "average_confidence": user.counts.average_confidence(),
        "feedback_good": user.counts.good,
        "feedback_bad": user.counts.bad,
        "first_seen": first_seen,
        "last_seen": last_seen,
    })))
}

pub(super) fn widget_config(call: &Call<'_>) -> Outcome {
    Ok(Answer::ok(call.space.with_state(|state| state.widget_config.clone())))
}

pub(super) fn update_widget_config(call: &Call<'_>, patch: &Value) -> Outcome {
    let fields = Fields(patch).object().ok_or_else(|| Answer::bad_request(INVALID_PAYLOAD))?;
    widget::validate_patch(fields).map_err(|reason| Answer::bad_request(&reason))?;
    Ok(Answer::ok(call.space.with_state(|state| {
        widget::merge(&mut state.widget_config, patch);
        state.save_widget_config();
        state.widget_config.clone()
    })))
}
