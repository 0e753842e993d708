//! The demo: uploads documents, asks about them, and shows what came back and what it took.

mod account;
mod closing;
mod failure;
mod knowledge;
mod options;
mod page;
mod questions;
mod run;
mod statistics;

pub use failure::Failure;
pub use options::Options;
pub use run::run;

/// The examples in the project's README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct ReadmeExamples;

/// And so is that of the crate's own page.
#[cfg(doctest)]
#[doc = include_str!("../../../core/README.md")]
struct CratePageExample;
