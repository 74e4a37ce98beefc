"""Ways of holding keys and values on a real model: KL and agreement with the plain cache, bytes, speed. JSON lines.

    python kernels/benchmarks/kv_storage.py --model smollm2-135m --tokens 4096
    python kernels/benchmarks/kv_storage.py --model qwen2.5-coder-0.5b --tokens 2048 --attention select --indexed

The plain cache writes greedily after a prompt of the text (the long sample's); every storage is fed the same words. `--indexed`
keeps the key index beside the cache as on a GPU: a selecting step then fetches its picked rows only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels")]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--tokens", type=int, default=2048)
    parser.add_argument("--write", type=int, default=48, help="tokens written after the prompt")
    parser.add_argument("--attention", default="full", choices=["full", "select"])
    parser.add_argument("--budget", type=int, default=512)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--text", type=Path, default=ROOT / "samples/make/text/long_report.md", help="a text file")
    parser.add_argument("--storages", default="host,bf16,fp8")
    parser.add_argument("--indexed", action="store_true")
    for row in measure(parser.parse_args()):
        print(json.dumps(row), flush=True)


def measure(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """One row for the plain cache, then one for every storage against it."""
    import torch

    from tsel_core.bench.run import fidelity

    torch.manual_seed(0)
    session, ids, tail = _prompt(options)
    engine, chosen, reference = session.engine, [], []
    if options.indexed:
        _index(engine)
    for storage in ("plain", *options.storages.split(",")):
        engine.storage = storage
        engine.reset()
        started = time.perf_counter()
        reading = engine.read(ids, tail, room=2 * options.write)
        read_s = time.perf_counter() - started
        started = time.perf_counter()
        tokens = [s.token_id for s in engine.write(reading, options.write, ignore_end=True)]
        write_s = time.perf_counter() - started
        chosen = chosen or tokens
        engine.crop(reading, len(ids) - 1)
        engine.extend(reading, ids[-1:])
        logits: list[torch.Tensor] = []
        for _ in engine.write(reading, forced_ids=chosen, keep_logits=logits):
            pass
        reference = reference or logits
        agreement, kl = fidelity(reference, logits)
        yield {
            "model": options.model, "tokens": len(ids), "attention": options.attention, "indexed": options.indexed,
            "storage": storage, "kl": round(kl, 6), "agreement": agreement, "same_tokens": tokens == chosen,
            "equal_logits": all(torch.equal(a, b) for a, b in zip(reference, logits, strict=True)),
            "cache_mb": round(reading.cache.num_bytes() / 1e6, 1),
            "read_s": round(read_s, 2), "tokens_per_s": round((len(tokens) - 1) / write_s, 2),
        }  # fmt: skip


def _index(engine: Any) -> None:
    """Keep the key index beside every cache of an engine."""
    from tsel_core.kv.stored_cache import make_cache

    def new_cache(capacity: int, decode: str, *, rotated: bool = True) -> Any:
        layers, backend = engine.loaded.info.num_layers, engine.kernels
        return make_cache(engine.storage, layers, capacity, backend.append_index_, backend)

    engine.new_cache = new_cache


def _document(path: Path) -> Any:
    """A text file as a document, a line a unit."""
    from tsel_core.document import Document, Unit

    data = path.read_bytes()
    parts = [line.strip() for line in data.decode("utf-8").splitlines() if line.strip()]
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", text) for i, text in enumerate(parts))
    return Document(path.name, hashlib.sha256(data).hexdigest(), "txt", "paragraph", units)


def _prompt(options: argparse.Namespace) -> tuple[Any, list[int], int]:
    """(session, token ids, where the question begins) of the text, repeated or cut to the length."""
    from tsel_core.bench.plan import cut_prompts
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.models.load import resolve_model
    from tsel_core.prompts.tasks import ask_task
    from tsel_core.session import Session

    info = resolve_model(options.model, offline=True)
    config = EngineConfig(attention=options.attention)
    session = Session(info, config, SelectionConfig(budget=options.budget), device=options.device)
    session.trace_rows = False
    prompt = session.build([_document(options.text)], ask_task("What is the report about?", "en"))
    ((ids, tail),) = cut_prompts(prompt.input_ids, prompt.tail_start, [options.tokens])
    return session, ids, tail


if __name__ == "__main__":
    main()
