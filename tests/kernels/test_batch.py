"""A step of several sequences gives each what a step of its own gives: rows anywhere in memory, other lengths, places free."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.kernels.build import DTYPES, LSE_TOLERANCE, TOLERANCE, ints, normal, relative_error, table
from tests.kernels.test_decode import check_selection
from tsel_kernels import key_index
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.batch.reference import COLUMNS, LEAST_ROWS, BatchRows, HeldRows, batch_state, state_of
from tsel_kernels.decode.state import DecodeShape

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret
HEADS, KV_HEADS, DIM = 6, 2, 64
CAPACITIES, LENGTHS = (512, 256, 768), (300, 40, 700)


def held(device: torch.device, dtype: torch.dtype, capacity: int, length: int, bits: int, seed: int) -> HeldRows:
    keys, values = (normal(device, dtype, KV_HEADS, capacity, DIM, seed=seed + s) for s in (0, 1))
    index = key_index.quantize_keys(keys, keys[:, :length].float().mean(1), bits)
    for tensor in (keys, values, index.scale, index.zero):
        tensor[:, length:] = float("nan")
    return HeldRows(keys, values, index)


def batch(device: torch.device, dtype: torch.dtype, bits: int) -> BatchRows:
    """Three sequences in four places."""
    nobody = held(device, dtype, LEAST_ROWS, 1, bits, 99)
    rows = BatchRows.empty(nobody, torch.zeros((4, COLUMNS), dtype=torch.int64, device=device))
    for place, (capacity, length) in zip((0, 1, 3), zip(CAPACITIES, LENGTHS, strict=True), strict=True):
        rows.held[place] = held(device, dtype, capacity, length, bits, 10 * place)
        rows.table[place] = torch.tensor(rows.place(rows.held[place]), device=device)
    return rows


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(("bits", "groups"), [(4, KV_HEADS), (8, 1)])
def test_every_sequence_gets_what_it_gets_alone(device: torch.device, dtype: torch.dtype, bits: int, groups: int) -> None:
    if device.type == "cpu" and dtype != torch.float32 and bits == 8:
        pytest.skip("the interpreter is slow; covered by the other width")
    shape = DecodeShape(HEADS, KV_HEADS, DIM, 768, 32, groups, num_sink=8, num_local=64, slack=4)
    mine, theirs = (batch(device, dtype, bits) for _ in range(2))
    state, want = (batch_state(shape, 4, dtype, device) for _ in range(2))
    work = gpu.batch_workspace(shape, 4, device)
    rope, weight = table(device, 768, DIM), normal(device, dtype, DIM).abs()
    base = normal(device, dtype, 4, (HEADS + 2 * KV_HEADS) * DIM)
    for step in range(3):  # a pick, a hit of the Selection Cache, a pick
        at = ints(device, [LENGTHS[0] + step, LENGTHS[1] + step, 0, LENGTHS[2] + step])
        qkv = base if step < 2 else -base
        q, expected = (torch.zeros(4, HEADS, DIM, dtype=dtype, device=device) for _ in range(2))
        options = {"rope": rope, "q_norm": weight, "k_norm": weight, "theta": 0.9}
        gpu.batch_append_(qkv, at, mine, q, state, shape, **options)
        reference.batch_append_(qkv, at, theirs, expected, want, shape, **options)
        assert relative_error(q, expected) < TOLERANCE[dtype]
        assert torch.equal(state.reuse, want.reuse)
        assert torch.equal(state.window_start, want.window_start)
        gpu.batch_select_(q, at, mine, state, shape, work, scaling=0.2)
        reference.batch_select_(q, at, mine, want, shape, None, scaling=0.2)
        out, lse = torch.empty_like(q), torch.empty(4, HEADS, device=device)
        gpu.batch_attend_(q, at, mine, out, lse, state, shape, work, scaling=0.2)
        for place in (0, 1, 3):
            own, index = mine.held[place], mine.held[place].index
            assert index is not None
            end = int(at[place]) + 1
            assert relative_error(own.keys[:, :end], theirs.held[place].keys[:, :end]) < TOLERANCE[dtype]
            one, other = state_of(state, place), state_of(want, place)
            check_selection(q[place], index, at[place : place + 1], one, other, shape)
            other.indices.copy_(one.indices)
            single, single_lse = torch.empty_like(q[place]), torch.empty(HEADS, device=device)
            reference.decode_attend_(
                q[place], own.keys, own.values, at[place : place + 1], single, single_lse, one, shape, None, scaling=0.2
            )
            assert relative_error(out[place], single) < TOLERANCE[dtype]
            assert relative_error(lse[place], single_lse) < LSE_TOLERANCE
        theirs = mine


def test_every_row_is_attended_to_where_nothing_selects(device: torch.device) -> None:
    shape = DecodeShape(HEADS, KV_HEADS, DIM, 768, 16, 1, num_sink=0, num_local=768, slack=0)
    rows, state = batch(device, torch.float32, 4), batch_state(shape, 4, torch.float32, device)
    query = normal(device, torch.float32, 4, HEADS, DIM)
    at = ints(device, [LENGTHS[0] - 1, LENGTHS[1] - 1, 0, LENGTHS[2] - 1])
    out, lse = torch.empty_like(query), torch.empty(4, HEADS, device=device)
    gpu.batch_attend_(query, at, rows, out, lse, state, shape, gpu.batch_workspace(shape, 4, device), scaling=0.2)
    want, want_lse = torch.empty_like(query), torch.empty_like(lse)
    reference.batch_attend_(query, at, rows, want, want_lse, state, shape, None, scaling=0.2)
    for place in (0, 1, 3):
        assert relative_error(out[place], want[place]) < TOLERANCE[torch.float32]
        assert relative_error(lse[place], want_lse[place]) < LSE_TOLERANCE


def test_rows_that_a_table_cannot_name_are_refused(device: torch.device) -> None:
    rows = batch(device, torch.float32, 4)
    keys = torch.zeros(KV_HEADS, 64, DIM, device=device)
    assert not HeldRows(keys[:, :40], keys[:, :40]).fits
    assert HeldRows(keys, keys.clone()).fits
    shifted = torch.zeros(KV_HEADS * 64 * DIM + 1, device=device)[1:].view(KV_HEADS, 64, DIM)
    with pytest.raises(ValueError, match="address"):
        rows.place(replace(rows.held[0], keys=shifted))
