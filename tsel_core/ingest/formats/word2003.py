"""Word 2003 documents as XML (WordprocessingML): made into the parts of today's Word file that say the same."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from tsel_core.ingest.safety.safe_zip import parse_xml

NAMESPACE = "http://schemas.microsoft.com/office/word/2003/wordml"
_OLD = f"{{{NAMESPACE}}}"
_AML = "{http://schemas.microsoft.com/aml/2001/core}"
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{_MAIN}}}"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RENAMED = {"vmerge": "vMerge", "hmerge": "hMerge", "hlink": "hyperlink"}
_NAMES = (
    "decimal upperRoman lowerRoman upperLetter lowerLetter ordinal cardinalText ordinalText hex chicago"
    " ideographDigital japaneseCounting aiueo iroha decimalFullWidth decimalHalfWidth japaneseLegal"
    " japaneseDigitalTenThousand decimalEnclosedCircle decimalFullWidth2 aiueoFullWidth irohaFullWidth"
    " decimalZero bullet"
)
_FORMATS = tuple(_NAMES.split())  # by their number
_CHANGES = {"Word.Insertion": "ins", "Word.Deletion": "del"}


def packed_word2003(name: str, data: bytes) -> bytes:
    """The archive of a .docx. Raises DocumentError when the file is damaged."""
    return _Converter(parse_xml(name, "document", data)).archive()


class _Converter:
    def __init__(self, root: Any) -> None:
        self._root = root
        self._parts: list[tuple[str, str, Any]] = []  # kind, file name, root
        self._notes: dict[str, list[Any]] = {"footnote": [], "endnote": []}
        self._comments: list[Any] = []

    def archive(self) -> bytes:
        from lxml import etree

        body = self._root.find(_OLD + "body")
        document = etree.Element(_W + "document", nsmap={"w": _MAIN, "r": _REL})
        if body is not None:
            self._convert(body)
            document.append(body)
        for kind, where in (("styles", "styles"), ("numbering", "lists")):
            part = self._root.find(_OLD + where)
            if part is not None:
                self._convert(part)
                self._add(kind, kind, list(_numbering(part)) if kind == "numbering" else list(part))
        for kind, notes in self._notes.items():
            if notes:
                self._add(f"{kind}s", f"{kind}s", notes)
        if self._comments:
            self._add("comments", "comments", self._comments)
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr("[Content_Types].xml", "<Types/>")
            made.writestr("_rels/.rels", _relations([("officeDocument", "word/document.xml")]))
            made.writestr("word/_rels/document.xml.rels", _relations([(k, f"{n}.xml") for k, n, _ in self._parts]))
            made.writestr("word/document.xml", etree.tostring(document))
            for _, file, part in self._parts:
                made.writestr(f"word/{file}.xml", etree.tostring(part))
        return out.getvalue()

    def _add(self, kind: str, file: str, children: list[Any]) -> str:
        """A part of its own; its relationship's id."""
        from lxml import etree

        root = etree.Element(_W + {"header": "hdr", "footer": "ftr"}.get(kind, kind), nsmap={"w": _MAIN, "r": _REL})
        root.extend(children)
        self._parts.append((kind, file, root))
        return f"rId{len(self._parts)}"

    def _convert(self, top: Any) -> None:
        """Rename what is below an element, and lift out what has a part of its own today."""
        for element in list(top.iter()):
            if not isinstance(element.tag, str):
                continue
            if element.tag.startswith(_OLD):
                name = element.tag[len(_OLD) :]
                element.tag = _W + _RENAMED.get(name, name)
            for key in [k for k in element.attrib if k.startswith(_OLD)]:
                element.set(_W + key[len(_OLD) :], element.attrib.pop(key))
        for element in list(top.iter(f"{_W}listPr")):
            self._list(element)
        for element in list(top.iter(f"{_AML}annotation")):
            self._annotation(element)
        for kind in self._notes:
            for element in list(top.iter(_W + kind)):
                self._note(kind, element)
        for element in list(top.iter(f"{_W}hdr", f"{_W}ftr")):
            self._running(element)
        for element in list(top.iter()):
            if isinstance(element.tag, str) and not element.tag.startswith(_W) and "/auxHint}" in element.tag:
                _unwrap(element)

    def _list(self, element: Any) -> None:
        """w:listPr holds the level, and the list by another name."""
        element.tag = _W + "numPr"
        for child in element.iter(f"{_W}ilfo"):
            child.tag = _W + "numId"

    def _annotation(self, element: Any) -> None:
        """Tracked changes and comments."""
        from lxml import etree

        kind = element.get(_W + "type") or ""
        content = element.find(f"{_AML}content")
        who, when = element.get(_AML + "author") or "", element.get(_AML + "createdate") or ""
        author = {_W + "author": who, _W + "date": when}
        number = element.get(_AML + "id") or "0"
        if kind in _CHANGES and content is not None:
            element.tag = _W + _CHANGES[kind]
            element.attrib.update({_W + "id": number, **author})
            _unwrap(content)
        elif kind == "Word.Comment":
            comment = etree.Element(_W + "comment", {_W + "id": number, **author})
            comment.extend(list(content) if content is not None else [])
            self._comments.append(comment)
            element.clear(keep_tail=True)
            element.tag = _W + "commentReference"
            element.set(_W + "id", number)
        elif kind in _CHANGES:  # of a paragraph's mark, a row
            element.tag = _W + _CHANGES[kind]
        else:
            if content is not None:
                _unwrap(content)
            _unwrap(element)

    def _note(self, kind: str, element: Any) -> None:
        """A note's text stands where it is referred to."""
        from lxml import etree

        if element.getparent() is None or element.getparent().tag != _W + "r":
            return
        notes = self._notes[kind]
        number = str(len(notes) + 1)
        element.getparent().replace(element, etree.Element(f"{_W}{kind}Reference", {_W + "id": number}))
        element.set(_W + "id", number)
        notes.append(element)

    def _running(self, element: Any) -> None:
        """Headers and footers stand within their section's properties."""
        from lxml import etree

        parent = element.getparent()
        if parent is None or parent.tag != _W + "sectPr":
            return
        kind = "header" if element.tag == _W + "hdr" else "footer"
        place = {"odd": "default"}.get(element.get(_W + "type") or "odd", element.get(_W + "type"))
        relation = self._add(kind, f"{kind}{len(self._parts) + 1}", list(element))
        reference = {_W + "type": place, f"{{{_REL}}}id": relation}
        parent.replace(element, etree.Element(f"{_W}{kind}Reference", reference))


def _numbering(lists: Any) -> Iterator[Any]:
    """w:listDef and w:list under their names of today."""
    for element in lists:
        if element.tag == _W + "listDef":
            element.tag = _W + "abstractNum"
            element.set(_W + "abstractNumId", element.get(_W + "listDefId") or "")
            for code in element.iter(f"{_W}nfc"):
                number = code.get(_W + "val") or "0"
                name = _FORMATS[int(number)] if number.isdigit() and int(number) < len(_FORMATS) else "none"
                code.tag = _W + "numFmt"
                code.set(_W + "val", name)
            yield element
        elif element.tag == _W + "list":
            element.tag = _W + "num"
            element.set(_W + "numId", element.get(_W + "ilfo") or "")
            for link in element.iter(f"{_W}ilst"):
                link.tag = _W + "abstractNumId"
            yield element


def _unwrap(element: Any) -> None:
    """The element's children take its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    parent[at : at + 1] = list(element)


def _relations(targets: list[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{at}" Type="{_REL}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'
