"""The low-bit key index: keys in 4 or 8 bits, read by the score pass instead of the 16-bit cache.

Per token and KV head: k - mean ~= scale * code + zero; `mean` is a channel mean per KV head that is fixed when the
index begins (a constant added to every logit of a query: the softmax does not see it, the log-sum-exp does, so it is
added back). 4 bits: codes 0..15 from the row's smallest channel; dimension d < D/2 is the low nibble of byte d,
dimension D/2 + d the high one: the two halves of a query then meet the two nibbles without a shuffle. 8 bits: codes
-127..127 from the middle of the row's range, one signed byte a dimension, as the integer matrix units take them.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class KeyIndex:
    """codes [Hkv, N, D/2] uint8 (4 bits) or [Hkv, N, D] int8 (8 bits); scale, zero [Hkv, N] float16; mean [Hkv, D] float32."""

    codes: Tensor
    scale: Tensor
    zero: Tensor
    mean: Tensor

    @property
    def num_kv_heads(self) -> int:
        """Number of KV heads."""
        return self.codes.shape[0]

    @property
    def num_rows(self) -> int:
        """Number of tokens in the index."""
        return self.codes.shape[1]

    @property
    def head_dim(self) -> int:
        """Dimensions of a key."""
        return self.mean.shape[1]

    @property
    def bits(self) -> int:
        """Bits of a code: 4 or 8."""
        return 8 if self.codes.dtype == torch.int8 else 4

    def narrow(self, num_rows: int) -> KeyIndex:
        """A view of the first `num_rows` tokens."""
        return KeyIndex(self.codes[:, :num_rows], self.scale[:, :num_rows], self.zero[:, :num_rows], self.mean)


def empty_index(mean: Tensor, num_rows: int, bits: int = 4) -> KeyIndex:
    """An unwritten index of `num_rows` tokens with the channel mean [Hkv, D]; `bits` 4 or 8, D even."""
    if bits not in (4, 8):
        raise ValueError(f"the key index has 4 or 8 bits, got {bits}")
    kv_heads, dim = mean.shape
    row = (kv_heads, num_rows)
    return KeyIndex(
        torch.empty((*row, dim // 2 if bits == 4 else dim), dtype=torch.uint8 if bits == 4 else torch.int8, device=mean.device),
        torch.empty(row, dtype=torch.float16, device=mean.device),
        torch.empty(row, dtype=torch.float16, device=mean.device),
        mean.float().contiguous(),
    )


def quantize_keys(keys: Tensor, mean: Tensor, bits: int = 4) -> KeyIndex:
    """Index of keys [Hkv, N, D] with D even, `bits` 4 or 8 a dimension, after removing mean [Hkv, D]."""
    index = empty_index(mean, keys.shape[1], bits)
    centred = keys.float() - index.mean[:, None, :]
    low, high = centred.amin(-1), centred.amax(-1)
    if bits == 8:
        index.zero.copy_((low + high) * 0.5)
    else:
        index.zero.copy_(low)
    least, most = (-127, 127) if bits == 8 else (0, 15)
    index.scale.copy_(((high - low) / (most - least)).clamp_(min=1e-6))
    codes = torch.round((centred - index.zero.float()[..., None]) / index.scale.float()[..., None]).clamp(least, most)
    if bits == 8:
        index.codes.copy_(codes)
    else:
        low_half, high_half = codes.to(torch.uint8).chunk(2, -1)
        index.codes.copy_(low_half | (high_half << 4))
    return index


def dequantize_keys(index: KeyIndex) -> Tensor:
    """Keys [Hkv, N, D] float32 as the index remembers them."""
    if index.bits == 8:
        codes = index.codes.float()
    else:
        codes = torch.cat([index.codes & 15, index.codes >> 4], -1).float()
    return codes * index.scale.float()[..., None] + index.zero.float()[..., None] + index.mean[:, None, :]


def index_logits(query: Tensor, index: KeyIndex) -> Tensor:
    """Unscaled logits [Hkv, Q, N] float32 of query [Hkv, Q, D] float32 against the index."""
    return query @ dequantize_keys(index).transpose(-1, -2)
