"""XFA forms, which only Adobe Reader can draw: their words and values, from the form's own description."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium

MAX_BYTES = 32 << 20  # of a packet
MAX_PACKETS = 100
MAX_LINES = 20_000


def is_dynamic(document: Any) -> bool:
    """Its pages are made by the reader program: what the file draws is "Please wait..."."""
    return bool(pdfium.FPDF_GetFormType(document) == pdfium.FORMTYPE_XFA_FULL)


def xfa_lines(document: Any) -> tuple[list[str], bool]:
    """(texts and filled fields in the form's order: "Rent per month: 1,480", whether those are all).

    Fields without a place in the form's description come at the end.
    """
    packets = dict(_packets(document))
    data = packets.get("datasets")
    values = _values(data) if data is not None else []
    template = packets.get("template")
    lines: list[str] = []
    used: set[str] = set()
    for caption, name in _template(template) if template is not None else ():
        found = [value for field, value in values if field == name] if name else []
        used.update([name] if found else [])
        lines += [f"{caption}: {value}" if caption else value for value in found] or ([caption] if not name else [])
    lines += [f"{name}: {value}" for name, value in values if name not in used]
    found = [line for line in lines if line]
    return found[:MAX_LINES], len(found) <= MAX_LINES


def _packets(document: Any) -> Iterator[tuple[str, Any]]:
    """(name, root element) of the packets that can be parsed."""
    for index in range(min(MAX_PACKETS, max(0, pdfium.FPDF_GetXFAPacketCount(document)))):
        size = pdfium.FPDF_GetXFAPacketName(document, index, None, 0)
        name = ctypes.create_string_buffer(max(1, size))
        pdfium.FPDF_GetXFAPacketName(document, index, name, size)
        length = ctypes.c_ulong()
        if not pdfium.FPDF_GetXFAPacketContent(document, index, None, 0, length) or not 0 < length.value <= MAX_BYTES:
            continue
        content = ctypes.create_string_buffer(length.value)
        pdfium.FPDF_GetXFAPacketContent(document, index, content, length.value, length)
        root = _parse(content.raw)
        if root is not None:
            yield name.value.decode("latin-1"), root


def _parse(data: bytes) -> Any | None:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None


def _name(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _values(root: Any) -> list[tuple[str, str]]:
    """(name, value) of the leaves of the form's data."""
    return [(_name(e), _words(e)) for e in root.iter() if _name(e) and len(e) == 0 and _words(e)]


def _template(root: Any) -> Iterator[tuple[str, str]]:
    """(text, "") of what is drawn, (caption, name) of fields, in the form's order."""
    for element in root.iter():
        kind = _name(element)
        if kind not in ("draw", "field") or element.get("presence") in ("hidden", "invisible", "inactive"):
            continue
        value = next((e for e in element if _name(e) == "value"), None)
        if kind == "draw":
            yield (_words(value) if value is not None else ""), ""
            continue
        caption = next((e for e in element if _name(e) == "caption"), None)
        yield (_words(caption) if caption is not None else "").rstrip(": "), element.get("name") or ""
