# ruff: noqa: E501 (patterns)
"""Who signed a paper: the lines at its end with the names, of the amendment or of the paper before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.bare import without_blanks
from tsel_core.text.party_blocks import FIRM_EN, LABELS_EN, LABELS_JA, Line, lines_of
from tsel_core.trust.amendments.headings import begins_amendment
from tsel_core.trust.passages import PassageIndex

_ASKS = lazy_pattern(
    r"\bwho\b[^?]{0,40}?\b(?:sign(?:s|ed)?|signator(?:y|ies)|signers?)\b|\b(?:signed by whom|whose signature)\b"
    r"|(?:署名|記名|押印|調印|捺印|サイン)[^、。]{0,16}(?:誰|だれ|どなた)|(?:誰|だれ|どなた)が?[^、。]{0,16}(?:署名|記名|押印|調印|捺印|サイン)",
    re.I,
)
_NOT_SO = lazy_pattern(r"\b(?:must|should|shall|may|can|has to|have to|needs? to|will|would)\b|べき|必要|できる|しなければ|場合", re.I)
_OF_CHANGE = lazy_pattern(r"\b(?:amend\w*|addendum|variation|side[ -]?letter|supplement\w*)\b|覚書|変更(?:契約|合意)|合意書|追記|特約", re.I)
_OF_BASE = lazy_pattern(r"\b(?:lease|agreement|contract|deed)\b|契約書|本契約|原契約", re.I)
_NAME_EN = r"[A-Z][\w'’.-]*(?: (?:[A-Z][\w'’.-]*|de|van|von|der|la)){1,4}"
_LINE_EN = lazy_pattern(
    rf"^\s*(?:(?:for (?:and on behalf of )?(?:the )?[^:]{{2,50}}|signed(?: (?:by|for|on behalf of)[^:]{{0,50}})?|by|name|signature|/s/|(?:the )?{LABELS_EN})\s*:|/s/)\s*(?:/s/\s*)?(?P<person>(?-i:{_NAME_EN}))(?:,\s*[^,.;]{{2,40}}){{0,2}}\s*$", re.I
)
_LABELLED = lazy_pattern(rf"^\s*(?:the )?{LABELS_EN}\s*:", re.I)
_SIGNING = lazy_pattern(r"\b(?:signed|executed|witness\w*|signatures?|signatories)\b", re.I)
_TITLE_JA = r"(?:代表取締役(?:社長|会長)?|代表社員|代表理事|代表者|代表|理事長|取締役社長|取締役|組合長|会長|社長|院長|園長|学長|校長|所長|支店長|部長|店長|代理人|氏名)"
_LINE_JA = lazy_pattern(rf"^[\s\u3000]*(?:{LABELS_JA}[（(）)甲乙丙]{{0,3}}[\s\u3000:：]*)?(?:[^\s\u3000、。]{{2,30}}[\s\u3000]+)?{_TITLE_JA}[\s\u3000:：]+(?P<person>[^\s\u3000、。:：はがをに]{{1,6}}(?:[\s\u3000][^\s\u3000、。:：㊞印]{{1,6}})?)[\s\u3000]*(?:㊞|印|[（(]印[)）])?\s*$")
_SIDE_JA = lazy_pattern(rf"^[\s\u3000]*{LABELS_JA}[\s\u3000（(:：]")
_NEAR, _GAP = 3, 6  # lines between a party's label and who signs for it; between two that sign one paper
_FIRM = 3  # characters of a firm's name by which a question names a side
_SIDE_EN = lazy_pattern(rf"\b{LABELS_EN}\b", re.I)


_OF_SIDE = lazy_pattern(rf"\b(?:for|on behalf of) (?:the )?{LABELS_EN}\b|[甲乙丙](?:側|方)?[のはが]|(?:{LABELS_JA})(?:側|方)?の", re.I)
_BARE = lazy_pattern(r"^\s*(?:by|name)\s*:(?!\s*/s/)", re.I)  # which a list of people has too
_HEAD = 12  # lines before such a line in which it is said that a paper is signed


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signs for one side: the lines with its label, and the name."""

    doc: int
    lines: tuple[Line, ...]
    person: str

    @property
    def spans(self) -> tuple[SourceSpan, ...]:
        """The places of its lines."""
        return tuple(SourceSpan(self.doc, line.unit, line.start, line.end) for line in self.lines)

    @property
    def words(self) -> str:
        """Its lines as they stand there, without indents."""
        return "\n".join(" ".join(line.text.split()) for line in self.lines)

    def is_asked(self, question: str) -> bool:
        """Whether a question names the side: "for the Landlord", 甲の, or a word of its firm."""
        plain, label = question.casefold(), self.lines[0].text
        called = [m.group().casefold() for m in _SIDE_EN.finditer(label)] + re.findall(r"^[\s\u3000]*([甲乙丙])(?=[\s\u3000:：（(])", label)
        firms = [w for line in self.lines for w in line.text.replace(self.person, " ").split() if len(w) > _FIRM and not w.isascii()]
        return any(c in plain for c in called) or any(f in question for f in firms)


def asks_signer(question: str) -> bool:
    """Whether a question asks who signed a paper, not who is to."""
    return _ASKS.search(question) is not None and _NOT_SO.search(question) is None


def names_all(answer: str, signed: Sequence[Signed]) -> bool:
    """Whether an answer names each of those who signed."""
    said = without_blanks(answer)
    return all(without_blanks(one.person) in said for one in signed)


def signed_by(question: str, index: PassageIndex) -> tuple[Signed, ...]:
    """Who signed the paper that a question asks about, for the side that it names or for all; () where that is not plain.

    Of a file that holds a paper and its amendment those of the one that is asked for.
    """
    if not asks_signer(question):
        return ()
    papers = list(_papers(index))
    changed = _OF_CHANGE.search(question)
    if changed or _OF_BASE.search(question):
        told = [paper for paper in papers if paper[0] == bool(changed)]
        papers = told if told or changed else papers
    if len(papers) != 1:
        return ()
    signed = tuple(papers[0][1])
    asked = tuple(one for one in signed if one.is_asked(question))
    return asked if asked or _OF_SIDE.search(question) else signed


def _papers(index: PassageIndex) -> Iterator[tuple[bool, list[Signed]]]:
    """Whether it is an amendment, and who signed it, of each paper that ends in lines with names."""
    for doc, document in enumerate(index.documents):
        lines = lines_of((u.index, u.text) for u in document.units if u.in_flow)
        changes, last = False, -1
        found: list[Signed] = []
        for at, line in enumerate(lines):
            if begins_amendment(line.text):
                if found:
                    yield changes, found
                changes, found = True, []
                continue
            match = _LINE_EN.match(line.text) or _LINE_JA.match(line.text)
            if match is None or FIRM_EN.search(match["person"]):
                continue
            labelled = _LABELLED.match(line.text) is not None
            bare = _BARE.match(line.text) is not None and not (found and at - last <= _GAP)
            if (labelled or bare) and not any(_SIGNING.search(near.text) for near in lines[max(0, at - (_HEAD if bare else _GAP)) : at]):
                continue  # "Tenant: Ann Oak" at the head of a paper, "Name: Ann Oak" of a list
            if found and at - last > _GAP:
                found = []  # names in the text are none that sign at its end
            found.append(Signed(doc, (*_label(lines, at), line), match["person"].strip()))
            last = at
        if found:
            yield changes, found


def _label(lines: Sequence[Line], at: int) -> tuple[Line, ...]:
    """The lines from the party's label to who signs for it, if they stand before it."""
    if _SIDE_JA.match(lines[at].text):
        return ()
    for back in range(at - 1, max(-1, at - 1 - _NEAR), -1):
        if _SIDE_JA.match(lines[back].text) and not lines[back].text.rstrip().endswith("。"):
            return tuple(lines[back:at])
        if _LINE_JA.match(lines[back].text):
            break
    return ()
