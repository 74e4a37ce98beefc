"""Which passages of a document give orders to its reader or to the program that reads it. No model is asked.

One sign of a kind in `ALONE` is enough. Others count in company, close together: "when asked" with what to say,
a value called the right one with others called test data. A passage is the paragraph that holds the signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tsel_core.document import Document, SourceSpan, Unit, file_name
from tsel_core.text.safe import one_line
from tsel_core.trust.orders.dialogue import forged_turns
from tsel_core.trust.orders.markup import MARKUP
from tsel_core.trust.orders.reader import orders_to_reader
from tsel_core.trust.orders.sign import ALONE, Sign, Signs
from tsel_core.trust.orders.views import View, views
from tsel_core.trust.orders.words_asian import CHINESE, JAPANESE, KOREAN
from tsel_core.trust.orders.words_en import ENGLISH
from tsel_core.trust.orders.words_european import EUROPEAN
from tsel_core.trust.orders.words_more import LATIN, OTHER_LETTERS

# kinds of which all must stand within WINDOW characters of each other, and the kind that they make together
COMPANY: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"asked", "say"}), "deny"),
    (frozenset({"asked", "absent"}), "deny"),
    (frozenset({"say", "absent"}), "deny"),
    (frozenset({"others", "fake", "value"}), "poison"),
    (frozenset({"others", "fake", "silent"}), "poison"),
    (frozenset({"others", "value", "silent"}), "poison"),
    (frozenset({"fake", "silent"}), "poison"),
    (frozenset({"persona", "say"}), "persona"),
    (frozenset({"halt", "say"}), "halt"),
    (frozenset({"halt", "deliver"}), "halt"),
    (frozenset({"end", "echo"}), "end"),
    (frozenset({"end", "say"}), "end"),
)
WINDOW = 260
_SIGNS = ((*MARKUP, *ENGLISH, *EUROPEAN, *LATIN), (*JAPANESE, *CHINESE, *KOREAN, *OTHER_LETTERS))
_WESTERN, _OTHERS = map(Signs, _SIGNS)
_WESTERN_ENDS, _OTHER_ENDS = (Signs(sign for sign in signs if sign.kind == "end") for signs in _SIGNS)
_LONG = 600  # characters of a unit beyond which only the paragraph around the signs is marked


@dataclass(frozen=True, slots=True)
class OrderMark:
    """A passage that gives orders: characters [start, end) of a unit, and what showed it."""

    span: SourceSpan
    kinds: tuple[str, ...]
    disguise: str
    label: str
    file: str
    quote: str

    def as_json(self) -> dict[str, object]:
        """One entry of "orders"."""
        return {
            "file": self.file,
            "label": self.label,
            "quote": self.quote,
            "kinds": list(self.kinds),
            "disguise": self.disguise or None,
            "doc_index": self.span.doc_index,
            "unit_index": self.span.unit_index,
            "start": self.span.start,
            "end": self.span.end,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """What one text shows: where in it, of which kinds, under which disguise."""

    start: int
    end: int
    kinds: tuple[str, ...]
    disguise: str = ""


def find_orders(documents: Sequence[Document]) -> tuple[OrderMark, ...]:
    """The passages of the documents that give orders, in their order; units that are not given to the model too."""
    marks: list[OrderMark] = []
    for doc_index, document in enumerate(documents):
        for unit, finding in _of_document(document):
            span = SourceSpan(doc_index, unit.index, finding.start, finding.end)
            quote, label = shown(unit.text[finding.start : finding.end]), unit.label_at(finding.start)
            marks.append(OrderMark(span, finding.kinds, finding.disguise, label, file_name(document), quote))
    return tuple(marks)


def shown(text: str, limit: int = 160) -> str:
    """The passage on one line, invisible letters made visible, cut after `limit` characters."""
    visible = "".join(chr(ord(c) - 0xE0000) if 0xE0020 <= ord(c) < 0xE007F else c for c in text)
    line = one_line(visible)
    return line if len(line) <= limit else line[: limit - 3] + "..."


def _of_document(document: Document) -> Iterable[tuple[Unit, Finding]]:
    units = [u for u in document.units if u.text]
    turns = forged_turns([u.text for u in units])
    ends = _after_end(units)
    for number, unit in enumerate(units):
        findings = list(orders_in(unit.text))
        for start, end in turns.get(number, ()):
            findings.append(Finding(start, end, ("dialogue",)))
        if number in ends:
            findings.append(Finding(0, len(unit.text), ("end",)))
        for finding in _merged(findings):
            yield unit, finding


@lru_cache(maxsize=65536)
def orders_in(text: str) -> tuple[Finding, ...]:
    """Orders in one text."""
    found: list[Finding] = []
    for view in views(text):
        found += _in_view(text, view)
    return tuple(_merged(found))


def signs_of(text: str) -> list[tuple[int, int, str]]:
    """(start, end, kind) of every sign in folded text."""
    hits = _WESTERN.places(text)
    if not text.isascii():
        hits += _OTHERS.places(text)
    return sorted([*hits, *orders_to_reader(text)])


def _says_end(text: str) -> bool:
    """Whether folded text has a sign of the kind "end"."""
    return bool(_WESTERN_ENDS.places(text) or (not text.isascii() and _OTHER_ENDS.places(text)))


def _in_view(text: str, view: View) -> list[Finding]:
    groups = _groups(signs_of(view.text))
    if view.span is not None or view.disguise:
        start, end = view.span or (0, len(text))
        kinds = sorted({k for g in groups for k in g[2]} | ({"hidden"} if view.hides else set()))
        start, end = _paragraph(text, start, end)
        return [Finding(start, end, tuple(kinds), view.disguise)] if kinds else []
    groups = [(*_trimmed(view.text, lo, hi), kinds) for lo, hi, kinds in groups]
    same = len(view.text) == len(text)  # folding kept the places; else they are near, and the paragraph holds them
    scale = 1.0 if same else len(text) / max(1, len(view.text))
    return [Finding(*_paragraph(text, int(lo * scale), int(hi * scale)), tuple(sorted(k))) for lo, hi, k in groups]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without what a sign took of the sentences beside it."""
    held = text[start:end].rstrip()
    return start + len(held) - len(held.lstrip(" \n\t.;:,!?")), start + len(held)


def _groups(hits: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, set[str]]]:
    """(start, end, kinds) of the signs that count, alone or in company."""
    found = [(start, end, {kind}) for start, end, kind in hits if kind in ALONE]
    for number, (start, end, _) in enumerate(hits):
        close = [h for h in hits[number:] if h[0] - start <= WINDOW]
        kinds = {h[2] for h in close}
        for needed, name in COMPANY:
            if needed <= kinds:
                found.append((start, max(end, *(h[1] for h in close if h[2] in needed)), {name}))
    return found


def _paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole of a short text, else the paragraph around [start, end)."""
    if len(text) <= _LONG:
        return 0, len(text)
    begin = max(text.rfind("\n\n", 0, start) + 2 if "\n\n" in text[:start] else 0, 0)
    stop = text.find("\n\n", end)
    stop = len(text) if stop < 0 else stop
    if stop - begin <= _LONG + (end - start):
        return begin, stop
    # a page without empty lines: two lines before and after
    for _ in range(3):
        begin_line = text.rfind("\n", 0, max(0, start - 1))
        start = begin_line if begin_line > begin else begin
        next_line = text.find("\n", end + 1)
        end = next_line if 0 <= next_line < stop else stop
    return (start + 1 if start > begin else start), end


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that overlap as one."""
    merged: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.start, f.end)):
        if merged and finding.start < merged[-1].end:
            last = merged[-1]
            kinds = tuple(sorted({*last.kinds, *finding.kinds}))
            merged[-1] = Finding(last.start, max(last.end, finding.end), kinds, last.disguise or finding.disguise)
        else:
            merged.append(finding)
    return merged


def _after_end(units: Sequence[Unit]) -> set[int]:
    """Units of a forged end of the document: words that end it, and an instruction or question in what follows."""
    found: set[int] = set()
    for number, unit in enumerate(units[:-1]):
        if len(unit.text) > 200 or not _says_end(next(iter(views(unit.text))).text):
            continue
        for later in range(number + 1, min(number + 4, len(units))):
            text = next(iter(views(units[later].text))).text
            kinds = {k for _, _, k in signs_of(text)}
            if kinds & {"echo", "say", "asked", "format", "template"} or is_label(text):
                found |= set(range(number, later + 1))
                break
    return found


def is_label(text: str) -> bool:
    """Whether a text begins as a question or an instruction put to a program does."""
    from tsel_core.trust.orders.dialogue import LABEL

    return bool(LABEL.match(text.strip()))


def order_warnings(marks: Sequence[OrderMark], shown_at_most: int = 3) -> list[str]:
    """Sentences for the user: where the first of the passages stand, and how many there are."""
    told = [f'text that gives orders to its reader or to this program stands in {m.label}: "{m.quote}"' for m in marks]
    rest = len(told) - shown_at_most
    return told[:shown_at_most] + ([f"{rest:,} more passages give orders"] if rest > 0 else [])


def all_signs() -> tuple[Sign, ...]:
    """Every sign there is, for tests."""
    return (*MARKUP, *ENGLISH, *EUROPEAN, *LATIN, *JAPANESE, *CHINESE, *KOREAN, *OTHER_LETTERS)
