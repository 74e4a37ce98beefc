"""How wide the low-bit key index of a layer is: asked for, or decided by its first keys."""

from __future__ import annotations

import pytest
import torch

from tsel_core.config import IndexBits, SelectionConfig
from tsel_core.errors import UsageError
from tsel_core.kv.cache import KVCache
from tsel_core.kv.layer import KVLayer, start_indexes
from tsel_kernels.append.reference import append_index_


def first_keys(spike: float) -> torch.Tensor:
    """Keys [1, 2, 40, 64] whose fourth channel has the size `spike` and turns with the position, as a rotated bias."""
    keys = torch.randn((1, 2, 40, 64), generator=torch.Generator().manual_seed(0))
    keys[..., 3] += spike * torch.arange(40).mul(0.4).cos()
    return keys


@pytest.mark.parametrize(("asked", "spike", "bits"), [("auto", 0.0, 4), ("auto", 90.0, 8), ("4", 90.0, 4), ("8", 0.0, 8)])
def test_width(asked: IndexBits, spike: float, bits: int) -> None:
    layer = KVLayer(64, append_index_, asked)
    keys = first_keys(spike)
    layer.update(keys, keys)
    assert layer.index is not None
    assert layer.index.bits == bits
    assert layer.index.codes.shape == (2, 64, 64 * bits // 8)


def test_layers_decide_for_themselves() -> None:
    cache = KVCache(2, 100, append_index_)
    for i, spike in enumerate((0.0, 90.0)):
        keys = first_keys(spike)
        cache.update(keys, keys, i)
    assert [layer.index.bits for layer in cache.pools if layer.index is not None] == [4, 8]


def test_layers_begun_together_are_as_begun_alone() -> None:
    keys = [first_keys(spike)[0, :heads] for spike, heads in ((0.0, 2), (90.0, 2), (0.0, 1), (90.0, 1))]
    asked: list[IndexBits] = ["auto", "auto", "8", "auto"]
    alone, together = ([KVLayer(64, append_index_, bits) for bits in asked] for _ in range(2))
    for layer, rows in zip(alone, keys, strict=True):
        layer.start_index(rows)
    start_indexes(together, keys)
    for one, other in zip(alone, together, strict=True):
        assert one.index is not None
        assert other.index is not None
        assert one.index.bits == other.index.bits
        assert torch.equal(one.index.mean, other.index.mean)
    assert [layer.index.bits for layer in together if layer.index is not None] == [4, 8, 8, 8]


def test_unknown_width_is_refused() -> None:
    with pytest.raises(UsageError, match="index_bits must be auto, 4 or 8, got 5"):
        SelectionConfig(index_bits="5")  # type: ignore[arg-type]
