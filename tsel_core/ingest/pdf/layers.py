"""Layers (optional content) of a PDF: whether some are switched off when a reader opens the file."""

from __future__ import annotations

from io import BytesIO
from typing import Any


def layers_off(data: bytes, password: str | None) -> bool:
    """Some layer is off at first sight; True also when that cannot be found out: the pages are then looked at."""
    import pypdf

    try:
        reader = pypdf.PdfReader(BytesIO(data), strict=False, password=password or "")
        properties = reader.root_object.get("/OCProperties")
        return properties is not None and _some_off(properties.get_object())
    except Exception:  # whatever pypdf throws on a damaged file
        return True


def _some_off(properties: Any) -> bool:
    default = properties.get("/D", {}).get_object()
    if default.get("/OFF") or default.get("/BaseState") == "/OFF":
        return True
    groups = (g.get_object() for g in properties.get("/OCGs", ()))
    return bool(default.get("/AS")) and any("/OFF" in str(g.get("/Usage")) for g in groups)
