//! Text for a terminal of 80 columns.

use std::io::{self, Write};
use std::time::Duration;

use console::Style;
use textwrap::Options;

/// Columns that are used.
pub(crate) const WIDTH: usize = 79;
const INDENT: &str = "  ";

/// Where the demo writes.
pub(crate) struct Page<'a> {
    output: &'a mut dyn Write,
    heading: Style,
    sections: u32,
}

impl<'a> Page<'a> {
    pub(crate) fn new(output: &'a mut dyn Write, coloured: bool) -> Self {
        let heading = Style::new().bold().cyan().force_styling(coloured);
        Self { output, heading, sections: 0 }
    }

    /// The next section's heading.
    pub(crate) fn section(&mut self, title: &str) -> io::Result<()> {
        self.sections += 1;
        let title = format!("{}. {title}", self.sections);
        writeln!(self.output, "\n{}", self.heading.apply_to(title))
    }

    /// A heading without a number.
    pub(crate) fn heading(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.output, "{}", self.heading.apply_to(title))
    }

    /// A paragraph.
    pub(crate) fn text(&mut self, text: &str) -> io::Result<()> {
        self.wrapped(text, INDENT, INDENT)
    }

    /// A paragraph behind a short label, such as the `Q` of a question.
    pub(crate) fn labelled(&mut self, label: &str, text: &str) -> io::Result<()> {
        let first = format!("{INDENT}{INDENT}{label:<3}");
        self.wrapped(text, &first, &" ".repeat(first.chars().count()))
    }

    /// A line of two columns.
    pub(crate) fn row(&mut self, name: &str, text: &str) -> io::Result<()> {
        let first = format!("{INDENT}{INDENT}{name:<22}");
        self.wrapped(text, &first, &" ".repeat(first.chars().count()))
    }

    pub(crate) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.output)
    }

    /// Lines that are as wide as they are.
    pub(crate) fn lines(&mut self, text: &str) -> io::Result<()> {
        for line in text.lines() {
            writeln!(self.output, "{INDENT}{}", line.trim_end())?;
        }
        Ok(())
    }

    fn wrapped(&mut self, text: &str, first: &str, rest: &str) -> io::Result<()> {
        let options = Options::new(WIDTH).initial_indent(first).subsequent_indent(rest);
        // What a server says may hold line breaks, and characters that move a terminal's cursor.
        let text: String = text
            .split_whitespace()
            .map(|word| word.replace(char::is_control, ""))
            .collect::<Vec<_>>()
            .join(" ");
        for line in textwrap::wrap(&text, options) {
            writeln!(self.output, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// A duration as a person reads it.
pub(crate) fn duration(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1e3;
    match milliseconds {
        ..10.0 => format!("{milliseconds:.1} ms"),
        ..1_000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.1} s", milliseconds / 1e3),
    }
}

/// A number with its noun, in the plural where it belongs.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Page<'_>) -> io::Result<()>) -> String {
        let mut output = Vec::new();
        write(&mut Page::new(&mut output, false)).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn no_line_is_too_long_and_none_holds_control_characters() {
        let text = "a line\nbreak \u{1b}[2J and many more words ".repeat(20);
        for text in
            [written(|page| page.labelled("A", &text)), written(|page| page.row("x", &text))]
        {
            assert!(text.lines().count() > 5);
            assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
            assert!(!text.contains('\u{1b}'));
        }
    }

    #[test]
    fn durations_are_short() {
        let short = |microseconds| duration(Duration::from_micros(microseconds));
        assert_eq!(short(1_240), "1.2 ms");
        assert_eq!(short(24_400), "24 ms");
        assert_eq!(short(2_040_000), "2.0 s");
        assert_eq!(counted(1, "poll"), "1 poll");
        assert_eq!(counted(2, "poll"), "2 polls");
    }
}
