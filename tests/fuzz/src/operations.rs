//! Every operation of the client, each with its result in one form.

use serde_json::{Value, json};
use uppzy::{ChatRequest, Client, Error, Feedback, PollOutcome, Upload};

/// The names of all operations, and of what is composed of them.
pub const EVERY_OPERATION: [&str; 26] = [
    "tenant.get",
    "tenant.limits",
    "tenant.usage",
    "tenant.usage_history",
    "tenant.statistics",
    "site.get",
    "site.statistics",
    "site.user_statistics",
    "site.widget_config",
    "site.update_widget_config",
    "documents.list",
    "documents.upload",
    "documents.create_text",
    "documents.create_qa",
    "documents.update",
    "documents.set_status",
    "documents.delete",
    "chat.send",
    "chat.submit",
    "chat.status",
    "chat.feedback",
    "sessions.list",
    "sessions.close",
    "sessions.latest_open",
    "chat.ask",
    "chat.poll_once",
];

/// What a call gave: its fields as JSON and its debug form.
pub type Outcome = Result<(Value, String), Error>;

fn shown<T: std::fmt::Debug>(value: &T, json: Value) -> (Value, String) {
    (json, format!("{value:?} {value:#?}"))
}

/// Calls the operation with plain arguments.
///
/// # Errors
///
/// What the call ends in.
///
/// # Panics
///
/// Where there is no such operation.
pub async fn call(client: &Client, operation: &str) -> Outcome {
    let (tenant, site) = (client.tenant(), client.site());
    let (documents, chat, sessions) = (client.documents(), client.chat(), client.sessions());
    let question = ChatRequest::new("s-1", "Why does it hum?").email("ann@example.org");
    let open = |value: uppzy::OpenObject| shown(&value, value.to_json());
    let document = |value: uppzy::Document| shown(&value, value.to_json());
    Ok(match operation {
        "tenant.get" => open(tenant.get(&[]).await?),
        "tenant.limits" => open(tenant.limits(&[]).await?),
        "tenant.usage" => open(tenant.usage(&[]).await?),
        "tenant.usage_history" => open(tenant.usage_history(&[]).await?),
        "tenant.statistics" => open(tenant.statistics(&[]).await?),
        "site.get" => open(site.get(&[]).await?),
        "site.statistics" => open(site.statistics(&[]).await?),
        "site.user_statistics" => open(site.user_statistics("ann@example.org").await?),
        "site.widget_config" => open(site.widget_config().await?),
        "site.update_widget_config" => open(site.update_widget_config(&json!({"a": 1})).await?),
        "documents.list" => {
            let list = documents.list(&[]).await?;
            shown(&list, list.to_json())
        }
        "documents.upload" => {
            document(documents.upload(Upload::bytes("lamps.txt", "All lamps hum.")).await?)
        }
        "documents.create_text" => document(documents.create_text("t", "c", None).await?),
        "documents.create_qa" => document(documents.create_qa("t", "q", "a", None).await?),
        "documents.update" => document(documents.update("d-1", &json!({"title": "t"})).await?),
        "documents.set_status" => {
            open(documents.set_status(&["d-1"], uppzy::DocumentStatus::Draft).await?)
        }
        "documents.delete" => open(documents.delete(&["d-1"]).await?),
        "chat.send" => {
            let answer = chat.send(&question).await?;
            shown(&answer, answer.to_json())
        }
        "chat.submit" => {
            let pending = chat.submit(&question).await?;
            let json = json!({
                "request_id": pending.request_id(),
                "session_id": pending.session_id(),
                "token": pending.token(),
            });
            shown(&pending, json)
        }
        "chat.status" => {
            let status = chat.status("req-1").await?;
            shown(&status, status.to_json())
        }
        "chat.feedback" => {
            let receipt = chat.feedback("s-1", "req-1", Feedback::Good).await?;
            shown(&receipt, receipt.to_json())
        }
        "sessions.list" => {
            let list = sessions.list(None, &[]).await?;
            shown(&list, list.to_json())
        }
        "sessions.close" => {
            sessions.close("s-1").await?;
            shown(&(), json!({}))
        }
        "sessions.latest_open" => {
            let session = sessions.latest_open("ann@example.org").await?;
            let json = session.as_ref().map_or(json!({}), uppzy::Session::to_json);
            shown(&session, json)
        }
        "chat.ask" => {
            let answer = chat.ask(&question).await?;
            shown(&answer, answer.to_json())
        }
        "chat.poll_once" => {
            let pending = chat.submit(&question).await?;
            let found = chat.poll_once(&pending.token()).await?;
            let json = match &found {
                PollOutcome::Pending { retry_in } => json!({"retry_in": retry_in.as_secs_f64()}),
                PollOutcome::Completed(answer) => answer.to_json(),
                PollOutcome::Failed(error) => error.to_json(),
            };
            shown(&found, json)
        }
        other => panic!("no operation {other}"),
    })
}
