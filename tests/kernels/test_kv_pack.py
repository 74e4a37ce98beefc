"""Rows packed to 12 bits a value: every bit comes back, and what was altered is zeros."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.kernels.build import normal
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.kv_pack.reference import PackedShape, count_exceptions, pack_rows, packed_digests

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret
FORMS = {"torch": reference, "triton": gpu}


def hard_rows(device: torch.device, rows: int, dim: int, seed: int = 0) -> torch.Tensor:
    """Channels of every size and offset, zeros, subnormals, infinities, NaN with a payload, lone large and small values."""
    wide = normal(device, torch.float32, rows, dim, seed=seed) * torch.logspace(-30, 30, dim, device=device)
    wide[:, 1] += 50
    wide[:, 2] = 0
    wide[3 % rows] *= 1e-6
    wide[5 % rows, 4:7] = torch.tensor([float("inf"), float("-inf"), 1e-40], device=device)
    wide[0, 7] = -0.0
    found = wide.to(torch.bfloat16)
    found.view(torch.int16)[rows - 1, 3] = 0x7FA5  # NaN
    return found


def packed(rows: list[torch.Tensor], room: int = 0) -> tuple[torch.Tensor, torch.Tensor, PackedShape]:
    """Blocks [B, bytes], their digests, their shape."""
    most = max(count_exceptions(r) for r in rows) + room
    blocks = torch.stack([pack_rows(r, most) for r in rows])
    return blocks, packed_digests(blocks), PackedShape(*rows[0].shape, most)


def unpack(form: Any, blocks: torch.Tensor, digests: torch.Tensor, shape: PackedShape, rows: int, capacity: int) -> list[torch.Tensor]:
    """keys, values [Hkv, capacity, D] and the digests found; blocks [2 * Hkv, bytes]."""
    heads = len(blocks) // 2
    pools = [torch.full((heads, capacity, shape.head_dim), 7.0, dtype=torch.bfloat16, device=blocks.device) for _ in range(2)]
    found = torch.zeros(2 * heads, dtype=torch.int64, device=blocks.device)
    form.unpack_rows_(blocks[:heads], blocks[heads:], digests, found, *(p[:, :rows] for p in pools), shape)
    return [*pools, found]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("heads", "rows", "dim"), [(2, 100, 64), (1, 37, 80), (3, 257, 128), (1, 1, 8), (1, 64, 16), (1, 200, 24)])
def test_every_bit_comes_back(device: torch.device, form: str, heads: int, rows: int, dim: int) -> None:
    source = [hard_rows(device, rows, dim, seed=s) for s in range(2 * heads)]
    blocks, digests, shape = packed(source, room=3)
    assert blocks.shape[1] == shape.num_bytes == rows * dim * 3 // 2 + dim + 4 * (-(-rows // 64) + 1) + 8 * shape.num_exceptions
    *pools, found = unpack(FORMS[form], blocks, digests, shape, rows, rows + 5)
    assert torch.equal(found, digests)
    for number, want in enumerate(source):
        got = pools[number // heads][number % heads]
        assert torch.equal(got[:rows].view(torch.int16), want.view(torch.int16))
        assert (got[rows:] == 7).all()


@pytest.mark.parametrize("form", FORMS)
def test_the_first_rows_of_a_block(device: torch.device, form: str) -> None:
    """Exceptions of rows that are not wanted are written nowhere."""
    source = [hard_rows(device, 90, 64, seed=s) for s in range(2)]
    *pools, _ = unpack(FORMS[form], *packed(source), 41, 90)
    for pool, want in zip(pools, source, strict=True):
        assert torch.equal(pool[0, :41].view(torch.int16), want[:41].view(torch.int16))
        assert (pool[0, 41:] == 7).all()


@pytest.mark.parametrize("form", FORMS)
def test_an_altered_block_is_zeros(device: torch.device, form: str) -> None:
    source = [hard_rows(device, 50, 64, seed=s) for s in range(4)]
    blocks, digests, shape = packed(source)
    for at in (0, 50 * 64 + 9, shape.highest_at, shape.num_bytes - 7):
        altered = blocks.clone()
        altered[2, at] ^= 16
        keys, values, found = unpack(FORMS[form], altered, digests, shape, 50, 50)
        assert (found == digests).tolist() == [True, True, False, True]
        assert (values[0] == 0).all()
        assert torch.equal(keys.view(torch.int16), torch.stack(source[:2]).view(torch.int16))
        assert torch.equal(values[1].view(torch.int16), source[3].view(torch.int16))


def test_whatever_a_block_holds_stays_in_its_rows(device: torch.device) -> None:
    """Random bytes with the digest they have: rows of anything, nothing beside them."""
    shape = PackedShape(40, 64, 30)
    blocks = torch.randint(0, 256, (2, shape.num_bytes), dtype=torch.uint8, device=device, generator=torch.Generator(device).manual_seed(1))
    results = [unpack(form, blocks, packed_digests(blocks), shape, 20, 40) for form in FORMS.values()]
    for pools in results:
        assert all((pool[:, 20:] == 7).all() for pool in pools[:2])


def test_a_digest_finds_damage(device: torch.device) -> None:
    """Any one bit, two bits, words that changed places, a block of zeros."""
    block = pack_rows(normal(device, torch.bfloat16, 8, 16), 4)
    before, bits = packed_digests(block[None])[0], 8 * len(block)

    def flipped(*which: int) -> torch.Tensor:
        other = block.clone()
        for bit in which:
            other[bit // 8] ^= 1 << bit % 8
        return other

    one = torch.stack([flipped(b) for b in range(bits)])
    two = torch.stack([flipped(b, (b * 7 + 31) % bits) for b in range(bits)])
    words = block.view(torch.int32)
    swapped = torch.stack([words.roll(s).view(torch.uint8) for s in range(1, 8)])
    others = torch.cat((one, two, swapped, torch.zeros_like(block)[None]))
    assert (packed_digests(others) != before).all()


def test_the_digest_is_the_formula() -> None:
    """sum of word * splitmix64(number + 1 steps) modulo 2 ** 64, the keys made odd, with Python's integers."""

    def key(word: int) -> int:
        mixed = (word + 1) * 0x9E3779B97F4A7C15 % 2**64
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ mixed >> shift) * factor % 2**64
        return mixed ^ mixed >> 31 | 1

    block = torch.arange(250, dtype=torch.uint8).repeat(2)
    total = sum(int.from_bytes(bytes(block[i : i + 4].tolist()), "little") * key(i // 4) for i in range(0, 500, 4)) % 2**64
    assert int(packed_digests(block[None])[0]) % 2**64 == total


def test_what_cannot_be_packed_is_refused(device: torch.device) -> None:
    rows = hard_rows(device, 20, 16)
    assert count_exceptions(rows) > 0
    with pytest.raises(ValueError, match="exceptions do not fit"):
        pack_rows(rows, count_exceptions(rows) - 1)
    with pytest.raises(ValueError, match="bfloat16"):
        pack_rows(rows.float(), 100)
    with pytest.raises(ValueError, match="multiple of 8"):
        pack_rows(rows[:, :12], 100)
    assert count_exceptions(rows[:0]) == 0
    assert len(pack_rows(rows[:0], 0)) == 16 + 4


@pytest.mark.parametrize("form", FORMS)
def test_arguments_that_do_not_belong_together(device: torch.device, form: str) -> None:
    blocks, digests, shape = packed([hard_rows(device, 20, 16, seed=s) for s in range(2)])
    keys = torch.zeros((1, 20, 16), dtype=torch.bfloat16, device=device)
    good = (blocks[:1], blocks[1:], digests, torch.zeros_like(digests), keys, keys.clone(), shape)
    FORMS[form].unpack_rows_(*good)
    for number, wrong in (
        (0, blocks[:1, :-4]), (2, digests[:1]), (3, digests.int()), (4, keys[:, :, :8]), (5, keys.float()), (5, keys[:, ::2]),
        (6, PackedShape(19, 16, 0)), (6, PackedShape(20, 8, 0)),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"must|does not unpack"):
            FORMS[form].unpack_rows_(*good[:number], wrong, *good[number + 1 :])
