"""Files to be read, made on the spot: Word documents, PDFs, and those that are meant to harm."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from pypdf import PdfReader, PdfWriter

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = (
    f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
LINKS = (
    f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="shop" '
    f'Type="{OFFICE}/hyperlink" Target="https://shop.example/returns" TargetMode="External"/></Relationships>'
)
STYLES = (
    f'<?xml version="1.0"?><w:styles xmlns:w="{WORD}">'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>'
)
STYLE_LINK = (
    f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="shop" '
    f'Type="{OFFICE}/hyperlink" Target="https://shop.example/returns" TargetMode="External"/><Relationship Id="s" '
    f'Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
)


def dawdles(document: str) -> tuple[str, ...]:
    """Look at a page as a screen does, without end where it says that it goes on."""
    while "goes on" in document:
        pass
    return ()


def paragraph(text: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}<w:r><w:t>{text}</w:t></w:r></w:p>"


def word_xml(body: str, before: str = "") -> str:
    opening = f'<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}">'
    return f'<?xml version="1.0"?>{before}{opening}<w:body>{body}</w:body></w:document>'


def docx(body: str, *, before: str = "", more: Mapping[str, bytes] | None = None) -> bytes:
    """Return a Word document with this body; `before` stands before its first element."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        packed.writestr("_rels/.rels", RELATIONS)
        packed.writestr("word/_rels/document.xml.rels", STYLE_LINK)
        packed.writestr("word/styles.xml", STYLES)
        packed.writestr("word/document.xml", word_xml(body, before))
        for name, content in (more or {}).items():
            packed.writestr(name, content)
    return held.getvalue()


def pdf_of_objects(*objects: bytes) -> bytes:
    """Return a PDF of these objects, counted from 1; the first is its catalogue."""
    written = io.BytesIO()
    written.write(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(written.tell())
        written.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = written.tell()
    written.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    written.writelines(b"%010d 00000 n \n" % place for place in places)
    written.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return written.getvalue()


def stream(content: bytes, *, packed: bool = False, extra: bytes = b"") -> bytes:
    body = zlib.compress(content, 9) if packed else content
    filtered = b"/Filter /FlateDecode " if packed else b""
    return b"<< /Length %d %s%s>>\nstream\n%s\nendstream" % (len(body), filtered, extra, body)


def pdf(*pages: str, sizes: tuple[int, ...] = ()) -> bytes:
    """Return a PDF with a line of text for each line of a page; `sizes` are those of a page's first lines."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in pages:
        drawn = [
            b"BT /F1 %d Tf 50 %d Td (%s) Tj ET"
            % (sizes[number] if number < len(sizes) else 11, 780 - 24 * number, line.encode("latin-1"))
            for number, line in enumerate(page.split("\n"))
        ]
        objects.append(stream(b"\n".join(drawn)))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return pdf_of_objects(*objects)


def scanned_pdf() -> bytes:
    """Return a PDF whose one page is a picture."""
    picture = stream(
        bytes(100),
        extra=b"/Type /XObject /Subtype /Image /Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 8 ",
    )
    return pdf_of_objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /XObject << /I 5 0 R >> >> >>",
        stream(b"q 595 0 0 842 0 0 cm /I Do Q"),
        picture,
    )


def locked_pdf() -> bytes:
    """Return a PDF that wants a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Secret prices"))))
    writer.encrypt("let me in", algorithm="AES-256")
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()
