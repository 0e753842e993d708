//! What can keep the sandbox from starting.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The address is not a loopback address, and remote access was not allowed.
    #[error(
        "{0} is reachable from other machines; the sandbox has no protection of its own. Bind to 127.0.0.1, or allow it with --allow-remote"
    )]
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// An option has a value that cannot be used.
    #[error("{option}: {reason}")]
    Option {
        /// Name of the option.
        option: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The data file cannot be used; it was not changed.
    #[error("{}: {reason}", path.display())]
    Data {
        /// The data file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
}
