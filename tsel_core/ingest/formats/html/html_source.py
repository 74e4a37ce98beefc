"""A page's bytes as text, and what a reader sees in the fields of its forms."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from tsel_core.errors import UsageError
from tsel_core.ingest.encoding.encodings import decode, has_escapes
from tsel_core.ingest.options import check_encoding

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)|encoding=["']([\w-]+)["']""", re.I)


def decode_html(data: bytes, encoding: str | None, name: str) -> str:
    """Text of the page: the encoding asked for, else the one it declares if that fits, else detected."""
    declared = _CHARSET.search(data[:4096])
    tells_itself = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) or has_escapes(data)
    if encoding is None and declared and not tells_itself:
        label = (declared[1] or declared[2]).decode("ascii", "replace")
        try:
            codec = check_encoding(label)
            if codec not in ("utf-8", "iso2022_jp") and not data.isascii():
                with contextlib.suppress(UnicodeDecodeError):
                    return data.decode("utf-8")  # a page that was converted and still names its old encoding
            return data.decode(codec)
        except (UnicodeDecodeError, UsageError):
            pass
    return decode(data, encoding, name).text


def field_text(element: Any) -> str:
    """What a reader sees in a form's field."""
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [o for o in options if "selected" in o.attrib] or options[:1]
        return " " + ", ".join(" ".join("".join(o.itertext()).split()) for o in chosen) + " "
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return " ☒ " if "checked" in element.attrib else " ☐ "
    if kind in ("hidden", "password", "image", "file"):
        return ""
    return f" {element.get('value') or element.get('placeholder') or ''} "


def parsed(text: str) -> Any | None:
    """The page's elements; None where it holds none. Raises RecursionError where they stand too deep in each other."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    data = text.replace("\x00", "").encode("utf-8", "replace")
    try:
        root = html.document_fromstring(data, parser=parser)
    except etree.ParserError:  # nothing but comments and white space
        root = None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):  # the parser stopped there
        raise RecursionError("elements of a page")
    return root
