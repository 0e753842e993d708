//! What is held against each other: each client of each language.

/// A client of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// The folder in which its runner writes.
    pub(crate) folder: &'static str,
    /// How a reader knows it.
    pub(crate) title: &'static str,
}

/// The client that the others are held against.
pub(crate) const REFERENCE: Column = Column { folder: "rust", title: "Rust" };

/// All clients, the reference first.
pub(crate) const COLUMNS: [Column; 7] = [
    REFERENCE,
    Column { folder: "rust-blocking", title: "Rust blocking" },
    Column { folder: "python-sync", title: "Python sync" },
    Column { folder: "python-async", title: "Python async" },
    Column { folder: "node", title: "Node" },
    Column { folder: "kotlin", title: "Kotlin" },
    Column { folder: "swift", title: "Swift" },
];
