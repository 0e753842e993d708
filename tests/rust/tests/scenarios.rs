//! Runs every shared scenario, one test for each file of `tests/scenarios/`.
//!
//! With `UPPZY_SCENARIO_RESULTS=folder` the results are written there, in the form in which the
//! languages are compared: `folder/rust/<theme>.json` and `folder/rust-blocking/<theme>.json`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use uppzy_tests::{Host, Outcome, Scenario, Surface, load, scenario_folder};

/// Scenarios that run at once in one test.
const AT_ONCE: usize = 12;

async fn run_theme(theme: &str, surface: Surface) {
    let scenarios = load(&scenario_folder().join(format!("{theme}.json"))).unwrap();
    let only = std::env::var("UPPZY_SCENARIO").ok();
    let chosen: Vec<&Scenario> = scenarios
        .iter()
        .filter(|scenario| only.as_ref().is_none_or(|only| scenario.name.contains(only)))
        .collect();
    let began = Instant::now();
    let host = Host::start().await.unwrap();
    let outcomes: Vec<Outcome> = stream::iter(&chosen)
        .map(|scenario| host.run(scenario, surface))
        .buffered(AT_ONCE)
        .collect()
        .await;
    println!("{theme}: {} scenarios in {:.1?}", outcomes.len(), began.elapsed());
    if let Some(folder) = std::env::var_os("UPPZY_SCENARIO_RESULTS") {
        let results = outcomes.iter().map(|outcome| outcome.canonical.clone()).collect();
        write_results(Path::new(&folder), surface, theme, results);
    }
    let mut failed = 0;
    for (scenario, outcome) in chosen.iter().zip(&outcomes) {
        if outcome.failures.is_empty() {
            continue;
        }
        failed += 1;
        println!("\nFAILED {}\n  holds: {}", scenario.name, scenario.holds);
        for failure in &outcome.failures {
            println!("  {}", failure.replace('\n', "\n    "));
        }
    }
    assert_eq!(failed, 0, "of {} scenarios", outcomes.len());
}

fn write_results(folder: &Path, surface: Surface, theme: &str, results: Value) {
    let folder = folder.join(surface.name());
    std::fs::create_dir_all(&folder).unwrap();
    let text = serde_json::to_string_pretty(&results).unwrap();
    std::fs::write(folder.join(format!("{theme}.json")), text + "\n").unwrap();
}

macro_rules! themes {
    ($($theme:ident),+ $(,)?) => {
        const THEMES: &[&str] = &[$( stringify!($theme) ),+];

        mod asynchronous {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $theme() {
                    run_theme(&stringify!($theme).replace('_', "-"), Surface::Asynchronous).await;
                }
            )+
        }
    };
}

themes![
    budget,
    cancel,
    configuration,
    deadlines,
    errors,
    gateway,
    leniency,
    limits,
    many,
    metrics,
    operations,
    polling,
    retry_after,
    retry_table,
    tokens,
    uploads,
];

#[test]
fn every_file_has_its_test() {
    let files: BTreeSet<String> = std::fs::read_dir(scenario_folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|stem| stem != "schema")
        .collect();
    let tests: BTreeSet<String> = THEMES.iter().map(|theme| theme.replace('_', "-")).collect();
    assert_eq!(files, tests);
}
