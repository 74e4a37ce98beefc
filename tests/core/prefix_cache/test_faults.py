"""Kept readings and what can go wrong with files, disks and processes: no fault loses an answer or gives a wrong one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from kept_support import DOC, FIRST, SECOND, ask, files, ids, make_engine, make_prompt, make_store

from tsel_core.engine.engine import Engine
from tsel_core.prefix_cache import store as reading_store
from tsel_core.prefix_cache.format.file import MAGIC
from tsel_core.prefix_cache.policy import reading_identity
from tsel_core.prefix_cache.store import ReadingStore

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine()


@pytest.fixture
def store(tmp_path: Path) -> ReadingStore:
    return make_store(tmp_path)


@pytest.mark.parametrize("damage", ["truncate", "flip", "foreign", "unfinished", "old format"])
def test_a_damaged_file_is_removed_and_the_document_read_again(
    engine: Engine, store: ReadingStore, damage: str
) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))
    expected, _ = ask(engine, None, make_prompt(DOC, SECOND))
    path = files(store)[0]
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[3000] ^= 4
    old = MAGIC.replace(b"\x03", b"\x02") + content[len(MAGIC) :]
    kinds = {"truncate": content[:5000], "flip": content, "foreign": b"hello" * 99, "old format": old}
    path.write_bytes(kinds.get(damage, bytes(128) + content[128:]))
    written, reading = ask(engine, store, make_prompt(DOC, SECOND))
    assert reading.num_reused == 0
    assert written == expected
    warned = ["damaged" in w for w in store.warnings]  # type: ignore[attr-defined]
    assert warned == ([] if damage == "old format" else [True])  # nothing is wrong with what an older tsel wrote
    _, again = ask(engine, store, make_prompt(DOC, SECOND))  # it was kept anew
    assert again.num_reused == len(DOC)
    assert files(store)[0].read_bytes().startswith(MAGIC)


def test_the_least_recently_used_goes_first(engine: Engine, store: ReadingStore) -> None:
    docs = [ids(100, seed) for seed in range(20, 24)]
    store.max_document_bytes = 10**9  # all of these prompts say that they are of the same file
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
    monkeypatch.setattr("tsel_core.prefix_cache.folder.ReadingFolder.make_room", lambda *_: "")
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


def test_folders_are_for_their_owner_alone(engine: Engine, store: ReadingStore) -> None:
    if os.name != "posix":
        pytest.skip("rights of this system are others")
    ask(engine, store, make_prompt(DOC, FIRST))
    folders = {store.folder, files(store)[0].parent}
    assert {f.stat().st_mode & 0o777 for f in folders} == {0o700}


def test_a_disk_too_full_for_a_reading_costs_no_other_reading(
    engine: Engine, store: ReadingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(engine, store, make_prompt(ids(100, 30), FIRST))
    usage = shutil.disk_usage(store.folder)
    left = 512 * 10**6 + 1000 - files(store)[0].stat().st_size  # removing the other would not be enough
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=left))
    ask(engine, store, make_prompt(DOC, FIRST))
    assert "are free on the disk" in store.warnings[0]  # type: ignore[attr-defined]
    assert len(files(store)) == 1


def test_what_two_processes_wrote_at_once_is_bounded(
    engine: Engine, store: ReadingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one writes after this one has made room, before it is done."""
    ask(engine, store, make_prompt(DOC, FIRST))
    size = files(store)[0].stat().st_size
    store.max_bytes = int(1.5 * size) + 100_000
    inner = reading_store.write_reading

    def write_two(path: Path, *args: Any) -> int:
        (path.parent / ("0" * 40 + ".kept")).write_bytes(bytes(store.max_bytes - 10))
        os.utime(path.parent / ("0" * 40 + ".kept"), (1, 1))
        return inner(path, *args)

    monkeypatch.setattr(reading_store, "write_reading", write_two)
    ask(engine, store, make_prompt(ids(100, 31), FIRST))
    assert sum(p.stat().st_size for p in files(store)) <= store.max_bytes
    assert store._path(reading_identity(engine, "full", 0), ids(100, 31)).exists()


WRITER = """
    import sys, time, torch
    sys.path[:0] = {path!r}
    from pathlib import Path
    from tsel_core.prefix_cache.format.file import ReadingFile
    from tsel_core.prefix_cache.format.write import write_reading
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
    from tsel_core.prefix_cache.format import blocks as reading_blocks
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
    assert store.files.left_behind() == parts
    assert store.files.entries(None) == []
    assert not parts[0].exists()  # its writer is gone


def test_two_processes_writing_the_same_reading_leave_one_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "a.kept"
    body = f"""
    for _ in range(15):
        write_reading(Path({str(target)!r}), pools, list(range(2000)), {{}})
    """
    from tsel_core.prefix_cache.format.file import ReadingFile

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
