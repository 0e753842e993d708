//! The blocking client has every public method of the asynchronous one, with the same arguments.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The methods of a type: arguments by name.
type Methods = BTreeMap<String, String>;

/// The source of that file or folder, without its tests.
fn source(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path);
    if path.is_file() {
        let text = fs::read_to_string(&path).unwrap();
        return text.split("#[cfg(test)]").next().unwrap().to_owned();
    }
    let files = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
    files.map(|file| source(file.to_str().unwrap())).collect()
}

/// What follows each `opening` up to the brace that closes it.
fn blocks<'a>(source: &'a str, opening: &str) -> Vec<&'a str> {
    source.match_indices(opening).map(|(at, _)| braced(&source[at + opening.len()..])).collect()
}

/// The text up to the brace that closes the one before it.
fn braced(text: &str) -> &str {
    let mut depth = 1;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    panic!("an open brace in {text}");
}

/// The methods that are introduced by that word.
fn methods(block: &str, introduced: &str) -> Methods {
    let lines: Vec<_> = block.lines().map(str::trim_start).collect();
    let (block, introduced) = (lines.join("\n"), format!("\n{introduced}"));
    let mut methods = Methods::new();
    for (at, _) in block.match_indices(&introduced) {
        let declaration = &block[at + introduced.len()..];
        let name = declaration.split(['(', '<']).next().unwrap();
        let arguments = declaration[name.len()..].split(" -> ").next().unwrap();
        let arguments = arguments.split(['{', ';']).next().unwrap();
        let arguments: String = arguments.split_whitespace().collect();
        // Trailing commas, mutability and paths are no difference to a caller.
        let same = [(",)", ")"), ("(mutself", "(self"), ("crate::pipeline::", ""), ("crate::", "")];
        let arguments = same.iter().fold(arguments, |text, (from, to)| text.replace(from, to));
        methods.insert(name.to_owned(), arguments);
    }
    methods
}

fn asynchronous(name: &str, file: &str) -> Methods {
    let source = source(file);
    let mut all = Methods::new();
    for block in blocks(&source, &format!("impl {name} {{")) {
        all.extend(methods(block, "pub async fn "));
        all.extend(methods(block, "pub fn "));
    }
    all
}

/// The methods over the asynchronous type of that name, plain or with a token.
fn blocking(name: &str, with_token: bool) -> Methods {
    let source = source("blocking");
    let mut all = Methods::new();
    for list in blocks(&source, "calls! {") {
        for block in blocks(list, &format!("    {name} {{")) {
            all.extend(methods(block, "fn "));
        }
    }
    let implementation =
        if with_token { format!("impl Cancellable<{name}> {{") } else { format!("impl {name} {{") };
    for block in blocks(&source, &implementation) {
        all.extend(methods(block, "pub fn "));
    }
    all
}

fn assert_same(name: &str, asynchronous: &Methods, blocking: &Methods) {
    for (method, arguments) in asynchronous {
        assert_eq!(
            blocking.get(method),
            Some(arguments),
            "{name}::{method} of the asynchronous client is not the same in the blocking one",
        );
    }
}

#[test]
fn every_method_of_every_handle_blocks_too() {
    let handles = [
        ("Tenants", "api/tenants.rs", 5),
        ("Sites", "api/sites.rs", 5),
        ("Documents", "api", 7),
        ("Chat", "api/chat.rs", 10),
        ("Sessions", "api/sessions.rs", 3),
    ];
    for (name, file, least) in handles {
        let methods = asynchronous(name, file);
        assert!(methods.len() >= least, "{name} has only {methods:?}");
        assert_same(name, &methods, &blocking(name, false));
        assert_same(name, &methods, &blocking(name, true));
    }
}

#[test]
fn the_handles_settings_are_the_same() {
    let settings = |source: &str| {
        let block = source.split("impl $name {").nth(1).unwrap();
        methods(block, "pub fn ")
    };
    let blocking = settings(&source("blocking/handle.rs"));
    let asynchronous = settings(&source("api.rs"));
    assert_eq!(asynchronous.len(), 3, "{asynchronous:?}");
    assert_same("handle", &asynchronous, &blocking);
}

#[test]
fn pending_answers_and_clients_are_the_same() {
    let pending = asynchronous("PendingAnswer", "poll/pending.rs");
    assert!(pending.len() >= 9, "{pending:?}");
    assert_same("PendingAnswer", &pending, &blocking("PendingAnswer", false));
    let client = asynchronous("Client", "client.rs");
    assert!(client.len() >= 17, "{client:?}");
    assert_same("Client", &client, &blocking("Client", false));
}

#[test]
fn differences_are_seen() {
    let asynchronous =
        methods("\n    pub async fn ask(&self, a: &str) -> Result<A> {", "pub async fn ");
    let blocking = methods("\n    pub fn ask(&self, a: String) -> Result<A> {", "pub fn ");
    assert_eq!(asynchronous["ask"], "(&self,a:&str)");
    assert_ne!(asynchronous, blocking);
}
