"""Products of few rows through compiled code, where this machine can compile and run it."""

from __future__ import annotations

import struct
from ctypes import c_int64
from threading import local

import torch
from torch import Tensor

from tsel_kernels.native.attend import ATTEND, BLOCK, room_floats
from tsel_kernels.native.build import Job, Library, compiled
from tsel_kernels.native.products import ARGUMENTS
from tsel_kernels.native.team import team

GROUP = 32
_BYTES = 1 << 17  # of a weight: a core's turn, a few hundredths of a millisecond


class NativeRows:
    """Products of a processor's kind (dots.KINDS) with NibblePacks of `together` rows and with ByteRows."""

    def __init__(self, kind: str, together: int, dim: int) -> None:
        self.kind, self.together, self.dim = kind, together, dim
        self.library: Library = compiled(kind, together, dim)
        self.team = team()
        self._held = local()

    def nibbles(self, x: Tensor, codes: Tensor, steps: Tensor, bias: Tensor) -> Tensor:
        """x float32 [T, K] times a NibblePack's tensors plus bias float32 [N] -> float32 [T, N]."""
        turn = max(1, _BYTES // (codes.shape[1] * self.together))
        return self._product(self.library.nibble_rows, x, codes, steps, bias, codes.shape[0] // self.together, turn)

    def bytes(self, x: Tensor, codes: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
        """The same with ByteRows' tensors."""
        turn = max(8, _BYTES // codes.shape[1] // 8 * 8)
        return self._product(self.library.byte_rows, x, codes, scale, bias, codes.shape[0], turn)

    def _product(
        self, job: Job, x: Tensor, codes: Tensor, steps: Tensor, bias: Tensor, items: int, turn: int
    ) -> Tensor:
        check_numbers(x, bias)
        if codes.dtype not in (torch.uint8, torch.int8) or steps.dtype != torch.bfloat16:
            raise TypeError(f"compiled products take bytes and bfloat16 steps, not {codes.dtype} and {steps.dtype}")
        x = x.contiguous()
        num_rows, width = x.shape
        num, groups = codes.shape[0], width // GROUP
        out = torch.empty(num_rows, num, dtype=torch.float32)
        places = self._places(num_rows * groups)
        self.library.round_rows(x.data_ptr(), *places, num_rows * groups)
        arguments = (c_int64 * len(ARGUMENTS))(
            codes.data_ptr(), steps.data_ptr(), *places, out.data_ptr(), bias.data_ptr(), groups, num, num_rows
        )
        self.team.run(job, arguments, items, turn)
        return out

    def attend(self, query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> Tensor:
        """Attention of query [1, H, dim] to every row of keys, values [Hkv, N, dim], float32 -> [1, H, dim]."""
        heads, (kv_heads, num, _) = query.shape[1], keys.shape
        check_numbers(query, keys, values)
        query = query.contiguous()
        group, blocks = heads // kv_heads, -(-num // BLOCK)
        parts = torch.empty(room_floats(kv_heads * blocks, group, self.dim), dtype=torch.float32)
        out = torch.empty_like(query)
        strides = (4 * t.stride(axis) for t in (keys, values) for axis in (0, 1))
        bits = int.from_bytes(struct.pack("<f", scaling), "little")
        rows = (t.data_ptr() for t in (query, keys, values, parts))
        arguments = (c_int64 * len(ATTEND))(*rows, *strides, bits, group, num)
        assert self.library.attend_rows is not None
        self.team.run(self.library.attend_rows, arguments, kv_heads * blocks, 1)
        self.library.join_blocks(parts.data_ptr(), out.data_ptr(), heads, group, blocks)
        return out

    def _places(self, num: int) -> tuple[int, ...]:
        """Addresses of what `round_rows` makes of so many groups; each thread has its own."""
        held: Tensor | None = getattr(self._held, "rounded", None)
        if held is None or len(held) < num:
            held = self._held.rounded = torch.empty(num, GROUP + 12, dtype=torch.uint8)
        first, room = held.data_ptr(), len(held)
        return tuple(first + room * before for before in (0, GROUP, GROUP + 4, GROUP + 8))


def check_numbers(*tensors: Tensor) -> None:
    """The compiled code reads and writes float32, whatever torch's default is while a model is loaded. Raises TypeError."""
    for tensor in tensors:
        if tensor.dtype != torch.float32:
            raise TypeError(f"compiled products take float32, not {tensor.dtype}")
