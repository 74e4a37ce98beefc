# ruff: noqa: E501 (patterns)
"""Several papers read together: which of them change another one, what each is called, its date and its parties."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.clauses import Line
from tsel_core.trust.amendments.headings import titles_amendment
from tsel_core.trust.passages import features

_ENDS = 14  # sentences at the beginning and at the end of a paper, where its title, date and parties stand
_TITLES = 4  # first sentences, among which its title stands
_TITLE = 90  # characters of a title
_ALONE = 14  # letters beside a date that stands alone: "Date of signing:", 締結日
_MADE = lazy_pattern(r"\b(?:made|dated|entered into|executed|concluded|signed|as of|effective date)\b|締結|作成|調印", re.I)
_RUNS = lazy_pattern(r"\s*(?:から|より|まで|以降|付け?で?[^。]{0,20}(?:契約|覚書))")  # behind a day that is another paper's, or the first of a term
_MENTION = lazy_pattern(r"\b(?:the|an?|under|to|of)\s+(?:[A-Z][\w&'’-]*\s+){0,6}(?:Agreement|Contract|Lease|Deed|Licen[cs]e|Order)\b[^.;]{0,60}?\b(?:dated|made|entered into)\b")
_REFERS = lazy_pattern(r"^\W*(?:[A-Z][\w-]*:\s*)?(?!This\b|THIS\b)(?:[A-Z][\w&'’-]*\s+){0,6}(?:Agreement|Contract|Lease|Deed|Licen[cs]e|Order)\b[^.;]{0,60}?\b(?:dated|of|made)\b[^.;]{0,30}\d|[0-9０-９一二三四五六七八九十]日付")  # below another title
_THIS = lazy_pattern(r"\b(?:This|THIS)\s+((?:[A-Z][\w&'’-]*\s+){0,6}(?:Agreement|AGREEMENT|Contract|CONTRACT|Lease|LEASE|Deed|DEED|Licen[cs]e|LICEN[CS]E|Order|ORDER))\b")
_FIRM = lazy_pattern(
    r"((?:[A-Z][\w&'’-]*\s+){1,5}?)(?:Ltd|Limited|Inc|Incorporated|LLC|LLP|plc|PLC|GmbH|AG|Corp|Corporation|S\.p\.A|S\.A|SARL|ASA|AB|BV|B\.V|NV|N\.V|Oy|KG)\b"
    r"|(?:株式会社|有限会社|合同会社)\s?([\u4e00-\u9fff\u30a0-\u30ffA-Za-z]{2,12})|([\u4e00-\u9fff\u30a0-\u30ffA-Za-z]{2,14})(?:株式会社|有限会社|合同会社)"
)


class Papers:
    """The papers that sentences are of; asked only where there are several."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._of: dict[int, list[Line]] = {}
        for line in lines:
            self._of.setdefault(line.span.doc_index, []).append(line)
        self._known: dict[int, tuple[str, tuple[Value, ...]]] = {}
        self._firms: dict[int, frozenset[str]] = {}
        self._ends: dict[int, str] = {}

    @property
    def several(self) -> bool:
        """Whether there is more than one."""
        return len(self._of) > 1

    @cached_property
    def amending(self) -> frozenset[int]:
        """Those whose title says that they change another paper: an amendment in a file of its own."""
        if not self.several:
            return frozenset()
        return frozenset(n for n, lines in self._of.items() if any(titles_amendment(x.text) for x in self._titles(lines)))

    @cached_property
    def others(self) -> frozenset[int]:
        """Those that say no such thing."""
        return frozenset(self._of) - self.amending

    def is_called(self, doc: int, title: Sequence[str], date: Value | None) -> bool:
        """Whether a paper itself has this title and this date: not as one that it speaks of."""
        own, dates = self._own(doc)
        if not all(word in own for word in title):
            return False
        return date is None or any(same_value(v, date) for v in dates)

    def date(self, doc: int) -> Value | None:
        """The one day on which a paper was made; None where it has none, or several."""
        dates = self._own(doc)[1]
        return dates[0] if len({v.value for v in dates}) == 1 and re.fullmatch(r"\d{4}-\d\d-\d\d", dates[0].value) else None

    def is_later(self, doc: int, other: int, *, both_amend: bool) -> bool | None:
        """Whether what a paper says counts behind what another one does; None where nobody can tell.

        One that changes another paper comes behind it; of two (`both_amend`) the later day does.
        """
        amends = doc in self.amending
        if amends != (other in self.amending) and not both_amend:
            return amends
        first, last = self.date(other), self.date(doc)
        return None if first is None or last is None or first.value == last.value else last.value > first.value

    def firms(self, doc: int) -> frozenset[str]:
        """The firms that a paper names where its parties stand, without Limited and 株式会社."""
        if doc not in self._firms:
            found = (m for line in self._frame(doc) for m in _FIRM.finditer(line.text))
            self._firms[doc] = frozenset(normalise(next(g for g in m.groups() if g)) for m in found)
        return self._firms[doc]

    def has_firms(self, doc: int, firms: frozenset[str]) -> bool:
        """Whether a paper names every one of these firms where its parties stand."""
        if doc not in self._ends:
            self._ends[doc] = "\n".join(normalise(line.text) for line in self._frame(doc))
        return all(firm in self._ends[doc] for firm in firms)

    def is_named(self, doc: int, other: int, text: str) -> bool:
        """Whether a text has words of one paper's title or parties that another one's have not."""
        own = self._words(doc) - self._words(other)
        found = own & features(text).keys()
        return any(w.isascii() for w in found) or len(found) > 1

    def _words(self, doc: int) -> frozenset[str]:
        firms = (match[0] for line in self._frame(doc) for match in _FIRM.finditer(line.text))
        return frozenset(f for f in features(" ".join([self._own(doc)[0], *firms])) if f[0] != "#")

    def frame_of(self, doc: int) -> Sequence[Line]:
        """The first sentences of a paper."""
        return self._of[doc][:_ENDS]

    def _frame(self, doc: int) -> list[Line]:
        lines = self._of[doc]
        return lines if len(lines) <= 2 * _ENDS else [*lines[:_ENDS], *lines[-_ENDS:]]

    @staticmethod
    def _titles(lines: Sequence[Line]) -> list[Line]:
        first = lines[:_TITLES]
        return [x for x in first if len(x.text.strip()) <= _TITLE and not _MENTION.search(x.text) and not _refers(x, first)]

    def _own(self, doc: int) -> tuple[str, tuple[Value, ...]]:
        if doc not in self._known:
            frame = self._frame(doc)
            said = [m[1] for line in frame[:_ENDS] for m in _THIS.finditer(line.text)]
            title = "\n".join([*(x.text for x in self._titles(frame)), *said]).lower()
            self._known[doc] = title, tuple(v for line in frame if not _refers(line, frame) for v in _dates(line.text))
        return self._known[doc]


def _refers(line: Line, frame: Sequence[Line]) -> bool:
    """Whether a line below the first one names a paper with its date: "Supply Agreement dated 3 May 2023"."""
    return line is not frame[0] and _REFERS.search(line.text) is not None


def _dates(text: str) -> list[Value]:
    """The days on which a paper says that it was made."""
    if not any(c.isdigit() for c in text) or _MENTION.search(text):
        return []
    found = [v for v in extract_values(text) if v.kind == "date" and not _RUNS.match(text, v.end)]
    if not found:
        return []
    rest = text
    for value in found:
        rest = rest.replace(value.text, " ")
    alone = sum(c.isalpha() for c in rest) <= _ALONE
    return found if alone or _MADE.search(text) else []
