//! A call that was not made yet, and what a panic in it becomes.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use uppzy::{Error, Result};

/// A call that was not made yet.
pub type Call<R> = BoxFuture<'static, Result<R>>;

/// The call, with its result in the form that a language takes, and a panic as an error of it.
pub fn call<T: Into<R>, R: 'static>(
    call: impl Future<Output = Result<T>> + Send + 'static,
) -> Call<R> {
    Box::pin(caught(call.map(|result| result.map(Into::into))))
}

/// What the call comes to; a panic in it is an error of it.
pub fn caught<T, E: From<Error>>(
    call: impl Future<Output = std::result::Result<T, E>>,
) -> impl Future<Output = std::result::Result<T, E>> {
    let caught = AssertUnwindSafe(call).catch_unwind();
    caught.map(|result| result.unwrap_or_else(|panic| Err(panicked(&*panic).into())))
}

/// The error for a panic that was caught, with its text if it had one.
pub fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text");
    Error::internal(format!("a part of the client panicked: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn panics(with: Box<dyn Any + Send>) -> Result<u32> {
        std::panic::resume_unwind(with)
    }

    #[tokio::test]
    async fn a_panic_is_an_error_with_its_text() {
        let cases: [(Box<dyn Any + Send>, &str); 3] = [
            (Box::new("it broke"), "it broke"),
            (Box::new("it broke".to_owned()), "it broke"),
            (Box::new(7), "no text"),
        ];
        for (panic, text) in cases {
            let error = call::<u32, u64>(panics(panic)).await.unwrap_err();
            assert_eq!(error.kind().as_str(), "internal");
            assert_eq!(error.message(), format!("a part of the client panicked: {text}"));
        }
    }

    #[tokio::test]
    async fn a_result_takes_its_form() {
        assert_eq!(call::<u32, u64>(async { Ok(7) }).await.unwrap(), 7);
        let error = Error::invalid_input("ids", "there is none");
        let failed = call::<u32, u64>(async { Err(error) }).await.unwrap_err();
        assert_eq!(failed.field(), Some("ids"));
    }
}
