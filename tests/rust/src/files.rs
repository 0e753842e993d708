//! The files of a scenario, in a folder of its own that goes when the scenario ends.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::scenario::FileContent;

static NUMBER: AtomicU64 = AtomicU64::new(0);

/// A folder that is removed when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Result<Self, String> {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("uppzy-scenario-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    /// Its path as text.
    pub(crate) fn path(&self) -> String {
        self.0.display().to_string()
    }

    /// Makes the files, and notes under each one's name where it is.
    pub(crate) fn write(
        &self,
        files: &BTreeMap<String, FileContent>,
        saved: &mut Map<String, Value>,
    ) -> Result<(), String> {
        for (name, file) in files {
            let path = self.0.join(&file.name);
            std::fs::write(&path, bytes(file)?)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            saved.insert(name.clone(), json!({"path": path.display().to_string()}));
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The next reboot removes what could not be removed here.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn bytes(file: &FileContent) -> Result<Vec<u8>, String> {
    match (&file.text, &file.base64, file.size) {
        (Some(text), None, None) => Ok(text.clone().into_bytes()),
        (None, Some(text), None) => {
            STANDARD.decode(text).map_err(|error| format!("{}: {error}", file.name))
        }
        (None, None, Some(size)) => Ok(vec![b'x'; size]),
        _ => Err(format!("{}: give one of text, base64 and size", file.name)),
    }
}
