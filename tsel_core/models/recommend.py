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
from tsel_core.models.catalog import CATALOG, DEFAULT_NAME, CatalogEntry, find_entry
from tsel_core.models.store import stored_models

Place = Literal["tsel", "hub", "ollama", "lm-studio"]
BEST_FIRST = ("qwen3-14b-q4", "qwen2.5-7b-1m", "qwen3-8b-q4", "qwen3-4b", "qwen3-4b-q4", DEFAULT_NAME)
"""Catalogue models in the order they are taken: those of the fast path, the largest first.

Only the default was measured on documents with real weights (docs/dev/quality-log.md); the advice says so.
"""
_KV_BYTES = {  # a token, in bf16
    "qwen3-14b-q4": 163_840,
    "qwen2.5-7b-1m": 57_344,
    "qwen3-8b-q4": 147_456,
    "qwen3-4b": 147_456,
    "qwen3-4b-q4": 147_456,
    DEFAULT_NAME: 28_672,
}
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

    from tsel_core.device.kinds import device_count
    from tsel_core.device.memory import free_memory

    gpu = free_memory("cuda:0") if device_count("cuda") else 0
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

    One that is here comes before one that must be fetched; that is advised only where the disk has room for it and the
    catalogue knows what a fetch brings.
    """
    entries = {e.name: e for e in CATALOG}
    known = {h.entry: h for h in here if h.entry}
    fitting = [entries[name] for name in BEST_FIRST if _fits(entries[name], machine, num_tokens)]
    at_hand = [e for e in fitting if e.name in known and e.name != DEFAULT_NAME]
    to_fetch = [e for e in fitting if e.name == DEFAULT_NAME or (e.pinned and machine.disk > disk_bytes(e))]
    entry = (at_hand or to_fetch)[0]
    found = known.get(entry.name)
    needed = needed_bytes(entry, num_tokens, machine.gpu > 0)
    fetch = 0 if found else entry.download_bytes
    return Advice(found.model if found else entry.name, _why(entry), fetch, entry.licence, needed, num_tokens)


def disk_bytes(entry: CatalogEntry) -> int:
    """What a fetch leaves on the disk: the files, and what a GGUF is converted to."""
    return entry.download_bytes + (2 * entry.num_params if entry.hub_file is not None else 0)


def _fits(entry: CatalogEntry, machine: Machine, num_tokens: int) -> bool:
    """Whether a model and a document fit; the default is always tried, and a CPU writes too slowly with others."""
    if entry.name == DEFAULT_NAME:
        return True
    return 0 < needed_bytes(entry, num_tokens, True) <= machine.gpu and num_tokens <= entry.trained_window


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
    entry = find_entry(name) if name else None
    by_origin = next((e.name for e in CATALOG if e.embedded and e.origin.lower() == name.lower()), "")
    return entry.name if entry is not None else by_origin


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
