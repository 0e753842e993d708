//! Runs the drawing operations of pages and keeps what they write.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Instant;

use lopdf::content::{Content, Operation};
use lopdf::{DecompressError, Dictionary, Document, Error, Object, ObjectId, Stream};

use super::Stop;
use super::font::Font;
use super::layout::{Layout, Point};

/// Most bytes of operations that are run for one file, repeated forms counted each time.
const MAX_CONTENT_BYTES: usize = 128 * 1024 * 1024;
/// Most bytes of text that one file gives.
const MAX_TEXT_BYTES: usize = 16 * 1024 * 1024;
/// Deepest nesting of forms and of saved graphics states.
const MAX_FORM_DEPTH: usize = 8;
const MAX_SAVED_STATES: usize = 256;
/// Most forms that are drawn for one file. Nested forms can ask for any number.
const MAX_FORMS: usize = 50_000;
/// Longest chain from a page to the root of the page tree.
const MAX_PARENTS: usize = 64;
/// Most fonts that are kept; more than that is not a document.
const MAX_FONTS: usize = 2_000;

/// An affine map, as PDF writes it: a b c d e f.
#[derive(Debug, Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    fn read(operands: &[Object]) -> Option<Self> {
        let mut values = [0.0; 6];
        for (value, operand) in values.iter_mut().zip(operands.get(..6)?) {
            *value = operand.as_float().ok()?;
        }
        Some(Self(values))
    }

    /// This map first, then the other.
    fn then(self, other: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [g, h, i, j, k, l] = other.0;
        Self([
            a * g + b * i,
            a * h + b * j,
            c * g + d * i,
            c * h + d * j,
            e * g + f * i + k,
            e * h + f * j + l,
        ])
    }

    fn moved(self, x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }

    fn apply(self, x: f32, y: f32) -> Point {
        let [a, b, c, d, e, f] = self.0;
        Point { x: a * x + c * y + e, y: b * x + d * y + f }
    }

    /// How much taller a letter becomes.
    fn height(self) -> f32 {
        let [_, _, c, d, _, _] = self.0;
        c.hypot(d)
    }
}

/// What `q` saves and `Q` brings back.
#[derive(Debug, Clone)]
struct State {
    page: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    leading: f32,
    letter_space: f32,
    word_space: f32,
    stretch: f32,
    rise: f32,
}

/// Reads the pages of one document.
pub(super) struct PageReader<'a> {
    document: &'a Document,
    deadline: Instant,
    layout: Layout,
    fonts: HashMap<*const Dictionary, Rc<Font>>,
    content_left: usize,
    forms_left: usize,
    /// Forms being drawn, outermost first.
    drawing: Vec<*const Stream>,
}

impl<'a> PageReader<'a> {
    pub(super) fn new(document: &'a Document, deadline: Instant) -> Self {
        Self {
            document,
            deadline,
            layout: Layout::default(),
            fonts: HashMap::new(),
            content_left: MAX_CONTENT_BYTES,
            forms_left: MAX_FORMS,
            drawing: Vec::new(),
        }
    }

    pub(super) fn into_text(self) -> String {
        self.layout.into_text()
    }

    /// Reads one page; a page that is damaged gives no text and does not stop the others.
    pub(super) fn read_page(&mut self, id: ObjectId) -> Result<(), Stop> {
        let content = self
            .document
            .get_page_content_with_limit(id, self.content_left)
            .map_err(|_| Stop::TooLarge)?;
        let resources = self.page_resources(id);
        self.run(&content, resources, Matrix::IDENTITY)?;
        self.layout.end_page();
        Ok(())
    }

    /// The nearest resources on the way from the page to the root.
    fn page_resources(&self, id: ObjectId) -> Option<&'a Dictionary> {
        let mut node = self.document.get_dictionary(id).ok()?;
        for _ in 0..MAX_PARENTS {
            if let Some(resources) = self.dictionary(node, b"Resources") {
                return Some(resources);
            }
            node = self.dictionary(node, b"Parent")?;
        }
        None
    }

    fn dictionary(&self, parent: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        parent.get_deref(key, self.document).ok()?.as_dict().ok()
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: Option<&'a Dictionary>,
        page: Matrix,
    ) -> Result<(), Stop> {
        self.content_left = self.content_left.checked_sub(content.len()).ok_or(Stop::TooLarge)?;
        let mut pen = Pen::new(page);
        // An operation that cannot be read ends the page, as it does in viewers.
        for operation in Content::decode_iter(content).map_while(Result::ok) {
            if Instant::now() > self.deadline {
                return Err(Stop::TooSlow);
            }
            if self.layout.len() > MAX_TEXT_BYTES {
                return Err(Stop::TooLarge);
            }
            match operation.operator.as_str() {
                "Tf" => {
                    pen.state.font =
                        operand_name(&operation).and_then(|name| self.font(resources, name));
                    pen.state.size = number(&operation, 1).unwrap_or(0.0);
                }
                "Do" => {
                    if let Some(name) = operand_name(&operation)
                        && let Some(form) = self.form(resources, name)
                        && self.drawing.len() < MAX_FORM_DEPTH
                        && !self.drawing.contains(&std::ptr::from_ref(form))
                    {
                        self.drawing.push(form);
                        let result = self.run_form(form, resources, pen.state.page);
                        self.drawing.pop();
                        result?;
                    }
                }
                _ => pen.apply(&operation, &mut self.layout),
            }
        }
        Ok(())
    }

    fn run_form(
        &mut self,
        form: &'a Stream,
        outer: Option<&'a Dictionary>,
        page: Matrix,
    ) -> Result<(), Stop> {
        self.forms_left = self.forms_left.checked_sub(1).ok_or(Stop::TooLarge)?;
        let content = match form.get_plain_content_with_limit(self.content_left) {
            Ok(content) => content,
            Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
                return Err(Stop::TooLarge);
            }
            Err(_) => return Ok(()),
        };
        let matrix = form
            .dict
            .get_deref(b"Matrix", self.document)
            .and_then(Object::as_array)
            .ok()
            .and_then(|values| Matrix::read(values))
            .unwrap_or(Matrix::IDENTITY);
        let resources = self.dictionary(&form.dict, b"Resources").or(outer);
        self.run(&content, resources, matrix.then(page))
    }

    fn form(&self, resources: Option<&'a Dictionary>, name: &[u8]) -> Option<&'a Stream> {
        let stream = self
            .dictionary(resources?, b"XObject")?
            .get_deref(name, self.document)
            .ok()?
            .as_stream()
            .ok()?;
        let subtype = stream.dict.get(b"Subtype").and_then(Object::as_name).ok();
        (subtype == Some(b"Form")).then_some(stream)
    }

    fn font(&mut self, resources: Option<&'a Dictionary>, name: &[u8]) -> Option<Rc<Font>> {
        let font = self.dictionary(self.dictionary(resources?, b"Font")?, name)?;
        // The dictionaries live as long as the document, so their addresses name them.
        let key: *const Dictionary = font;
        if !self.fonts.contains_key(&key) {
            if self.fonts.len() >= MAX_FONTS {
                return None;
            }
            let read = Rc::new(Font::read(font, self.document));
            self.fonts.insert(key, read);
        }
        self.fonts.get(&key).cloned()
    }
}

/// Where the next letter goes.
struct Pen {
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
}

impl Pen {
    fn new(page: Matrix) -> Self {
        Self {
            state: State {
                page,
                font: None,
                size: 0.0,
                leading: 0.0,
                letter_space: 0.0,
                word_space: 0.0,
                stretch: 1.0,
                rise: 0.0,
            },
            saved: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
        }
    }

    fn apply(&mut self, operation: &Operation, layout: &mut Layout) {
        let value = |index| number(operation, index).unwrap_or(0.0);
        match operation.operator.as_str() {
            "q" if self.saved.len() < MAX_SAVED_STATES => self.saved.push(self.state.clone()),
            "Q" => {
                if let Some(state) = self.saved.pop() {
                    self.state = state;
                }
            }
            "cm" => {
                if let Some(matrix) = Matrix::read(&operation.operands) {
                    self.state.page = matrix.then(self.state.page);
                }
            }
            "BT" => self.place(Matrix::IDENTITY),
            "Tm" => {
                if let Some(matrix) = Matrix::read(&operation.operands) {
                    self.place(matrix);
                }
            }
            "Td" => self.place(self.line.moved(value(0), value(1))),
            "TD" => {
                self.state.leading = -value(1);
                self.place(self.line.moved(value(0), value(1)));
            }
            "T*" => self.next_line(),
            "TL" => self.state.leading = value(0),
            "Tc" => self.state.letter_space = value(0),
            "Tw" => self.state.word_space = value(0),
            "Tz" => self.state.stretch = value(0) / 100.0,
            "Ts" => self.state.rise = value(0),
            "Tj" => self.show(operation.operands.first(), layout),
            "'" => {
                self.next_line();
                self.show(operation.operands.first(), layout);
            }
            "\"" => {
                self.state.word_space = value(0);
                self.state.letter_space = value(1);
                self.next_line();
                self.show(operation.operands.get(2), layout);
            }
            "TJ" => {
                if let Some(Object::Array(items)) = operation.operands.first() {
                    for item in items {
                        match item.as_float() {
                            Ok(back) => self.advance(-back / 1000.0 * self.state.size),
                            Err(_) => self.show(Some(item), layout),
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn place(&mut self, matrix: Matrix) {
        self.line = matrix;
        self.text = matrix;
    }

    fn next_line(&mut self) {
        self.place(self.line.moved(0.0, -self.state.leading));
    }

    fn advance(&mut self, distance: f32) {
        self.text = self.text.moved(distance * self.state.stretch, 0.0);
    }

    fn show(&mut self, string: Option<&Object>, layout: &mut Layout) {
        let (Some(Object::String(bytes, _)), Some(font)) = (string, self.state.font.clone()) else {
            return;
        };
        let mut text = String::new();
        let extent = font.show(bytes, &mut text);
        let before = self.text.then(self.state.page);
        self.advance(
            extent.width * self.state.size
                + extent.codes as f32 * self.state.letter_space
                + extent.spaces as f32 * self.state.word_space,
        );
        let after = self.text.then(self.state.page);
        layout.show(
            &text,
            before.apply(0.0, self.state.rise),
            after.apply(0.0, self.state.rise),
            (self.state.size * before.height()).abs(),
        );
    }
}

fn number(operation: &Operation, index: usize) -> Option<f32> {
    operation.operands.get(index)?.as_float().ok()
}

fn operand_name(operation: &Operation) -> Option<&[u8]> {
    operation.operands.first()?.as_name().ok()
}
