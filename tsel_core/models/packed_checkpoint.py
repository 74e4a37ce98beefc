"""Checkpoints whose weights were packed by a quantizer (GPTQ, AWQ, compressed-tensors, fp8), made plain one by one.

The formulas are those of the formats' own libraries; nothing is guessed: what is not known here raises ValueError.
What lies on a 4-bit grid is found again by its values (models/low_bit), so that such a model runs in 4 bits without
further loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tsel_core.models.low_bit.maps import Files

_AWQ_ORDER = (0, 2, 4, 6, 1, 3, 5, 7)
"""Column of a group of eight that nibble i of a word holds."""
_PLAIN = ("F64", "F32", "F16", "BF16")
_LEFT_OUT = (
    ".input_scale", ".k_scale", ".v_scale", ".q_scale", ".input_zero_point", ".output_scale", ".g_idx", ".weight_g_idx",
    ".qzeros", ".scales", ".weight_scale", ".weight_zero_point", ".weight_shape", ".weight_scale_inv",
)  # fmt: skip
"""What belongs to a packed weight, or to activations, which are computed as they are."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A tensor of the plain model: its name, its shape, and how it is made."""

    name: str
    shape: tuple[int, ...]
    make: Callable[[], Tensor]


def plain_tensors(files: Files, config: Mapping[str, Any]) -> list[Plain]:
    """Every tensor of the model, in float32 or as stored. ValueError for a form that is not known.

    `config`: the quantization_config of the model's config.json.
    """
    method, names = str(config.get("quant_method")), set(files.names)
    if method == "gptq" and config.get("checkpoint_format", "gptq") not in ("gptq", "gptq_v2"):
        raise ValueError(f"checkpoint format {config['checkpoint_format']}")
    if method == "awq" and str(config.get("version", "gemm")).lower() != "gemm":
        raise ValueError(f"version {config['version']}")
    if config.get("transform_config") or (config.get("sparsity_config") or {}).get("format", "dense") != "dense":
        raise ValueError("rotated or sparse weights")
    found = []
    for name in files.names:
        base, _, leaf = name.rpartition(".")
        made: Plain | None = None
        if leaf == "qweight":
            made = _gptq(files, base, config) if method == "gptq" else _awq(files, base, config)
        elif leaf == "weight_packed":
            made = _compressed(files, base)
        elif leaf == "weight" and names & {f"{base}.weight_scale", f"{base}.weight_scale_inv"}:
            made = _scaled(files, base, names)
        elif not name.endswith(_LEFT_OUT):
            if files.dtype(name) not in _PLAIN:
                raise ValueError(f"{name} is {files.dtype(name)}, without a scale")
            made = Plain(name, files.shape(name), lambda name=name: files.tensor([name]))  # type: ignore[misc]
        if made is not None:
            found.append(made)
    return found


def _words(packed: Tensor, bits: int) -> Tensor:
    """Codes [..., n, 32 / bits] of int32 words [..., n], the lowest bits first."""
    shifts = torch.arange(0, 32, bits, dtype=torch.int32)
    return (packed[..., None] >> shifts) & ((1 << bits) - 1)


def _gptq(files: Files, base: str, config: Mapping[str, Any]) -> Plain:
    rows, num = files.shape(f"{base}.qweight")
    groups, _ = files.shape(f"{base}.scales")
    has_order = f"{base}.g_idx" in files.names
    width = files.shape(f"{base}.g_idx")[0] if has_order else rows * 32 // int(config["bits"])
    bits = rows * 32 // width
    if bits not in (4, 8) or rows * 32 != width * bits:
        raise ValueError(f"{bits} bits")
    offset = 0 if config.get("checkpoint_format") == "gptq_v2" else 1  # v1 stores one less than the zero

    def make() -> Tensor:
        codes = _words(files.tensor([f"{base}.qweight"]), bits).transpose(1, 2).reshape(width, num)
        zeros = _words(files.tensor([f"{base}.qzeros"]), bits).reshape(groups, -1)[:, :num] + offset
        scales = files.tensor([f"{base}.scales"]).float()
        order = files.tensor([f"{base}.g_idx"]).long() if has_order else torch.arange(width) // -(-width // groups)
        return ((codes - zeros[order]) * scales[order]).t()

    return Plain(f"{base}.weight", (num, width), make)


def _awq(files: Files, base: str, config: Mapping[str, Any]) -> Plain:
    width, packed = files.shape(f"{base}.qweight")
    groups, num = files.shape(f"{base}.scales")
    if int(config.get("bits", config.get("w_bit", 4))) != 4 or packed * 8 != num:
        raise ValueError(f"{config.get('bits')} bits")
    place = torch.tensor(_AWQ_ORDER).argsort()  # where column i of eight stands

    def columns(name: str) -> Tensor:
        return _words(files.tensor([name]), 4)[..., place].flatten(1)

    def make() -> Tensor:
        scales, order = files.tensor([f"{base}.scales"]).float(), torch.arange(width) // (width // groups)
        return ((columns(f"{base}.qweight") - columns(f"{base}.qzeros")[order]) * scales[order]).t()

    return Plain(f"{base}.weight", (num, width), make)


def _compressed(files: Files, base: str) -> Plain:
    """compressed-tensors, "pack-quantized": codes above the middle of their range, rows as they are."""
    num, width = (int(n) for n in files.tensor([f"{base}.weight_shape"]))
    words = files.shape(f"{base}.weight_packed")[1]
    bits = next((b for b in (4, 8) if words == -(-width * b // 32)), 0)
    if not bits:
        raise ValueError("codes of other than 4 or 8 bits")
    ordered, shifted = (f"{base}.{n}" in files.names for n in ("weight_g_idx", "weight_zero_point"))

    def make() -> Tensor:
        codes = _words(files.tensor([f"{base}.weight_packed"]), bits).flatten(1)[:, :width] - (1 << (bits - 1))
        scales = files.tensor([f"{base}.weight_scale"]).float()
        order = torch.arange(width) // -(-width // scales.shape[1])
        if ordered:
            order = files.tensor([f"{base}.weight_g_idx"]).long()
        values = codes.float()
        if shifted:
            zeros = _words(files.tensor([f"{base}.weight_zero_point"]).t().contiguous(), bits).flatten(1)[:, :num].t()
            values -= (zeros - (1 << (bits - 1))).float()[:, order]
        return values * scales[:, order]

    return Plain(f"{base}.weight", (num, width), make)


def _scaled(files: Files, base: str, names: set[str]) -> Plain:
    """Numbers of 8 bits (fp8, int8) and a scale a tensor, a row, or a block of it."""
    scale_name = next(n for n in (f"{base}.weight_scale_inv", f"{base}.weight_scale") if n in names)
    shape = files.shape(f"{base}.weight")
    if f"{base}.weight_zero_point" in names or len(shape) != 2:
        raise ValueError("8-bit numbers with a zero point, or of several matrices")

    def make() -> Tensor:
        values, scale = files.tensor([f"{base}.weight"]).float(), files.tensor([scale_name]).float()
        if scale.dim() == 1 and len(scale) == shape[0]:
            scale = scale[:, None]
        if scale.dim() == 2 and scale.shape[1] > 1:
            tall, wide = (_block(n, count) for n, count in zip(shape, scale.shape, strict=True))
            scale = scale.repeat_interleave(tall, 0)[: shape[0]].repeat_interleave(wide, 1)[:, : shape[1]]
        return values * scale

    return Plain(f"{base}.weight", (shape[0], shape[1]), make)


def _block(size: int, count: int) -> int:
    """Numbers a scale covers: 128 where that gives so many, else an equal share."""
    return 128 if -(-size // 128) == count else -(-size // count)
