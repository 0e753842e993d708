//! A call that was not made yet.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::failure::Failure;
use crate::produced::Produced;

pub(crate) type Outcome = Result<Produced, Failure>;
pub(crate) type Call = BoxFuture<'static, Outcome>;

/// The call, whose panic is an error of it.
pub(crate) fn call<F, T, E>(future: F) -> Call
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Into<Produced>,
    Failure: From<E>,
{
    let caught = AssertUnwindSafe(future).catch_unwind();
    Box::pin(async move {
        match caught.await {
            Ok(Ok(produced)) => Ok(produced.into()),
            Ok(Err(error)) => Err(error.into()),
            Err(panic) => Err(Failure::panicked(&*panic)),
        }
    })
}
