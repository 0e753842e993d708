//! Notes which compiler this is built with: the number of instructions depends on it.

use std::error::Error;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = String::from_utf8(Command::new(rustc).arg("--version").output()?.stdout)?;
    // Without the date and the commit: "rustc 1.95.0".
    let version: Vec<&str> = version.split_whitespace().take(2).collect();
    println!("cargo::rustc-env=UPPZY_GUARD_COMPILER={}", version.join(" "));
    Ok(())
}
