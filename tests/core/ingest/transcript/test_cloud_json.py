"""JSON of the speech services, from random talks with a known truth."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tests.core.ingest.formats.test_kinds import read

WORDS = ["we", "sign", "the", "lease", "on", "Monday", "and", "the", "rent", "stays", "at", "ten", "thousand", "until", "the", "roof", "is", "mended"]
JA = ["本日は", "予算の", "件を", "審議し", "ます"]

Talk = list[tuple[int, list[tuple[str, float, float]], str]]  # speaker, (word, from, to), closing sign


def talk(seed: int, words: list[str]) -> Talk:
    rng = random.Random(seed)
    at, found, speaker = 0.5, [], 0
    for _ in range(rng.randrange(6, 14)):
        speaker = rng.choice([s for s in range(3) if s != speaker])
        said = []
        for word in rng.choices(words, k=rng.randrange(4, 12)):
            said.append((word, round(at, 2), round(at + 0.3, 2)))
            at += 0.4
        found.append((speaker, said, rng.choice([".", "?"])))
        at += rng.choice([0.5, 2.0, 40.0])
    return found


def amazon(made: Talk, *, in_items: bool) -> Any:
    items: list[dict[str, Any]] = []
    segments = []
    for who, said, sign in made:
        for word, start, end in said:
            item = {"start_time": str(start), "end_time": str(end), "alternatives": [{"confidence": "0.9", "content": word}], "type": "pronunciation"}
            items.append(item | ({"speaker_label": f"spk_{who}"} if in_items else {}))
        items.append({"alternatives": [{"confidence": "0.0", "content": sign}], "type": "punctuation"} | ({"speaker_label": f"spk_{who}"} if in_items else {}))
        times = [{"start_time": str(s), "speaker_label": f"spk_{who}", "end_time": str(e)} for _, s, e in said]
        segments.append({"start_time": str(said[0][1]), "speaker_label": f"spk_{who}", "end_time": str(said[-1][2]), "items": times})
    whole = " ".join(w for _, said, _ in made for w, _, _ in said)
    labels = {} if in_items else {"speaker_labels": {"speakers": 3, "segments": segments}}
    return {"jobName": "x", "accountId": "1", "results": {"transcripts": [{"transcript": whole}], **labels, "items": items}, "status": "COMPLETED"}


def google(made: Talk, *, second: bool) -> Any:
    words = []
    for who, said, sign in made:
        for at, (word, start, end) in enumerate(said):
            text = word + (sign if at == len(said) - 1 else "")
            times = {"startOffset": f"{start}s", "endOffset": f"{end}s"} if second else {"startTime": f"{start}s", "endTime": f"{end}s"}
            words.append({**times, "word": text, **({"speakerLabel": str(who)} if second else {"speakerTag": who + 1})})
    plain = [{k: v for k, v in w.items() if not k.startswith("speaker")} for w in words]
    whole = " ".join(str(w["word"]) for w in words)
    first = {"alternatives": [{"transcript": whole, "words": plain}]}
    return {"results": [first, {"alternatives": [{"words": words}]}]}


def azure(made: Talk, *, fast: bool) -> Any:
    phrases = []
    for who, said, sign in made:
        text = " ".join(w for w, _, _ in said) + sign
        start, length = said[0][1], said[-1][2] - said[0][1]
        if fast:
            phrases.append({"speaker": who, "offsetMilliseconds": round(start * 1000), "durationMilliseconds": round(length * 1000), "text": text})
        else:
            best = [{"confidence": 0.9, "lexical": text.lower(), "display": text}]
            phrases.append({"recognitionStatus": "Success", "speaker": who, "offset": f"PT{start:g}S", "offsetInTicks": start * 1e7, "durationInTicks": length * 1e7, "nBest": best})
    return {"durationMilliseconds": 9, "combinedPhrases": [{"text": "x"}], "phrases": phrases} if fast else {"source": "x", "recognizedPhrases": phrases}


def deepgram(made: Talk) -> Any:
    words = [
        {"word": w.lower(), "start": s, "end": e, "speaker": who, "punctuated_word": w + (sign if at == len(said) - 1 else "")}
        for who, said, sign in made
        for at, (w, s, e) in enumerate(said)
    ]
    return {"metadata": {}, "results": {"channels": [{"alternatives": [{"transcript": "x", "words": words}]}]}}


SHAPES = {
    "amazon": lambda made: amazon(made, in_items=True),
    "amazon segments": lambda made: amazon(made, in_items=False),
    "google": lambda made: google(made, second=False),
    "google v2": lambda made: google(made, second=True),
    "azure": lambda made: azure(made, fast=False),
    "azure fast": lambda made: azure(made, fast=True),
    "deepgram": deepgram,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_turn_has_its_words_speaker_and_time(shape: str) -> None:
    for seed in range(12):
        made = talk(seed, WORDS)
        document = read(json.dumps(SHAPES[shape](made)).encode(), "a.json")
        turns = [u for u in document.units if u.kind == "turn"]
        assert len(turns) == len(made)
        offset = 1 if shape == "google" else 0
        for unit, (who, said, sign) in zip(turns, made, strict=True):
            assert unit.text == f"Speaker {who + offset}: {' '.join(w for w, _, _ in said)}{sign}"
            assert unit.start_s == pytest.approx(said[0][1])


def test_japanese_words_meet_without_a_space() -> None:
    document = read(json.dumps(amazon(talk(1, JA), in_items=True)).encode(), "a.json")
    assert all(" " not in u.text.split(": ", 1)[1].rstrip(".?") for u in document.units)


def test_speech_without_speakers_keeps_its_times() -> None:
    made = {"results": [{"alternatives": [{"transcript": "The lease is signed."}], "resultEndTime": "4.2s"}, {"alternatives": [{"transcript": " The rent stays."}], "resultEndTime": "9.5s"}]}
    document = read(json.dumps(made).encode(), "a.json")
    assert " ".join(u.text for u in document.units) == "The lease is signed. The rent stays."
    assert document.unit_kind == "turn"
