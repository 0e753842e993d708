"""Produces the files in this folder, except those written by hand (see README.md).

Needs LibreOffice Writer, pandoc, groff, qpdf and the fonts DejaVu and Liberation, and from PyPI
reportlab, fpdf2, python-docx, msoffcrypto-tool and pillow. The tests only read the results.
"""

import io
import pathlib
import subprocess
import tempfile
import zipfile
import zlib

import docx
import msoffcrypto.format.ooxml
from fpdf import FPDF
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

HERE = pathlib.Path(__file__).parent
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"

TITLE = "Handbook of the lamp shop"
ENGLISH = (
    "Lamps may be returned within 30 days of delivery if the receipt is enclosed, and the shop pays "
    "for the parcel. Refunds arrive on the original card after five working days."
)
GERMAN = "Die Rückgabe ist für Glühbirnen ausgeschlossen, außer bei Bruch während des Versands."
TURKISH = "Ürünler otuz gün içinde ücretsiz iade edilebilir; İstanbul ve Iğdır için süre aynıdır."
SIGNS = "The express fee is €4.90 – “no surprises”, says the café."
TABLE = [["Zone", "Working days"], ["Mainland", "2 to 4"], ["Islands", "6 to 8"]]
LAST = "The final page says that spare shades are kept for ten years."


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def office(source, kind, result):
    """Converts a file with LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        run("soffice", "--headless", "--convert-to", kind, "--outdir", folder, source)
        (made,) = pathlib.Path(folder).glob(f"{pathlib.Path(source).stem}.*")
        (HERE / result).write_bytes(made.read_bytes())


def with_reportlab():
    styles = getSampleStyleSheet()
    story = [
        Paragraph(TITLE, styles["Title"]),
        Paragraph(ENGLISH, styles["BodyText"]),
        Paragraph(GERMAN, styles["BodyText"]),
        Paragraph(SIGNS, styles["BodyText"]),
        Spacer(1, 12),
        Table(TABLE),
        PageBreak(),
        Paragraph(LAST, styles["BodyText"]),
    ]
    SimpleDocTemplate(str(HERE / "reportlab.pdf"), pagesize=A4, invariant=1).build(story)


def with_fpdf2():
    pdf = FPDF()
    pdf.add_font("DejaVu", fname=DEJAVU)
    pdf.add_page()
    pdf.set_font("DejaVu", size=18)
    pdf.cell(0, 12, TITLE, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("DejaVu", size=11)
    for paragraph in (ENGLISH, GERMAN, TURKISH, SIGNS):
        pdf.multi_cell(0, 6, paragraph, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(6)
    with pdf.table(first_row_as_headings=False) as table:
        for row in TABLE:
            table.row(row)
    pdf.add_page()
    pdf.multi_cell(0, 6, LAST)
    pdf.output(str(HERE / "fpdf2.pdf"))


def with_groff():
    source = f".TL\n{TITLE}\n.LP\n{ENGLISH}\n.LP\n{GERMAN}\n.LP\n{LAST}\n"
    made = subprocess.run(
        ["groff", "-Kutf8", "-ms", "-Tpdf"], input=source.encode(), capture_output=True, check=True
    )
    (HERE / "groff.pdf").write_bytes(made.stdout)


def with_python_docx():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Northwind Lamps, internal"
    document.sections[0].footer.paragraphs[0].text = "Page footer of the handbook"
    document.add_heading(TITLE, 1)
    for paragraph in (ENGLISH, GERMAN, TURKISH, SIGNS):
        document.add_paragraph(paragraph)
    table = document.add_table(0, 2)
    for row in TABLE:
        for cell, text in zip(table.add_row().cells, row):
            cell.text = text
    document.add_page_break()
    document.add_paragraph(LAST)
    document.save(HERE / "python-docx.docx")


def with_pandoc_and_office():
    rows = "\n".join(f"| {' | '.join(row)} |" for row in TABLE[1:])
    markdown = (
        f"# {TITLE}\n\n{ENGLISH}\n\n{GERMAN}\n\n{TURKISH}\n\n{SIGNS}\n\n"
        f"| {' | '.join(TABLE[0])} |\n|---|---|\n{rows}\n\n{LAST}\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "handbook.md"
        source.write_text(markdown)
        page = HERE / "pandoc.html"
        run("pandoc", "-s", "--metadata", f"title={TITLE}", source, "-o", page)
        run("pandoc", source, "-o", HERE / "pandoc.docx")
        run("pandoc", source, "-t", "gfm", "-o", HERE / "pandoc.md")
        text = pathlib.Path(folder) / "handbook.odt"
        run("pandoc", source, "-o", text)
        office(text, "pdf", "libreoffice.pdf")
        office(text, "docx", "libreoffice.docx")
        office(text, "html", "libreoffice.html")
        office(text, "doc", "word97.doc")


def protected_and_damaged():
    source = HERE / "reportlab.pdf"
    run("qpdf", "--encrypt", "secret", "owner", "256", "--", source, HERE / "password.pdf")
    run("qpdf", "--encrypt", "", "owner", "256", "--print=none", "--extract=n", "--", source,
        HERE / "owner-password.pdf")
    run("qpdf", "--object-streams=generate", "--linearize", source, HERE / "object-streams.pdf")
    whole = (HERE / "fpdf2.pdf").read_bytes()
    (HERE / "cut-off.pdf").write_bytes(whole[: len(whole) // 3])
    (HERE / "garbage.pdf").write_bytes(b"%PDF-1.7\n" + zlib.compress(bytes(range(256)) * 8) * 8)
    whole = (HERE / "python-docx.docx").read_bytes()
    (HERE / "cut-off.docx").write_bytes(whole[: len(whole) // 2])
    with open(HERE / "password.docx", "wb") as result:
        msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(whole)).encrypt("secret", result)
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), (200, 180, 40)).save(picture, "PNG")
    page = canvas.Canvas(str(HERE / "picture.pdf"), invariant=1)
    page.drawImage(ImageReader(io.BytesIO(picture.getvalue())), 50, 700)
    page.save()


def pdf(objects, name):
    """Writes a PDF of the given objects, of which the first is the catalog."""
    parts, offsets = [b"%PDF-1.5\n"], []
    for number, body in enumerate(objects, 1):
        offsets.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = sum(map(len, parts))
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    parts.extend(b"%010d 00000 n \n" % offset for offset in offsets)
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
                 % (len(objects) + 1, start))
    (HERE / name).write_bytes(b"".join(parts))


def stream(dictionary, data):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(data), data)


def hostile():
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = (b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources "
            b"<< /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >> >>")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    mapped = font.replace(b" >>", b" /ToUnicode 7 0 R >>")
    text = b"BT /F 12 Tf 50 700 Td (Survivor) Tj ET"
    form = stream(b"/Type /XObject /Subtype /Form /Resources << /XObject << /X 6 0 R >> >>",
                  b"/X Do /X Do " * 8)
    pdf([catalog, pages, page, stream(b"", text + b" /X Do"), font, form], "form-loop.pdf")
    tree = [stream(b"/Type /XObject /Subtype /Form /Resources << /XObject << /X %d 0 R >> >>" % next,
                   b"/X Do " * 40) for next in range(7, 12)]
    pdf([catalog, pages, page, stream(b"", text + b" /X Do"), font, *tree, form], "form-tree.pdf")
    huge = zlib.compress(zlib.compress(b" " * (1 << 30), 9), 9)
    pdf([catalog, pages, page, stream(b"/Filter [/FlateDecode /FlateDecode]", huge), font, b"null"],
        "page-bomb.pdf")
    pdf([catalog, pages, page, stream(b"", text), font, b"null",
         stream(b"/Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode]", huge)],
        "object-bomb.pdf")
    codes = b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange"
    pdf([catalog, pages, page, stream(b"", text), mapped, b"null", stream(b"", codes)],
        "code-bomb.pdf")
    pdf([catalog, pages, page, stream(b"", text), font, b"[" * 20_000 + b"]" * 20_000],
        "nested.pdf")
    loop = b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Parent 2 0 R /Count 1 >>"
    bare = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>"
    pdf([catalog, loop, bare, stream(b"", text)], "page-loop.pdf")

    def archive(name, body):
        with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
            made.writestr(zipfile.ZipInfo("word/document.xml"), body, zipfile.ZIP_DEFLATED)

    archive("bomb.docx", "<w:p><w:t>" + "a" * (80 << 20) + "</w:t></w:p>")
    archive("nested.docx", "<w:p>" * 50_000 + "<w:t>deep</w:t>" + "</w:p>" * 50_000)
    entities = "".join(
        f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 10)
    )
    archive("entities.docx",
            f'<!DOCTYPE d [<!ENTITY e0 "lol">{entities}]><w:p><w:t>calm &e9;</w:t></w:p>')
    with zipfile.ZipFile(HERE / "workbook.xlsx", "w") as made:
        made.writestr(zipfile.ZipInfo("xl/workbook.xml"), "<workbook/>")


if __name__ == "__main__":
    with_reportlab()
    with_fpdf2()
    with_groff()
    with_python_docx()
    with_pandoc_and_office()
    protected_and_damaged()
    hostile()
