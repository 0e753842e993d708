//! The surfaces of all clients, held against the core's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::deliberate::{DELIBERATE, Deliberate};
use super::names::{in_core, snake, stem};
use super::{Arguments, Surface};
use crate::columns::{COLUMNS, Column};
use crate::difference::first_difference;
use crate::grid::{Cell, Grid, Row};

/// Fewer things than this, and some were not looked at.
const LEAST: usize = 250;
const CALL: &str = "call";
const ARGUMENT: &str = "argument";
const DEFAULT: &str = "default";
const SETTING: &str = "setting";
const CLASS: &str = "error class";
const GROUP: &str = "error group";
const FIELD: &str = "error field";

/// A thing by its group and name.
type Thing = (&'static str, String);
/// Things, each with what is to be the same of it.
type Things = BTreeMap<Thing, Value>;

/// Holds what each client has, or why that is not known, against what the core has.
pub(crate) fn compare(core: &Surface, clients: &[Result<Surface, String>]) -> Grid {
    compare_by(core, clients, DELIBERATE)
}

fn compare_by(
    core: &Surface,
    clients: &[Result<Surface, String>],
    deliberate: &'static [Deliberate],
) -> Grid {
    let expected = things(core, &snake);
    let clients: Vec<Client> = COLUMNS
        .into_iter()
        .zip(clients)
        .map(|(column, client)| Client::new(column, client, deliberate))
        .collect();
    let faults = clients.iter().flat_map(|client| client.faults(&expected)).collect();
    let row = |(thing, value): (&Thing, &Value)| Row {
        group: thing.0.to_owned(),
        name: thing.1.clone(),
        note: note(thing.0, value),
        cells: clients.iter().map(|client| client.cell(thing, value)).collect(),
    };
    Grid {
        title: "Surfaces",
        things: "things",
        columns: COLUMNS.iter().map(|column| column.title).collect(),
        rows: expected.iter().map(row).collect(),
        least: LEAST,
        faults,
    }
}

/// What one client has, under the core's names.
struct Client {
    column: Column,
    found: Result<Things, String>,
    rules: Vec<&'static Deliberate>,
    renamed: BTreeSet<Thing>,
}

impl Client {
    fn new(
        column: Column,
        surface: &Result<Surface, String>,
        rules: &'static [Deliberate],
    ) -> Self {
        let rules: Vec<_> = rules.iter().filter(|rule| rule.is_for(column)).collect();
        let mut renamed = BTreeSet::new();
        let found = surface.as_ref().map_err(Clone::clone).map(|surface| {
            let things = things(surface, &|name| in_core(column, name));
            let rename = |((group, name), value): (Thing, Value)| {
                let rule = rules.iter().find(|rule| rule.renames(group) && rule.theirs == name);
                let name = rule.map_or(name, |rule| {
                    renamed.insert((group, rule.core.to_owned()));
                    rule.core.to_owned()
                });
                ((group, name), value)
            };
            things.into_iter().map(rename).collect()
        });
        Self { column, found, rules, renamed }
    }

    fn cell(&self, thing: &Thing, expected: &Value) -> Cell {
        let found = match &self.found {
            Ok(found) => found,
            Err(reason) => return Cell::Missing(reason.clone()),
        };
        match found.get(thing) {
            Some(found) => first_difference(expected, found).map_or(Cell::Same, Cell::Different),
            // What the language leaves to the core is the core's.
            None if thing.0 == DEFAULT => Cell::Same,
            None => match self.rules.iter().find(|rule| rule.leaves_out(thing)) {
                Some(rule) => Cell::NotCompared(rule.reason),
                None => Cell::Missing("is not there".to_owned()),
            },
        }
    }

    /// What it has and the core has not, and rules that nothing follows.
    fn faults(&self, expected: &Things) -> Vec<String> {
        let Ok(found) = &self.found else { return Vec::new() };
        let title = self.column.title;
        let mut faults = Vec::new();
        let mut added = BTreeSet::new();
        for thing @ (group, name) in found.keys().filter(|thing| !expected.contains_key(*thing)) {
            if self.rules.iter().any(|rule| rule.adds(thing)) {
                added.insert(thing);
            } else if !belongs_to_stranger(thing, expected) {
                faults.push(format!("{title} has the {group} {name}, which the core has not"));
            }
        }
        for rule in &self.rules {
            let is_used = if rule.core.is_empty() {
                added.iter().any(|thing| rule.adds(thing))
            } else if rule.theirs.is_empty() {
                expected.keys().any(|thing| rule.leaves_out(thing) && !found.contains_key(thing))
            } else {
                self.renamed.contains(&(rule.group, rule.core.to_owned()))
            };
            if !is_used {
                faults.push(format!(
                    "{title} is said to differ on purpose in the {} {:?}, {:?} there, and does not",
                    rule.group, rule.core, rule.theirs
                ));
            }
        }
        faults
    }
}

/// Whether it is part of a call that the core does not have, which is told already.
fn belongs_to_stranger((group, name): &Thing, expected: &Things) -> bool {
    let call = name.split_once('(').map(|(call, _)| (CALL, call.to_owned()));
    *group != CALL && call.is_some_and(|call| !expected.contains_key(&call))
}

/// All that a surface holds, by the names that the function gives.
fn things(surface: &Surface, named: &dyn Fn(&str) -> String) -> Things {
    let mut things = Things::new();
    let mut take = |group: &'static str, place: &dyn Fn(&str) -> String, arguments: &Arguments| {
        for (name, argument) in arguments {
            let name = place(&named(name));
            let value =
                if group == ARGUMENT { json!({"needed": argument.needed}) } else { Value::Null };
            if let Some(default) = &argument.default {
                things.insert((DEFAULT, name.clone()), default.clone());
            }
            if !name.starts_with("worker.") {
                things.insert((group, name), value);
            }
        }
    };
    for (call, arguments) in &surface.calls {
        let call = named(call);
        take(ARGUMENT, &|name| format!("{call}({name})"), arguments);
    }
    for (of, arguments) in &surface.settings {
        take(SETTING, &|name| format!("{of}.{name}"), arguments);
    }
    for call in surface.calls.keys() {
        things.insert((CALL, named(call)), Value::Null);
    }
    for (kind, class) in &surface.classes {
        things.insert((CLASS, kind.clone()), snake(stem(&class.name)).into());
        if let Some(parent) = &class.parent {
            things.insert((GROUP, kind.clone()), snake(stem(parent)).into());
        }
    }
    for (of, fields) in &surface.fields {
        things.extend(
            fields.iter().map(|field| ((FIELD, format!("{of}.{}", named(field))), Value::Null)),
        );
    }
    things
}

/// What a reader has to know of a thing.
fn note(group: &str, value: &Value) -> String {
    match group {
        ARGUMENT if value.get("needed") == Some(&Value::Bool(true)) => "has to be given".to_owned(),
        ARGUMENT => "may be left out".to_owned(),
        DEFAULT => format!("{value}; or left to the core"),
        CLASS => format!("named after {value}"),
        GROUP => format!("below {value}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::{Argument, Class};

    fn surface() -> Surface {
        let argument = |needed, default| Argument { needed, default };
        let arguments = [
            ("message".to_owned(), argument(true, None)),
            ("limit".to_owned(), argument(false, Some(json!(100)))),
        ];
        let client = [("timeout".to_owned(), argument(false, Some(json!(30.0))))];
        let class = Class { name: "BusyError".to_owned(), parent: Some("ApiError".to_owned()) };
        Surface {
            calls: [("chat.ask".to_owned(), arguments.into())].into(),
            settings: [("client".to_owned(), client.into())].into(),
            classes: [("busy".to_owned(), class)].into(),
            fields: [("error".to_owned(), vec!["kind".to_owned()])].into(),
        }
    }

    /// What is told when that client is another one: name and column of cells, and faults.
    fn told(
        column: &str,
        change: impl Fn(&mut Surface),
        rules: &'static [Deliberate],
    ) -> Vec<String> {
        let client = |of: Column| {
            let mut client = surface();
            if of.folder == column {
                change(&mut client);
            }
            Ok(client)
        };
        let clients: Vec<_> = COLUMNS.into_iter().map(client).collect();
        let grid = compare_by(&surface(), &clients, rules);
        let cells = grid
            .wrong()
            .map(|(row, column, reason)| format!("{column}: {} {}: {reason}", row.group, row.name));
        cells.chain(grid.faults.clone()).collect()
    }

    fn arguments(client: &mut Surface) -> &mut Arguments {
        client.calls.entry("chat.ask".to_owned()).or_default()
    }

    #[test]
    fn the_same_surfaces_differ_nowhere() {
        assert_eq!(told("node", |_| {}, &[]), Vec::<String>::new());
    }

    #[test]
    fn whatever_is_missing_is_found() {
        let found = told("kotlin", |client| client.calls.clear(), &[]);
        assert_eq!(found.len(), 3, "{found:?}");
        let found = told("kotlin", |client| _ = arguments(client).remove("limit"), &[]);
        assert_eq!(found, ["Kotlin: argument chat.ask(limit): is not there"]);
        let found = told("swift", |client| client.classes.clear(), &[]);
        assert_eq!(found.len(), 2, "{found:?}");
        let found = told("node", |client| client.fields.clear(), &[]);
        assert_eq!(found, ["Node: error field error.kind: is not there"]);
        let found = told("node", |client| client.settings.clear(), &[]);
        assert_eq!(found, ["Node: setting client.timeout: is not there"]);
    }

    #[test]
    fn whatever_is_other_is_found() {
        let other = |default| {
            move |client: &mut Surface| {
                arguments(client).insert("limit".to_owned(), Argument { needed: false, default });
            }
        };
        let change = |client: &mut Surface| other(Some(json!(99)))(client);
        let found = told("python-sync", change, &[]);
        assert_eq!(found, ["Python sync: default chat.ask(limit): the whole: 100, but 99"]);
        // What leaves it to the core has the core's.
        assert_eq!(told("python-sync", |client| other(None)(client), &[]), Vec::<String>::new());
        let needed = |client: &mut Surface| {
            arguments(client).insert("message".to_owned(), Argument::default());
        };
        assert_eq!(told("node", needed, &[]).len(), 1);
        let class = |client: &mut Surface| {
            let class =
                Class { name: "BusyError".to_owned(), parent: Some("PollError".to_owned()) };
            client.classes.insert("busy".to_owned(), class);
        };
        assert_eq!(told("node", class, &[]).len(), 1);
    }

    #[test]
    fn whatever_the_core_has_not_is_found() {
        let more = |client: &mut Surface| {
            client.calls.insert(
                "chat.shout".to_owned(),
                surface().calls.remove("chat.ask").unwrap_or_default(),
            );
            arguments(client).insert("loud".to_owned(), Argument::default());
        };
        let found = told("swift", more, &[]);
        let expected = [
            "Swift has the argument chat.ask(loud), which the core has not",
            "Swift has the call chat.shout, which the core has not",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_client_that_told_nothing_is_found() {
        let clients: Vec<_> = COLUMNS.iter().map(|_| Err("no file".to_owned())).collect();
        let grid = compare_by(&surface(), &clients, &[]);
        assert_eq!(grid.wrong().count(), grid.rows.len() * COLUMNS.len());
    }

    const RULES: &[Deliberate] = &[
        Deliberate { columns: &["node"], group: CALL, core: "", theirs: "chat.shout", reason: "r" },
        Deliberate {
            columns: &["node"],
            group: ARGUMENT,
            core: "chat.ask(limit)",
            theirs: "",
            reason: "r",
        },
        Deliberate {
            columns: &["node"],
            group: FIELD,
            core: "error.kind",
            theirs: "error.sort",
            reason: "r",
        },
    ];

    #[test]
    fn what_differs_on_purpose_may_and_must_differ() {
        let differs = |client: &mut Surface| {
            client.calls.insert("chat.shout".to_owned(), Arguments::new());
            arguments(client).remove("limit");
            client.fields.insert("error".to_owned(), vec!["sort".to_owned()]);
        };
        assert_eq!(told("node", differs, RULES), Vec::<String>::new());
        let found = told("node", |_| {}, RULES);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|fault| fault.contains("on purpose")), "{found:?}");
    }

    #[test]
    fn every_rule_has_a_reason() {
        for rule in DELIBERATE {
            assert!(rule.reason.len() > 15 && !rule.columns.is_empty(), "{rule:?}");
        }
    }
}
