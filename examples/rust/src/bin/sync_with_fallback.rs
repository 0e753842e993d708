//! A web server whose visitors always get an answer in time: the assistant's, or a neutral text.
//!
//! ```text
//! SESSION_SECRET="$(openssl rand -hex 32)" PORT=8080 \
//! cargo run -p uppzy-examples --bin sync_with_fallback
//! curl -d '{"user": "u-17", "question": "When are you open?"}' \
//!     -H 'Content-Type: application/json' http://127.0.0.1:8080/ask
//! ```

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use uppzy::{ChatRequest, Client, Error, ErrorKind, SessionIds};
use uppzy_examples::{Outcome, finish, number, setting};

const FALLBACK: &str = "Thank you for your question. Our team will answer you soon.";

/// What all requests share.
struct Desk {
    client: Client,
    sessions: SessionIds,
    patience: Duration,
}

#[derive(Deserialize)]
struct Question {
    user: String,
    question: String,
}

#[derive(Serialize)]
struct Reply {
    answer: String,
    /// Whether a person still has to answer.
    is_fallback: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    finish(run().await)
}

async fn run() -> Outcome {
    let desk = Desk {
        client: Client::from_env()?,
        sessions: SessionIds::new(setting("SESSION_SECRET")?)?,
        patience: Duration::from_secs(number("PATIENCE_SECONDS", 15)?),
    };
    let port = number("PORT", 8080)?.try_into().map_err(|_| "PORT must be at most 65535")?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}", listener.local_addr()?);
    let router = Router::new().route("/ask", post(ask)).with_state(Arc::new(desk));
    let stopped = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    axum::serve(listener, router).with_graceful_shutdown(stopped).await?;
    Ok(())
}

async fn ask(
    State(desk): State<Arc<Desk>>,
    Json(question): Json<Question>,
) -> Result<Json<Reply>, (StatusCode, &'static str)> {
    // Ids end up in logs: a keyed hash stands for the user.
    let session = desk.sessions.per_user(&question.user).map_err(refuse)?;
    let request = ChatRequest::new(session, question.question);
    let chat = desk.client.chat().timeout(desk.patience);
    let answer = chat.ask_with_fallback(&request, FALLBACK).await.map_err(refuse)?;
    if answer.is_fallback {
        // With the token, `chat.resume` gets the answer when it is made after all.
        let extra = serde_json::Value::from(answer.extra.clone());
        eprintln!("a fallback was shown: {extra}");
    }
    Ok(Json(Reply { answer: answer.text().to_owned(), is_fallback: answer.is_fallback }))
}

/// Faults that no fallback should hide: of the question, or of this server's settings.
fn refuse(error: Error) -> (StatusCode, &'static str) {
    let status = match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::BadRequest | ErrorKind::Unprocessable => {
            StatusCode::BAD_REQUEST
        }
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    eprintln!("{error}; {}", error.hint());
    (status, error.user_message())
}
