//! SECURITY.md names tests; each of them is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use serde_json::Value;
use uppzy_supply::{root, text, text_if_any};

const PAGE: &str = "SECURITY.md";

/// What stands in code quotes and has a file and a name.
fn references(page: &str) -> Vec<(&str, &str)> {
    page.split('`').skip(1).step_by(2).filter_map(|quoted| quoted.split_once("::")).collect()
}

/// Whether the file has a test of that name, as its language writes it.
fn has_test(file: &str, source: &str, name: &str) -> bool {
    let begins = |line: &str, beginning: &str| line.trim_start().starts_with(beginning);
    let line_before = |line: usize, what: &str| {
        let before = source.lines().take(line).collect::<Vec<_>>();
        before.iter().rev().take(3).any(|line| line.trim().starts_with(what))
    };
    let mut lines = source.lines().enumerate();
    match file.rsplit('.').next().unwrap_or_default() {
        "rs" => lines.any(|(number, line)| {
            let line = line.trim_start();
            let line = line.strip_prefix("async ").unwrap_or(line);
            line.starts_with(&format!("fn {name}(")) && {
                line_before(number, "#[test]") || line_before(number, "#[tokio::test")
            }
        }),
        "py" => {
            name.starts_with("test_")
                && lines.any(|(_, line)| line.starts_with(&format!("def {name}(")))
        }
        "ts" | "mts" => lines.any(|(_, line)| begins(line, &format!("test(\"{name}\""))),
        "json" => {
            let scenarios: Value = serde_json::from_str(source).unwrap();
            let list = scenarios.get("scenarios").unwrap_or(&scenarios);
            list.as_array().unwrap().iter().any(|scenario| scenario["name"] == name)
        }
        "kt" => lines.any(|(number, line)| {
            let written = [format!("fun `{name}`("), format!("fun {name}(")];
            written.iter().any(|written| line.contains(written)) && line_before(number, "@Test")
        }),
        "swift" => lines.any(|(_, line)| line.contains(&format!("func {name}("))),
        _ => false,
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let page = text(PAGE);
    let references = references(&page);
    assert!(references.len() > 40, "{}", references.len());
    for (file, name) in references {
        let source = text_if_any(file).unwrap_or_else(|| panic!("there is no {file}"));
        assert!(has_test(file, &source, name), "{file} has no test {name}");
    }
}

/// A threat without a test is a claim.
#[test]
fn every_threat_has_a_test() {
    let page = text(PAGE);
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| threat |"))
        .collect();
    assert!(rows.len() > 25, "{}", rows.len());
    for row in rows {
        assert_eq!(row.matches(" | ").count(), 2, "{row}");
        let shown = row.rsplit(" | ").next().unwrap_or_default();
        assert!(!references(shown).is_empty(), "{row}");
    }
}

#[test]
fn what_is_linked_exists() {
    let page = text(PAGE);
    let links = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for link in links {
        assert!(link.contains("://") || root().join(link).exists(), "{link}");
    }
}

#[test]
fn a_missing_test_is_noticed() {
    let rust = "#[test]\nfn there() {}\nfn helper() {}\n";
    assert!(has_test("a.rs", rust, "there"));
    assert!(!has_test("a.rs", rust, "gone"));
    assert!(!has_test("a.rs", "fn helper() {}\n", "helper"));
    assert!(has_test("a.ts", "test(\"it holds\", () => {});", "it holds"));
    assert!(!has_test("a.ts", "// test(\"it holds\"", "it holds"));
    assert!(has_test("a.json", r#"{"scenarios":[{"name":"a-b"}]}"#, "a-b"));
    assert!(!has_test("a.json", r#"{"scenarios":[{"name":"a-b"}]}"#, "a"));
    assert!(has_test("a.kt", "    @Test\n    fun `it holds`() {", "it holds"));
    assert!(!has_test("a.md", "it holds", "it holds"));
    assert_eq!(references("a `b.rs::c` and `std` `d`"), [("b.rs", "c")]);
}
