"""Words that end a reply: it stands up to where the first of them begins, and nothing of one is shown before."""

from __future__ import annotations

from collections.abc import Sequence


class StopWords:
    """Takes a reply piece by piece; `found` is the word that ended it, None so far."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        self.words = tuple(w for w in words if w)
        self.found: str | None = None
        self._held = ""

    def push(self, piece: str) -> str:
        """Take a piece of the reply; what is surely before any of the words."""
        if not self.words:
            return piece
        if self.found is not None:
            return ""
        text = self._held + piece
        places = [(at, -len(w), w) for w in self.words if (at := text.find(w)) >= 0]
        if places:
            at, _, self.found = min(places)
            self._held = ""
            return text[:at]
        keep = max(_begun(text, word) for word in self.words)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def finish(self) -> str:
        """What was held back and has become no word."""
        held, self._held = self._held, ""
        return held


def _begun(text: str, word: str) -> int:
    """How many characters at the end of a text may be the beginning of a word."""
    return next((n for n in range(min(len(word) - 1, len(text)), 0, -1) if text.endswith(word[:n])), 0)
