"""Products of one row with a packed weight, and the weight's numbers, against their definitions."""

from __future__ import annotations

import pytest
import torch

from tests.kernels.build import DTYPES, TOLERANCE, normal, relative_error
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.packed_weight import BIAS, PackedWeight, join_rows, pack_codes, unpack_codes

pytest.importorskip("triton", reason="the kernels need triton")
from tsel_kernels.packed_linear import triton_dots
from tsel_kernels.triton_device import Tile

gpu, reference = triton_kernels(), torch_kernels()
SHAPES = [(1, 32), (7, 96), (32, 512), (5, 4160)]  # N, K: one group, ragged both ways, even, more than one step


def packed(device: torch.device, num: int, width: int, bits: int, zero: bool = True, seed: int = 0) -> PackedWeight:
    """Random codes, every value of them, under random scales and zeros."""
    generator = torch.Generator().manual_seed(seed)
    low, high = (0, 16) if bits == 4 else (1, 256)
    codes = torch.randint(low, high, (num, width), generator=generator, dtype=torch.uint8)
    scale, offset = torch.rand(2, num, width // 32, generator=generator).half() / width**0.5
    return PackedWeight(pack_codes(codes, bits), scale, -8 * offset if zero else None).to(device)


@pytest.mark.parametrize("bits", [4, 8])
def test_codes_come_back(bits: int) -> None:
    codes = torch.arange(2 * 256, dtype=torch.int32).remainder(1 << bits).to(torch.uint8).view(4, 128)
    words = pack_codes(codes, bits)
    assert words.shape == (4, 4, bits)
    assert torch.equal(unpack_codes(words), codes)
    assert int(words[0, 0, 0]) & ((1 << bits) - 1) == int(codes[0, 0])  # column 0 is the lowest of word 0


def test_the_definition_by_hand() -> None:
    codes = torch.arange(32, dtype=torch.uint8).remainder(16)[None]
    weight = PackedWeight(pack_codes(codes, 4), torch.tensor([[0.5]]).half(), torch.tensor([[-3.0]]).half())
    wide = reference.unpack_weight_(weight, torch.empty(1, 32))
    assert wide[0, :4].tolist() == [-3.0, -2.5, -2.0, -1.5]
    eight = PackedWeight(pack_codes(codes + BIAS[8], 8), torch.tensor([[0.5]]).half(), None)
    assert reference.unpack_weight_(eight, torch.empty(1, 32))[0, :3].tolist() == [0.0, 0.5, 1.0]


@pytest.mark.interpret
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("num", "width"), SHAPES)
@pytest.mark.parametrize("form", ["plain", "bias", "norm", "residual", "gated"])
@pytest.mark.parametrize("bits", [4, 8])
def test_packed_row_linear(num: int, width: int, form: str, bits: int, dtype: torch.dtype, device: torch.device) -> None:
    gated = form == "gated"
    row, weight = normal(device, dtype, width), packed(device, 2 * num if gated else num, width, bits, bits == 4 or form == "norm")
    options = {
        "norm": normal(device, dtype, width, seed=1) if form in ("norm", "gated") else None,
        "bias": normal(device, dtype, num, seed=2) if form == "bias" else None,
    }
    results = []
    for module in (gpu, reference):
        residual = normal(device, dtype, num, seed=3) if form == "residual" else None
        out = residual if residual is not None else torch.empty(num, dtype=dtype, device=device)
        results.append(module.packed_row_linear_(row, weight, out, residual=residual, gated=gated, eps=1e-6, **options))
    assert relative_error(*results) < TOLERANCE[dtype]


@pytest.mark.interpret
@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("rows", [4, 8])
@pytest.mark.parametrize("gated", [False, True])
@pytest.mark.parametrize("num", [3, 46])
def test_every_row_of_a_tile_stands_where_it_belongs(num: int, gated: bool, rows: int, bits: int, device: torch.device) -> None:
    """Fewer outputs than a tile, several tiles a program, a last tile that is not full."""
    made = num // 2 if gated else num
    weight, row = packed(device, 2 * made if gated else num, 416, bits), normal(device, torch.float32, 416)
    options = {"norm": normal(device, torch.float32, 416, seed=1), "gated": gated}
    got, want = (torch.full((made,), torch.nan, device=device) for _ in range(2))
    triton_dots.packed_row_linear_(row, weight, got, tile=Tile(rows, 16, 1, 1), **options)
    reference.packed_row_linear_(row, weight, want, **options)
    largest = max(1.0, float(want.abs().max()))  # a lone output may be the little that is left of 416 products
    assert float((got - want).abs().max()) / largest < TOLERANCE[torch.float32]


@pytest.mark.interpret
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("rows", [4, 8])
def test_a_long_row_cut_into_slabs(rows: int, bits: int, dtype: torch.dtype, device: torch.device) -> None:
    """Four slabs, the last of them short; fewer programs than tiles; bias and residual once, not once a slab."""
    weight, row, bias = packed(device, 46, 416, bits), normal(device, dtype, 416), normal(device, dtype, 46, seed=2)
    got, want = normal(device, dtype, 46, seed=3), normal(device, dtype, 46, seed=3)
    triton_dots.packed_row_linear_(row, weight, got, tile=Tile(rows, 4, 1, 1), bias=bias, residual=got)
    reference.packed_row_linear_(row, weight, want, bias=bias, residual=want)
    assert relative_error(got, want) < TOLERANCE[dtype]
    with pytest.raises(ValueError, match="taken whole"):
        triton_dots.packed_row_linear_(row, weight, got, tile=Tile(rows, 4, 1, 1), norm=row)


def test_tiles_of_known_shapes() -> None:
    """Rows with a norm or gate are never cut; long ones without are, but not those of two slabs."""
    for width in (64, 3584, 5120, 8192, 16_384):
        assert triton_dots.dots_tile(width, 4, True, 20_000, True).keys * 32 >= width
    assert triton_dots.dots_tile(18_944, 4, False, 3584, False).keys == triton_dots.MOST_GROUPS
    assert triton_dots.dots_tile(5120, 4, False, 5120, False).keys == 256
    assert triton_dots.dots_tile(3584, 4, True, 18_944, True) == Tile(8, 128, 4, 4)
    assert triton_dots.dots_tile(3584, 8, False, 152_064, True) == Tile(8, 128, 4, 3)
    assert triton_dots.dots_tile(1536, 4, False, 2048, True) == Tile(4, 64, 2, 4)


@pytest.mark.interpret
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize(("num", "width"), SHAPES)
def test_unpack_weight(num: int, width: int, bits: int, dtype: torch.dtype, device: torch.device) -> None:
    """Into rows of a larger buffer, whose other columns stay."""
    weight = packed(device, num, width, bits, bits == 4)
    got, want = (torch.full((num, width + 7), torch.nan, device=device, dtype=dtype) for _ in range(2))
    for module, home in ((gpu, got), (reference, want)):
        module.unpack_weight_(weight, home[:, :width])
    assert relative_error(got[:, :width], want[:, :width]) < TOLERANCE[dtype]
    assert bool(got[:, width:].isnan().all())


@pytest.mark.interpret
def test_rows_and_joined_weights(device: torch.device) -> None:
    one, two = packed(device, 6, 64, 4, seed=1), packed(device, 10, 64, 4, seed=2)
    both = join_rows([one, two])
    wide = [reference.unpack_weight_(w, torch.empty(w.shape, device=device)) for w in (one, two, both, both.rows(6, 16))]
    assert torch.equal(torch.cat(wide[:2]), wide[2])
    assert torch.equal(wide[1], wide[3])
    with pytest.raises(ValueError, match="different kinds"):
        join_rows([one, packed(device, 6, 64, 8)])


@pytest.mark.parametrize("module", [gpu, reference])
def test_shapes_that_do_not_fit(module: object, device: torch.device) -> None:
    weight, row = packed(device, 6, 64, 4), torch.ones(64, device=device)
    short = PackedWeight(weight.words, weight.scale[:, :1], weight.zero)
    for wrong, out in ((weight, torch.ones(5, device=device)), (short, torch.ones(6, device=device))):
        with pytest.raises(ValueError, match="must be"):
            module.packed_row_linear_(row, wrong, out)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="out must be"):
        module.unpack_weight_(weight, torch.ones(6, 32, device=device))  # type: ignore[attr-defined]


def test_a_vocabulary_has_room_on_the_first_axis_of_the_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    """CUDA takes at most 65,535 programs on a grid's other axes: more rows there are an "invalid argument"."""
    from tsel_kernels.packed_linear import triton as triton_form

    grids: list[tuple[int, ...]] = []

    class Kernel:
        def __getitem__(self, grid: tuple[int, ...]) -> object:
            grids.append(grid)
            return lambda *_, **__: None

    monkeypatch.setattr(triton_form, "unpack_weight_kernel", Kernel())
    weight = packed(torch.device("cpu"), 152_064, 64, 4)
    triton_form.unpack_weight_(weight, torch.empty(weight.shape))
    assert grids == [(152_064, 1)]


@pytest.mark.interpret
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("num", "width", "bits", "form", "tile"),
    [
        (1, 32, 4, "plain", None),
        (7, 96, 4, "bias", None),
        (9, 160, 8, "gated", None),
        (6, 512, 4, "gated", Tile(4, 16, 2, 1)),  # several tiles a program
        (5, 416, 4, "norm", Tile(8, 16, 1, 1)),
        (5, 416, 8, "residual", Tile(4, 8, 1, 1)),
    ],
)
def test_products_of_bytes(num: int, width: int, bits: int, form: str, tile: Tile | None, dtype: torch.dtype, device: torch.device) -> None:
    """`triton_dots`: a row with one column far larger than its neighbours, and a group of zeros."""
    gated = form == "gated"
    row, weight = normal(device, dtype, width), packed(device, 2 * num if gated else num, width, bits, bits == 4 or form == "norm")
    row[3], row[-32:] = 200.0, 0.0
    options = {
        "norm": normal(device, dtype, width, seed=1) if form in ("norm", "gated") else None,
        "bias": normal(device, dtype, num, seed=2) if form == "bias" else None,
    }
    results = []
    for module, more in ((triton_dots, {"tile": tile}), (reference, {})):
        residual = normal(device, dtype, num, seed=3) if form == "residual" else None
        out = residual if residual is not None else torch.full((num,), torch.nan, dtype=dtype, device=device)
        results.append(module.packed_row_linear_(row, weight, out, residual=residual, gated=gated, eps=1e-6, **options, **more))
    assert relative_error(*results) < TOLERANCE[dtype]


@pytest.mark.interpret
@pytest.mark.parametrize("terms", [2, 3])
def test_bytes_hold_what_they_say(terms: int, device: torch.device) -> None:
    """A group's largest number to 15 or 22 bits; damage is not hidden by whole numbers."""
    weight, row = packed(device, 8, 64, 8, False), normal(device, torch.float32, 64)
    out, want = (torch.empty(8, device=device) for _ in range(2))
    triton_dots.packed_row_linear_(row, weight, out, terms=terms)
    reference.packed_row_linear_(row, weight, want)
    assert (1e-9 if terms == 3 else 1e-6) < relative_error(out, want) < (2e-6 if terms == 3 else 2e-4)
    for damaged in (float("nan"), float("inf")):
        row[40] = damaged
        assert not bool(torch.isfinite(triton_dots.packed_row_linear_(row, weight, out, terms=terms)).any())
