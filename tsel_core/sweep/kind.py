# ruff: noqa: E501 (one pattern a line)
"""What a document is: a meeting, a contract, or something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.contracts.nda_words import is_nda, kinds_of
from tsel_core.sweep.contracts.party_lines import laid_out, party_sentences
from tsel_core.sweep.meetings.written.signs import is_written_minutes
from tsel_core.sweep.sentences import Sentence

DocumentKind = Literal["meeting", "contract", "story", "other"]

_MEETING = lazy_pattern(
    r"(?i)\bminutes of\b|\bmeeting minutes\b|\b(?:committee|board) meeting\b|\bmeeting notes\b|\bnotes (?:of|from) (?:the |our )?(?:\w+ )?meeting\b|議事(?:録|要旨|メモ|概要|抄録)|会議録|(?:会議|会合|打ち?合わ?せ|ミーティング)(?:メモ|記録)|会議名|定例会議|文字起こし"
)
_CONTRACT = lazy_pattern(
    r"(?i)\b(?:agreement|contract|lease|deed|memorandum of understanding)\b|\b(?:undertaking|terms of (?:use|service)|subscription terms|licen[cs]e terms)\b|契約|覚書|取り?決め書|協定書|約款|規約|合意書|誓約書"
)
_CLAUSES = lazy_pattern(
    r"(?i)\bshall\b|\bthe parties\b|\bhereby\b|\bhereinafter\b|^第[0-9０-９一二三四五六七八九十]+条|(?:甲|乙)(?:は|が|及び|又は)"
)
_TITLE = lazy_pattern(
    r"(?i)\b(?:agreement|contract|lease|deed|undertaking|memorandum|terms|licen[cs]e)\b(?: (?:of|no|for|and)\b.{0,80})?\W*$|契約書?$|覚書$|取り?決め書?$|合意書$|誓約書$|協定書$|約款$|規約$|\b(?:agreement|lease)\b.{0,20}\b(?:is|made)\b"
)
# names buyer and seller, and is no contract
_BILL = lazy_pattern(r"(?i)\b(?:invoice|quotation|quote|receipt|delivery note|credit note|purchase order|order confirmation|statement of account)\b|請求書|見積書|注文書|納品書|領収書|発注書|報告書")
_HEAD = 120  # characters in which a paper says what it is
_OFFER = lazy_pattern(r"(?i)\b(?:offer\w* you|offer of) (?:the |a |an )?(?:post|position|job|role|employment)\b|\b(?:terms|conditions) of (?:your )?employment\b")
_SUBJECT = lazy_pattern(r"(?i)(?:subject|re|fwd?|件名)\s*[:：]")
_TITLE_LINES, _TITLE_LENGTH = 5, 90
_BEGINNING = 2500  # characters in which a document says what it is
_SAYS = lazy_pattern(r"[“”「」]|(?:^|\s)\"|\"(?:\s|$)|\b(?:said|cried|asked|replied)\b")
_STORY, _SPOKEN, _FIGURES = 150, 0.08, 0.05  # sentences; share that holds speech; share with figures
_OFFERED = 5  # kinds of facts in a letter that offers a post
_FEW = 4  # the same of one with a title
_MANY = 6  # kinds of facts that a contract states


def kind_of(sentences: Sequence[Sentence]) -> DocumentKind:
    """By speakers, by what the beginning says, by the words of clauses, by who was there and what was decided."""
    if not sentences:
        return "other"
    spoken = sum(1 for s in sentences if s.speaker)
    if spoken > len(sentences) / 2:
        return "meeting"
    beginning = ""
    for sentence in sentences:
        beginning += sentence.text + "\n"
        if len(beginning) > _BEGINNING:
            break
    clauses = sum(1 for s in sentences if _CLAUSES.search(s.text))
    bill = _BILL.search(beginning[:_HEAD]) is not None
    titled, num_facts = _is_titled(beginning) and not bill, _num_facts(sentences, beginning)
    meets = _MEETING.search(beginning) is not None
    if _CONTRACT.search(beginning) and num_facts >= _MANY:
        speaks_as_one = clauses > max(2, len(sentences) / 12)
        if speaks_as_one or (titled and not meets and party_sentences(sentences)):
            return "contract"
    called = titled or (_CONTRACT.search(beginning) is not None and not bill)
    if called and not meets and num_facts >= (_FEW if titled else _MANY):
        forms = laid_out(sentences) or (titled and is_nda(beginning))  # they have no words of the law
        if forms:
            return "contract"
    if not meets and num_facts >= _OFFERED and _OFFER.search(beginning):
        return "contract"  # a letter that an employee signs
    if meets or is_written_minutes(sentences):
        return "meeting"
    return "story" if _is_story(sentences) else "other"


def _is_titled(beginning: str) -> bool:
    """Whether one of the first lines is the title of a contract: most name no clause in words of the law."""
    lines = [line.strip() for line in beginning.splitlines() if line.strip()][:_TITLE_LINES]
    if any(_SUBJECT.match(line) for line in lines):
        return False  # a mail about one
    return any(len(line) <= _TITLE_LENGTH and _TITLE.search(line) for line in lines)


def _is_story(sentences: Sequence[Sentence]) -> bool:
    """Whether a long text tells instead of stating: people speak in it, and it has hardly a heading or a figure."""
    if len(sentences) < _STORY or any(s.cells for s in sentences):
        return False
    spoken = sum(1 for s in sentences if _SAYS.search(s.text)) / len(sentences)
    figures = sum(1 for s in sentences if re.search(r"\d", s.text)) / len(sentences)
    return spoken > _SPOKEN and figures < _FIGURES


def _num_facts(sentences: Sequence[Sentence], beginning: str) -> int:
    """How many kinds of a contract's facts have their words somewhere."""
    return sum(any(kind.words.search(s.text) for s in sentences) for kind in kinds_of(beginning))
