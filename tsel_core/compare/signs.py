"""Edits of a sign (+, -, <, a bracket before a figure): they are quoted with the words around them, never reckoned."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.compare.edits import Edit
from tsel_core.compare.pieces import ALIKE
from tsel_core.lazy_pattern import lazy_pattern

_WORTH = lazy_pattern(r"[^\w\s.,;:!?'\"“”‘’()（）\[\]{}「」『』、。，．・…‐‑‒–—―−－\-_]|[△▲]")
_BEFORE_FIGURE = lazy_pattern(r"[-‐‑‒–—―−－(（.,:]\s?[\d€$£¥]")
_SIGN_BEFORE = lazy_pattern(r"[-‐‑‒–—―−－+<>=±≤≥≠△▲~≈＋＜＞＝]\s?[€$£¥]?$")
_FAR = 24  # characters that are quoted on a side of an edit


def signed(edit: Edit, old: str, new: str) -> bool:
    """Whether an edit is of a sign, or of a figure with a sign before it."""
    gone, came = old[slice(*edit.old)], new[slice(*edit.new)]
    if gone.translate(ALIKE) == came.translate(ALIKE):
        return False
    if not any(c.isalnum() for c in gone + came):
        sides = ((old, edit.old), (new, edit.new))
        return any(_bears(text, place) for text, place in sides if place[0] < place[1])
    both = gone + came
    if any(c in "+<>=±≤≥≠＋＜＞＝△▲" for c in both) or _BEFORE_FIGURE.match(gone) or _BEFORE_FIGURE.match(came):
        return True
    if not any(c.isdigit() for c in gone + came):
        return False
    return any(_SIGN_BEFORE.search(t[max(0, lo - 3) : lo]) for t, lo in ((old, edit.old[0]), (new, edit.new[0])))


def _bears(text: str, place: tuple[int, int]) -> bool:
    if _WORTH.search(text, *place):
        return True
    found = _BEFORE_FIGURE.search(text, place[0], place[1] + 2)
    return found is not None and found.start() < place[1]


def with_context(edits: Sequence[Edit], old: str, new: str) -> tuple[list[Edit], list[Edit]]:
    """The edits of signs with a word on each side and all edits that lie in these, and the other edits."""
    made = [(_wider(e, old, new), True) if signed(e, old, new) else (e, False) for e in edits]
    joined: list[tuple[Edit, bool]] = []
    for edit, sign in made:
        while joined and (sign or joined[-1][1]) and _meet(joined[-1][0], edit):
            before, _ = joined.pop()
            edit, sign = _union(before, edit), True
        joined.append((edit, sign))
    return [e for e, sign in joined if sign], [e for e, sign in joined if not sign]


def _wider(edit: Edit, old: str, new: str) -> Edit:
    (a, b), (c, d) = edit.old, edit.new
    return Edit((_back(old, a), _ahead(old, b)), (_back(new, c), _ahead(new, d)))


def _back(text: str, at: int) -> int:
    head = text[max(0, at - _FAR) : at]
    return at - len(head) + _start(head)


def _start(head: str) -> int:
    kept = head.rstrip()
    return max(kept.rfind(" "), kept.rfind("\n"), kept.rfind("。"), kept.rfind("、")) + 1


def _ahead(text: str, at: int) -> int:
    """Behind the rest of a word and the word after it."""
    tail = text[at : at + _FAR]
    words = 0
    for i, c in enumerate(tail):
        if c in "。、\n":
            return at + i
        if c.isspace() and i and not tail[i - 1].isspace():
            words += 1
            if words == 2 or (words == 1 and tail[0].isspace()):
                return at + i
    return at + len(tail)


def _meet(one: Edit, two: Edit) -> bool:
    return two.old[0] <= one.old[1] or two.new[0] <= one.new[1]


def _union(one: Edit, two: Edit) -> Edit:
    return Edit(
        (min(one.old[0], two.old[0]), max(one.old[1], two.old[1])),
        (min(one.new[0], two.new[0]), max(one.new[1], two.new[1])),
    )
