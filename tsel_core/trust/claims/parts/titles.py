"""A claim about what a document is called: the line at its beginning that is this title states it."""

from __future__ import annotations

import re

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.trust.passages import PassageIndex

_PAPER = r"(?:contract|agreement|document|report|lease|policy|paper|memorandum)"
_CALLED = lazy_pattern(
    rf"^(?:the )?(?:name|title) of (?:this|the) {_PAPER} is (?:the |called |titled )?(?P<one>.+)$"
    rf"|^(?:this|the) {_PAPER} is (?:called|titled|named|entitled) (?:the )?(?P<two>.+)$"
    r"|^(?:この)?(?:契約|文書|資料|覚書|報告書)書?の(?:名称|表題|題名|タイトル|名前)は(?P<three>.+?)(?:です|である|となっています)?$",
    re.I,
)
_THIS_PAPER = lazy_pattern(
    r"(?:agreement|contract|lease|deed|memorandum|policy|terms|licence|license|契約書?|覚書|規程|規約|約款)$", re.I
)
# a paper by its own name
_OTHER_PAPER = lazy_pattern(
    r"\b(?!(?:This|The|An?|Said|Such|Any|Each|Every) )(?:[A-Z][\w'’-]+) (?:and )?"
    r"(?:Agreement|Contract|Lease|Deed|Memorandum|Policy|Terms|Licen[cs]e)\b"
    r"|(?!本)[\u3400-\u9fff々\u30a1-\u30faー](?:契約書|覚書|規程|規約|約款|基本契約|個別契約)"
)
_LONGEST = 120  # characters of a line that may be a title
_FIRST = 12  # passages of a document among which its title stands
_MARKS = " \"'“”‘’「」『』.。"


def title_stated(claim: str, index: PassageIndex) -> SourceSpan | None:
    """The title line that a claim "the name of this contract is ..." gives; None for other claims and other names."""
    found = _CALLED.match(claim.strip(_MARKS))
    if found is None:
        return None
    name = normalise(next(g for g in found.groups() if g).strip(_MARKS)).casefold()
    for span in index.spans[:_FIRST]:
        if normalise(index.text(span).strip(_MARKS)).casefold() == name:
            return span
    return None


def is_title_of(name: str, claim: str, index: PassageIndex, place: SourceSpan) -> bool:
    """Whether a name is what the paper of a place calls itself in its first lines: "this Supply Agreement"."""
    if _THIS_PAPER.search(name) is None or re.search(rf"(?:\b(?:this|the)\s|本){re.escape(name)}", claim, re.I) is None:
        return False
    if _OTHER_PAPER.search(index.text(place)):
        return False  # what is said of the Master Services Agreement is not said of this one
    wanted = normalise(name).casefold()
    first = [span for span in index.spans if span.doc_index == place.doc_index][:_FIRST]
    lines = (index.text(span) for span in first)
    return any(normalise(line).casefold().startswith(wanted) for line in lines if len(line) <= _LONGEST)
