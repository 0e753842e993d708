//! A help desk that learns what its users think of answers, and hands over to people in time.
//!
//! ```text
//! cargo run -p uppzy-examples --bin feedback_loop -- tickets.jsonl
//! ```
//!
//! Reads a question a line, and after each answer a line that says `good`, `bad`, or anything else for
//! no judgement. A ticket is written when the assistant is not sure, when it cannot answer, when the
//! user wants a person, and when the answer was bad. It holds the two ids that find the conversation
//! again, and no text of it.

use std::env;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;
use uppzy::blocking::{Chat, Client};
use uppzy::{Answer, ChatRequest, ConfidenceLevel, Feedback};
use uppzy_examples::{Outcome, finish};

const FALLBACK: &str = "I cannot answer that right now.";
const WORDS_FOR_A_PERSON: [&str; 4] = ["human", "operator", "person", "someone"];

fn main() -> ExitCode {
    finish(run())
}

fn run() -> Outcome {
    let tickets = env::args().nth(1).ok_or("usage: feedback_loop TICKETS_FILE")?;
    let client = Client::from_env()?;
    let chat = client.chat().timeout(Duration::from_secs(60));
    let session = format!("desk-{}", std::process::id());
    let mut lines = io::stdin().lines();
    while let Some(question) = lines.next().transpose()? {
        if question.trim().is_empty() {
            continue;
        }
        let request = ChatRequest::new(&session, &question);
        let answer = chat.ask_with_fallback(&request, FALLBACK)?;
        println!("{}", answer.text());
        let mut reason = needs_a_person(&question, &answer);
        // A fallback is no answer of the assistant, so there is nothing to rate.
        if !answer.is_fallback {
            println!("Was that good or bad?");
            let judgement = lines.next().transpose()?.unwrap_or_default();
            if rate(&chat, &answer, judgement.trim())? == Some(Feedback::Bad) {
                reason = reason.or(Some("bad_feedback"));
            }
        }
        if let Some(reason) = reason {
            let ticket = json!({
                "reason": reason,
                "session_id": answer.session_id,
                "request_id": answer.request_id,
            });
            let mut file = OpenOptions::new().create(true).append(true).open(&tickets)?;
            writeln!(file, "{ticket}")?;
            println!("A person will get back to you.");
        }
    }
    let metrics = client.metrics();
    println!("{} good, {} bad", metrics.feedback_good, metrics.feedback_bad);
    Ok(())
}

/// Why a person should see to it, by the vendor's advice.
fn needs_a_person(question: &str, answer: &Answer) -> Option<&'static str> {
    let mut words = question.split(|character: char| !character.is_alphanumeric());
    if words.any(|word| WORDS_FOR_A_PERSON.contains(&word.to_lowercase().as_str())) {
        return Some("asked_for_a_person");
    }
    if answer.is_fallback {
        return Some("no_answer");
    }
    match &answer.confidence_level {
        Some(ConfidenceLevel::Low) => Some("low_confidence"),
        // Levels that are not known yet, or none at all, are no reason by themselves.
        _ => None,
    }
}

fn rate(chat: &Chat, answer: &Answer, judgement: &str) -> Outcome<Option<Feedback>> {
    let feedback = match judgement {
        "good" => Feedback::Good,
        "bad" => Feedback::Bad,
        _ => return Ok(None),
    };
    chat.feedback(&answer.session_id, &answer.request_id, feedback)?;
    Ok(Some(feedback))
}
