"""Recordings among the files of a command: each is written down once, and its transcript kept beside it."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tsel_cli.console import Stderr
from tsel_cli.i18n import say
from tsel_cli.job_options import JobOptions
from tsel_core.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from tsel_core.document import Document

_BLOCK = 1 << 20


class Recordings:
    """The recordings of a command, and their transcripts in the order of its files."""

    def __init__(self, files: Sequence[str], of_transcript: dict[str, tuple[str, str]]) -> None:
        self.files, self._of_transcript = tuple(files), of_transcript

    def named(self, documents: Sequence[Document]) -> list[Document]:
        """The documents; a transcript goes by the name of its recording, which is what is cited."""
        return [self._named(d, *self._of_transcript[d.path]) if d.path in self._of_transcript else d for d in documents]

    @staticmethod
    def _named(document: Document, path: str, sha256: str) -> Document:
        units = tuple(replace(unit, grade="low") for unit in document.units)  # a recognizer is the only witness
        doubt = "a recording that was written down by a program: words may be mistaken"
        if any(unit.speaker for unit in units):
            doubt = "a recording that was written down by a program: words and who speaks may be mistaken"
        warnings = (*document.warnings, doubt)
        return replace(document, path=path, sha256=sha256, units=units, warnings=warnings)


@contextmanager
def written_down(options: JobOptions, console: Stderr) -> Iterator[Recordings]:
    """Transcripts in place of the recordings of `options.files`. Raises UsageError, DocumentError, ModelError."""
    from tsel_core.ingest.safety.recordings import is_recording

    if not any(is_recording(name) for name in options.files):
        yield Recordings(options.files, {})
        return
    with tempfile.TemporaryDirectory(prefix="tsel-speech-") as folder:
        files, of_transcript = [], {}
        for number, name in enumerate(options.files):
            if is_recording(name) and os.path.isfile(name):
                place, sha256 = _transcript(name, Path(folder) / f"{number}.vtt", options, console)
                of_transcript[str(place)] = (name, sha256)
                files.append(str(place))
            else:
                files.append(name)
        yield Recordings(files, of_transcript)


def _transcript(name: str, spare: Path, options: JobOptions, console: Stderr) -> tuple[Path, str]:
    """Where the transcript lies, and the recording's sha256. It is made when there is none of these very bytes."""
    from tsel_core.ingest.safety.recordings import BESIDE
    from tsel_core.ingest.speech.recognizer import check_installed, check_speakers, hear, tell_speakers
    from tsel_core.ingest.speech.transcript import Origin, made_from, with_speakers, write_vtt
    from tsel_core.models.speech import wanted

    sha256, model = _digest(name), wanted()
    beside = Path(name + BESIDE)
    try:
        there = beside.read_text(encoding="utf-8")
        kept = made_from(there)
    except (OSError, UnicodeDecodeError):
        there, kept = "", None
    same = kept is not None and (kept.sha256, kept.model) == (sha256, model)
    if same and kept is not None and (kept.speakers or not options.speakers):
        console.note(f"transcript {beside}")
        return beside, sha256
    voices = check_speakers(name) if options.speakers else None
    if same and voices is not None:
        text = with_speakers(there, tell_speakers(name, voices, console))
    else:
        check_installed(name)
        folder = _model_folder(model, console, offline=options.offline)
        said = hear(name, folder, None, options.device, console, voices)
        if not said:
            raise DocumentError(f"{name}: nothing is said in it", "check the recording, or use a larger speech model")
        text = write_vtt(said, Origin(sha256, model, voices is not None))
    place = spare
    if not options.no_trace and (kept is not None or not beside.exists()):  # another's file is left alone
        place = _kept(beside, text, console) or spare
    if place is spare:
        spare.write_text(text, encoding="utf-8")
    return place, sha256


def _kept(place: Path, text: str, console: Stderr) -> Path | None:
    """Keep it, readable by its owner alone; None where the folder cannot be written."""
    from tsel_cli.places import write_file

    try:
        write_file(place, text.encode(), True)
    except OSError as error:
        console.warn(f"the transcript was not kept: {error}")
        return None
    console.note(f"transcript {place}; correct it there, and what is asked next goes by it")
    return place


def _model_folder(model: str, console: Stderr, *, offline: bool) -> Path:
    """The model's folder; one that is not here is fetched when a person agrees."""
    import typer

    from tsel_core.models.speech import MODELS, fetch_speech, speech_folder

    folder = speech_folder(model)
    if folder is not None:
        return folder
    entry = MODELS[model]
    console.note(f"model     {model}: {entry.megabytes:,} MB from {entry.origin}, MIT licence")
    if offline or not sys.stdin.isatty():
        raise UsageError(f"the speech model {model} is not on this machine", f"tsel models pull {model}")
    typer.confirm(say("fetch it?"), abort=True, err=True)
    return fetch_speech(model)


def _digest(name: str) -> str:
    digest = hashlib.sha256()
    with open(name, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
