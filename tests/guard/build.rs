//! Notes which compiler this is built with: the number of instructions depends on it.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc cannot be run");
    let version = String::from_utf8(output.stdout).expect("rustc's version is no text");
    // Without the date and the commit: "rustc 1.95.0".
    let version: Vec<&str> = version.split_whitespace().take(2).collect();
    println!("cargo::rustc-env=UPPZY_GUARD_COMPILER={}", version.join(" "));
}
