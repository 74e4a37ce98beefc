"""When a reading is kept and when it may be used again, for one session."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import torch

from tsel_core.kv.four_bits import FORM
from tsel_core.kv.side_state import side_state
from tsel_core.prefix_cache.entry import KeptReading
from tsel_core.prefix_cache.store import DEFAULT_MAX, ReadingStore
from tsel_core.selection.rule import identity_of
from tsel_core.text.sizes import parse_size
from tsel_kernels.attention.cpu_bf16 import VARIABLE as ATTENTION_VARIABLE

if TYPE_CHECKING:
    from tsel_core.engine.engine import Engine
    from tsel_core.engine.reading import Reading
    from tsel_core.prompts.build import Prompt
    from tsel_core.selection.beyond_window import BeyondWindow

MAX_VARIABLE, DOCUMENT_VARIABLE = "TSEL_CACHE_MAX", "TSEL_CACHE_MAX_DOCUMENT"
# Settings that say how an answer is written, or become a mode that is noted by itself: they do not change a reading.
_NOT_READING = {
    "attention", "crossover", "max_new_tokens", "temperature", "top_p", "seed", "memory_limit", "kv", "extrapolate",
    "weights",
}  # fmt: skip
_NOT_KEPT = ("fp8",)  # files hold rows in the compute dtype: loading would round a second time, and answer differently
_SHORTEST = 128  # tokens of a document that is worth a file


def default_store(
    warn: Callable[[str], None], environment: Mapping[str, str] | None = None
) -> ReadingStore:
    """The store of this user: `readings` in the cache folder, TSEL_CACHE_MAX(_DOCUMENT), TSEL_CACHE_KEY_FILE.

    What is kept is sealed with the user's key; where none can be made, nothing is kept.
    """
    from tsel_core.cache_paths import cache_dir
    from tsel_core.prefix_cache.format.crypto import master_key

    values = os.environ if environment is None else environment
    limit = values.get(MAX_VARIABLE, "")
    most = parse_size(limit, MAX_VARIABLE, "0 keeps no readings") if limit else DEFAULT_MAX
    one = values.get(DOCUMENT_VARIABLE, "")
    most_of_one = parse_size(one, DOCUMENT_VARIABLE) if one else None
    try:
        key = master_key(environment)
    except OSError as error:
        warn(f"readings are not kept: no key could be made to seal them with: {error}")
        key, most = None, 0
    return ReadingStore(cache_dir() / "readings", most, key, warn, most_of_one, tell=warn)


def reading_identity(
    engine: Engine, prefill_mode: str, select_from: int, beyond: BeyondWindow | None = None
) -> dict[str, Any]:
    """Everything but the token ids that the keys and values of a prompt depend on.

    `beyond`: the keys are un-rotated (a prompt past the trained window).
    """
    from tsel_core.device.versions import package_version
    from tsel_core.version import __version__

    info = engine.loaded.info
    settings = {k: v for k, v in asdict(engine.config).items() if k not in _NOT_READING}
    identity = {
        "tsel": __version__,
        "torch": torch.__version__,
        "transformers": package_version("transformers"),
        "model": info.sha256,
        "model_files": getattr(engine.loaded, "files_digest", ""),
        "model_name": info.name,
        "dtype": str(engine.loaded.dtype),
        "weights": engine.weight_types,
        "int8_rows": bool(getattr(engine.loaded, "int8_rows", False)),
        "device": engine.device.type,
        "kv": {"bf16": "bf16", "q4": FORM}.get(engine.storage, "exact"),
        "engine": settings | {"chunk_size": engine.chunk_size},
        "prefill": prefill_mode,
        "selection": asdict(engine.selection) if prefill_mode == "select" else None,
        "select_from": select_from if prefill_mode == "select" else None,
    }
    if getattr(info, "form", ""):
        identity["form"] = info.form
    if prefill_mode == "select" and engine.selection.rule:
        identity["rule"] = identity_of(engine.selection.rule)
    if getattr(engine.kernels, "bf16_chunks", False):
        identity["chunks"] = os.environ.get(ATTENTION_VARIABLE, "auto")
    if beyond is not None:
        identity["beyond_window"] = beyond.as_json()
    return dict(json.loads(json.dumps(identity, default=sorted)))  # as it comes back from a file


def find_reading(store: ReadingStore | None, engine: Engine, prompt: Prompt) -> KeptReading | None:
    """What can be loaded instead of read for this prompt."""
    if store is None or store.max_bytes <= 0 or engine.storage in _NOT_KEPT or engine.forward.rotaries:
        return None  # rotaries: the keys depend on the length of the whole text
    modes = engine.choose_modes(prompt.num_tokens)
    identity = reading_identity(engine, modes.prefill, modes.select_from, modes.beyond)
    return store.find(identity, prompt.input_ids, prompt.doc_end, engine.chunk_size)


def keep_reading(store: ReadingStore | None, engine: Engine, prompt: Prompt, reading: Reading) -> None:
    """Keep the template and the document of a prompt that was read; nothing to do when they were loaded."""
    end = prompt.doc_end
    if store is None or engine.storage in _NOT_KEPT or engine.forward.rotaries:
        return
    if reading.num_reused >= end or end < min(_SHORTEST, engine.chunk_size):
        return
    side = None
    if reading.cache.forgets:
        side = side_state(reading.cache, end)
        if side is None:  # the document's end is no marked place
            return
    store.keep(
        reading_identity(engine, reading.prefill_mode, reading.select_from, reading.beyond),
        prompt.input_ids[:end],
        reading.cache,
        documents=[{"path": d.path, "sha256": d.sha256} for d in prompt.documents],
        trace=engine.runtime.trace,
        side=side,
    )
