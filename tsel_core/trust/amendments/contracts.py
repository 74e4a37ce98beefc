# ruff: noqa: E501 (one pattern a line)
"""Which contract an amendment speaks of: the one before it, or another one that it names by its title or its date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.clauses import Line
from tsel_core.trust.amendments.papers import Papers

_PARTIES = 2  # firms that two papers have in common
_BACK = 12  # sentences before an amendment in which it may say what it amends
_TITLE = r"(?:[A-Z][\w&'’-]*\s+){0,6}(?:Agreement|Contract|Lease|Deed|Licen[cs]e|Order)"
_NAMES_EN = lazy_pattern(rf"(?<!this )(?<!This )\b(?:the|that certain|The|an?|to the|to)\s+(?P<title>{_TITLE})\b(?P<rest>[^;]{{0,140}})")
_BEGINS_EN = lazy_pattern(rf"^\W*(?:[A-Z][\w-]*:\s*)?(?P<title>{_TITLE})\b(?=[^;.]{{0,40}}?\b(?:dated|made|entered into|of)\b)(?P<rest>[^;]{{0,140}})")
_DATED_EN = lazy_pattern(r"\b(?:dated|made|entered into|of|effective)\b(?:\s+(?:as\s+of|on))?\s+", re.I)
_NAMES_JA = lazy_pattern(r"(?P<date>[^、。「」（）\s]{4,24}?日)(?:付け?|に?締結)[^。「」（）、]{0,12}?「?(?P<title>[^「」（）、。\s]{2,24}?契約)(?:書)?|(?:甲乙間の|当事者間の)?「(?P<title2>[^「」（）、。\s]{2,24}?契約)(?:書)?」")
_CONCLUDED = lazy_pattern(r"^(?:で|に|の)?(?:締結|作成)?(?:した|された|済みの)?")  # in "2022年5月4日付けで締結した業務委託契約"
_GENERIC = frozenset("agreement contract lease deed licence license order original existing principal main said amended current underlying parties above".split())  # noqa: SIM905
_GENERIC_JA = lazy_pattern(r"^(?:原|本|同|当初|既存|現行|当該)?契約$")


_Name = tuple[tuple[str, ...], Value | None]  # of a title the words that tell it from others, and a date


@dataclass(frozen=True, slots=True)
class Meant:
    """The documents whose clauses a sentence changes: those it surely speaks of, and those it may speak of."""

    sure: frozenset[int]
    maybe: frozenset[int] = frozenset()


def contract_documents(at: int, lines: Sequence[Line], papers: Papers) -> Meant:
    """Documents whose clauses the sentence number `at` changes; none where it names a contract that is not there."""
    own = lines[at]
    doc = own.span.doc_index
    if doc in papers.amending:
        return _of_amending(own, lines, papers)
    near = [line for line in lines[max(0, at - _BACK) : at] if line.span.doc_index == doc]
    for line in (own, *reversed(near)):
        named = _named(line.text)
        if named is None or (line is not own and line.number and line.part != own.part):
            continue
        here = any(_is_before(o, line) and _meets(o, *named) for o in lines if o.span.doc_index == doc)
        others = _of_paper(doc, *named, papers, lines) if papers.several else Meant(frozenset())
        return Meant(others.sure | {doc}, others.maybe) if here else others
    return Meant(frozenset({doc}))


def _of_amending(own: Line, lines: Sequence[Line], papers: Papers) -> Meant:
    """What a sentence of a paper that only changes another one speaks of: of the contract that it names, or its beginning does."""
    doc = own.span.doc_index
    first = [n for line in papers.frame_of(doc) if line.order < own.order for n in _every_name(line.text, begins=True)]
    named = _told_apart(list(_every_name(own.text)))
    if len(named) == 1 and named[0][0] and named[0][1] is None:  # "of the Supply Agreement": its date stands above
        named = _told_apart([*named, *(n for n in first if n[0] == named[0][0])])
    named = named or _told_apart(first)
    if not named:
        return Meant(frozenset({doc}), _with_parties(doc, papers.others, papers))
    found = [_of_paper(doc, *name, papers, lines) for name in named]
    if len(found) == 1:
        return found[0]
    every = frozenset(n for one in found for n in (*one.sure, *one.maybe) if n in papers.others)
    return Meant(frozenset({doc}), every)  # of two contracts, nobody can tell


def _told_apart(names: Sequence[_Name]) -> list[_Name]:
    """Names of contracts that are not one and the same, each with what is known of it."""
    found: list[_Name] = []
    for title, date in names:
        for at, (other, day) in enumerate(found):
            same_day = date is None or day is None or same_value(date, day)
            if same_day and (not title or not other or title == other):
                found[at] = (other or title, day or date)
                break
        else:
            found.append((title, date))
    return found


def _of_paper(doc: int, title: Sequence[str], date: Value | None, papers: Papers, lines: Sequence[Line]) -> Meant:
    """The other papers that a title and a date mean.

    Sure is one alone that is itself called so and has the parties that the amending paper names; without a date it must have two
    of them. With it go the papers that change it, too. Several that are called so, or have other parties, only may be meant.
    """
    bases = frozenset(n for n in papers.others if n != doc and papers.is_called(n, title, date))
    of_parties = _with_parties(doc, bases, papers)
    if not bases:
        told = frozenset(o.span.doc_index for o in lines if o.span.doc_index in papers.others and _meets(o, title, date))
        return Meant(frozenset({doc}) & papers.amending, told - {doc})
    firms = papers.firms(doc)
    sure = len(of_parties) == 1 and len(bases) == 1 and (date is not None or len(firms) >= _PARTIES)
    chain = frozenset(n for n in papers.amending if n == doc or _speaks_of(n, bases, papers))
    return Meant(bases | chain) if sure else Meant(chain, of_parties or bases)


def _speaks_of(doc: int, bases: frozenset[int], papers: Papers) -> bool:
    """Whether the beginning of an amending paper names one of these papers."""
    names = (name for line in papers.frame_of(doc) for name in _every_name(line.text, begins=True))
    return any(papers.is_called(base, *name) for name in names for base in bases)


def _with_parties(doc: int, among: frozenset[int], papers: Papers) -> frozenset[int]:
    """Those papers that name every firm which another one names."""
    firms = papers.firms(doc)
    return frozenset(n for n in among if papers.has_firms(n, firms))


def _is_before(other: Line, line: Line) -> bool:
    return other.order < line.order or other.span.doc_index != line.span.doc_index


def _named(text: str) -> _Name | None:
    """The words of a contract's title that tell it from others, and its date; None where a sentence names none."""
    return next(_every_name(text), None)


def _every_name(text: str, *, begins: bool = False) -> Iterator[_Name]:
    """Every contract that a sentence names; `begins`: as a heading may, "Supply Agreement dated 3 May 2023", too."""
    for ja in _NAMES_JA.finditer(text):
        title = _CONCLUDED.sub("", ja["title"] or ja["title2"] or "")
        dates = [v for v in extract_values(ja["date"] or "") if v.kind == "date"]
        known: tuple[str, ...] = () if _GENERIC_JA.match(title) else (title,)
        if known or dates:
            yield known, dates[0] if dates else None
    first = _BEGINS_EN.match(text) if begins else None
    for match in (*((first,) if first else ()), *_NAMES_EN.finditer(text)):
        words = tuple(w for w in match["title"].lower().split() if w not in _GENERIC)
        dated = _DATED_EN.search(match["rest"])
        dates = [v for v in extract_values(match["rest"][dated.end() : dated.end() + 40]) if v.kind == "date"] if dated else []
        if words or dates:
            yield words, dates[0] if dates else None


def _meets(line: Line, title: Sequence[str], date: Value | None) -> bool:
    """Whether a sentence has the title and the date; a date alone is enough where one is named."""
    if date is not None:
        return any(v.kind == "date" and same_value(v, date) for v in extract_values(line.text))
    low = line.text.lower()
    return all(word in low for word in title)
