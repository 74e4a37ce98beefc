"""Tokens as clients see them: their text, and their bytes where a token is a part of a character."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tsel_core.engine.sampling import TokenLogprob


def token_bytes(tokenizer: Any, token: int) -> bytes | None:
    """The bytes of a token; None where its text is no whole character and the vocabulary is not one of bytes."""
    text = token_text(tokenizer, token)
    if "�" not in text:
        return text.encode("utf-8")
    letters = str(tokenizer.backend_tokenizer.id_to_token(token) or "")
    known = _byte_letters()
    return bytes(known[c] for c in letters) if letters and all(c in known for c in letters) else None


def token_text(tokenizer: Any, token: int) -> str:
    """The text of a token by itself."""
    return str(tokenizer.decode([token], skip_special_tokens=False))


@cache
def _byte_letters() -> dict[str, int]:
    """The letters that byte-level vocabularies write bytes with (GPT-2's table)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in plain]
    return {chr(b): b for b in plain} | {chr(256 + n): b for n, b in enumerate(others)}


def chat_logprobs_json(tokenizer: Any, found: Sequence[TokenLogprob]) -> dict[str, Any]:
    """The "logprobs" of a choice of chat completions."""

    def entry(token: int, logprob: float) -> dict[str, Any]:
        data = token_bytes(tokenizer, token)
        told = None if data is None else list(data)
        return {"token": token_text(tokenizer, token), "logprob": logprob, "bytes": told}

    content = [
        {**entry(t.token_id, t.logprob), "top_logprobs": [entry(token, value) for token, value in t.top]} for t in found
    ]
    return {"content": content, "refusal": None}


def completion_logprobs_json(tokenizer: Any, found: Sequence[TokenLogprob], start: int) -> dict[str, Any]:
    """The "logprobs" of a choice of completions; `start` is where the first token begins in the text."""
    texts = [token_text(tokenizer, t.token_id) for t in found]
    offsets = [start + sum(map(len, texts[:n])) for n in range(len(texts))]
    return {
        "tokens": texts,
        "token_logprobs": [t.logprob for t in found],
        "top_logprobs": [{token_text(tokenizer, token): value for token, value in t.top} for t in found],
        "text_offset": offsets,
    }
