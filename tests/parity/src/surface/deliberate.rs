//! Where a language differs on purpose, and why. Whatever is not here has to be the same.

use crate::columns::Column;

/// A difference that is right.
#[derive(Debug)]
pub(crate) struct Deliberate {
    /// The folders of the clients that differ.
    pub(crate) columns: &'static [&'static str],
    /// The group of things, such as `argument`.
    pub(crate) group: &'static str,
    /// The core's name, or `*` for all of the group; empty for what the core does not have.
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
            && ((self.group == *group && (self.core == name || self.core == "*"))
                || (self.group == "call" && self.core == call))
    }

    /// Whether it is the thing that the core does not have; `*(name)` stands for that argument of all calls.
    pub(crate) fn adds(&self, (group, name): &(&'static str, String)) -> bool {
        let is_it = match self.theirs.strip_prefix('*') {
            Some(end) => name.ends_with(end),
            None => self.theirs == name,
        };
        self.group == *group && self.core.is_empty() && is_it
    }
}

const PYTHON: &[&str] = &["python-sync", "python-async"];
const NODE: &[&str] = &["node"];
const KOTLIN: &[&str] = &["kotlin"];
const SWIFT: &[&str] = &["swift"];
const PACKAGES: &[&str] = &["python-sync", "python-async", "node", "kotlin", "swift"];

/// All of them.
pub(crate) const DELIBERATE: &[Deliberate] = &[
    Deliberate {
        columns: PACKAGES,
        group: "argument",
        core: "chat.send(resume_token)",
        theirs: "",
        reason: "a question that is handed in is not resumed; the core's record is shared by all of them",
    },
    Deliberate {
        columns: PACKAGES,
        group: "argument",
        core: "chat.submit(resume_token)",
        theirs: "",
        reason: "a question that is handed in is not resumed; the core's record is shared by all of them",
    },
    Deliberate {
        columns: PACKAGES,
        group: "setting",
        core: "client.transport",
        theirs: "",
        reason: "another way to send requests is a trait of Rust",
    },
    Deliberate {
        columns: PYTHON,
        group: "call",
        core: "pending.states",
        theirs: "",
        reason: "iterating over a pending answer gives its states",
    },
    Deliberate {
        columns: PYTHON,
        group: "argument",
        core: "",
        theirs: "chat.ask_many(progress)",
        reason: "notebooks show a bar, by a package that is Python's",
    },
    Deliberate {
        columns: PYTHON,
        group: "default",
        core: "",
        theirs: "chat.ask_many(progress)",
        reason: "notebooks show a bar, by a package that is Python's",
    },
    Deliberate {
        columns: PYTHON,
        group: "error field",
        core: "",
        theirs: "error.to_dict",
        reason: "structured logs of Python take plain data",
    },
    Deliberate {
        columns: NODE,
        group: "argument",
        core: "",
        theirs: "*(signal)",
        reason: "calls are cancelled by an AbortSignal",
    },
    Deliberate {
        columns: NODE,
        group: "argument",
        core: "",
        theirs: "pending.result(retry_unknown)",
        reason: "all calls have the same options",
    },
    Deliberate {
        columns: NODE,
        group: "call",
        core: "",
        theirs: "client.on_event",
        reason: "a listener is what programs in Node have for events",
    },
    Deliberate {
        columns: NODE,
        group: "error field",
        core: "error.code",
        theirs: "error.server_code",
        reason: "the `code` of an error in Node says what sort it is: there it is the kind",
    },
    Deliberate {
        columns: &["kotlin", "swift"],
        group: "error field",
        core: "error.retryable",
        theirs: "error.is_retryable",
        reason: "what is true or false begins with `is` there",
    },
    Deliberate {
        columns: KOTLIN,
        group: "error field",
        core: "error.message",
        theirs: "error.reason",
        reason: "the `message` of an exception has the operation in it, and belongs to Throwable",
    },
    Deliberate {
        columns: &["kotlin", "swift"],
        group: "argument",
        core: "documents.upload(source)",
        theirs: "",
        reason: "each kind of source has a function of its own",
    },
    Deliberate {
        columns: &["kotlin", "swift"],
        group: "argument",
        core: "",
        theirs: "documents.upload(content)",
        reason: "each kind of source has a function of its own",
    },
    Deliberate {
        columns: KOTLIN,
        group: "argument",
        core: "",
        theirs: "documents.upload(path)",
        reason: "each kind of source has a function of its own",
    },
    Deliberate {
        columns: KOTLIN,
        group: "argument",
        core: "",
        theirs: "*(patch_json)",
        reason: "for those who have a JSON library of their own",
    },
    Deliberate {
        columns: SWIFT,
        group: "argument",
        core: "",
        theirs: "documents.upload(file_at)",
        reason: "each kind of source has a function of its own",
    },
    Deliberate {
        columns: SWIFT,
        group: "argument",
        core: "",
        theirs: "documents.upload(pieces)",
        reason: "each kind of source has a function of its own",
    },
    Deliberate {
        columns: SWIFT,
        group: "argument",
        core: "",
        theirs: "documents.upload(bytes)",
        reason: "each kind of source has a function of its own",
    },
    Deliberate {
        columns: SWIFT,
        group: "error field",
        core: "error.to_json",
        theirs: "error.json",
        reason: "what is read is a property in Swift",
    },
    Deliberate {
        columns: SWIFT,
        group: "error group",
        core: "*",
        theirs: "",
        reason: "one error type with a kind, whose group a test of the package holds against the table",
    },
    Deliberate {
        columns: SWIFT,
        group: "error field",
        core: "",
        theirs: "error.source_error",
        reason: "what the source of an upload has thrown, which is no error of the core's",
    },
    Deliberate {
        columns: SWIFT,
        group: "setting",
        core: "client.clock",
        theirs: "",
        reason: "set by a function of the module for tests, so that apps do not see it",
    },
];
