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
const FIELD: &str = "error field";

/// A thing by its group and name.
type Thing = (&'static str, String);
/// Things, each with what is to be the same of it.
type Things = BTreeMap<Thing, Value>;

/// Holds what each client has, or why that is not known, against what the core has.
pub(crate) fn compare(core: &Surface, clients: &[Result<Surface, String>]) -> Grid {
    let expected = things(core, &snake);
    let clients: Vec<Client> = COLUMNS
        .into_iter()
        .zip(clients)
        .map(|(column, client)| Client::new(column, client, DELIBERATE))
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
        let value = json!({"name": snake(stem(&class.name)), "parent": snake(stem(&class.parent))});
        things.insert((CLASS, kind.clone()), value);
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
        CLASS => {
            let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
            format!("{} below {}", text("name"), text("parent"))
        }
        _ => String::new(),
    }
}
