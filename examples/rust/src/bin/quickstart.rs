//! The first hour with the API: check the key, put in a document, ask, rate the answer.
//!
//! ```text
//! cargo run -p uppzy-examples --bin quickstart
//! ```

use std::process::ExitCode;

use uppzy::{ChatRequest, Client, Feedback};
use uppzy_examples::{Outcome, finish};

const TITLE: &str = "Returning a lamp";

#[tokio::main]
async fn main() -> ExitCode {
    finish(run().await)
}

async fn run() -> Outcome {
    let client = Client::from_env()?; // UPPZY_API_KEY, UPPZY_TENANT_ID, UPPZY_SITE_ID

    // The cheapest check that key, tenant and network are right.
    let limits = client.tenant().limits(&[]).await?;
    println!("Connected to {} in {:.0?}.", client.base_url(), limits.meta.elapsed);

    // A second call would make a second document, so look first.
    let documents = client.documents().list(&[]).await?;
    if !documents.iter().any(|document| document.title.as_deref() == Some(TITLE)) {
        let answer = "Send it back within 30 days. The label is in your account under Orders.";
        let category = Some("returns");
        let documents = client.documents();
        let made = documents.create_qa(TITLE, "How do I return a lamp?", answer, category).await?;
        println!("Created the document {}.", made.id);
    }

    // Submits, then waits: a connection that breaks on the way loses nothing and doubles nothing.
    let question = ChatRequest::new("quickstart-1", "How do I return a lamp?");
    let answer = client.chat().ask(&question).await?;
    println!("Question: {}", question.message);
    println!("Answer:   {}", answer.text());
    if let Some(level) = &answer.confidence_level {
        println!("Confidence: {level}");
    }

    client.chat().feedback(&answer.session_id, &answer.request_id, Feedback::Good).await?;
    println!("Rated as good. The request id for the vendor's support: {}", answer.request_id);
    Ok(())
}
