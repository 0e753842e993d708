//! Errors on their way to JavaScript, where the classes are.

use napi::bindgen_prelude::Either;
use napi_derive::napi;
use uppzy::Error;

/// The error behind a JavaScript error.
#[napi]
pub struct ErrorDetails(Error);

impl From<Error> for ErrorDetails {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// The value, or the error behind it for the facade to throw.
pub(crate) fn told<T>(result: uppzy::Result<T>) -> Either<T, ErrorDetails> {
    match result {
        Ok(value) => Either::A(value),
        Err(error) => Either::B(error.into()),
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
        self.0.queue_verdict().to_json().to_string()
    }

    /// The table of error kinds as JSON, for tests and documentation.
    #[napi]
    pub fn table() -> String {
        uppzy_boundary::error_table().to_string()
    }
}
