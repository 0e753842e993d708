//! Endpoints of the workspace.

use serde_json::json;

use super::{Call, Outcome};
use crate::answer::Answer;
use crate::clock::{date, day, timestamp};
use crate::model::Counts;

pub(super) fn get(call: &Call<'_>) -> Outcome {
    let space = call.space;
    let created_at = space.with_state(|state| state.settings.created_at);
    Ok(Answer::ok(json!({
        "id": space.tenant_id(),
        "name": "Sandbox workspace",
        "plan": "sandbox",
        "status": "active",
        "sites": [{"id": space.site_id(), "name": "Sandbox site"}],
        "created_at": timestamp(created_at),
    })))
}

pub(super) fn limits(call: &Call<'_>) -> Outcome {
    let settings = call.space.with_state(|state| state.settings.clone());
    Ok(Answer::ok(json!({
        "tenant_id": call.space.tenant_id(),
        "plan": "sandbox",
        "api_access": settings.m2m,
        "daily_messages": settings.daily_messages,
        "max_upload_bytes": settings.max_upload_bytes,
    })))
}

pub(super) fn usage(call: &Call<'_>, now: i64) -> Outcome {
    let space = call.space;
    Ok(space.with_state(|state| {
        let today = day(now);
        let counts = state
            .days()
            .find(|(day, _)| *day == today)
            .map_or_else(Counts::default, |(_, counts)| *counts);
        let totals = state.totals();
        let (sessions, _) = state.session_counts();
        Answer::ok(json!({
            "tenant_id": space.tenant_id(),
            "date": date(today),
            "messages_today": counts.messages,
            "daily_messages": state.settings.daily_messages,
            "messages": totals.messages,
            "tokens_estimated": totals.tokens,
            "documents": state.document_count(),
            "document_bytes": state.document_bytes(),
            "sessions": sessions,
        }))
    }))
}

pub(super) fn usage_history(call: &Call<'_>) -> Outcome {
    let limit = call.query_count("limit")?.unwrap_or(usize::MAX);
    let space = call.space;
    Ok(space.with_state(|state| {
        let history: Vec<_> = state
            .days()
            .take(limit)
            .map(|(day, counts)| {
                json!({
                    "date": date(day),
                    "messages": counts.messages,
                    "tokens_estimated": counts.tokens,
                    "answers": counts.answers,
                    "failures": counts.failures,
                    "feedback_good": counts.good,
                    "feedback_bad": counts.bad,
                })
            })
            .collect();
        Answer::ok(json!({"tenant_id": space.tenant_id(), "history": history}))
    }))
}
