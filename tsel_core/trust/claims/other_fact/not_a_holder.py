# ruff: noqa: E501 (patterns)
"""Values that a sentence gives to several by name: who is asked for, and is not among them, gets none.

工場長には月40,000円、班長には月12,000円 says nothing of 主任の手当.
"""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.other_fact.asked_doer import ANYBODY
from tsel_core.trust.claims.parts.words import is_japanese

_PART_JA = lazy_pattern(r"(?:^|[、，。・：:\s)）]|は、?)([\u3400-\u9fff々\u30a1-\u30faーA-ZＡ-Ｚ]{2,10})(?:に(?:は|対し)?|は|が|で)(?:月額?|年額?|日額?|1[回日人名]|一律)?[、]?(?=[0-9０-９〇一二三四五六七八九十])")
_ASKED_JA = lazy_pattern(r"^([\u3400-\u9fff々\u30a1-\u30faーA-ZＡ-Ｚ]{2,10})(?:の|には|に|が|は)")
_ASKED = lazy_pattern(r"\b(?:is|are|was|were|do|does|did) (?:(?:the|our|their|a|an|each) )?(?:[\w-]+ ){0,2}?([\w-]+) (guaranteed|covered|paid|charged|given|allowed|insured|get|receive|earn|have|cost|last|take)\b", re.I)
_HOLDER = lazy_pattern(r"^\W*(?:[\d.]+\s+)?(?:the |our |each )?(?:[\w-]+ ){0,2}?([\w-]+) (?:is|are|was|were|gets?|has|have|receives?|earns?|costs?|lasts?|takes?)\b", re.I)
_STEM = 5  # letters by which a word is looked for
_SEVERAL = 2


def not_a_holder(stated: str, question: str, sentence: str, document: str) -> str:
    """ "主任 / 工場長": who is asked for, and who has the value; "" where the sentence does not tell it of several others."""
    if not is_japanese(question):
        return _english(stated, question, sentence, document)
    asked = _ASKED_JA.match(question.strip())
    if asked is None or asked[1] in document or asked[1].lower() in document:
        return ""  # the paper knows it: see contrast.py, in_a_row.py
    labels = [(m[1], sentence[m.end() :]) for m in _PART_JA.finditer(sentence)]
    if len(labels) < _SEVERAL or any(_alike(label, asked[1]) for label, _ in labels):
        return ""
    for label, behind in labels:
        first = next((v for v in extract_values(behind) if v.kind != "name"), None)
        if first is not None and any(same_value(first, v) for v in own_values(stated, question)):
            return f"{asked[1]} / {label}"
    return ""


def _english(stated: str, question: str, sentence: str, document: str) -> str:
    """The same of "New ropes are guaranteed for five years, door motors for two years": no word of control panels."""
    asked = _ASKED.search(question)
    if asked is None or asked[1][:_STEM].lower() in document or asked[1].lower() in ANYBODY:
        return ""
    ours = own_values(stated, question)
    theirs = [v for v in extract_values(sentence) if v.kind != "name"]
    mine = next((v for v in theirs if any(same_value(v, o) for o in ours)), None)
    others = [v for v in theirs if mine is not None and v.kind == mine.kind and not same_value(v, mine)]
    holder = _HOLDER.match(sentence)
    if mine is None or not others or holder is None or holder[1].lower() in ANYBODY or not re.search(rf"\b{re.escape(asked[2][:_STEM])}", sentence, re.I):
        return ""
    return f"{asked[1]} / {holder[1]}".lower()


def _alike(one: str, two: str) -> bool:
    return one in two or two in one or (not set(one).isdisjoint(two) and re.search(r"[長員者料費]$", one) is None)
