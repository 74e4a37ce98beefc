"""Recordings by their names, and where their transcripts stand."""

from __future__ import annotations

from pathlib import PurePath

SUFFIXES = frozenset(
    (".m4a", ".mp3", ".wav", ".ogg", ".oga", ".opus", ".flac", ".aac", ".wma", ".webm", ".mp4", ".mov", ".mkv")
)
BESIDE = ".tsel.vtt"
"""Ends the name of a transcript that stands beside its recording."""


def is_recording(path: str) -> bool:
    """Whether a file is a recording, by its name."""
    return PurePath(path).suffix.lower() in SUFFIXES
