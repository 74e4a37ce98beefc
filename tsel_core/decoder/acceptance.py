"""Is a path through the model right? Its logits beside those of transformers' own forward pass, before it is used.

The reference is the model as transformers runs it: its own attention ("eager"), its own masks, no cache of ours. The
lean step and the seam (transformers' layers with our attention and cache) are compared with it on a few tokens of real
text, placed around every position at which the config begins to compute something else: the positions are given, so a
threshold at 16,384 costs as little as one at 4. A path that differs is not used; one without a right path is refused.

Weights in 16 bits are widened to float32 for the check, one map at a time (tsel_core.decoder.widen): the logits of 28
layers in bf16 differ by 13 % from themselves in another order of summing, which would hide a trait that is left out.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from tsel_core.decoder.sampled_head import SampledHead
from tsel_core.decoder.weights import decoder_of
from tsel_core.decoder.widen import is_narrow, widened
from tsel_core.device.faults import as_fault
from tsel_core.errors import ModelError, OutOfMemory, TselError
from tsel_core.models.families import thresholds

NUM_TOKENS = 12
HALF, END = NUM_TOKENS // 2, NUM_TOKENS - 2
PARTS = ((0, HALF), (HALF, END), (END, END + 1), (END + 1, END + 2))
"""How a path takes the tokens: a chunk of which every row counts, one of which the last does, two single rows."""
ROWS = (*range(HALF), END - 1, END, END + 1)
"""The rows whose logits are compared."""
_MOST_PLACES = 4
_TEXT = "The minutes of 4 March 2024: 予算は 1,250,000 円。Decision: approved (see §3.2), 'as-is'."
_EXACT, _ROUNDED = 5e-3, 0.4  # relative error of logits that rounding explains: float32 (TF32 too); bf16, many layers


@dataclass(frozen=True)
class Place:
    """Tokens [NUM_TOKENS] at positions `offset`, `offset` + 1, ..., and the logits [ROWS, vocab] that are right."""

    tokens: Tensor
    offset: int
    expected: Tensor


Path = Callable[[Sequence[Place], bool], list[Tensor]]
"""(places, widened) -> logits [ROWS, vocab] of each."""


class Judge:
    """Compares paths of one model with its own forward pass."""

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        attention: str,
        together: bool,
        layers: Sequence[int] | None = None,
        samples_head: bool = True,
    ) -> None:
        self.model, self.attention, self.together = model, attention, together
        self.layers = layers  # those that are run; None: all
        ids = sample_tokens(model, tokenizer)
        self.tokens = torch.tensor(ids, device=next(model.parameters()).device)
        self.head = SampledHead.of(model) if samples_head else SampledHead(None)
        self._found: dict[bool, list[Place]] = {}

    @torch.inference_mode()
    def difference(self, path: Path, num_places: int | None = None) -> str:
        """How a path differs from what is right; "": nowhere. ModelError where the model itself gives no logits.

        At the first `num_places` places (None: at all), of which the first is at position 0.
        """
        problem = ""
        for wide in (True, False) if is_narrow(self.model) else (False,):
            try:
                found = self.places(wide)[:num_places]
                with self.head.swapped(self.model):
                    logits = path(found, wide)
            except Exception as error:  # whatever a model's own code or a kernel says to float32: then as it is
                raise_fault(error, ignore_memory=wide)
                plain = type(error).__name__ in ("NotAppended", "WaitsForDevice")  # what they say is a sentence of ours
                problem = _short(error) if plain else f"{type(error).__name__}: {_short(error)}"
                continue
            exact = wide or not is_narrow(self.model)
            return next(filter(None, (compared(x, p, exact) for x, p in zip(logits, found, strict=True))), "")
        return problem

    def places(self, wide: bool) -> list[Place]:
        """The probes with the logits that are right."""
        if wide not in self._found:
            at = offsets(self.model)
            groups = [at] if self.together else [[o] for o in at]
            try:
                own = [logits for group in groups for logits in self._own(group, wide)]
            except Exception as error:
                if wide or isinstance(error, ModelError):
                    raise
                raise_fault(error)
                why = f"transformers' own forward pass gives no logits: {_short(error)}"
                raise refusal(self.model, why) from error
            if not all(bool(torch.isfinite(logits).all()) for logits in own):
                raise refusal(self.model, "transformers' own forward pass gives logits that are not finite")
            self._found[wide] = [Place(self.tokens, o, x[list(ROWS)]) for o, x in zip(at, own, strict=True)]
        return self._found[wide]

    def _own(self, group: Sequence[int], wide: bool) -> list[Tensor]:
        """Logits [T, vocab] float32 of the model's own forward pass, the tokens beginning at each position."""
        at = torch.tensor(group, device=self.tokens.device)[:, None] + torch.arange(
            NUM_TOKENS, device=self.tokens.device
        )
        given = {"position_ids": at} if any(group) else {}
        self.model.set_attn_implementation("eager")
        try:
            with self.head.swapped(self.model), widened(self.model, wide), only_layers(self.model, self.layers):
                out = self.model(input_ids=self.tokens.expand(len(group), -1), use_cache=False, **given)
            return list(out.logits.float())
        finally:
            self.model.set_attn_implementation(self.attention)


@contextmanager
def only_layers(model: Any, layers: Sequence[int] | None) -> Iterator[None]:
    """While it lasts the decoder has these of its layers alone; None: all."""
    if layers is None:
        yield
        return
    base = decoder_of(model)
    every = base.layers
    base.layers = nn.ModuleList([every[i] for i in layers])
    try:
        yield
    finally:
        base.layers = every


def layers_checked(model: Any) -> list[int] | None:
    """Layers that the lean step is checked with: all (None), but some of each kind where widening them takes long.

    A CPU widens and multiplies 1.5 billion weights in twenty seconds of its time. The layers of a lean family differ
    in nothing but what its config lists by layer: the first and the last are run, and every one whose entry in such a
    list is not the usual. tests/core/models/test_mutants.py plants what must be found with these.
    """
    config = model.config.get_text_config()
    count = int(config.num_hidden_layers)
    if count <= 6 or next(model.parameters()).device.type != "cpu" or not is_narrow(model):
        return None
    chosen = {0, count - 1}
    for entries in config.to_dict().values():
        if isinstance(entries, list) and len(entries) == count:
            usual = Counter(map(str, entries)).most_common(1)[0][0]
            chosen |= {i for i, entry in enumerate(entries) if str(entry) != usual}
    return sorted(chosen)


def sample_tokens(model: Any, tokenizer: Any) -> list[int]:
    """Ids of a real sentence; without a tokenizer (a rank that has none) ids spread over the vocabulary."""
    size = int(model.config.get_text_config().vocab_size)
    ids: list[int] = [] if tokenizer is None else tokenizer(_TEXT, add_special_tokens=False).input_ids
    spread = [(37 + 7919 * i) % size for i in range(NUM_TOKENS)]
    return ([i for i in ids if i < size] + spread)[:NUM_TOKENS]


def offsets(model: Any) -> list[int]:
    """First positions of the probes: 0, then runs that straddle each threshold, where the model takes positions."""
    config = model.config.get_text_config()
    if "position_ids" not in inspect.signature(model.forward).parameters:
        return [0]
    limit = int(getattr(config, "max_position_embeddings", 0) or 0)
    around = [min(t - NUM_TOKENS // 2, limit - NUM_TOKENS) for t in thresholds(config)]
    return [0, *sorted({o for o in around if o > 0})[: _MOST_PLACES - 1]]


def compared(logits: Tensor, place: Place, exact: bool) -> str:
    """How logits differ from those of a place; "" when rounding explains it."""
    logits = logits.float()
    where = f"at positions {place.offset:,} to {place.offset + NUM_TOKENS - 1:,}"
    if logits.shape != place.expected.shape:
        return f"logits of another shape {where}"
    lost = relative_error(logits, place.expected, exact)
    if not lost <= (_EXACT if exact else _ROUNDED):
        return f"logits off by {lost:.1%} {where}"
    return "" if tops_agree(logits, place.expected, exact) else f"another most likely token {where}"


def relative_error(logits: Tensor, expected: Tensor, exact: bool = True) -> float:
    """Relative error [] of the logits, by rows: norm of the difference by the norm of what is right, centred.

    The largest row's in float32. Below that the third quartile's: rounding may send a token to another expert.
    """
    centred = expected - expected.mean(-1, keepdim=True)
    lost = (logits - expected).norm(dim=-1) / centred.norm(dim=-1).clamp_min(1e-20)
    return float(lost.max() if exact else lost.quantile(0.75))


def tops_agree(logits: Tensor, expected: Tensor, exact: bool = True) -> bool:
    """Whether the most likely token of every row is the right one (of most rows when rounded), near ties apart."""
    allowed = 4 * (_EXACT if exact else _ROUNDED) * expected.std(-1)
    short = expected.amax(-1) - expected.gather(-1, logits.argmax(-1, keepdim=True))[:, 0]
    agree = float((short <= allowed).float().mean())
    return agree == 1 if exact else agree >= 0.6


def raise_fault(error: Exception, ignore_memory: bool = False) -> None:
    """Memory and devices fail, too, and other errors of ours come through: that says nothing of the path."""
    fault = as_fault(error, "checking the model")
    if isinstance(error, TselError) or (fault is not None and not (ignore_memory and isinstance(fault, OutOfMemory))):
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
