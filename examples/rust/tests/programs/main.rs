//! Runs every example program against a sandbox.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod async_worker;
mod feedback_loop;
mod key_rotation;
mod own_webhook;
mod quickstart;
mod support;
mod sync_with_fallback;
mod user_sessions;
