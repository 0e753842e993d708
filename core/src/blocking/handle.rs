//! What all handles have in common.

use std::future::Future;

use super::runtime::wait;
use crate::cancel::{CancelToken, Cancelled};
use crate::error::Result;

/// A handle whose calls end when a token is cancelled. From `cancel_with` on the handle.
///
/// A cancelled call sends nothing more, and its socket is released. What the server has already
/// accepted goes on there. An iterator ends early: [`CancelToken::is_cancelled`] tells it from a
/// complete one.
#[derive(Clone, Debug)]
pub struct Cancellable<H> {
    pub(super) handle: H,
    pub(super) token: CancelToken,
}

impl<H> Cancellable<H> {
    pub(super) fn wait<T>(
        &self,
        call: impl Future<Output = Result<T>>,
    ) -> std::result::Result<Result<T>, Cancelled> {
        match wait(async { Ok(self.token.run(call).await) }) {
            Ok(result) => result,
            Err(refused) => Ok(Err(refused)),
        }
    }
}

/// A handle over the asynchronous one, and its settings.
macro_rules! handle {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            pub(super) inner: crate::$name,
        }

        impl $name {
            pub(super) fn new(inner: crate::$name) -> Self {
                Self { inner }
            }

            /// Gives the handle's calls this total time, in place of the client's default.
            #[must_use]
            pub fn timeout(self, timeout: std::time::Duration) -> Self {
                Self::new(self.inner.timeout(timeout))
            }

            /// Whether the handle's calls are repeated even where nobody can tell if the server has
            /// processed the request already, so that a repeat can double its effect.
            #[must_use]
            pub fn retry_unknown(self, retry_unknown: bool) -> Self {
                Self::new(self.inner.retry_unknown(retry_unknown))
            }

            /// Sets everything about the handle's calls at once.
            #[must_use]
            pub fn options(self, options: crate::CallOptions) -> Self {
                Self::new(self.inner.options(options))
            }

            /// Makes the handle's calls end as soon as the token is cancelled, on any thread.
            #[must_use]
            pub fn cancel_with(
                self,
                token: &crate::CancelToken,
            ) -> crate::blocking::Cancellable<Self> {
                crate::blocking::Cancellable { handle: self, token: token.clone() }
            }
        }
    };
}
pub(super) use handle;

/// Calls of a handle that wait for those of the asynchronous one: plainly, and with a token.
macro_rules! calls {
    ($handle:ident {
        $( $(#[$doc:meta])* fn $name:ident(&self $(, $argument:ident: $type:ty)*) -> Result<$result:ty>; )+
    }) => {
        impl $handle { $(
            $(#[$doc])*
            ///
            #[doc = concat!("Does what [the asynchronous one](crate::", stringify!($handle), "::", stringify!($name), ") does.")]
            ///
            /// # Errors
            /// The same, and `config` on a thread that runs asynchronous tasks.
            pub fn $name(&self $(, $argument: $type)*) -> crate::Result<$result> {
                let call = self.inner.$name($($argument),*);
                crate::blocking::runtime::wait(async { call.await.map(<$result>::from) })
            }
        )+ }

        impl crate::blocking::Cancellable<$handle> { $(
            $(#[$doc])*
            ///
            #[doc = concat!("Does what [the asynchronous one](crate::", stringify!($handle), "::", stringify!($name), ") does.")]
            ///
            /// # Errors
            /// [`Cancelled`](crate::Cancelled) when the token was cancelled before the call ended;
            /// within, the same errors, and `config` on a thread that runs asynchronous tasks.
            pub fn $name(
                &self $(, $argument: $type)*
            ) -> std::result::Result<crate::Result<$result>, crate::Cancelled> {
                let call = self.handle.inner.$name($($argument),*);
                self.wait(async { call.await.map(<$result>::from) })
            }
        )+ }
    };
}
pub(super) use calls;
