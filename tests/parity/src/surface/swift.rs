//! Reads what the Swift package has out of the symbols that the compiler writes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::names::snake;
use super::{Argument, Arguments, Class, Surface};

/// The types that calls are made on, and what stands before their names.
const HANDLES: [(&str, &str); 8] = [
    ("Chat", "chat"),
    ("Documents", "documents"),
    ("Sessions", "sessions"),
    ("Site", "site"),
    ("Tenant", "tenant"),
    ("UppzyClient", "client"),
    ("PendingAnswer", "pending"),
    ("SessionIDs", "sessionIDs"),
];
const SETTINGS: [(&str, &str); 3] =
    [("Configuration", "client"), ("RetryPolicy", "retry"), ("PollSchedule", "poll")];
/// What types have because of the standard library's protocols.
const STANDARD: [&str; 8] = [
    "customMirror",
    "debugDescription",
    "description",
    "encode",
    "errorDescription",
    "hash",
    "hashValue",
    "recoverySuggestion",
];

#[derive(Deserialize)]
struct Graph {
    symbols: Vec<Symbol>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Symbol {
    kind: Kind,
    path_components: Vec<String>,
    #[serde(default)]
    declaration_fragments: Vec<Fragment>,
}

#[derive(Deserialize)]
struct Kind {
    identifier: String,
}

#[derive(Deserialize)]
struct Fragment {
    spelling: String,
}

impl Symbol {
    /// The declaration as it is written.
    fn declaration(&self) -> String {
        self.declaration_fragments.iter().map(|fragment| fragment.spelling.as_str()).collect()
    }

    /// The name without arguments.
    fn name(&self) -> &str {
        let last = self.path_components.last().map(String::as_str).unwrap_or_default();
        last.split('(').next().unwrap_or_default()
    }

    fn is_in(&self, path: &[&str]) -> bool {
        let (_, parents) = self.path_components.split_last().unwrap_or((&EMPTY, &[]));
        parents.iter().map(String::as_str).eq(path.iter().copied())
    }

    fn is(&self, kind: &str) -> bool {
        self.kind.identifier == kind
    }

    fn is_own(&self) -> bool {
        !STANDARD.contains(&self.name())
    }
}

static EMPTY: String = String::new();

/// What the package has by its symbols.
pub(crate) fn surface(graph: Value) -> Result<Surface, String> {
    let Graph { symbols } = serde_json::from_value(graph).map_err(|error| error.to_string())?;
    Ok(Surface {
        calls: calls(&symbols)?,
        settings: settings(&symbols),
        classes: classes(&symbols),
        fields: BTreeMap::from([
            ("error".to_owned(), members(&symbols, &["UppzyError"])),
            ("attempt".to_owned(), members(&symbols, &["UppzyError", "Attempt"])),
        ]),
    })
}

fn calls(symbols: &[Symbol]) -> Result<BTreeMap<String, Arguments>, String> {
    let mut calls: BTreeMap<String, Arguments> = BTreeMap::new();
    for (handle, family) in HANDLES {
        for symbol in symbols.iter().filter(|symbol| symbol.is_in(&[handle]) && symbol.is_own()) {
            let declaration = symbol.declaration();
            let leads =
                HANDLES.iter().any(|(other, _)| declaration.ends_with(&format!(": {other}")));
            if symbol.is("swift.method") {
                let arguments = arguments(&declaration)?;
                // Two calls of one name, told apart by what only one of them is given.
                let name = match symbol.name() {
                    "ask" if arguments.contains_key("fallback") => "askWithFallback",
                    name => name,
                };
                let known = calls.entry(format!("{family}.{name}")).or_default();
                for (name, argument) in arguments {
                    // It has to be given if no overload that has it does without.
                    let before = known.get(&name).is_none_or(|before: &Argument| before.needed);
                    let needed = argument.needed && before;
                    known.insert(name, Argument { needed, ..argument });
                }
            } else if symbol.is("swift.property") && !leads {
                calls.entry(format!("{family}.{}", symbol.name())).or_default();
            }
        }
    }
    Ok(calls)
}

/// The arguments in a function's declaration.
fn arguments(declaration: &str) -> Result<Arguments, String> {
    let fault = || format!("what are the arguments of {declaration}?");
    let (_, rest) = declaration.split_once('(').ok_or_else(fault)?;
    let mut found = Arguments::new();
    for part in parts(rest) {
        let (names, value) = part.split_once(": ").ok_or_else(fault)?;
        // A caller knows an argument by its label, and one without a label by its name.
        let mut names = names.split_whitespace();
        let (first, second) = (names.next().ok_or_else(fault)?, names.next());
        let name = if first == "_" { second.ok_or_else(fault)? } else { first };
        let default = value.rsplit_once(" = ").map(|(_, default)| default.trim());
        let argument = Argument { needed: default.is_none(), default: default.and_then(literal) };
        found.insert(name.to_owned(), argument);
    }
    Ok(found)
}

/// What stands between commas, up to the bracket that ends it all.
fn parts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut from) = (0_i32, 0);
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '<' => depth += 1,
            ')' if depth == 0 => {
                found.push(text.get(from..at).unwrap_or_default());
                break;
            }
            // The arrow of a function's type closes nothing.
            '>' if before == '-' => {}
            ')' | ']' | '>' => depth -= 1,
            ',' if depth == 0 => {
                found.push(text.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
        before = letter;
    }
    found.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The value of a default that is a number or a truth; none for what leaves it to the core.
fn literal(code: &str) -> Option<Value> {
    match code {
        "true" => Some(json!(true)),
        "false" => Some(json!(false)),
        code => code.replace('_', "").parse::<f64>().ok().map(|number| json!(number)),
    }
}

fn settings(symbols: &[Symbol]) -> BTreeMap<String, Arguments> {
    let of = |holder: &str| {
        let properties = symbols.iter().filter(|symbol| {
            symbol.is("swift.property") && symbol.is_in(&[holder]) && symbol.is_own()
        });
        properties.map(|symbol| (symbol.name().to_owned(), Argument::default())).collect()
    };
    SETTINGS.into_iter().map(|(holder, name)| (name.to_owned(), of(holder))).collect()
}

fn classes(symbols: &[Symbol]) -> BTreeMap<String, Class> {
    let kinds = symbols.iter().filter(|symbol| {
        symbol.is("swift.type.property") && symbol.is_in(&["ErrorKind"]) && symbol.name() != "all"
    });
    let class = |symbol: &Symbol| {
        let name = symbol.name().trim_matches('`').to_owned();
        (snake(&name), Class { name, parent: None })
    };
    kinds.map(class).collect()
}

fn members(symbols: &[Symbol], path: &[&str]) -> Vec<String> {
    let members = symbols.iter().filter(|symbol| {
        (symbol.is("swift.property") || symbol.is("swift.method"))
            && symbol.is_in(path)
            && symbol.is_own()
    });
    members.map(|symbol| symbol.name().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(kind: &str, path: &[&str], declaration: &str) -> Value {
        json!({
            "kind": {"identifier": kind, "displayName": ""},
            "pathComponents": path,
            "declarationFragments": [{"kind": "text", "spelling": declaration}],
        })
    }

    #[test]
    fn symbols_are_read() -> Result<(), String> {
        let ask = "func ask(_ message: String, sessionID: String, email: String? = nil) async throws -> Answer";
        let many = "func askMany(_ questions: [Question], concurrency: Int = 100, onProgress: \
                    ((AskProgress) -> Void)? = nil) -> AskManyStream<Int, String>";
        let graph = json!({"symbols": [
            symbol("swift.method", &["Chat", "ask(_:sessionID:email:)"], ask),
            symbol("swift.method", &["Chat", "ask(_:fallback:)"], "func ask(_ message: String, fallback: String)"),
            symbol("swift.method", &["Chat", "askMany(_:concurrency:onProgress:)"], many),
            symbol("swift.property", &["UppzyClient", "chat"], "let chat: Chat"),
            symbol("swift.property", &["UppzyClient", "isClosed"], "var isClosed: Bool { get }"),
            symbol("swift.property", &["UppzyClient", "description"], "var description: String"),
            symbol("swift.property", &["Configuration", "baseURL"], "var baseURL: String?"),
            symbol("swift.type.property", &["ErrorKind", "pollTimeout"], "static let pollTimeout: ErrorKind"),
            symbol("swift.type.property", &["ErrorKind", "all"], "static let all: [ErrorKind]"),
            symbol("swift.property", &["UppzyError", "hint"], "var hint: String { get }"),
            symbol("swift.property", &["UppzyError", "Attempt", "status"], "let status: Int?"),
        ]});
        let surface = surface(graph)?;
        let described: Vec<String> = surface
            .calls
            .iter()
            .map(|(call, arguments)| {
                let tell = |(name, argument): (&String, &Argument)| match &argument.default {
                    Some(default) => format!("{name}={default}"),
                    None if argument.needed => name.clone(),
                    None => format!("{name}?"),
                };
                format!("{call}({})", arguments.iter().map(tell).collect::<Vec<_>>().join(" "))
            })
            .collect();
        assert_eq!(
            described,
            [
                "chat.ask(email? message sessionID)",
                "chat.askMany(concurrency=100.0 onProgress? questions)",
                "chat.askWithFallback(fallback message)",
                "client.isClosed()",
            ]
        );
        assert!(surface.classes.contains_key("poll_timeout") && surface.classes.len() == 1);
        assert_eq!(surface.fields.get("error"), Some(&vec!["hint".to_owned()]));
        assert_eq!(surface.fields.get("attempt"), Some(&vec!["status".to_owned()]));
        assert!(
            surface.settings.get("client").is_some_and(|client| client.contains_key("baseURL"))
        );
        Ok(())
    }
}
