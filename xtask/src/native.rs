//! The native layer of the Kotlin and Swift packages, and the program that writes the sources that call it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::bill_of_materials;
use crate::cargo::{cargo, run_tool, target_folder};
use crate::packages::{self, Packages};

/// The largest that the library of one platform may be as it is published, in bytes: every app that uses
/// it has it in its download. The aim is 3 million; this is what was reached.
const LARGEST: u64 = 4_200_000;
/// Their crate.
pub(crate) const CRATE: &str = "uppzy-uniffi";
/// The profile that makes it as small as it gets.
const PROFILE: &str = "uniffi-release";

/// The library of this machine's platform, as the packages hold it.
pub(crate) const PACKAGES: Packages = Packages {
    language: "kotlin",
    sources: &[
        "bindings-uniffi/Cargo.toml",
        "bindings-uniffi/src",
        "xtask/src/bill_of_materials.rs",
        "xtask/src/native.rs",
    ],
};

/// The folder in which they are.
pub(crate) fn folder() -> PathBuf {
    target_folder().join("native").join("debug")
}

/// Builds both without optimisation, and gives that folder.
pub(crate) fn build() -> Result<PathBuf, String> {
    let built = target_folder().join("native");
    // Apart, and in two calls: together their features would be joined, and the library hold the bindgen.
    for package in ["uppzy-bindgen", CRATE] {
        let mut build = cargo();
        build.args(["build", "--locked", "--quiet", "--package", package]);
        run_tool(build.env("CARGO_TARGET_DIR", &built))?;
    }
    Ok(folder())
}

/// Builds the library as it is published, in one of its forms, and gives its place.
pub(crate) fn release(form: &str, file: &str) -> Result<PathBuf, String> {
    let built = packages::release_folder();
    let mut build = cargo();
    // In one form only, as each takes minutes.
    build.args(["rustc", "--profile", PROFILE, "--locked", "--package", CRATE, "--lib"]);
    build.args(["--crate-type", form, "--target-dir"]).arg(&built);
    if form == "cdylib" && cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        // The linker that comes with Rust there makes one of functions that are the same.
        build.args(["--", "-C", "link-arg=-Wl,--icf=all"]);
    }
    run_tool(build.env("CARGO_ENCODED_RUSTFLAGS", short_places()?))?;
    Ok(built.join(PROFILE).join(file))
}

/// The compiler's options, with one for each folder of dependencies: panics name places in sources, and
/// where these lay on the machine that built the library is nobody's concern.
fn short_places() -> Result<String, String> {
    let given = env::var("RUSTFLAGS").unwrap_or_default();
    let mut flags: Vec<String> = given.split_whitespace().map(str::to_owned).collect();
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let sources = home.ok_or("there is no home folder")?.join("registry").join("src");
    for registry in fs::read_dir(sources).into_iter().flatten().flatten() {
        flags.push(format!("--remap-path-prefix={}/=", registry.path().display()));
    }
    Ok(flags.join("\u{1f}"))
}

/// Builds what is published, and prints its folder. Fails when it is too large.
pub(crate) fn make_packages() -> Result<(), String> {
    let folder = PACKAGES.build(|folder| {
        let file = format!("{}uppzy_uniffi{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
        let library = release("cdylib", &file)?;
        fs::copy(&library, folder.join(&file))
            .map_err(|error| format!("{}: {error}", library.display()))?;
        bill_of_materials::write_beside(&folder.join(&file), CRATE, None)
    })?;
    println!("{}", folder.display());
    let said = sizes(&folder, LARGEST)?;
    eprintln!("{said}");
    Ok(())
}

/// Says how large the files of a folder are; none may be larger than the limit.
fn sizes(folder: &Path, limit: u64) -> Result<String, String> {
    let named = |error| format!("{}: {error}", folder.display());
    let mut said = Vec::new();
    for entry in fs::read_dir(folder).map_err(named)? {
        let entry = entry.map_err(named)?;
        let (name, size) = (entry.file_name(), entry.metadata().map_err(named)?.len());
        let line = format!("{}: {size} bytes, at most {limit}", name.display());
        if size > limit {
            return Err(line);
        }
        said.push(line);
    }
    Ok(said.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_told() {
        let folder = env::temp_dir().join(format!("uppzy-sizes-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("library"), [0; 10]).unwrap();
        let (fits, exceeds) = (sizes(&folder, 10), sizes(&folder, 9));
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(fits.unwrap(), "library: 10 bytes, at most 10");
        assert_eq!(exceeds.unwrap_err(), "library: 10 bytes, at most 9");
    }
}
