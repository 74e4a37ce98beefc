"""How keys or values of one layer lie in memory when that is not the compute dtype on the compute device."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from tsel_core.config import Storage
from tsel_core.kv.host import HostMemory, reads_host_memory
from tsel_kernels.fp8_rows.reference import Fp8Pool, dequantize_fp8_, quantize_fp8
from tsel_kernels.protocol import Kernels


class Rows(Protocol):
    """Rows [Hkv, capacity, D]; what goes in and out is in the compute dtype on the compute device."""

    def write(self, start: int, rows: Tensor) -> Tensor:
        """Store rows [Hkv, T, D] from `start` on and return them as they will be read [Hkv, T, D]."""

    def read(self, begin: int, out: Tensor, head: int = 0) -> None:
        """Copy rows begin .. begin + T - 1 of the KV heads from `head` on into out [heads, T, D]."""

    def gather(self, rows: Tensor, out: Tensor) -> None:
        """Copy rows [Hkv or 1, K] int32 (row 0 for -1) into out [Hkv, K, D]."""

    def tensors(self) -> list[Tensor]:
        """What holds the rows."""


class CastRows:
    """Rows rounded to bf16 beside a wider compute dtype."""

    def __init__(self, shape: tuple[int, int, int], device: torch.device) -> None:
        self.pool = torch.empty(shape, dtype=torch.bfloat16, device=device)

    def write(self, start: int, rows: Tensor) -> Tensor:
        """See Rows."""
        part = self.pool[:, start : start + rows.shape[1]]
        part.copy_(rows)
        return part.to(rows.dtype)

    def read(self, begin: int, out: Tensor, head: int = 0) -> None:
        """See Rows."""
        out.copy_(self.pool[head : head + out.shape[0], begin : begin + out.shape[1]])

    def gather(self, rows: Tensor, out: Tensor) -> None:
        """See Rows."""
        out.copy_(torch.gather(self.pool, 1, _at(rows, self.pool)))

    def tensors(self) -> list[Tensor]:
        """See Rows."""
        return [self.pool]


class Fp8Rows:
    """Rows as float8 codes and a power-of-two scale each (tsel_kernels.fp8_rows): half the bytes of bf16.

    With `centred` the channel mean of the first rows is taken off and added back: keys of some models have channels far
    from zero, whose rounding would drown the rest (KL of Qwen 0.5B 0.058 without, 0.006 with it; docs/dev/log.md).
    """

    def __init__(self, shape: tuple[int, int, int], device: torch.device, centred: bool) -> None:
        self.centred = centred
        self.centre: Tensor | None = None  # [Hkv, D] in the compute dtype
        self.codes = torch.empty(shape, dtype=torch.uint8, device=device)
        self.exponents = torch.empty(shape[:2], dtype=torch.int8, device=device)

    def write(self, start: int, rows: Tensor) -> Tensor:
        """See Rows."""
        if self.centred and start == 0:
            self.centre = rows.float().mean(1).to(rows.dtype)
        codes, exponents = quantize_fp8(rows, self.centre)
        end = start + rows.shape[1]
        self.codes[:, start:end], self.exponents[:, start:end] = codes, exponents
        return self._values(codes, exponents, torch.empty_like(rows), 0)

    def read(self, begin: int, out: Tensor, head: int = 0) -> None:
        """See Rows."""
        heads, part = slice(head, head + out.shape[0]), slice(begin, begin + out.shape[1])
        self._values(self.codes[heads, part], self.exponents[heads, part], out, head)

    def gather(self, rows: Tensor, out: Tensor) -> None:
        """See Rows."""
        at = _at(rows, self.codes)
        self._values(torch.gather(self.codes, 1, at), torch.gather(self.exponents, 1, at[..., 0]), out, 0)

    def _values(self, codes: Tensor, exponents: Tensor, out: Tensor, head: int) -> Tensor:
        """Fill out [heads, T, D] with the values of codes of the KV heads from `head` on."""
        dequantize_fp8_(codes, exponents, out)
        return out if self.centre is None else out.add_(self.centre[head : head + out.shape[0], None])

    def tensors(self) -> list[Tensor]:
        """See Rows."""
        return [self.codes, self.exponents]

    @property
    def pool(self) -> Fp8Pool:
        """The same rows for the kernels of a captured step."""
        return Fp8Pool(self.codes, self.exponents, self.centre)


class HostRows:
    """Rows of the compute dtype in host memory; every copy is queued on the current stream of the device.

    Copies go head by head: one head's rows are contiguous on both sides, so that they stay asynchronous.
    """

    def __init__(self, shape: tuple[int, int, int], dtype: torch.dtype, device: torch.device, kernels: Kernels) -> None:
        self.memory = HostMemory(shape, dtype, device)
        self.pool = self.memory.tensor
        self.kernels = kernels
        self.in_place = reads_host_memory(getattr(kernels, "name", ""), device)

    def write(self, start: int, rows: Tensor) -> Tensor:
        """See Rows. `rows` must stay unchanged until the current stream has passed here."""
        for head in range(rows.shape[0]):
            self.pool[head, start : start + rows.shape[1]].copy_(rows[head], non_blocking=True)
        return rows

    def read(self, begin: int, out: Tensor, head: int = 0) -> None:
        """See Rows."""
        for number in range(out.shape[0]):
            out[number].copy_(self.pool[head + number, begin : begin + out.shape[1]], non_blocking=True)

    def gather(self, rows: Tensor, out: Tensor) -> None:
        """See Rows: by a kernel that reads host memory where that works, else collected on the host and copied."""
        if self.in_place:
            self.kernels.fetch_rows_(self.pool, rows, out)
            return
        at = _at(rows.cpu(), self.pool)  # waits for the device, so that everything queued before was written
        out.copy_(torch.gather(self.pool, 1, at))

    def tensors(self) -> list[Tensor]:
        """See Rows."""
        return [self.pool]


def _at(rows: Tensor, pool: Tensor) -> Tensor:
    """Index [Hkv, K, D] for torch.gather of rows [Hkv or 1, K] int32."""
    at = rows.to(pool.device).long().clamp(min=0).expand(pool.shape[0], -1)
    return at[..., None].expand(-1, -1, pool.shape[2])


def make_rows(
    storage: Storage,
    shape: tuple[int, int, int],
    dtype: torch.dtype,
    device: torch.device,
    kernels: Kernels,
    keys: bool,
) -> Rows:
    """Rows [Hkv, capacity, D] of any storage but q4. Raises MemoryError or torch's out of memory error."""
    if storage == "host":
        return HostRows(shape, dtype, device, kernels)
    return Fp8Rows(shape, device, keys) if storage == "fp8" else CastRows(shape, device)
