//! From positioned strings to lines and paragraphs.

/// Gap that separates words, in multiples of the font size.
const WORD_GAP: f32 = 0.17;
/// Step that starts another line, in multiples of the font size.
const LINE_STEP: f32 = 0.5;
/// Step that starts another paragraph, in multiples of the font size.
const PARAGRAPH_STEP: f32 = 1.75;
/// A line shorter than this part of the longest one ends where its author ended it.
const FULL_LINE: f32 = 0.65;

/// A point on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) x: f32,
    pub(super) y: f32,
}

/// The text of a file, as it grows.
#[derive(Debug, Default)]
pub(super) struct Layout {
    page: String,
    finished: String,
    last: Option<(Point, f32)>,
}

impl Layout {
    /// Bytes of text so far.
    pub(super) fn len(&self) -> usize {
        self.page.len() + self.finished.len()
    }

    /// Adds a shown string that runs from `start` to `end`, in a font of `size`.
    pub(super) fn show(&mut self, text: &str, start: Point, end: Point, size: f32) {
        if text.trim().is_empty() {
            // A drawn space shows up as a gap; one that moves nothing is drawn as text.
            if !text.is_empty() && self.same_line(start) && !self.page.ends_with([' ', '\n']) {
                self.page.push(' ');
                self.last = Some((end, size));
            }
            return;
        }
        if let Some((last, last_size)) = self.last {
            let size = size.min(last_size * 2.0).max(0.1);
            let (along, across) = offset(last, start, end);
            let resized = (size - last_size).abs() > 0.12 * last_size;
            if across.abs() > LINE_STEP * size.max(last_size) {
                let paragraph = across.abs() > PARAGRAPH_STEP * size.max(last_size)
                    || (resized && across.abs() > 0.9 * size.min(last_size));
                self.page.push_str(if paragraph { "\n\n" } else { "\n" });
            } else if (along > WORD_GAP * size || along < -size) && !self.page.ends_with(' ') {
                self.page.push(' ');
            }
        }
        self.page.push_str(text);
        self.last = Some((end, size));
    }

    fn same_line(&self, start: Point) -> bool {
        self.last.is_some_and(|(last, size)| (start.y - last.y).abs() < LINE_STEP * size)
    }

    /// Ends the page.
    pub(super) fn end_page(&mut self) {
        let page = std::mem::take(&mut self.page);
        self.last = None;
        let page = join_lines(&page);
        if page.is_empty() {
            return;
        }
        if !self.finished.is_empty() {
            self.finished.push_str("\n\n");
        }
        self.finished.push_str(&page);
    }

    pub(super) fn into_text(mut self) -> String {
        self.end_page();
        self.finished
    }
}

/// Distance from the end of the last string to the start of the next, along and across the
/// direction in which the next one runs.
fn offset(last: Point, start: Point, end: Point) -> (f32, f32) {
    let (run_x, run_y) = (end.x - start.x, end.y - start.y);
    let length = run_x.hypot(run_y);
    let (unit_x, unit_y) =
        if length > f32::EPSILON { (run_x / length, run_y / length) } else { (1.0, 0.0) };
    let (x, y) = (start.x - last.x, start.y - last.y);
    (x * unit_x + y * unit_y, y * unit_x - x * unit_y)
}

/// Puts the lines of a paragraph together again, and words that were split at a line's end.
fn join_lines(page: &str) -> String {
    let longest = page.lines().map(|line| line.trim().chars().count()).max().unwrap_or(0);
    let full = (longest as f32 * FULL_LINE) as usize;
    let mut text = String::with_capacity(page.len());
    let mut last_length = 0;
    for line in page.lines() {
        let line = line.trim();
        if line.is_empty() {
            if !text.is_empty() && !text.ends_with("\n\n") {
                text.push_str("\n\n");
            }
            last_length = 0;
            continue;
        }
        if last_length > 0 {
            if let Some(split) = text.strip_suffix('-')
                && split.ends_with(char::is_alphabetic)
                && line.starts_with(char::is_lowercase)
            {
                text.pop();
            } else if text.ends_with('\u{ad}') {
                text.pop();
            } else if last_length < full || starts_item(line) {
                text.push('\n');
            } else {
                text.push(' ');
            }
        }
        text.push_str(line);
        last_length = line.chars().count();
    }
    text.trim_end().to_owned()
}

fn starts_item(line: &str) -> bool {
    line.starts_with(['\u{2022}', '\u{2013}', '\u{25cf}', '\u{25aa}', '*'])
        || line.starts_with("- ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32, y: f32) -> Point {
        Point { x, y }
    }

    #[test]
    fn gaps_become_spaces_lines_and_paragraphs() {
        let mut layout = Layout::default();
        layout.show("Hel", at(0.0, 100.0), at(15.0, 100.0), 10.0);
        layout.show("lo", at(15.2, 100.0), at(25.0, 100.0), 10.0);
        layout.show("world", at(28.0, 100.0), at(50.0, 100.0), 10.0);
        layout.show("again and again", at(0.0, 88.0), at(50.0, 88.0), 10.0);
        layout.show("New", at(0.0, 60.0), at(20.0, 60.0), 10.0);
        assert_eq!(layout.into_text(), "Hello world again and again\n\nNew");
    }

    #[test]
    fn split_words_are_joined_and_short_lines_kept() {
        assert_eq!(
            join_lines("A word that is hyphen-\nated here as well, again\nshort\nnext line"),
            "A word that is hyphenated here as well, again short\nnext line"
        );
        assert_eq!(join_lines("one\n\n\ntwo  \n"), "one\n\ntwo");
    }

    #[test]
    fn text_that_runs_upwards_is_read_in_its_own_direction() {
        let mut layout = Layout::default();
        layout.show("Up", at(10.0, 0.0), at(10.0, 12.0), 10.0);
        layout.show("wards", at(10.0, 12.2), at(10.0, 40.0), 10.0);
        assert_eq!(layout.into_text(), "Upwards");
    }
}
