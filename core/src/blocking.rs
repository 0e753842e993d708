//! The same client for programs without an async runtime.
