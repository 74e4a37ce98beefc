"""The file of a kept reading: what goes in comes out, and nothing that was altered does."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
import torch

from tsel_core.errors import UsageError
from tsel_core.prefix_cache.format.blocks import DamagedReading
from tsel_core.prefix_cache.format.crypto import MasterKey, master_key, write_key_file
from tsel_core.prefix_cache.format.file import ReadingFile, SealedByOther
from tsel_core.prefix_cache.format.write import write_reading

KEY = MasterKey(bytes(range(32)))
Pools = list[tuple[torch.Tensor, torch.Tensor]]


def make_pools(rows: int = 40, dtype: torch.dtype = torch.float32, dim: int = 7) -> Pools:
    generator = torch.Generator().manual_seed(3)
    return [
        (
            torch.randn(2, rows, dim, generator=generator).to(dtype),
            torch.randn(2, rows, dim + 2, generator=generator).to(dtype),
        )
        for _ in range(3)
    ]


def empty_like(pools: Pools, rows: int) -> Pools:
    return [
        (k.new_full((k.shape[0], rows, k.shape[2]), float("nan")), v.new_full((v.shape[0], rows, v.shape[2]), float("nan")))
        for k, v in pools
    ]


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_rows_come_back_bit_for_bit(tmp_path: Path, key: MasterKey | None, dtype: torch.dtype) -> None:
    pools = make_pools(dtype=dtype)
    path = tmp_path / "a.kept"
    size = write_reading(path, pools, list(range(33)), {"hello": "wörld"}, key)
    assert path.stat().st_size == size
    for wanted in (33, 8):
        target = empty_like(pools, 50)
        with ReadingFile(path, key) as file:
            assert file.header.token_ids.tolist() == list(range(33))
            assert file.header.about == {"hello": "wörld"}
            file.load(target, wanted)
        for pair, loaded_pair in zip(pools, target, strict=True):
            for pool, loaded in zip(pair, loaded_pair, strict=True):
                assert torch.equal(loaded[:, :wanted], pool[:, :wanted])
                assert bool(loaded[:, wanted:].isnan().all())


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows has no permission bits")
    old = os.umask(0)
    try:
        write_reading(tmp_path / "a.kept", make_pools(), [1, 2, 3], {})
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a.kept").stat().st_mode) == 0o600


@pytest.mark.parametrize("key", [None, KEY])
def test_every_flipped_bit_is_found(tmp_path: Path, key: MasterKey | None) -> None:
    path = tmp_path / "a.kept"
    pools = make_pools(rows=5, dim=2)
    write_reading(path, pools, [1, 2, 3, 4, 5], {}, key)
    good = path.read_bytes()
    for at in [*range(128), *range(128, len(good), max(1, len(good) // 120))]:
        broken = bytearray(good)
        broken[at] ^= 1 << (at % 8)
        path.write_bytes(broken)
        with pytest.raises((DamagedReading, SealedByOther)), ReadingFile(path, key) as file:
            file.load(empty_like(pools, 5), 5)


@pytest.mark.parametrize("keep", [0, 10, 127, 128, 300, -1])
def test_a_truncated_file_is_found(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "a.kept"
    write_reading(path, make_pools(), list(range(40)), {})
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DamagedReading):
        ReadingFile(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 something else", b"\0" * 5000, os.urandom(4096)],
    ids=("empty", "zip", "zeros", "random"),
)
def test_a_foreign_file_is_found(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.kept"
    path.write_bytes(content)
    with pytest.raises(DamagedReading):
        ReadingFile(path)


def test_blocks_of_two_sealed_files_cannot_be_swapped(tmp_path: Path) -> None:
    pools = make_pools(rows=5)
    for name in ("a.kept", "b.kept"):
        write_reading(tmp_path / name, pools, [1, 2, 3, 4, 5], {}, KEY)
    a, b = (bytearray((tmp_path / n).read_bytes()) for n in ("a.kept", "b.kept"))
    size = 5 * 7 * 4 + 16
    a[128 : 128 + size] = b[128 : 128 + size]
    (tmp_path / "a.kept").write_bytes(a)
    with pytest.raises(DamagedReading), ReadingFile(tmp_path / "a.kept", KEY) as file:
        file.load(empty_like(pools, 5), 5)


def test_a_sealed_file_shows_nothing_and_needs_its_key(tmp_path: Path) -> None:
    path = tmp_path / "a.kept"
    write_reading(path, make_pools(), list(range(40)), {"documents": "SECRET-NAME.docx"}, KEY)
    content = path.read_bytes()
    assert b"SECRET-NAME" not in content
    assert b"token_ids" not in content
    for key in (None, MasterKey(bytes(32))):
        with pytest.raises(SealedByOther):
            ReadingFile(path, key)


def test_a_failed_write_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tsel_core.prefix_cache.format.blocks.os.pwrite" if hasattr(os, "pwrite") else "os.write", full)
    with pytest.raises(OSError, match="No space"):
        write_reading(tmp_path / "a.kept", make_pools(), [1, 2, 3], {})
    assert list(tmp_path.iterdir()) == []


def test_systems_without_positioned_reads_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pwrite", "preadv", "posix_fallocate"):
        monkeypatch.delattr(os, name, raising=False)
    pools = make_pools()
    write_reading(tmp_path / "a.kept", pools, list(range(40)), {})
    target = empty_like(pools, 40)
    with ReadingFile(tmp_path / "a.kept") as file:
        file.load(target, 40)
    assert torch.equal(target[2][1], pools[2][1])


def test_key_files(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert master_key({}) is None
    write_key_file(path)
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = master_key({"TSEL_CACHE_KEY_FILE": str(path)})
    assert key is not None
    assert len(key.secret) == 32
    with pytest.raises(UsageError, match="exists"):
        write_key_file(path)
    path.write_text("abcd\n")
    with pytest.raises(UsageError, match="2 bytes"):
        master_key({"TSEL_CACHE_KEY_FILE": str(path)})
    with pytest.raises(UsageError, match="cannot be read"):
        master_key({"TSEL_CACHE_KEY_FILE": str(tmp_path / "none")})
