//! Runs the shared scenarios of `tests/scenarios/` with the Rust crate.
//!
//! The format is described in `tests/scenarios/README.md`. [`Host`] holds the servers, and
//! [`Host::run`] runs one scenario in a space of its own.

mod arguments;
mod calls;
mod canonical;
mod client;
mod control;
mod execution;
mod files;
mod forms;
mod host;
mod matching;
mod over_reqwest;
mod references;
mod scenario;
mod uploads;

pub use host::{Host, Outcome, Surface};
pub use matching::mismatches;
pub use scenario::{Expectation, Requests, Scenario, Step, StepKind, load, scenario_folder};
