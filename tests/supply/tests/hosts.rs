//! Where packages come from is for each machine to say: no file names a registry's host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use uppzy_supply::{files, text, text_if_any};

/// Written in halves, as this file is looked at too.
const HOSTS: [&str; 12] = [
    concat!("registry.", "npmjs"),
    concat!("registry.", "yarnpkg"),
    concat!("py", "pi.org"),
    concat!("python", "hosted.org"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("github.com/rust-lang/", "crates.io-index"),
    concat!("repo.", "maven"),
    concat!("repo1.", "maven"),
    concat!("deb.", "debian.org"),
    concat!("proxy.", "golang.org"),
    concat!("arti", "factory"),
];

/// Cargo itself writes the name of its index into its lock file, and takes no other.
const OF_CARGO: &str =
    concat!("source = \"registry+https://github.com/rust-lang/", "crates.io-index\"");

fn host_in(text: &str) -> Option<&str> {
    let lines = text.lines().filter(|line| *line != OF_CARGO);
    lines.into_iter().find(|line| {
        let line = line.to_lowercase();
        HOSTS.iter().any(|host| line.contains(host))
    })
}

#[test]
fn no_file_names_the_host_of_a_registry() {
    for file in files() {
        if let Some(text) = text_if_any(&file) {
            assert_eq!(host_in(&text), None, "{file}");
        }
    }
}

#[test]
fn a_host_is_found() {
    for host in HOSTS {
        assert!(host_in(&format!("a\nresolved https://{}/a", host.to_uppercase())).is_some());
    }
    assert_eq!(host_in(&format!("{OF_CARGO}\nhttps://github.com/uppzy")), None);
}

/// All crates are from the one registry, none from a folder of somebody's or from git; and each has a checksum.
#[test]
fn every_crate_is_from_the_registry_and_has_a_checksum() {
    let lock = text("Cargo.lock");
    let mut from_elsewhere = 0;
    for package in lock.split("\n[[package]]\n").skip(1) {
        let name = package.lines().next().unwrap_or_default();
        let source = package.lines().find(|line| line.starts_with("source = "));
        let checksum = package.lines().find(|line| line.starts_with("checksum = "));
        if let Some(source) = source {
            from_elsewhere += 1;
            assert_eq!(source, OF_CARGO, "{name}");
            assert!(checksum.is_some_and(|line| line.len() == 77), "{name}: {checksum:?}");
        } else {
            assert!(name.contains("uppzy") || name.contains("xtask"), "{name} has no source");
        }
    }
    assert!(from_elsewhere > 200, "{from_elsewhere}");
}
