"""Drawings in a paragraph: text boxes, shapes, WordArt, and what names a diagram or chart."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.word.line import Line
from tsel_core.ingest.word.package import R, W, local

_OFFICE = ("http://schemas.microsoft.com/", "http://schemas.openxmlformats.org/", "urn:schemas-microsoft-com:")


def read_drawing(element: Any, line: Line) -> None:
    """Text boxes are read after the paragraph that anchors them, each once."""
    stack, found = [element], False
    words: list[str] = []
    while stack:
        current = stack.pop()
        name = local(current)
        if name == "txbxContent":
            line.boxes.append(current)
            found = True
            continue
        if name == "AlternateContent":
            chosen = alternative(current)
            if chosen is not None:
                stack.append(chosen)
            continue
        if name == "relIds" and current.get(R + "dm"):
            line.parts.append(current.get(R + "dm") or "")
        elif name == "chart" and current.get(R + "id"):
            line.parts.append(current.get(R + "id") or "")
        elif name == "OLEObject" and current.get(R + "id"):
            line.objects.append((current.get(R + "id") or "", current.get("ProgID") or "of an unknown program"))
            found = True
        elif name == "t" and not current.tag.startswith(W) and current.text:
            words.append(current.text)
        elif name == "textpath" and current.get("string"):
            words.append(current.get("string") or "")
        stack.extend(reversed(current))
    if words:
        line.shapes.append(" ".join(words))
    if not found and not words and not line.parts:
        line.pictures += 1


def alternative(element: Any) -> Any | None:
    """The first mc:Choice that Word knows, or the mc:Fallback when there is none or it has nothing in it."""
    choice = next((c for c in element if local(c) == "Choice" and _is_known(c)), None)
    fallback = next((c for c in element if local(c) == "Fallback"), None)
    return choice if choice is not None and len(choice) else fallback


def _is_known(choice: Any) -> bool:
    """Office knows the namespaces that the choice needs: its own."""
    needed = (choice.get("Requires") or "").split()
    return all((choice.nsmap.get(prefix) or "").startswith(_OFFICE) for prefix in needed)
