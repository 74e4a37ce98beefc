"""A short reply after a reading: written freely or within bounds, with the log-probability of each token."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from tsel_core.evidence.asking.constraint import Allowed
from tsel_core.prompts.stream import TextStream

if TYPE_CHECKING:
    from tsel_core.engine.engine import Engine
    from tsel_core.engine.reading import Reading


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model wrote; `token_logprobs[i]` is the log-probability of `token_ids[i]` (nats).

    `ended`: the model (or a stop text, or a constraint) ended it, not the limit.
    """

    text: str
    token_logprobs: tuple[float, ...]
    token_ids: tuple[int, ...] = ()
    ended: bool = True

    @property
    def confidence(self) -> float:
        """Mean probability of its tokens, geometrically; 0 for an empty reply."""
        return math.exp(sum(self.token_logprobs) / len(self.token_logprobs)) if self.token_logprobs else 0.0


def reply_freely(
    engine: Engine, tokenizer: Any, reading: Reading, limit: int, stop: tuple[str, ...], *, scored: bool = True
) -> Reply:
    """At most `limit` tokens after a reading, up to the first of the texts `stop`; greedy.

    `scored`: whether log-probabilities are wanted; a captured loop shows none, so they cost a pass over the reply.
    """
    begin, before = len(reading.ids), reading.logits
    replayed = engine.captures(reading)  # the captured loop shows no logits: they are scored afterwards
    stream, text, ended = TextStream(tokenizer), "", False
    logs: list[float] = []
    for step in engine.write(reading, limit):
        if not replayed:
            logs.append(_logprob(reading.logits, step.token_id))
        text += stream.push(step.token_id)
        if any(s in text for s in stop):
            ended = True
            break
    text += stream.finish()
    ended = ended or len(stream.ids) < limit
    if replayed and stream.ids and scored:
        engine.crop(reading, begin)
        reading.logits = before
        logs = logprobs(engine, reading, stream.ids)
    cut = min((text.index(s) for s in stop if s in text), default=len(text))
    return Reply(text[:cut].strip(), tuple(logs), tuple(stream.ids), ended)


def reply_bound(engine: Engine, tokenizer: Any, reading: Reading, limit: int, allowed: Allowed) -> Reply:
    """At most `limit` tokens after a reading, made of what `allowed` admits; greedy."""
    stream, text = TextStream(tokenizer), ""
    logs: list[float] = []
    for written in range(limit):
        following, may_end = allowed.after(stream.ids)
        ends = list(engine.loaded.eos_ids) if may_end else []
        candidates = [*following, *ends]
        if not following:
            break
        scores = reading.logits[torch.tensor(candidates, device=reading.logits.device)]
        token = candidates[int(scores.argmax())]
        if token in ends:
            break
        logs.append(_logprob(reading.logits, token))
        text += stream.push(token)
        if written + 1 < limit:
            engine.extend(reading, [token])
    text += stream.finish()
    return Reply(text.strip(), tuple(logs), tuple(stream.ids), allowed.after(stream.ids)[1])


def logprobs(engine: Engine, reading: Reading, ids: Sequence[int]) -> list[float]:
    """Log-probabilities (nats) of `ids` after a reading, which is left as it was."""
    begin, before = len(reading.ids), reading.logits
    if len(ids) == 1:  # what comes next is known without a pass
        return [_logprob(before, ids[0])]
    logits = engine.score(reading, ids)
    found = [_logprob(row, token) for row, token in zip(logits, ids, strict=True)]
    engine.crop(reading, begin)
    reading.logits = before
    return found


def _logprob(logits: Tensor, token: int) -> float:
    return float(logits[token].float() - logits.float().logsumexp(-1))
