"""Is a path through the model right? Its logits beside those of transformers' own forward pass, before it is used.

The reference is the model as transformers runs it: its own attention ("eager"), its own masks, no cache of ours. The
lean step and the seam (transformers' layers with our attention and cache) are compared with it on a few tokens of real
text, placed around every position at which the config begins to compute something else: the positions are given, so a
threshold at 16,384 costs as little as one at 4. A path that differs is not used; one without a right path is refused.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tsel_core.device.faults import as_fault
from tsel_core.errors import ModelError
from tsel_core.models.families import thresholds

NUM_TOKENS = 12
_MOST_PLACES = 4  # bounds the check to about a second for a model of 1.5 billion parameters on two cores
_TEXT = "The minutes of 4 March 2024: 予算は 1,250,000 円。Decision: approved (see §3.2), 'as-is'."
TOLERANCE = {torch.float32: 1e-3, torch.float16: 2e-2}
"""Relative error of logits that rounding explains; bf16 and narrower: 0.4 (Qwen2.5, 28 layers, bf16, CPU: 0.13)."""
PROBLEMS = (ValueError, TypeError, AttributeError, LookupError, AssertionError, RuntimeError)
"""What a model's own code raises when it is called in a way it does not know. MemoryError is not one of them."""

Path = Callable[[Tensor, int], Tensor]
"""(tokens [T] int64, position of the first) -> logits [T, vocab]."""


@dataclass(frozen=True)
class Place:
    """Tokens at positions `offset`, `offset` + 1, ..., and the logits [T, vocab] that are right."""

    tokens: Tensor
    offset: int
    expected: Tensor


def sample_tokens(model: Any, tokenizer: Any) -> list[int]:
    """Ids of a real sentence; without a tokenizer (a rank that has none) ids spread over the vocabulary."""
    size = int(model.config.get_text_config().vocab_size)
    ids: list[int] = [] if tokenizer is None else tokenizer(_TEXT, add_special_tokens=False).input_ids
    ids = [i for i in ids if i < size]
    spread = [(37 + 7919 * i) % size for i in range(NUM_TOKENS)]
    return (ids[:NUM_TOKENS] + spread)[:NUM_TOKENS]


def offsets(model: Any) -> list[int]:
    """First positions of the probes: 0, then runs that straddle each threshold, where the model takes positions."""
    config = model.config.get_text_config()
    if "position_ids" not in inspect.signature(model.forward).parameters:
        return [0]
    limit = int(getattr(config, "max_position_embeddings", 0) or 0)
    around = [min(t - NUM_TOKENS // 2, limit - NUM_TOKENS) for t in thresholds(config)]
    return [0, *sorted({o for o in around if o > 0})[: _MOST_PLACES - 1]]


@torch.inference_mode()
def own_logits(model: Any, tokens: Tensor, offset: int, attention: str) -> Tensor:
    """Logits [T, vocab] float32 of the model's own forward pass; `attention` is what it is switched back to."""
    at = torch.arange(offset, offset + len(tokens), device=tokens.device)[None]
    given = {"position_ids": at} if offset else {}
    model.set_attn_implementation("eager")
    try:
        logits: Tensor = model(input_ids=tokens[None], use_cache=False, **given).logits[0].float()
        return logits
    finally:
        model.set_attn_implementation(attention)


def places(model: Any, tokenizer: Any, attention: str) -> list[Place]:
    """The probes of a model with the logits that are right. Raises ModelError when it gives none."""
    tokens = torch.tensor(sample_tokens(model, tokenizer), device=next(model.parameters()).device)
    try:
        made = [Place(tokens, o, own_logits(model, tokens, o, attention)) for o in offsets(model)]
    except PROBLEMS as error:
        _raise_fault(error)
        raise refusal(model, f"transformers' own forward pass gives no logits: {_short(error)}") from error
    if not all(bool(torch.isfinite(p.expected).all()) for p in made):
        raise refusal(model, "transformers' own forward pass gives logits that are not finite")
    return made


@torch.inference_mode()
def difference(path: Path, found: Sequence[Place], dtype: torch.dtype) -> str:
    """How a path of a model of `dtype` differs from what is right, at the first place where it does; "": nowhere."""
    for place in found:
        try:
            logits = path(place.tokens, place.offset).float()
        except PROBLEMS as error:
            _raise_fault(error)
            return f"{type(error).__name__}: {_short(error)}"
        where = f"at positions {place.offset:,} to {place.offset + len(place.tokens) - 1:,}"
        if logits.shape != place.expected.shape:
            return f"logits of another shape {where}"
        lost = relative_error(logits, place.expected, dtype)
        if not lost <= TOLERANCE.get(dtype, 0.4):
            return f"logits off by {lost:.1%} {where}"
        if not tops_agree(logits, place.expected, dtype):
            return f"another most likely token {where}"
    return ""


def relative_error(logits: Tensor, expected: Tensor, dtype: torch.dtype) -> float:
    """Relative error [] of the logits, by rows: norm of the difference by the norm of what is right, centred.

    The largest row's in float32. Below that the third quartile's: rounding may send a token to another expert.
    """
    centred = expected - expected.mean(-1, keepdim=True)
    lost = (logits - expected).norm(dim=-1) / centred.norm(dim=-1).clamp_min(1e-20)
    return float(lost.max() if dtype == torch.float32 else lost.quantile(0.75))


def tops_agree(logits: Tensor, expected: Tensor, dtype: torch.dtype) -> bool:
    """Whether the most likely token is the right one in most rows (all in float32), ties by rounding apart."""
    allowed = 4 * TOLERANCE.get(dtype, 0.4) * expected.std(-1)
    short = expected.amax(-1) - expected.gather(-1, logits.argmax(-1, keepdim=True))[:, 0]
    agree = (short <= allowed).float().mean()
    return bool(agree == 1 if dtype == torch.float32 else agree >= 0.6)


def _raise_fault(error: BaseException) -> None:
    """Memory and devices fail, too: that says nothing of the model."""
    if as_fault(error, "checking the model") is not None:
        raise error


def refusal(model: Any, why: str) -> ModelError:
    """A clear refusal of a model whose answer nobody could trust."""
    kind = getattr(model.config.get_text_config(), "model_type", type(model).__name__)
    return ModelError(
        f"model type {kind} cannot be run rightly here: {why}",
        "see `tsel models list --families` for the families that run",
    )


def _short(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:160]
