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
}

impl Writer {
    fn push(&mut self, text: &str) {
        if self.skipping.is_some() {
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
            // The title of the page is text that a reader sees.
            if name == "title" {
                self.gap = Gap::Paragraph;
            } else {
                self.skipping = Some(name.to_owned());
            }
            return TokenSinkResult::RawData(kind);
        }
        if start && !tag.self_closing && matches!(name, "template" | "svg" | "math" | "select") {
            self.skipping = Some(name.to_owned());
            return TokenSinkResult::Continue;
        }
        self.space(name, start);
        TokenSinkResult::Continue
    }

    fn space(&mut self, name: &str, start: bool) {
        let gap = match name {
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "table"
            | "pre" | "blockquote" | "hr" | "title" | "section" | "article" | "header"
            | "footer" | "main" | "nav" | "aside" | "figure" | "form" | "body" | "details" => {
                Gap::Paragraph
            }
            "br" | "div" | "li" | "tr" | "dt" | "dd" | "caption" | "option" | "figcaption"
            | "summary" | "address" | "fieldset" | "legend" | "center" => Gap::Line,
            "td" | "th" if start && self.gap < Gap::Line => Gap::Cell,
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

    fn finish(self) -> String {
        self.text
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
    fn depth_costs_no_stack() {
        let html = format!(
            "{}deep{}",
            "<div>".repeat(200_000),
            "</div>".repeat(200_000)
        );
        assert_eq!(text(&html), "deep");
    }

    #[test]
    fn an_element_that_never_ends_hides_only_its_content() {
        assert_eq!(text("before<script>let x = 1;"), "before");
        assert_eq!(text("a<script></script>b<style></style>c"), "abc");
    }
}
