//! The report as text.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};

use crate::grid::{Cell, Grid};

/// A table of counts by group, and every cell in which something is wrong.
pub(crate) fn text(grid: &Grid) -> String {
    let mut text = format!("{}\n\n{}\n\n", grid.title, counts(grid));
    let mut wrong = 0;
    let mut told: Vec<((&str, &str), Vec<String>)> = Vec::new();
    for (row, column, reason) in grid.wrong() {
        wrong += 1;
        let name = format!("{}, {}", row.group, row.name);
        match told.iter_mut().find(|(known, _)| *known == (column, reason)) {
            Some((_, names)) => names.push(name),
            None => told.push(((column, reason), vec![name])),
        }
    }
    for ((column, reason), names) in told {
        // What is wrong with a file is wrong with all that is in it.
        let more = match names.len() {
            1 => String::new(),
            count => format!(", and {} more", count - 1),
        };
        let name = names.first().map(String::as_str).unwrap_or_default();
        text.push_str(&format!("{name}{more}: {column}: {reason}\n"));
    }
    for fault in grid.all_faults() {
        wrong += 1;
        text.push_str(&format!("{fault}\n"));
    }
    let (rows, compared, columns) = (grid.rows.len(), grid.compared(), grid.columns.len());
    let (things, differences) = (grid.things, differences(wrong));
    text.push_str(&format!(
        "{rows} {things}, {compared} compared in {columns} columns: {differences}\n"
    ));
    text
}

/// How many differences there are, in words.
pub(crate) fn differences(count: usize) -> String {
    match count {
        1 => "1 difference".to_owned(),
        count => format!("{count} differences"),
    }
}

fn counts(grid: &Grid) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    let head = [grid.things, "all"].into_iter().chain(grid.columns.iter().copied());
    table.set_header(head.map(str::to_owned));
    let groups = grid.groups();
    for group in groups.iter().map(|group| Some(*group)).chain([None]) {
        let rows =
            || grid.rows.iter().filter(move |row| group.is_none_or(|group| row.group == group));
        let mut line = vec![group.unwrap_or("sum").to_owned(), rows().count().to_string()];
        for index in 0..grid.columns.len() {
            let cells = || rows().filter_map(move |row| row.cells.get(index));
            let same = cells().filter(|cell| **cell == Cell::Same).count();
            let wrong = cells().filter(|cell| cell.reason().is_some()).count();
            line.push(if wrong == 0 { same.to_string() } else { format!("{same}, {wrong} not") });
        }
        table.add_row(line);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Row;

    #[test]
    fn counts_and_differences_are_told() {
        let row = |group: &str, name: &str, cells| Row {
            group: group.to_owned(),
            name: name.to_owned(),
            note: String::new(),
            cells,
        };
        let rows = vec![
            row("first", "a", vec![Cell::Same, Cell::Same]),
            row("first", "b", vec![Cell::Same, Cell::Different("x: 1, but 2".to_owned())]),
            row(
                "second",
                "c",
                vec![Cell::NotCompared("differs"), Cell::Missing("gone".to_owned())],
            ),
            row("second", "d", vec![Cell::Same, Cell::Missing("gone".to_owned())]),
        ];
        let grid = Grid {
            title: "Title",
            things: "things",
            columns: vec!["One", "Two"],
            rows,
            least: 9,
            faults: vec!["a fault".to_owned()],
        };
        let text = text(&grid);
        for line in [
            "first, b: Two: x: 1, but 2\n",
            "second, c, and 1 more: Two: gone\n",
            "a fault\n",
            "3 things are too few: at least 9\n",
            "4 things, 3 compared in 2 columns: 5 differences\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
        assert!(text.contains("1, 1 not"), "{text}");
    }
}
