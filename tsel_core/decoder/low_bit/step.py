"""A decoder step over weights in few bits: the products of its device in the place of the maps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tsel_core.decoder.cpu_linear import RowOps
from tsel_core.decoder.low_bit.cpu import ByteLinear, LowBitLinear, NibbleLinear, Scratch
from tsel_core.decoder.low_bit.gpu import PackedLinear, Unpacked
from tsel_core.decoder.step import DecoderStep
from tsel_core.decoder.weights import LayerWeights, Linear
from tsel_core.device.bf16 import has_fast_bf16
from tsel_core.models.forms import ByteRows, NibblePack, rows_together
from tsel_core.models.plain_decoder import PackedMap
from tsel_kernels.native.choice import attends, prepare
from tsel_kernels.packed_weight import PackedWeight
from tsel_kernels.protocol import Kernels


def is_packed(step: DecoderStep) -> bool:
    """Whether a step's maps are forms, which `compute_packed` must give products."""
    return any(isinstance(m, PackedMap) for m in (step.head, step.layers[0].down))


def has_compiled_rows(step: DecoderStep) -> bool:
    """Whether few rows go through compiled code: each then has the same bits whoever is beside it."""
    down = step.layers[0].down
    return isinstance(down, LowBitLinear) and down.scratch.native() is not None


def first_rows(step: DecoderStep) -> AbstractContextManager[None]:
    """What the first chunk of a text is read in, once `compute_packed` was there."""
    down = step.layers[0].down
    return down.scratch.first_rows() if isinstance(down, LowBitLinear) else nullcontext()


@torch.inference_mode()
def compute_packed(step: DecoderStep, kernels: Kernels, dtype: torch.dtype, head_dim: int | None = None) -> None:
    """Give every map of a step the product of its form; activations become `dtype`.

    With `head_dim` few rows on a CPU go through compiled code where it can be had, attention of a token with them.
    """
    device = step.final_norm.device
    numbers = torch.bfloat16 if has_fast_bf16() else torch.float32
    compiled = None if head_dim is None or device.type != "cpu" else head_dim * attends(head_dim)
    scratch, unpacked = Scratch(numbers, compiled), Unpacked(kernels, dtype, device)
    if compiled is not None:
        prepare(rows_together(), compiled)

    def product(linear: Linear, narrow: bool = False) -> Linear:
        if not isinstance(linear, PackedMap):
            return _plain(linear, dtype)
        match linear.form:
            case NibblePack():
                return NibbleLinear(linear.form, linear.bias, dtype, scratch, narrow)
            case ByteRows():
                return ByteLinear(linear.form, linear.bias, dtype, scratch, narrow)
            case PackedWeight():
                return PackedLinear(linear.form, linear.bias, unpacked)

    def wide(norm: Any) -> Any:
        return None if norm is None else norm.to(dtype)

    step.layers = [
        LayerWeights(
            input_norm=wide(layer.input_norm),
            qkv=product(layer.qkv),
            q_norm=wide(layer.q_norm),
            k_norm=wide(layer.k_norm),
            output=product(layer.output),
            mlp_norm=wide(layer.mlp_norm),
            gate_up=product(layer.gate_up, narrow=True),
            down=product(layer.down),
        )
        for layer in step.layers
    ]
    step.chunk_end, step.final_norm = step.layers[-1], wide(step.final_norm)
    step.head = product(step.head)
    if device.type == "cpu":
        step.ops = RowOps()


def _plain(linear: Any, dtype: torch.dtype) -> Callable[[Tensor], Tensor]:
    """A map that could not be cut into groups."""
    weight, bias = linear.weight.to(dtype), None if linear.bias is None else linear.bias.to(dtype)
    return lambda x: F.linear(x, weight, bias)
