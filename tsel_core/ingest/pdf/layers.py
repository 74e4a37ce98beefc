"""Layers (optional content) of a PDF: annotations on those that are off when a reader opens the file."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

MAX_PAGES = 5000  # whose annotations are looked at
MAX_DEPTH = 20  # of a rule about layers


def annotations_off(data: bytes, password: str | None) -> dict[int, frozenset[int]]:
    """By the number of the page, from 0, those of its annotations that stand on layers that are switched off."""
    try:
        reader = opened(data, password)
        properties = reader.root_object.get("/OCProperties")
        if properties is None:
            return {}
        off = set(_off(properties.get_object()))
        found: dict[int, frozenset[int]] = {}
        for number, page in enumerate(reader.pages[:MAX_PAGES]):
            hidden = [at for at, note in enumerate(_all(page.get("/Annots"))) if _is_off(note, off)]
            if hidden:
                found[number] = frozenset(hidden)
        return found
    except Exception:  # whatever pypdf throws on a damaged file
        return {}


def opened(data: bytes, password: str | None) -> Any:
    """pypdf's reader of the file, for what pdfium does not tell."""
    import pypdf

    reader = pypdf.PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        reader.decrypt(password or "")
    return reader


def _off(properties: Any) -> Iterator[int]:
    """Numbers of the objects of the layers that are off at first sight."""
    default = properties.get("/D", {}).get_object()
    on, off = ({_number(g) for g in _all(default.get(key))} for key in ("/ON", "/OFF"))
    automatic = _by_usage(default)
    for group in _all(properties.get("/OCGs")):
        number = _number(group)
        state = number in off or (default.get("/BaseState") == "/OFF" and number not in on)
        if number in automatic:  # what a viewer sets by itself when it shows the file
            view = group.get_object().get("/Usage", {}).get_object().get("/View", {}).get_object()
            state = {"/OFF": True, "/ON": False}.get(view.get("/ViewState"), state)
        if state:
            yield number


def _by_usage(default: Any) -> set[int]:
    """Layers whose state a viewer takes from what they are for."""
    events = (e.get_object() for e in _all(default.get("/AS")))
    return {_number(g) for e in events if e.get("/Event") == "/View" for g in _all(e.get("/OCGs"))}


def _all(value: Any) -> list[Any]:
    """The members of an array of a PDF, or none."""
    return list(value.get_object()) if value is not None else []


def _number(reference: Any) -> int:
    return int(getattr(reference, "idnum", -1))


def _is_off(note: Any, off: set[int]) -> bool:
    content = note.get_object()
    return "/OC" in content and not _is_shown(content.raw_get("/OC"), off)


def _is_shown(reference: Any, off: set[int]) -> bool:
    """A layer, or a rule about several."""
    group = reference.get_object()
    if group.get("/Type") != "/OCMD":
        return _number(reference) not in off
    if "/VE" in group:
        return _holds(group.raw_get("/VE"), off, 0)
    if "/OCGs" not in group:
        return True
    named = group.raw_get("/OCGs")
    states = [_number(m) not in off for m in (_all(named) if isinstance(named.get_object(), list) else [named])]
    rules = {"/AllOn": all(states), "/AnyOff": not all(states), "/AllOff": not any(states)}
    return not states or rules.get(str(group.get("/P")), any(states))


def _holds(expression: Any, off: set[int], depth: int) -> bool:
    """Layers put together by And, Or and Not."""
    if not isinstance(expression.get_object(), list):
        return _number(expression) not in off
    sign, *parts = _all(expression)
    if depth > MAX_DEPTH:
        return True
    states = [_holds(part, off, depth + 1) for part in parts]
    return not any(states) if sign == "/Not" else any(states) if sign == "/Or" else all(states)
