"""Groups of buttons in a form whose value and drawn state are two: pdfium does not give the group's value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tsel_core.ingest.pdf.field_values import CHECKED, EMPTY
from tsel_core.ingest.pdf.layers import opened
from tsel_core.ingest.pdf.pages import PackedPage

MAX_FIELDS = 20_000
MAX_DEPTH = 20  # of fields within fields
MAX_WORDS = 60  # characters of a name or value that a remark shows
_PUSHED = 1 << 16  # flag of a button that holds nothing


def differing_groups(data: bytes, password: str | None, pages: Sequence[PackedPage]) -> list[str]:
    """'p. 2 field "payment" draws "card" and holds "cash"' for each such group, where `pages` have check boxes."""
    if not any(sign in text for page in pages if page.num_lines for text in page.texts() for sign in (CHECKED, EMPTY)):
        return []
    try:
        reader = opened(data, password)
        form = reader.root_object.get("/AcroForm")
        if form is None:
            return []
        numbers = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages, 1)}
        found = _remarks(list(form.get_object().get("/Fields", ())), numbers, "", {}, 0)
        return [remark for _, remark in zip(range(MAX_FIELDS), found, strict=False) if remark]
    except Exception:  # whatever pypdf throws on a damaged file
        return []


def _remarks(
    fields: list[Any], pages: dict[int, int], above: str, inherited: dict[str, Any], depth: int
) -> Iterator[str]:
    """A remark, or "" where all is well, for each field."""
    for reference in fields if depth < MAX_DEPTH else ():
        field = reference.get_object()
        own = {**inherited, **{key: field[key] for key in ("/FT", "/Ff", "/V", "/Opt") if key in field}}
        name = ".".join(part for part in (above, str(field.get("/T", ""))) if part)
        kids = list(field.get("/Kids", ()))
        buttons = [kid.get_object() for kid in kids if "/T" not in kid.get_object()]
        if not kids or not buttons:
            yield from _remarks(kids, pages, name, own, depth + 1)
        elif own.get("/FT") == "/Btn" and not int(own.get("/Ff", 0)) & _PUSHED and "/V" in own:
            yield _remark(name, own, buttons, pages)


def _remark(name: str, own: dict[str, Any], buttons: list[Any], pages: dict[int, int]) -> str:
    held = _plain(own["/V"])
    states = [_plain(button.get("/AS", "")) for button in buttons]
    drawn = {state for state in states if state}
    if drawn == {held} or (not drawn and not held):
        return ""
    words = {state: _shown(own, buttons, state) for state in (*sorted(drawn), held) if state}
    shown = ", ".join(words[state] for state in sorted(drawn))
    known = (getattr(button.raw_get("/P"), "idnum", 0) for button in buttons if "/P" in button)
    page = next((pages[number] for number in known if number in pages), 0)
    place = f"p. {page} " if page else ""
    draws, holds = (f'"{shown}"' if shown else EMPTY), (f'"{words[held]}"' if held else "nothing")
    return f'{place}field "{_short(name)}" draws {draws} and holds {holds}'


def _plain(value: Any) -> str:
    """The name of a state; "" for off."""
    words = str(value.get_object() if hasattr(value, "get_object") else value).lstrip("/")
    return "" if words in ("Off", "None") else words


def _shown(own: dict[str, Any], buttons: list[Any], state: str) -> str:
    """What a state is called: by the field's list of names where it has one."""
    names = list(own.get("/Opt", ()) or ())
    for button, name in zip(buttons, names, strict=False):
        looks = button.get("/AP", {}).get("/N", {})
        if f"/{state}" in looks:
            return _short(_plain(name))
    return _short(state)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= MAX_WORDS else words[:MAX_WORDS] + "…"
