"""Overlap of a reply with an answer: F1 and ROUGE-L over words, edit similarity of a line of code."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher

from tsel_core.text.tokens import words


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


def edit_similarity(answer: str, reply: str) -> float:
    """Likeness of the reply's first line of code to the answer (LongBench: no comment, no fence)."""
    lines = (line for line in reply.lstrip("\n").split("\n") if not any(c in line for c in ("`", "#", "//")))
    return SequenceMatcher(None, next(lines, ""), answer, autojunk=False).ratio()
