//! The native layer of the npm package `uppzy`: calls by number, results as text in batches, and
//! nothing of the client's behaviour, which is the core's.
// Private to the package: what is public is written in TypeScript.
#![allow(missing_docs, reason = "the classes are private; their documentation is for TypeScript")]

mod arguments;
mod batch;
mod bridge;
mod client;
mod clock;
mod failure;
mod metrics;
mod models;
mod operations;
mod pending;
mod produced;
mod session_ids;
mod settings;
mod stream;
mod upload;

use napi_derive::napi;

/// The version of this library, to be held against that of the package.
#[napi]
pub fn version() -> &'static str {
    uppzy::VERSION
}

/// The names of all operations, for tests.
#[napi]
pub fn operation_names() -> Vec<&'static str> {
    uppzy::operation::ALL.iter().map(|operation| operation.name).collect()
}
