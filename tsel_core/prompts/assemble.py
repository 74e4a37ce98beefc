"""A rendered chat template whose markers stand for words from outside: those are never parsed for special tokens."""

from __future__ import annotations

from typing import Any

from tsel_core.errors import ModelError
from tsel_core.prompts.plain_text import plain_text_ids


def assemble(text: str, parts: dict[str, list[int]], tokenizer: Any) -> tuple[list[int], dict[str, int]]:
    """Token ids of the template's text with its markers replaced by `parts`, and where each part begins.

    ModelError when a marker is not there: the template drops what it stands for.
    """
    ids: list[int] = []
    begins: dict[str, int] = {}
    for marker, tokens in parts.items():
        before, found, text = text.partition(marker)
        if not found:
            raise ModelError(
                "the model's chat template drops part of the conversation", "use a model with a usual chat template"
            )
        ids += text_ids(tokenizer, before, special=True)
        begins[marker] = len(ids)
        ids += tokens
    return ids + text_ids(tokenizer, text, special=True), begins


def text_ids(tokenizer: Any, text: str, *, special: bool) -> list[int]:
    """Ids of a text; `special`: it is the template's own, whose special tokens are meant."""
    if not text:
        return []
    if not special:
        return plain_text_ids(tokenizer, text)
    return list(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])
