//! Cancelling a call from elsewhere.

use std::fmt;
use std::future::Future;

use tokio_util::sync::CancellationToken;

/// Ends calls from elsewhere: another task, another thread, another language.
///
/// Dropping a call's future cancels it just as well; a token is for those who do not hold the
/// future. A cancelled call sends nothing more, and its socket is released. What the server has
/// already accepted goes on there: the API has no way to take a question back.
#[derive(Clone, Default)]
pub struct CancelToken(CancellationToken);

/// The call was cancelled. Not an [`Error`](crate::Error): whoever cancels knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the call was cancelled")
    }
}

impl std::error::Error for Cancelled {}

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// A token that this one cancels, but not the other way round.
    pub fn child(&self) -> Self {
        Self(self.0.child_token())
    }

    /// Cancels every call that runs under the token, now and later. Can be called from any thread,
    /// and more than once.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether the token was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Waits until the token is cancelled.
    pub async fn cancelled(&self) {
        self.0.cancelled().await;
    }

    /// Runs a call under the token. If the token is cancelled already, nothing is sent.
    ///
    /// ```
    /// # async fn example(client: uppzy::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use uppzy::{CancelToken, ChatRequest};
    ///
    /// let token = CancelToken::new();
    /// let stop = token.clone(); // hand this to whoever may end the call
    /// let question = ChatRequest::new("ticket-1", "Where is my order?");
    /// let answer = token.run(client.chat().ask(&question)).await??;
    /// # drop((stop, answer)); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Cancelled`] when the token was cancelled before the call ended.
    pub async fn run<F: Future>(&self, call: F) -> Result<F::Output, Cancelled> {
        tokio::select! {
            biased;
            () = self.0.cancelled() => Err(Cancelled),
            output = call => Ok(output),
        }
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CancelToken").field("cancelled", &self.is_cancelled()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_cancelled_token_starts_nothing() {
        let token = CancelToken::new();
        token.cancel();
        let mut started = false;
        let result = token.run(async { started = true }).await;
        assert_eq!(result, Err(Cancelled));
        assert!(!started);
    }

    #[tokio::test]
    async fn a_parent_ends_its_children() {
        let parent = CancelToken::new();
        let child = parent.child();
        let call = tokio::spawn({
            let child = child.clone();
            async move { child.run(std::future::pending::<()>()).await }
        });
        parent.cancel();
        assert_eq!(call.await.unwrap(), Err(Cancelled));
        assert!(child.is_cancelled());
    }
}
