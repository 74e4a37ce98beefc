# ruff: noqa: E501 (patterns)
"""When a contract was signed, where no opening sentence dates it: dates in the blocks of its signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.contract_facts import DATE_LINE_JA
from tsel_core.text.facts import extract_facts

_SIGNED = lazy_pattern(
    r"/s/|\b(?:By|Name|Title|Its|Signature|Signed)\s*:|\baccepted and agreed\b|\bin witness whereof\b"
    r"|^\W*(?:signed|executed)\b.{0,60}\b(?:by|on|as|for)\b|\bfor (?:and on behalf of )?the \w+\s*:|記名押印|署名|捺印|代表(?:取締役|社員|理事|者)|取締役社長",
    re.I,
)
_DATED = lazy_pattern(r"(?<!payment )(?<!start )(?<!starting )(?<!due )(?<!end )(?<!expiry )(?<!review )(?<!break )(?<!delivery )(?<!renewal )(?<!completion )(?<!birth )(?<!inspection )(?<!invoice )\bdated?\b(?:\s+of)?\s*[:_]|\b(?:signed|executed|accepted)\b.{0,60}\b(?:on|this)\b|日付\s*[:：]|締結日|" + DATE_LINE_JA, re.I)
_LABEL = lazy_pattern(r"(?i)\bdated?\s*[:：_]?\s*$|(?:日付|締結日)\s*[:：]?\s*$")  # on the line before
_REACH = 4  # lines around one of a block of signatures
_MOST, _LONGEST = 2, 240  # dates of a contract; characters of a line with one


def signed_items(sentences: Sequence[Sentence]) -> list[Item]:
    """The dates beside signatures, the first blocks only; a clause that names a date is none."""
    near = {n for s in sentences if _SIGNED.search(s.text) for n in range(s.index - _REACH, s.index + _REACH + 1)}
    found: list[Item] = []
    for sentence in sentences:
        text = " ".join(sentence.text.split())
        if sentence.index not in near or len(text) > _LONGEST or len(found) == _MOST:
            continue
        before = sentences[sentence.index - 1].text if sentence.index else ""
        if (_DATED.search(text) or _LABEL.search(before)) and any(f.kind == "date" for f in extract_facts(text)):
            found.append(Item("fact", text, (sentence.span,), section="", name="date", score=0.8, verdict="supported"))
    return found
