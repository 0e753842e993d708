//! Giving the assistant something to know.

use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use uppzy::{Document, Upload};

use crate::account::Account;
use crate::failure::Failure;
use crate::page::{Page, counted};

const FILES: [&str; 2] = ["return-policy.pdf", "shipping-guide.docx"];
const TEXT: (&str, &str) = ("support-hours.txt", "Support hours");
const PAIRS: &str = "faq.json";

/// A question and its answer, as the example documents have them.
#[derive(Deserialize)]
struct Pair {
    title: String,
    question: String,
    answer: String,
    category: String,
}

/// A file of the example documents.
fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "documents", name].iter().collect()
}

/// The text of a file of the example documents.
pub(crate) fn read(name: &str) -> Result<String, Failure> {
    fs::read_to_string(path(name)).map_err(|error| Failure::Other(format!("{name}: {error}")))
}

fn pairs() -> Result<Vec<Pair>, Failure> {
    serde_json::from_str(&read(PAIRS)?).map_err(|error| Failure::Other(format!("{PAIRS}: {error}")))
}

/// What would be made.
pub(crate) fn plan() -> Result<Vec<String>, Failure> {
    Ok(vec![
        format!("upload {} and {}", FILES.join(", "), TEXT.0),
        format!("create {} with answers", counted(pairs()?.len(), "question")),
    ])
}

/// Uploads the example documents.
pub(crate) async fn upload(account: &Account, page: &mut Page<'_>) -> Result<(), Failure> {
    page.text(
        "documents.upload sends files, documents.create_text a text, documents.create_qa a question \
         with its answer.",
    )?;
    let documents = account.client.documents();
    let doing = |name: &str| Failure::while_doing(format!("creating a document from {name}"));
    for name in FILES {
        let made = documents.upload(Upload::path(path(name))).await.map_err(doing(name))?;
        account.note_document(&made.id);
        page.row(name, &described(&made))?;
    }
    let (name, title) = TEXT;
    let text = read(name)?;
    let made = documents.create_text(title, &text, Some("support")).await.map_err(doing(name))?;
    account.note_document(&made.id);
    page.row(name, &described(&made))?;
    let pairs = pairs()?;
    for Pair { title, question, answer, category } in &pairs {
        let made = documents
            .create_qa(title, question, answer, Some(category))
            .await
            .map_err(doing(PAIRS))?;
        account.note_document(&made.id);
    }
    let pairs = counted(pairs.len(), "question");
    page.row(PAIRS, &format!("{pairs} with answers"))?;
    Ok(())
}

fn described(document: &Document) -> String {
    match &document.status {
        Some(status) => format!("{status}, {}", document.id),
        None => document.id.clone(),
    }
}
