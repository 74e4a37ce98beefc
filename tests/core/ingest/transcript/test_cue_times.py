"""A long turn is one unit, and a passage of it has the time of its own cue."""

from __future__ import annotations

from tsel_core.document import SourceSpan
from tsel_core.ingest import ReadOptions
from tsel_core.ingest.parse import parse
from tsel_core.sweep.sentences import sentences_of
from tsel_core.trust.places import span_json

VTT = """WEBVTT

00:00:05.000 --> 00:00:09.000
<v Ruth>We begin with the garden. The new shed

00:00:09.500 --> 00:00:14.000
<v Ruth>arrives on Monday. It costs 900 euros.

00:00:31.000 --> 00:00:35.000
<v Ruth>The fence stays as it is.

00:00:40.000 --> 00:00:42.000
<v Omar>Good.
"""
SRT_JA = """1
00:01:00,000 --> 00:01:04,000
小林: 倉庫の件です。

2
00:01:10,000 --> 00:01:15,000
小林: 鍵は受付で預かります。

3
00:01:20,000 --> 00:01:22,000
星野: わかりました。
"""


def _labels(name: str, text: str) -> dict[str, str]:
    """Label of each sentence."""
    document = parse(name, text.encode(), "0", ReadOptions(isolate=False))
    return {s.text: span_json([document], s.span)["label"] for s in sentences_of([document])}


def test_a_sentence_has_the_time_of_its_cue() -> None:
    labels = _labels("garden.vtt", VTT)
    assert labels["We begin with the garden."] == "Ruth 00:00:05"
    assert labels["The new shed arrives on Monday."] == "Ruth 00:00:05"  # it begins there
    assert labels["It costs 900 euros."] == "Ruth 00:00:09"
    assert labels["The fence stays as it is."] == "Ruth 00:00:31"
    assert labels["Good."] == "Omar 00:00:40"


def test_japanese_cues_meet_without_a_space() -> None:
    labels = _labels("souko.srt", SRT_JA)
    assert labels["倉庫の件です。"] == "小林 00:01:00"
    assert labels["鍵は受付で預かります。"] == "小林 00:01:10"


def test_cues_pass_the_process_that_parses() -> None:
    alone = parse("garden.vtt", VTT.encode(), "0", ReadOptions(isolate=False))
    from tsel_core.ingest.isolation.sandbox import parse_isolated

    document = parse_isolated("garden.vtt", VTT.encode(), "0", ReadOptions())
    assert document.units == alone.units
    assert document.units[0].cues
    assert hash(document.units[0])


def test_words_that_cleaning_moved_keep_the_time_of_the_turn() -> None:
    text = VTT.replace("The new shed", "---").replace("arrives", "-------- arrives")
    document = parse("garden.vtt", text.encode(), "0", ReadOptions(isolate=False))
    unit = document.units[0]
    for at, time in unit.cues:
        assert unit.text[at:].startswith({9.5: "---", 31.0: "The fence"}[time])


def test_units_without_cues_have_their_label() -> None:
    document = parse("note.txt", b"One paragraph.\n\nAnother one.", "0", ReadOptions(isolate=False))
    assert span_json([document], SourceSpan(0, 1, 0, 5))["label"] == document.units[1].label
