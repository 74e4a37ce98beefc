"""Rows in 4 bits: turned and packed, widened, aimed and attended to as the definitions do; neighbours untouched."""

from __future__ import annotations

import pytest
import torch

from tests.kernels.build import TOLERANCE, ints, normal, relative_error
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.decode.state import DecodeShape
from tsel_kernels.key_index import KeyIndex, empty_index, quantize_keys
from tsel_kernels.q4_rows.exact import ExactRows
from tsel_kernels.q4_rows.reference import q4_append_, turning

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret
DTYPES = [torch.float32, torch.bfloat16]


def empty(mean: torch.Tensor, rows: int, bits: int = 4) -> KeyIndex:
    """A pool whose codes and steps mean nothing yet."""
    pool = empty_index(mean, rows, bits)
    pool.codes.fill_(0x65)
    pool.scale.fill_(7)
    pool.zero.fill_(-3)
    return pool


def tensors(*pools: KeyIndex) -> list[torch.Tensor]:
    return [t for p in pools for t in (p.codes, p.scale, p.zero)]


@pytest.mark.parametrize(("heads", "dim", "num", "bits"), [(2, 128, 40, 4), (3, 80, 1, 4), (1, 64, 33, 8)])
def test_the_definition_turns_and_packs_rows(device: torch.device, heads: int, dim: int, num: int, bits: int) -> None:
    """What test_q4_step.py compares a written token with: ring, codes within half a step, neighbours untouched."""
    key, value = (normal(device, torch.float32, heads, num, dim, seed=s) for s in (1, 2))
    key[..., 3] += 30  # one large channel
    matrix = turning(dim, device, torch.float32)
    mean, none = (key @ matrix).mean(1), torch.zeros(heads, dim, device=device)
    pools, before = [empty(mean, 50, bits), empty(none, 50)], [empty(mean, 50, bits), empty(none, 50)]
    held = [ExactRows(none[:, None], torch.full((heads, 16, dim), 5.0, device=device), ints(device, [0])) for _ in pools]
    q4_append_(key, value, matrix, *pools, (held[0], held[1]), ints(device, [5]))
    for pool, one, rows in zip(pools, held, (key, value), strict=True):
        turned = rows @ matrix
        for row in range(max(0, num - 16), num):
            assert torch.equal(one.recent[:, (5 + row) % 16], turned[:, row])
        untouched = [slot for slot in range(16) if slot not in {(5 + row) % 16 for row in range(num)}]
        assert bool((one.recent[:, untouched] == 5).all())
        back = reference.q4_load_rows_(pool, 5, torch.empty(heads, num, dim, device=device))
        # what float32 sums in another order differ by: beside a row that is all mean, a step is smaller
        sums = 4 * torch.finfo(torch.float32).eps * float(turned.abs().max())
        assert bool(((back - turned).abs() <= 0.6 * pool.scale[:, 5 : 5 + num].float()[..., None] + sums).all())
    for got, want in zip(tensors(*pools), tensors(*before), strict=True):
        assert torch.equal(got[:, :5], want[:, :5])
        assert torch.equal(got[:, 5 + num :], want[:, 5 + num :])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("dim", "bits"), [(128, 4), (80, 4), (32, 8)])
def test_rows_are_widened(device: torch.device, dtype: torch.dtype, dim: int, bits: int) -> None:
    pool = quantize_keys(normal(device, torch.float32, 3, 70, dim), normal(device, torch.float32, 3, dim, seed=5), bits)
    got, want = (form.q4_load_rows_(pool, 9, torch.empty(3, 41, dim, dtype=dtype, device=device)) for form in (gpu, reference))
    assert relative_error(got, want) < TOLERANCE[dtype]
    for form in (gpu, reference):
        with pytest.raises(ValueError, match="the pool holds 70 rows"):
            form.q4_load_rows_(pool, 40, torch.empty(3, 31, dim, dtype=dtype, device=device))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("heads", "kv_heads", "dim", "groups"), [(6, 2, 128, 2), (4, 4, 64, 1), (7, 1, 80, 1)])
@pytest.mark.parametrize(("begin", "last"), [(200, 260), (0, 30), (240, 300)])
def test_rows_are_attended_to_as_they_are(
    device: torch.device, dtype: torch.dtype, heads: int, kv_heads: int, dim: int, groups: int, begin: int, last: int
) -> None:
    shape = DecodeShape(heads, kv_heads, dim, 512, 96, groups, 8, 61)
    keys, values = (
        quantize_keys(normal(device, torch.float32, kv_heads, 512, dim, seed=s), normal(device, torch.float32, kv_heads, dim, seed=s + 4), bits)
        for s, bits in ((1, 8 if groups == 2 else 4), (2, 4))
    )
    for pool in (keys, values):
        pool.scale[:, last + 1 :] = float("nan")  # never read
    query, at = normal(device, dtype, heads, dim), ints(device, [last])
    state = reference.decode_state(shape, dtype, device)
    state.window_start.fill_(begin)
    state.indices.fill_(-1)
    if begin:
        for g in range(groups):
            picked = torch.arange(9 + g, 9 + g + 2 * (90 - g), 2, dtype=torch.int32, device=device)
            state.indices[0, g, : 90 - g] = picked
    held = [
        ExactRows(normal(device, dtype, kv_heads, 3, dim, seed=s), normal(device, dtype, kv_heads, 64, dim, seed=s + 4), ints(device, [since]))
        for s, since in ((7, 0), (8, last - 20))
    ]
    found = []
    for form in (gpu, reference):
        out, lse = torch.empty_like(query), torch.empty(heads, device=device)
        form.q4_attend_(query, keys, values, (held[0], held[1]), at, out, lse, state, shape, form.decode_workspace(shape, device), scaling=0.1)  # type: ignore[arg-type]
        found.append((out, lse))
    assert relative_error(found[0][0], found[1][0]) < TOLERANCE[dtype]
    assert relative_error(found[0][1], found[1][1]) < 1e-3
    wide = [reference.q4_load_rows_(p, 0, torch.empty(kv_heads, last + 1, dim, device=device)) for p in (keys, values)]
    for rows, exact in zip(wide, held, strict=True):
        rows[:, :3] = exact.first
        for row in range(max(int(exact.begin), last + 1 - 64), last + 1):
            rows[:, row] = exact.recent[:, row % 64]
    plain_out, plain_lse = torch.empty(heads, dim, device=device), torch.empty(heads, device=device)
    reference.decode_attend_(query.float(), *wide, at, plain_out, plain_lse, state, shape, None, scaling=0.1)
    assert relative_error(found[1][0].float(), plain_out) < TOLERANCE[dtype]
    assert relative_error(found[1][1], plain_lse) < 1e-4


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("heads", "dim", "num"), [(2, 128, 40), (3, 80, 1), (1, 32, 33)])
def test_later_channels_make_up_for_earlier_ones(device: torch.device, dtype: torch.dtype, heads: int, dim: int, num: int) -> None:
    rows, mean = normal(device, dtype, heads, num, dim), normal(device, torch.float32, heads, dim, seed=5)
    aim, pools = normal(device, torch.float32, heads, dim, dim, seed=6).triu(1) * 0.1, []
    for form in (gpu, reference):
        pools.append(empty(mean, 50))
        form.q4_append_aimed_(pools[-1], rows, 5, aim)
        with pytest.raises(ValueError, match="the pool holds 50 rows"):
            form.q4_append_aimed_(pools[-1], rows, 51 - num, aim)
        with pytest.raises(ValueError, match="in 4 bits, the pool has 8"):
            form.q4_append_aimed_(empty(mean, 50, 8), rows, 5, aim)
    for got, want in zip(*(tensors(p) for p in pools), strict=True):
        assert torch.equal(got[:, :5], want[:, :5])
        assert torch.equal(got[:, 5 + num :], want[:, 5 + num :])
    back = [reference.q4_load_rows_(p, 5, torch.empty(heads, num, dim, device=device)) for p in pools]
    step = pools[1].scale[:, 5 : 5 + num].float()[..., None]
    # one code that falls on the other side of a half changes those after it: most rows have none
    same = ((back[0] - back[1]).abs() <= 0.01 * step).all(-1).float().mean()
    assert float(same) > 0.9
    for head in range(heads):  # channel by channel, as the definition says it in words
        pool = pools[1]
        scale, zero = pool.scale[head, 5 : 5 + num].float(), pool.zero[head, 5 : 5 + num].float()
        left = (rows[head].float() - mean[head] - zero[:, None]) / scale[:, None]
        for i in range(dim):
            code = left[:, i].round().clamp(0, 15)
            value = code * scale + zero + mean[head, i]
            assert float(((back[1][head, :, i] - value).abs() < 0.01 * scale).float().mean()) > 0.9
            left[:, i + 1 :] -= (left[:, i] - code)[:, None] * aim[head, i, i + 1 :]


def test_pools_of_another_shape_are_refused(device: torch.device) -> None:
    pool = empty(torch.zeros(2, 32, device=device), 10)
    for form in (gpu, reference):
        with pytest.raises(ValueError, match="2 heads of 32"):
            form.q4_load_rows_(pool, 0, torch.empty(2, 4, 16, device=device))
