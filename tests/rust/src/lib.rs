//! Runs the shared scenarios with the Rust crate.
