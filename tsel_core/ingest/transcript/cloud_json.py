"""Transcripts of the large speech services, whose JSON is of words: Amazon, Google, Azure, Deepgram."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tsel_core.ingest.encoding.clean import is_cjk
from tsel_core.ingest.transcript.cues import Cue
from tsel_core.lazy_pattern import lazy_pattern

TICKS = 10_000_000  # of a second, as Azure counts
PAUSE_S = 3.0  # between two words: from here on another piece of speech begins
_DURATION = lazy_pattern(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?")

Word = tuple[str, float | None, float | None, str | None]  # what, from, to, who


def cloud_cues(value: Any) -> list[Cue]:
    """Pieces of speech of a file in one of these shapes; none for other files."""
    if not isinstance(value, dict):
        return []
    for read in (_amazon, _google, _azure, _deepgram):
        found = read(value)
        if found:
            return found
    return []


def _amazon(value: dict[str, Any]) -> list[Cue]:
    results = _dict(value.get("results"))
    speakers: dict[str, str] = {}
    for segment in _dicts(_dict(results.get("speaker_labels")).get("segments")):
        for item in _dicts(segment.get("items")) or [segment]:
            speakers[str(item.get("start_time"))] = str(item.get("speaker_label") or segment.get("speaker_label") or "")
    channels = _dicts(_dict(results.get("channel_labels")).get("channels"))
    if channels:
        cues = [cue for channel in channels for cue in _words(_amazon_words(_dicts(channel.get("items")), {}, channel))]
        return sorted(cues, key=lambda cue: cue.start_s or 0.0)
    return _words(_amazon_words(_dicts(results.get("items")), speakers, {}))


def _amazon_words(
    items: list[dict[str, Any]], speakers: dict[str, str], channel: dict[str, Any]
) -> Iterable[Word]:
    for item in items:
        best = next(iter(_dicts(item.get("alternatives"))), {})
        start = item.get("start_time")
        who = item.get("speaker_label") or speakers.get(str(start)) or channel.get("channel_label")
        name = _named(str(who).removeprefix("spk_").removeprefix("ch_")) if who else None
        yield str(best.get("content") or ""), _seconds(start), _seconds(item.get("end_time")), name


def _google(value: dict[str, Any]) -> list[Cue]:
    results = _dicts(value.get("results"))
    best = [next(iter(_dicts(result.get("alternatives"))), {}) for result in results]
    words = [word for choice in best for word in _dicts(choice.get("words"))]
    told = [word for word in words if word.get("speakerTag") or word.get("speakerLabel")]
    if told:  # the last result says all words again, with their speakers
        return _words(_google_word(word) for word in told)
    cues: list[Cue] = []
    last: float | None = None
    for result, choice in zip(results, best, strict=True):
        text = " ".join(str(choice.get("transcript") or "").split())
        spoken = _dicts(choice.get("words"))
        end = _seconds(result.get("resultEndTime") or result.get("resultEndOffset"))
        start = _google_word(spoken[0])[1] if spoken else last
        if text:
            cues.append(Cue(start, end, None, text))
        last = end if end is not None else last
    return cues if any(cue.start_s is not None or cue.end_s is not None for cue in cues) else []


def _google_word(word: dict[str, Any]) -> Word:
    who = word.get("speakerLabel") or word.get("speakerTag")
    start, end = word.get("startTime", word.get("startOffset")), word.get("endTime", word.get("endOffset"))
    return str(word.get("word") or ""), _seconds(start or 0), _seconds(end), _named(who)


def _azure(value: dict[str, Any]) -> list[Cue]:
    cues: list[Cue] = []
    for phrase in _dicts(value.get("recognizedPhrases")):
        best = next(iter(_dicts(phrase.get("nBest"))), {})
        ticks, lasts = _seconds(phrase.get("offsetInTicks")), _seconds(phrase.get("durationInTicks"))
        start = ticks / TICKS if ticks is not None else _seconds(phrase.get("offset"))
        length = lasts / TICKS if lasts is not None else _seconds(phrase.get("duration"))
        cues.append(_phrase(str(best.get("display") or best.get("lexical") or ""), start, length, phrase))
    for phrase in _dicts(value.get("phrases")):
        start, length = _seconds(phrase.get("offsetMilliseconds")), _seconds(phrase.get("durationMilliseconds"))
        start = None if start is None else start / 1000
        cues.append(_phrase(str(phrase.get("text") or ""), start, None if length is None else length / 1000, phrase))
    return sorted((cue for cue in cues if cue.text), key=lambda cue: cue.start_s or 0.0)


def _phrase(text: str, start: float | None, length: float | None, phrase: dict[str, Any]) -> Cue:
    end = start + length if start is not None and length is not None else None
    return Cue(start, end, _named(phrase.get("speaker")), " ".join(text.split()))


def _deepgram(value: dict[str, Any]) -> list[Cue]:
    channels = _dicts(_dict(value.get("results")).get("channels"))
    cues: list[Cue] = []
    for channel in channels:
        best = next(iter(_dicts(channel.get("alternatives"))), {})
        cues += _words(
            (str(w.get("punctuated_word") or w.get("word") or ""), _seconds(w.get("start")), _seconds(w.get("end")),
             _named(w.get("speaker")))
            for w in _dicts(best.get("words"))
        )  # fmt: skip
    return sorted(cues, key=lambda cue: cue.start_s or 0.0)


def _words(words: Iterable[Word]) -> list[Cue]:
    """Words of one speaker without a long pause between them as one; signs follow the word before them."""
    cues: list[Cue] = []
    for text, start, end, who in words:
        if not text:
            continue
        last = cues[-1] if cues else None
        is_sign = start is None and not any(c.isalnum() for c in text)
        pause = start is not None and last is not None and last.end_s is not None and start - last.end_s > PAUSE_S
        if last is not None and (is_sign or (who == last.speaker and not pause)):
            close = is_sign or (is_cjk(last.text[-1]) and is_cjk(text[0]))
            last.text += text if close else f" {text}"
            last.end_s = end if end is not None else last.end_s
        else:
            cues.append(Cue(start, end, who, text))
    return cues


def _named(who: Any) -> str | None:
    if isinstance(who, bool) or who is None or who == "":
        return None
    text = " ".join(str(who).split())
    return f"Speaker {text}" if text.isdigit() else text[:60]


def _seconds(value: Any) -> float | None:
    if isinstance(value, str):
        match = _DURATION.fullmatch(value)
        if match is not None:
            return 3600 * float(match[1] or 0) + 60 * float(match[2] or 0) + float(match[3] or 0)
        value = value.rstrip("s")
    elif isinstance(value, dict):  # {"seconds": "3", "nanos": 5}
        value = float(value.get("seconds") or 0) + float(value.get("nanos") or 0) / 1e9
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < 1e15 else None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
