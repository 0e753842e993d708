//! Tenant, site, documents and sessions.

use serde_json::Value;

use super::handle::{calls, handle};
use crate::api::Upload;
use crate::model::{Document, DocumentStatus, Listing, OpenObject, Session};

handle! {
    /// Operations on the tenant. From [`Client::tenant`](crate::blocking::Client::tenant).
    Tenants
}

calls! {
    Tenants {
        /// Reads the tenant.
        fn get(&self, query: &[(&str, &str)]) -> Result<OpenObject>;
        /// Reads the limits of the tenant's plan: the cheapest check that key, tenant and network are
        /// right.
        fn limits(&self, query: &[(&str, &str)]) -> Result<OpenObject>;
        /// Reads what the tenant has used.
        fn usage(&self, query: &[(&str, &str)]) -> Result<OpenObject>;
        /// Reads what the tenant has used over time.
        fn usage_history(&self, query: &[(&str, &str)]) -> Result<OpenObject>;
        /// Reads the tenant's statistics.
        fn statistics(&self, query: &[(&str, &str)]) -> Result<OpenObject>;
    }
}

handle! {
    /// Operations on the site. From [`Client::site`](crate::blocking::Client::site).
    Sites
}

calls! {
    Sites {
        /// Reads the site.
        fn get(&self, query: &[(&str, &str)]) -> Result<OpenObject>;
        /// Reads the site's statistics.
        fn statistics(&self, query: &[(&str, &str)]) -> Result<OpenObject>;
        /// Reads one user's statistics.
        fn user_statistics(&self, email: &str) -> Result<OpenObject>;
        /// Reads the configuration of the site's chat widget.
        fn widget_config(&self) -> Result<OpenObject>;
        /// Changes the configuration of the site's chat widget, and gives back the server's answer.
        fn update_widget_config(&self, patch: &Value) -> Result<OpenObject>;
    }
}

handle! {
    /// Operations on the site's documents. From
    /// [`Client::documents`](crate::blocking::Client::documents).
    Documents
}

calls! {
    Documents {
        /// Lists documents.
        fn list(&self, query: &[(&str, &str)]) -> Result<Listing<Document>>;
        /// Uploads a file as a document. What comes from a [`std::io::Read`] is an
        /// [`Upload::blocking_reader`].
        fn upload(&self, upload: Upload) -> Result<Document>;
        /// Creates a document from text.
        fn create_text(&self, title: &str, content: &str, category: Option<&str>) -> Result<Document>;
        /// Creates a question with its answer.
        fn create_qa(&self, title: &str, question: &str, answer: &str, category: Option<&str>) -> Result<Document>;
        /// Changes a document.
        fn update(&self, document_id: &str, patch: &Value) -> Result<Document>;
        /// Activates documents, or makes drafts of them: only active ones take part in answers.
        fn set_status(&self, ids: &[impl AsRef<str> + Sync], status: impl Into<DocumentStatus> + Send) -> Result<OpenObject>;
        /// Deletes documents.
        fn delete(&self, ids: &[impl AsRef<str> + Sync]) -> Result<OpenObject>;
    }
}

handle! {
    /// Operations on sessions. From [`Client::sessions`](crate::blocking::Client::sessions).
    Sessions
}

calls! {
    Sessions {
        /// Lists sessions, all of them or those of one person.
        fn list(&self, email: Option<&str>, query: &[(&str, &str)]) -> Result<Listing<Session>>;
        /// Closes a session. It is archived and takes no more messages.
        fn close(&self, session_id: &str) -> Result<()>;
        /// The person's open session that was last updated, to go on with; none when there is none.
        fn latest_open(&self, email: &str) -> Result<Option<Session>>;
    }
}
