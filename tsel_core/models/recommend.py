"""Which model suits this machine: what is here already, what fits, and which of those to take.

Nothing is fetched here. Models of other programs are found by their own records (the Hub's cache, Ollama's manifests,
LM Studio's folder) and named by a path that `--model` takes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tsel_core.cache_paths import models_dir
from tsel_core.models.catalog import CATALOG, DEFAULT_NAME, CatalogEntry
from tsel_core.models.store import stored_models

Place = Literal["tsel", "hub", "ollama", "lm-studio"]
BEST_FIRST = ("qwen2.5-7b-1m", "qwen3-4b", DEFAULT_NAME)
"""Catalogue models in the order they are taken: the fast path's, with a long window, the largest first.

Only the default was measured on documents with real weights (docs/dev/quality-log.md); the advice says so.
"""
_KV_BYTES = {"qwen2.5-7b-1m": 57_344, "qwen3-4b": 147_456, DEFAULT_NAME: 28_672}  # a token, in bf16
_MARGIN = 1_500_000_000  # bytes for workspace and the program itself


@dataclass(frozen=True, slots=True)
class Machine:
    """Bytes: memory of the GPU (0: none), of the host that is free, and of the disk of the models folder."""

    gpu: int
    ram: int
    disk: int


@dataclass(frozen=True, slots=True)
class Here:
    """A model on this machine. `model` is what --model takes; `entry`: the catalogue's name, "" for others."""

    name: str
    place: Place
    model: str
    num_bytes: int
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """The model to use and why. `fetch_bytes`: what a fetch would move; 0: it is here."""

    model: str
    why: str
    fetch_bytes: int
    licence: str
    needed: int  # bytes of memory with a document of `num_tokens`
    num_tokens: int


def this_machine() -> Machine:
    """What there is. A GPU is asked through torch."""
    import torch

    from tsel_core.device.memory import free_memory

    gpu = free_memory("cuda:0") if torch.cuda.is_available() and torch.cuda.device_count() else 0
    folder = models_dir()
    while not folder.exists():
        folder = folder.parent
    return Machine(gpu, free_memory("cpu"), shutil.disk_usage(folder).free)


def needed_bytes(entry: CatalogEntry, num_tokens: int, on_gpu: bool) -> int:
    """Memory of weights, keys and values of a document, and the workspace."""
    weights = 2 * entry.num_params if on_gpu else 5 * entry.num_params
    per_token = _KV_BYTES.get(entry.name, 150_000) * (1 if on_gpu else 2)
    return weights + per_token * num_tokens + _MARGIN


def advise(machine: Machine, here: list[Here], num_tokens: int = 32_768) -> Advice:
    """The best known model that fits with a document of `num_tokens`; the default where nothing better does.

    A better model that is not here is advised only where the disk has room for it and the catalogue pins it.
    """
    known = {h.entry: h for h in here if h.entry}
    entries = {e.name: e for e in CATALOG}
    for name in BEST_FIRST:
        entry, found = entries[name], known.get(name)
        on_gpu = machine.gpu > 0
        needed = needed_bytes(entry, num_tokens, on_gpu)
        too_slow = not on_gpu and entry.name != DEFAULT_NAME
        too_large = needed > (machine.gpu or machine.ram) or num_tokens > entry.trained_window
        if name != DEFAULT_NAME and (too_large or too_slow):
            continue
        if found is not None:
            return Advice(found.model, _why(entry), 0, entry.licence, needed, num_tokens)
        if name == DEFAULT_NAME or (entry.pinned and machine.disk > entry.download_bytes):
            return Advice(name, _why(entry), entry.download_bytes, entry.licence, needed, num_tokens)
    raise AssertionError("the default is always advised")


def _why(entry: CatalogEntry) -> str:
    if entry.name == DEFAULT_NAME:
        return "the default: no larger model of the catalogue fits here and is present or pinned"
    return "the largest model of the catalogue that fits this GPU; its answers were not measured here"


def models_here(environment: Mapping[str, str] | None = None, home: Path | None = None) -> list[Here]:
    """Models of the store, the Hub's cache, Ollama and LM Studio, by place and name."""
    values = os.environ if environment is None else environment
    base = home or Path.home()
    found = [Here(m.name, "tsel", m.name, m.num_bytes, m.name if _entry(m.name) else "") for m in stored_models()]
    found += _hub(values, base)
    found += _ollama(Path(values.get("OLLAMA_MODELS") or base / ".ollama" / "models"))
    for folder in (base / ".lmstudio" / "models", base / ".cache" / "lm-studio" / "models"):
        found += _lm_studio(folder)
    return found


def _entry(name: str) -> str:
    """The catalogue's name for a name or a Hub id; "" for others."""
    return next((e.name for e in CATALOG if name.lower() in (e.name, e.origin.lower())), "")


def _hub(values: Mapping[str, str], home: Path) -> Iterator[Here]:
    cache = values.get("HF_HUB_CACHE") or Path(values.get("HF_HOME") or home / ".cache" / "huggingface") / "hub"
    for folder in sorted(Path(cache).glob("models--*--*")):
        repo = "/".join(folder.name.split("--")[1:3])
        for snapshot in sorted(folder.glob("snapshots/*")):
            weights = list(snapshot.glob("*.safetensors"))
            if (snapshot / "config.json").is_file() and weights:
                entry = _entry(repo)
                entry = entry if entry and not next(e for e in CATALOG if e.name == entry).embedded else ""
                yield Here(repo, "hub", entry or repo, sum(map(_size, weights)), entry)
                break


def _ollama(folder: Path) -> Iterator[Here]:
    """Ollama keeps a manifest a model; the layer of kind "model" is a GGUF file among its blobs."""
    for manifest in sorted((folder / "manifests").glob("*/*/*/*")):
        try:
            layers = json.loads(manifest.read_text(encoding="utf-8"))["layers"]
            digests = [str(x["digest"]) for x in layers if x.get("mediaType") == "application/vnd.ollama.image.model"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        blobs = [folder / "blobs" / digest.replace(":", "-") for digest in digests]
        for blob in (b for b in blobs if b.is_file()):
            yield Here(f"{manifest.parent.name}:{manifest.name}", "ollama", str(blob), _size(blob))


def _lm_studio(folder: Path) -> Iterator[Here]:
    for file in sorted(folder.glob("*/*/*.gguf")):
        if "mmproj" not in file.name.lower():
            yield Here(file.stem, "lm-studio", str(file), _size(file))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
