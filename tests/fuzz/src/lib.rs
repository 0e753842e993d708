//! What the fuzz targets share. Each file below `tests/` is a target; `cargo test` runs all for a short
//! time with the same cases every time, `cargo xtask fuzz` for as long as one likes with new ones.
#![allow(clippy::panic, clippy::expect_used, reason = "only tests use it")]

mod canned;
mod operations;
mod run;
mod strategies;

pub use canned::{Canned, Reply, client_of};
pub use operations::{EVERY_OPERATION, Outcome, call};
pub use run::{hold, hold_for, hold_some};
pub use strategies::{field_name, json, json_text, mutated};
