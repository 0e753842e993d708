//! Operations on the site's documents. Uploads are beside, as they ask for what they need.

use std::sync::Arc;

use uppzy::Documents;

use super::{Call, replied};
use crate::call::guarded;
use crate::client::NativeClient;
use crate::failure::CallError;
use crate::json::JsonValue;
use crate::settings::{CallSettings, Pair, borrowed};
use crate::upload::{NativeUpload, UploadSource};

/// What is asked of the site's documents.
#[derive(uniffi::Enum)]
pub enum DocumentsRequest {
    /// All of them.
    All {
        /// Parameters.
        query: Vec<Pair>,
    },
    /// A new one of text.
    CreateText {
        /// Its title.
        title: String,
        /// Its text.
        content: String,
        /// Its category.
        category: Option<String>,
    },
    /// A new one of a question and its answer.
    CreateQa {
        /// Its title.
        title: String,
        /// The question.
        question: String,
        /// The answer.
        answer: String,
        /// Its category.
        category: Option<String>,
    },
    /// Changes one.
    Update {
        /// Which.
        document_id: String,
        /// What of it.
        patch: JsonValue,
    },
    /// Changes whether they take part in answers.
    SetStatus {
        /// Which.
        ids: Vec<String>,
        /// How they stand from now on.
        status: String,
    },
    /// Deletes them.
    Delete {
        /// Which.
        ids: Vec<String>,
    },
}

impl DocumentsRequest {
    pub(super) fn call(self, documents: Documents) -> Call {
        match self {
            Self::All { query } => replied(async move { documents.list(&borrowed(&query)).await }),
            Self::CreateText { title, content, category } => replied(async move {
                documents.create_text(&title, &content, category.as_deref()).await
            }),
            Self::CreateQa { title, question, answer, category } => replied(async move {
                documents.create_qa(&title, &question, &answer, category.as_deref()).await
            }),
            Self::Update { document_id, patch } => {
                replied(async move { documents.update(&document_id, &patch.into()).await })
            }
            Self::SetStatus { ids, status } => {
                replied(async move { documents.set_status(&ids, status).await })
            }
            Self::Delete { ids } => replied(async move { documents.delete(&ids).await }),
        }
    }
}

#[uniffi::export]
impl NativeClient {
    /// Prepares an upload; its first step begins it.
    pub fn documents_upload(
        &self,
        source: UploadSource,
        file_name: Option<String>,
        content_type: Option<String>,
        settings: CallSettings,
    ) -> Result<Arc<NativeUpload>, CallError> {
        guarded(|| {
            let documents = self.client().documents().options(settings.options()?);
            let upload = NativeUpload::prepare(documents, source, file_name, content_type);
            Ok::<_, uppzy::Error>(upload)
        })
    }
}
