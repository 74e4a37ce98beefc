"""Which path a model takes: the lean step where it reproduces the model, else transformers' own layers, else none."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from tsel_core.decoder.acceptance import Path, difference, places, refusal
from tsel_core.decoder.mixer import CacheMixer, RotaryTable
from tsel_core.decoder.rotary_length import FixedLengthRotary
from tsel_core.decoder.step import DecoderStep, KernelOps, TorchOps
from tsel_core.decoder.weights import not_lean
from tsel_core.kv.cache import KVCache
from tsel_core.layers.runtime import NAME, AttentionRuntime, Seam, layers_without_seam
from tsel_core.models.accepted import Accepted, accepted, remember
from tsel_core.selection.passes import Pass
from tsel_kernels.protocol import Kernels

if TYPE_CHECKING:
    from tsel_core.device.ranks import Ranks
    from tsel_core.models.load import LoadedModel


@dataclass(frozen=True)
class Choice:
    """The lean step, or None where transformers' own layers run; `note`: why they do."""

    step: DecoderStep | None
    note: str = ""


def choose_path(
    loaded: LoadedModel,
    seam: Seam,
    kernels: Kernels,
    ranks: Ranks | None = None,
    rotaries: Sequence[FixedLengthRotary] = (),
) -> Choice:
    """The path of a loaded model, after it gave the logits of transformers' own forward pass.

    Remembered by the model's hash (not for one rank's part: all ranks must go through the check together). Raises
    ModelError for a model that no path reproduces.
    """
    model = loaded.model
    note = not_lean(model) or next(iter(seam.runtime.full_layers.values()), "")
    known = accepted(loaded) if ranks is None else None
    if known is not None:
        if known.path == "lean" and not note:
            return Choice(_lean_step(model, kernels, ranks))
        if known.path == "seam":
            return Choice(None, note or known.note)
    found = places(model, None if ranks else getattr(loaded, "tokenizer", None), NAME)
    seam.run = Pass()
    if not note:
        step = _lean_step(model, kernels, ranks)
        wrong = difference(lean_path(step, model, seam.runtime, kernels), found, model.dtype)
        if not wrong:
            return _kept(Choice(step), loaded, ranks)
        note = f"the lean step does not reproduce it: {wrong}"
    wrong = difference(seam_path(model, rotaries), found, model.dtype) or layers_without_seam(model)
    if wrong:
        raise refusal(model, wrong)
    return _kept(Choice(None, note), loaded, ranks)


def _kept(choice: Choice, loaded: LoadedModel, ranks: Ranks | None) -> Choice:
    if ranks is None:
        remember(loaded, Accepted("seam" if choice.step is None else "lean", choice.note))
    return choice


def _lean_step(model: Any, kernels: Kernels, ranks: Ranks | None) -> DecoderStep:
    on_cuda = next(model.parameters()).device.type == "cuda"
    step = DecoderStep(model, KernelOps(kernels) if on_cuda else TorchOps())
    step.ranks = ranks
    return step


def lean_path(step: DecoderStep, model: Any, runtime: AttentionRuntime, kernels: Kernels) -> Path:
    """The lean step as reading and writing use it: chunks, the last token of a chunk alone, single rows."""

    def run(tokens: Tensor, offset: int) -> Tensor:
        cache, table = KVCache(len(step.layers), len(tokens)), RotaryTable(model, len(tokens), offset)
        mixer = CacheMixer(model, cache, runtime, table, kernels, Pass())
        half, end = len(tokens) // 2, len(tokens) - 2
        rows = [step.forward(tokens[:half], mixer, every=True)]
        last = step.forward(tokens[half:end], mixer)
        cache.crop(half)
        rows += [step.forward(tokens[half:end], mixer, every=True)[:-1], last[None]]
        rows += [step.forward(tokens[at : at + 1], mixer)[None] for at in range(end, len(tokens))]
        return torch.cat(rows)

    return run


def seam_path(model: Any, rotaries: Sequence[FixedLengthRotary]) -> Path:
    """transformers' layers with our attention and cache, as reading and writing use them."""

    def run(tokens: Tensor, offset: int) -> Tensor:
        cache = KVCache(model.config.get_text_config().num_hidden_layers, len(tokens))
        half, end = len(tokens) // 2, len(tokens) - 2
        parts = [(0, half), (half, end), *((at, at + 1) for at in range(end, len(tokens)))]
        rows = []
        with lengths(rotaries, offset + len(tokens)):
            for begin, stop in parts:
                at = torch.arange(offset + begin, offset + stop, device=tokens.device)[None] if offset else None
                rows.append(seam_logits(model, cache, tokens[begin:stop], every=True, positions=at))
        return torch.cat(rows)

    return run


def seam_logits(
    model: Any, cache: KVCache, tokens: Tensor, *, every: bool, positions: Tensor | None = None
) -> Tensor:
    """Logits [vocab] after tokens [T], or [T, vocab] after each with `every`; `positions` [1, T]: not the next ones."""
    given: dict[str, Any] = {} if positions is None else {"position_ids": positions}
    if "logits_to_keep" in inspect.signature(model.forward).parameters:
        given["logits_to_keep"] = 0 if every else 1
    logits: Tensor = model(input_ids=tokens[None], past_key_values=cache, use_cache=True, **given).logits[0]
    return logits if every else logits[-1]


@contextmanager
def lengths(rotaries: Sequence[FixedLengthRotary], length: int) -> Iterator[None]:
    """Rotary frequencies of a text of `length` tokens, where they depend on it."""
    for rotary in rotaries:
        rotary.length = length
    try:
        yield
    finally:
        for rotary in rotaries:
            rotary.length = 0
