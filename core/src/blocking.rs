//! The same client for programs without an async runtime.
//!
//! Every method of the asynchronous client is here under the same name, takes the same arguments and
//! does the same, but returns when it is done. Streams are iterators.
//!
//! ```no_run
//! # fn example() -> Result<(), uppzy::Error> {
//! use uppzy::{ChatRequest, blocking::Client};
//!
//! let client = Client::from_env()?; // UPPZY_API_KEY, UPPZY_SITE_ID, ...
//! let question = ChatRequest::new("ticket-48291", "How do I return a lamp?");
//! let answer = client.chat().ask(&question)?;
//! println!("{} ({:?})", answer.text(), answer.confidence_level);
//! # Ok(()) }
//! ```
//!
//! # Threads
//!
//! A call runs on the thread that makes it; any number of threads may share a client. One background
//! thread, common to all clients of the process, looks after sockets and timers. It is started by
//! the first call, and costs nothing while nothing happens.
//!
//! On a thread that runs asynchronous tasks, a blocking call would hold all of them up: there it is
//! refused with a `config` error. Use [`crate::Client`] in async functions. Tokio's `spawn_blocking`
//! and `block_in_place` give a place where blocking calls are right.
//!
//! # Cancelling
//!
//! `cancel_with` on any handle makes its calls end as soon as a [`CancelToken`](crate::CancelToken)
//! is cancelled, on whichever thread:
//!
//! ```no_run
//! # fn example(client: uppzy::blocking::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use uppzy::{CancelToken, ChatRequest};
//!
//! let token = CancelToken::new();
//! let stop = token.clone(); // hand this to whoever may end the call
//! let question = ChatRequest::new("ticket-1", "Where is my order?");
//! let answer = client.chat().cancel_with(&token).ask(&question)??;
//! # drop((stop, answer)); Ok(()) }
//! ```

mod chat;
mod client;
mod families;
mod handle;
mod items;
mod pending;
mod runtime;
mod upload;

pub use chat::Chat;
pub use client::Client;
pub use families::{Documents, Sessions, Sites, Tenants};
pub use handle::Cancellable;
pub use pending::PendingAnswer;
