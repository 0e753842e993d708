//! The native layer of the Kotlin and Swift packages, and the program that writes the sources that call it.

use std::path::PathBuf;

use crate::cargo::{cargo, run_tool, target_folder};

/// The folder in which they are.
pub(crate) fn folder() -> PathBuf {
    target_folder().join("native").join("debug")
}

/// Builds both without optimisation, and gives that folder.
pub(crate) fn build() -> Result<PathBuf, String> {
    let built = target_folder().join("native");
    // Apart, and in two calls: together their features would be joined, and the library hold the bindgen.
    for package in ["uppzy-bindgen", "uppzy-uniffi"] {
        let mut build = cargo();
        build.args(["build", "--locked", "--quiet", "--package", package]);
        run_tool(build.env("CARGO_TARGET_DIR", &built))?;
    }
    Ok(folder())
}
