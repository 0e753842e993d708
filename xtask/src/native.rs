//! The native layer of the Kotlin and Swift packages, and the program that writes the sources that call it.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::bill_of_materials;
use crate::cargo::{cargo, run_tool, target_folder};
use crate::packages::{self, Packages};

/// The largest that the library of one platform may be as it is published, in bytes: every app that uses
/// it has it in its download. The aim is 3 million; this is 2 % above what was reached.
const LARGEST: u64 = 3_570_000;
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
    // With a frame pointer the tables that panics are unwound by are a quarter smaller.
    let options = format!("{}\u{1f}-Cforce-frame-pointers=yes", packages::options()?);
    run_tool(build.env(packages::OPTIONS, options))?;
    Ok(built.join(PROFILE).join(file))
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
    packages::check_sizes(&folder, |name| name.contains("uppzy_uniffi"), LARGEST)
}
