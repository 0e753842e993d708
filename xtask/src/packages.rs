//! What is published: built once for each set of sources, all of it in one folder of cargo's, so that
//! libraries are built once for all languages.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{root, target_folder, xtask};
use crate::part::Part;

/// The packages of one language.
pub(crate) struct Packages {
    pub(crate) language: &'static str,
    /// What they are made of beside what all languages share.
    pub(crate) sources: &'static [&'static str],
}

/// What the packages of all languages are made of.
const COMMON: [&str; 12] = [
    "Cargo.toml",
    "Cargo.lock",
    "bindings-common/Cargo.toml",
    "bindings-common/src",
    "core/Cargo.toml",
    "core/README.md",
    "core/src",
    "sandbox/Cargo.toml",
    "sandbox/LICENSE-APACHE",
    "sandbox/LICENSE-MIT",
    "sandbox/src",
    "xtask/src/packages.rs",
];
/// Written when all are built.
const COMPLETE: &str = "complete";

fn folder() -> PathBuf {
    target_folder().join("packages")
}

/// Where cargo builds them: apart from the other builds, since each would have the other one's done
/// again.
pub(crate) fn release_folder() -> PathBuf {
    folder().join("release")
}

/// What cargo and the names of platforms call this machine.
pub(crate) fn machine() -> Result<String, String> {
    let said = compiler()?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| format!("rustc -vV names no host: {said}"))
}

/// The variable by which cargo, also below other tools, hears of the compiler's options.
pub(crate) const OPTIONS: &str = "CARGO_ENCODED_RUSTFLAGS";

/// The compiler's options for what is published. Panics name places in sources, and where these lay on the
/// machine that built a library is nobody's concern.
pub(crate) fn options() -> Result<String, String> {
    let given = env::var("RUSTFLAGS").unwrap_or_default();
    let mut options: Vec<String> = given.split_whitespace().map(str::to_owned).collect();
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let sources = home.ok_or("there is no home folder")?.join("registry").join("src");
    for registry in fs::read_dir(sources).into_iter().flatten().flatten() {
        options.push(format!("--remap-path-prefix={}/=", registry.path().display()));
    }
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        // The linker that comes with Rust there makes one of functions that are the same.
        options.push("-Clink-arg=-Wl,--icf=all".to_owned());
    }
    Ok(options.join("\u{1f}"))
}

/// Says how large those files of a folder are. Fails when one is larger than the limit, or there is none.
pub(crate) fn check_sizes(
    folder: &Path,
    is_meant: impl Fn(&str) -> bool,
    limit: u64,
) -> Result<(), String> {
    let said = sizes(folder, is_meant, limit)?;
    if said.is_empty() {
        return Err(format!("{}: what has a limit of size is not there", folder.display()));
    }
    eprintln!("{}", said.join("\n"));
    Ok(())
}

fn sizes(
    folder: &Path,
    is_meant: impl Fn(&str) -> bool,
    limit: u64,
) -> Result<Vec<String>, String> {
    let mut said = Vec::new();
    for entry in fs::read_dir(folder).map_err(named(folder))? {
        let entry = entry.map_err(named(folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !is_meant(&name) {
            continue;
        }
        let size = entry.metadata().map_err(named(folder))?.len();
        let line = format!("{name}: {size} bytes, at most {limit}");
        if size > limit {
            return Err(line);
        }
        said.push(line);
    }
    Ok(said)
}

impl Packages {
    /// The part of the checks that builds them.
    pub(crate) fn part(&self, name: &'static str) -> Part {
        let mut command = xtask();
        command.args(["package", self.language]);
        Part::build(self.language, name, command)
    }

    /// A file that holds the path of the newest.
    pub(crate) fn newest(&self) -> PathBuf {
        folder().join(self.language)
    }

    /// Has what is not there yet built into the folder that is handed over; gives that folder.
    pub(crate) fn build(
        &self,
        build: impl FnOnce(&Path) -> Result<(), String>,
    ) -> Result<PathBuf, String> {
        let mut hasher = DefaultHasher::new();
        compiler()?.hash(&mut hasher);
        for source in self.sources() {
            hash_all(&root().join(source), &mut hasher)?;
        }
        let packages = folder().join(format!("{}{:016x}", self.beginning(), hasher.finish()));
        if !packages.join(COMPLETE).exists() {
            self.remove_all();
            fs::create_dir_all(&packages).map_err(named(&packages))?;
            build(&packages)?;
            write(&packages.join(COMPLETE), "")?;
        }
        write(&self.newest(), &packages.display().to_string())?;
        Ok(packages)
    }

    fn sources(&self) -> impl Iterator<Item = &&'static str> {
        COMMON.iter().chain(self.sources)
    }

    fn beginning(&self) -> String {
        format!("{}-", self.language)
    }

    /// Takes away those of other sources.
    fn remove_all(&self) {
        for entry in fs::read_dir(folder()).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(&self.beginning()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

fn named(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    fs::write(file, text).map_err(named(file))
}

fn compiler() -> Result<String, String> {
    let said = Command::new("rustc").arg("-vV").output();
    let said = said.map_err(|error| format!("rustc: {error}"))?;
    Ok(String::from_utf8_lossy(&said.stdout).into_owned())
}

/// Takes the file, or all files of the folder by name, into the hash. What is not there has none.
fn hash_all(path: &Path, hasher: &mut DefaultHasher) -> Result<(), String> {
    if path.is_dir() {
        let entries: Result<Vec<_>, _> = fs::read_dir(path).map_err(named(path))?.collect();
        let mut paths: Vec<_> =
            entries.map_err(named(path))?.iter().map(fs::DirEntry::path).collect();
        paths.retain(|path| !path.ends_with("__pycache__"));
        paths.sort();
        return paths.iter().try_for_each(|path| hash_all(path, hasher));
    }
    if path.exists() {
        path.strip_prefix(root()).unwrap_or(path).hash(hasher);
        fs::read(path).map_err(named(path))?.hash(hasher);
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
    fn what_is_too_large_is_told() {
        let folder = env::temp_dir().join(format!("uppzy-sizes-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("library"), [0; 10]).unwrap();
        fs::write(folder.join(COMPLETE), [0; 20]).unwrap();
        let is_library = |name: &str| name == "library";
        let (fits, exceeds) = (sizes(&folder, is_library, 10), sizes(&folder, is_library, 9));
        let missing = check_sizes(&folder, |name| name == "none", 10);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(fits.unwrap(), ["library: 10 bytes, at most 10"]);
        assert_eq!(exceeds.unwrap_err(), "library: 10 bytes, at most 9");
        assert!(missing.is_err());
    }

    #[test]
    fn what_the_packages_are_made_of_is_there() {
        for packages in [&crate::python::PACKAGES, &crate::node::PACKAGES] {
            for source in packages.sources() {
                assert!(root().join(source).exists(), "{source}");
            }
        }
    }

    #[test]
    fn the_machine_has_a_name() {
        assert!(machine().unwrap().contains(std::env::consts::ARCH));
    }
}
