"""Which pieces of an old text are which of a new one: the same, likely the same, divided, joined or moved.

Pieces that are identical but for their number are the anchors, in order (longest common subsequence); between two
pieces are paired so that the sum of their common words is greatest, one with one or one with up to three; what is left
over and stands elsewhere has moved. Every piece ends in exactly one group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel, LCSseq

from tsel_core.compare.pieces import Piece

LEAST_LIKE = 0.5  # share of common words from which two pieces in the same place are one that was changed
MOST_JOINED = 3  # pieces that one may have been divided into
_JOINED_LIKE = 0.75  # share of common words from which one piece is several
_PART_LIKE = 0.7  # share of the words of each of several pieces that stand in the one
_MOVED_LIKE = 0.8  # the same for a piece that stands elsewhere
_LEAST_MOVED = 8  # words of a changed piece that is looked for elsewhere
_WITHIN = 0.95  # share of the words of one piece that stand in one elsewhere, which says more
_SHORTEST = 0.4  # of the longer one
_SHORT = 8  # words of a piece that shares a word of its own with what it became
_PLAIN = frozenset("and the for with from this that shall may must not all any its each per are was has".split())  # noqa: SIM905
_MOST_PAIRS = 90_000  # pairs between two anchors that are weighed; more are cut in the middle


@dataclass(frozen=True)
class Group:
    """Pieces that belong together: places in the old and the new row, one of them empty when it came or went."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    moved: bool = False


def align(old: Sequence[Piece], new: Sequence[Piece]) -> list[Group]:
    """Groups that hold every piece of both once, in the order of the new text; what went stands where it was."""
    groups: list[Group] = []
    for step in Indel.opcodes([p.anchor for p in old], [p.anchor for p in new]):
        lo, hi, begin, end = step.src_start, step.src_end, step.dest_start, step.dest_end
        if step.tag == "equal":
            groups += [Group((i,), (j,)) for i, j in zip(range(lo, hi), range(begin, end), strict=True)]
        else:
            groups.append(Group(tuple(range(lo, hi)), tuple(range(begin, end))))
    return _in_order(_moved(list(_paired(_gaps(groups, old, new), old, new)), old, new))


def likeness(old: Sequence[Piece], new: Sequence[Piece]) -> float:
    """Share of common words of two rows of pieces, in order: 0 to 1."""
    left = [w for p in old for w in p.words]
    right = [w for p in new for w in p.words]
    return float(Indel.normalized_similarity(left, right))


def _gaps(groups: Sequence[Group], old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[Group]:
    """Neighbouring groups that are not the same become one gap."""
    lo: list[int] = []
    hi: list[int] = []
    for group in groups:
        if not _anchors(group, old, new):
            lo += group.old
            hi += group.new
            continue
        if lo or hi:
            yield Group(tuple(lo), tuple(hi))
            lo, hi = [], []
        yield group
    if lo or hi:
        yield Group(tuple(lo), tuple(hi))


def _anchors(group: Group, old: Sequence[Piece], new: Sequence[Piece]) -> bool:
    """Whether a group is two pieces that are identical but for their number."""
    return len(group.old) == len(group.new) == 1 and old[group.old[0]].anchor == new[group.new[0]].anchor


def _paired(groups: Iterator[Group], old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[Group]:
    for group in groups:
        if not group.old or not group.new:
            yield from (Group((i,), ()) for i in group.old)
            yield from (Group((), (j,)) for j in group.new)
        elif len(group.old) * len(group.new) > _MOST_PAIRS:
            a, b = len(group.old) // 2, len(group.new) // 2
            halves = Group(group.old[:a], group.new[:b]), Group(group.old[a:], group.new[b:])
            yield from _paired(iter(halves), old, new)
        elif _anchors(group, old, new):
            yield group
        else:
            yield from _best(group, old, new)


def _best(gap: Group, old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[Group]:
    """The pairing of a gap that keeps most words, in order: a table of the best gain up to each pair of places."""
    rows, columns = len(gap.old), len(gap.new)
    bags = {("o", i): set(old[i].words) for i in gap.old} | {("n", j): set(new[j].words) for j in gap.new}
    gain = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    step = [[(0, 0)] * (columns + 1) for _ in range(rows + 1)]
    for a in range(rows + 1):
        for b in range(columns + 1):
            choices = [(gain[a - 1][b], (1, 0))] if a else []
            choices += [(gain[a][b - 1], (0, 1))] if b else []
            for m, n in _shapes(a, b):
                i, j = gap.old[a - m : a], gap.new[b - n : b]
                if not _may_match([bags["o", x] for x in i], [bags["n", x] for x in j]):
                    continue
                like = likeness([old[x] for x in i], [new[x] for x in j])
                if like >= (LEAST_LIKE if m == n == 1 else _JOINED_LIKE) and _made_of(i, j, old, new):
                    length = sum(len(old[x].words) for x in i) + sum(len(new[x].words) for x in j)
                    choices.append((gain[a - m][b - n] + like * length, (m, n)))
            if choices:
                gain[a][b], step[a][b] = max(choices)
    found: list[Group] = []
    a, b = rows, columns
    while a or b:
        m, n = step[a][b]
        found.append(Group(gap.old[a - m : a], gap.new[b - n : b]))
        a, b = a - m, b - n
    yield from reversed(found)


def _made_of(i: Sequence[int], j: Sequence[int], old: Sequence[Piece], new: Sequence[Piece]) -> bool:
    """Whether each of several pieces stands in the one on the other side: a piece that came beside it does not."""
    if len(i) == len(j) == 1:
        return True
    one, many = (old[i[0]], [new[x] for x in j]) if len(i) == 1 else (new[j[0]], [old[x] for x in i])
    return all(LCSseq.similarity(one.words, p.words) >= _PART_LIKE * len(p.words) for p in many)


def _shapes(a: int, b: int) -> Iterator[tuple[int, int]]:
    """How many of each side may be one group that ends at places `a` and `b`."""
    if a and b:
        yield 1, 1
        for many in range(2, MOST_JOINED + 1):
            if many <= b:
                yield 1, many
            if many <= a:
                yield many, 1


def _may_match(left: Sequence[set[str]], right: Sequence[set[str]]) -> bool:
    """Cheap look before the words are compared in order: enough words in common."""
    one, other = set().union(*left), set().union(*right)
    if 4 * len(one & other) < min(len(one), len(other)) + 1:
        return False
    telling = [{w for w in words if _tells(w)} for words in (one, other)]
    return not all(telling) or min(len(one), len(other)) > _SHORT or bool(telling[0] & telling[1])


def _tells(word: str) -> bool:
    """Whether a word says what a clause is about; Japanese ones do with two characters."""
    return len(word) > (2 if word.isascii() else 1) and word.isalpha() and word not in _PLAIN


def _moved(groups: list[Group], old: Sequence[Piece], new: Sequence[Piece]) -> list[Group]:
    """What went and came again elsewhere, word for word or nearly."""
    gone = [g.old[0] for g in groups if not g.new and len(g.old) == 1]
    came = [g.new[0] for g in groups if not g.old and len(g.new) == 1]
    pairs: dict[int, int] = {}
    for i in gone:
        same = [j for j in came if j not in pairs.values() and old[i].unnumbered == new[j].unnumbered]
        if same and len(old[i].words) > 2:
            pairs[i] = same[0]
    for i in (i for i in gone if i not in pairs and len(old[i].words) >= _LEAST_MOVED):
        bag = set(old[i].words)
        free = [j for j in came if j not in pairs.values() and _may_match([bag], [set(new[j].words)])]
        like = max(((_like_elsewhere(old[i], new[j]), -j) for j in free), default=(0.0, 0))
        if like[0] >= _MOVED_LIKE:
            pairs[i] = -like[1]
    pairs |= _titles_of_moved(groups, pairs, old, new)
    taken = set(pairs.values())
    stay = [g for g in groups if not (not g.new and g.old[0] in pairs) and not (not g.old and g.new[0] in taken)]
    return stay + [Group((i,), (j,), moved=True) for i, j in pairs.items()]


def _like_elsewhere(old: Piece, new: Piece) -> float:
    """How like two pieces in different places are; one that holds all of the other and more is it with an addition."""
    short, long = sorted((len(old.words), len(new.words)))
    within = LCSseq.similarity(old.words, new.words) >= _WITHIN * short
    like = likeness([old], [new])
    return max(like, _MOVED_LIKE) if within and short >= max(_LEAST_MOVED, _SHORTEST * long) else like


def _titles_of_moved(
    groups: Sequence[Group], pairs: dict[int, int], old: Sequence[Piece], new: Sequence[Piece]
) -> dict[int, int]:
    """Short pieces (headings) that went and came again before the piece that they stood before."""
    goes = {g.old[0]: g.new[0] for g in groups if len(g.old) == len(g.new) == 1} | pairs
    came = {g.new[0] for g in groups if not g.old} - set(pairs.values())
    found: dict[int, int] = {}
    for i in sorted((g.old[0] for g in groups if not g.new and g.old[0] not in pairs), reverse=True):
        j = goes.get(i + 1, 0) - 1
        if j in came and old[i].unnumbered and old[i].unnumbered == new[j].unnumbered:
            goes[i] = found[i] = j
    return found


def _in_order(groups: list[Group]) -> list[Group]:
    """In the order of the new text; pieces that went stand behind the piece they stood behind in the old one."""
    follows = {g.old[-1]: g.new[0] for g in groups if g.old and g.new and not g.moved}

    def place(group: Group) -> tuple[float, float]:
        if group.new:
            return group.new[0], -1.0
        before = [i for i in follows if i < group.old[0]]
        return (follows[max(before)] if before else -1), group.old[0]

    return sorted(groups, key=place)
