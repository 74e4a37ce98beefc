"""Kept readings: used when they are right, never when they are not; no fault loses an answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine import Engine
from tsel_core.errors import UsageError
from tsel_core.reading import Reading
from tsel_core.reading_crypto import MasterKey
from tsel_core.reading_policy import find_reading, keep_reading, parse_size, reading_identity
from tsel_core.reading_store import ReadingStore

CHUNK = 16
ROOT = Path(__file__).parents[2]


def make_engine(**changes: Any) -> Engine:
    model = loaded(make_model("qwen2"))
    model.info = SimpleNamespace(num_layers=3, sha256=changes.pop("sha256", "aa"), name="tiny")
    config = EngineConfig(chunk_size=CHUNK, max_new_tokens=12, attention=changes.pop("attention", "full"))
    return Engine(model, config, SelectionConfig(budget=8, num_sink=2, num_local=8, block_size=8, **changes))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine()


@pytest.fixture
def store(tmp_path: Path) -> ReadingStore:
    warnings: list[str] = []
    store = ReadingStore(tmp_path / "readings", warn=warnings.append)
    store.warnings = warnings  # type: ignore[attr-defined]
    return store


def make_prompt(doc: list[int], tail: list[int]) -> Any:
    return SimpleNamespace(
        input_ids=doc + tail,
        doc_end=len(doc),
        tail_start=len(doc),
        num_tokens=len(doc) + len(tail),
        documents=(SimpleNamespace(path="a.txt", sha256="ff"),),
    )


def ids(count: int, seed: int = 0) -> list[int]:
    return torch.randint(3, 320, (count,), generator=torch.Generator().manual_seed(seed)).tolist()


def ask(engine: Engine, store: ReadingStore | None, prompt: Any) -> tuple[list[int], Reading]:
    """What Session.read and Session.write do."""
    engine.reset()
    kept = find_reading(store, engine, prompt)
    reading = engine.read(prompt.input_ids, prompt.tail_start, room=12, kept=kept)
    first = reading.logits.clone()
    keep_reading(store, engine, prompt, reading)
    written = [step.token_id for step in engine.write(reading)]
    if store is not None:
        store.wait()
    reading.logits = first
    return written, reading


def files(store: ReadingStore) -> list[Path]:
    return sorted(p for p in store.folder.rglob("*") if p.is_file())


DOC, FIRST, SECOND = ids(100), ids(9, 1), ids(7, 2)


def test_a_second_question_loads_the_reading_and_answers_the_same(engine: Engine, store: ReadingStore) -> None:
    _, reading = ask(engine, store, make_prompt(DOC, FIRST))
    assert reading.num_reused == 0
    expected, cold = ask(engine, None, make_prompt(DOC, SECOND))
    written, warm = ask(engine, store, make_prompt(DOC, SECOND))
    assert warm.num_reused == len(DOC)
    assert torch.equal(warm.logits, cold.logits)
    assert written == expected
    assert len(files(store)) == 1


def test_a_document_that_grew_is_read_on(engine: Engine, store: ReadingStore) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))
    grown = [*DOC, *ids(50, 5)]
    expected, cold = ask(engine, None, make_prompt(grown, FIRST))
    written, warm = ask(engine, store, make_prompt(grown, FIRST))
    assert warm.num_reused == 96  # whole chunks of the 100 tokens they share
    assert torch.equal(warm.logits, cold.logits)
    assert written == expected
    assert len(files(store)) == 2


def test_a_change_in_the_middle_reuses_what_stands_before_it(engine: Engine, store: ReadingStore) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))
    changed = [*DOC[:40], DOC[40] % 300 + 5, *DOC[41:]]
    expected, _ = ask(engine, None, make_prompt(changed, FIRST))
    written, warm = ask(engine, store, make_prompt(changed, FIRST))
    assert warm.num_reused == 32
    assert written == expected


def test_selected_prefill_is_kept_with_its_coverage(store: ReadingStore) -> None:
    engine = make_engine(attention="select")
    ask(engine, store, make_prompt(DOC, FIRST))
    expected, cold = ask(engine, None, make_prompt(DOC, SECOND))
    trace = engine.runtime.trace
    coverage, picked = trace.coverage_of(trace.prefill_coverage), trace.picked
    written, warm = ask(engine, store, make_prompt(DOC, SECOND))
    assert store.warnings == []  # type: ignore[attr-defined]
    assert warm.num_reused == len(DOC)
    assert torch.equal(warm.logits, cold.logits)
    assert written == expected
    trace = engine.runtime.trace
    assert coverage is not None
    assert trace.coverage_of(trace.prefill_coverage) == pytest.approx(coverage, abs=1e-5)
    assert picked is not None
    assert trace.picked is not None
    assert torch.equal(trace.picked[: len(DOC)], picked[: len(DOC)])


@pytest.mark.parametrize(
    "other",
    [{"sha256": "bb"}, {"attention": "select"}],
    ids=["another model", "another mode"],
)
def test_other_models_and_settings_read_again(engine: Engine, store: ReadingStore, other: dict[str, str]) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))
    _, reading = ask(make_engine(**other), store, make_prompt(DOC, SECOND))
    assert reading.num_reused == 0


def test_selection_settings_are_part_of_the_key() -> None:
    one, two = make_engine(attention="select"), make_engine(attention="select", anchor_every=4)
    assert reading_identity(one, "select") != reading_identity(two, "select")
    assert reading_identity(one, "full") == reading_identity(two, "full")


def test_a_reading_moved_to_the_folder_of_another_model_is_not_used(engine: Engine, store: ReadingStore) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))
    other = make_engine(sha256="bb")
    target = store._path(reading_identity(other, "full"), DOC)
    target.parent.mkdir()
    os.rename(files(store)[0], target)
    _, reading = ask(other, store, make_prompt(DOC, SECOND))
    assert reading.num_reused == 0
    assert "another model" in store.warnings[0]  # type: ignore[attr-defined]


@pytest.mark.parametrize("damage", ["truncate", "flip", "foreign"])
def test_a_damaged_file_is_removed_and_the_document_read_again(
    engine: Engine, store: ReadingStore, damage: str
) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))
    expected, _ = ask(engine, None, make_prompt(DOC, SECOND))
    path = files(store)[0]
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[3000] ^= 4
    path.write_bytes({"truncate": content[:5000], "flip": content, "foreign": b"hello" * 99}[damage])
    written, reading = ask(engine, store, make_prompt(DOC, SECOND))
    assert reading.num_reused == 0
    assert written == expected
    assert "damaged" in store.warnings[0]  # type: ignore[attr-defined]
    _, again = ask(engine, store, make_prompt(DOC, SECOND))  # it was kept anew
    assert again.num_reused == len(DOC)


def test_the_least_recently_used_goes_first(engine: Engine, store: ReadingStore) -> None:
    docs = [ids(100, seed) for seed in range(20, 24)]
    ask(engine, store, make_prompt(docs[0], FIRST))
    store.max_bytes = int(files(store)[0].stat().st_size * 3.5) + 2 * 66_000
    for age, doc in zip((30, 20), docs[1:3], strict=True):
        ask(engine, store, make_prompt(doc, FIRST))
        for path in files(store):
            os.utime(path, (time.time() - age, time.time() - age))
    _, used = ask(engine, store, make_prompt(docs[0], SECOND))
    assert used.num_reused == 100
    store.max_bytes = int(files(store)[0].stat().st_size * 2.5) + 66_000
    ask(engine, store, make_prompt(docs[3], FIRST))
    assert ask(engine, store, make_prompt(docs[0], FIRST))[1].num_reused == 100
    assert sum(p.stat().st_size for p in files(store)) <= store.max_bytes


def test_a_reading_larger_than_the_bound_is_not_kept(engine: Engine, store: ReadingStore) -> None:
    store.max_bytes = 1000
    written, _ = ask(engine, store, make_prompt(DOC, FIRST))
    assert written == ask(engine, None, make_prompt(DOC, FIRST))[0]
    assert not store.folder.exists() or files(store) == []
    assert "TSEL_CACHE_MAX" in store.warnings[0]  # type: ignore[attr-defined]


def test_a_bound_of_zero_switches_it_off(engine: Engine, store: ReadingStore) -> None:
    store.max_bytes = 0
    ask(engine, store, make_prompt(DOC, FIRST))
    assert not store.folder.exists()


def test_a_full_disk_loses_no_answer(
    engine: Engine, store: ReadingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, _ = ask(engine, None, make_prompt(DOC, FIRST))

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    written, _ = ask(engine, store, make_prompt(DOC, FIRST))
    assert written == expected
    assert files(store) == []
    assert "No space" in store.warnings[0]  # type: ignore[attr-defined]


def test_a_disk_that_is_really_full_loses_no_answer(
    engine: Engine, store: ReadingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system of 32 KiB, where this user may mount one."""
    store.folder.mkdir()
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux has tmpfs")
    command = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(store.folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    monkeypatch.setattr("tsel_core.reading_folder.ReadingFolder.make_room", lambda *_: "")
    try:
        written, _ = ask(engine, store, make_prompt(DOC, FIRST))
        assert written == ask(engine, None, make_prompt(DOC, FIRST))[0]
        assert files(store) == []
        assert "not kept" in store.warnings[0]  # type: ignore[attr-defined]
    finally:
        subprocess.run(["umount", "-l", str(store.folder)], check=False)


def test_a_folder_that_cannot_be_made_loses_no_answer(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    warnings: list[str] = []
    store = ReadingStore(tmp_path / "file" / "readings", warn=warnings.append)
    written, _ = ask(engine, store, make_prompt(DOC, FIRST))
    assert written == ask(engine, None, make_prompt(DOC, FIRST))[0]
    assert warnings


def test_sealed_readings_need_their_key(engine: Engine, store: ReadingStore) -> None:
    store.key = MasterKey(bytes(range(32)))
    ask(engine, store, make_prompt(DOC, FIRST))
    assert ask(engine, store, make_prompt(DOC, SECOND))[1].num_reused == len(DOC)
    store.key = MasterKey(bytes(32))
    assert ask(engine, store, make_prompt(DOC, SECOND))[1].num_reused == 0
    assert store.warnings == []  # type: ignore[attr-defined]


def test_purge_removes_what_is_named(engine: Engine, store: ReadingStore) -> None:
    for seed in (30, 31):
        ask(engine, store, make_prompt(ids(64, seed), FIRST))
    entries = store.files.entries(None)
    assert [e.header is not None and e.header.num_tokens for e in entries] == [64, 64]
    assert store.files.purge([entries[0].name])[0] == 1
    assert store.files.purge()[0] == 1
    assert files(store) == []


@pytest.mark.parametrize(("text", "expected"), [("20GB", 20 * 10**9), ("500m", 5 * 10**8), ("0", 0), ("1.5k", 1500)])
def test_sizes(text: str, expected: int) -> None:
    assert parse_size(text) == expected


@pytest.mark.parametrize("text", ["", "x", "-1", "5 parsecs"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="TSEL_CACHE_MAX"):
        parse_size(text)


WRITER = """
    import sys, time, torch
    sys.path[:0] = {path!r}
    from pathlib import Path
    from tsel_core.reading_file import ReadingFile, write_reading
    pools = [(torch.full((2, 2000, 8), {value}), torch.full((2, 2000, 8), {value})) for _ in range(6)]
"""


def run_python(body: str, **values: Any) -> subprocess.Popen[str]:
    head = textwrap.dedent(WRITER).format(path=[str(ROOT), str(ROOT / "kernels")], value=values.get("value", 1.0))
    return subprocess.Popen(
        [sys.executable, "-c", head + textwrap.dedent(body)], stdout=subprocess.PIPE, text=True
    )


def test_kill_in_the_middle_of_writing_leaves_no_reading(tmp_path: Path) -> None:
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system has no SIGKILL")
    target = tmp_path / "family" / "a.kept"
    target.parent.mkdir()
    body = f"""
    from tsel_core import reading_blocks
    inner, count = reading_blocks.Blocks.write, [0]
    def slow(self, data, offset):
        inner(self, data, offset)
        count[0] += 1
        if count[0] == 5:
            print("middle", flush=True)
        if count[0] >= 5:
            time.sleep(60)
    reading_blocks.Blocks.write = slow
    write_reading(Path({str(target)!r}), pools, list(range(2000)), {{}})
    """
    process = run_python(body)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "middle"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not target.exists()
    parts = list(target.parent.iterdir())
    assert len(parts) == 1
    store = ReadingStore(tmp_path)
    assert store.files.entries(None) == []
    os.utime(parts[0], (1, 1))  # long ago
    assert store.files.files() == []
    assert not parts[0].exists()


def test_two_processes_writing_the_same_reading_leave_one_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "a.kept"
    body = f"""
    for _ in range(15):
        write_reading(Path({str(target)!r}), pools, list(range(2000)), {{}})
    """
    from tsel_core.reading_file import ReadingFile

    writers = [run_python(body, value=v) for v in (1.0, 2.0)]
    pools = [(torch.zeros(2, 2000, 8), torch.zeros(2, 2000, 8)) for _ in range(6)]
    seen = 0
    while any(w.poll() is None for w in writers):
        if target.exists():
            with ReadingFile(target) as file:
                file.load(pools, 2000)
            values = {float(p.min()) for pair in pools for p in pair} | {float(p.max()) for pair in pools for p in pair}
            assert len(values) == 1  # never half of one and half of the other
            seen += 1
    assert [w.returncode for w in writers] == [0, 0]
    assert seen > 0
    assert [p.name for p in tmp_path.iterdir()] == ["a.kept"]
