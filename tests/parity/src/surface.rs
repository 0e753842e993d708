//! What each language has of the client: operations and their arguments, defaults, settings, errors.

mod comparison;
mod core_surface;
mod deliberate;
mod names;
mod sources;
mod swift;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

pub(crate) use core_surface::core_surface;
pub(crate) use names::snake;

use crate::columns::{COLUMNS, Column, REFERENCE};
use crate::grid::Grid;
use crate::scenarios::read;

/// Holds what each client's introspection has written to the folder against the core.
pub(crate) fn report(core: &Surface, blocking: &Surface, folder: &Path) -> Grid {
    let client = |column: Column| match column.folder {
        folder if folder == REFERENCE.folder => Ok(core.clone()),
        "rust-blocking" => Ok(blocking.clone()),
        "swift" => {
            // What the compiler writes of the package, as it is.
            let path = folder.join("Uppzy.symbols.json");
            swift::surface(read(&path)?).map_err(|error| format!("{}: {error}", path.display()))
        }
        name => {
            let path = folder.join(format!("{name}.json"));
            serde_json::from_value(read(&path)?)
                .map_err(|error| format!("{}: {error}", path.display()))
        }
    };
    let clients: Vec<_> = COLUMNS.into_iter().map(client).collect();
    comparison::compare(core, &clients)
}

/// A client of a language, as its own introspection tells it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Surface {
    /// Calls by name, such as `chat.ask`: their arguments.
    pub(crate) calls: BTreeMap<String, Arguments>,
    /// The settings of a client, of its retries, and of its polls.
    pub(crate) settings: BTreeMap<String, Arguments>,
    /// By kind.
    pub(crate) classes: BTreeMap<String, Class>,
    /// What an error has, and what an attempt in it has.
    pub(crate) fields: BTreeMap<String, Vec<String>>,
}

/// Arguments by name.
pub(crate) type Arguments = BTreeMap<String, Argument>;

/// An argument of a call, or a setting.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Argument {
    /// Whether a caller has to give it.
    pub(crate) needed: bool,
    /// The language's own default; none where it leaves that to the core. Times are seconds.
    #[serde(default)]
    pub(crate) default: Option<Value>,
}

/// What stands for a kind of error.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    pub(crate) name: String,
    /// The class above it, where there are classes.
    #[serde(default)]
    pub(crate) parent: Option<String>,
}
