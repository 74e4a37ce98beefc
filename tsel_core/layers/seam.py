"""The first seam to transformers: the attention function "tsel".

Registered with AttentionInterface; each attention module carries its own LayerContext (attribute `tsel_layer`),
set by `attach`. No mask is ever built: batch is 1 and nothing is padded, which the registered mask function checks.
Imported where a model of transformers is used: the import takes as long as reading a short document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface

from tsel_core.config import SelectionConfig
from tsel_core.errors import ModelError
from tsel_core.kv.window_layer import WindowLayer
from tsel_core.layers.extras import Extras
from tsel_core.layers.kinds import ATTENTION, BOTH, KNOWN, layer_kinds
from tsel_core.layers.runtime import AttentionRuntime, Seam, make_runtime
from tsel_kernels.attention.full import general_attention
from tsel_kernels.checks import MAX_HEAD_DIM
from tsel_kernels.protocol import Kernels

NAME = "tsel"


@dataclass
class LayerContext:
    """Attribute `tsel_layer` of an attention module."""

    seam: Seam
    layer_idx: int
    called: bool = False  # whether the model's layer asked us for its attention
    window: int | None = None  # the sliding window it named

    @property
    def runtime(self) -> AttentionRuntime:
        """The state all layers share."""
        return self.seam.runtime


def tsel_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    dropout: float = 0.0,
    scaling: float | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    s_aux: Tensor | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """transformers' attention interface: query [1, H, T, D], key and value [1, Hkv, N, D] -> [1, T, H, D]."""
    context: LayerContext = module.tsel_layer  # type: ignore[assignment]
    context.called, context.window = True, sliding_window
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    rows = query[0].transpose(0, 1)
    seam, usual = context.seam, _usual_width(query.shape[-1], value.shape[-1])
    if seam.rows is not None:
        extras = Extras(sliding_window, softcap, s_aux)
        new = query[0, :, 0], key[0, :, 0], value[0, :, 0]
        return seam.rows.attend(context.layer_idx, *new, scale, extras, usual)[None], None
    _check_window(seam, context.layer_idx, sliding_window)
    if sliding_window is not None or softcap is not None or not usual:
        with context.runtime.phase(seam.run, "attention"):
            out = general_attention(rows, key[0], value[0], scale, sliding_window, softcap, s_aux)
    else:
        index = seam.row_index(context.layer_idx)
        out = context.runtime.layer(seam.run, context.layer_idx, rows, key[0], value[0], scale, index, s_aux)
    return out[None], None


def _check_window(seam: Seam, layer_idx: int, window: int | None) -> None:
    """A layer whose cache holds a window's rows must ask for no more. Raises ModelError."""
    pool = None if seam.cache is None else seam.cache.pools[layer_idx]
    if isinstance(pool, WindowLayer) and (window is None or window > pool.window):
        raise ModelError(f"layer {layer_idx} asks for more than its window of {pool.window} tokens", _RUNS)


def no_mask(*args: Any, attention_mask: Tensor | None = None, batch_size: int = 1, **_: Any) -> None:
    """Build no mask; refuse what would need one (a batch, padding) instead of dropping it silently."""
    if batch_size != 1 or (attention_mask is not None and not bool(attention_mask.all())):
        raise ModelError("tsel reads one document at a time, without padding", "pass batch size 1 and no mask")


AttentionInterface.register(NAME, tsel_attention)
AttentionMaskInterface.register(NAME, no_mask)


def attach(model: nn.Module, config: SelectionConfig, kernels: Kernels) -> Seam:
    """Switch a causal language model of transformers to the "tsel" attention and return its seam.

    Raises ModelError for a model whose attention cannot be replaced through the interface.
    """
    text = _text_config(model)
    try:
        model.set_attn_implementation(NAME)  # type: ignore[operator]
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ModelError(f"{_not_replaced(text)}: {next(iter(str(error).splitlines()), '')}", _RUNS) from error
    if getattr(text, "_attn_implementation", None) != NAME or text.model_type.startswith("llama4"):
        raise ModelError(_not_replaced(text), _RUNS)
    kinds = layer_kinds(text)
    unknown = sorted(set(kinds) - KNOWN)
    if unknown:
        raise ModelError(f"model type {text.model_type!r} has layers of kind {', '.join(unknown)}", _RUNS)
    wanted = [i for i, kind in enumerate(kinds) if kind in ATTENTION or kind == BOTH]
    modules: list[Any] = [m for m in model.modules() if isinstance(getattr(m, "layer_idx", None), int)]
    layers = {m.layer_idx: m for m in modules if _attends(m) and m.layer_idx in wanted}
    if sorted(layers) != wanted or not wanted:
        raise ModelError(
            f"model type {text.model_type!r}: {len(layers)} of {text.num_hidden_layers} layers have plain attention",
            _RUNS,
        )
    runtime = make_runtime(config, kernels, text.num_hidden_layers)
    seam = Seam(runtime)
    runtime.full_layers |= {i: "recurrent" for i in range(len(kinds)) if i not in layers}
    for layer_idx, module in layers.items():
        module.tsel_layer = LayerContext(seam, layer_idx)
        window = _window_of(module, text)
        if window:
            runtime.full_layers[layer_idx] = f"sliding window of {window} tokens"
            if kinds[layer_idx] != BOTH:
                seam.windows[layer_idx] = window
        elif getattr(module, "attn_logit_softcapping", None):
            runtime.full_layers[layer_idx] = "logit soft cap"
        elif not _usual_width(*_widths(module)):
            runtime.full_layers[layer_idx] = "heads of {} and {} dimensions".format(*_widths(module))
    return seam


def _widths(module: Any) -> tuple[int, int]:
    """Dimensions of a key and of a value of a head, as far as the module names them; 0 where it does not."""
    keys = int(getattr(module, "qk_head_dim", 0) or getattr(module, "head_dim", 0) or 0)
    return keys, int(getattr(module, "v_head_dim", 0) or keys)


def _usual_width(keys: int, values: int) -> bool:
    """Whether the kernels take heads of these dimensions; others attend exactly, and slowly, to every row."""
    return keys == values and keys % 2 == 0 and keys <= MAX_HEAD_DIM


_RUNS = "see `tsel models list --families` for the families that run"


def _text_config(model: nn.Module) -> Any:
    """The config of the text part. Raises ModelError for a model that has several, or no layers."""
    try:
        text = model.config.get_text_config()  # type: ignore[union-attr, operator]
        _ = int(text.num_hidden_layers), str(text.model_type)
    except (ValueError, AttributeError, TypeError) as error:
        raise ModelError(f"{type(model).__name__} is not a plain decoder: {error}", _RUNS) from error
    return text


def _not_replaced(text: Any) -> str:
    return f"model type {text.model_type!r} does not let its attention be replaced"


def layers_without_seam(model: nn.Module) -> str:
    """After a pass: the first layer that did not ask us for its attention, or for a window it has; "" when all did."""
    kinds = layer_kinds(_text_config(model))
    for module in model.modules():
        context = getattr(module, "tsel_layer", None)
        if not isinstance(context, LayerContext):
            continue
        index = context.layer_idx
        if not context.called:
            return f"layer {index} does not ask for its attention"
        if kinds[index] == "sliding_attention" and context.window is None:
            return f"layer {index} has a window, but does not name it"
    return ""


def _window_of(module: Any, config: Any) -> int | None:
    """Sliding window of a layer in tokens: the module's own word, else the config's (Mistral, Phi-3: every layer)."""
    if hasattr(module, "sliding_window"):
        window: int | None = module.sliding_window
        return window
    return getattr(config, "sliding_window", None)


def _attends(module: nn.Module) -> bool:
    """Whether a module is softmax attention: it projects queries, alone or with keys and values."""
    return any(hasattr(module, name) for name in ("q_proj", "qkv_proj", "query_key_value", "Wqkv", "c_attn"))
