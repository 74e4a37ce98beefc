# ruff: noqa: E501 (patterns)
"""Sentences that say something of a clause of the papers, or of its subject, which code cannot put in its place.

"Clause 2.2 is amended so that fuel is paid by the Owner", 第4条は適用しない。, and below the heading AMENDMENT: "From July the
monthly charge is GBP 1,350". What they touch is not what stands in its own place alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.may import MAY
from tsel_core.text.normalize import NUMERAL_JA, number_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.clauses import Line
from tsel_core.trust.amendments.contracts import contract_documents
from tsel_core.trust.amendments.find import subject_of
from tsel_core.trust.amendments.headings import begins_amendment
from tsel_core.trust.amendments.papers import Papers
from tsel_core.trust.amendments.words import plain_number, without_own_number, without_target

_I = re.I
_CLAUSES = lazy_pattern(r"\b(?:sub-?)?(?:sections?|clauses?|articles?|paragraphs?)\s+((?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}\b)(?:(?:\s*,\s*|\s+and\s+|\s*,?\s+(?:and|or|to)\s+)(?:clauses?\s+|sections?\s+)?\d{1,2}(?:\.\d{1,2})*)*)", _I)
_CLAUSES_JA = lazy_pattern(rf"第({NUMERAL_JA})条(?:第({NUMERAL_JA})項)?")
# in the words of one who changes a paper
_CHANGES = lazy_pattern(
    r"\b(?:amended|replaced|substituted|(?<=is )deleted|(?<=are )deleted|deleted in (?:its|their) entirety|hereby deleted|struck out|superseded|varied|modified|disapplied|revoked|suspended|repealed|restated|is changed|are changed"
    r"|(?:shall|will|does|do) (?:no longer apply|not apply any (?:more|longer)|cease to (?:apply|have effect|be in force))|no longer appl(?:y|ies)|ceases? to (?:apply|have effect)"
    r"|extended|shortened|increased|reduced|raised|lowered)\b|\b(?:shall|should|is to|are to|must) (?:now )?read\b|\bfor [\"“'‘][^\"”]{1,80}[\"”'’] (?:read|substitute)\b|\bshall be (?:a )?references? to\b|\bdelete\b|\breplace\b"
    r"|改め|改定|変更(?:する|し(?!ない|ません)|した|され(?!ない|ません)|となり)|(?<=条を)削除|(?<=項を)削除|(?<=号を)削除|削る|適用しない|適用されない|適用を(?:停止|除外)|延長(?:する|し(?!ない)|した)|短縮(?:する|し|され)|読み?替え|置き?換え|廃止(?:する|し)|失効",
    _I,
)
_DESPITE = lazy_pattern(r"\b(?:notwithstanding|despite|in place of|instead of|contrary to|in deviation from|by way of derogation from)\b|にかかわらず|に代えて|の規定によらず", _I)
_FRAME = lazy_pattern(r"\bno longer\b|\bnot apply\b|\bnotwithstanding\b|\bonly\b(?= the)|適用し?ない|適用されない", _I)
_NOT_DONE = lazy_pattern(
    rf"{MAY}|\b(?:might|can|could|would|propos\w*|suggest\w*|unless|only|if|whether|option|request\w*|not|never|cannot|should (?!read)|perhaps|except (?:by|in|with)|in writing|for any|be amended by)\b|\?\s*$"
    r"|できる|できます|場合|ときは|とき、|協議|準用|提案|検討|予定|でしょうか|しなければ|書面に(?:より|よる)|ものではない|ことはない",
    _I,
)
_QUOTED = lazy_pattern(r"[\"“「『][^\"”」』]*[\"”」』]")
_NAMED_FIRST = lazy_pattern(rf"^\W*(?:第{NUMERAL_JA}条(?:第{NUMERAL_JA}項)?(?:[をはのに中])|(?:clauses?|sections?|articles?)\s+[\d.IVX]+\b(?:\s*:)?\s+(?-i:[a-z]))", _I)
_DATED = lazy_pattern(r"\bdated (?:as of |the )?$", _I)
_SINCE = lazy_pattern(r"^(?:with effect )?(?:as )?(?:from|of|on)\b[^,]{1,40}?\d{4},?|^[^、。]{0,24}(?:から|より|以降|分から)、", _I)


@dataclass(frozen=True, slots=True)
class Pointer:
    """A sentence that touches the clauses of `targets` ("4.1", "第4条"), or by its `subject` a value of the kind of its own."""

    line: Line
    targets: frozenset[tuple[str, str]]
    values: tuple[Value, ...]
    subject: frozenset[str]
    documents: frozenset[int]
    inside: bool  # below the heading of an amendment


def begins_with_clause(text: str) -> bool:
    """Whether a sentence begins with the name of a clause that it speaks of: "Clause 3.1 no longer applies"."""
    return _NAMED_FIRST.match(" ".join(text.split())) is not None


def may_point(text: str) -> bool:
    """Whether a unit has words with which a sentence touches what stands elsewhere."""
    named = _CLAUSES.search(text) or _CLAUSES_JA.search(text)
    return (named is not None and (_CHANGES.search(text) or _DESPITE.search(text)) is not None) or begins_amendment(text)


def find_pointers(lines: Sequence[Line]) -> Iterator[Pointer]:
    """The sentences that touch something, in the order of the documents."""
    papers = Papers(lines)
    part = -1  # the document of a part that changes the paper
    numbered = False  # a clause stood before it
    for at, line in enumerate(lines):
        if line.span.doc_index != part:
            part = line.span.doc_index if line.span.doc_index in papers.amending else -1
        numbered = bool(line.number) or (numbered and at > 0 and lines[at - 1].span.doc_index == line.span.doc_index)
        if numbered and begins_amendment(line.text):
            part = line.span.doc_index
            continue
        inside = part >= 0
        text = " ".join(line.text.split())
        text = text if _NAMED_FIRST.match(text) else without_own_number(text)
        targets = frozenset(_targets(text))
        plain = _FRAME.sub(" ", _QUOTED.sub(" ", text))
        if _NOT_DONE.search(plain) or not any(c.isalpha() for c in plain):
            continue
        since = _SINCE.match(text)
        told = text[since.end() :] if since else text
        values = tuple(_values(without_target(told)))
        if targets and (_CHANGES.search(text) or (inside and (any(v.kind != "number" for v in values) or _DESPITE.search(text)))):
            yield Pointer(line, targets, (), frozenset(), _documents(at, lines, papers), inside)
        elif inside and not targets and values:
            yield Pointer(line, targets, values, subject_of(told, told), _documents(at, lines, papers), inside)


def _documents(at: int, lines: Sequence[Line], papers: Papers) -> frozenset[int]:
    """Whose clauses a sentence touches, or may touch."""
    meant = contract_documents(at, lines, papers)
    return meant.sure | meant.maybe


def _values(text: str) -> Iterator[Value]:
    """The values of a sentence; the date by which it names a paper ("dated 9 June 2025", 2025年6月9日付け) is none."""
    for value in extract_values(text):
        names = value.kind == "date" and (_DATED.search(text[: value.start]) or text.startswith("付", value.end))
        if value.kind not in ("name", "ordinal") and not names:
            yield value


def _targets(text: str) -> Iterator[tuple[str, str]]:
    """Every clause that a sentence names, with its paragraph or ""."""
    for match in _CLAUSES_JA.finditer(text):
        yield f"第{number_value(match[1])}条", number_value(match[2]) if match[2] else ""
    for match in _CLAUSES.finditer(text):
        for number in re.findall(r"\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}\b", match[1]):
            yield plain_number(number), ""
