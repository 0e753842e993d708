//! Every operation, one file per family. All take the call's settings and, to end it from elsewhere,
//! a cancellation.

mod chat;
mod documents;
mod sessions;
mod site;
mod tenant;
