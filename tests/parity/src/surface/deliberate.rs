//! Where a language differs on purpose, and why. Whatever is not here has to be the same.

use crate::columns::Column;

/// A difference that is right.
#[derive(Debug)]
pub(crate) struct Deliberate {
    /// The folders of the clients that differ.
    pub(crate) columns: &'static [&'static str],
    /// The group of things, such as `argument`.
    pub(crate) group: &'static str,
    /// The core's name; empty for what the core does not have.
    pub(crate) core: &'static str,
    /// The client's name in the core's case; empty for what it does not have.
    pub(crate) theirs: &'static str,
    /// Why.
    pub(crate) reason: &'static str,
}

impl Deliberate {
    pub(crate) fn is_for(&self, column: Column) -> bool {
        self.columns.contains(&column.folder)
    }

    /// Whether it names a thing otherwise.
    pub(crate) fn renames(&self, group: &str) -> bool {
        self.group == group && !self.core.is_empty() && !self.theirs.is_empty()
    }

    /// Whether the client does not have the thing, or the call that it belongs to.
    pub(crate) fn leaves_out(&self, (group, name): &(&'static str, String)) -> bool {
        let call = name.split_once('(').map_or(name.as_str(), |(call, _)| call);
        self.theirs.is_empty()
            && ((self.group == *group && self.core == name)
                || (self.group == "call" && self.core == call))
    }

    /// Whether it is the thing that the core does not have.
    pub(crate) fn adds(&self, (group, name): &(&'static str, String)) -> bool {
        self.group == *group && self.core.is_empty() && self.theirs == name
    }
}

/// All of them.
pub(crate) const DELIBERATE: &[Deliberate] = &[];
