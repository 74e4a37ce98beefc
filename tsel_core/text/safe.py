"""Text from a document or a file name, made safe for a terminal, for HTML, Markdown or a spreadsheet."""

from __future__ import annotations

import html
import json
from typing import Any

from tsel_core.lazy_pattern import lazy_pattern

# CSI, OSC and the other strings (DCS, SOS, PM, APC) up to their end, then two- and three-character escapes; each in its
# seven-bit form and, for C1 consoles, its one-character form
_ESCAPES = lazy_pattern(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]"
)
# C0 without tab and line feed, DEL, C1, bidi controls, line and paragraph separators, invisible tag characters
_CONTROLS = lazy_pattern(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)


def clean_for_terminal(text: str) -> str:
    """Remove escape sequences, C0/C1 controls (line feed and tab stay), bidi controls and invisible tags.

    Removing is repeated until nothing changes, so that no sequence can be put together from the parts of another.
    """
    while True:
        cleaned = _CONTROLS.sub("", _ESCAPES.sub("", text)).replace("\u2028", "\n").replace("\u2029", "\n")
        if cleaned == text:
            return cleaned
        text = cleaned


def one_line(text: str) -> str:
    """`clean_for_terminal` on one line, white space squeezed: for file names, labels and quotes in a list."""
    return " ".join(clean_for_terminal(text).split())


def escape_html(text: str) -> str:
    """Escaped for HTML text and for attribute values in quotation marks; controls removed, bidi controls too."""
    return html.escape(clean_for_terminal(text), quote=True)


_LINKS = lazy_pattern(r"\](?=[(:])")  # "](" makes links and pictures, "]:" defines what "][" needs


def safe_markdown(text: str) -> str:
    """Markdown in which nothing fetches, links or is a tag: pictures would send an answer to whoever wrote a document.

    Lists, tables and emphasis stay.
    """
    return _LINKS.sub(r"]\\", clean_for_terminal(text)).replace("<", "&lt;")


def terminal_json(value: Any, indent: int | None = None) -> str:
    """JSON that can go to a terminal: the same value, with controls and bidi controls of its strings as \\u escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    made = _CONTROLS.sub(lambda match: json.dumps(match[0])[1:-1], text)
    return made.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode("utf-8", "replace").decode("utf-8")


def script_json(value: Any) -> str:
    """JSON that can stand inside a <script> element: nothing in it ends the element or opens a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace").decode("utf-8")


_BLANKS = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b"  # what spreadsheets skip before a formula
_FORMULA = tuple("=+-@＝＋－＠")  # full-width signs count as theirs in East Asian spreadsheets


# Where a program divides at ";" or tabs, as many do outside of English, the rest of a cell is a cell of its own
_LATER = lazy_pattern(r"""([;\t\r\n][\s"]*)(?=[=+@＝＋＠]|[-－][^;\t\r\n]*[|!(])""")


def guarded(value: Any) -> Any:
    """A cell of a CSV that no spreadsheet takes for a formula, nor a part of it."""
    if not isinstance(value, str):
        return value
    value = _LATER.sub(r"\1'", value)
    return "'" + value if value[:1] in tuple("\t\r\n") or value.lstrip(_BLANKS)[:1] in _FORMULA else value
