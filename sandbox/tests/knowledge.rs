//! Reading documents of many writers, and answering from the example documents.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::HashSet;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index as Position, select};
use uppzy_sandbox::knowledge::{
    Content, DocumentFile, ExtractError, FileFormat, Index, Reply, extract,
};

const ENGLISH: &str = "Lamps may be returned within 30 days of delivery if the receipt is enclosed, \
    and the shop pays for the parcel. Refunds arrive on the original card after five working days.";
const GERMAN: &str =
    "Die Rückgabe ist für Glühbirnen ausgeschlossen, außer bei Bruch während des Versands.";
const TURKISH: &str =
    "Ürünler otuz gün içinde ücretsiz iade edilebilir; İstanbul ve Iğdır için süre aynıdır.";
const SIGNS: &str = "The express fee is €4.90 – “no surprises”, says the café.";
const LAST: &str = "The final page says that spare shades are kept for ten years.";

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn bytes_of(name: &str) -> Vec<u8> {
    std::fs::read(folder("tests/files").join(name)).expect(name)
}

fn read_as(
    file_name: &str,
    content_type: Option<&str>,
    bytes: &[u8],
) -> Result<String, ExtractError> {
    extract(&DocumentFile { file_name, content_type, bytes })
}

fn read(name: &str) -> Result<String, ExtractError> {
    read_as(name, None, &bytes_of(name))
}

#[track_caller]
fn assert_holds(name: &str, sentences: &[&str]) {
    let text = read(name).expect(name);
    // Where lines break is the writer's choice; which words follow each other is not.
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in sentences {
        assert!(flat.contains(sentence), "{name} lacks {sentence:?}:\n{text}");
    }
}

#[test]
fn pdf_of_four_writers() {
    assert_holds("libreoffice.pdf", &[ENGLISH, GERMAN, TURKISH, SIGNS, "Islands 6 to 8", LAST]);
    assert_holds("fpdf2.pdf", &[ENGLISH, GERMAN, TURKISH, SIGNS, "Islands 6 to 8", LAST]);
    assert_holds("reportlab.pdf", &[ENGLISH, GERMAN, SIGNS, "Islands 6 to 8", LAST]);
    assert_holds("groff.pdf", &[ENGLISH, GERMAN, LAST]);
    assert_holds("object-streams.pdf", &[ENGLISH, GERMAN, LAST]);
    assert_holds("owner-password.pdf", &[ENGLISH, GERMAN, LAST]);
}

#[test]
fn word_of_three_writers() {
    for name in ["libreoffice.docx", "pandoc.docx", "python-docx.docx"] {
        let table = "Mainland | 2 to 4 Islands | 6 to 8";
        assert_holds(name, &[ENGLISH, GERMAN, TURKISH, SIGNS, table, LAST]);
    }
    let text = read("python-docx.docx").unwrap();
    assert!(text.starts_with("Northwind Lamps, internal\n"), "the header comes first: {text}");
    assert!(text.ends_with("\nPage footer of the handbook"), "the footer comes last: {text}");
}

#[test]
fn html_of_three_writers() {
    for name in ["libreoffice.html", "pandoc.html"] {
        let table = "Mainland | 2 to 4 Islands | 6 to 8";
        assert_holds(name, &[ENGLISH, GERMAN, TURKISH, SIGNS, table, LAST]);
        let text = read(name).unwrap();
        assert!(!text.contains('{') && !text.contains("font-"), "{name} shows its style: {text}");
    }
    let text = read("handwritten.html").unwrap();
    assert_eq!(
        text,
        "Lamp care & cleaning\n\n- Home\n- Care\n\nCleaning a lamp\n\n\
         Wipe the shade with a dry cloth once a month. Never use vinegar on brass, since it leaves \
         stains.\n\nFür Glas genügt lauwarmes Wasser – danach sofort abtrocknen.\n\n\
         Brass | dry cloth\nGlass | lukewarm water"
    );
}

#[test]
fn markdown_of_two_writers() {
    assert_holds("pandoc.md", &[ENGLISH, GERMAN, TURKISH, "Mainland | 2 to 4 Islands | 6 to 8"]);
    assert_holds(
        "handwritten.md",
        &[
            "The warranty covers two years from the date of purchase. It does not cover water damage",
            "Send a photo of the fault to the workshop.",
            "Ersatzteile für ältere Modelle gibt es zehn Jahre lang.",
            "Shade | €12 Cable | €7",
        ],
    );
}

#[test]
fn text_in_seven_encodings() {
    let whole = "The shop opens at ten – even on Sundays.\n\
                 Am Samstag schließt das Geschäft früher: um fünf.\n\
                 Hafta sonu mağaza açıktır; sipariş günü İzmir için salıdır.";
    for name in ["utf-8.txt", "utf-8-mark.txt", "utf-16-little.txt", "utf-16-big.txt"] {
        assert_eq!(read(name).as_deref(), Ok(whole), "{name}");
    }
    assert_eq!(
        read("latin-1.txt").as_deref(),
        Ok("Am Samstag schließt das Geschäft früher: um fünf.\nDas Café ist geöffnet.")
    );
    assert_eq!(
        read_as("notes.txt", Some("text/plain; charset=ISO-8859-9"), &bytes_of("latin-5.txt"))
            .as_deref(),
        Ok("Hafta sonu mağaza açıktır; sipariş günü İzmir için salıdır.")
    );
}

#[test]
fn the_name_of_a_file_does_not_hide_its_format() {
    let pdf = read_as("notes.txt", Some("text/plain"), &bytes_of("reportlab.pdf")).unwrap();
    assert!(pdf.contains(GERMAN));
    let word = read_as("upload", None, &bytes_of("pandoc.docx")).unwrap();
    assert!(word.contains(TURKISH));
    let page = read_as("upload", None, &bytes_of("pandoc.html")).unwrap();
    assert!(!page.contains('<'));
}

#[test]
fn files_with_a_password_say_so() {
    for name in ["password.pdf", "password.docx"] {
        let error = read(name).unwrap_err();
        assert!(matches!(error, ExtractError::Encrypted { .. }), "{name}: {error}");
        assert!(error.to_string().contains("save a copy without a password"), "{error}");
        assert_eq!(error.status(), 422);
    }
}

#[test]
fn damaged_files_name_their_format() {
    for (name, expected) in [
        ("cut-off.pdf", FileFormat::Pdf),
        ("garbage.pdf", FileFormat::Pdf),
        ("page-loop.pdf", FileFormat::Pdf),
        ("cut-off.docx", FileFormat::Docx),
        ("nested.docx", FileFormat::Docx),
    ] {
        match read(name) {
            Err(error @ ExtractError::Broken { format, .. }) => {
                assert_eq!(format, expected, "{name}");
                assert!(error.to_string().contains(&expected.to_string()), "{error}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    let renamed = read_as("report.pdf", None, b"These are notes and no PDF.").unwrap_err();
    assert!(matches!(renamed, ExtractError::Broken { format: FileFormat::Pdf, .. }), "{renamed}");
}

#[test]
fn files_without_text_say_what_to_do() {
    let error = read("picture.pdf").unwrap_err();
    assert!(matches!(error, ExtractError::Empty { format: FileFormat::Pdf, .. }));
    assert!(error.to_string().contains("contains no text"), "{error}");
    assert!(error.to_string().contains("text recognition"), "{error}");
    for bytes in [b"".as_slice(), b" \n\t", b"\xef\xbb\xbf\r\n"] {
        let error = read_as("notes.txt", None, bytes).unwrap_err();
        assert!(matches!(error, ExtractError::Empty { .. }), "{error}");
    }
}

#[test]
fn formats_that_are_not_read_say_what_to_save_as() {
    for (name, remedy) in
        [("word97.doc", "save it as .docx or PDF"), ("workbook.xlsx", "save it as PDF")]
    {
        let error = read(name).unwrap_err();
        assert!(matches!(error, ExtractError::Unsupported { .. }), "{name}: {error}");
        assert!(error.to_string().ends_with(remedy), "{error}");
    }
}

#[test]
fn files_that_unpack_without_end_are_refused() {
    for name in ["bomb.docx", "page-bomb.pdf", "object-bomb.pdf", "form-tree.pdf"] {
        let error = read(name).unwrap_err();
        assert!(matches!(error, ExtractError::TooLarge { .. }), "{name}: {error}");
    }
    let error = read_as("big.txt", None, &vec![b'a'; 33 << 20]).unwrap_err();
    assert!(matches!(error, ExtractError::TooLarge { .. }), "{error}");
}

#[test]
fn hostile_files_are_read_as_far_as_they_make_sense() {
    for name in ["form-loop.pdf", "nested.pdf"] {
        assert_eq!(read(name).as_deref(), Ok("Survivor"), "{name}");
    }
    assert_eq!(read("entities.docx").as_deref(), Ok("calm"));
    // The font says that every letter is another one; what counts is that it ends.
    assert!(read("code-bomb.pdf").is_ok_and(|text| text.chars().count() == 7));
    let deep = "<b>".repeat(300_000) + "deep";
    assert_eq!(read_as("deep.html", None, deep.as_bytes()).as_deref(), Ok("deep"));
}

/// The example documents, as a program uploads them.
fn example_index() -> Index {
    let documents = folder("../examples/documents");
    let mut index = Index::new();
    for (name, title) in [
        ("return-policy.pdf", "Return policy"),
        ("shipping-guide.docx", "Shipping guide"),
        ("support-hours.txt", "Support hours"),
    ] {
        let bytes = std::fs::read(documents.join(name)).expect(name);
        index.insert(name, title, Content::Text(read_as(name, None, &bytes).expect(name)));
    }
    let pairs = std::fs::read(documents.join("faq.json")).unwrap();
    let pairs: Vec<serde_json::Value> = serde_json::from_slice(&pairs).unwrap();
    assert_eq!(pairs.len(), 8);
    for pair in pairs {
        let field = |key: &str| pair[key].as_str().expect(key).to_owned();
        assert!(!field("category").is_empty());
        let content =
            Content::QuestionAnswer { question: field("question"), answer: field("answer") };
        index.insert(&field("title"), &field("title"), content);
    }
    assert_eq!(index.len(), 11);
    index
}

fn example_questions() -> Vec<String> {
    let text = std::fs::read_to_string(folder("../examples/documents/questions.txt")).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[track_caller]
fn assert_found(reply: &Reply, document: &str, quote: &str) {
    let source = reply.source.as_ref().unwrap_or_else(|| panic!("no source: {}", reply.text));
    assert_eq!(source.document_id, document, "{}", reply.text);
    assert!(source.quote.contains(quote), "{}", source.quote);
    assert!(reply.text.ends_with(&source.quote), "{}", reply.text);
}

#[test]
fn questions_find_the_right_passage() {
    let index = example_index();
    for (question, document, quote) in [
        (
            "Within how many days can I return a lamp?",
            "return-policy.pdf",
            "Lamps can be returned within 30 days of delivery.",
        ),
        ("Can I return lamp bulbs?", "return-policy.pdf", "Lamp bulbs are excluded from returns"),
        ("How much more is store credit worth?", "return-policy.pdf", "worth 10 percent more"),
        ("My lamp arrived damaged, what now?", "return-policy.pdf", "claims@northwind-lamps"),
        ("How long does standard delivery take?", "shipping-guide.docx", "2 to 4 working days"),
        ("What does shipping to the islands cost?", "shipping-guide.docx", "Standard | 4.90 euros"),
        ("Do you ship to Norway?", "shipping-guide.docx", "to Norway and to Switzerland."),
        (
            "What are your support hours?",
            "support-hours.txt",
            "Monday to Friday from 9:00 to 17:30",
        ),
        ("Is the shop open on Saturday?", "support-hours.txt", "Tuesday to Saturday from 10:00"),
        ("Destek ekibi Türkçe yanıt verir mi?", "support-hours.txt", "Türkçe de yanıt verir."),
        ("Do you accept PayPal?", "Payment methods", "We accept credit cards, PayPal"),
        ("Can the lamps be dimmed?", "Dimmable lamps", "Lamps with a D in their model number"),
    ] {
        let reply = index.answer(question);
        assert_found(&reply, document, quote);
        assert_eq!(reply.confidence_level, "high", "{question}: {}", reply.confidence_score);
        assert!(reply.confidence_score >= 75);
    }
    let quoted = index.answer("Do you ship to Norway?").text;
    assert!(quoted.starts_with("From \"Shipping guide\": We ship to all"), "{quoted}");
    let pair = index.answer("How long is the warranty on a lamp?");
    assert_eq!(pair.confidence_score, 100);
    assert!(pair.text.starts_with("Every lamp has a warranty of 3 years"), "{}", pair.text);
}

#[test]
fn the_two_hundred_questions_are_answered_or_not() {
    let index = example_index();
    let questions = example_questions();
    assert_eq!(questions.len(), 200);
    assert_eq!(questions.iter().collect::<HashSet<_>>().len(), 200);
    let (known, unknown) = questions.split_at(170);
    let answered = known.iter().filter(|question| index.answer(question).source.is_some()).count();
    assert!(answered >= 160, "only {answered} of 170 are answered");
    for question in unknown {
        let reply = index.answer(question);
        assert_eq!(reply.source, None, "{question}: {}", reply.text);
        assert_eq!(reply.confidence_level, "low", "{question}");
        assert!(reply.confidence_score < 30, "{question}: {}", reply.confidence_score);
        assert!(reply.text.contains("answers only from uploaded documents"), "{}", reply.text);
    }
}

#[test]
fn equal_indexes_give_equal_answers() {
    let (one, other) = (example_index(), example_index());
    for question in example_questions() {
        assert_eq!(one.answer(&question), other.answer(&question), "{question}");
    }
}

fn too_slow(error: &ExtractError) -> bool {
    matches!(error, ExtractError::TooSlow { .. })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes_give_text_or_an_error(
        start in select(vec![&b""[..], b"%PDF-1.4\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>", b"\xff\xfe"]),
        rest in vec(any::<u8>(), 0..2_000),
        name in select(vec!["a", "a.pdf", "a.docx", "a.html", "a.md", "a.txt"]),
    ) {
        let bytes = [start, &rest].concat();
        match read_as(name, None, &bytes) {
            Ok(text) => prop_assert!(!text.trim().is_empty()),
            Err(error) => prop_assert!(!too_slow(&error), "{error}"),
        }
    }

    #[test]
    fn changed_files_give_text_or_an_error(
        name in select(vec![
            "reportlab.pdf", "fpdf2.pdf", "groff.pdf", "object-streams.pdf", "libreoffice.docx",
            "pandoc.docx", "handwritten.html", "handwritten.md", "utf-16-big.txt", "form-loop.pdf",
        ]),
        changes in vec((any::<Position>(), any::<u8>()), 1..40),
        cut in any::<Position>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = bytes_of(name);
        for (position, value) in changes {
            let at = position.index(bytes.len());
            bytes[at] = value;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        match read_as(name, None, &bytes) {
            Ok(text) => prop_assert!(!text.trim().is_empty()),
            Err(error) => prop_assert!(!too_slow(&error), "{error}"),
        }
    }

    #[test]
    fn any_texts_can_be_indexed_and_asked(
        texts in vec(("\\PC{0,20}", "(?s).{0,400}"), 0..8),
        question in "(?s).{0,80}",
    ) {
        let mut index = Index::new();
        for (number, (title, text)) in texts.iter().enumerate() {
            index.insert(&number.to_string(), title, Content::Text(text.clone()));
        }
        let reply = index.answer(&question);
        prop_assert!(reply.confidence_score <= 100);
        if let Some(source) = &reply.source {
            prop_assert!(reply.text.contains(&source.quote));
        } else {
            prop_assert!(reply.confidence_score < 30);
        }
        for number in 0..texts.len() {
            index.remove(&number.to_string());
        }
        prop_assert!(index.is_empty());
    }
}
