//! What stands in debug output for text that must not be in a log.

use std::fmt;

use serde_json::{Map, Value};

/// A person's words: only their length is shown.
pub(crate) struct Hidden<'a>(pub(crate) Option<&'a str>);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(text) => write!(formatter, "{} characters", text.chars().count()),
            None => formatter.write_str("none"),
        }
    }
}

/// Fields that nobody knows: only their names are shown.
pub(crate) struct Names<'a>(pub(crate) &'a Map<String, Value>);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Statistics may be keyed by address.
        let names = self.0.keys().map(|name| if name.contains('@') { "[redacted]" } else { name });
        formatter.debug_list().entries(names).finish()
    }
}
