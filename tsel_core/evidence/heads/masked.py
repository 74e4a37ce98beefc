"""A prompt that was read, without the tokens of its passages that give orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tsel_core.engine.engine import Engine
from tsel_core.engine.masking import can_mask, read_masked
from tsel_core.engine.reading import Reading
from tsel_core.prompts.build import Prompt

if TYPE_CHECKING:
    from tsel_core.trust.orders.detect import OrderMark


@dataclass(frozen=True)
class LastRead:
    """The prompt that was read last, and its reading."""

    prompt: Prompt
    reading: Reading

    def can_mask(self, engine: Engine) -> bool:
        """Whether passages of it can be masked."""
        return can_mask(engine, self.reading)

    def read_masked(self, engine: Engine, prompt: Prompt, rows: Sequence[int]) -> Reading:
        """The reading with `rows` masked, as one of the masked `prompt`."""
        tail = prompt.input_ids[prompt.tail_start :]
        return read_masked(engine, self.reading, self.prompt.doc_end, rows, tail)


def masked_prompt(prompt: Prompt, marks: Sequence[OrderMark]) -> tuple[Prompt, list[int]]:
    """The prompt without each token that shares a character with a marked passage, and the rows of those tokens.

    Its text is the same, so that places stay what they are; its documents are blank there.
    """
    from tsel_core.trust.orders.doubt import without_orders

    begins = {(p.doc_index, p.unit_index): p.start for p in prompt.rendered.placed}
    marked = np.zeros(prompt.num_document_tokens, dtype=bool)
    for mark in marks:
        begin = begins.get((mark.span.doc_index, mark.span.unit_index))
        if begin is not None:
            marked |= (prompt.char_starts < begin + mark.span.end) & (prompt.char_ends > begin + mark.span.start)
    rows = [int(at) + prompt.doc_start for at in np.flatnonzero(marked)]
    gone = set(rows)
    masked = replace(
        prompt,
        input_ids=[token for row, token in enumerate(prompt.input_ids) if row not in gone],
        doc_end=prompt.doc_end - len(rows),
        documents=tuple(without_orders(prompt.documents, marks)),
        char_starts=prompt.char_starts[~marked],
        char_ends=prompt.char_ends[~marked],
    )
    return masked, rows
