"""int8 copies on the disk: mapped instead of made, and never others than would be made."""

from __future__ import annotations

import json
import shutil
import threading
from collections import namedtuple
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tsel_core.decoder import int8_rows
from tsel_core.decoder.cpu_linear import RowLinear, int8_row
from tsel_core.decoder.int8_rows import Int8Rows
from tsel_core.models import int8_copies
from tsel_core.models.int8_copies import list_copies, read_copies, remove_copies, write_copies

DIGEST = "d" * 64


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path))
    monkeypatch.delenv("TSEL_KEEP_INT8", raising=False)
    return tmp_path


def linears(seed: int = 0, dtype: torch.dtype = torch.float32) -> list[RowLinear]:
    generator = torch.Generator().manual_seed(seed)
    weights = [torch.randn(n, 48, generator=generator).to(dtype) for n in (320, 96, 77)]
    return [RowLinear(weight, None) for weight in weights]


def prepared(rows: list[RowLinear], digest: str = DIGEST, model: str = "m") -> list[tuple[Tensor, Tensor]]:
    Int8Rows(rows, digest, model).prepare()
    for thread in threading.enumerate():
        if thread.name == "tsel-int8-keep":
            thread.join()
    return [(row.int8, row.scale) for row in rows]


def same(first: list[tuple[Tensor, Tensor]], second: list[tuple[Tensor, Tensor]]) -> bool:
    return all(torch.equal(a, c) and torch.equal(b, d) for (a, b), (c, d) in zip(first, second, strict=True))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_second_start_maps_what_the_first_made(dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    made = prepared(linears(dtype=dtype))
    (kept,) = list_copies()
    assert kept.model == "m"
    assert kept.num_bytes > (320 + 96 + 77) * 50

    def never(_rows: list[RowLinear]) -> None:
        raise AssertionError("made anew")

    monkeypatch.setattr(int8_rows, "quantize_all", never)
    mapped = linears(dtype=dtype)
    assert same(prepared(mapped), made)
    row = torch.randn(1, 48)
    assert torch.equal(mapped[0](row.to(dtype)), RowLinear(mapped[0].weight, None).quantize()(row.to(dtype)))


def test_other_files_have_other_copies() -> None:
    prepared(linears())
    other = prepared(linears(seed=1), digest="e" * 64, model="other")
    assert {c.model for c in list_copies()} == {"m", "other"}
    assert same(other, [(r.int8, r.scale) for r in (row.quantize() for row in linears(seed=1))])
    prepared(linears(seed=2), digest="f" * 64)  # the same model, changed: the old copies go
    assert sorted(c.model for c in list_copies()) == ["m", "other"]


def test_a_damaged_file_is_not_used() -> None:
    made = prepared(linears())
    (kept,) = list_copies()
    content = bytearray(kept.path.read_bytes())
    content[-7] ^= 1
    kept.path.write_bytes(content)
    assert read_copies(DIGEST, [(320, 48), (96, 48), (77, 48)]) is None
    assert same(prepared(linears()), made)
    assert read_copies(DIGEST, [(320, 48), (96, 48), (77, 48)]) is not None  # it was written again
    kept.path.write_bytes(content[:100])
    assert same(prepared(linears()), made)


def test_copies_by_other_rules_are_not_used() -> None:
    others = [(torch.zeros(n, 48, dtype=torch.int8), torch.ones(n, dtype=torch.bfloat16)) for n in (320, 96, 77)]
    write_copies(DIGEST, "m", others)
    assert same(prepared(linears()), [(r.int8, r.scale) for r in (row.quantize() for row in linears())])


def test_matrices_of_other_shapes_are_not_used() -> None:
    prepared(linears())
    assert read_copies(DIGEST, [(320, 48), (96, 48), (76, 48)]) is None
    assert read_copies(DIGEST, [(320, 48), (96, 48), (77, 48), (1, 48)]) is None


def test_nothing_is_kept_without_a_digest_or_room_or_against_the_wish(
    monkeypatch: pytest.MonkeyPatch, models: Path
) -> None:
    prepared(linears(), digest="")
    monkeypatch.setenv("TSEL_KEEP_INT8", "0")
    prepared(linears())
    monkeypatch.delenv("TSEL_KEEP_INT8")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 30_000))
    prepared(linears())
    assert list_copies() == []
    assert not list(models.rglob("*.part"))


def test_copies_are_removed_with_their_record(models: Path) -> None:
    prepared(linears())
    (kept,) = list_copies()
    record = json.loads(kept.path.with_suffix(".json").read_text())
    assert record["bytes"] == kept.num_bytes
    remove_copies(kept)
    assert list((models / ".int8").iterdir()) == []
    assert int8_copies.list_copies() == []


def test_several_rows_are_multiplied_wherever_the_copies_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four rows of a misaligned matrix ended the process: a mapped file had a header of any length."""
    prepared(linears())
    monkeypatch.setattr(int8_rows, "quantize_all", lambda _rows: pytest.fail("made anew"))
    for int8, scale in prepared(linears()):
        assert int8.data_ptr() % 16 == 0
        rows = torch.randn(5, int8.shape[1], generator=torch.Generator().manual_seed(3))
        alone = torch.cat([int8_row(row[None], int8, scale) for row in rows])
        assert torch.equal(int8_row(rows, int8, scale), alone)
        for away in (1, 8) if int8.shape[0] % 4 == 0 else ():  # the odd rows of others end it, one by one, too
            moved = torch.empty(int8.numel() + away, dtype=torch.int8)[away:].view(int8.shape).copy_(int8)
            assert torch.equal(int8_row(rows, moved, scale), alone)
