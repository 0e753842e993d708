//! The defaults that documents state, held against those that the client has.

mod documents;
mod sentences;
mod values;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::difference::first_difference;
use crate::grid::{Cell, Grid, Row};
use crate::surface::{Surface, snake};
use documents::{Language, Text};
use sentences::Claim;

/// What is read, and how many defaults are stated there at least: fewer, and the reading is broken.
const DOCUMENTS: [(&str, Language, &str, usize); 11] = [
    ("Rust", Language::Rust, "core/src", 14),
    ("Python", Language::Python, "bindings-python/python/uppzy", 60),
    ("Node", Language::TypeScript, "bindings-node/ts", 25),
    ("Kotlin", Language::Kotlin, "bindings-uniffi/kotlin/src/main/kotlin", 30),
    ("Swift", Language::Swift, "bindings-uniffi/swift/Sources/Uppzy", 25),
    ("README", Language::Markdown, "README.md", 9),
    ("README", Language::Markdown, "bindings-python/README.md", 0),
    ("README", Language::Markdown, "bindings-node/README.md", 0),
    ("README", Language::Markdown, "bindings-uniffi/README.md", 0),
    ("README", Language::Markdown, "bindings-uniffi/kotlin/README.md", 0),
    ("README", Language::Markdown, "bindings-uniffi/swift/README.md", 0),
];

/// Subjects of which the core has no default, and why.
const NOT_THE_CORES: [(&str, &str); 2] = [
    ("seed", "of the clock for tests, which each language makes"),
    ("silence", "of the clock for tests, which each language makes"),
];

/// Calls that take another setting's time than `timeout` when they are told none.
const TIMES: [(&str, &str); 8] = [
    ("ask", "ask_timeout"),
    ("ask_with_fallback", "ask_timeout"),
    ("ask_many", "ask_timeout"),
    ("wait_many", "ask_timeout"),
    ("result", "ask_timeout"),
    ("states", "ask_timeout"),
    ("send", "send_timeout"),
    ("upload", "upload_timeout"),
];

/// A default that a document states.
struct Stated {
    language: &'static str,
    place: String,
    subject: String,
    sentence: String,
    cell: Cell,
}

/// Holds every default that is stated in the project's documents against the core's.
pub(crate) fn report(root: &Path, core: &Surface) -> Result<Grid, String> {
    let known = Known::new(core);
    let mut stated = Vec::new();
    let mut faults = Vec::new();
    for (title, language, place, least) in DOCUMENTS {
        let before = stated.len();
        for file in documents::files(&root.join(place), language)? {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| format!("{}: {error}", file.display()))?;
            let name = file.strip_prefix(root).unwrap_or(&file).display().to_string();
            stated.extend(known.in_file(title, language, &name, &text));
        }
        let found = stated.len() - before;
        if found < least {
            faults.push(format!("{place} states only {found} defaults, not {least} at least"));
        }
    }
    let row = |stated: Stated| Row {
        group: stated.language.to_owned(),
        name: format!("{} in {}", stated.subject, stated.place),
        note: stated.sentence,
        cells: vec![stated.cell],
    };
    let rows: Vec<Row> = stated.into_iter().map(row).collect();
    let least = DOCUMENTS.iter().map(|(.., least)| least).sum();
    let (title, things, columns) = ("Documented defaults", "statements", vec!["as it is"]);
    Ok(Grid { title, things, columns, rows, least, faults })
}

/// What the core knows of defaults.
struct Known {
    /// By the setting's or argument's name.
    defaults: BTreeMap<String, Value>,
    /// The names of all calls, without what they are made on.
    methods: Vec<String>,
    /// The first wait, and the whole time.
    worker: Value,
}

/// Numbers that are no times.
const COUNTS: [&str; 8] = [
    "capacity",
    "concurrency",
    "jitter",
    "journal_capacity",
    "max_attempts",
    "max_in_flight",
    "max_poll_rate",
    "share",
];

impl Known {
    fn new(core: &Surface) -> Self {
        let mut defaults = BTreeMap::new();
        let arguments = core.calls.values().flatten();
        // The client's last: its `timeout` is the one that others leave it to.
        let settings =
            ["retry", "poll", "client"].into_iter().filter_map(|of| core.settings.get(of));
        for (name, argument) in arguments.chain(settings.flatten()) {
            if let Some(default) = &argument.default {
                defaults.insert(name.clone(), default.clone());
            }
        }
        let method = |call: &String| call.split_once('.').map(|(_, method)| method.to_owned());
        let worker = |name: &str| {
            let worker = core.settings.get("worker").and_then(|worker| worker.get(name));
            worker.and_then(|argument| argument.default.clone()).unwrap_or_default()
        };
        Self {
            defaults,
            methods: core.calls.keys().filter_map(method).collect(),
            worker: json!([worker("first"), worker("timeout")]),
        }
    }

    fn in_file(
        &self,
        title: &'static str,
        language: Language,
        file: &str,
        text: &str,
    ) -> Vec<Stated> {
        let mut found = Vec::new();
        let texts = if language == Language::Markdown {
            found.extend(self.in_tables(title, file, text));
            documents::prose(text)
        } else {
            documents::texts(text, language)
        };
        for text in texts {
            for sentence in sentences::sentences(&text.words) {
                let place = format!("{file}:{}", text.line);
                let stated = |subject: String, cell| {
                    let (place, sentence) = (place.clone(), sentence.to_owned());
                    Stated { language: title, place, subject, sentence, cell }
                };
                if let Some((first, whole)) = sentences::schedule(sentence) {
                    let cell = same(&self.worker, &json!([first, whole]));
                    found.push(stated("the worker's schedule".to_owned(), cell));
                } else if let Some(claim) = sentences::claim(sentence) {
                    let subject = self.subject(&claim, &text);
                    let cell = self.cell(&subject, &claim, &text, language);
                    found.push(stated(subject, cell));
                }
            }
        }
        found
    }

    /// What the sentence is about.
    fn subject(&self, claim: &Claim, text: &Text) -> String {
        let known = |name: &String| self.defaults.contains_key(name) || is_not_the_cores(name);
        let mut named = claim.named.iter().map(|name| plain(name));
        named.rfind(|name| known(name)).unwrap_or_else(|| {
            let declared = plain(&text.declared);
            let about = if text.part.is_empty() { declared.clone() } else { plain(&text.part) };
            match self.time_of(&declared) {
                // A call that is told no time takes one of the client's.
                Some(time) if about == "timeout" || !known(&about) => time.to_owned(),
                _ => about,
            }
        })
    }

    /// The setting whose time a call takes that is told none.
    fn time_of(&self, method: &str) -> Option<&'static str> {
        let special = TIMES.iter().find(|(name, _)| *name == method).map(|(_, time)| *time);
        special.or_else(|| self.methods.iter().any(|name| name == method).then_some("timeout"))
    }

    fn cell(&self, subject: &str, claim: &Claim, text: &Text, language: Language) -> Cell {
        if let Some((_, why)) = NOT_THE_CORES.iter().find(|(name, _)| *name == subject) {
            return Cell::NotCompared(why);
        }
        let Some(default) = self.defaults.get(subject) else {
            return Cell::Missing(format!("nobody knows the default of {subject}"));
        };
        let is_time = default.is_number() && !COUNTS.contains(&subject);
        let value = match (&claim.value, language) {
            (Value::Number(number), Language::TypeScript) if is_time && !claim.in_seconds => {
                number.as_f64().map_or(Value::Null, |number| json!(number / 1_000.0))
            }
            (value, Language::Python) => value.clone(),
            (_, _) if is_time && !claim.in_seconds => {
                return Cell::Different("it is a time, and has no unit".to_owned());
            }
            (value, _) => value.clone(),
        };
        if let Some(time) = self.time_of(&plain(&text.declared))
            && subject.ends_with("timeout")
            && subject != time
        {
            return Cell::Different(format!("this call takes the client's {time}"));
        }
        same(default, &value)
    }

    /// The tables of a document that have a column of defaults: the names in a row's first cell, and the
    /// values in its last.
    fn in_tables(&self, title: &'static str, file: &str, text: &str) -> Vec<Stated> {
        let mut found = Vec::new();
        let mut in_table = false;
        for (index, line) in text.lines().enumerate() {
            let cells: Vec<&str> =
                line.trim().trim_matches('|').split('|').map(str::trim).collect();
            if !line.starts_with('|') {
                in_table = false;
            } else if cells.last() == Some(&"default") && cells.len() > 2 {
                in_table = true;
            } else if in_table {
                let (Some(first), Some(last)) = (cells.first(), cells.last()) else { continue };
                let names = sentences::names(first).into_iter().map(|name| plain(&name));
                let names: Vec<String> = names.filter(|name| self.is_setting(name)).collect();
                // A comma between values, and none within a number.
                let values: Vec<&str> =
                    if names.len() > 1 { last.split(", ").collect() } else { vec![last] };
                for (name, value) in names.iter().zip(values) {
                    let Some(stated) = values::stated(value).into_iter().next() else { continue };
                    let default = self.defaults.get(name);
                    let cell = default.map_or_else(
                        || Cell::Missing(format!("nobody knows the default of {name}")),
                        |default| same(default, &stated.value),
                    );
                    found.push(Stated {
                        language: title,
                        place: format!("{file}:{}", index + 1),
                        subject: name.clone(),
                        sentence: line.to_owned(),
                        cell,
                    });
                }
            }
        }
        found
    }

    fn is_setting(&self, name: &str) -> bool {
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
    }
}

fn is_not_the_cores(name: &str) -> bool {
    NOT_THE_CORES.iter().any(|(known, _)| *known == name)
}

/// A name in the core's case, without the unit that Node's names have.
fn plain(name: &str) -> String {
    let snake = snake(name);
    snake.strip_suffix("_ms").map_or(snake.clone(), str::to_owned)
}

/// Whether what is stated is what is.
fn same(expected: &Value, stated: &Value) -> Cell {
    match first_difference(expected, stated) {
        None => Cell::Same,
        Some(_) => Cell::Different(format!("is {expected}, but {stated} is stated")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::surface::core_surface;

    static CORE: LazyLock<Surface> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        core_surface(&root).unwrap_or_default().0
    });

    /// What is told of a document: subject, and what is wrong.
    fn told(language: Language, text: &str) -> Vec<(String, Option<String>)> {
        let stated = Known::new(&CORE).in_file("title", language, "file", text);
        let tell = |stated: Stated| (stated.subject, stated.cell.reason().map(str::to_owned));
        stated.into_iter().map(tell).collect()
    }

    fn right(subject: &str) -> (String, Option<String>) {
        (subject.to_owned(), None)
    }

    fn wrong(subject: &str, reason: &str) -> (String, Option<String>) {
        (subject.to_owned(), Some(reason.to_owned()))
    }

    #[test]
    fn a_wrong_default_is_found_in_every_language() {
        let documents = [
            (
                Language::Rust,
                "/// A wait. Default: {} s.\nconnect_timeout: Duration => x;",
                ["5", "6"],
            ),
            (
                Language::Kotlin,
                "/** A wait. Default: {} s. */\npublic var connectTimeout: D",
                ["5", "6"],
            ),
            (
                Language::Swift,
                "/// A wait. Default: {} s.\npublic var connectTimeout: D",
                ["5", "6"],
            ),
            (
                Language::TypeScript,
                "/** A wait. Default: {}. */\nconnectTimeoutMs?: number;",
                ["5,000", "6,000"],
            ),
            (
                Language::Python,
                "class A:\n    \"\"\"A.\n\n    Args:\n        connect_timeout: A wait. Default: {}.\n    \"\"\"",
                ["5", "6"],
            ),
            (
                Language::Markdown,
                "| s | e | default |\n|---|---|---|\n| `connect_timeout` | | {} s |",
                ["5", "6"],
            ),
        ];
        for (language, document, [five, six]) in documents {
            assert_eq!(told(language, &document.replace("{}", five)), [right("connect_timeout")]);
            let reason = "is 5.0, but 6.0 is stated";
            let found = told(language, &document.replace("{}", six));
            assert_eq!(found, [wrong("connect_timeout", reason)], "{language:?}");
        }
    }

    #[test]
    fn a_call_takes_the_time_of_its_setting() {
        let document = |time: &str| {
            format!("/**\n * Sends. Default of `timeoutMs`: the client's {time}.\n */\nsend() {{}}")
        };
        let found = told(Language::TypeScript, &document("`sendTimeoutMs`, 90 s"));
        assert_eq!(found, [right("send_timeout")]);
        let found = told(Language::TypeScript, &document("`uploadTimeoutMs`, 300 s"));
        let reason = "this call takes the client's send_timeout";
        assert_eq!(found, [wrong("upload_timeout", reason)]);
        let python = "def ask(self):\n    \"\"\"Asks.\n\n    Args:\n        timeout: For all. Default: 30 s.\n    \"\"\"";
        let found = told(Language::Python, python);
        assert_eq!(found, [wrong("ask_timeout", "is 120.0, but 30.0 is stated")]);
    }

    #[test]
    fn what_nobody_can_check_is_found() {
        let found = told(Language::Swift, "/// Something. Default: 7.\npublic var unheardOf: Int");
        assert_eq!(found, [wrong("unheard_of", "nobody knows the default of unheard_of")]);
        let found = told(Language::Swift, "/// A wait. Default: 5.\npublic var connectTimeout: D");
        assert_eq!(found, [wrong("connect_timeout", "it is a time, and has no unit")]);
        let found = told(Language::Markdown, "Waits by default 7 s.");
        assert_eq!(found.len(), 1);
        assert!(found.iter().all(|(_, reason)| reason.is_some()));
    }

    #[test]
    fn rows_with_several_settings_are_read() {
        let table = "| s | e | default |\n|---|---|---|\n| `connect_timeout`, `body_stall_timeout` | | 5 s, 21 s |\n\
                     | `max_in_flight`: at once | | 1,000 |\n| `poll`: every 2.5 s for 46 s | | see above |";
        let found = told(Language::Markdown, table);
        let expected = [
            right("connect_timeout"),
            wrong("body_stall_timeout", "is 20.0, but 21.0 is stated"),
            right("max_in_flight"),
            wrong("the worker's schedule", "is [2.5,45.0], but [2.5,46.0] is stated"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_project_states_many() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let grid = report(&root, &CORE);
        let found = grid.map(|grid| {
            let wrong = grid.wrong().map(|(row, _, reason)| format!("{}: {reason}", row.name));
            (wrong.collect::<Vec<_>>(), grid.rows.len() > 150, grid.all_faults())
        });
        assert_eq!(found, Ok((Vec::new(), true, Vec::new())));
    }
}
