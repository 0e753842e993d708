//! The wheels and source distributions that are published: built once for each set of sources.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{root, run_tool};

/// What the packages are made of.
const SOURCES: [&str; 12] = [
    "Cargo.toml",
    "Cargo.lock",
    "core/Cargo.toml",
    "core/src",
    "sandbox/Cargo.toml",
    "sandbox/pyproject.toml",
    "sandbox/README.md",
    "sandbox/src",
    "bindings-python/Cargo.toml",
    "bindings-python/pyproject.toml",
    "bindings-python/src",
    "bindings-python/python",
];
/// More of the same, whose texts are a part of the packages.
const TEXTS: [&str; 6] = [
    "bindings-python/README.md",
    "bindings-python/LICENSE-APACHE",
    "bindings-python/LICENSE-MIT",
    "core/README.md",
    "sandbox/LICENSE-APACHE",
    "sandbox/LICENSE-MIT",
];
const PROJECTS: [&str; 2] = ["bindings-python", "sandbox"];
const BEGINNING: &str = "packages-";
/// Written when all are built.
const COMPLETE: &str = "complete";
/// A file that holds the path of the newest.
const NEWEST: &str = "packages";

/// Builds what is not there yet, and gives the folder: wheels and source distributions of the
/// package and of the sandbox.
pub(crate) fn build(folder: &Path, maturin: &Path, python: &Path) -> Result<PathBuf, String> {
    let mut hasher = DefaultHasher::new();
    compiler()?.hash(&mut hasher);
    for source in SOURCES.iter().chain(&TEXTS) {
        hash_all(&root().join(source), &mut hasher)?;
    }
    let packages = folder.join(format!("{BEGINNING}{:016x}", hasher.finish()));
    if !packages.join(COMPLETE).exists() {
        remove_all(folder);
        for project in PROJECTS {
            for arguments in [&["build", "--release", "--locked"][..], &["sdist"]] {
                let mut command = Command::new(maturin);
                command
                    .current_dir(root().join(project))
                    .args(arguments)
                    .arg("--out")
                    .arg(&packages)
                    // Apart from the other builds: each would have the other one's done again.
                    .env("CARGO_TARGET_DIR", folder.join("release"));
                if arguments.len() > 1 && project == "bindings-python" {
                    command.arg("--interpreter").arg(python);
                }
                run_tool(&mut command)?;
            }
        }
        write(&packages.join(COMPLETE), "")?;
    }
    write(&folder.join(NEWEST), &packages.display().to_string())?;
    Ok(packages)
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}

/// Takes away those of other sources.
fn remove_all(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(BEGINNING) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn compiler() -> Result<Vec<u8>, String> {
    let said = Command::new("rustc").arg("-V").output();
    said.map(|said| said.stdout).map_err(|error| format!("rustc: {error}"))
}

/// Takes the file, or all files of the folder by name, into the hash. What is not there has none.
fn hash_all(path: &Path, hasher: &mut DefaultHasher) -> Result<(), String> {
    let named = |error| format!("{}: {error}", path.display());
    if path.is_dir() {
        let entries: Result<Vec<_>, _> = fs::read_dir(path).map_err(named)?.collect();
        let mut paths: Vec<_> = entries.map_err(named)?.iter().map(fs::DirEntry::path).collect();
        paths.retain(|path| !path.ends_with("__pycache__"));
        paths.sort();
        return paths.iter().try_for_each(|path| hash_all(path, hasher));
    }
    if path.exists() {
        path.strip_prefix(root()).unwrap_or(path).hash(hasher);
        fs::read(path).map_err(named)?.hash(hasher);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(path: &Path) -> u64 {
        let mut hasher = DefaultHasher::new();
        hash_all(path, &mut hasher).unwrap();
        hasher.finish()
    }

    #[test]
    fn every_change_of_a_source_is_seen() {
        let folder = std::env::temp_dir().join(format!("uppzy-packages-{}", std::process::id()));
        fs::create_dir_all(folder.join("deep")).unwrap();
        fs::write(folder.join("deep").join("a"), "1").unwrap();
        let first = hash_of(&folder);
        assert_eq!(first, hash_of(&folder));
        fs::write(folder.join("deep").join("a"), "2").unwrap();
        let second = hash_of(&folder);
        fs::rename(folder.join("deep").join("a"), folder.join("deep").join("b")).unwrap();
        let third = hash_of(&folder);
        fs::remove_dir_all(&folder).unwrap();
        assert!(first != second && second != third && first != third);
    }

    #[test]
    fn what_the_packages_are_made_of_is_there() {
        for source in SOURCES.iter().chain(&TEXTS) {
            assert!(root().join(source).exists(), "{source}");
        }
    }
}
