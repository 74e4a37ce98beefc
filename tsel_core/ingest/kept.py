"""Documents that stay parsed for the next question: of the last command of a resident process, and of no other."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from tsel_core.document import Document
from tsel_core.ingest.options import ReadOptions

MAX_DOCUMENTS, MAX_CHARS = 8, 20_000_000
Key = tuple[str, str, ReadOptions]
"""sha256 of the file's bytes, its name, and how it was read (a password is part of that)."""


@dataclass
class KeptDocuments:
    """By the bytes of their file, which the next command must be able to read too.

    `on_other` is called before a document is parsed that is not kept: whatever was made of the earlier ones goes.
    """

    on_other: Callable[[], None]
    _held: dict[Key, Document] = field(default_factory=dict)
    _used: set[Key] = field(default_factory=set)

    def find(self, key: Key) -> Document | None:
        """The document, if it is kept."""
        found = self._held.get(key)
        if found is None:
            self.on_other()
        else:
            self._used.add(key)
        return found

    def add(self, key: Key, document: Document) -> None:
        """Keep a document that was parsed; the oldest go where they are too many, or too long."""
        self._held[key] = document
        self._used.add(key)
        while len(self._held) > 1 and (len(self._held) > MAX_DOCUMENTS or self._chars() > MAX_CHARS):
            del self._held[next(iter(self._held))]

    def end(self, keep: bool) -> None:
        """A command has ended: what it did not use goes, and with `keep` False all."""
        self._held = {key: d for key, d in self._held.items() if keep and key in self._used}
        self._used.clear()

    def __len__(self) -> int:
        return len(self._held)

    def _chars(self) -> int:
        return sum(len(unit.text) for document in self._held.values() for unit in document.units)


current: ContextVar[KeptDocuments | None] = ContextVar("documents of the last command", default=None)
"""Set in a resident process alone."""
