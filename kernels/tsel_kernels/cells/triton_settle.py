"""The picks of a block that have votes, in order, and their number by cell."""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.cells.held import Cells
from tsel_kernels.triton_device import next_power


@triton.jit
def _settle_kernel(
    idx_ptr, votes_ptr, member_ptr, kept_ptr, taken_ptr, first, num_rows, num_listed, num_cells, idx_sb, idx_sh,
    K: tl.constexpr, BK: tl.constexpr,
):  # fmt: skip
    kv, block = tl.program_id(0), tl.program_id(1)
    pair = block.to(tl.int64) * tl.num_programs(0) + kv
    front, back = 0, K - 1
    for start in range(0, K, BK):
        i = start + tl.arange(0, BK)
        n = tl.load(idx_ptr + block.to(tl.int64) * idx_sb + kv * idx_sh + i, mask=i < K, other=-1)
        stays = tl.load(votes_ptr + pair * num_rows + n, mask=n >= 0, other=0.0).to(tl.float32) > 0
        goes = (i < K) & (stays == 0)
        place = front + tl.cumsum(stays.to(tl.int32), 0) - 1
        tl.store(kept_ptr + pair * K + place, n, mask=stays)
        tl.store(kept_ptr + pair * K + back + 1 - tl.cumsum(goes.to(tl.int32), 0), tl.zeros([BK], tl.int32) - 1, mask=goes)
        front += tl.sum(stays.to(tl.int32), 0)
        back -= tl.sum(goes.to(tl.int32), 0)
        member = tl.load(member_ptr + kv.to(tl.int64) * num_listed + n - first, mask=stays, other=0)
        tl.atomic_add(taken_ptr + pair * num_cells + member, 1, mask=stays, sem="relaxed")


def settle_picks(indices: Tensor, votes: Tensor, cells: Cells) -> tuple[Tensor, Tensor]:
    """Triton form of `reference.settle_picks`; votes are contiguous. Integers are added: their order does not show."""
    blocks, kv_heads, k = indices.shape
    taken = torch.zeros((blocks, *cells.count.shape), dtype=torch.int32, device=indices.device)
    kept = torch.empty((blocks, kv_heads, k), dtype=torch.int32, device=indices.device)
    _settle_kernel[(kv_heads, blocks)](
        indices, votes, cells.member, kept, taken, cells.shape.first, votes.shape[2], cells.member.shape[1],
        cells.count.shape[1], indices.stride(0), indices.stride(1), K=k, BK=min(1024, next_power(k)), num_warps=4,
    )  # fmt: skip
    return kept, taken
