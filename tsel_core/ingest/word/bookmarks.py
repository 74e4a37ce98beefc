"""Bookmarks that REF fields name: their text, and the number of the paragraph they stand in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tsel_core.ingest.word.fields import field_name
from tsel_core.ingest.word.package import W, local

MAX_BOOKMARK_CHARS = 2000


def read_bookmarks(body: Any) -> dict[str, str]:
    """Text between the marks of each bookmark that a REF field without a stored result may name."""
    names = {e.get(W + "id"): e.get(W + "name") or "" for e in body.iter(W + "bookmarkStart")}
    if not names or next(body.iter(W + "fldChar", W + "fldSimple"), None) is None:
        return {}
    running: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    for element in body.iter(W + "bookmarkStart", W + "bookmarkEnd", W + "t", W + "tab"):
        name = local(element)
        if name == "bookmarkStart":
            running[element.get(W + "id") or ""] = []
        elif name == "bookmarkEnd":
            held = running.pop(element.get(W + "id") or "", None)
            if held is not None:
                found[names.get(element.get(W + "id"), "")] = "".join(held)[:MAX_BOOKMARK_CHARS]
        else:
            text = element.text or "" if name == "t" else "\t"
            for held in running.values():
                if len(held) < MAX_BOOKMARK_CHARS:
                    held.append(text)
    return found


def numbered_bookmarks(body: Any, number: Callable[[Any], str]) -> dict[str, str]:
    """Number of the paragraph that each bookmark stands in, where a REF field asks for numbers.

    `number` counts paragraphs in their order and gives the text before each.
    """
    codes = [e.text or "" for e in body.iter(W + "instrText")]
    codes += [e.get(W + "instr") or "" for e in body.iter(W + "fldSimple")]
    if not any(field_name(code) == "REF" and re.search(r"\\[rnw]\b", code) for code in codes):
        return {}
    found: dict[str, str] = {}
    for paragraph in body.iter(W + "p"):
        text = number(paragraph).strip().rstrip(".")
        for mark in paragraph.iter(W + "bookmarkStart"):
            found[mark.get(W + "name") or ""] = text
    return found
