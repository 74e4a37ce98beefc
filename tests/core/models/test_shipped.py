"""A model that the package knows: its first start imports no transformers, and its logits are compared all the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_folder import make_folder

from tests.tools import shipped as tool
from tsel_core.engine.engine import Engine
from tsel_core.errors import ModelError
from tsel_core.models import load, weights
from tsel_core.models.load import load_model, load_tokenizer, resolve_model
from tsel_core.models.plain_decoder import PlainModel
from tsel_core.models.plain_tokenizer import PlainTokenizer, is_known
from tsel_core.models.shipped import known
from tsel_core.models.store import FORMAT, MANIFEST, file_sha256


@pytest.fixture
def info(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A model with a manifest, of which nothing was found on this machine."""
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(known, "_DATA", tmp_path / "data")
    folder = make_folder(tmp_path / "m")
    sha256 = file_sha256(folder / "model.safetensors")
    about = {"format": FORMAT, "name": "m", "source": "folder", "source_sha256": "0" * 64, "weights_sha256": sha256}
    (folder / MANIFEST).write_text(json.dumps(about))
    return resolve_model(str(folder))


@pytest.fixture
def told(info: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> known.KnownModel:
    """What the package knows of it, made on another machine."""
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "another"))
    found = tool.made(info)
    record = tool.record_of(info)
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))
    load._read_tokenizer.cache_clear()
    known.write_known(info, found)
    known.write_record_of(info.path, info.model_type, record)
    return found


def no_transformers(monkeypatch: pytest.MonkeyPatch) -> None:
    import transformers

    def refuse(*_args: Any, **_named: Any) -> None:
        raise AssertionError("transformers was asked")

    monkeypatch.setattr(weights, "load_weights", refuse)
    monkeypatch.setattr(transformers.PreTrainedTokenizerFast, "from_pretrained", refuse)


def test_a_first_start_asks_no_transformers(info: Any, told: known.KnownModel, monkeypatch: pytest.MonkeyPatch) -> None:
    no_transformers(monkeypatch)
    assert is_known(info.path, info.model_type)
    assert isinstance(load_tokenizer(info), PlainTokenizer)
    loaded = load_model(info)
    assert isinstance(loaded.model, PlainModel)
    assert loaded.known is not None
    assert loaded.eos_ids == told.outline.eos_ids
    assert Engine(loaded).forward.step is not None
    assert load_model(info).known is None  # it was compared, once


def test_it_writes_what_a_checked_start_writes(info: Any, told: known.KnownModel) -> None:
    ids = torch.randint(3, 300, (60,), generator=torch.Generator().manual_seed(3)).tolist()
    known_engine = Engine(load_model(info))
    first = known_engine.read(ids, 50, room=8).logits.clone()
    theirs = load_model(info, attn_implementation="sdpa")  # of transformers
    assert not isinstance(theirs.model, PlainModel)
    with torch.inference_mode():
        right = theirs.model(torch.tensor([ids])).logits[0, -1]
    assert (first - right).norm() / right.norm() < 1e-3


def test_other_logits_are_refused_and_transformers_asked_the_next_time(info: Any, told: known.KnownModel) -> None:
    known.write_known(info, replace(told, logits={kind: 1.1 * x for kind, x in told.logits.items()}))
    with pytest.raises(ModelError, match="does not compute here what it should: logits off by"):
        _ = Engine(load_model(info)).forward.choice
    again = load_model(info)
    assert again.known is None
    assert not isinstance(again.model, PlainModel)
    assert Engine(again).forward.step is not None


def test_an_outline_of_another_model_is_refused(info: Any, told: known.KnownModel) -> None:
    wrong = replace(told.outline, frequencies=tuple(0.9 * f for f in told.outline.frequencies))
    known.write_known(info, replace(told, outline=wrong))
    with pytest.raises(ModelError, match="does not compute here what it should"):
        _ = Engine(load_model(info)).forward.choice


@pytest.mark.parametrize("change", ["config", "weights unknown", "damaged"])
def test_what_is_not_known_goes_to_transformers(change: str, info: Any, told: known.KnownModel) -> None:
    if change == "config":
        path = info.path / "config.json"
        path.write_text(path.read_text().replace('"bos_token_id"', ' "bos_token_id"'))
    elif change == "weights unknown":
        (info.path / MANIFEST).unlink()
    else:
        for file in known._DATA.glob("*.safetensors"):
            file.write_bytes(b"nothing")
    assert known.known_model(info) is None
    loaded = load_model(info)
    assert not isinstance(loaded.model, PlainModel)


@pytest.mark.model
def test_the_package_knows_the_default_model() -> None:
    try:
        info = resolve_model(None, offline=True)
    except ModelError:
        pytest.skip("the default model is not on this machine")
    found = known.known_model(info)
    assert found is not None
    assert set(found.logits) == {"every", "ends"}
    assert known.known_record(info.path, info.model_type) is not None
