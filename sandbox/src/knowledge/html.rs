//! Text of web pages.
//!
//! Only the tokens are read and no tree is built: a page nested a million deep costs no stack, and
//! time stays proportional to size.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

pub(super) fn text(html: &str) -> String {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // The sink never asks for a pause, so one call takes everything.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

#[derive(Default)]
struct Sink(RefCell<Writer>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut writer = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => writer.push(&text),
            Token::TagToken(tag) => return writer.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// What separates the text so far from the text to come.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Cell,
    Line,
    Paragraph,
}

#[derive(Default)]
struct Writer {
    text: String,
    gap: Gap,
    /// Name of the element whose content is left out, until its end.
    skipping: Option<String>,
    preformatted: usize,
    item: bool,
    /// The next cell is the first of its row.
    row_starts: bool,
    /// Nothing was written in this cell yet.
    cell_starts: bool,
    in_title: bool,
    title: String,
}

impl Writer {
    fn push(&mut self, text: &str) {
        if self.skipping.is_some() {
            return;
        }
        if self.in_title {
            self.title.push_str(text);
            return;
        }
        for letter in text.chars() {
            if letter == '\n' && self.preformatted > 0 {
                self.gap = self.gap.max(Gap::Line);
            } else if letter.is_whitespace() {
                self.gap = self.gap.max(Gap::Space);
            } else {
                self.write_gap();
                self.text.push(letter);
            }
        }
    }

    fn write_gap(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        self.cell_starts = false;
        if !self.text.is_empty() {
            self.text.push_str(match gap {
                Gap::None => "",
                Gap::Space => " ",
                Gap::Cell => " | ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
        if std::mem::take(&mut self.item) {
            self.text.push_str("- ");
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let start = tag.kind == TagKind::StartTag;
        if let Some(skipped) = &self.skipping {
            if !start && skipped == name {
                self.skipping = None;
            }
            return TokenSinkResult::Continue;
        }
        let raw = match name {
            "script" => Some(RawKind::ScriptData),
            "style" | "noscript" | "iframe" | "noembed" | "noframes" | "xmp" => {
                Some(RawKind::Rawtext)
            }
            "textarea" | "title" => Some(RawKind::Rcdata),
            _ => None,
        };
        if let (true, Some(kind)) = (start, raw) {
            if name == "title" {
                self.in_title = true;
            } else {
                self.skipping = Some(name.to_owned());
            }
            return TokenSinkResult::RawData(kind);
        }
        if start && !tag.self_closing && matches!(name, "template" | "svg" | "math" | "select") {
            self.skipping = Some(name.to_owned());
            return TokenSinkResult::Continue;
        }
        if name == "title" {
            self.in_title = false;
        }
        self.space(name, start);
        TokenSinkResult::Continue
    }

    fn space(&mut self, name: &str, start: bool) {
        match (name, start) {
            ("tr", true) => self.row_starts = true,
            ("td" | "th", true) => {
                // Whatever ended the cell before, cells of a row stay on one line.
                let empty = std::mem::take(&mut self.row_starts) || self.cell_starts;
                self.gap = if empty { self.gap.max(Gap::Line) } else { Gap::Cell };
                self.cell_starts = true;
                return;
            }
            ("td" | "th", false) => {
                if !self.cell_starts {
                    self.gap = Gap::None;
                }
                return;
            }
            ("table", false) => self.cell_starts = false,
            _ if self.cell_starts => return,
            _ => {}
        }
        let gap = match name {
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "table"
            | "pre" | "blockquote" | "hr" | "section" | "article" | "header" | "footer"
            | "main" | "nav" | "aside" | "figure" | "form" | "body" | "details" => Gap::Paragraph,
            "br" | "div" | "li" | "tr" | "dt" | "dd" | "caption" | "option" | "figcaption"
            | "summary" | "address" | "fieldset" | "legend" | "center" => Gap::Line,
            _ => Gap::None,
        };
        self.gap = self.gap.max(gap);
        match (name, start) {
            ("li", start) => self.item = start,
            ("pre", true) => self.preformatted += 1,
            ("pre", false) => self.preformatted = self.preformatted.saturating_sub(1),
            _ => {}
        }
    }

    /// The text, led by the title of the page where the page does not show it itself.
    fn finish(self) -> String {
        let title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        if self.text.contains(&title) { self.text } else { format!("{title}\n\n{}", self.text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readable_text_is_kept_and_the_rest_is_not() {
        let html = "<!doctype html><html><head><title>Lamps &amp; more</title>\
            <style>p { color: red }</style><script>if (a < b) { '</p>' }</script></head>\
            <body><!-- hidden --><h1>Shop</h1><p>Two  words,\n <b>bold</b>ly.<br>New line</p>\
            <ul><li>one</li><li>two</li></ul>\
            <table><tr><th>Zone</th><th>Days</th></tr><tr><td>Home</td><td>2</td></tr></table>\
            <noscript>Turn on scripts</noscript><p>Ende: gr&uuml;n</body></html>";
        assert_eq!(
            text(html),
            "Lamps & more\n\nShop\n\nTwo words, boldly.\nNew line\n\n- one\n- two\n\n\
             Zone | Days\nHome | 2\n\nEnde: gr\u{fc}n"
        );
    }

    #[test]
    fn paragraphs_in_cells_keep_the_row_on_one_line() {
        let html = "<p>Before</p><table><tr><td><p>a</p></td><td><p>b</p><p>c</p></td></tr>\
                    <tr><td></td><td><p>d</p></td></tr></table><p>After</p>";
        assert_eq!(text(html), "Before\n\na | b\n\nc\nd\n\nAfter");
    }

    #[test]
    fn the_title_is_not_repeated() {
        assert_eq!(text("<title>Lamps</title><h1>Lamps</h1>"), "Lamps");
        assert_eq!(text("<title>Shop</title><h1>Lamps</h1>"), "Shop\n\nLamps");
    }

    #[test]
    fn depth_costs_no_stack() {
        let html = format!("{}deep{}", "<div>".repeat(200_000), "</div>".repeat(200_000));
        assert_eq!(text(&html), "deep");
    }

    #[test]
    fn an_element_that_never_ends_hides_only_its_content() {
        assert_eq!(text("before<script>let x = 1;"), "before");
        assert_eq!(text("a<script></script>b<style></style>c"), "abc");
    }
}
