"""Token ids to text as they come, never half a character."""

from __future__ import annotations

from typing import Any


class TextStream:
    """Feed token ids; get the text that is certain. An incomplete UTF-8 sequence is held back."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self.ids: list[int] = []
        self._emitted_ids = 0  # ids before this one are fully printed
        self._context = 0  # where decoding begins: one emitted piece back, so that spaces join as they should

    def push(self, token_id: int) -> str:
        """Add a token and return the new text, "" while a character is incomplete."""
        self.ids.append(token_id)
        before = self._decode(self.ids[self._context : self._emitted_ids])
        after = self._decode(self.ids[self._context :])
        if after.endswith("�") or len(after) <= len(before):
            return ""
        self._context, self._emitted_ids = self._emitted_ids, len(self.ids)
        return after[len(before) :]

    def finish(self) -> str:
        """What was held back; an incomplete character becomes U+FFFD."""
        before = self._decode(self.ids[self._context : self._emitted_ids])
        after = self._decode(self.ids[self._context :])
        self._context = self._emitted_ids = len(self.ids)
        return after[len(before) :]

    def _decode(self, ids: list[int]) -> str:
        return str(self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))
