"""Words whose letters stand apart: letter-spaced headings, and recognizers that give letters instead of words."""

from __future__ import annotations

from itertools import pairwise

from tsel_core.ingest.pdf.layout.rules import Box

LEAST = 5  # pieces of a line
SHARE = 0.7  # of them that are single letters
WORD_GAP = 0.18  # of the letters' height: by so much a gap between words is wider than one between letters
CELL_GAP = 2.0  # of the letters' height: what stands further apart is another column


def is_spelled(line: str) -> bool:
    """Nearly all pieces of the line are single letters."""
    if len(line) < 2 * LEAST - 1 or (line[1:2] not in (" ", "") and line[3:4] != " " and line[5:6] != " "):
        return False
    pieces = line.split()
    single = sum(1 for p in pieces if len(p) == 1 and p.isalpha() and p.isascii())
    return len(pieces) >= LEAST and single >= SHARE * len(pieces)


def join_letters(signs: list[tuple[str, Box]]) -> list[tuple[str, Box]]:
    """(text, box) of the parts of a line, from its signs in their order; nothing where all gaps are alike."""
    if len(signs) < 2:
        return []
    tall = sorted(box[3] - box[1] for _, box in signs)[len(signs) // 2] or 1.0
    gaps = [b[0] - a[2] for (_, a), (_, b) in pairwise(signs)]
    near = sorted(gaps)[len(gaps) // 2]
    edge = near + WORD_GAP * tall
    if not any(edge < gap for gap in gaps):
        return []
    parts: list[tuple[list[str], list[Box]]] = [([signs[0][0]], [signs[0][1]])]
    for (sign, box), gap in zip(signs[1:], gaps, strict=True):
        if gap > near + CELL_GAP * tall or gap < -CELL_GAP * tall:
            parts.append(([sign], [box]))
            continue
        parts[-1][0].append((" " if gap > edge else "") + sign)
        parts[-1][1].append(box)
    return [("".join(texts), union(boxes)) for texts, boxes in parts]


def union(boxes: list[Box]) -> Box:
    """The box around boxes."""
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
