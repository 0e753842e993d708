//! Every tool that pip installs for this project is named by version and content.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use uppzy_supply::{files, text};

/// The requirements of a file: each with its hashes, as one line.
fn requirements(text: &str) -> Vec<String> {
    let joined = text.replace("\\\n", " ");
    let lines = joined.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// What is wrong with a requirement.
fn fault(requirement: &str) -> Option<&'static str> {
    let mut words = requirement.split_whitespace();
    let name = words.next().unwrap_or_default();
    if name.starts_with('-') {
        return Some("an option: where packages are from is not for this file to say");
    }
    if name.contains("://") || name.contains('@') {
        return Some("from an address");
    }
    let (name, version) = name.split_once("==").unwrap_or((name, ""));
    if name.is_empty() || version.is_empty() || version.contains('*') {
        return Some("not one version");
    }
    let hashes: Vec<&str> = words.filter(|word| word.starts_with("--hash=")).collect();
    let whole = |hash: &&str| {
        hash.strip_prefix("--hash=sha256:").is_some_and(|hash| {
            hash.len() == 64 && hash.chars().all(|digit| digit.is_ascii_hexdigit())
        })
    };
    if hashes.is_empty() || !hashes.iter().all(whole) {
        return Some("no whole SHA-256 hash");
    }
    None
}

#[test]
fn every_requirement_is_one_version_with_its_hash() {
    let files: Vec<String> = files()
        .into_iter()
        .filter(|file| {
            let name = file.rsplit('/').next().unwrap_or_default();
            name.starts_with("requirements") && name.ends_with(".txt")
        })
        .collect();
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        let requirements = requirements(&text(&file));
        assert!(requirements.len() > 3, "{file}");
        for requirement in requirements {
            assert_eq!(fault(&requirement), None, "{file}: {requirement}");
        }
    }
}

#[test]
fn faults_of_a_requirement_are_found() {
    let hash = format!("--hash=sha256:{}", "0a".repeat(32));
    assert_eq!(fault(&format!("ruff==0.1.2 {hash}")), None);
    assert_eq!(fault(&format!("ruff==0.1.2 ; python_version < \"3.11\" {hash} {hash}")), None);
    for bad in [
        "ruff==0.1.2".to_owned(),
        format!("ruff>=0.1 {hash}"),
        format!("ruff==0.* {hash}"),
        format!("ruff {hash}"),
        "ruff==0.1.2 --hash=sha256:0a0a".to_owned(),
        format!("ruff==0.1.2 {hash} --hash=md5:0a"),
        format!("--index-url=https://a.test/simple {hash}"),
        format!("ruff@https://a.test/ruff.whl {hash}"),
    ] {
        assert!(fault(&bad).is_some(), "{bad}");
    }
    let read =
        requirements("# made by a tool\nruff==0.1.2 \\\n    --hash=sha256:0a\n    # via us\n");
    assert_eq!(read, ["ruff==0.1.2      --hash=sha256:0a"]);
}

/// A call of pip that installs requirements asks for their hashes, else it may take what has none.
#[test]
fn pip_is_told_to_ask_for_hashes() {
    let mut calls = 0;
    for file in files() {
        if !["rs", "sh", "py"].iter().any(|end| file.rsplit('.').next() == Some(end))
            || file.starts_with("tests/supply/")
        {
            continue;
        }
        for line in text(&file).lines() {
            let installs = line.contains("\"--requirement\"")
                || (line.contains("pip install") && line.contains(" -r "));
            // A tool's advice to a person names the file as a person would.
            if installs && !line.contains("sys.exit(") {
                calls += 1;
                assert!(line.contains("--require-hashes"), "{file}: {line}");
            }
        }
    }
    assert!(calls >= 2, "{calls}");
}
