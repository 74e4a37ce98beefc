"""Packed files: every bit comes back wherever it is loaded to, and nothing that was altered does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tsel_core.kv.cache import KVCache
from tsel_core.kv.stored_cache import StoredCache
from tsel_core.prefix_cache.format.blocks import DamagedReading
from tsel_core.prefix_cache.format.crypto import MasterKey
from tsel_core.prefix_cache.format.file import ReadingFile
from tsel_core.prefix_cache.format.write import write_reading
from tsel_core.prefix_cache.load import load as reading_load
from tsel_core.prefix_cache.load.load import load_rows
from tsel_core.prefix_cache.load.packed import PackedLayers
from tsel_kernels.backend import torch_kernels

KEY = MasterKey(bytes(range(32)))
CPU = torch.device("cpu")
LAYERS, HEADS, ROWS, DIM = 3, 2, 50, 16
Pools = list[tuple[torch.Tensor, torch.Tensor]]


@pytest.fixture(autouse=True)
def no_grad() -> Iterator[None]:
    with torch.no_grad():
        yield


def make_pools(dtype: torch.dtype = torch.bfloat16, spread: float = 1.0) -> Pools:
    """Channels of different size; `spread`: how many powers of two a channel's values spread over."""
    generator = torch.Generator().manual_seed(3)

    def rows() -> torch.Tensor:
        wide = torch.randn(HEADS, ROWS, DIM, generator=generator) * torch.logspace(-3, 3, DIM)
        wide[:, 7, 3] = 1e-12  # an exception in every block
        return (wide * 2 ** (spread * torch.rand(HEADS, ROWS, DIM, generator=generator))).to(dtype)

    return [(rows(), rows()) for _ in range(LAYERS)]


def write(path: Path, pools: Pools, key: MasterKey | None = None, rows: int = ROWS) -> int:
    return write_reading(path, pools, list(range(rows)), {}, key, pack=True)


def loaded(cache: KVCache, rows: int) -> Pools:
    return [tuple(t[0] for t in layer.held(rows)) for layer in cache.pools]  # type: ignore[misc]


def same(got: Pools, want: Pools, rows: int) -> bool:
    pairs = zip([t for pair in got for t in pair], [t for pair in want for t in pair], strict=True)
    return all(torch.equal(a[:, :rows].view(torch.int16), b[:, :rows].view(torch.int16)) for a, b in pairs)


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
@pytest.mark.parametrize(("wanted", "capacity"), [(ROWS, ROWS), (ROWS, ROWS + 9), (20, ROWS), (20, 20), (3, 4)])
def test_rows_come_back_bit_for_bit(tmp_path: Path, key: MasterKey | None, wanted: int, capacity: int) -> None:
    """A part of the rows too, in pools with and without room for whole blocks."""
    pools, cache = make_pools(), KVCache(LAYERS, capacity)
    write(tmp_path / "a.kept", pools, key)
    with ReadingFile(tmp_path / "a.kept", key) as file:
        assert file.header.packed is not None
        assert load_rows(file, cache, wanted, 8, CPU) is None
    assert same(loaded(cache, wanted), pools, wanted)
    assert cache.length == wanted


def test_blocks_that_do_not_fit_are_known(tmp_path: Path) -> None:
    write(tmp_path / "a.kept", make_pools())
    with ReadingFile(tmp_path / "a.kept") as file:
        for rows, fits in ((ROWS, True), (20, False)):
            empty = [(torch.empty(HEADS, rows, DIM, dtype=torch.bfloat16),) * 2] * LAYERS
            assert PackedLayers.fits(file, empty) == fits


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
@pytest.mark.parametrize("wanted", [ROWS, 20])
def test_into_a_stored_cache(tmp_path: Path, key: MasterKey | None, wanted: int) -> None:
    pools = make_pools()
    cache = StoredCache("host", LAYERS, ROWS + 8, None, torch_kernels())
    write(tmp_path / "a.kept", pools, key)
    with ReadingFile(tmp_path / "a.kept", key) as file:
        load_rows(file, cache, wanted, 8, CPU)
    for number, layer in enumerate(cache.pools):
        assert same([tuple(t[0, :, :wanted] for t in layer.held(wanted))], [pools[number]], wanted)  # type: ignore[list-item]


@pytest.mark.parametrize("capacity", [ROWS, 20])
@pytest.mark.parametrize("place", ["low", "codes", "highest", "exceptions"])
def test_an_altered_byte_is_found(tmp_path: Path, place: str, capacity: int) -> None:
    path, pools = tmp_path / "a.kept", make_pools()
    write(path, pools)
    with ReadingFile(path) as file:
        shape, size = file.header.packed_shape(0), file.header.block_sizes()[0]
        assert shape.num_exceptions > 0
    at = {"low": 7, "codes": ROWS * DIM + 3, "highest": shape.highest_at + 1, "exceptions": size - 3}[place]
    content = bytearray(path.read_bytes())
    content[128 + (2 * LAYERS * HEADS - 2) * size + at] ^= 32  # a block of the last layer
    path.write_bytes(content)
    with ReadingFile(path) as file, pytest.raises(DamagedReading, match="block 10 is altered"):
        load_rows(file, KVCache(LAYERS, capacity), min(capacity, ROWS), 8, CPU)


def test_a_stream_says_so_at_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers take what comes, zeros where a block was altered; `check` raises."""
    monkeypatch.setattr(reading_load, "STREAMED", {"cpu"})
    path, pools, cache = tmp_path / "a.kept", make_pools(), KVCache(LAYERS, ROWS + 8)
    write(path, pools)
    content = bytearray(path.read_bytes())
    content[131] ^= 1
    path.write_bytes(content)
    with ReadingFile(path) as file:
        arriving = load_rows(file, cache, ROWS, 8, CPU)
        assert arriving is not None
        new = torch.ones(1, HEADS, 1, DIM, dtype=torch.bfloat16)
        for number in range(LAYERS):
            cache.update(new, new, number)
        arriving.join()
        with pytest.raises(DamagedReading, match="block 0 is altered"):
            arriving.check()
    assert (cache.pools[0].held(ROWS)[0][0, 0] == 0).all()
    assert same(loaded(cache, ROWS)[1:], pools[1:], ROWS)


def test_packing_is_smaller_and_only_where_it_can_be(tmp_path: Path) -> None:
    plain = write_reading(tmp_path / "p.kept", make_pools(), list(range(ROWS)), {}, pack=False)
    assert write(tmp_path / "a.kept", make_pools()) < 0.85 * plain
    for name, pools in (("fp32", make_pools(torch.float32)), ("spread", make_pools(spread=200))):
        write(tmp_path / name, pools)
        with ReadingFile(tmp_path / name) as file:
            assert file.header.packed is None, name
    narrow = [(k[..., :12], v[..., :12]) for k, v in make_pools()]
    write(tmp_path / "narrow", narrow)
    with ReadingFile(tmp_path / "narrow") as file:
        assert file.header.packed is None
    write_reading(tmp_path / "cpu.kept", make_pools(), list(range(ROWS)), {})  # a CPU does not unpack unless it must
    with ReadingFile(tmp_path / "cpu.kept") as file:
        assert file.header.packed is None


@pytest.mark.parametrize(("field", "value"), [("packed", -1), ("packed", "x"), ("shapes", [[2, 16, 8]] * LAYERS), ("dtype", "float32")])
def test_a_header_that_cannot_be_is_damage(tmp_path: Path, field: str, value: object) -> None:
    path = tmp_path / "a.kept"
    write(path, make_pools())
    with ReadingFile(path) as file:
        raw = json.loads(file.header.pack())
        with pytest.raises((ValueError, TypeError)):
            type(file.header).parse(json.dumps(raw | {field: value}).encode())


def test_digests_that_are_no_numbers_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.kept"
    write(path, make_pools())
    with ReadingFile(path) as file:
        object.__setattr__(file.header, "digests", ("zz",) * len(file.header.digests))
        with pytest.raises(DamagedReading, match="digests"):
            load_rows(file, KVCache(LAYERS, ROWS), ROWS, 8, CPU)
