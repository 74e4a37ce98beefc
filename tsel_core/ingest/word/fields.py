"""Word's fields: the stored result where there is one, else what Word would show for AUTONUM, LISTNUM, SEQ, REF, EQ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tsel_core.ingest.counting import format_number
from tsel_core.ingest.word.equations import equation
from tsel_core.ingest.word.package import W, is_on, val
from tsel_core.lazy_pattern import lazy_pattern

BODY_LEVEL = 10  # of paragraphs that are no headings, below all nine
_FORMATS = {"arabic": "decimal", "roman": "lowerRoman", "alphabetic": "lowerLetter", "cardtext": "cardinalText",
            "ordtext": "ordinalText", "ordinal": "ordinal"}  # fmt: skip
_LISTS = {
    "numberdefault": ("%1)", "%1)", "%1)", "(%1)", "(%1)", "(%1)", "%1.", "%1.", "%1."),
    "outlinedefault": ("%1.", "%1.", "%1.", "%1)", "(%1)", "(%1)", "(%1)", "(%1)", "(%1)"),
}
_LIST_STYLES = {
    "numberdefault": ("decimal", "lowerLetter", "lowerRoman") * 3,
    "outlinedefault": ("upperRoman", "upperLetter", "decimal", "lowerLetter", "decimal", "lowerLetter", "lowerRoman",
                       "lowerLetter", "lowerRoman"),
}  # fmt: skip
_WORD = lazy_pattern(r'"((?:[^"\\]|\\.)*)"|(\S+)')


@dataclass
class _Open:
    """A field that has begun: its instruction so far, and where its result begins in the paragraph's parts."""

    instruction: str = ""
    in_result: bool = False
    has_result: bool = False


@dataclass
class Fields:
    """Open fields, and the numbers that they count."""

    bookmarks: dict[str, str] = field(default_factory=dict)  # name -> text
    numbers: dict[str, str] = field(default_factory=dict)  # name of a bookmark -> number of its paragraph
    level: int = BODY_LEVEL  # of the paragraph that is being read
    _open: list[_Open] = field(default_factory=list)
    _sequences: dict[str, int] = field(default_factory=dict)
    _auto: dict[int, int] = field(default_factory=dict)
    _lists: dict[str, dict[int, int]] = field(default_factory=dict)

    @property
    def shown(self) -> bool:
        """Text that comes now is seen: it is in the result of every open field."""
        return all(f.in_result for f in self._open)

    @property
    def in_page_number(self) -> bool:
        """Inside of a field that gives a page number."""
        return any(is_page_number(f.instruction) for f in self._open)

    def clear(self) -> None:
        """A part of the document ended: fields left open by a damaged file do not hide what follows."""
        self._open.clear()

    def add_instruction(self, text: str) -> None:
        """More of the innermost field's instruction."""
        if self._open and not self._open[-1].in_result:
            self._open[-1].instruction += text

    def saw_result(self) -> None:
        """Text came in the innermost field's result."""
        for opened in self._open:
            opened.has_result = opened.has_result or opened.in_result

    def mark(self, element: Any) -> str:
        """Text that a w:fldChar itself brings: a check box, a list's choice, a result that the file does not hold."""
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            self._open.append(_Open())
            return _form_field(element)
        if kind == "separate" and self._open:
            self._open[-1].in_result = True
        elif kind == "end" and self._open:
            ended = self._open.pop()
            return self.follow(ended.instruction, ended.has_result) if self.shown else ""
        return ""

    def follow(self, instruction: str, has_result: bool, result: str = "") -> str:
        """Count a field that ended; what Word would show when it has no stored result."""
        name = field_name(instruction)
        words = [a or b for a, b in _WORD.findall(instruction)][1:]
        if name == "SEQ" and words:
            return self._sequence(words, has_result, result)
        if has_result:
            return ""
        if name.startswith("AUTONUM"):
            return self._autonum(name, words)
        if name == "LISTNUM":
            return self._listnum(words)
        if name == "REF" and words and _switches(words[1:]).keys() & {"r", "n", "w"}:
            return self.numbers.get(words[0], "") or self.bookmarks.get(words[0], "")
        if name in ("REF", "STYLEREF") or name in {k.upper() for k in self.bookmarks}:
            return self.bookmarks.get(words[0] if name == "REF" and words else instruction.strip().split(" ")[0], "")
        if name == "MACROBUTTON" and len(words) > 1:  # "[Click here and type the date]"
            return instruction.strip().split(None, 2)[2].strip()
        if name == "QUOTE":
            return words[0] if words else ""
        if name == "EQ":
            return equation(instruction.strip()[2:])
        return ""

    def _sequence(self, words: list[str], has_result: bool, result: str) -> str:
        key = words[0].lower()
        switches = _switches(words[1:])
        value = self._sequences.get(key, 0)
        if "r" in switches and switches["r"].isdigit():
            value = int(switches["r"])
        elif "c" not in switches:
            value += 1
        self._sequences[key] = value
        return "" if has_result or "h" in switches else _formatted(value, switches)

    def _autonum(self, name: str, words: list[str]) -> str:
        for deeper in [k for k in self._auto if k > self.level]:
            del self._auto[deeper]
        self._auto[self.level] = self._auto.get(self.level, 0) + 1
        switches = _switches(words)
        end = switches.get("s", ".")[:1]
        if name == "AUTONUMLGL":
            return ".".join(str(self._auto[k]) for k in sorted(self._auto)) + ("" if "e" in switches else end)
        if name == "AUTONUMOUT":
            styles = _LIST_STYLES["outlinedefault"]
            style = styles[min(self.level, len(styles)) - 1] if self.level < BODY_LEVEL else "upperRoman"
            return format_number(self._auto[self.level], style) + "."
        return _formatted(self._auto[self.level], switches) + end

    def _listnum(self, words: list[str]) -> str:
        name = words[0].lower() if words and not words[0].startswith("\\") else "numberdefault"
        switches = _switches(words)
        level = int(switches["l"]) if switches.get("l", "").isdigit() else 1
        level = min(max(level, 1), 9)
        counts = self._lists.setdefault(name, {})
        start = switches.get("s", "")
        counts[level] = int(start) if start.isdigit() else counts.get(level, 0) + 1
        for deeper in [k for k in counts if k > level]:
            del counts[deeper]
        if name == "legaldefault":
            return ".".join(str(counts.get(k, 1)) for k in range(1, level + 1)) + "."
        known = name if name in _LISTS else "numberdefault"
        shapes, styles = _LISTS[known], _LIST_STYLES[known]
        return shapes[level - 1].replace("%1", format_number(counts[level], styles[level - 1]))


def is_page_number(instruction: str) -> bool:
    """The field gives a number of or of all pages."""
    return field_name(instruction) in ("PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION")


def field_name(instruction: str) -> str:
    """The word that an instruction begins with: "REF"."""
    return instruction.strip().split(" ", 1)[0].split("\\", 1)[0].upper()


def _switches(words: list[str]) -> dict[str, str]:
    r""" "\r 3" as {"r": "3"}; a switch without a value has ""."""
    found: dict[str, str] = {}
    for at, word in enumerate(words):
        if word.startswith("\\") and len(word) >= 2:
            value = words[at + 1] if at + 1 < len(words) and not words[at + 1].startswith("\\") else ""
            found[word[1:2].lower()] = word[2:] or value
    return found


def _formatted(value: int, switches: dict[str, str]) -> str:
    wanted = switches.get("*", "")
    text = format_number(value, _FORMATS.get(wanted.lower(), "decimal"))
    return text.upper() if wanted.isupper() or wanted in ("ROMAN", "ALPHABETIC") else text


def _form_field(element: Any) -> str:
    """A legacy form's check box or the entry that its list shows."""
    box = element.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        on = is_on(box, "checked") or (box.find(W + "checked") is None and is_on(box, "default"))
        return "☒" if on else "☐"
    entries = element.find(f"{W}ffData/{W}ddList")
    if entries is None:
        return ""
    names = [e.get(W + "val") or "" for e in entries.iterfind(W + "listEntry")]
    number = val(entries, "result") or val(entries, "default") or "0"
    return names[int(number)] if number.isdigit() and int(number) < len(names) else ""
