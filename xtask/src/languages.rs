//! The languages that have checks, and what these are. A language is added here and nowhere else.

use crate::cargo::cargo;
use crate::part::{Count, Part};
use crate::{chaos, guard, kotlin, node, parity, python, scenarios, servers, swift};

/// A language of the project.
pub(crate) struct Language {
    name: &'static str,
    /// Whether it is checked when no language is named.
    by_default: bool,
    parts: fn() -> Vec<Part>,
}

static LANGUAGES: &[Language] = &[
    Language { name: "rust", by_default: true, parts: rust },
    Language { name: "python", by_default: true, parts: python::parts },
    Language { name: "node", by_default: true, parts: node::parts },
    Language { name: "kotlin", by_default: true, parts: kotlin::parts },
    Language { name: "swift", by_default: true, parts: swift::parts },
    // No language, but all of them together, in the environments of those above.
    Language { name: chaos::NAME, by_default: true, parts: chaos::parts },
];

/// The names of all languages.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|language| language.name)
}

/// The parts of the languages with these names, each language once; and without a name
/// those that are checked by default, with what holds them against each other.
pub(crate) fn chosen(names: &[String]) -> Vec<Part> {
    let chosen: Vec<&Language> = LANGUAGES
        .iter()
        .filter(|language| match names {
            [] => language.by_default,
            names => names.iter().any(|name| name == language.name),
        })
        .collect();
    let with_rust = chosen.iter().any(|language| language.name == "rust");
    let reference = (!with_rust && !chosen.is_empty()).then(scenarios::reference);
    let servers = (!chosen.is_empty()).then(servers::setup);
    let mut parts: Vec<Part> = servers
        .into_iter()
        .chain(reference)
        .chain(chosen.iter().flat_map(|language| (language.parts)()))
        .collect();
    if chosen.len() == LANGUAGES.len() {
        chaos::after_all_others(&mut parts);
    }
    parts.extend(names.is_empty().then(parity::report));
    parts
}

fn rust() -> Vec<Part> {
    let part = |name, count, arguments: &[&str]| {
        let mut command = cargo();
        command.args(arguments);
        Part { language: "rust", name, count, command }
    };
    let mut parts = vec![
        part("formatting", Count::Whole, &["fmt", "--all", "--check"]),
        part(
            "lints",
            Count::Whole,
            &[
                "clippy",
                "--locked",
                "--workspace",
                "--all-targets",
                "--all-features",
                "--",
                "--deny",
                "warnings",
            ],
        ),
        part(
            "tests",
            Count::Libtest,
            &["test", "--locked", "--workspace", "--all-features", "--no-fail-fast"],
        ),
        part(
            "documentation",
            Count::Whole,
            &["doc", "--locked", "--workspace", "--all-features", "--no-deps"],
        ),
        part("readme", Count::Whole, &["xtask", "readme", "--check"]),
        guard::part(),
        part("dependencies", Count::Whole, &["xtask", "deny"]),
        part("description", Count::Whole, &["xtask", "openapi"]),
    ];
    for part in &mut parts {
        match part.name {
            "tests" => _ = scenarios::tell(&mut part.command),
            "documentation" => _ = part.command.env("RUSTDOCFLAGS", "--deny warnings"),
            _ => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_chosen_once_and_all_without_a_name() {
        let count = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            chosen(&names).len()
        };
        assert!(count(&["rust"]) >= 5);
        assert_eq!(count(&["rust", "rust"]), count(&["rust"]));
        assert!(count(&[]) >= count(&["rust"]));
        assert_eq!(count(&["cobol"]), 0);
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = names().collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
    }
}
