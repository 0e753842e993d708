//! Waiting for an answer that the server is making.

mod gate;
mod learned;
mod pending;
mod schedule;
#[cfg(test)]
mod simulation;
mod waiter;

pub(crate) use gate::PollGate;
pub(crate) use learned::CompletionTimes;
pub use pending::{PendingAnswer, PollOutcome};
pub use schedule::PollSchedule;
pub(crate) use waiter::Target;
