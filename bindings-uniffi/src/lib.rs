//! The native layer of the Kotlin and Swift packages: what crosses the boundary, and nothing of the
//! client's behaviour, which is the core's. Public is what the generated sources call.

mod call;
pub mod cancel;
pub mod client;
pub mod clock;
pub mod delivery;
pub mod events;
pub mod failure;
pub mod json;
pub mod metrics;
pub mod operations;
pub mod pending;
pub mod records;
pub mod reply;
pub mod session_ids;
pub mod settings;
pub mod stream;
pub mod table;
pub mod upload;

uniffi::setup_scaffolding!();
