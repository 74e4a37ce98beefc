"""Models of the Hub: what was fetched first is pinned by commit and sha256, and nothing else is taken under its name."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from tiny_folder import make_folder

from tsel_core.errors import ModelError
from tsel_core.models.checked_files import file_digests, verify
from tsel_core.models.hub import is_hub_name, read_pin, split_revision
from tsel_core.models.load import resolve_model

FIRST, SECOND = "1" * 40, "2" * 40


class FakeHub:
    """A Hub whose main branch moves; snapshots lie as huggingface_hub lays them, files without links."""

    def __init__(self, cache: Path, model: Path) -> None:
        self.cache, self.model, self.main = cache, model, FIRST
        self.asked: list[tuple[str | None, bool]] = []

    def snapshot_download(self, repo: str, revision: str | None = None, allow_patterns: Any = None, local_files_only: bool = False) -> str:
        self.asked.append((revision, local_files_only))
        folder = self.cache / f"models--{repo.replace('/', '--')}" / "snapshots" / (revision or self.main)
        if not folder.exists():
            if local_files_only:
                raise FileNotFoundError(folder)
            shutil.copytree(self.model, folder)
        return str(folder)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    fake = FakeHub(tmp_path / "hf", make_folder(tmp_path / "tiny"))
    monkeypatch.setattr(huggingface_hub, "snapshot_download", fake.snapshot_download)
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))
    monkeypatch.chdir(tmp_path)
    return fake


def test_the_first_fetch_pins_and_a_moved_branch_is_not_followed(hub: FakeHub) -> None:
    info = resolve_model("someone/tiny")
    assert info.path.name == FIRST
    pin = read_pin("someone/tiny")
    assert pin is not None
    assert pin.revision == FIRST
    weights = hashlib.sha256((info.path / "model.safetensors").read_bytes()).hexdigest()
    assert pin.sha256 == {"model.safetensors": weights}
    hub.main = SECOND
    hub.asked.clear()
    assert resolve_model("someone/tiny").path.name == FIRST
    assert hub.asked == [(FIRST, True)]  # nobody is asked for what is pinned and here


def test_another_commit_is_taken_when_it_is_named(hub: FakeHub) -> None:
    resolve_model("someone/tiny")
    assert resolve_model(f"someone/tiny@{SECOND}").path.name == SECOND
    pin = read_pin("someone/tiny")
    assert pin is not None
    assert pin.revision == SECOND
    with pytest.raises(ModelError, match="is not a commit"):
        resolve_model("someone/tiny@main")


def test_weights_that_changed_under_a_pin_are_damaged(hub: FakeHub) -> None:
    info = resolve_model("someone/tiny")
    assert verify(info) == [("model.safetensors", "right")]
    path = info.path / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    assert verify(info) == [("model.safetensors", "damaged")]


def test_weights_that_are_not_those_of_the_catalogue_are_refused(hub: FakeHub) -> None:
    from tsel_core.models.hub import hub_folder

    with pytest.raises(ModelError, match="are not the known ones"):
        hub_folder("someone/tiny", revision=FIRST, sha256=("0" * 64,))
    assert read_pin("someone/tiny") is None
    right = hashlib.sha256((hub.model / "model.safetensors").read_bytes()).hexdigest()
    assert hub_folder("someone/tiny", revision=FIRST, sha256=(right,)).name == FIRST


def test_a_damaged_pin_is_made_anew(hub: FakeHub, tmp_path: Path) -> None:
    resolve_model("someone/tiny")
    for text in ("", "[]", '{"revision": 3}', "{"):
        (tmp_path / "models" / ".pins" / "someone--tiny.json").write_text(text, encoding="utf-8")
        assert resolve_model("someone/tiny").path.name == FIRST


def test_names_that_look_like_paths_are_never_sent(hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clients").mkdir()
    for name in ("clients/acme", "reports/q3.xlsx", "a/b/c", "../a", "offers/acme.docx", "nda/final.PDF", "x/..", "a\\b", "~/m"):
        assert not is_hub_name(name)
        with pytest.raises(ModelError):
            resolve_model(name)
    assert hub.asked == []
    for name in ("Qwen/Qwen2.5-7B", "microsoft/phi-3.5-mini", f"a/b@{FIRST}", "ibm-granite/granite-3.3-8b"):
        assert is_hub_name(name)
    assert split_revision("a/b") == ("a/b", "")


def test_info_shows_the_digest_of_every_file(hub: FakeHub, capsys: pytest.CaptureFixture[str]) -> None:
    from tsel_cli.commands import models

    info = resolve_model("someone/tiny")
    digests = file_digests(info)
    assert {"model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"} <= set(digests)
    assert digests["config.json"] == hashlib.sha256((info.path / "config.json").read_bytes()).hexdigest()
    call: Callable[..., object] = models.app
    call(args=["info", "someone/tiny", "--json"], standalone_mode=False)
    facts = json.loads(capsys.readouterr().out)["model"]
    assert facts["files"] == digests
    assert facts["revision"] == FIRST
    call(args=["info", "someone/tiny"], standalone_mode=False)
    assert f"{digests['config.json']}  config.json" in capsys.readouterr().out
