"""The low-bit key index: keys in 4 bits, read by the score pass instead of the 16-bit cache.

Per token and KV head: k - mean ~= scale * code + zero, code in 0..15; `mean` is a channel mean per KV head that
is fixed when the index begins (a constant added to every logit of a query: the softmax does not see it, the
log-sum-exp does, so it is added back). Dimension d < D/2 is the low nibble of byte d, dimension D/2 + d the high
one: the two halves of a query then meet the two nibbles without a shuffle.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class KeyIndex:
    """codes [Hkv, N, D/2] uint8; scale, zero [Hkv, N] float16 (or wider); mean [Hkv, D] float32."""

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

    def narrow(self, num_rows: int) -> KeyIndex:
        """A view of the first `num_rows` tokens."""
        return KeyIndex(self.codes[:, :num_rows], self.scale[:, :num_rows], self.zero[:, :num_rows], self.mean)


def quantize_keys(keys: Tensor, mean: Tensor) -> KeyIndex:
    """Index of keys [Hkv, N, D] with D even, asymmetric 4 bits per token and head, after removing mean [Hkv, D]."""
    centred = keys.float() - mean.float()[:, None, :]
    low, high = centred.amin(-1), centred.amax(-1)
    scale = ((high - low) / 15.0).clamp(min=1e-6).to(torch.float16)
    zero = low.to(torch.float16)
    codes = torch.round((centred - zero.float()[..., None]) / scale.float()[..., None]).clamp(0, 15).to(torch.uint8)
    half = keys.shape[-1] // 2
    return KeyIndex(codes[..., :half] | (codes[..., half:] << 4), scale, zero, mean.float())


def dequantize_keys(index: KeyIndex) -> Tensor:
    """Keys [Hkv, N, D] float32 as the index remembers them."""
    codes = torch.cat([index.codes & 15, index.codes >> 4], -1).float()
    return codes * index.scale.float()[..., None] + index.zero.float()[..., None] + index.mean[:, None, :]


def index_logits(query: Tensor, index: KeyIndex) -> Tensor:
    """Unscaled logits [Hkv, Q, N] float32 of query [Hkv, Q, D] float32 against the index."""
    return query @ dequantize_keys(index).transpose(-1, -2)
