"""Blocks of a kept reading larger than a piece: every byte arrives, and every byte is checked, whichever way it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
import torch

from tsel_core.prefix_cache.format import file as reading_file
from tsel_core.prefix_cache.format import lanes as reading_lanes
from tsel_core.prefix_cache.format.blocks import DamagedReading, each
from tsel_core.prefix_cache.format.crypto import MasterKey
from tsel_core.prefix_cache.format.file import ReadingFile
from tsel_core.prefix_cache.format.lanes import MemoryLane, StagedLane
from tsel_core.prefix_cache.format.write import write_reading

KEY = MasterKey(bytes(range(32)))
ROWS, DIM = 40, 6
BLOCK = ROWS * DIM * 4  # bytes: 960
PIECE = 256  # three of them and 192 bytes
Pools = list[tuple[torch.Tensor, torch.Tensor]]


@pytest.fixture(params=["memory", "staged"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Straight into memory, or through two buffers as to a GPU; pieces are smaller than a block."""
    monkeypatch.setattr(reading_lanes, "PIECE_BYTES", PIECE)
    if request.param == "staged":

        @contextmanager
        def staged(device: torch.device, longest: int) -> Iterator[StagedLane]:
            yield StagedLane(longest, device)

        monkeypatch.setattr(reading_file, "open_lane", staged)
    return str(request.param)


def make_pools(fill: float | None = None, rows: int = ROWS) -> Pools:
    generator = torch.Generator().manual_seed(3)
    shape = (2, rows, DIM)
    if fill is not None:
        return [(torch.full(shape, fill), torch.full(shape, fill)) for _ in range(3)]
    return [(torch.randn(shape, generator=generator), torch.randn(shape, generator=generator)) for _ in range(3)]


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
@pytest.mark.parametrize("wanted", [ROWS, 32, 11, 1])  # 32 rows end where a piece does
def test_rows_of_large_blocks_come_back(tmp_path: Path, way: str, key: MasterKey | None, wanted: int) -> None:
    pools, target = make_pools(), make_pools(float("nan"), ROWS + 5)
    write_reading(tmp_path / "a.kept", pools, list(range(ROWS)), {}, key)
    with ReadingFile(tmp_path / "a.kept", key) as file:
        file.load(target, wanted)
    for pair, loaded_pair in zip(pools, target, strict=True):
        for pool, loaded in zip(pair, loaded_pair, strict=True):
            assert torch.equal(loaded[:, :wanted], pool[:, :wanted])
            assert bool(loaded[:, wanted:].isnan().all())


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
@pytest.mark.parametrize("at", [0, PIECE - 1, PIECE, 2 * PIECE + 7, 3 * PIECE, BLOCK - 1])
@pytest.mark.parametrize("wanted", [ROWS, 11])  # 11 rows end in the second piece: the others are checked all the same
def test_a_flipped_bit_of_any_piece_is_found(
    tmp_path: Path, way: str, key: MasterKey | None, at: int, wanted: int
) -> None:
    path = tmp_path / "a.kept"
    write_reading(path, make_pools(), list(range(ROWS)), {}, key)
    content = bytearray(path.read_bytes())
    content[128 + 3 * (BLOCK + (16 if key else 0)) + at] ^= 1 << (at % 8)  # in the fourth block
    path.write_bytes(content)
    with pytest.raises(DamagedReading, match="block 3"), ReadingFile(path, key) as file:
        file.load(make_pools(0.0), wanted)


def test_a_file_cut_short_while_it_is_loaded_is_found(tmp_path: Path, way: str) -> None:
    path = tmp_path / "a.kept"
    write_reading(path, make_pools(), list(range(ROWS)), {})
    with ReadingFile(path) as file, path.open("r+b") as other:
        other.truncate(128 + 2 * BLOCK + 300)
        with pytest.raises(DamagedReading, match="ends too early"):
            file.load(make_pools(0.0), ROWS)


def test_layers_from_the_middle_of_a_file(tmp_path: Path, way: str) -> None:
    pools, target = make_pools(), make_pools(0.0)
    write_reading(tmp_path / "a.kept", pools, list(range(ROWS)), {})
    with ReadingFile(tmp_path / "a.kept") as file:
        file.load(target[:1], ROWS, 2)
    assert torch.equal(target[0][0], pools[2][0])
    assert torch.equal(target[0][1], pools[2][1])


def test_a_buffer_is_filled_again_only_when_its_copy_has_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_lanes, "PIECE_BYTES", PIECE)
    log: list[tuple[str, int]] = []
    late = True

    class Event:
        def __init__(self, number: int) -> None:
            self.number = number

        def query(self) -> bool:
            return not late

        def synchronize(self) -> None:
            log.append(("wait", self.number))

        def record(self, _stream: object) -> None:
            log.append(("copied", self.number))

    lane = StagedLane(BLOCK, torch.device("cpu"))
    lane._copied = [Event(0), Event(1)]  # type: ignore[misc, list-item]
    for piece in lane.pieces(torch.zeros(30, DIM), BLOCK):  # 720 bytes are wanted: 256, 256, 208, then 240 are not
        log.append(("fill", len(piece)))
    lane.wait()
    assert log == [
        ("wait", 1), ("fill", 256), ("copied", 1), ("wait", 0), ("fill", 256), ("copied", 0),
        ("wait", 1), ("fill", 208), ("copied", 1), ("wait", 0), ("fill", 240), ("wait", 0), ("wait", 1),
    ]  # fmt: skip
    late = False  # what has arrived is not waited for: that would hand the interpreter over
    log.clear()
    assert [len(piece) for piece in lane.pieces(torch.zeros(30, DIM), BLOCK)] == [256, 256, 208, 240]
    assert {kind for kind, _ in log} == {"copied"}


@pytest.mark.parametrize("lane", [MemoryLane, lambda longest: StagedLane(longest, torch.device("cpu"))])
def test_small_blocks_take_small_buffers(lane: Callable[[int], MemoryLane | StagedLane]) -> None:
    pieces = list(lane(BLOCK).pieces(torch.zeros(1, DIM), BLOCK))
    assert sum(map(len, pieces)) == BLOCK
    assert max(map(len, pieces)) < BLOCK < reading_lanes.PIECE_BYTES


def test_work_is_done_once_in_order_and_stops_at_an_error() -> None:
    assert each(lambda: nullcontext(lambda n: n * n), 300) == [n * n for n in range(300)]
    assert each(lambda: nullcontext(lambda n: n), 0) == []
    begun: list[int] = []

    def fail(number: int) -> None:
        begun.append(number)
        raise OSError(number)

    with pytest.raises(OSError):
        each(lambda: nullcontext(fail), 10_000)
    assert len(begun) < 100  # one a thread
