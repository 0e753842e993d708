//! The languages that have checks, and what these are. A language is added here and nowhere else.

use crate::cargo::{cargo, xtask};
use crate::part::{Count, Part};
use crate::schedule::Name;
use crate::{chaos, guard, kotlin, libtest, node, parity, python, scenarios, servers, swift};

/// A language of the project.
pub(crate) struct Language {
    name: &'static str,
    /// Whether it is checked when no language is named.
    by_default: bool,
    parts: fn() -> Vec<Part>,
}

/// Rust's tests among the parts.
const TESTS: Name = ("rust", "tests");

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
    let parts: Vec<Part> = chosen.iter().flat_map(|language| (language.parts)()).collect();
    let is_python = |name: &Name| *name == python::ENVIRONMENT;
    let needs_python = parts.iter().any(|part| part.place().needs.iter().any(is_python));
    let makes_python = parts.iter().any(|part| is_python(&part.name()));
    let python = (needs_python && !makes_python).then(python::environment_parts);
    let shared = servers.into_iter().chain(reference).chain(python.into_iter().flatten());
    let mut parts = chaos::beside(shared.chain(parts).collect(), chosen.len() == LANGUAGES.len());
    parts.extend(names.is_empty().then(parity::report));
    parts
}

fn rust() -> Vec<Part> {
    let part = |name, count, arguments: &[&str]| {
        let mut command = cargo();
        command.args(arguments);
        Part::new("rust", name, count, command)
    };
    let build = |name, arguments: &[&str]| part(name, Count::Whole, arguments).beside_tests();
    let own = |name, arguments: &[&str]| {
        let mut command = xtask();
        command.args(arguments);
        Part::build("rust", name, command)
    };
    // Cargo's builds of one folder wait for each other: those that the tests do not need come after theirs.
    let built = [TESTS];
    let mut parts = vec![
        build("formatting", &["fmt", "--all", "--check"]),
        build(
            "lints",
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
        )
        .after(&built),
        part(
            "tests",
            Count::Libtest,
            &["test", "--locked", "--workspace", "--all-features", "--no-fail-fast"],
        )
        .needs(&[servers::SETUP]),
        build("documentation", &["doc", "--locked", "--workspace", "--all-features", "--no-deps"])
            .after(&built),
        own("readme", &["readme", "--check"]).after(&built),
        guard::part(),
        own("dependencies", &["deny"]),
        own("description", &["openapi"]).after(&built),
    ];
    for part in &mut parts {
        match part.name {
            "tests" => {
                libtest::wait_together(scenarios::tell(&mut part.command));
            }
            "documentation" => _ = part.command.env("RUSTDOCFLAGS", "--deny warnings"),
            _ => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Lane, Next, Place, Schedule};

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
    fn what_a_part_waits_for_is_there() {
        let parts = chosen(&[]);
        let names: Vec<_> = parts.iter().map(Part::name).collect();
        // Without a Python there is one part of it, which fails.
        let has_python = names.contains(&("python", "tests"));
        for part in &parts {
            let Place { name, needs, after, .. } = part.place();
            let waits =
                needs.iter().chain(&after).filter(|name| !scenarios::WRITTEN.contains(name));
            for before in waits.filter(|(language, _)| has_python || *language != "python") {
                assert!(names.contains(before), "{name:?} waits for {before:?}");
                assert!(name != *before, "{name:?} waits for itself");
            }
        }
    }

    #[test]
    fn all_parts_run_whichever_lane_is_quicker() {
        for first in [Lane::Tests, Lane::Builds] {
            let parts = chosen(&[]);
            let mut schedule = Schedule::new(parts.iter().map(Part::place));
            let mut run = 0;
            let mut lanes = vec![first, Lane::Tests, Lane::Builds];
            while let Some(lane) = lanes.first().copied() {
                match schedule.next(lane) {
                    Next::Run(index) => {
                        run += 1;
                        schedule.end(index, true);
                    }
                    Next::Refuse(index, reason) => panic!("{:?}: {reason}", parts[index].place()),
                    Next::Wait => lanes.rotate_left(1),
                    Next::Nothing => lanes.retain(|other| *other != lane),
                }
            }
            assert_eq!(run, parts.len());
        }
    }

    #[test]
    fn the_environment_of_python_is_made_for_those_who_need_it() {
        let environments = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            chosen(&names).iter().filter(|part| part.name() == python::ENVIRONMENT).count()
        };
        assert_eq!(environments(&["swift"]), 1);
        assert_eq!(environments(&["kotlin", "swift", "python"]), 1);
        assert_eq!(environments(&["node"]), 0);
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
