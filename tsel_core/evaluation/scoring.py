"""Score of a reply against the answers of an item, by the item's `match`. All scores are in 0..1."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from tsel_core.prompts.tasks import NOT_FOUND
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.tokens import states, tokens, words

Match = Literal["any", "all", "yesno", "choice", "abstain", "keypoints", "judge"]
MATCHES: tuple[str, ...] = ("any", "all", "yesno", "choice", "abstain", "keypoints", "judge")
GRADED = frozenset({"keypoints", "judge"})
"""Matches whose score is a share; the others are 0 or 1."""

_POINT_FOUND = 0.6  # share of a key point's words that must stand in the summary
_OPTIONS = re.compile(
    r"not mentioned|not stated|記載なし|記載がありません|はい|いいえ|正しい|誤り|\b(?:true|false|yes|no|[a-e])\b",
    re.IGNORECASE,
)
_SAME = {"はい": "yes", "いいえ": "no", "正しい": "true", "誤り": "false"}
_SAME |= dict.fromkeys(("not stated", "記載なし"), "not mentioned")
_ABSTAINING = (
    *NOT_FOUND.values(),
    "not found in the document",
    "not mentioned",
    "not stated",
    "does not say",
    "does not mention",
    "no information",
    "記載がありません",
    "記載はありません",
    "記載されていません",
    "言及されていません",
)


def score(match: str, answers: Sequence[str], reply: str) -> float:
    """Score of `reply`. An item without answers scores 0; an unknown `match` raises ValueError."""
    if match not in MATCHES:
        raise ValueError(f"match must be one of {', '.join(MATCHES)}, got {match!r}")
    text = normalise(reply)
    if not text or not answers:
        return 0.0
    there = tokens(reply)
    if match == "any":
        return float(any(states(there, a) for a in answers))
    if match == "all":
        return float(all(states(there, a) for a in answers))
    if match in ("yesno", "choice"):
        return _choice(answers, reply)
    if match == "abstain":
        return float(any(normalise(a) in text for a in (*answers, *_ABSTAINING)))
    if match == "keypoints":
        return sum(_point_found(a, reply) for a in answers) / len(answers)
    return max(max(rouge_l(a, reply), f1(a, reply), float(states(there, a))) for a in answers)


def _choice(answers: Sequence[str], reply: str) -> float:
    """The first option that the reply names must be one of the answers."""
    found = _OPTIONS.search(unicodedata.normalize("NFKC", reply))
    if found is None:
        return 0.0
    named = found.group().casefold()
    wanted = {a.strip().casefold() for a in answers}
    return float(_SAME.get(named, named) in {_SAME.get(w, w) for w in wanted})


def _point_found(point: str, reply: str) -> bool:
    """Whether a summary holds a key point: its numbers, and most of its words."""
    wanted, there = Counter(words(point)), Counter(words(reply))
    if not wanted:
        return False
    shared = sum((wanted & there).values())
    if shared / sum(wanted.values()) < _POINT_FOUND:
        return False
    stated = [t.value for t in tokens(reply) if t.value]
    return all(any(same_value(t.value, v) for v in stated) for t in tokens(point) if t.value)


def f1(answer: str, reply: str) -> float:
    """Harmonic mean of precision and recall over words (characters in Japanese)."""
    wanted, there = Counter(words(answer)), Counter(words(reply))
    shared = sum((wanted & there).values())
    if not shared:
        return 0.0
    precision, recall = shared / sum(there.values()), shared / sum(wanted.values())
    return 2 * precision * recall / (precision + recall)


def rouge_l(answer: str, reply: str) -> float:
    """ROUGE-L: F-measure of the longest common subsequence of words (Lin, 2004)."""
    wanted, there = words(answer), words(reply)
    if not wanted or not there:
        return 0.0
    longest = [0] * (len(there) + 1)
    for w in wanted:
        diagonal = 0
        for j, t in enumerate(there, 1):
            above = longest[j]
            longest[j] = diagonal + 1 if w == t else max(longest[j], longest[j - 1])
            diagonal = above
    shared = longest[-1]
    return 2 * shared / (len(wanted) + len(there))
