//! Plain data that the API answers with. Nothing the server adds breaks it.

mod chat;
mod documents;
mod fields;
mod hidden;
mod meta;
mod open;
mod sessions;
mod times;
mod values;

#[cfg(test)]
mod leniency_tests;
#[cfg(test)]
mod property_tests;

pub(crate) use chat::Submission;
pub use chat::{Answer, ChatStatus, FeedbackReceipt};
pub use documents::Document;
pub(crate) use fields::DecodeFault;
#[cfg(test)]
pub(crate) use fields::Fields;
pub use meta::Meta;
pub use open::{Listing, OpenObject};
pub use sessions::Session;
pub use values::{ConfidenceLevel, DocumentStatus, Feedback, RequestStatus};
