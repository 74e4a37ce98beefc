"""Text that comes from outside as token ids: never one of the vocabulary's added tokens, whatever is written in it.

`split_special_tokens` of transformers keeps the tokens that are flagged as special out of a text; others that were
added ("<tool_call>" of Qwen, tool tags of other families) still become one id that the model was trained to obey.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

Piece = tuple[int, int, int]  # token id, and the characters [start, end) it stands for


def plain_pieces(tokenizer: Any, text: str) -> list[Piece]:
    """Ids of a text with their characters; none of them is an added token that says anything."""
    made = tokenizer(
        text, add_special_tokens=False, split_special_tokens=True, return_offsets_mapping=True, verbose=False
    )
    placed = zip(made["input_ids"], made["offset_mapping"], strict=True)
    pieces = [(token, start, end) for token, (start, end) in placed]
    control = control_ids(tokenizer)
    if control.isdisjoint(made["input_ids"]):
        return pieces
    encoded = _without_added(tokenizer).encode(text, add_special_tokens=False)
    pieces = [(token, start, end) for token, (start, end) in zip(encoded.ids, encoded.offsets, strict=True)]
    return [p for piece in pieces for p in _halved(tokenizer, text, piece, control)]


def plain_text_ids(tokenizer: Any, text: str) -> list[int]:
    """Ids of a text, as `plain_pieces`."""
    if not text:
        return []
    ids = list(tokenizer(text, add_special_tokens=False, split_special_tokens=True, verbose=False)["input_ids"])
    return ids if control_ids(tokenizer).isdisjoint(ids) else [token for token, _, _ in plain_pieces(tokenizer, text)]


@lru_cache(maxsize=8)
def control_ids(tokenizer: Any) -> frozenset[int]:
    """Ids of the added tokens that are more than white space; tokens for runs of spaces are text."""
    return frozenset(i for i, token in tokenizer.added_tokens_decoder.items() if str(token).strip())


@lru_cache(maxsize=2)
def _without_added(tokenizer: Any) -> Any:
    """The tokenizer's own machine with every added token taken for special, and special ones read as text."""
    from tokenizers import Tokenizer

    state = json.loads(tokenizer.backend_tokenizer.to_str())
    for token in state.get("added_tokens", ()):
        token["special"] = True
    machine = Tokenizer.from_str(json.dumps(state))
    machine.encode_special_tokens = True
    machine.no_truncation()
    machine.no_padding()
    return machine


def _halved(tokenizer: Any, text: str, piece: Piece, control: frozenset[int]) -> list[Piece]:
    """A token that the vocabulary itself makes of such words (unigram models do) in two parts, each plain."""
    token, start, end = piece
    if token not in control or end - start < 2:
        return [] if token in control else [piece]
    middle = start + (end - start) // 2
    found: list[Piece] = []
    for lo, hi in ((start, middle), (middle, end)):
        encoded = _without_added(tokenizer).encode(text[lo:hi], add_special_tokens=False)
        for made, (first, last) in zip(encoded.ids, encoded.offsets, strict=True):
            found += _halved(tokenizer, text, (made, lo + first, lo + last), control)
    return found
