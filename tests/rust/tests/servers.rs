//! Runs the scenarios of `tests/servers/cases/`: servers and proxies that are not ours, in front of
//! the sandbox.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use uppzy_tests::{Host, Outcome, Scenario, Surface, load, mismatches, scenario_folder};

/// Scenarios that run at once.
const AT_ONCE: usize = 24;

/// The files, by their names.
fn cases() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../servers/cases");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = |file: PathBuf| (file.file_stem().unwrap().to_string_lossy().into_owned(), file);
    let mut cases: Vec<_> = files.map(named).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

async fn outcomes_of(host: &Arc<Host>, scenarios: &[Scenario], surface: Surface) -> Vec<Outcome> {
    stream::iter(scenarios.iter().cloned())
        .map(|scenario| {
            let host = Arc::clone(host);
            let run = async move { host.run(&scenario, surface).await };
            async { tokio::spawn(run).await.unwrap() }
        })
        .buffered(AT_ONCE)
        .collect()
        .await
}

fn write_results(surface: Surface, themes: &[String], outcomes: &[Outcome]) {
    let Some(folder) = std::env::var_os("UPPZY_SCENARIO_RESULTS") else { return };
    let folder = Path::new(&folder).join(surface.name());
    std::fs::create_dir_all(&folder).unwrap();
    for theme in BTreeSet::from_iter(themes) {
        let of_theme = themes.iter().zip(outcomes).filter(|(of, _)| *of == theme);
        let results: Value = of_theme.map(|(_, outcome)| outcome.canonical.clone()).collect();
        let text = serde_json::to_string_pretty(&results).unwrap();
        std::fs::write(folder.join(format!("{theme}.json")), text + "\n").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_case_holds_with_the_asynchronous_and_the_blocking_client() {
    let host = Arc::new(Host::start_with_servers().await.unwrap());
    let only = std::env::var("UPPZY_SCENARIO").unwrap_or_default();
    let of = |theme: &(String, PathBuf)| {
        let scenarios = load(&theme.1).unwrap().into_iter();
        let chosen = scenarios.filter(|scenario| scenario.name.contains(&only));
        chosen.map(|scenario| (theme.0.clone(), scenario)).collect::<Vec<_>>()
    };
    let (themes, scenarios): (Vec<_>, Vec<_>) = cases().iter().flat_map(of).unzip();
    let (asynchronous, blocking) = tokio::join!(
        outcomes_of(&host, &scenarios, Surface::Asynchronous),
        outcomes_of(&host, &scenarios, Surface::Blocking),
    );
    write_results(Surface::Asynchronous, &themes, &asynchronous);
    write_results(Surface::Blocking, &themes, &blocking);
    let mut failed = Vec::new();
    for (scenario, (one, other)) in scenarios.iter().zip(asynchronous.iter().zip(&blocking)) {
        let mut found: Vec<String> = one.failures.clone();
        found.extend(other.failures.iter().map(|failure| format!("blocking: {failure}")));
        // Both ways, since either may hold more than the other.
        found.extend(mismatches(&one.canonical, &other.canonical));
        found.extend(mismatches(&other.canonical, &one.canonical));
        if !found.is_empty() {
            let Scenario { name, holds, .. } = scenario;
            failed.push(format!("FAILED {name}\n  holds: {holds}\n  {}", found.join("\n  ")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_case_is_as_the_schema_says_and_has_a_name_of_its_own() {
    let read = |file: &Path| -> Value {
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
    };
    let schema = read(&scenario_folder().join("schema.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut names = BTreeSet::new();
    for (theme, file) in cases() {
        let cases = read(&file);
        let faults: Vec<String> =
            validator.iter_errors(&cases).map(|fault| format!("{theme}: {fault}")).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        for case in cases.as_array().unwrap() {
            let name = case["name"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} is there twice");
        }
    }
}
