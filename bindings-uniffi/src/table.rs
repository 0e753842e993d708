//! What the core lists of itself, for tests and documentation.

use uppzy::ErrorKind;

/// A row of the table of error kinds.
#[derive(Clone, Debug, uniffi::Record)]
pub struct ErrorRow {
    /// The kind's name.
    pub kind: String,
    /// The name of its class.
    pub class_name: String,
    /// The name of the class above it.
    pub group: String,
    /// When it comes.
    pub comes_when: String,
    /// Whether the request reached the server.
    pub outcome: String,
    /// Whether it is retried.
    pub retryable: String,
    /// A sentence for an end user.
    pub user_message: String,
    /// What to change.
    pub hint: String,
}

/// The table of error kinds.
#[uniffi::export]
pub fn error_table() -> Vec<ErrorRow> {
    let row = |row: &uppzy::KindRow| ErrorRow {
        kind: row.name.to_owned(),
        class_name: row.class_name.to_owned(),
        group: row.group.class_name().to_owned(),
        comes_when: row.when.to_owned(),
        outcome: row.outcome.to_owned(),
        retryable: row.retryable.to_owned(),
        user_message: row.user_message.to_owned(),
        hint: row.hint.to_owned(),
    };
    ErrorKind::TABLE.iter().map(row).collect()
}

/// The names of all operations.
#[uniffi::export]
pub fn operation_names() -> Vec<String> {
    uppzy::operation::ALL.iter().map(|operation| operation.name.to_owned()).collect()
}

/// The version of the client.
#[uniffi::export]
pub fn client_version() -> String {
    uppzy::VERSION.to_owned()
}
