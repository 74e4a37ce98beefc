"""One layer of a kept reading on the device: its packed blocks checked and taken apart."""

from __future__ import annotations

import torch
from workloads import Cache, Call

from tsel_kernels.backend import triton_kernels
from tsel_kernels.kv_pack.reference import PackedShape, count_exceptions, pack_rows, packed_digests


def unpack_call(cache: Cache) -> tuple[int, Call]:
    """Bytes that must move (blocks read by the digest and by the unpacking, rows written), and the call."""
    both = (cache.keys, cache.values)
    most = max(count_exceptions(head) for pool in both for head in pool)
    keys, values = (torch.stack([pack_rows(head, most) for head in pool]) for pool in both)
    shape = PackedShape(cache.keys.shape[1], cache.keys.shape[2], most)
    digests = torch.cat([packed_digests(keys), packed_digests(values)])
    gpu, found, out = triton_kernels(), torch.zeros_like(digests), [torch.empty_like(pool) for pool in both]

    def call() -> None:
        found.zero_()
        gpu.unpack_rows_(keys, values, digests, found, *out, shape)

    call()
    if not all(torch.equal(*pair) for pair in zip(out, both, strict=True)):
        raise AssertionError("unpacked rows are not those that were packed")
    return 2 * (keys.numel() + values.numel()) + sum(pool.numel() * pool.itemsize for pool in both), call
