"""Pages whose text runs sideways or upside down."""

from __future__ import annotations

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
