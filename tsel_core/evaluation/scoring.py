"""Score of a reply against the answers of an item, by the item's `match`. All scores are in 0..1."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal, get_args

from tsel_core.evaluation.overlap import edit_similarity, f1, rouge_l
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.tasks import NOT_FOUND
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.tokens import states, tokens, words

Match = Literal[
    "any",
    "all",
    "yesno",
    "choice",
    "abstain",
    "keypoints",
    "judge",
    "share",
    "f1",
    "rouge",
    "f1_line",
    "rouge_line",
    "edit",
    "classes",
    "number",
]
MATCHES: tuple[str, ...] = get_args(Match)
GRADED = frozenset({"keypoints", "judge", "f1", "rouge", "f1_line", "rouge_line", "edit"})
"""Matches whose score says how much; of the others 1 is right."""

_POINT_FOUND = 0.6  # share of a key point's words that must stand in the summary
_OPTIONS = lazy_pattern(
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
    if match in _OF_BENCHMARKS:
        return _OF_BENCHMARKS[match](answers, reply)
    return max(max(rouge_l(a, reply), f1(a, reply), float(states(there, a))) for a in answers)


def _share(answers: Sequence[str], reply: str) -> float:
    """RULER: the share of the answers that stand in the reply, letter by letter."""
    text = normalise(reply)
    return sum(normalise(a) in text for a in answers) / len(answers)


def _classes(answers: Sequence[str], reply: str) -> float:
    """LongBench: the first answer must be named; every other class that is named, too, divides the point."""
    right, text = answers[0], _line(reply)
    named = [a for a in answers if a in text and (a == right or a not in right)]
    return 1 / len(named) if right in named else 0.0


def _line(reply: str) -> str:
    """The first line: what LongBench counts where a prompt of examples goes on and on."""
    return reply.lstrip("\n").split("\n")[0]


def _number(answers: Sequence[str], reply: str) -> float:
    """LongBench: the share of the numbers in the reply that are the answer's."""
    wanted, found = re.findall(r"\d+", answers[0]), re.findall(r"\d+", unicodedata.normalize("NFKC", reply))
    return sum(n in wanted for n in found) / len(found) if found else 0.0


_OF_BENCHMARKS: dict[str, Callable[[Sequence[str], str], float]] = {
    "share": _share,
    "classes": _classes,
    "number": _number,
    "f1": lambda answers, reply: max(f1(a, reply) for a in answers),
    "rouge": lambda answers, reply: max(rouge_l(a, reply) for a in answers),
    "f1_line": lambda answers, reply: max(f1(a, _line(reply)) for a in answers),
    "rouge_line": lambda answers, reply: max(rouge_l(a, _line(reply)) for a in answers),
    "edit": lambda answers, reply: max(edit_similarity(a, reply) for a in answers),
}


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
