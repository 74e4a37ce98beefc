"""How the core tells whoever is watching what it is doing; it never prints."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Phases: "fetch", "convert", "read", "tokenize", "load", "prefill", "write"."""

    def begin(self, phase: str, total: int | None = None, unit: str = "") -> None:
        """A phase starts; `total` is in `unit` (tokens, bytes), None when it is not known."""

    def advance(self, done: int) -> None:
        """`done` of `total` are done."""

    def end(self) -> None:
        """The phase is over."""


class NoProgress:
    """Nobody is watching."""

    def begin(self, phase: str, total: int | None = None, unit: str = "") -> None:
        """Ignore."""

    def advance(self, done: int) -> None:
        """Ignore."""

    def end(self) -> None:
        """Ignore."""
