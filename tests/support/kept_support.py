"""A tiny engine, a store and prompts for tests of kept readings."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading
from tsel_core.prefix_cache.policy import find_reading, keep_reading
from tsel_core.prefix_cache.store import ReadingStore

CHUNK = 16


def make_engine(**changes: Any) -> Engine:
    """`dtype`: of weights and cache, float32 by default."""
    model = loaded(make_model("qwen2").to(changes.pop("dtype", torch.float32)))
    model.info = SimpleNamespace(num_layers=3, sha256=changes.pop("sha256", "aa"), name="tiny", trained_window=1 << 20)
    config = EngineConfig(chunk_size=CHUNK, max_new_tokens=12, attention=changes.pop("attention", "full"))
    return Engine(model, config, SelectionConfig(budget=8, num_sink=2, num_local=8, block_size=8, **changes))


def make_store(folder: Path) -> ReadingStore:
    """A store whose warnings are in `.warnings`."""
    warnings: list[str] = []
    store = ReadingStore(folder / "readings", warn=warnings.append)
    store.warnings = warnings  # type: ignore[attr-defined]
    return store


def make_prompt(doc: list[int], tail: list[int]) -> Any:
    return SimpleNamespace(
        input_ids=doc + tail,
        doc_end=len(doc),
        tail_start=len(doc),
        num_tokens=len(doc) + len(tail),
        documents=(SimpleNamespace(path="a.txt", sha256="ff"),),
    )


def ids(count: int, seed: int = 0) -> list[int]:
    return torch.randint(3, 320, (count,), generator=torch.Generator().manual_seed(seed)).tolist()


def ask(engine: Engine, store: ReadingStore | None, prompt: Any) -> tuple[list[int], Reading]:
    """What Session.read and Session.write do."""
    engine.reset()
    kept = find_reading(store, engine, prompt)
    reading = engine.read(prompt.input_ids, prompt.tail_start, room=12, kept=kept)
    first = reading.logits.clone()
    keep_reading(store, engine, prompt, reading)
    written = [step.token_id for step in engine.write(reading)]
    if store is not None:
        store.wait()
    reading.logits = first
    return written, reading


def files(store: ReadingStore) -> list[Path]:
    return sorted(p for p in store.folder.rglob("*") if p.is_file())


DOC, FIRST, SECOND = ids(100), ids(9, 1), ids(7, 2)
