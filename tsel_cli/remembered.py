"""What functions remember of documents (orders found, words and values of lines) in a process that outlives them."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tsel_core.document import Document

_TEXTS = ("tsel_cli", *(f"tsel_core.{name}" for name in ("text", "ingest", "prompts", "trust", "evidence")))


def forget_texts() -> None:
    """Empty the caches whose keys are words and lines of documents."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_TEXTS):
            for found in list(vars(module).values()):
                clear = getattr(found, "cache_clear", None)
                if callable(clear):
                    clear()


class WhileHeld:
    """Texts are remembered as long as somebody holds the documents they are of; for several threads.

    When the last reference to one of them goes, all is forgotten: of the others it is made again when it is asked for.
    """

    def __init__(self) -> None:
        self._watched: dict[int, weakref.finalize[..., Any]] = {}

    def note(self, documents: Iterable[Document]) -> None:
        """These are about to be read."""
        for document in documents:
            held = self._watched.get(id(document))
            if held is None or not held.alive:
                self._watched[id(document)] = made = weakref.finalize(document, self._gone, id(document))
                made.atexit = False

    def _gone(self, name: int) -> None:
        self._watched.pop(name, None)
        forget_texts()
