//! Errors on their way to JavaScript, where the classes are.

use napi_derive::napi;
use serde_json::{Value, json};
use uppzy::{Error, ErrorKind};

/// What went wrong: in the core, or in this layer before the core was asked.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    Core(Error),
    InvalidInput { field: Option<String>, message: String },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl Failure {
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::Core(Error::internal(message))
    }

    pub(crate) fn invalid_input(field: &str, message: impl Into<String>) -> Self {
        Self::InvalidInput { field: Some(field.to_owned()), message: message.into() }
    }

    /// A panic that was caught, with its text if it had one.
    pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> Self {
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no text".to_owned());
        Self::internal(format!("a part of the client panicked: {text}"))
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Core(error) => error.to_json(),
            Self::InvalidInput { field, message } => {
                let mut json = Error::internal(message.as_str()).to_json();
                let row = ErrorKind::InvalidInput.row();
                if let Some(fields) = json.as_object_mut() {
                    for (name, value) in [
                        ("kind", json!(row.name)),
                        ("class", json!(row.class_name)),
                        ("user_message", json!(row.user_message)),
                        ("hint", json!(row.hint)),
                        ("field", json!(field)),
                        ("outcome", json!(row.outcome)),
                    ] {
                        fields.insert(name.to_owned(), value);
                    }
                }
                json
            }
        }
    }

    fn report(&self) -> String {
        match self {
            Self::Core(error) => error.report(),
            Self::InvalidInput { message, .. } => {
                let row = ErrorKind::InvalidInput.row();
                let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
                let version = uppzy::VERSION;
                format!(
                    "uppzy {version} on {os}-{arch}\nerror: {} ({message})\nhint: {}\n",
                    row.name, row.hint
                )
            }
        }
    }

    fn queue_verdict(&self) -> Value {
        match self {
            Self::Core(error) => error.queue_verdict().to_json(),
            Self::InvalidInput { message, .. } => {
                let kind = ErrorKind::InvalidInput.as_str();
                json!({"action": "give_up", "reason": format!("{kind}: {message}")})
            }
        }
    }
}

/// The error behind a JavaScript error.
#[napi]
pub struct ErrorDetails(Failure);

impl ErrorDetails {
    pub(crate) fn new(failure: Failure) -> Self {
        Self(failure)
    }
}

impl From<Failure> for ErrorDetails {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

#[napi]
impl ErrorDetails {
    /// All fields, as JSON.
    #[napi]
    pub fn fields(&self) -> String {
        self.0.to_json().to_string()
    }

    /// The text for a support ticket.
    #[napi]
    pub fn report(&self) -> String {
        self.0.report()
    }

    /// What a job queue should do, as JSON.
    #[napi]
    pub fn queue_verdict(&self) -> String {
        self.0.queue_verdict().to_string()
    }

    /// The table of error kinds as JSON, for tests and documentation.
    #[napi]
    pub fn table() -> String {
        let rows: Vec<Value> = ErrorKind::TABLE
            .iter()
            .map(|row| {
                json!({
                    "kind": row.name,
                    "class": row.class_name,
                    "group": row.group.class_name(),
                    "when": row.when,
                    "outcome": row.outcome,
                    "retryable": row.retryable,
                    "user_message": row.user_message,
                    "hint": row.hint,
                })
            })
            .collect();
        Value::Array(rows).to_string()
    }
}
