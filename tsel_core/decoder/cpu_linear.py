"""Matrix products on a CPU: exact weights for several rows (reading), int8 weights for one row (writing).

Reading a chunk is bound by arithmetic and keeps the exact weights: fp32, or bf16 (the model's own precision, with
rows rounded to it) on a CPU that multiplies bf16 in hardware, where that is 2.5 times faster and half the memory.
Writing a token reads every weight once for one row, so it is bound by memory: int8 weights with one scale per output
channel move a quarter of fp32's bytes.
`torch.ops.aten._weight_int8pack_mm` multiplies them with a bf16 row and adds up in fp32. Measured in docs/models.md.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tsel_core.decoder.step import DecoderStep, TorchOps
from tsel_core.decoder.weights import LayerWeights, Linear
from tsel_kernels.cpu_threads import in_turns, on_every_core

_BLOCK = 256  # rows quantized at a time: the block stays in the cache of a core (13 ms for 8960 x 1536, 2 cores)
_SILU_ROWS = 32  # rows of a block of the gated product: 1 MB a tensor for 8960 channels
ALIGNED = 16  # bytes
_RESCORED = 64  # logits computed again with the exact head


@dataclass(frozen=True, slots=True)
class Int8Report:
    """What the int8 copies cost: bytes they take, seconds to make them, number of matrices."""

    num_bytes: int
    seconds: float
    num_matrices: int


class RowLinear:
    """x [T, in] -> x @ weight.T + bias [T, out] in `dtype`; one row goes through int8 weights, once they are made."""

    def __init__(self, weight: Tensor, bias: Tensor | None, dtype: torch.dtype = torch.float32) -> None:
        self.weight, self.bias, self.dtype = weight, None if bias is None else bias.to(dtype), dtype
        self.int8, self.scale = torch.empty(0, dtype=torch.int8), torch.empty(0, dtype=torch.bfloat16)

    def quantize(self) -> RowLinear:
        """Make the int8 copy; returns itself."""
        self.int8, self.scale = quantize_rows(self.weight.detach())
        return self

    def __call__(self, x: Tensor) -> Tensor:
        """See the class."""
        return self.by_row(x) if x.shape[0] == 1 else self.exact(x)

    def by_row(self, x: Tensor) -> Tensor:
        """Rows that are no chunk, but one a sequence: each as a single one is multiplied."""
        if not self.int8.numel():
            return self.exact(x)
        out = int8_row(x, self.int8, self.scale)
        return out if self.bias is None else out + self.bias

    def exact(self, x: Tensor) -> Tensor:
        """The product of the exact weights, for one row too."""
        if x.dtype == self.weight.dtype == self.dtype:
            return F.linear(x, self.weight, self.bias)
        out = self.widen(F.linear(x.to(self.weight.dtype), self.weight))
        return out if self.bias is None else out + self.bias

    def widen(self, out: Tensor) -> Tensor:
        """A product of the exact weights in `dtype`."""
        return out.to(self.dtype)

    def num_bytes(self) -> int:
        """Bytes of the int8 copy."""
        return self.int8.numel() + 2 * self.scale.numel()


class RowGateUp(RowLinear):
    """Gate and up projection: several rows stay as the product rounds them, RowOps widens them block by block."""

    def widen(self, out: Tensor) -> Tensor:
        """As it is: in float32 the largest tensor of a chunk would take longer to write than to use."""
        return out if self.bias is None else super().widen(out)


class RowOps(TorchOps):
    """Elementwise parts of a layer where the products are RowLinear."""

    def silu_mul(self, gate_up: Tensor) -> Tensor:
        """See StepOps: in float32, rounded once to gate_up's dtype, on blocks that stay in a core's cache."""
        num, width = gate_up.shape[0], gate_up.shape[1] // 2
        if num == 1 and gate_up.dtype == torch.float32:  # a narrower row would be rounded twice
            return super().silu_mul(gate_up)
        out = gate_up.new_empty(num, width)

        def block(turn: int) -> None:
            own = slice(turn * _SILU_ROWS, (turn + 1) * _SILU_ROWS)
            gate, up = gate_up[own].chunk(2, -1)
            out[own] = F.silu(gate.float()).mul_(up)

        in_turns(block, -(-num // _SILU_ROWS))
        return out


class RowHead(RowLinear):
    """The output head: int8 logits pick the candidates, the exact weights score the best of them again.

    Which token wins, and the odds among the likely ones, are so those of the exact head.
    """

    def by_row(self, x: Tensor) -> Tensor:
        """Logits [T, vocab] of x [T, hidden]."""
        logits = super().by_row(x)
        if self.int8.numel() and logits.shape[1] > 8 * _RESCORED:
            for row, one in zip(logits, x, strict=True):
                best = row.topk(_RESCORED).indices
                bias = None if self.bias is None else self.bias[best]
                row[best] = F.linear(one, self.weight[best].to(x.dtype), bias)
        return logits


def int8_row(x: Tensor, int8: Tensor, scale: Tensor) -> Tensor:
    """x [T, in] times int8 weights [out, in] with one bf16 scale per output [out] -> [T, out] in x's dtype.

    Four rows are multiplied by aligned loads, which end the process where weights are not: then one after another.
    """
    rows = x.to(torch.bfloat16)
    if len(rows) > 1 and (int8.data_ptr() % ALIGNED or int8.shape[1] % ALIGNED):
        return torch.cat([int8_row(row, int8, scale) for row in rows.split(1)]).to(x.dtype)
    product: Tensor = torch.ops.aten._weight_int8pack_mm(rows, int8, scale).to(x.dtype)
    return product


def quantize_rows(weight: Tensor) -> tuple[Tensor, Tensor]:
    """(int8 [out, in], scale bf16 [out]) of a weight [out, in]: symmetric, one scale per output channel.

    The scale is rounded to bf16 before the values are divided by it, so its rounding costs nothing.
    """
    int8 = torch.empty(weight.shape, dtype=torch.int8)
    scale = torch.empty(weight.shape[0], dtype=torch.bfloat16)
    for begin in range(0, weight.shape[0], _BLOCK):
        rows = weight[begin : begin + _BLOCK].to(torch.float32, copy=True)
        low, high = rows.aminmax(dim=1)
        largest = torch.maximum(-low, high).clamp_min_(1e-12)
        step = (largest / 127).to(torch.bfloat16)
        scale[begin : begin + _BLOCK] = step
        int8[begin : begin + _BLOCK] = rows.div_(step.float()[:, None]).round_().clamp_(-127, 127)
    return int8, scale


@torch.inference_mode()
def add_int8_rows(step: DecoderStep, dtype: torch.dtype = torch.float32) -> list[RowLinear] | None:
    """Prepare every product of a decoder step for int8 weights in single rows; activations become `dtype`.

    Returns the products, which stay exact until `quantize_all` makes their copies: five seconds for the default
    model, which nobody should wait for before the first token of a document is read.

    None where this CPU gains nothing by them (then nothing is changed; never so with bf16 weights, which need the
    wider activations). The exact weights stay the model's own tensors; the transformers model does not change.
    """
    first = _row_linear(step.layers[0].gate_up, dtype, RowGateUp)
    if first.weight.dtype == dtype and not is_right_and_faster(first.quantize()):
        return None
    made = [first]

    def swap(linear: Linear, kind: type[RowLinear] = RowLinear) -> RowLinear:
        made.append(_row_linear(linear, dtype, kind))
        return made[-1]

    def wide(norm: Tensor | None) -> Any:
        return None if norm is None else norm.to(dtype)

    for index, layer in enumerate(step.layers):
        step.layers[index] = LayerWeights(
            input_norm=wide(layer.input_norm),
            qkv=swap(layer.qkv),
            q_norm=wide(layer.q_norm),
            k_norm=wide(layer.k_norm),
            output=swap(layer.output),
            mlp_norm=wide(layer.mlp_norm),
            gate_up=swap(layer.gate_up, RowGateUp) if index else first,
            down=swap(layer.down),
        )
    end: Any = step.layers[-1]
    step.chunk_end = replace(end, output=end.output.exact, gate_up=end.gate_up.exact, down=end.down.exact)
    step.final_norm, step.ops = wide(step.final_norm), RowOps()
    head: Any = step.head
    step.head = RowHead(head.weight, getattr(head, "bias", None), dtype)
    made.append(step.head)
    return made


@torch.inference_mode()
def quantize_all(linears: list[RowLinear]) -> Int8Report:
    """Quantize on all cores, a matrix at a time on each.

    Small parallel loops over one block wait for each other at every step: on a busy machine that took a minute.
    """
    started = time.perf_counter()
    on_every_core(RowLinear.quantize, linears)
    return Int8Report(sum(m.num_bytes() for m in linears), time.perf_counter() - started, len(linears))


def rounds_rows(model: Any, dtype: torch.dtype) -> bool:
    """Whether a CPU model's products round `dtype` rows to bf16 weights: attention of a chunk may then do the same."""
    weight = next(model.parameters())
    return weight.device.type == "cpu" and dtype == torch.float32 and weight.dtype == torch.bfloat16


def _row_linear(linear: Any, dtype: torch.dtype, kind: type[RowLinear]) -> RowLinear:
    return kind(linear.weight, linear.bias, dtype)


def is_right_and_faster(linear: RowLinear) -> bool:
    """Whether the int8 product is near the exact one (2 %) and quicker, here and now, on one real matrix."""
    x = torch.randn(1, linear.weight.shape[1], generator=torch.Generator().manual_seed(0)).to(linear.weight.dtype)
    exact = F.linear(x, linear.weight).float()
    try:
        error = (int8_row(x, linear.int8, linear.scale).float() - exact).norm() / exact.norm()
    except (RuntimeError, NotImplementedError):
        return False
    return bool(error < 0.02) and _seconds(lambda: int8_row(x, linear.int8, linear.scale)) < _seconds(
        lambda: F.linear(x, linear.weight)
    )


def _seconds(run: Any) -> float:
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - started)
    return best
