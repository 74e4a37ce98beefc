"""What the model itself thought of its answer, recorded beside it: how near it was to saying "not found"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from tsel_core.prompts.tasks import NOT_FOUND

if TYPE_CHECKING:
    from tsel_core.engine.reading import Reading
    from tsel_core.prompts.build import Prompt
    from tsel_core.session import Session


def reply_signals(session: Session, prompt: Prompt, reading: Reading, first: Tensor) -> dict[str, float]:
    """Log-probabilities (natural) after a prompt, one forward pass for each of the two replies.

    `first` [vocab] are the logits after the prompt, kept before writing. `refusal_*` are those of the sentence that the
    model is told to use when the document does not say, `reply_*` those of the tokens it wrote; `refusal_first` and
    `reply_first` of their first tokens. The reading ends with the prompt afterwards.
    """
    refusal = session.tokenizer(NOT_FOUND[prompt.task.lang], add_special_tokens=False)["input_ids"]
    refused = _log_probs(session, prompt, reading, first, refusal)
    found = {"refusal_first": refused[0], "refusal_mean": _mean(refused), "refusal_rest": _mean(refused[1:])}
    written = list(session.written_ids)
    if written:
        wrote = _log_probs(session, prompt, reading, first, written)
        found |= {"reply_first": wrote[0], "reply_mean": _mean(wrote), "reply_lowest": min(wrote)}
    return {name: round(value, 4) for name, value in found.items()}


def _log_probs(session: Session, prompt: Prompt, reading: Reading, first: Tensor, ids: Sequence[int]) -> list[float]:
    session.engine.crop(reading, prompt.num_tokens)
    reading.logits = first
    logits = session.engine.score(reading, ids)
    session.engine.crop(reading, prompt.num_tokens)
    reading.logits = first
    rows = torch.stack([torch.log_softmax(row.float(), -1)[token] for row, token in zip(logits, ids, strict=True)])
    return [float(x) for x in rows.cpu()]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
