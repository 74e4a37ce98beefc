# ruff: noqa: E501 (patterns)
"""A value that the papers state twice, in the same words and not the same: of two schedules, two leases, two products.

"Price: EUR 590 per tonne" of schedule 2 is no answer about the goods of schedule 1. What is said must have a word of the
one place that the other has not.
"""

from __future__ import annotations

from tsel_core.document import SourceSpan, file_name
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.other_fact.paired import are_alike
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences, key_of
from tsel_core.trust.claims.parts.held import without
from tsel_core.trust.claims.terms.rows import EVERYWHERE
from tsel_core.trust.grids import grid_at
from tsel_core.trust.passages import PassageIndex, features

_LABEL = lazy_pattern(r"^\s*([^\t|:：\n]{2,40}?)\s*(?:\t|\||[:：])")
_MOST = 400  # characters of a sentence that is compared
_MANY = 24  # passages looked at
_ROWS, _LINE = 40, 120  # of a table, and characters of a line, that are looked at
_TITLE = 3  # units at the beginning of a paper that may be its title


def told_elsewhere(claim: str, question: str, sentence: Sentence, sentences: Sentences) -> str:
    """ "EUR 590 / EUR 640": a value of a claim that the same words state otherwise in another place, where neither is named; ""."""
    values = [v for v in own_values(claim, question) if v.kind != "name"]
    if not values or len(sentence.text) > _MOST:
        return ""
    index = sentences.index
    shape = _shape(sentence.text)
    said = _keys(f"{without(claim, values)} {question}")
    for span in _alike(sentence, index):
        other = next(iter(sentences.at(span)), None)
        if other is None or other.span == sentence.span or _shape(other.text) != shape or not _apart(sentence, other, index):
            continue
        theirs = extract_values(other.text)
        for value in values:
            instead = [v for v in theirs if are_alike(v, value)]
            if not instead or any(same_value(v, value) for v in instead) or any(same_value(v, i) for v in extract_values(claim) for i in instead):
                continue
            papers = sentence.span.doc_index != other.span.doc_index
            here, there = (_around(s, index, of_paper=papers) for s in (sentence, other))
            mine, rival = said & (here - there), said & (there - here)
            if not mine or (rival and EVERYWHERE.search(claim)):
                return f"{value.text} / {instead[0].text}"
    return ""


def told_of_both(claim: str, sentence: Sentence, sentences: Sentences) -> str:
    """The word by which a claim tells of several papers what one of them alone says; ""."""
    papers = {unit[0] for unit in sentences.index.by_unit}
    found = EVERYWHERE.search(claim)
    if len(papers) < 2 or found is None or EVERYWHERE.search(sentence.text):
        return ""
    values, words = extract_values(claim), _keys(sentence.text)
    for paper in papers - {sentence.span.doc_index}:
        units = (sentences.index.unit_text(*key) for key in sentences.index.by_unit if key[0] == paper)
        if not any(all(any(same_value(v, o) for o in extract_values(text)) for v in values) and len(words & _keys(text)) >= 0.5 * len(words) for text in units):
            return found.group()
    return ""


def _shape(text: str) -> str:
    """What a sentence says without its values: a row by its label."""
    label = _LABEL.match(text)
    if label is not None:
        return normalise(label[1])
    for value in sorted((v for v in extract_values(text) if v.kind != "name"), key=lambda v: -v.start):
        text = f"{text[: value.start]} # {text[value.end :]}"
    return normalise(text)


def _alike(sentence: Sentence, index: PassageIndex) -> list[SourceSpan]:
    return [hit.span for hit in index.search(sentence.text, _MANY)]


def _apart(one: Sentence, two: Sentence, index: PassageIndex) -> bool:
    """Whether two sentences stand in two papers, under two headings or in two tables."""
    if one.span.doc_index != two.span.doc_index:
        return True
    grids = [grid_at(index.documents, s.span) for s in (one, two)]
    tables = [g.rows[0][0].span if g is not None else None for g in grids]
    return tables[0] != tables[1] if any(tables) else one.headings != two.headings and bool(one.headings and two.headings)


def _around(sentence: Sentence, index: PassageIndex, *, of_paper: bool) -> set[str]:
    """What tells where a sentence stands: its headings, its table, and the title of its paper beside another paper."""
    grid = grid_at(index.documents, sentence.span)
    cells = " ".join(cell.text for row in grid.rows[:_ROWS] for cell in row) if grid is not None else ""
    document = index.documents[sentence.span.doc_index]
    title = [file_name(document), *(u.text[:_LINE] for u in document.units[:_TITLE])] if of_paper else []
    return _keys(" ".join([sentence.headings, cells, *title]))


def _keys(text: str) -> set[str]:
    return {key_of(f) for f in features(text) if "|" not in f}
