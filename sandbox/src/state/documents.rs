//! Documents: adding, changing, deleting.

use super::{State, new_id};
use crate::knowledge_base::IndexChange;
use crate::model::{Document, DocumentContent, DocumentStatus, DocumentType};
use crate::store::Table;

/// A new document.
#[derive(Debug)]
pub(crate) struct NewDocument {
    pub(crate) title: String,
    pub(crate) kind: DocumentType,
    pub(crate) category: Option<String>,
    pub(crate) size: u64,
    pub(crate) content: DocumentContent,
}

impl State {
    pub(super) fn note_for_index(&self, document: &Document) {
        let id = document.id.clone();
        self.knowledge.note(match document.knowledge() {
            Some(content) => IndexChange::Insert { id, title: document.title.clone(), content },
            None => IndexChange::Remove { id },
        });
    }

    pub(crate) fn add_document(&mut self, now: i64, new: NewDocument) -> &Document {
        let ordinal = self.ordinal();
        let document = Document {
            id: new_id("doc_"),
            ordinal,
            title: new.title,
            kind: new.kind,
            category: new.category,
            status: DocumentStatus::Active,
            size: new.size,
            created_at: now,
            updated_at: now,
            content: new.content,
        };
        self.note_for_index(&document);
        self.save(Table::Documents, &document.id, &document);
        self.document_bytes += document.size;
        self.document_ordinals.insert(document.id.clone(), ordinal);
        self.documents.entry(ordinal).or_insert(document)
    }

    pub(crate) fn document(&self, id: &str) -> Option<&Document> {
        self.documents.get(self.document_ordinals.get(id)?)
    }

    /// Puts a changed document in the place of the one with its id.
    pub(crate) fn replace_document(&mut self, document: Document) {
        self.note_for_index(&document);
        self.save(Table::Documents, &document.id, &document);
        let after = document.size;
        let before = self.documents.insert(document.ordinal, document);
        let before = before.map_or(0, |document| document.size);
        self.document_bytes = (self.document_bytes + after).saturating_sub(before);
    }

    /// Whether there was such a document.
    pub(crate) fn delete_document(&mut self, id: &str) -> bool {
        let Some(ordinal) = self.document_ordinals.remove(id) else { return false };
        if let Some(document) = self.documents.remove(&ordinal) {
            self.document_bytes = self.document_bytes.saturating_sub(document.size);
        }
        self.knowledge.note(IndexChange::Remove { id: id.to_owned() });
        self.forget(Table::Documents, id);
        true
    }

    /// All documents, oldest first.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &Document> {
        self.documents.values()
    }

    pub(crate) fn document_count(&self) -> usize {
        self.documents.len()
    }

    pub(crate) fn document_bytes(&self) -> u64 {
        self.document_bytes
    }
}
