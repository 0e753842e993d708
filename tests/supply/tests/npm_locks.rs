//! Every package that npm installs for this project is named by version and content.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use serde_json::Value;
use uppzy_supply::{files, named, text};

const LOCK: &str = "package-lock.json";

/// What is wrong with a lock file; empty when nothing is.
fn faults(lock: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if lock["lockfileVersion"] != 3 {
        faults.push(format!("lockfileVersion {}", lock["lockfileVersion"]));
    }
    for (name, package) in lock["packages"].as_object().unwrap() {
        // The first is the project itself; a link leads to another folder of it.
        let link = package["link"] == true;
        if name.is_empty() || (!name.contains("node_modules/") && package["resolved"].is_null()) {
            continue;
        }
        if let Some(resolved) = package["resolved"].as_str()
            && (!link || resolved.contains("://"))
        {
            faults.push(format!("{name}: names where it is from: {resolved}"));
        }
        let integrity = package["integrity"].as_str().unwrap_or_default();
        // What a package brings along in its own archive is covered by that archive's hash.
        let bundled = package["inBundle"] == true && name.matches("node_modules/").count() > 1;
        if !link && !bundled && !integrity.starts_with("sha512-") {
            faults.push(format!("{name}: integrity {integrity:?}"));
        }
        if !link && package["version"].as_str().is_none_or(str::is_empty) {
            faults.push(format!("{name}: no version"));
        }
    }
    faults
}

#[test]
fn every_locked_package_has_an_integrity_hash_and_no_host() {
    let mut locked = 0;
    for file in named(LOCK) {
        let lock: Value = serde_json::from_str(&text(&file)).unwrap();
        locked += lock["packages"].as_object().unwrap().len();
        let faults = faults(&lock);
        assert!(faults.is_empty(), "{file}: {}: {:?}", faults.len(), faults.first());
    }
    assert!(locked > 300, "{locked}");
}

#[test]
fn faults_of_a_lock_file_are_found() {
    let lock = |package: &str| {
        let text = format!(
            r#"{{"lockfileVersion":3,"packages":{{"":{{}},"../ours":{{}},"node_modules/a":{package}}}}}"#
        );
        faults(&serde_json::from_str(&text).unwrap()).len()
    };
    assert_eq!(lock(r#"{"version":"1.0.0","integrity":"sha512-YQ=="}"#), 0);
    assert_eq!(lock(r#"{"resolved":"../ours","link":true}"#), 0);
    assert_eq!(lock(r#"{"version":"1.0.0"}"#), 1);
    assert_eq!(lock(r#"{"version":"1.0.0","integrity":"sha1-YQ=="}"#), 1);
    assert_eq!(lock(r#"{"integrity":"sha512-YQ=="}"#), 1);
    assert_eq!(lock(r#"{"version":"1.0.0","inBundle":true}"#), 1);
    let elsewhere =
        r#"{"version":"1.0.0","integrity":"sha512-YQ==","resolved":"https://a.test/a.tgz"}"#;
    assert_eq!(lock(elsewhere), 1);
    assert_eq!(lock(r#"{"resolved":"git+ssh://git@a.test/a.git","link":true}"#), 1);
}

/// A folder that installs something has a lock file beside it; what is published has exact or no dependencies.
#[test]
fn whatever_is_installed_is_locked() {
    let all = files();
    for file in named("package.json") {
        let package: Value = serde_json::from_str(&text(&file)).unwrap();
        let installs = ["dependencies", "devDependencies"]
            .iter()
            .any(|kind| package[kind].as_object().is_some_and(|packages| !packages.is_empty()));
        let folder = file.strip_suffix("package.json").unwrap();
        if installs {
            assert!(all.contains(&format!("{folder}{LOCK}")), "{file} has no lock file beside it");
            assert!(all.contains(&format!("{folder}.npmrc")), "{file} has no .npmrc beside it");
        }
        let scripts = package["scripts"].as_object().cloned().unwrap_or_default();
        for hook in ["preinstall", "install", "postinstall"] {
            assert!(!scripts.contains_key(hook), "{file} runs a program where it is installed");
        }
    }
}

/// `npm install` takes what fits; `npm ci` takes what is locked.
#[test]
fn only_locked_packages_are_installed_by_our_tools() {
    for file in files() {
        let program = [".sh", ".mjs", ".yml"].iter().any(|end| file.ends_with(end))
            || file.starts_with(".ci/");
        if program {
            for line in text(&file).lines() {
                assert!(
                    !line.contains("npm install") && !line.contains("npm i "),
                    "{file}: {line}"
                );
            }
        }
    }
    let xtask = text("xtask/src/node.rs");
    assert!(xtask.contains(r#".args(["ci","#), "packages are installed in another way");
}
