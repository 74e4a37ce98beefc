"""Weights are those that were checked before, or nobody answers from them; the digest follows every file that matters."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tiny_folder import make_folder

from tsel_core.errors import ModelError
from tsel_core.models import checked_files
from tsel_core.models.checked_files import SMALL_FILES, check_files, fast_hash, states, verify
from tsel_core.models.hub import is_hub_name
from tsel_core.models.load import load_model, resolve_model
from tsel_core.models.store import FORMAT, MANIFEST, file_sha256


@pytest.fixture(autouse=True)
def own_models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))


def flip(file: Path, at: int, keep_date: bool) -> None:
    """Turn one bit over."""
    stat = file.stat()
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(bytes(content))
    if keep_date:
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_flipped_bit_under_an_unchanged_date_does_not_answer(tmp_path: Path) -> None:
    info = resolve_model(str(make_folder(tmp_path / "mine")))
    weights = info.path / "model.safetensors"
    first = load_model(info).files_digest
    assert load_model(info).files_digest == first
    flip(weights, weights.stat().st_size // 2, keep_date=True)
    with pytest.raises(ModelError, match="damaged or were tampered with"):
        load_model(info)
    assert states(verify(info)) == "damaged"


@pytest.mark.parametrize("damaged", [False, True])
def test_the_first_load_after_a_conversion_takes_its_fast_hash(damaged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_folder(tmp_path / "mine")
    weights = folder / "model.safetensors"
    made = {"weights_sha256": file_sha256(weights), "weights_xxh3": fast_hash(weights), "source_sha256": "0" * 64}
    (folder / MANIFEST).write_text(json.dumps({"format": FORMAT, "name": "mine", **made}))
    info = resolve_model(str(folder))
    monkeypatch.setattr(checked_files, "file_sha256", lambda _: pytest.fail("seconds for a model of three gigabytes"))
    if not damaged:
        assert check_files(info) == check_files(info) != ""
        return
    flip(weights, -5, keep_date=False)
    with pytest.raises(ModelError, match="its hash is not that of the conversion"):
        check_files(info)


def test_weights_that_somebody_replaced_are_another_model(tmp_path: Path) -> None:
    info = resolve_model(str(make_folder(tmp_path / "mine")))
    first = check_files(info)
    flip(info.path / "model.safetensors", -5, keep_date=False)
    assert check_files(info) != first
    assert states(verify(info)) == "not pinned"


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "generation_config.json", "chat_template.jinja"])
def test_the_digest_follows_the_small_files(name: str, tmp_path: Path) -> None:
    info = resolve_model(str(make_folder(tmp_path / "mine")))
    assert name in SMALL_FILES
    before = check_files(info)
    (info.path / name).write_text('{"changed": 1}')
    assert check_files(info) != before


def test_a_hub_blob_is_pinned_by_its_name(tmp_path: Path) -> None:
    import hashlib

    folder = make_folder(tmp_path / "mine")
    weights = folder / "model.safetensors"
    blob = tmp_path / hashlib.sha256(weights.read_bytes()).hexdigest()
    weights.rename(blob)
    weights.symlink_to(blob)
    info = resolve_model(str(folder))
    assert states(verify(info)) == "right"
    check_files(info)
    flip(blob, 4_000, keep_date=False)
    assert states(verify(info)) == "damaged"
    with pytest.raises(ModelError, match="sha256"):
        check_files(info)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Qwen/Qwen3-4B", True), ("a/b", True), ("contracts/secret.safetensors", False), ("notes/minutes.docx", False),
        ("../b", False), ("a/..", False), ("-a/b", False), ("a/b/c", False),
    ],
)  # fmt: skip
def test_what_looks_like_a_path_is_not_asked_of_the_hub(name: str, asked: bool) -> None:
    assert is_hub_name(name) is asked


def test_a_folder_that_is_here_makes_the_name_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clients").mkdir()
    assert not is_hub_name("clients/acme")
    with pytest.raises(ModelError, match="not known"):
        resolve_model("clients/acme")
