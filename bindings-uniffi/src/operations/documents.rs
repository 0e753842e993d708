//! Operations on the site's documents.

use std::sync::Arc;

use crate::call::{guarded, run};
use crate::cancel::Cancellation;
use crate::client::NativeClient;
use crate::failure::CallError;
use crate::json::JsonValue;
use crate::records::{DocumentData, DocumentListData, OpenData};
use crate::settings::{CallSettings, Pair, borrowed};
use crate::upload::{NativeUpload, UploadSource};

#[uniffi::export]
impl NativeClient {
    /// Lists documents.
    pub async fn documents_list(
        &self,
        query: Vec<Pair>,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<DocumentListData, CallError> {
        let documents = self.0.documents();
        run(cancellation, async move {
            documents.options(settings.options()?).list(&borrowed(&query)).await
        })
        .await
    }

    /// Prepares an upload; its first step begins it.
    pub fn documents_upload(
        &self,
        source: UploadSource,
        file_name: Option<String>,
        content_type: Option<String>,
        settings: CallSettings,
    ) -> Result<Arc<NativeUpload>, CallError> {
        guarded(|| {
            let documents = self.0.documents().options(settings.options()?);
            let upload = NativeUpload::prepare(documents, source, file_name, content_type);
            Ok::<_, uppzy::Error>(upload)
        })
    }

    /// Creates a document from text.
    pub async fn documents_create_text(
        &self,
        title: String,
        content: String,
        category: Option<String>,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<DocumentData, CallError> {
        let documents = self.0.documents();
        run(cancellation, async move {
            let documents = documents.options(settings.options()?);
            documents.create_text(&title, &content, category.as_deref()).await
        })
        .await
    }

    /// Creates a document from a question and its answer.
    pub async fn documents_create_qa(
        &self,
        title: String,
        question: String,
        answer: String,
        category: Option<String>,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<DocumentData, CallError> {
        let documents = self.0.documents();
        run(cancellation, async move {
            let documents = documents.options(settings.options()?);
            documents.create_qa(&title, &question, &answer, category.as_deref()).await
        })
        .await
    }

    /// Changes a document.
    pub async fn documents_update(
        &self,
        document_id: String,
        patch: JsonValue,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<DocumentData, CallError> {
        let documents = self.0.documents();
        run(cancellation, async move {
            documents.options(settings.options()?).update(&document_id, &patch.into()).await
        })
        .await
    }

    /// Changes the status of documents.
    pub async fn documents_set_status(
        &self,
        ids: Vec<String>,
        status: String,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<OpenData, CallError> {
        let documents = self.0.documents();
        run(cancellation, async move {
            documents.options(settings.options()?).set_status(&ids, status).await
        })
        .await
    }

    /// Deletes documents.
    pub async fn documents_delete(
        &self,
        ids: Vec<String>,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<OpenData, CallError> {
        let documents = self.0.documents();
        run(cancellation, async move { documents.options(settings.options()?).delete(&ids).await })
            .await
    }
}
