"""Which path a model takes: the lean step where it reproduces the model, else transformers' own layers, else none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor

from tsel_core.decoder.acceptance import PARTS, Judge, Path, Place, layers_checked, refusal
from tsel_core.decoder.cpu_modules import forget_int8_rows
from tsel_core.decoder.graph.check import captured_path
from tsel_core.decoder.graph.decode import captures
from tsel_core.decoder.known_logits import KnownJudge
from tsel_core.decoder.mixer import CacheMixer, RotaryTable
from tsel_core.decoder.own_layers import lengths, own_logits
from tsel_core.decoder.plain import plain_twin
from tsel_core.decoder.recurrent import recurrent_layers
from tsel_core.decoder.rotary_length import FixedLengthRotary, depends_on_length
from tsel_core.decoder.step import DecoderStep, KernelOps, TorchOps
from tsel_core.decoder.weights import not_lean
from tsel_core.decoder.widen import wide_layer, wide_linear, widened
from tsel_core.errors import ModelError
from tsel_core.kv.cache import KVCache
from tsel_core.layers.defined import DefinedRuntime
from tsel_core.layers.runtime import AttentionRuntime, Seam
from tsel_core.models.accepted import Accepted, accepted, refuse_known, remember
from tsel_core.models.plain_decoder import PlainModel
from tsel_core.selection.passes import Pass
from tsel_kernels.backend import torch_kernels
from tsel_kernels.protocol import Kernels

if TYPE_CHECKING:
    from tsel_core.device.ranks import Ranks
    from tsel_core.models.load import LoadedModel
    from tsel_core.models.shipped.known import KnownModel


@dataclass(frozen=True)
class Choice:
    """The lean step, or None where transformers' own layers run; `note`: why they do.

    `uncaptured`: why such layers do not write in the captured loop, on a device that has one; "": they do.
    """

    step: DecoderStep | None
    model: Any  # the modules whose weights the step takes
    note: str = ""
    uncaptured: str = ""


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
    if isinstance(model, PlainModel):  # made from what an earlier check remembered, or from what the package knows
        step = _lean_step(model, kernels, ranks)
        if loaded.known is not None and accepted(loaded) is None:
            _check_known(loaded, loaded.known, step, seam, kernels)
        return Choice(step, model)
    forget_int8_rows(model)
    note = not_lean(model) or next(iter(seam.runtime.full_layers.values()), "")
    known = accepted(loaded) if ranks is None else None
    if known is not None:
        if known.path == "lean" and not note:
            return Choice(_lean_step(model, kernels, ranks), model)
        if known.path == "seam":
            return Choice(None, model, note or known.note, known.uncaptured)
    from tsel_core.layers.seam import NAME, layers_without_seam

    tokenizer = None if ranks else getattr(loaded, "tokenizer", None)
    seam.run = Pass()
    if not note:
        twin = plain_twin(model, tuple(getattr(loaded, "eos_ids", ()))) if ranks is None and not rotaries else None
        step = _lean_step(model if twin is None else twin, kernels, ranks)
        judge = Judge(model, tokenizer, NAME, not rotaries, layers_checked(model), ranks is None)
        if twin is not None and not judge.difference(lean_path(step, twin, seam.runtime, kernels, judge)):
            return _kept(Choice(step, twin), loaded, ranks)
        step = _lean_step(model, kernels, ranks)
        wrong = judge.difference(lean_path(step, model, seam.runtime, kernels, judge))
        if not wrong:
            return _kept(Choice(step, model), loaded, ranks)
        note = f"the lean step does not reproduce it: {wrong}"
    judge = Judge(model, tokenizer, NAME, not rotaries, samples_head=ranks is None)
    wrong = judge.difference(seam_path(model, rotaries)) or layers_without_seam(model)
    if wrong:
        raise refusal(model, wrong)
    uncaptured = ""
    if ranks is None and captures(kernels, torch.device(loaded.device)):
        uncaptured = judge.difference(captured_path(model, seam, rotaries, kernels), 1)
    return _kept(Choice(None, model, note, uncaptured), loaded, ranks)


def _check_known(loaded: LoadedModel, known: KnownModel, step: DecoderStep, seam: Seam, kernels: Kernels) -> None:
    """Compare with the logits that came with the package, once. Raises ModelError: the next start asks transformers."""
    model = loaded.model
    seam.run, judge = Pass(), KnownJudge(model, known)
    wrong = judge.difference(lean_path(step, model, *_uncompiled(seam.runtime, kernels), judge))
    if wrong:
        refuse_known(loaded)
        raise ModelError(
            f"model {loaded.info.name} does not compute here what it should: {wrong}",
            "run the command again: it is then compared with transformers on this machine",
        )
    _kept(Choice(step, model), loaded, None)


def _uncompiled(runtime: AttentionRuntime, kernels: Kernels) -> tuple[AttentionRuntime, Kernels]:
    """What a known model is checked with: the definitions in place of Triton's kernels.

    In float32 these would be compiled for the check alone, five to seven seconds of a first start on an H200. Weights,
    biases, norms, positions and the order of layers are judged as before; the kernels were, for such a model's shapes,
    before the package knew it, on the kinds of GPU and with the Triton that a list of launches was recorded with. On
    others the kernels are judged here.
    """
    if kernels.name != "triton" or not _were_recorded():
        return runtime, kernels
    return DefinedRuntime(runtime.selectors), torch_kernels()


def _were_recorded() -> bool:
    """Whether our kernels ran on this kind of GPU with this Triton when a list of launches was recorded."""
    from tsel_kernels.ahead import list_of

    return torch.cuda.is_available() and list_of(torch.cuda.get_device_capability()).is_file()


def check_seam(model: Any) -> None:
    """Raise ModelError when a model that is attached does not give its own logits through our attention.

    Its rotary frequencies may depend on the length of a call: then there is nothing to compare part by part.
    """
    from tsel_core.layers.seam import NAME, layers_without_seam

    if depends_on_length(model):
        return
    wrong = Judge(model, None, NAME, True).difference(seam_path(model, ())) or layers_without_seam(model)
    if wrong:
        raise refusal(model, wrong)


def _kept(choice: Choice, loaded: LoadedModel, ranks: Ranks | None) -> Choice:
    if next(loaded.model.parameters()).is_cuda:
        torch.cuda.empty_cache()  # the widened copies were as large as the largest matrix
    if ranks is None:
        outline = choice.model.outline if isinstance(choice.model, PlainModel) else None
        path: Literal["lean", "seam"] = "seam" if choice.step is None else "lean"
        remember(loaded, Accepted(path, choice.note, outline, choice.uncaptured))
    return choice


def _lean_step(model: Any, kernels: Kernels, ranks: Ranks | None) -> DecoderStep:
    on_cuda = next(model.parameters()).device.type == "cuda"
    step = DecoderStep(model, KernelOps(kernels) if on_cuda else TorchOps())
    step.ranks = ranks
    return step


def lean_path(
    step: DecoderStep, model: Any, runtime: AttentionRuntime, kernels: Kernels, judge: Judge | KnownJudge
) -> Path:
    """The lean step as reading and writing use it: a chunk, the last token of a chunk alone, single rows.

    Layer by layer over all places and parts, so that a widened layer is made once; those layers, and those tokens of
    the head, that the judge compares.
    """
    layers = judge.layers
    chosen = layers or range(len(step.layers))

    def run(found: Sequence[Place], wide: bool) -> list[Tensor]:
        ours = DecoderStep.sharing(step, TorchOps() if wide else step.ops)
        if wide:
            ours.layers, ours.final_norm = list(step.layers), step.final_norm.float()
        mixers = [_mixer(model, runtime, kernels, len(step.layers), place) for place in found]
        begun = [(m, ours.embedded(p.tokens[a:b])) for m, p in zip(mixers, found, strict=True) for a, b in PARTS]
        rows: list[tuple[Tensor | None, Tensor]] = [(None, residual) for _, residual in begun]
        for layer_idx in chosen:
            if wide:
                ours.layers[layer_idx] = ours.chunk_end = wide_layer(step.layers[layer_idx])
            for at, (mixer, _) in enumerate(begun):
                last = layer_idx == chosen[-1] and at % len(PARTS) == 1
                rows[at] = ours.layer(layer_idx, *rows[at], mixer, last=last)
            ours.layers[layer_idx] = step.layers[layer_idx]
        head = judge.head.of_linear(step.head)
        ours.head = wide_linear(head) if wide else head
        total = torch.cat([residual if x is None else x + residual for x, residual in rows])
        return list(ours.logits(None, total).chunk(len(found)))

    return run


def _mixer(model: Any, runtime: AttentionRuntime, kernels: Kernels, num_layers: int, place: Place) -> CacheMixer:
    table = RotaryTable(model, len(place.tokens), place.offset)
    return CacheMixer(model, KVCache(num_layers, len(place.tokens)), runtime, table, kernels, Pass())


def seam_path(model: Any, rotaries: Sequence[FixedLengthRotary]) -> Path:
    """transformers' layers with our attention and cache, as reading and writing use them."""

    def run(found: Sequence[Place], wide: bool) -> list[Tensor]:
        with widened(model, wide):
            return [_seam_rows(model, rotaries, place) for place in found]

    return run


def _seam_rows(model: Any, rotaries: Sequence[FixedLengthRotary], place: Place) -> Tensor:
    text, rows = model.config.get_text_config(), []
    cache = KVCache(text.num_hidden_layers, len(place.tokens), recurrent=recurrent_layers(text))
    with lengths(rotaries, place.offset + len(place.tokens)):
        for begin, end in PARTS:
            at = torch.arange(place.offset + begin, place.offset + end, device=place.tokens.device)[None]
            given = at if place.offset else None
            logits = own_logits(model, cache, place.tokens[begin:end], every=True, positions=given)
            rows.append(logits if begin == 0 else logits[-1:])
    return torch.cat(rows)
