"""Kept readings on the disk: parts of killed writers, a bound for each document, sealed or not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from tsel_core.prefix_cache.folder import NO_KEY_ID, ReadingFolder
from tsel_core.prefix_cache.format.crypto import MasterKey
from tsel_core.prefix_cache.format.write import write_reading
from tsel_core.prefix_cache.policy import default_store


def keep(folder: Path, name: str, document: str, age: float = 0.0, key: MasterKey | None = None) -> Path:
    path = folder / name[:4] / f"{name}.kept"
    path.parent.mkdir(parents=True, exist_ok=True)
    about: dict[str, Any] = {"identity": {}, "documents": [{"path": "a.txt", "sha256": document}]}
    write_reading(path, [(torch.zeros(2, 64, 8), torch.zeros(2, 64, 8))], list(range(64)), about, key)
    os.utime(path, (path.stat().st_mtime - age,) * 2)
    return path


def test_the_part_of_a_killed_writer_goes_at_the_next_start(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    family = tmp_path / "family"
    family.mkdir()
    killed = family / f".{'a' * 40}.{dead.pid}.deadbeef.part"
    writing = family / f".{'b' * 40}.{os.getpid()}.deadbeef.part"
    killed.write_bytes(b"half")
    writing.write_bytes(b"half")
    assert ReadingFolder(tmp_path).left_behind() == [killed]
    store = default_store(lambda _: None, {"TSEL_CACHE_KEY_FILE": "none"})
    store.folder = tmp_path
    store.find({}, [1, 2, 3], 3, 2)  # what every answering command does first
    assert not killed.exists()
    assert writing.exists()
    os.utime(writing, (1, 1))  # the number of a writer may have been given again
    assert ReadingFolder(tmp_path).left_behind() == [writing]


def test_readings_of_one_document_share_a_bound(tmp_path: Path) -> None:
    old, newer = keep(tmp_path, "a" * 40, "doc", age=300), keep(tmp_path, "b" * 40, "doc", age=200)
    other = keep(tmp_path, "c" * 40, "other", age=900)
    size, folder, coming = old.stat().st_size, ReadingFolder(tmp_path), tmp_path / "dddd" / f"{'d' * 40}.kept"
    assert folder.make_room_for(frozenset({"doc"}), size, 3 * size, coming, None) == ""
    assert old.exists()
    assert folder.make_room_for(frozenset({"doc"}), size, 2 * size, coming, None) == ""
    assert (old.exists(), newer.exists(), other.exists()) == (False, True, True)
    assert "TSEL_CACHE_MAX_DOCUMENT is 10" in folder.make_room_for(frozenset({"doc"}), size, 10, coming, None)
    assert newer.exists()


def test_the_bound_is_half_of_all_unless_it_is_named() -> None:
    def store(**values: str) -> int | None:
        return default_store(lambda _: None, {"TSEL_CACHE_KEY_FILE": "none", **values}).max_document_bytes

    assert store() is None
    assert store(TSEL_CACHE_MAX_DOCUMENT="3GB") == 3 * 10**9


def test_what_is_not_sealed_is_counted_by_the_files(tmp_path: Path) -> None:
    key = MasterKey(bytes(range(32)))
    keep(tmp_path, "a" * 40, "doc")
    keep(tmp_path, "b" * 40, "doc", key=key)
    (tmp_path / "family").mkdir()
    (tmp_path / "family" / f"{'e' * 40}.kept").write_bytes(b"no reading")
    folder = ReadingFolder(tmp_path)
    assert folder.sealing() == {NO_KEY_ID: 1, key.key_id: 1}
    assert folder.unsealed() == ["a" * 40]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is of Linux")
def test_a_full_disk_names_the_file() -> None:
    from tsel_core.errors import about_file

    with pytest.raises(OSError, match="No space left on device: '/dev/full'"), about_file("/dev/full"):
        Path("/dev/full").write_text("words", encoding="utf-8")
