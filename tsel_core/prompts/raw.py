"""Prompts that others made: one user turn, or no turn at all. Benchmarks and programs of others give such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tsel_core.errors import ModelError
from tsel_core.prompts.plain_text import plain_text_ids
from tsel_core.prompts.thinking import render_chat

TAIL = 256
"""Tokens at the end of such a prompt that count as its question: nothing says where that begins."""

_TEXT = "\x02TEXT\x02"


@dataclass(frozen=True, slots=True)
class RawPrompt:
    """`input_ids` of a whole prompt; from `doc_end` on they count as its question."""

    input_ids: list[int]
    doc_end: int

    @property
    def num_tokens(self) -> int:
        """Tokens of the whole prompt."""
        return len(self.input_ids)


def raw_prompt(
    text: str, tokenizer: Any, *, chat: bool = True, tail: int = TAIL, question: str | None = None
) -> RawPrompt:
    """`text` as the user's turn of the model's chat template, or as it is. Raises ModelError when that drops it.

    With a `question` that follows the text, it and the template's end count as the question, whatever `tail` says.
    """
    ids, read = plain_text_ids(tokenizer, text), 0
    if question is not None:
        read = len(ids)
        ids = [*ids, *plain_text_ids(tokenizer, question)]
    if chat and getattr(tokenizer, "chat_template", None):
        rendered = render_chat(tokenizer, [{"role": "user", "content": _TEXT}])
        before, found, after = rendered.partition(_TEXT)
        if not found:
            raise ModelError(
                "the model's chat template drops part of the prompt", "use a model with a usual chat template"
            )
        head, end = (tokenizer(t, add_special_tokens=False, verbose=False)["input_ids"] for t in (before, after))
        ids = [*head, *ids, *end]
        read += len(head)
    return RawPrompt(ids, max(1, len(ids) - tail if question is None else read))
