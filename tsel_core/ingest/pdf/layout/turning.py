"""Pages whose text runs sideways or upside down."""

from __future__ import annotations

from tsel_core.ingest.pdf.layout.rules import Rules
from tsel_core.ingest.pdf.layout.segments import Segment


def turn_back(segments: list[Segment], width: float, height: float) -> int:
    """Turn a page whose text mostly runs sideways or upside down upright, in place; by how many degrees."""
    votes: dict[int, int] = {}
    for segment in segments:
        votes[segment.angle] = votes.get(segment.angle, 0) + len(segment.text)
    main = max(votes, key=lambda a: votes[a])
    if main == 0 or main % 90 or votes[main] * 3 < 2 * sum(votes.values()):
        return 0
    for s in segments:
        if main == 90:  # which way a quarter turn goes is settled by the order of the lines' signs
            s.x0, s.y0, s.x1, s.y1 = s.y0, width - s.x1, s.y1, width - s.x0
        elif main == 270:
            s.x0, s.y0, s.x1, s.y1 = height - s.y1, s.x0, height - s.y0, s.x1
        else:
            s.x0, s.y0, s.x1, s.y1 = width - s.x1, height - s.y1, width - s.x0, height - s.y0
        s.angle = (s.angle - main) % 360
    return main


def turned_rules(rules: Rules, degrees: int, width: float, height: float) -> Rules:
    """The borders of a page that `turn_back` turned by so many degrees."""
    if degrees == 90:
        across = [(width - x, y0, y1) for x, y0, y1 in rules.down]
        down = [(y, width - x1, width - x0) for y, x0, x1 in rules.across]
    elif degrees == 270:
        across = [(x, height - y1, height - y0) for x, y0, y1 in rules.down]
        down = [(height - y, x0, x1) for y, x0, x1 in rules.across]
    elif degrees == 180:
        across = [(height - y, width - x1, width - x0) for y, x0, x1 in rules.across]
        down = [(width - x, height - y1, height - y0) for x, y0, y1 in rules.down]
    else:
        return rules
    return Rules(sorted(across), sorted(down))
