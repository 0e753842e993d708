//! The rules for crates are there, and the checks of the project run them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use uppzy_supply::text;

#[test]
fn the_rules_are_enforced_by_the_checks() {
    let rules = text("deny.toml");
    for line in [
        "multiple-versions = \"deny\"",
        "unknown-registry = \"deny\"",
        "unknown-git = \"deny\"",
        "wildcards = \"deny\"",
        "all-features = true",
        "{ crate = \"openssl-sys\" },",
        "{ crate = \"native-tls\" },",
        "{ crate = \"pyo3\", wrappers = [\"uppzy-python\"] },",
        "{ crate = \"napi\", wrappers = [\"uppzy-node\"] },",
        "{ crate = \"uniffi\", wrappers = [\"uppzy-uniffi\", \"uppzy-bindgen\"] },",
    ] {
        assert!(rules.lines().any(|found| found.trim() == line), "deny.toml lacks {line}");
    }
    assert!(text("xtask/src/languages.rs").contains(r#"own("dependencies", &["deny"])"#));
    assert!(text("xtask/src/deny.rs").contains(r#"["bans", "licenses", "sources"]"#));
}

/// An exception says why it is one.
#[test]
fn every_exception_has_a_reason() {
    let rules = text("deny.toml");
    let (_, skipped) = rules.split_once("skip = [").unwrap();
    let (skipped, _) = skipped.split_once("\n]").unwrap();
    let lines: Vec<&str> = skipped.lines().filter(|line| line.contains("crate =")).collect();
    assert!(!lines.is_empty());
    for line in lines {
        assert!(line.contains("reason = \""), "{line}");
    }
}
