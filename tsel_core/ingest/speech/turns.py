"""Who speaks when: windows of speech are put together by their voices; how many speakers there are is found out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WINDOW_S, STEP_S = 1.5, 0.75  # a shorter window does not tell a voice, a longer one holds two
ALIKE = 0.6  # mean cosine of two groups from which they are one voice
AT_ONCE = 700  # windows that are grouped together; those of a longer recording in parts, then the parts' groups
LEAST_S = 3.0  # who speaks less in all is taken for the voice that is most alike
SWITCH = 0.25  # a change of speaker costs as much as this loss of cosine at one step


@dataclass(frozen=True, slots=True)
class Turn:
    """`speaker` counts from 0 in the order of first words; seconds from the start of the recording."""

    start_s: float
    end_s: float
    speaker: int


def windows_of(speech: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Overlapping windows (seconds) over the stretches of speech; a short stretch is one window."""
    found = []
    for start, end in speech:
        at = start
        while at + WINDOW_S < end:
            found.append((at, at + WINDOW_S))
            at += STEP_S
        found.append((max(start, end - WINDOW_S), end))
    return found


def turns_of(windows: Sequence[tuple[float, float]], voices: np.ndarray) -> list[Turn]:
    """Turns by the windows' voices, unit vectors [num_windows, size]; in order of time, no two at once."""
    if not windows:
        return []
    groups = _merged_small(windows, voices, _grouped(voices))
    centres = _centres(voices, groups)
    middles = np.array([(a + b) / 2 for a, b in windows])
    path = _path(voices @ centres.T, middles)
    return _named(windows, path)


def speaker_at(turns: Sequence[Turn], start_s: float, end_s: float) -> int | None:
    """Whose turn most of this time is, else the nearest turn's; None without turns."""
    if not turns:
        return None
    shared: dict[int, float] = {}
    for turn in turns:
        both = min(turn.end_s, end_s) - max(turn.start_s, start_s)
        if both > 0:
            shared[turn.speaker] = shared.get(turn.speaker, 0.0) + both
    if shared:
        return max(shared, key=lambda s: shared[s])
    return min(turns, key=lambda t: max(t.start_s - end_s, start_s - t.end_s)).speaker


def _grouped(voices: np.ndarray) -> np.ndarray:
    """A group [num_windows] of each window: average linkage, in parts where there are many."""
    parts = [range(at, min(at + AT_ONCE, len(voices))) for at in range(0, len(voices), AT_ONCE)]
    members: list[list[int]] = []
    for part in parts:
        members += [[part[i] for i in one] for one in _linked(voices[part], np.ones(len(part)))]
    if len(parts) > 1:
        sums = np.stack([voices[one].mean(axis=0) for one in members])
        sizes = np.array([float(len(one)) for one in members])
        members = [[i for g in one for i in members[g]] for one in _linked(sums, sizes)]
    groups = np.empty(len(voices), dtype=np.int64)
    for number, one in enumerate(members):
        groups[one] = number
    return groups


def _linked(means: np.ndarray, sizes: np.ndarray) -> list[list[int]]:
    """Groups of rows whose mean cosine stays at ALIKE or above (the mean of dot products of all pairs of members)."""
    alike = means @ means.T
    np.fill_diagonal(alike, -np.inf)
    members = [[i] for i in range(len(means))]
    sizes = sizes.copy()
    best = alike.argmax(axis=1)
    while len(means) > 1:
        rows = alike[np.arange(len(alike)), best]
        a = int(rows.argmax())
        b = int(best[a])
        if not rows[a] >= ALIKE:
            break
        joined = (sizes[a] * alike[a] + sizes[b] * alike[b]) / (sizes[a] + sizes[b])
        alike[a], alike[:, a] = joined, joined
        alike[a, a] = -np.inf
        alike[b], alike[:, b] = -np.inf, -np.inf
        sizes[a] += sizes[b]
        members[a] += members[b]
        members[b] = []
        stale = np.flatnonzero((best == a) | (best == b))
        best[stale] = alike[stale].argmax(axis=1)
        best[a] = alike[a].argmax()
        better = alike[:, a] > alike[np.arange(len(alike)), best]
        best[better] = a
    return [one for one in members if one]


def _merged_small(windows: Sequence[tuple[float, float]], voices: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Groups of little speech are given to the most alike of the others."""
    numbers, counts = np.unique(groups, return_counts=True)
    large = numbers[counts * STEP_S >= LEAST_S]
    if not len(large):
        return np.zeros_like(groups)
    centres = _centres(voices, groups, large)
    out = groups.copy()
    small = ~np.isin(groups, large)
    out[small] = large[(voices[small] @ centres.T).argmax(axis=1)]
    return np.unique(out, return_inverse=True)[1]


def _centres(voices: np.ndarray, groups: np.ndarray, numbers: np.ndarray | None = None) -> np.ndarray:
    means = np.stack([voices[groups == n].mean(axis=0) for n in (np.unique(groups) if numbers is None else numbers)])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True))


def _path(scores: np.ndarray, middles: np.ndarray) -> np.ndarray:
    """The speaker [num_windows] of the best path through scores [num_windows, num_speakers] (Viterbi).

    A change costs SWITCH, and nothing across a pause that is longer than a window.
    """
    total = scores[0].copy()
    came = np.zeros(scores.shape, dtype=np.int64)
    for at in range(1, len(scores)):
        cost = SWITCH if middles[at] - middles[at - 1] <= WINDOW_S else 0.0
        changed = total.max() - cost
        stays = total >= changed
        came[at] = np.where(stays, np.arange(len(total)), total.argmax())
        total = np.where(stays, total, changed) + scores[at]
    path = np.empty(len(scores), dtype=np.int64)
    path[-1] = total.argmax()
    for at in range(len(scores) - 1, 0, -1):
        path[at - 1] = came[at, path[at]]
    return path


def _named(windows: Sequence[tuple[float, float]], path: np.ndarray) -> list[Turn]:
    """Turns; where two windows overlap, their common time is parted in its middle."""
    order: dict[int, int] = {}
    turns: list[Turn] = []
    for (start, end), group in zip(windows, path.tolist(), strict=True):
        speaker = order.setdefault(group, len(order))
        last = turns[-1] if turns else None
        if last is not None and start <= last.end_s:
            if last.speaker == speaker:
                turns[-1] = Turn(last.start_s, max(last.end_s, end), speaker)
                continue
            cut = (start + last.end_s) / 2
            turns[-1] = Turn(last.start_s, cut, last.speaker)
            start = cut
        turns.append(Turn(start, end, speaker))
    return turns
