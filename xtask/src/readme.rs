//! The tables of README.md that the code knows better than any author.

use std::fs;

use crate::cargo::{cargo, root};

const FILE: &str = "README.md";
const BEGIN: &str = "<!-- begin ";
const END: &str = "<!-- end ";

/// Writes the tables into README.md; with `check`, only compares them, and looks at the links too.
pub(crate) fn run(check: bool) -> Result<(), String> {
    let path = root().join(FILE);
    let before = fs::read_to_string(&path).map_err(|error| format!("{FILE}: {error}"))?;
    let after = replace_blocks(&before, &tables()?)?;
    if check {
        let missing: Vec<_> = links(&before).filter(|link| !root().join(link).exists()).collect();
        if !missing.is_empty() {
            return Err(format!("{FILE} has links that lead nowhere: {}", missing.join(", ")));
        }
    }
    if after == before {
        return Ok(());
    }
    if check {
        let line = before.lines().zip(after.lines()).position(|(before, after)| before != after);
        let line = line.unwrap_or_else(|| before.lines().count().min(after.lines().count())) + 1;
        return Err(format!(
            "{FILE}, line {line}: a table differs from the code; run `cargo xtask readme` and look \
             at what changed"
        ));
    }
    fs::write(&path, after).map_err(|error| format!("{FILE}: {error}"))
}

/// The files that the text has links to.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|link| !link.is_empty() && !link.contains("://"))
}

/// What the code's tables look like: blocks, each between its lines of begin and end.
fn tables() -> Result<String, String> {
    let output = cargo()
        .args(["run", "--locked", "--quiet", "--package", "uppzy", "--example", "tables"])
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err("the program that prints the tables failed".to_owned());
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

/// The text with every block replaced by the one of that name.
fn replace_blocks(text: &str, blocks: &str) -> Result<String, String> {
    let mut text = text.to_owned();
    let mut rest = blocks;
    let mut names = Vec::new();
    while let Some((name, block, after)) = next_block(rest)? {
        let (begin, end) = markers(name);
        let place = text.find(&begin).and_then(|from| {
            let to = from + text.get(from..)?.find(&end)? + end.len();
            Some(from..to)
        });
        let place = place.ok_or_else(|| format!("{FILE} has no block {begin} {end}"))?;
        text.replace_range(place, block);
        names.push(name);
        rest = after;
    }
    for line in text.lines().filter_map(|line| line.strip_prefix(BEGIN)) {
        let name = line.trim_end_matches("-->").trim();
        if !names.contains(&name) {
            return Err(format!("{FILE} has a block {name:?} that no table belongs to"));
        }
    }
    Ok(text)
}

fn markers(name: &str) -> (String, String) {
    (format!("{BEGIN}{name} -->"), format!("{END}{name} -->"))
}

/// The first block, with its name, and the text behind it.
fn next_block(text: &str) -> Result<Option<(&str, &str, &str)>, String> {
    let Some(from) = text.find(BEGIN) else { return Ok(None) };
    let (_, text) = text.split_at(from);
    let name = text.strip_prefix(BEGIN).and_then(|text| text.split_once(" -->"));
    let (name, _) = name.ok_or("a block's first line does not end")?;
    let (_, end) = markers(name);
    let length = text.find(&end).ok_or_else(|| format!("the block {name} does not end"))?;
    let (block, after) = text.split_at(length + end.len());
    Ok(Some((name, block, after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &str = "<!-- begin a -->\nnew a\n<!-- end a -->\n\
                          <!-- begin b -->\nnew b\n<!-- end b -->\n";

    #[test]
    fn blocks_are_replaced_and_nothing_else() {
        let text = "one\n<!-- begin b -->\nold\n<!-- end b -->\ntwo\n\
                    <!-- begin a -->\n<!-- end a -->\nthree\n";
        let expected = "one\n<!-- begin b -->\nnew b\n<!-- end b -->\ntwo\n\
                        <!-- begin a -->\nnew a\n<!-- end a -->\nthree\n";
        assert_eq!(replace_blocks(text, TABLES).as_deref(), Ok(expected));
        assert_eq!(replace_blocks(expected, TABLES).as_deref(), Ok(expected));
    }

    #[test]
    fn links_to_files_are_found() {
        let text = "[a](one.md) and [b](two/three#part), [c](https://example.org/x), [d](#here)";
        assert_eq!(links(text).collect::<Vec<_>>(), ["one.md", "two/three"]);
    }

    #[test]
    fn blocks_without_a_counterpart_are_errors() {
        let missing = replace_blocks("<!-- begin a -->\n<!-- end a -->\n", TABLES);
        assert!(missing.unwrap_err().contains("begin b"));
        let both = "<!-- begin a -->\n<!-- end a -->\n<!-- begin b -->\n<!-- end b -->\n";
        let left = format!("{both}<!-- begin c -->\n<!-- end c -->\n");
        assert!(replace_blocks(&left, TABLES).unwrap_err().contains("\"c\""));
    }
}
