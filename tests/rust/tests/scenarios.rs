//! Runs every shared scenario, one test for each file of `tests/scenarios/`.
//!
//! With `UPPZY_SCENARIO_RESULTS=folder` the results are written there, in the form in which the
//! languages are compared: `folder/rust/<theme>.json` and `folder/rust-blocking/<theme>.json`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use uppzy_tests::{Host, Outcome, Scenario, Surface, load, mismatches, scenario_folder};

/// Scenarios that run at once in one test.
const AT_ONCE: usize = 12;
/// Beside them, scenarios whose server falls silent: these wait for most of their time.
const SILENT_AT_ONCE: usize = 24;

/// The scenarios of a theme, or those of them that are asked for.
fn scenarios_of(theme: &str) -> Vec<Scenario> {
    let mut scenarios = load(&scenario_folder().join(format!("{theme}.json"))).unwrap();
    if let Ok(only) = std::env::var("UPPZY_SCENARIO") {
        scenarios.retain(|scenario| scenario.name.contains(&only));
    }
    scenarios
}

/// What became of each scenario, in their order.
async fn outcomes_of(scenarios: &[Scenario], surface: Surface) -> Vec<Outcome> {
    let host = Arc::new(Host::start().await.unwrap());
    let chosen = |silent| {
        let all = scenarios.iter().cloned().enumerate();
        stream::iter(all.filter(move |(_, scenario)| scenario.falls_silent() == silent))
    };
    let start = |(index, scenario): (usize, Scenario)| {
        let host = Arc::clone(&host);
        let run = async move { (index, host.run(&scenario, surface).await) };
        async { tokio::spawn(run).await.unwrap() }
    };
    let silent = chosen(true).map(start).buffer_unordered(SILENT_AT_ONCE);
    let others = chosen(false).map(start).buffer_unordered(AT_ONCE);
    let mut outcomes: Vec<(usize, Outcome)> = stream::select(silent, others).collect().await;
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

async fn run_theme(theme: &str, surface: Surface) -> Vec<Outcome> {
    let scenarios = scenarios_of(theme);
    let began = Instant::now();
    let outcomes = outcomes_of(&scenarios, surface).await;
    println!("{theme}: {} scenarios in {:.1?}", outcomes.len(), began.elapsed());
    if let Some(folder) = std::env::var_os("UPPZY_SCENARIO_RESULTS") {
        let results = outcomes.iter().map(|outcome| outcome.canonical.clone()).collect();
        write_results(Path::new(&folder), surface, theme, results);
    }
    let mut failed = 0;
    for (scenario, outcome) in scenarios.iter().zip(&outcomes) {
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
    outcomes
}

/// Runs the theme with the other surface, and holds its results against the asynchronous client's.
async fn run_theme_on_both(theme: &str, other: Surface) {
    let scenarios = scenarios_of(theme);
    let (others, asynchronous) =
        tokio::join!(run_theme(theme, other), outcomes_of(&scenarios, Surface::Asynchronous));
    let mut different = 0;
    for (others, asynchronous) in others.iter().zip(&asynchronous) {
        // Both ways, since either may hold more than the other.
        let mut found = mismatches(&asynchronous.canonical, &others.canonical);
        found.extend(mismatches(&others.canonical, &asynchronous.canonical));
        if !found.is_empty() {
            different += 1;
            println!("\nDIFFERENT {}\n  {}", others.canonical["name"], found.join("\n  "));
        }
    }
    assert_eq!(different, 0, "of {} scenarios", others.len());
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

        mod blocking {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $theme() {
                    run_theme_on_both(&stringify!($theme).replace('_', "-"), Surface::Blocking).await;
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

mod over_reqwest {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_the_client_promises_stays_as_it_is() {
        for theme in ["operations", "errors", "cancel", "uploads", "retry-after", "many"] {
            run_theme_on_both(theme, Surface::OverReqwest).await;
        }
    }
}

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
