//! The results of the scenarios, held against each other.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::columns::{COLUMNS, REFERENCE};
use crate::difference::first_difference;
use crate::grid::{Cell, Grid, Row};
use crate::scenarios::{Scenario, Theme, read};

/// Fewer scenarios than this are no comparison.
const LEAST: usize = 200;
const NOT_COMPARED: &str = "ran; its results differ from run to run";

/// The results of one client: of each theme those of its scenarios, or why there are none.
type Results = BTreeMap<String, Result<BTreeMap<String, Value>, String>>;

/// Holds what the runners have written to that folder against each other.
pub(crate) fn compare(folder: &Path, themes: &[Theme]) -> Grid {
    let mut faults = Vec::new();
    let columns: Vec<Results> = COLUMNS
        .iter()
        .map(|column| {
            let of_theme = |theme: &Theme| {
                let path = folder.join(column.folder).join(format!("{}.json", theme.name));
                let results = by_name(&path);
                faults.extend(strangers(&path, theme, &results));
                (theme.name.clone(), results)
            };
            themes.iter().map(of_theme).collect()
        })
        .collect();
    let rows = themes.iter().flat_map(|theme| {
        theme.scenarios.iter().map(|scenario| Row {
            group: theme.name.clone(),
            name: scenario.name.clone(),
            note: scenario.holds.clone(),
            cells: cells(&columns, theme, scenario),
        })
    });
    Grid {
        title: "Scenarios",
        things: "scenarios",
        columns: COLUMNS.iter().map(|column| column.title).collect(),
        rows: rows.collect(),
        least: LEAST,
        faults,
    }
}

/// The results in a file by the names of their scenarios.
fn by_name(path: &Path) -> Result<BTreeMap<String, Value>, String> {
    let Value::Array(results) = read(path)? else {
        return Err(format!("{}: is no list", path.display()));
    };
    let mut named = BTreeMap::new();
    // What failed has written null, or a result all the same; the scenario is missing then.
    for result in results.into_iter().filter(|result| !result.is_null()) {
        let name = result.get("name").and_then(Value::as_str).map(str::to_owned);
        let name = name.ok_or_else(|| format!("{}: a result has no name", path.display()))?;
        if named.insert(name.clone(), result).is_some() {
            return Err(format!("{}: {name} comes twice", path.display()));
        }
    }
    Ok(named)
}

/// Results of scenarios that are not in the theme: left from an earlier run.
fn strangers(
    path: &Path,
    theme: &Theme,
    results: &Result<BTreeMap<String, Value>, String>,
) -> Vec<String> {
    let names = results.iter().flat_map(BTreeMap::keys);
    names
        .filter(|name| theme.scenarios.iter().all(|scenario| scenario.name != **name))
        .map(|name| format!("{}: there is no scenario {name}", path.display()))
        .collect()
}

fn cells(columns: &[Results], theme: &Theme, scenario: &Scenario) -> Vec<Cell> {
    let result = |results: &Results| match results.get(&theme.name) {
        Some(Ok(results)) => results
            .get(&scenario.name)
            .cloned()
            .ok_or_else(|| "has no result: it failed or was not run".to_owned()),
        Some(Err(reason)) => Err(reason.clone()),
        None => Err(format!("{} was not read", theme.name)),
    };
    let found: Vec<Result<Value, String>> = columns.iter().map(result).collect();
    let not_compared = json!({"name": scenario.name, "compared": false});
    let expected = if scenario.compared {
        let reference = COLUMNS.iter().position(|column| *column == REFERENCE);
        reference.and_then(|index| found.get(index)).and_then(|result| result.as_ref().ok())
    } else {
        Some(&not_compared)
    };
    let cell = |result: &Result<Value, String>| match (result, expected) {
        (Err(reason), _) => Cell::Missing(reason.clone()),
        (Ok(_), None) => Cell::Missing("the reference has no result".to_owned()),
        (Ok(_), Some(_)) if !complete(scenario, result) => {
            Cell::Different("the result has not all of name, steps, requests, processed".to_owned())
        }
        (Ok(result), Some(expected)) => match first_difference(expected, result) {
            Some(difference) => Cell::Different(difference),
            None if scenario.compared => Cell::Same,
            None => Cell::NotCompared(NOT_COMPARED),
        },
    };
    found.iter().map(cell).collect()
}

/// Whether there is everything in the result that is to be compared.
fn complete(scenario: &Scenario, result: &Result<Value, String>) -> bool {
    let has = |name: &str| result.as_ref().is_ok_and(|result| result.get(name).is_some());
    !scenario.compared || ["name", "steps", "requests", "processed"].into_iter().all(has)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    /// Results of all clients in a folder of its own, which goes with it.
    struct Written(PathBuf);

    impl Written {
        fn new(name: &str) -> Self {
            let folder = format!("uppzy-parity-{}-{name}", std::process::id());
            let written = Self(std::env::temp_dir().join(folder));
            for column in COLUMNS {
                written.write(column.folder, &json!([result("one"), result("two"), loose()]));
            }
            written
        }

        fn write(&self, column: &str, results: &Value) {
            let folder = self.0.join(column);
            fs::create_dir_all(&folder).unwrap_or_default();
            fs::write(folder.join("theme.json"), results.to_string()).unwrap_or_default();
        }

        fn compared(&self) -> Grid {
            compare(&self.0, &[theme()])
        }
    }

    impl Drop for Written {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn result(name: &str) -> Value {
        let error = json!({"kind": "server", "attempts": [{"status": 500}, {"status": 500}]});
        let steps = json!([{"step": 1, "call": "chat.send", "error": error}]);
        json!({"name": name, "steps": steps, "requests": {"chat.send": 2}, "processed": {}})
    }

    fn loose() -> Value {
        json!({"name": "loose", "compared": false})
    }

    fn theme() -> Theme {
        let scenario = |name: &str, compared| Scenario {
            name: name.to_owned(),
            holds: "It holds.".to_owned(),
            compared,
        };
        let scenarios =
            vec![scenario("one", true), scenario("two", true), scenario("loose", false)];
        Theme { name: "theme".to_owned(), scenarios }
    }

    /// Where something is wrong: scenario, client, reason.
    fn wrong(grid: &Grid) -> Vec<(&str, &str, &str)> {
        grid.wrong().map(|(row, column, reason)| (row.name.as_str(), column, reason)).collect()
    }

    #[test]
    fn the_same_results_differ_nowhere() {
        let comparison = Written::new("same").compared();
        assert_eq!(wrong(&comparison), []);
        assert_eq!(comparison.faults, Vec::<String>::new());
        assert_eq!(comparison.rows.len(), 3);
        assert!(comparison.rows.iter().all(|row| row.cells.len() == COLUMNS.len()));
    }

    #[test]
    fn a_planted_difference_is_found_in_every_column() {
        for (index, column) in COLUMNS.into_iter().enumerate().skip(1) {
            let written = Written::new(&format!("planted-{index}"));
            let mut other = result("two");
            if let Some(status) = other.pointer_mut("/steps/0/error/attempts/1/status") {
                *status = json!(503);
            }
            written.write(column.folder, &json!([result("one"), other, loose()]));
            let comparison = written.compared();
            let place = "steps[0].error.attempts[1].status: 500, but 503";
            assert_eq!(wrong(&comparison), [("two", column.title, place)]);
        }
    }

    #[test]
    fn another_number_of_requests_is_found() {
        let written = Written::new("requests");
        let mut other = result("one");
        if let Some(count) = other.pointer_mut("/requests/chat.send") {
            *count = json!(3);
        }
        written.write("swift", &json!([other, result("two"), loose()]));
        let place = "requests.chat.send: 2, but 3";
        assert_eq!(wrong(&written.compared()), [("one", "Swift", place)]);
    }

    #[test]
    fn a_missing_column_is_found() {
        let written = Written::new("column");
        fs::remove_dir_all(written.0.join("kotlin")).unwrap_or_default();
        let comparison = written.compared();
        let wrong = wrong(&comparison);
        assert_eq!(wrong.len(), 3);
        assert!(
            wrong.iter().all(|(_, column, reason)| {
                *column == "Kotlin" && reason.contains("theme.json")
            })
        );
    }

    #[test]
    fn a_missing_scenario_is_found() {
        let written = Written::new("scenario");
        written.write("node", &json!([null, result("two"), loose()]));
        written.write("python-sync", &json!([result("one"), result("two")]));
        let comparison = written.compared();
        let reason = "has no result: it failed or was not run";
        assert_eq!(wrong(&comparison), [("one", "Node", reason), ("loose", "Python sync", reason)]);
    }

    #[test]
    fn without_a_reference_nothing_is_the_same() {
        let written = Written::new("reference");
        fs::remove_dir_all(written.0.join("rust")).unwrap_or_default();
        let comparison = written.compared();
        // What is not compared has no reference.
        assert_eq!(wrong(&comparison).len(), 2 * COLUMNS.len() + 1);
    }

    #[test]
    fn what_has_nothing_to_compare_is_found() {
        let written = Written::new("empty");
        for column in COLUMNS {
            let empty = json!({"name": "one"});
            written.write(column.folder, &json!([empty, result("two"), loose()]));
        }
        assert_eq!(wrong(&written.compared()).len(), COLUMNS.len());
    }

    #[test]
    fn results_of_nothing_are_told() {
        let written = Written::new("stranger");
        let results = json!([result("one"), result("two"), loose(), result("three")]);
        written.write("rust-blocking", &results);
        let comparison = written.compared();
        assert!(comparison.faults.iter().any(|fault| fault.contains("three")));
        written.write("rust-blocking", &json!([result("one"), result("one")]));
        assert!(wrong(&written.compared()).iter().any(|(.., reason)| reason.contains("twice")));
    }
}
