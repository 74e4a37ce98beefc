"""Recordings: written down once by faster-whisper, which is stood in for here (no speech model can be fetched in tests)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tiny_folder import make_folder

from tsel_cli.app import run
from tsel_cli.console import Stderr
from tsel_cli.job import read_files
from tsel_cli.job_options import JobOptions
from tsel_core.ingest.safety.recordings import is_recording
from tsel_core.ingest.speech import recognizer
from tsel_core.ingest.speech.transcript import Origin, Said, made_from, write_vtt
from tsel_core.models import speech

FAKE = '''
"""Stands in for faster-whisper: "hears" the lines of the file, two seconds each."""
import os
from types import SimpleNamespace


class WhisperModel:
    def __init__(self, folder, device, compute_type, local_files_only):
        assert local_files_only and os.path.isfile(os.path.join(folder, "model.bin"))

    def transcribe(self, path, language, vad_filter, word_timestamps=False):
        lines = open(path, encoding="utf-8").read().splitlines()
        if lines and lines[0] == "broken":
            raise ValueError("no audio stream")
        if lines and lines[0] == "spy":
            lines = [spied(line) for line in lines[1:]]
        segments = (SimpleNamespace(start=2.0 * i, end=2.0 * i + 1.5, text=" " + t, words=words(i, t)) for i, t in enumerate(lines))
        return segments, SimpleNamespace(duration=2.0 * len(lines))


def words(i, line):
    each = line.split()
    step = 1.5 / max(1, len(each))
    return [SimpleNamespace(start=2.0 * i + n * step, end=2.0 * i + (n + 1) * step, word=" " + w) for n, w in enumerate(each)]


def spied(path):
    try:
        return "read " + open(path).read()
    except OSError as error:
        return type(error).__name__
'''
AUDIO = """
def decode_audio(path):
    return path  # the stand-in hears lines of text
"""
LINES = ["Good morning to all of you.", "We agreed that the parking fee is 4 euros.", "Bo will tell the guards by Monday."]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a recording; a stand-in for faster-whisper and a speech model are there."""
    library = tmp_path / "library"
    (library / "faster_whisper").mkdir(parents=True)
    (library / "faster_whisper" / "__init__.py").write_text(FAKE, encoding="utf-8")
    (library / "faster_whisper" / "audio.py").write_text(AUDIO, encoding="utf-8")
    monkeypatch.syspath_prepend(str(library))
    model = tmp_path / "speech"
    model.mkdir()
    (model / "model.bin").write_bytes(b"weights")
    monkeypatch.setenv(speech.VARIABLE, str(model))
    for name in ("CACHE", "LOG_DIR"):
        monkeypatch.setenv(f"TSEL_{name}", str(tmp_path / name))
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "meeting.m4a").write_text("\n".join(LINES), encoding="utf-8")
    return folder


def read(*files: Path, **more: Any) -> Any:
    return read_files(JobOptions(tuple(map(str, files)), **more), Stderr(quiet=True))[0]


def test_a_recording_is_read_and_named_by_its_time(place: Path) -> None:
    path = place / "meeting.m4a"
    (document,) = read(path)
    assert document.path == str(path)
    assert " ".join(u.text.removeprefix("Speaker ?: ") for u in document.units) == " ".join(LINES)
    assert document.units[0].start_s == 0.0
    assert {u.grade for u in document.units} == {"low"}
    assert any("written down by a program" in w for w in document.warnings)
    kept = place / "meeting.m4a.tsel.vtt"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "00:00:02.000 --> 00:00:03.500\nWe agreed that the parking fee is 4 euros." in kept.read_text("utf-8")


def test_it_is_written_down_once_and_a_correction_counts(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, kept = place / "meeting.m4a", place / "meeting.m4a.tsel.vtt"
    read(path)
    before = kept.read_bytes(), kept.stat().st_mtime_ns
    monkeypatch.setattr(recognizer, "hear", lambda *_: pytest.fail("heard again"))
    read(path)
    assert (kept.read_bytes(), kept.stat().st_mtime_ns) == before
    kept.write_text(kept.read_text("utf-8").replace("4 euros", "5 euros"), encoding="utf-8")
    assert "5 euros" in " ".join(u.text for u in read(path)[0].units)


def test_another_recording_is_heard_anew(place: Path) -> None:
    path = place / "meeting.m4a"
    read(path)
    path.write_text("Something else is said.", encoding="utf-8")
    assert "Something else" in read(path)[0].units[0].text
    assert "Something else" in (place / "meeting.m4a.tsel.vtt").read_text("utf-8")


def test_no_trace_and_a_file_of_the_users_own(place: Path) -> None:
    path, beside = place / "meeting.m4a", place / "meeting.m4a.tsel.vtt"
    read(path, no_trace=True)
    assert not beside.exists()
    beside.write_text("WEBVTT\n\nmine\n", encoding="utf-8")
    assert "parking fee" in " ".join(u.text for u in read(path)[0].units)
    assert beside.read_text("utf-8") == "WEBVTT\n\nmine\n"


def test_the_process_that_hears_opens_nothing_else(place: Path, tmp_path: Path) -> None:
    from tsel_core.ingest.fence import landlock

    if not landlock.version():
        pytest.skip("no Landlock on this system")
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret", encoding="utf-8")
    (place / "spy.wav").write_text(f"spy\n{secret}", encoding="utf-8")
    words = " ".join(u.text for u in read(place / "spy.wav")[0].units)
    assert "PermissionError" in words
    assert "a secret" not in words


def test_what_fails_is_said(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    broken = place / "broken.mp3"
    broken.write_text("broken", encoding="utf-8")
    assert run(["ask", str(broken), "What?", "-q"]) == 1
    assert "could not be heard (ValueError: no audio stream)" in capsys.readouterr().err
    monkeypatch.setenv(speech.VARIABLE, "whisper-tiny")
    assert run(["ask", str(broken), "What?"]) == 2  # no person is there to be asked
    told = capsys.readouterr().err
    assert "78 MB" in told
    assert "tsel models pull whisper-tiny" in told
    monkeypatch.setenv(speech.VARIABLE, "whisper-none")
    assert run(["ask", str(broken), "What?", "-q"]) == 1
    assert "is no model for speech" in capsys.readouterr().err


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(recognizer, "find_spec", lambda _: None)
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF")
    assert run(["summarize", str(path), "-q"]) == 2
    assert "install faster-whisper, or give its transcript" in capsys.readouterr().err


def test_summarize_cites_the_recording(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = str(make_folder(tmp_path / "model"))
    assert run(["summarize", str(place / "meeting.m4a"), "--style", "minutes", "--model", model, "--json", "-q"]) in (0, 4)
    record = json.loads(capsys.readouterr().out)
    assert record["documents"][0]["path"].endswith("meeting.m4a")
    assert any("4 euros" in c["quote"] and c["file"] == "meeting.m4a" for c in record["citations"])


def test_a_folder_of_recordings_is_a_batch(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "other.txt").write_text("The sky is blue.", encoding="utf-8")
    model, out = str(make_folder(tmp_path / "model")), tmp_path / "out"
    call = ["batch", str(place), "--out", str(out), "--task", "ask", "--question", "What is the fee?", "--model", model]
    call += ["--effort", "quick", "--max-new-tokens", "4"]

    def results() -> dict[str, tuple[str, int]]:
        return {p.name: (p.read_text("utf-8"), p.stat().st_mtime_ns) for p in (out / "items").iterdir()}

    assert run(call) == 0
    assert set(results()) == {"meeting.m4a.json", "other.txt.json"}
    record = json.loads(results()["meeting.m4a.json"][0])["record"]
    assert record["documents"][0]["path"].endswith("meeting.m4a")
    assert "2 answered" in capsys.readouterr().err
    before = results()
    assert run(call) == 0
    assert results() == before  # nor is its transcript, which is there now, a document of its own
    kept = place / "meeting.m4a.tsel.vtt"
    kept.write_text(kept.read_text("utf-8").replace("4 euros", "5 euros"), encoding="utf-8")
    capsys.readouterr()
    assert run(call) == 0
    assert "1 answered" in capsys.readouterr().err


def test_recordings_that_cannot_be_heard_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_cli.batch.items import find_items
    from tsel_core.ingest.safety import files

    for name in ("a.mp3", "b.wav", "c.m4a", "c.m4a.tsel.vtt", "d.txt"):
        (tmp_path / name).write_text("WEBVTT\n\nx", encoding="utf-8")
    monkeypatch.setattr(files, "find_spec", lambda _: None)
    items, told = find_items(tmp_path, tmp_path / "out")
    assert [i.name for i in items] == ["c.m4a", "d.txt"]
    assert told == "2 files of the folder were not read: a.mp3 (a recording: needs faster-whisper); b.wav (a recording: needs faster-whisper)"
    monkeypatch.setattr(files, "find_spec", lambda _: object())
    assert [i.name for i in find_items(tmp_path, tmp_path / "out")[0]] == ["a.mp3", "b.wav", "c.m4a", "d.txt"]
    assert "name the file, or use tsel batch" in files.list_files([str(tmp_path)]).warning()


def test_transcripts() -> None:
    text = write_vtt([Said(3661.25, 3662.0, "a <b> & c --> d"), Said(5.0, 4.0, " "), Said(7.0, 6.0, "x")], Origin("0" * 64, "m"))
    assert made_from(text) == Origin("0" * 64, "m")
    assert "01:01:01.250 --> 01:01:02.000\na &lt;b> &amp; c --&gt; d\n" in text
    assert "00:00:07.000 --> 00:00:07.000\nx" in text
    assert made_from("WEBVTT\n\n00:00 --> 00:01\nx") is None
    assert is_recording("A/B.M4A")
    assert not is_recording("a.vtt")
