"""GGUF files of the Hub: one known to the byte, and repositories that hold nothing else, named as other programs do."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import pytest
from tiny_gguf import make_entry, write_gguf

import tsel_core.models.catalog as catalog
from tsel_core.errors import ModelError
from tsel_core.models.catalog import HubFile
from tsel_core.models.hub import is_hub_name, read_pin
from tsel_core.models.hub_gguf import names_gguf
from tsel_core.models.load import resolve_model

FIRST, SECOND = "1" * 40, "2" * 40
REPO = "someone/tiny-GGUF"


class FakeHub:
    """A repository of GGUF files, and the cache that the Hub's client keeps of it."""

    def __init__(self, cache: Path, gguf: Path, files: list[str]) -> None:
        self.cache, self.gguf, self.files, self.main = cache, gguf, files, FIRST
        self.fetched: list[str] = []
        self.listed = 0

    def hf_hub_download(self, repo: str, file: str, revision: str | None = None, local_files_only: bool = False) -> str:
        path = self.cache / repo.replace("/", "--") / (revision or self.main) / file
        if not path.exists():
            if local_files_only:
                raise FileNotFoundError(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.gguf.read_bytes())
            self.fetched.append(file)
        return str(path)

    def model_info(self, _repo: str, revision: str | None = None) -> Any:
        self.listed += 1
        siblings = [SimpleNamespace(rfilename=f) for f in self.files]
        return SimpleNamespace(sha=revision or self.main, siblings=siblings)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    write_gguf(tmp_path / "m.gguf", tie_word_embeddings=True)
    files = [
        "README.md",
        "tiny-Q8_0.gguf",
        "tiny-Q4_K_M.gguf",
        "mmproj-tiny-Q4_K_M.gguf",
        "tiny-BF16-00001-of-00002.gguf",
    ]
    fake = FakeHub(tmp_path / "hf", tmp_path / "m.gguf", files)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", fake.hf_hub_download)
    monkeypatch.setattr(huggingface_hub, "HfApi", lambda: SimpleNamespace(model_info=fake.model_info))
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))
    monkeypatch.chdir(tmp_path)
    return fake


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        (REPO, True),
        (f"{REPO}:Q8_0", True),
        ("someone/tiny:Q8_0", True),
        ("someone/tiny", False),
        (f"{REPO}@{FIRST}", True),
    ],
)
def test_names_that_stand_for_gguf_files(name: str, is_one: bool) -> None:
    assert is_hub_name(name)
    assert names_gguf(name) is is_one


def test_the_usual_form_is_taken_pinned_and_found_again_without_a_network(hub: FakeHub) -> None:
    info = resolve_model(REPO)
    assert hub.fetched == ["tiny-Q4_K_M.gguf"]
    assert info.model_type == "qwen2"
    pin = read_pin(REPO)
    assert pin is not None
    assert pin.revision == FIRST
    assert pin.sha256 == {"tiny-Q4_K_M.gguf": hashlib.sha256(hub.gguf.read_bytes()).hexdigest()}
    hub.main = SECOND
    assert resolve_model(REPO, offline=True).path == info.path
    assert resolve_model(REPO).path == info.path
    assert hub.listed == 1


def test_another_form_is_named_and_both_stay_pinned(hub: FakeHub) -> None:
    resolve_model(REPO)
    resolve_model(f"{REPO}:q8_0")
    assert hub.fetched == ["tiny-Q4_K_M.gguf", "tiny-Q8_0.gguf"]
    pin = read_pin(REPO)
    assert pin is not None
    assert sorted(pin.sha256) == sorted(hub.fetched)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (f"{REPO}:Q3_K_S", "no GGUF file of the form Q3_K_S"),
        (f"{REPO}:BF16", "is cut in pieces"),
    ],
)
def test_forms_that_are_not_there(hub: FakeHub, name: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        resolve_model(name)
    assert hub.fetched == []


def test_offline_without_a_copy_says_so(hub: FakeHub) -> None:
    with pytest.raises(ModelError, match="--offline forbids"):
        resolve_model(REPO, offline=True)


def _known(hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sha256: str) -> None:
    entry = replace(make_entry(hub.gguf, tmp_path / "index"), name="tiny-q4", parts=(), gguf_sha256="", gguf_bytes=0)
    known = HubFile(REPO, FIRST, "tiny-Q4_K_M.gguf", hub.gguf.stat().st_size, sha256)
    monkeypatch.setattr(catalog, "CATALOG", (*catalog.CATALOG, replace(entry, hub_file=known)))


def test_a_file_of_the_catalogue_is_converted_once_under_its_name(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = hashlib.sha256(hub.gguf.read_bytes()).hexdigest()
    _known(hub, tmp_path, monkeypatch, sha256)
    info = resolve_model("tiny-q4")
    assert (info.name, info.path.name, info.sha256) == ("tiny-q4", "tiny-q4", sha256)
    assert sha256 in (info.path / "NOTICE").read_text()
    (hub.cache / "someone--tiny-GGUF").rename(tmp_path / "gone")
    assert resolve_model("tiny-q4", offline=True).path == info.path
    assert hub.fetched == ["tiny-Q4_K_M.gguf"]


def test_other_bytes_than_the_catalogues_are_refused(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _known(hub, tmp_path, monkeypatch, "0" * 64)
    with pytest.raises(ModelError, match="not the file that the catalogue knows"):
        resolve_model("tiny-q4")
    assert not (tmp_path / "models" / "tiny-q4").exists()
