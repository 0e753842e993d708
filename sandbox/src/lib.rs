//! The Uppzy M2M API on your own machine.

pub mod knowledge;
