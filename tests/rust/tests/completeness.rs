//! Holds the scenarios against the tables of the crate: each operation, each error kind, each cell of
//! the retry table and each of the other rules has its scenario.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;
use uppzy::operation::{self, RetryClass};
use uppzy::{ErrorKind, Outcome, Phase, RetryStoppedBy};
use uppzy_tests::{Requests, Scenario, load, scenario_folder};

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(scenario_folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| path.file_stem().unwrap() != "schema")
        .collect();
    files.sort();
    files
}

fn json(path: &PathBuf) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn all() -> Vec<Scenario> {
    files().iter().flat_map(|file| load(file).unwrap()).collect()
}

/// Every value at that key, anywhere inside an expected error.
fn expected_in_errors(key: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in files() {
        visit(&json(&file), &mut |name, value| {
            if name == "error" {
                visit(value, &mut |name, value| {
                    if name == key
                        && let Some(text) = value.as_str()
                    {
                        found.insert(text.to_owned());
                    }
                });
            }
        });
    }
    found
}

fn visit(value: &Value, look: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                look(name, value);
                visit(value, look);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, look)),
        _ => {}
    }
}

fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    texts.into_iter().map(str::to_owned).collect()
}

fn missing(wanted: &BTreeSet<String>, found: &BTreeSet<String>) -> Vec<String> {
    wanted.difference(found).cloned().collect()
}

#[test]
fn every_file_is_as_the_schema_says() {
    let schema = json(&scenario_folder().join("schema.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for file in files() {
        let errors: Vec<String> = validator
            .iter_errors(&json(&file))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.display());
    }
    let broken =
        serde_json::json!([{"name": "Not Kebab", "holds": "Nothing at all.", "steps": []}]);
    assert!(!validator.is_valid(&broken));
}

#[test]
fn there_are_enough_and_their_names_are_unique() {
    let scenarios = all();
    let names: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    assert_eq!(names.len(), scenarios.len());
    assert!(scenarios.len() >= 120, "{}", scenarios.len());
    for scenario in &scenarios {
        for step in &scenario.steps {
            assert!(step.kind().is_ok(), "{}", scenario.name);
        }
    }
}

#[test]
fn every_operation_succeeds_in_a_scenario() {
    let operations = load(&scenario_folder().join("operations.json")).unwrap();
    let called: BTreeSet<String> = operations
        .iter()
        .chain(&load(&scenario_folder().join("uploads.json")).unwrap())
        .flat_map(|scenario| &scenario.steps)
        .filter(|step| !matches!(step.expect, Some(uppzy_tests::Expectation::Error(_))))
        .filter_map(|step| step.call.clone())
        .collect();
    let wanted = texts(operation::ALL.iter().map(|operation| operation.name));
    assert_eq!(missing(&wanted, &called), Vec::<String>::new());
}

#[test]
fn every_error_kind_is_expected() {
    // A panic at a language boundary is the only way to `internal`, and no server can cause one.
    let wanted = ErrorKind::TABLE.iter().map(|row| row.name).filter(|name| *name != "internal");
    assert_eq!(missing(&texts(wanted), &expected_in_errors("kind")), Vec::<String>::new());
    let classes = expected_in_errors("class");
    assert!(classes.len() >= 20, "{classes:?}");
}

#[test]
fn every_end_of_retries_is_expected() {
    let all = [
        RetryStoppedBy::NotRetryable,
        RetryStoppedBy::MaxAttempts,
        RetryStoppedBy::Deadline,
        RetryStoppedBy::Budget,
        RetryStoppedBy::RetryAfterTooLong,
        RetryStoppedBy::BodyNotReplayable,
    ];
    for stopped_by in all {
        // A new variant does not compile here, as a reminder to list it above.
        match stopped_by {
            RetryStoppedBy::NotRetryable
            | RetryStoppedBy::MaxAttempts
            | RetryStoppedBy::Deadline
            | RetryStoppedBy::Budget
            | RetryStoppedBy::RetryAfterTooLong
            | RetryStoppedBy::BodyNotReplayable => {}
        }
    }
    let wanted = texts(all.map(RetryStoppedBy::as_str));
    assert_eq!(missing(&wanted, &expected_in_errors("retry_stopped_by")), Vec::<String>::new());
}

#[test]
fn every_phase_outcome_and_verdict_is_expected() {
    let phases = [Phase::Queue, Phase::Connect, Phase::FirstByte, Phase::Body];
    let phases = texts(phases.map(Phase::as_str));
    assert_eq!(missing(&phases, &expected_in_errors("phase")), Vec::<String>::new());
    let outcomes = [Outcome::NotSent, Outcome::Rejected, Outcome::Accepted, Outcome::Unknown];
    let outcomes = texts(outcomes.map(Outcome::as_str));
    assert_eq!(missing(&outcomes, &expected_in_errors("outcome")), Vec::<String>::new());
    let verdicts = texts(["retry_in", "resume", "give_up", "config_incident"]);
    assert_eq!(missing(&verdicts, &expected_in_errors("action")), Vec::<String>::new());
}

#[test]
fn every_setting_that_can_be_wrong_is_refused() {
    let schema = json(&scenario_folder().join("schema.json"));
    let options = schema["$defs"]["client"]["properties"].as_object().unwrap();
    // These take any value of their type.
    let free = ["allow_http", "retry_unknown", "journal_capacity", "environment"];
    let wanted: BTreeSet<String> =
        options.keys().filter(|name| !free.contains(&name.as_str())).cloned().collect();
    let configuration = load(&scenario_folder().join("configuration.json")).unwrap();
    let refused: BTreeSet<String> = configuration
        .iter()
        .flat_map(|scenario| &scenario.steps)
        .filter_map(|step| match &step.expect {
            Some(uppzy_tests::Expectation::Error(error)) if error["kind"] == "config" => {
                error["field"].as_str().map(str::to_owned)
            }
            _ => None,
        })
        .collect();
    assert_eq!(missing(&wanted, &refused), Vec::<String>::new());
}

/// The retry table, written down anew: how many requests the server sees when every one fails.
fn requests_of(class: RetryClass, column: &str) -> u64 {
    let repeatable = class == RetryClass::Repeatable;
    match column {
        "not-sent" => 0,
        "429" | "503" | "retry-unknown-502" | "retry-unknown-lost" | "retry-unknown-500" => 3,
        "500" if repeatable => 3,
        "500" => 2,
        "502" | "504" | "408" | "lost" | "timed-out" if repeatable => 3,
        "502" | "504" | "408" | "lost" | "timed-out" => 1,
        // One request for each of the seven statuses.
        "refused" => 7,
        _ => panic!("there is no column {column}"),
    }
}

#[test]
fn every_cell_of_the_retry_table_has_its_scenario() {
    let scenarios = load(&scenario_folder().join("retry-table.json")).unwrap();
    let mut by_name: BTreeMap<&str, &Scenario> =
        scenarios.iter().map(|scenario| (scenario.name.as_str(), scenario)).collect();
    for operation in operation::ALL {
        let slug = operation.name.replace(['.', '_'], "-");
        let mut columns = vec![
            "not-sent",
            "429",
            "503",
            "500",
            "502",
            "504",
            "408",
            "lost",
            "timed-out",
            "refused",
            "retry-unknown-502",
            "retry-unknown-lost",
        ];
        if operation.retry == RetryClass::SideEffect {
            columns.push("retry-unknown-500");
        }
        for column in columns {
            let name = format!("retry-{slug}-{column}");
            let scenario = by_name.remove(name.as_str()).unwrap_or_else(|| panic!("no {name}"));
            let calls = scenario.steps.iter().filter_map(|step| step.call.as_deref());
            assert!(
                calls.clone().count() > 0 && calls.into_iter().all(|call| call == operation.name)
            );
            let Some(Requests::Counts(counts)) = &scenario.requests else {
                panic!("{name} does not count requests");
            };
            let expected = requests_of(operation.retry, column);
            assert_eq!(counts.get(operation.name).copied().unwrap_or(0), expected, "{name}");
            assert_eq!(counts.len(), usize::from(expected > 0), "{name}");
        }
    }
    assert!(by_name.is_empty(), "no cell of the table: {by_name:?}");
}

#[test]
fn every_cell_of_the_documented_table_agrees_with_the_class() {
    let once = texts([
        "documents.upload",
        "documents.create_text",
        "documents.create_qa",
        "chat.send",
        "chat.submit",
    ]);
    let classed =
        operation::ALL.iter().filter(|operation| operation.retry == RetryClass::SideEffect);
    assert_eq!(texts(classed.map(|operation| operation.name)), once);
}
