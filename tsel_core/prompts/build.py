"""Document + task -> token ids, with the source of every document token.

The pieces are tokenized apart: the template's own pieces may hold special tokens, the document and the question
never do (text such as "<|im_end|>" or "<tool_call>" inside a file stays text). Document first, question last, so that
one reading serves many questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tsel_core.document import Document, RenderedText, SourceSpan, render_documents
from tsel_core.errors import ModelError
from tsel_core.prompts.plain_text import Piece, plain_pieces, plain_text_ids
from tsel_core.prompts.tasks import Task
from tsel_core.prompts.thinking import render_chat

_DOC, _QUESTION = "\x02DOCUMENT\x02", "\x02QUESTION\x02"


@dataclass(frozen=True)
class Prompt:
    """Token ids of a whole prompt, and where each document token came from.

    `input_ids` [num_tokens]; tokens doc_start .. doc_end are the document, those from `tail_start` on are the
    question's tail. `char_starts`, `char_ends` [doc tokens] are character offsets into `rendered.text`.
    """

    input_ids: list[int]
    doc_start: int
    doc_end: int
    rendered: RenderedText
    documents: tuple[Document, ...]
    task: Task
    char_starts: np.ndarray = field(repr=False)
    char_ends: np.ndarray = field(repr=False)

    @property
    def num_tokens(self) -> int:
        """Tokens of the whole prompt."""
        return len(self.input_ids)

    @property
    def num_document_tokens(self) -> int:
        """Tokens of the document."""
        return self.doc_end - self.doc_start

    @property
    def tail_start(self) -> int:
        """First token after the document: from here on queries belong to the question."""
        return self.doc_end

    def source_map(self, token_index: int) -> list[SourceSpan]:
        """Source of one prompt token; empty for tokens of the template, the question and separators."""
        if not self.doc_start <= token_index < self.doc_end:
            return []
        at = token_index - self.doc_start
        return self.rendered.spans(int(self.char_starts[at]), int(self.char_ends[at]))

    def unit_of_tokens(self) -> np.ndarray:
        """Index into `rendered.placed` of each document token [doc tokens] int32, -1 between units."""
        starts = np.array([p.start for p in self.rendered.placed], dtype=np.int64)
        ends = np.array([p.end for p in self.rendered.placed], dtype=np.int64)
        if not len(starts):
            return np.full(len(self.char_starts), -1, dtype=np.int32)
        at = np.searchsorted(starts, self.char_starts, side="right") - 1
        # a token that begins in the separator before a unit (" word") belongs to the unit it ends in
        after = np.clip(at + 1, 0, len(starts) - 1)
        overlaps = (self.char_ends > starts[after]) & (after != at)
        at = np.where(overlaps & ((at < 0) | (self.char_starts >= ends[np.clip(at, 0, None)])), after, at)
        inside = (at >= 0) & (self.char_starts < ends[np.clip(at, 0, None)])
        return np.where(inside, at, -1).astype(np.int32)


def build_prompt(documents: Sequence[Document], task: Task, tokenizer: Any, think: bool = False) -> Prompt:
    """Render documents and task through the model's chat template.

    `tokenizer` is a fast tokenizer of transformers; `think`: a model that can reason first may.
    Raises ModelError when its template drops the document.
    """
    rendered = render_documents(documents)
    before, between, after = template_pieces(task, tokenizer, think)
    head = _template_ids(tokenizer, before)
    pieces = plain_pieces(tokenizer, rendered.text)
    tail = _template_ids(tokenizer, between) + plain_text_ids(tokenizer, task.question)
    tail += _template_ids(tokenizer, after)
    ids = head + [token for token, _, _ in pieces] + tail
    return placed_prompt(ids, len(head), pieces, rendered, documents, task)


def placed_prompt(
    ids: list[int],
    begin: int,
    pieces: Sequence[Piece],
    rendered: RenderedText,
    documents: Sequence[Document],
    task: Task,
) -> Prompt:
    """The prompt of these ids, in which the document's `pieces` begin at `begin`."""
    offsets = np.array([(start, end) for _, start, end in pieces], dtype=np.int64).reshape(-1, 2)
    return Prompt(
        input_ids=ids,
        doc_start=begin,
        doc_end=begin + len(offsets),
        rendered=rendered,
        documents=tuple(documents),
        task=task,
        char_starts=offsets[:, 0],
        char_ends=offsets[:, 1],
    )


def template_pieces(task: Task, tokenizer: Any, think: bool = False) -> tuple[str, str, str]:
    """The chat template's text before the document, between document and question, and after the question."""
    user = f"{_DOC}\n\n---\n{task.instruction}{_QUESTION}"
    messages = [{"role": "system", "content": task.system}, {"role": "user", "content": user}]
    if getattr(tokenizer, "chat_template", None):
        text = render_chat(tokenizer, messages, think)
    else:  # a base model: plain text
        text = f"{task.system}\n\n{user}\n"
    before, found, rest = text.partition(_DOC)
    between, found_too, after = rest.partition(_QUESTION)
    if not (found and found_too):
        raise ModelError("the model's chat template drops part of the prompt", "use a model with a usual chat template")
    return before, between, after


def _template_ids(tokenizer: Any, text: str) -> list[int]:
    """Ids of a piece of the template, whose special tokens are meant."""
    return list(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]) if text else []
