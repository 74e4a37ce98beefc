"""Plain text -> units of a sane size: blocks between empty lines, long ones cut at line or sentence ends."""

from __future__ import annotations

from collections.abc import Iterator

from tsel_core.lazy_pattern import lazy_pattern

MAX_CHARS = 4000  # of one unit; about one page: a citation names at most this much
_SENTENCE_END = lazy_pattern(r"[。．！？!?]+[」』）)\"'”’]*|\.[)\"'”’]*(?=\s)|[;；:：、，,](?=\s)|\s")


def blocks(text: str) -> Iterator[tuple[int, int, str]]:
    """(first line, last line, text) of the runs of lines between empty lines; lines count from 1."""
    start = 0
    held: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            if not held:
                start = number
            held.append(line.rstrip())
        elif held:
            yield start, start + len(held) - 1, "\n".join(held)
            held = []
    if held:
        yield start, start + len(held) - 1, "\n".join(held)


def pieces(text: str, limit: int = MAX_CHARS) -> list[str]:
    """`text` cut into pieces of at most `limit` characters at sentence ends, else at spaces, else anywhere.

    The pieces joined give `text`.
    """
    found: list[str] = []
    at = 0
    while len(text) - at > limit:
        cut = _last_end(text, at + limit // 2, at + limit)
        found.append(text[at:cut])
        at = cut
    found.append(text[at:])
    return found


def _last_end(text: str, low: int, high: int) -> int:
    """Best place to cut in [low, high): the last sentence end, else the last pause, else the last space, else high."""
    best = {"sentence": 0, "pause": 0, "space": 0}
    for match in _SENTENCE_END.finditer(text, low, high):
        sign = match[0][0]
        kind = "space" if sign.isspace() else "sentence" if sign in "。．！？!?." else "pause"
        best[kind] = match.end()
    return best["sentence"] or best["pause"] or best["space"] or high
