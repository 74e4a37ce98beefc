"""What a reply may be made of: one of some texts, or words that stand in a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tsel_core.evidence.asking.tail import plain_ids


class Allowed(Protocol):
    """Decides token by token."""

    def after(self, written: Sequence[int]) -> tuple[Sequence[int], bool]:
        """Token ids that may follow those written so far, and whether the reply may end here."""


@dataclass
class _Node:
    children: dict[int, _Node] = field(default_factory=dict)
    may_end: bool = False


class Choices:
    """Token sequences that a reply may be, as a tree of their beginnings."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, ids: Sequence[int], ends: Sequence[bool]) -> None:
        """Allow a sequence; `ends[i]` says whether the reply may stop after token i."""
        node = self._root
        for token, may_end in zip(ids, ends, strict=True):
            node = node.children.setdefault(token, _Node())
            node.may_end = node.may_end or may_end

    def after(self, written: Sequence[int]) -> tuple[Sequence[int], bool]:
        """See Allowed."""
        node = self._root
        for token in written:
            node = node.children[token]
        return list(node.children), node.may_end


def one_of(texts: Sequence[str], tokenizer: Any) -> Choices:
    """The reply is one of `texts`, whole."""
    choices = Choices()
    for text in texts:
        ids = plain_ids(tokenizer, text, False)
        choices.add(ids, [False] * (len(ids) - 1) + [True])
    return choices


def span_of(text: str, tokenizer: Any, *, others: Sequence[str] = (), max_tokens: int = 48) -> Choices:
    """The reply is a run of whole words of `text` (characters in Japanese), or one of `others` ("not stated")."""
    choices = one_of(others, tokenizer) if others else Choices()
    for start in range(len(text)):
        if text[start].isspace() or not is_edge(text, start):
            continue
        rest = text[start:]
        told = tokenizer(
            rest, add_special_tokens=False, split_special_tokens=True, return_offsets_mapping=True, verbose=False
        )
        ids = list(told["input_ids"])[:max_tokens]
        ends = [is_edge(text, start + hi) for _, hi in told["offset_mapping"][:max_tokens]]
        choices.add(ids, ends)
    return choices


def is_edge(text: str, at: int) -> bool:
    """Whether a word may begin or end before character `at`: not inside a Latin word or a number."""
    if at <= 0 or at >= len(text):
        return True
    left, right = text[at - 1], text[at]
    inside = (left.isascii() and left.isalnum()) and (right.isascii() and right.isalnum())
    number = left in ".,:/" and right.isdigit() and at >= 2 and text[at - 2].isdigit()
    return not (inside or number)
