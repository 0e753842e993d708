//! Why the demo ended early.

use std::fmt;
use std::io;

use crate::page::WIDTH;

/// Why the demo ended early.
#[derive(Debug)]
pub enum Failure {
    /// A call failed.
    Call {
        /// What the demo was doing.
        doing: String,
        /// What went wrong.
        error: Box<uppzy::Error>,
    },
    /// Something beside the client failed.
    Other(String),
    /// The output cannot be written.
    Output(io::Error),
}

impl Failure {
    /// Whether the output's reader has gone.
    pub fn is_closed_output(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// For `map_err`: says what the demo was doing.
    pub(crate) fn while_doing(doing: impl Into<String>) -> impl FnOnce(uppzy::Error) -> Self {
        |error| Self::Call { doing: doing.into(), error: Box::new(error) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { doing, error } => {
                write!(formatter, "{doing} failed")?;
                for text in [error.message(), error.hint()] {
                    write!(formatter, "\n{}", indented(text))?;
                }
                let mut facts = format!("(kind {}, outcome {}", error.kind(), error.outcome());
                if let Some(operation) = error.operation() {
                    facts.push_str(&format!(", operation {operation}"));
                }
                if !error.attempts().is_empty() {
                    facts.push_str(&format!(", attempts {}", error.attempts().len()));
                }
                write!(formatter, "\n{}", indented(&(facts + ")")))
            }
            Self::Other(reason) => formatter.write_str(reason),
            Self::Output(error) => write!(formatter, "the output cannot be written: {error}"),
        }
    }
}

fn indented(text: &str) -> String {
    let options = textwrap::Options::new(WIDTH).initial_indent("  ").subsequent_indent("  ");
    textwrap::fill(text, options)
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call { error, .. } => Some(error.as_ref()),
            Self::Other(_) => None,
            Self::Output(error) => Some(error),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
