"""Weights begun before they are asked for are those that are asked for, once, or nobody's."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_folder import make_folder

from tsel_core.device import memory
from tsel_core.errors import ModelError
from tsel_core.models import early_weights as early
from tsel_core.models import load, weights
from tsel_core.models.load import load_model, resolve_model


@pytest.fixture
def info(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A model, on a device where early weights pay; reading is counted."""
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(early, "pays", lambda _info, _device: True)
    monkeypatch.setattr(early, "_OURS", early.EarlyWeights())
    return resolve_model(str(make_folder(tmp_path / "m")))


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """No thread reads on when a test is over."""
    yield
    for thread in threading.enumerate():
        if thread.name == "tsel-weights":
            thread.join()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    read = weights.read_weights
    monkeypatch.setattr(weights, "read_weights", lambda files, *rest: (found.append(files[0].parent.name), read(files, *rest))[1])
    return found


def test_they_are_taken_once(info: Any, reads: list[str]) -> None:
    right = load_model(info, dtype=torch.float32)
    early.early_weights().begin(info, "cpu")
    early.early_weights().begin(info, "cpu")
    loaded = load_model(info, dtype=torch.float32)
    assert len(reads) == 2
    assert loaded.files_digest == right.files_digest != ""
    assert all(torch.equal(a, b) for a, b in zip(loaded.model.parameters(), right.model.parameters(), strict=True))
    load_model(info, dtype=torch.float32)
    assert len(reads) == 3
    early.early_weights().begin(info, "cpu")  # too late: nobody would take them
    assert len(reads) == 3
    assert not early.early_weights().has_begun(info)


@pytest.mark.parametrize("other", ["dtype", "model", "file"])
def test_others_are_given_up(other: str, info: Any, reads: list[str], tmp_path: Path) -> None:
    early.early_weights().begin(info, "cpu")
    wanted = resolve_model(str(make_folder(tmp_path / "other"))) if other == "model" else info
    if other == "file":
        os.utime(info.path / "model.safetensors", (1, 1))  # another date; cutting a file that is read ends the process
    load_model(wanted, dtype=torch.float64 if other == "dtype" else torch.float32)
    assert reads == ["m", wanted.path.name]
    assert early.early_weights().take(info, torch.device("cpu"), torch.float32) is None


def test_what_fails_is_said_where_the_model_is_asked_for(info: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("no weights at all")

    monkeypatch.setattr(weights, "read_weights", fail)
    early.early_weights().begin(info, "cpu")
    with pytest.raises(ModelError, match="cannot be loaded: no weights at all"):
        load_model(info, dtype=torch.float32)


def test_where_they_pay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))
    info = resolve_model(str(make_folder(tmp_path / "m")))
    monkeypatch.setattr("tsel_core.models.plain_tokenizer.is_known", lambda _path, _type: True)
    need = info.loaded_bytes("cuda:0")
    for free, expected in ((2 * need + 1, True), (2 * need, False)):
        monkeypatch.setattr(memory, "free_memory", lambda _device, free=free: free)
        assert early.pays(info, "cuda:0") is expected
    monkeypatch.setattr(memory, "free_memory", lambda _device: 10**12)
    refused = [(info, "cpu"), (info, "cuda:0,cuda:1"), (replace(info, form="fp8"), "cuda:0"), (replace(info, model_type="gemma3"), "cuda:0")]
    assert not any(early.pays(*one) for one in refused)
    assert load.early_weights is early.early_weights


def test_a_resident_process_keeps_none_that_nobody_asked_for(info: Any, reads: list[str]) -> None:
    from tsel_cli.resident.shelf import Shelf

    early.early_weights().begin(info, "cpu")
    begun = early.early_weights()._begun
    assert begun is not None
    begun[1].weights.result()
    Shelf().take_back(sound=True)
    load_model(info, dtype=torch.float32)
    assert reads == ["m", "m"]


def test_begun_weights_are_loaded_at_once_whatever_memory_is_left(info: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their copy is among what is not free any more: a plan made before they are loaded would count them twice."""
    from tsel_core.answering import reader
    from tsel_core.session import Session

    monkeypatch.setattr(reader, "free_memory", lambda _device: 1.5 * info.loaded_bytes("cpu"))
    monkeypatch.setattr(reader, "is_known", lambda _path, _type: True)
    other = Session(info, device="cpu")
    other.begin_loading()
    assert other._loading is None
    early.early_weights().begin(info, "cpu")
    assert early.early_weights().has_begun(info)
    session = Session(info, device="cpu")
    session.begin_loading()
    assert session._loading is not None
    session._loading.result(60)
    assert not early.early_weights().has_begun(info)


def test_none_are_begun_for_a_tokenizer_that_transformers_reads(info: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(memory, "free_memory", lambda _device: 100 * info.loaded_bytes("cpu"))
    known = replace(info, model_type="qwen2")
    monkeypatch.setattr("tsel_core.models.plain_tokenizer.is_known", lambda _path, _type: False)
    assert not early.pays(known, "cuda")
    monkeypatch.setattr("tsel_core.models.plain_tokenizer.is_known", lambda _path, _type: True)
    assert early.pays(known, "cuda")
