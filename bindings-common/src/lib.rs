//! What the native layers of the language packages share: how work gets into the background and out of
//! it again, and what an upload, a stream or an event is before a language gives it a form.
//!
//! Nothing of the client's behaviour, which is the core's, and nothing of a language: no part of this
//! knows how a result or an error crosses to its caller.

mod arguments;
mod background;
mod batches;
mod begun;
mod call;
mod events;
mod intake;
mod locks;
mod many;
mod produced;
mod table;
#[cfg(test)]
mod testing;
mod upload;
mod work;

pub use arguments::{call_options, duration};
pub use background::{Background, background, in_background};
pub use batches::{Batches, Items};
pub use begun::{Begun, FirstSteps};
pub use call::{Call, call, caught, panicked};
pub use events::Events;
pub use intake::Intake;
pub use locks::locked;
pub use many::{Asked, Waited};
pub use produced::Produced;
pub use table::error_table;
pub use upload::{Refusal, Source, Step, Uploading};
pub use work::{Task, Work};
