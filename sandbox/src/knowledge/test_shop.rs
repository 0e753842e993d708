//! Documents that the tests of this module ask about.

use super::answering::Reply;
use super::index::{Content, Index};

/// Puts a text in.
pub(super) fn text(index: &mut Index, id: &str, title: &str, content: &str) {
    index.insert(id, title, Content::Text(content.to_owned()));
}

/// Puts a question with its answer in.
pub(super) fn pair(index: &mut Index, id: &str, question: &str, answer: &str) {
    index.insert(
        id,
        "FAQ",
        Content::QuestionAnswer { question: question.to_owned(), answer: answer.to_owned() },
    );
}

/// The id of the document that a reply quotes.
pub(super) fn source(reply: &Reply) -> &str {
    reply.source.as_ref().map_or("", |source| &source.document_id)
}

/// A few documents of a shop.
pub(super) fn shop() -> Index {
    let mut index = Index::new();
    text(
        &mut index,
        "returns",
        "Return policy",
        "Returns are accepted within 30 days with a receipt.\n\nBulbs cannot be returned.",
    );
    text(
        &mut index,
        "hours",
        "Support hours",
        "The team answers Monday to Friday from 9:00 to 17:30.",
    );
    pair(&mut index, "warranty", "How long is the warranty on a lamp?", "Two years.");
    index
}
