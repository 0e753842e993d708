//! The scenarios, as far as a report needs them.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// A scenario of `tests/scenarios/`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) holds: String,
    /// False where results differ from run to run.
    #[serde(default = "yes")]
    pub(crate) compared: bool,
}

fn yes() -> bool {
    true
}

/// A file of them.
#[derive(Clone, Debug)]
pub(crate) struct Theme {
    pub(crate) name: String,
    pub(crate) scenarios: Vec<Scenario>,
}

/// All themes of the folder, by name.
pub(crate) fn load(folder: &Path) -> Result<Vec<Theme>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        if is_json && path.file_stem().is_some_and(|stem| stem != "schema") {
            files.push(path);
        }
    }
    files.sort();
    files.iter().map(|path| theme(path)).collect()
}

fn theme(path: &Path) -> Result<Theme, String> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let scenarios = serde_json::from_value(read(path)?)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Theme { name, scenarios })
}

/// A file with JSON in it.
pub(crate) fn read(path: &Path) -> Result<Value, String> {
    let text = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    // Results hold answers that are as deep as a client reads them.
    let mut reader = serde_json::Deserializer::from_slice(&text);
    reader.disable_recursion_limit();
    let value = Value::deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_may_be_deep_and_have_to_be_whole() {
        let path = std::env::temp_dir().join(format!("uppzy-parity-deep-{}", std::process::id()));
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let read_text = |text: &str| {
            let _ = fs::write(&path, text);
            read(&path).is_ok()
        };
        assert!(read_text(&deep));
        assert!(!read_text(&format!("{deep}]")));
        assert!(!read_text("[1, "));
        let _ = fs::remove_file(&path);
        assert!(read(&path).is_err());
    }
}
