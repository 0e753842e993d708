//! The report as one page that needs nothing else.

use std::fmt::Write as _;

use crate::grid::{Cell, Grid, Row};
use crate::text::differences;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The whole page.
pub(crate) fn page(grids: &[Grid]) -> String {
    let mut body = String::from("<h1>The languages, held against each other</h1>\n<ul>\n");
    for (number, grid) in grids.iter().enumerate() {
        let wrong = grid.wrong().count() + grid.all_faults().len();
        // Writing to a String does not fail, here and below.
        let _ = writeln!(
            body,
            "<li><a href=\"#part-{number}\">{}</a>: {} {}, {}</li>",
            escaped(grid.title),
            grid.rows.len(),
            escaped(grid.things),
            differences(wrong)
        );
    }
    body.push_str("</ul>\n");
    for (number, grid) in grids.iter().enumerate() {
        section(&mut body, number, grid);
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>The languages, held against each other</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n{body}<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

fn section(body: &mut String, number: usize, grid: &Grid) {
    let _ = write!(
        body,
        "<section id=\"part-{number}\">\n<h2>{}</h2>\n<p class=\"filter\"><label>Show \
         <select><option value=\"\">all {}</option>",
        escaped(grid.title),
        escaped(grid.things)
    );
    for group in grid.groups() {
        let group = escaped(group);
        let _ = write!(body, "<option value=\"{group}\">{group}</option>");
    }
    body.push_str(
        "</select></label> <label><input type=\"checkbox\"> only differences</label> \
         <span class=\"count\"></span></p>\n",
    );
    for fault in grid.all_faults() {
        let _ = writeln!(body, "<p class=\"wrong\">{}</p>", escaped(&fault));
    }
    body.push_str("<table>\n<thead><tr><th>name</th>");
    for column in &grid.columns {
        let _ = write!(body, "<th>{}</th>", escaped(column));
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for row in &grid.rows {
        line(body, row);
    }
    body.push_str("</tbody>\n</table>\n</section>\n");
}

fn line(body: &mut String, row: &Row) {
    let wrong = row.cells.iter().any(|cell| cell.reason().is_some());
    let _ = write!(
        body,
        "<tr data-group=\"{}\"{}><th scope=\"row\"><code>{}</code> <small>{}</small><p>{}</p></th>",
        escaped(&row.group),
        if wrong { " data-wrong" } else { "" },
        escaped(&row.name),
        escaped(&row.group),
        escaped(&row.note)
    );
    for cell in &row.cells {
        let _ = match cell {
            Cell::Same => write!(body, "<td class=\"same\">same</td>"),
            Cell::NotCompared(why) => {
                write!(body, "<td class=\"loose\" title=\"{}\">ran</td>", escaped(why))
            }
            Cell::Different(reason) | Cell::Missing(reason) => {
                write!(body, "<td class=\"wrong\">{}</td>", escaped(reason))
            }
        };
    }
    body.push_str("</tr>\n");
}

/// Text that stays text between tags and in quoted attributes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "</script><script>alert('1')</script>\"<b onclick=x>&";

    #[test]
    fn nothing_of_what_is_shown_becomes_part_of_the_page() {
        let row = Row {
            group: HOSTILE.to_owned(),
            name: HOSTILE.to_owned(),
            note: HOSTILE.to_owned(),
            cells: vec![Cell::Different(HOSTILE.to_owned()), Cell::Missing(HOSTILE.to_owned())],
        };
        let grid = Grid {
            title: HOSTILE,
            things: HOSTILE,
            columns: vec![HOSTILE, HOSTILE],
            rows: vec![row],
            least: 0,
            faults: vec![HOSTILE.to_owned()],
        };
        let page = page(&[grid]);
        assert!(!page.contains("alert('1')") && !page.contains("<b onclick"), "{page}");
        assert_eq!(page.matches("<script").count(), 1);
        assert_eq!(page.matches("</script").count(), 1);
        assert!(page.contains("&lt;/script&gt;"));
    }

    #[test]
    fn the_page_needs_nothing_else() {
        let page = page(&[]);
        for outside in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn rows_say_whether_something_is_wrong() {
        let row = |cells| Row {
            group: "group".to_owned(),
            name: "name".to_owned(),
            note: "It holds.".to_owned(),
            cells,
        };
        let grid = Grid {
            title: "Title",
            things: "things",
            columns: vec!["One"],
            rows: vec![row(vec![Cell::Same]), row(vec![Cell::Missing("gone".to_owned())])],
            least: 0,
            faults: Vec::new(),
        };
        let page = page(&[grid]);
        assert_eq!(page.matches("<tr data-group=\"group\" data-wrong>").count(), 1);
        assert_eq!(page.matches("<tr data-group=\"group\">").count(), 1);
        assert_eq!(page.matches("It holds.").count(), 2);
        assert!(page.contains("2 things, 1 difference<"));
    }
}
