"""The advice follows the machine and what lies on it, and offers no fetch of what is not pinned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tsel_core.models.catalog import CATALOG, DEFAULT_NAME
from tsel_core.models.recommend import BEST_FIRST, Here, Machine, advise, models_here, needed_bytes

GB = 10**9


@pytest.fixture(autouse=True)
def own_models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))


def on_hub(name: str) -> Here:
    return Here(name, "hub", name, GB, name)


@pytest.mark.parametrize(
    ("machine", "here", "tokens", "model"),
    [
        (Machine(0, 16 * GB, 100 * GB), [], 32_768, DEFAULT_NAME),
        (Machine(0, 64 * GB, 100 * GB), ["qwen3-4b"], 32_768, DEFAULT_NAME),  # a CPU writes too slowly with it
        (Machine(80 * GB, 64 * GB, 100 * GB), [], 32_768, "qwen3-14b-q4"),
        (Machine(80 * GB, 64 * GB, 30 * GB), [], 32_768, "qwen2.5-7b-1m"),  # no disk for what the largest is converted to
        (Machine(80 * GB, 64 * GB, 1 * GB), [], 32_768, DEFAULT_NAME),
        (Machine(80 * GB, 64 * GB, 100 * GB), ["qwen3-4b"], 32_768, "qwen3-4b"),  # what is here comes first
        (Machine(80 * GB, 64 * GB, 100 * GB), ["qwen3-4b", "qwen2.5-7b-1m"], 32_768, "qwen2.5-7b-1m"),
        (Machine(17 * GB, 64 * GB, 100 * GB), ["qwen3-4b", "qwen2.5-7b-1m"], 32_768, "qwen3-4b"),
        (Machine(17 * GB, 64 * GB, 100 * GB), ["qwen3-4b", "qwen2.5-7b-1m"], 100_000, DEFAULT_NAME),
        (Machine(80 * GB, 64 * GB, 100 * GB), ["qwen2.5-7b-1m"], 300_000, DEFAULT_NAME),  # past every window
    ],
)
def test_the_best_known_model_that_fits_and_is_here(machine: Machine, here: list[str], tokens: int, model: str) -> None:
    advice = advise(machine, [on_hub(name) for name in here], tokens)
    assert advice.model == model
    assert (advice.fetch_bytes == 0) is (model in here)
    assert advice.licence


def test_what_is_not_pinned_is_marked() -> None:
    for entry in CATALOG:
        assert entry.pinned is (entry.embedded or bool(entry.revision or entry.hub_file))
    assert {e.name for e in CATALOG}.issuperset(BEST_FIRST)
    default = next(e for e in CATALOG if e.name == DEFAULT_NAME)
    assert default.pinned
    assert needed_bytes(default, 1_000, True) < needed_bytes(default, 1_000, False)


def test_models_of_other_programs_are_found_by_their_own_records(tmp_path: Path) -> None:
    home = tmp_path / "home"
    snapshot = home / ".cache/huggingface/hub/models--Qwen--Qwen3-4B-Instruct-2507/snapshots/abc"
    manifest = home / ".ollama/models/manifests/registry.ollama.ai/library/qwen3/4b"
    blob = home / ".ollama/models/blobs/sha256-77"
    studio = home / ".lmstudio/models/someone/some-model/some-model-Q4_K_M.gguf"
    for file in (snapshot / "config.json", snapshot / "model.safetensors", manifest, blob, studio):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"GGUF")
    layers = [
        {"mediaType": "application/vnd.ollama.image.template", "digest": "sha256:1"},
        {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:77"},
    ]
    manifest.write_text(json.dumps({"layers": layers}))
    (manifest.parent / "broken").write_text("{")
    (studio.parent / "mmproj-some.gguf").write_bytes(b"GGUF")
    found = {h.name: h for h in models_here({}, home)}
    assert found["Qwen/Qwen3-4B-Instruct-2507"].entry == "qwen3-4b"
    assert found["Qwen/Qwen3-4B-Instruct-2507"].model == "qwen3-4b"
    assert (found["qwen3:4b"].place, found["qwen3:4b"].model) == ("ollama", str(blob))
    assert (found["some-model-Q4_K_M"].place, found["some-model-Q4_K_M"].model) == ("lm-studio", str(studio))
    assert len(found) == 3
