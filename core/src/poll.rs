//! Waiting for an answer that the server is making.

mod gate;
mod pending;
mod schedule;
mod waiter;

pub(crate) use gate::PollGate;
pub use pending::{PendingAnswer, PollOutcome};
pub use schedule::PollSchedule;
pub(crate) use waiter::Target;
