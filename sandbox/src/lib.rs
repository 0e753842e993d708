//! The Uppzy M2M API on your own machine: a server to build and test against, without an account.
//!
//! It keeps tenants, sites, documents, conversations, feedback and usage, and answers questions by
//! quoting the documents that were put in. Answers are simulated; it never pretends to be the real
//! assistant. Faults can be ordered by [`Rule`]s, and everything that came in is in a journal.
//!
//! ```no_run
//! use uppzy_sandbox::{Sandbox, SandboxOptions};
//!
//! # async fn run() -> Result<(), uppzy_sandbox::SandboxError> {
//! let sandbox = Sandbox::start(SandboxOptions::new()).await?;
//! println!("{} {}", sandbox.base_url(), sandbox.api_key());
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```

mod answer;
mod body;
mod clock;
mod connection;
mod control;
mod dispatch;
mod effects;
mod endpoints;
mod error;
mod handlers;
mod journal;
pub mod knowledge;
mod knowledge_base;
mod locking;
mod model;
mod openapi;
mod options;
mod progression;
mod request;
mod rules;
mod schemas;
mod server;
mod space;
mod state;
mod store;
mod widget;

pub use error::SandboxError;
pub use journal::JournalEntry;
pub use options::{Latency, SandboxOptions};
pub use progression::{Progression, ProgressionMode};
pub use rules::{Effect, Moment, OneOrMany, Rule, RuleMatch, RuleName, Stall};
pub use server::Sandbox;
pub use space::{Space, Stats};
