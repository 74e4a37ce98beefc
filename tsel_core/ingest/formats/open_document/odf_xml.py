"""Elements of OpenDocument files: attributes by their names, white space as the format counts it."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.formats.open_document.odf_styles import local


def counts_pages(element: Any) -> bool:
    return any(local(e) in ("page-number", "page-count") for e in element.iter())


def squeezed(text: str) -> str:
    """White space of the XML counts as one space."""
    if text.isspace():
        return " "
    words = " ".join(text.split())
    return (" " if text[0].isspace() else "") + words + (" " if text[-1].isspace() else "")


def plain(element: Any | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def attribute(element: Any, name: str) -> str | None:
    return next((v for k, v in element.attrib.items() if k.rsplit("}", 1)[-1] == name), None)


def is_office(element: Any, space: str = "office") -> bool:
    return f":{space}:" in element.tag


def whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdigit() and len(text) < 9 else default
