"""What may be written next, found in the text itself: an answer that quotes goes on as its document does.

The last tokens are looked for among those before (prompt lookup); what followed there is the draft. It is as long as
the last drafts were right: two tokens at first, doubled after one that was right throughout. After one that was all
wrong nothing is drafted for a while, twice as long each time: a text that quotes nothing loses next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

GRAM = 4  # tokens that must be the same: three are found by chance in any text
_FIRST, LONGEST = 2, 8
_PAUSE, _LONGEST_PAUSE = 8, 128  # tokens


class PromptLookup:
    """Drafts for one text. `push` every token of it, in order."""

    def __init__(self, ids: Sequence[int], longest: int = LONGEST) -> None:
        self.longest = longest
        self.num_drafted = self.num_right = 0
        self._ids: list[int] = []
        self._after: dict[tuple[int, ...], int] = {}  # where the text goes on after its last such tokens
        self._size, self._pause, self._next_pause = _FIRST, 0, _PAUSE
        for token in ids:
            self.push(token)

    def push(self, token: int) -> None:
        """The text has one more token."""
        # where the tokens before this one were seen, this one came next: it is known from now on
        if len(self._ids) >= GRAM:
            self._after[tuple(self._ids[-GRAM:])] = len(self._ids)
        self._ids.append(token)
        self._pause = max(0, self._pause - 1)

    def draft(self, most: int) -> list[int]:
        """At most `most` tokens that may follow; none where nothing speaks for any."""
        most = min(most, self._size)
        at = self._after.get(tuple(self._ids[-GRAM:]))
        if at is None or self._pause or most < 1:
            return []
        found = self._ids[at : at + most]
        while found and len(found) < most:  # a repetition goes on as it began
            found = (found + found)[:most]
        return found

    def note(self, drafted: int, right: int) -> None:
        """How many tokens of a draft were the ones that were then written."""
        self.num_drafted += drafted
        self.num_right += right
        if right == drafted:
            self._size, self._next_pause = min(self.longest, 2 * self._size), _PAUSE
        elif right:
            self._size = max(_FIRST, right + 1)
        else:
            self._size, self._pause = _FIRST, self._next_pause
            self._next_pause = min(_LONGEST_PAUSE, 2 * self._next_pause)
