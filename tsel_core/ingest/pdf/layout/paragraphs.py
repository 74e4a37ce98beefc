"""Lines of a page to the text that the model sees: which lines run on, and how divided words are joined."""

from __future__ import annotations

import itertools
import re

from tsel_core.ingest.encoding.clean import is_cjk, join_lines
from tsel_core.ingest.pdf.layout.columns import weight
from tsel_core.ingest.pdf.layout.layout import TextLine

_ITEM = re.compile(
    r"^(?:[•●○■□◆◇▪▶※★・–—*-]\s*|\(?[0-9０-９]{1,3}[.)）．]\s*|[(（][^\s()（）]{1,4}[)）]|[a-zA-Z][.)]\s|[ivxIVX]{1,5}[.)]\s"
    r"|第\s*[0-9０-９一二三四五六七八九十百]+\s*[条章節編項号]|[0-9０-９]{1,2}[\s　]|article\s|section\s|[①-⑳]"
    r"|[一二三四五六七八九十]{1,3}[、．\s　])",
    re.I,
)
_SPEAKER = re.compile(r"^[^\s:：。、,.]{1,16}(?:\s[^\s:：。、,.]{1,16}){0,3}\s?[:：]")
_SENTENCE_END = re.compile(r"[.!?:;。！？：；」』]$")
_HYPHEN = re.compile(r"([^\W\d_]{2,})[-\u00ad\u2010\u0002\ufffe]$")
_HYPHENS = frozenset("-\u00ad\u2010\u0002\ufffe")
_SOFT = re.compile("[\u00ad\u0002\ufffe]")
NUMBER_CHARS = 10  # a tab this near to a line's beginning stands between a clause's number and its words
MIN_STEP = 0.2
MIN_FULL = 3  # lines that end at the right margin
SHORT_LINE = 30  # letters (a kanji counts as 2): a shorter line ends a paragraph where no margin shows
MAX_LEADING = 3.0  # of a line's height: what stands further apart is no paragraph


def write_lines(lines: list[TextLine], words: set[str]) -> str:
    """Text of the lines: a paragraph's lines run on, divided words are joined, other lines keep their line ends.

    `words` are the document's words in lower case.
    """
    if not lines:
        return ""
    rights = _rights(lines)
    steps = _steps(lines)
    out = [lines[0].text]
    for before, line in itertools.pairwise(lines):
        if not _runs_on(before, line, rights, steps):
            out.append("\n" + line.text)
            continue
        match = _HYPHEN.search(before.text) if ends_divided(before.text) else None
        if match and line.text[:1].islower():
            if not _keeps_hyphen(match[1], line.text, words):
                out[-1] = out[-1][:-1]
            out.append(line.text)
        elif _meets_without_space(before.text, line.text):
            out.append(line.text)
        else:
            out.append(join_lines("x", line.text)[1:] if line.text[:1].isspace() else " " + line.text)
    return _SOFT.sub("", "".join(out))


def _meets_without_space(first: str, second: str) -> bool:
    """Two Japanese signs, or a Japanese sign and a digit or letter within Japanese text."""
    ends = is_cjk(first[-1]), is_cjk(second[0])
    if all(ends) or not any(ends):
        return all(ends)
    signs = first[-20:] + second[:20]
    return sum(map(is_cjk, signs)) * 2 > len(signs) and (first[-1].isalnum() or second[0].isalnum())


def _rights(lines: list[TextLine]) -> dict[int, tuple[float, bool]]:
    """(right edge, whether it is a margin) of each block: of ten lines one may stand out.

    It is a margin when three lines end near it; a block of short lines has none.
    """
    ends: dict[int, list[float]] = {}
    for line in lines:
        if "\t" not in line.text[NUMBER_CHARS:]:  # a table may be wider than the text
            ends.setdefault(line.block, []).append(line.x1)
    found = {}
    for block, values in ends.items():
        right = sorted(values, reverse=True)[len(values) // 10]
        found[block] = right, sum(1 for v in values if v >= 0.95 * right) >= MIN_FULL
    return found


def _steps(lines: list[TextLine]) -> dict[int, float]:
    """Usual distance between the tops of neighbouring lines, for each block."""
    found: dict[int, list[float]] = {}
    for a, b in itertools.pairwise(lines):
        if a.block == b.block and b.y1 > a.y1 + MIN_STEP:
            found.setdefault(a.block, []).append(b.y1 - a.y1)
    return {block: sorted(steps)[len(steps) // 2] for block, steps in found.items()}


def _runs_on(before: TextLine, line: TextLine, rights: dict[int, tuple[float, bool]], steps: dict[int, float]) -> bool:
    """`line` continues the paragraph of `before`: there was no room for its first word on the line before."""
    if before.block < 0 or before.block != line.block or "\t" in before.text[NUMBER_CHARS:] or "\t" in line.text:
        return False
    if "\n" in before.text or "\n" in line.text or _ITEM.match(line.text):
        return False
    if not 0.55 < line.height / max(before.height, 0.1) < 1.8:
        return False
    step = line.y1 - before.y1
    if step > 1.4 * steps.get(line.block, 1e9) or step > MAX_LEADING * max(line.height, before.height):
        return False
    per_sign = (line.x1 - line.x0) / max(1, len(line.text))
    first = 1 if is_cjk(line.text[0]) else len(line.text.split(" ", 1)[0])
    right, is_margin = rights.get(line.block, (line.x1, False))
    divided = ends_divided(before.text) and line.text[0].islower()
    if not is_margin and not divided and weight(before.text) < SHORT_LINE:
        return False
    slack = 2.2 * per_sign if is_cjk(line.text[0]) else (first + 1.5) * per_sign
    if right - before.x1 > max(slack, 0.02 * right):
        return False
    ended = bool(_SENTENCE_END.search(before.text))
    if ended and _SPEAKER.match(line.text):
        return False
    indent = line.x0 - before.x0
    return not (ended and indent > 1.2 * per_sign) and not (line.text[0] in "\u3000" and ended)


def ends_divided(text: str) -> bool:
    """The line ends in a word and a hyphen."""
    return text[-1:] in _HYPHENS and text[-2:-1].isalpha()


def _keeps_hyphen(head: str, following: str, words: set[str]) -> bool:
    """ "well-" + "known" keeps its hyphen when the document has "well-known", or both as words but not "wellknown"."""
    tail_match = re.match(r"[^\W\d_]+", following)
    tail = tail_match[0].lower() if tail_match else ""
    head = head.lower()
    if head + tail in words:
        return False
    return f"{head}-{tail}" in words or (head in words and tail in words and len(head) > 2)
