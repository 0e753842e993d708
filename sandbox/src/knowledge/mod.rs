//! What the sandbox knows: the text of uploaded documents, and answers found in it.
//!
//! [`extract`] turns an uploaded file into text. An [`Index`] holds such texts and question and
//! answer pairs, and finds the passage that answers a question. Nothing here generates text: an
//! answer is always a quotation, so that it can be checked against the document.

mod answering;
mod detect;
mod docx;
mod extract;
mod html;
mod index;
mod passages;
mod pdf;
mod plain;
#[cfg(test)]
mod test_shop;
mod words;

pub use answering::{Reply, Source};
pub use extract::{DocumentFile, ExtractError, FileFormat, extract};
pub use index::{Content, Index};
