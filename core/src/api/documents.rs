//! Documents: what the assistant knows.

use serde_json::{Value, json};

use crate::error::Result;
use crate::model::{Document, DocumentStatus, Listing, OpenObject};
use crate::operation::{
    DOCUMENTS_CREATE_QA, DOCUMENTS_CREATE_TEXT, DOCUMENTS_DELETE, DOCUMENTS_LIST,
    DOCUMENTS_SET_STATUS, DOCUMENTS_UPDATE, Operation,
};
use crate::pipeline::{Call, RequestBody, execute};

use super::arguments::{query_pairs, require_ids, require_patch, require_text};
use super::family;

family! {
    /// Operations on the site's documents, from [`Client::documents`](crate::Client::documents).
    ///
    /// The vendor documents what is sent to create a document, and that the answer has its id. All
    /// other fields are assumed; what this version does not know is in [`Document::extra`].
    Documents
}

impl Documents {
    /// Lists documents.
    ///
    /// Documented: the path. Undocumented: filters and paging, so the query is sent as it is given,
    /// and what comes beside the list is in [`Listing::extra`].
    ///
    /// # Errors
    /// `config` without a site id; else as every read.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// for document in client.documents().list(&[]).await? {
    ///     println!("{} {:?}", document.id, document.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn list(&self, query: &[(&str, &str)]) -> Result<Listing<Document>> {
        let operation = &DOCUMENTS_LIST;
        let query = query_pairs(operation, query)?;
        let call = Call { query: &query, ..Call::new(operation, &self.options) };
        execute(&self.client, call, Listing::parse).await
    }

    /// Creates a document from text.
    ///
    /// Documented: `title`, `content` and `category`, and that the answer has the document's id. Keep
    /// that id beside your own record: the API knows no other way to find a document again, and a
    /// second call makes a second document. Assumed: that the category may be left out.
    ///
    /// # Errors
    /// `invalid_input` for an empty title or content, or a category that is given but empty;
    /// `config` without a site id; else as every write. An attempt that may have created the
    /// document is not repeated unless [`Documents::retry_unknown`] allows it.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let document = client
    ///     .documents()
    ///     .create_text("Support hours", "We answer from 9 to 17.", Some("support"))
    ///     .await?;
    /// println!("created {}", document.id);
    /// # Ok(()) }
    /// ```
    pub async fn create_text(
        &self,
        title: &str,
        content: &str,
        category: Option<&str>,
    ) -> Result<Document> {
        let operation = &DOCUMENTS_CREATE_TEXT;
        require_text(operation, "title", title, "give the document a title")?;
        require_text(operation, "content", content, "pass the document's text")?;
        let body = json!({"title": title, "content": content});
        self.create(operation, body, category).await
    }

    /// Creates a question with its answer.
    ///
    /// Documented: `title`, `question`, `answer` and `category`, and that the answer has the
    /// document's id; see [`Documents::create_text`] on keeping it. Assumed: that the category may
    /// be left out.
    ///
    /// # Errors
    /// `invalid_input` for an empty title, question or answer, or a category that is given but
    /// empty; `config` without a site id; else as every write. An attempt that may have created the
    /// document is not repeated unless [`Documents::retry_unknown`] allows it.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let document = client
    ///     .documents()
    ///     .create_qa("Returns", "May I return a lamp?", "Yes, within 30 days.", Some("returns"))
    ///     .await?;
    /// println!("created {}", document.id);
    /// # Ok(()) }
    /// ```
    pub async fn create_qa(
        &self,
        title: &str,
        question: &str,
        answer: &str,
        category: Option<&str>,
    ) -> Result<Document> {
        let operation = &DOCUMENTS_CREATE_QA;
        require_text(operation, "title", title, "give the document a title")?;
        require_text(operation, "question", question, "pass the question that users ask")?;
        require_text(operation, "answer", answer, "pass the answer to give")?;
        let body = json!({"title": title, "question": question, "answer": answer});
        self.create(operation, body, category).await
    }

    /// Changes a document.
    ///
    /// Documented: the path. Assumed: that fields which the patch does not name keep their values;
    /// the names are passed on as they are. Where the server answers without a document, the result
    /// has the id that was asked for and no more.
    ///
    /// # Errors
    /// `invalid_input` for an empty id, or a patch that is no object or has no fields; `not_found`
    /// for a document that is not on this site; `config` without a site id; else as every write. A
    /// repeat sets the same values, so failures are retried.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let patch = serde_json::json!({"title": "Opening hours"});
    /// client.documents().update("doc-1", &patch).await?;
    /// # Ok(()) }
    /// ```
    pub async fn update(&self, document_id: &str, patch: &Value) -> Result<Document> {
        let operation = &DOCUMENTS_UPDATE;
        require_text(operation, "document_id", document_id, "pass the id of a document")?;
        require_patch(operation, patch)?;
        let path = [("document_id", document_id)];
        let body = RequestBody::json(patch);
        let call = Call { path: &path, body, ..Call::new(operation, &self.options) };
        execute(&self.client, call, |body, meta| Document::parse_changed(body, document_id, meta))
            .await
    }

    /// Activates documents, or makes drafts of them: only active ones take part in answers.
    ///
    /// Documented: the path, and the states `active` and `draft`. Assumed: the body,
    /// `{"ids": […], "status": "…"}`.
    ///
    /// # Errors
    /// `invalid_input` for a list without ids, an empty id in it, or an empty status; `config`
    /// without a site id; else as every write. A repeat sets the same status, so failures are
    /// retried.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// use uppzy::DocumentStatus;
    ///
    /// client.documents().set_status(&["doc-1", "doc-2"], DocumentStatus::Active).await?;
    /// # Ok(()) }
    /// ```
    pub async fn set_status(
        &self,
        ids: &[impl AsRef<str> + Sync],
        status: impl Into<DocumentStatus> + Send,
    ) -> Result<OpenObject> {
        let operation = &DOCUMENTS_SET_STATUS;
        let ids = require_ids(operation, ids)?;
        let status = status.into();
        require_text(operation, "status", status.as_str(), "pass `active` or `draft`")?;
        self.change_many(operation, &json!({"ids": ids, "status": status})).await
    }

    /// Deletes documents.
    ///
    /// Documented: the path. Assumed: the body, `{"ids": […]}`.
    ///
    /// # Errors
    /// `invalid_input` for a list without ids or an empty id in it; `config` without a site id; else
    /// as every write. A repeat finds the documents gone, so failures are retried.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// client.documents().delete(&["doc-1"]).await?;
    /// # Ok(()) }
    /// ```
    pub async fn delete(&self, ids: &[impl AsRef<str> + Sync]) -> Result<OpenObject> {
        let operation = &DOCUMENTS_DELETE;
        let ids = require_ids(operation, ids)?;
        self.change_many(operation, &json!({"ids": ids})).await
    }

    async fn create(
        &self,
        operation: &'static Operation,
        mut body: Value,
        category: Option<&str>,
    ) -> Result<Document> {
        if let Some(category) = category {
            require_text(operation, "category", category, "name one, or leave it out")?;
            if let Value::Object(fields) = &mut body {
                fields.insert("category".to_owned(), category.into());
            }
        }
        let body = RequestBody::json(&body);
        let call = Call { body, ..Call::new(operation, &self.options) };
        execute(&self.client, call, Document::parse).await
    }

    async fn change_many(&self, operation: &'static Operation, body: &Value) -> Result<OpenObject> {
        let body = RequestBody::json(body);
        let call = Call { body, ..Call::new(operation, &self.options) };
        execute(&self.client, call, OpenObject::parse).await
    }
}
