"""Small files for the tests, written by hand: PDFs object by object, Word files part by part."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO

Text = tuple[float, float, float, str]  # x, y from the bottom, font size, words

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)


def pdf(
    pages: Sequence[Sequence[Text]],
    *,
    rotate: int = 0,
    vertical: bool = False,
    matrix: str = "",
    catalog: str = "",
    objects: Sequence[str] = (),
    page_extra: str = "",
) -> bytes:
    """A PDF of the pages' texts. Japanese words use a font that is not embedded (UniJIS-UTF16).

    Words after "H:" are horizontal among vertical ones. `matrix`: content before the texts, such as "0 1 -1 0 595 0 cm". `objects` get the numbers from 10 on.
    """
    cmap = "UniJIS-UTF16-V" if vertical else "UniJIS-UTF16-H"
    bodies: dict[int, bytes] = {
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        4: f"<</Type/Font/Subtype/Type0/BaseFont/HeiseiMin-W3/Encoding/{cmap}/DescendantFonts[5 0 R]>>".encode(),
        5: b"<</Type/Font/Subtype/CIDFontType0/BaseFont/HeiseiMin-W3/DW 1000/FontDescriptor 6 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 6>>>>",
        7: b"<</Type/Font/Subtype/Type0/BaseFont/HeiseiMin-W3/Encoding/UniJIS-UTF16-H/DescendantFonts[5 0 R]>>",
        6: b"<</Type/FontDescriptor/FontName/HeiseiMin-W3/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0"
        b"/Ascent 859/Descent -140/CapHeight 700/StemV 80>>",
    }
    for number, body in enumerate(objects, 10):
        bodies[number] = body.encode("latin-1")
    first = 10 + len(objects)
    kids = []
    for index, texts in enumerate(pages):
        page, content = first + 2 * index, first + 2 * index + 1
        kids.append(f"{page} 0 R")
        bodies[page] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate {rotate}/Contents {content} 0 R"
            f"/Resources<</Font<</F1 3 0 R/F2 4 0 R/F4 7 0 R>>>>{page_extra}>>"
        ).encode()
        stream = zlib.compress((matrix + "\n" + "\n".join(_show(*text) for text in texts)).encode("latin-1"))
        bodies[content] = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream)
    bodies[1] = f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode("latin-1")
    bodies[2] = f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(kids)}]>>".encode()
    return _write(bodies)


def _show(x: float, y: float, size: float, words: str) -> str:
    if words.startswith("H:"):
        return f"BT /F4 {size} Tf {x} {y} Td <{words[2:].encode('utf-16-be').hex()}> Tj ET"
    if words.isascii():
        escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"BT /F1 {size} Tf {x} {y} Td ({escaped}) Tj ET"
    return f"BT /F2 {size} Tf {x} {y} Td <{words.encode('utf-16-be').hex()}> Tj ET"


def _write(bodies: dict[int, bytes]) -> bytes:
    out = BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number in sorted(bodies):
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, bodies[number]))
    start = out.tell()
    size = max(bodies) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        free = number not in places
        out.write(b"%010d %05d %s \n" % (places.get(number, 0), 65535 if free else 0, b"f" if free else b"n"))
    out.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return out.getvalue()


def docx(body: str, parts: dict[str, str] | None = None) -> bytes:
    """A Word file: `body` is the inside of w:body, `parts` maps names such as "footnotes" to the inside of their root."""
    roots = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes", "endnotes": "endnotes",
             "comments": "comments", "settings": "settings", "header1": "hdr", "header2": "hdr", "footer1": "ftr"}  # fmt: skip
    parts = parts or {}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        types = "".join(
            f'<Override PartName="/word/{name}.xml" ContentType="application/xml"/>' for name in ("document", *parts)
        )
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{types}</Types>",
        )
        archive.writestr("_rels/.rels", _rels([("officeDocument", "word/document.xml")]))
        archive.writestr(
            "word/_rels/document.xml.rels",
            _rels([(name.rstrip("0123456789"), f"{name}.xml") for name in parts]),
        )
        archive.writestr("word/document.xml", f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>")
        for name, inside in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{roots[name]} {_NAMESPACES}>{inside}</w:{roots[name]}>")
    return buffer.getvalue()


def _rels(targets: list[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{i}" Type="{_R}/{kind}" Target="{target}"/>' for i, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'


def p(text: str, *, style: str = "", num: tuple[int, int] | None = None, extra: str = "") -> str:
    """A paragraph; `text` without markup becomes one run."""
    runs = text if text.startswith("<w:") else r(text)
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + (
        f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>' if num else ""
    )
    return f"<w:p><w:pPr>{properties}{extra}</w:pPr>{runs}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escaped}</w:t></w:r>'


def table(*rows: Sequence[str]) -> str:
    """A table; a cell without markup becomes one paragraph."""
    cells = (("".join(f"<w:tc>{c if c.startswith('<w:') else p(c)}</w:tc>" for c in row)) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{c}</w:tr>" for c in cells) + "</w:tbl>"
