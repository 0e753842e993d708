//! The table of operations: what each is called, where it goes, and how it may be repeated.

use std::time::Duration;

use http::Method;

/// Whether repeating an operation can change more than sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryClass {
    /// A repeat is harmless: reading, or setting a value.
    Repeatable,
    /// A repeat can double a message or a document.
    SideEffect,
}

/// One operation of the API.
#[derive(Debug)]
pub struct Operation {
    /// The name used in logs, metrics, errors and every language.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base URL, with placeholders. Never logged filled in.
    pub template: &'static str,
    /// Whether a repeat is harmless.
    pub retry: RetryClass,
    /// The default total time of a call.
    pub timeout: Duration,
    /// The longest wait for the head of an answer.
    pub first_byte: Duration,
}

const GENERAL_TIMEOUT: Duration = Duration::from_secs(30);
const GENERAL_FIRST_BYTE: Duration = Duration::from_secs(20);
/// The vendor documents 5 to 60 s for a synchronous answer.
const SEND_TIMEOUT: Duration = Duration::from_secs(90);
const SEND_FIRST_BYTE: Duration = Duration::from_secs(75);
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);

/// The default total time of `chat.ask`, and of waiting for a pending answer.
pub const ASK_TIMEOUT: Duration = Duration::from_secs(120);

macro_rules! operations {
    ($( $(#[$doc:meta])* $constant:ident = $name:literal $method:ident $template:literal $retry:ident
        $timeout:ident $first_byte:ident; )+) => {
        $( $(#[$doc])* pub static $constant: Operation = Operation {
            name: $name, method: Method::$method, template: $template, retry: RetryClass::$retry,
            timeout: $timeout, first_byte: $first_byte,
        }; )+
        /// Every operation, in the documented order.
        pub static ALL: &[&Operation] = &[ $( &$constant, )+ ];
    };
}

operations! {
    /// Reads the tenant.
    TENANT_GET = "tenant.get" GET "/m2m/tenants/{tenant}" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Reads the tenant's limits: the cheapest check that key, tenant and network are right.
    TENANT_LIMITS = "tenant.limits" GET "/m2m/tenants/{tenant}/limits" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Reads the tenant's usage.
    TENANT_USAGE = "tenant.usage" GET "/m2m/tenants/{tenant}/usage" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Reads the tenant's usage over time.
    TENANT_USAGE_HISTORY = "tenant.usage_history" GET "/m2m/tenants/{tenant}/usage/history" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Reads the tenant's statistics.
    TENANT_STATISTICS = "tenant.statistics" GET "/m2m/tenants/{tenant}/statistics" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Reads the site.
    SITE_GET = "site.get" GET "/m2m/sites/{site}" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Reads the site's statistics.
    SITE_STATISTICS = "site.statistics" GET "/m2m/sites/{site}/statistics" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Reads one user's statistics.
    SITE_USER_STATISTICS = "site.user_statistics" GET "/m2m/sites/{site}/users/{email}/statistics" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Reads the widget's configuration.
    SITE_WIDGET_CONFIG = "site.widget_config" GET "/m2m/sites/{site}/widget-config" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Changes the widget's configuration.
    SITE_UPDATE_WIDGET_CONFIG = "site.update_widget_config" PATCH "/m2m/sites/{site}/widget-config" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Lists documents.
    DOCUMENTS_LIST = "documents.list" GET "/m2m/sites/{site}/documents" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Uploads a file as a document.
    DOCUMENTS_UPLOAD = "documents.upload" POST "/m2m/sites/{site}/documents" SideEffect UPLOAD_TIMEOUT UPLOAD_TIMEOUT;
    /// Creates a document from text.
    DOCUMENTS_CREATE_TEXT = "documents.create_text" POST "/m2m/sites/{site}/documents/text" SideEffect GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Creates a question and answer pair.
    DOCUMENTS_CREATE_QA = "documents.create_qa" POST "/m2m/sites/{site}/documents/qa" SideEffect GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Changes a document.
    DOCUMENTS_UPDATE = "documents.update" PATCH "/m2m/sites/{site}/documents/{document}" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Activates documents, or makes drafts of them.
    DOCUMENTS_SET_STATUS = "documents.set_status" PATCH "/m2m/sites/{site}/documents/bulk-status" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Deletes documents.
    DOCUMENTS_DELETE = "documents.delete" POST "/m2m/sites/{site}/documents/bulk-delete" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Asks a question and waits on the open connection.
    CHAT_SEND = "chat.send" POST "/m2m/sites/{site}/chat" SideEffect SEND_TIMEOUT SEND_FIRST_BYTE;
    /// Hands a question in.
    CHAT_SUBMIT = "chat.submit" POST "/m2m/sites/{site}/chat/async" SideEffect GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Reads the state of a question that was handed in.
    CHAT_STATUS = "chat.status" GET "/m2m/sites/{site}/chat/requests/{request}" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Rates an answer.
    CHAT_FEEDBACK = "chat.feedback" POST "/m2m/sites/{site}/chat/feedback" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Lists sessions.
    SESSIONS_LIST = "sessions.list" GET "/m2m/sites/{site}/sessions" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
    /// Closes a session.
    SESSIONS_CLOSE = "sessions.close" POST "/m2m/sites/{site}/chat/session/close" Repeatable GENERAL_TIMEOUT GENERAL_FIRST_BYTE;
}

/// The operation with that name.
pub fn by_name(name: &str) -> Option<&'static Operation> {
    ALL.iter().copied().find(|operation| operation.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_repeatable_and_names_unique() {
        let mut names = std::collections::HashSet::new();
        for operation in ALL {
            assert!(names.insert(operation.name));
            if operation.method == Method::GET {
                assert_eq!(operation.retry, RetryClass::Repeatable, "{}", operation.name);
            }
            assert!(operation.first_byte <= operation.timeout);
            assert!(by_name(operation.name).is_some());
        }
        let once: Vec<_> = ALL
            .iter()
            .filter(|operation| operation.retry == RetryClass::SideEffect)
            .map(|operation| operation.name)
            .collect();
        assert_eq!(
            once,
            [
                "documents.upload",
                "documents.create_text",
                "documents.create_qa",
                "chat.send",
                "chat.submit"
            ]
        );
    }
}
