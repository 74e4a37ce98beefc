"""`--kv q4` against plain rows on one machine: KL, same word, bytes a token, speed. JSON lines; under 4 minutes on an H200.

    python kernels/benchmarks/kv_four.py --model FOLDER --text FILE [FILE ...] --lengths 4096,16384,32768 --speed qwen2-7b
    python kernels/benchmarks/kv_four.py --text FILE --lengths 700 --measured 24 --budget 128 --attention full  # a CPU

Every text is read and continued as the product does: chunks, then `--measured` words of the text forced through the writing
loop, which a GPU captures. `full` and `select` are compared with plain rows of the same setting, and with full attention to
plain rows. Forms: `q4` as it is; `q4-question`: as after the beginning of a question, the text is read from its codes;
`q4-nearest`: every channel to its nearest code; `q4-codes`: late rows from their codes, as soon as they are written; `q4-old`:
both.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels")]


def divergence(exact: Tensor, found: Tensor) -> dict[str, float]:
    """KL of logits [n, vocab] in nats: mean, its standard error, median; how often the likeliest word is the same."""
    kl = []
    for one, other in zip(exact, found, strict=True):
        p, q = one.float().log_softmax(-1), other.float().log_softmax(-1)
        kl.append((p.exp() * (p - q)).sum())
    kls = torch.stack(kl)
    same = (exact.argmax(-1) == found.argmax(-1)).float().mean()
    figures = {"kl": kls.mean(), "kl_se": kls.std() / len(kls) ** 0.5, "kl_median": kls.median(), "same": same}
    return {name: round(float(figure), 5) for name, figure in figures.items()}


def continued(engine: Any, ids: Sequence[int], measured: int, marked: bool) -> tuple[Tensor, dict[str, Any]]:
    """Logits [measured, vocab] before the last tokens of `ids`, forced after a reading of the others; `marked`: as a question."""
    from tsel_core.kv.cost import RECENT

    engine.reset()
    started = time.perf_counter()
    reading = engine.read(ids[:-measured], len(ids) - measured, room=measured + 1)
    waited(engine)
    read_s = time.perf_counter() - started
    if marked:
        reading.cache.mark()
    logits: list[Tensor] = []
    started = time.perf_counter()
    for _ in engine.write(reading, forced_ids=ids[-measured:], keep_logits=logits):
        pass
    waited(engine)
    write_s = time.perf_counter() - started
    held = [t for layer in reading.cache.pools for t in layer.tensors()]
    ring = sum(t.numel() * t.element_size() for t in held if engine.storage == "q4" and t.ndim == 3 and t.shape[1] == RECENT)
    rows = sum(t.numel() * t.element_size() for t in held) - ring
    figures = {
        "mode": reading.decode_mode, "captured": engine.captures(reading), "read_s": round(read_s, 2), "write_s": round(write_s, 2),
        "kb_a_token": round(rows / reading.cache.capacity / 1000, 2), "exact_mb": round(ring / 1e6, 1),
    }  # fmt: skip
    kept = torch.stack(logits).cpu()
    engine.let_go(reading)
    return kept, figures


def waited(engine: Any) -> None:
    """Until the device has done all."""
    if engine.device.type == "cuda":
        torch.cuda.synchronize(engine.device)


def quality(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """A row for every length, attention and form."""
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.models.load import resolve_model
    from tsel_core.session import Session

    info = resolve_model(options.model, offline=True)
    session = Session(info, EngineConfig(attention="full"), SelectionConfig(budget=options.budget), device=options.device)
    session.trace_rows = False
    engine = session.engine
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in options.text]
    tokens = session.tokenizer("\n\n".join(texts), verbose=False)["input_ids"]
    for length in map(int, options.lengths.split(",")):
        if length > len(tokens):
            yield {"length": length, "error": f"the texts have {len(tokens)} tokens"}
            continue
        full: Tensor | None = None
        for attention in options.attention.split(","):
            engine.config = EngineConfig(attention=attention, crossover=0)
            exact: Tensor | None = None
            for form in ("plain", *options.forms.split(",")):
                engine.storage = form.split("-")[0]
                row: dict[str, Any] = {"length": length, "attention": attention, "form": form}
                try:
                    set_form(form)
                    logits, figures = continued(engine, tokens[:length], options.measured, form == "q4-question")
                except Exception as error:
                    traceback.print_exc()
                    yield row | {"error": repr(error)[:300]}
                    continue
                exact = logits if exact is None else exact
                full = logits if full is None else full
                row |= {**figures, **divergence(exact, logits)}
                yield row | {"kl_to_full": divergence(full, logits)["kl"], "elapsed": elapsed()}
    engine.let_go()


def set_form(form: str) -> None:
    """Switch parts of the format off, to see what each is worth: `q4-nearest`, `q4-codes`, `q4-old` is both."""
    from tsel_core.kv.four_bits import FourBitRows, Turn

    learn, write = _SHIPPED.setdefault("parts", (Turn.learn_aim, FourBitRows.write))

    def codes(self: Any, start: int, rows: Tensor) -> Tensor:
        write(self, start, rows)
        self.freeze()
        out = torch.empty_like(rows)
        self.read(start, out)
        return out

    old: Any = Turn
    old.learn_aim = learn if form not in ("q4-nearest", "q4-old") else lambda self, query: None
    rows: Any = FourBitRows
    rows.write = write if form not in ("q4-codes", "q4-old") else codes


_SHIPPED: dict[str, Any] = {}


def speed(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Reading and writing of a shape with random weights, by storage and attention."""
    from tsel_core.bench.plan import random_prompts
    from tsel_core.bench.run import run_setting
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.models.load import pick_device
    from tsel_core.parallel.open import open_engine

    selection = SelectionConfig(budget=options.budget)
    engine = open_engine(options.speed, pick_device(options.device), EngineConfig(), selection, lambda *_: None)
    ((ids, tail),) = random_prompts(engine.loaded.info.vocab_size, [options.speed_length])
    set_form("q4")
    for attention in options.attention.split(","):
        for storage in ("plain", "q4"):
            row: dict[str, Any] = {"shape": options.speed, "length": len(ids), "attention": attention, "form": storage}
            try:
                engine.storage = storage
                rounds = 2 if engine.device.type == "cuda" else 1  # kernels are compiled in the first
                for _ in range(rounds):
                    found, _ = run_setting(engine, storage, attention, ids, tail, max_new_tokens=options.written, decode=str)
                    engine.let_go()
            except Exception as error:
                traceback.print_exc()
                yield row | {"error": repr(error)[:300]}
                continue
            yield row | {
                "first_token_s": round(found.prefill_s or 0, 2), "decode_tokens_per_s": round(found.decode_tokens_per_s or 0, 1),
                "peak_gb": round((found.peak_memory_bytes or 0) / 1e9, 2), "elapsed": elapsed(),
            }  # fmt: skip


_BEGAN = time.perf_counter()


def elapsed() -> float:
    """Seconds since the start."""
    return round(time.perf_counter() - _BEGAN, 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="qwen2.5-coder-1.5b", help="a name or a folder; empty: no quality")
    parser.add_argument("--text", type=Path, nargs="+", default=[ROOT / "samples/make/text/long_report.md"])
    parser.add_argument("--lengths", default="4096,16384,32768")
    parser.add_argument("--measured", type=int, default=256, help="words of the text forced at its end")
    parser.add_argument("--attention", default="full,select")
    parser.add_argument("--forms", default="q4,q4-question,q4-old")
    parser.add_argument("--budget", type=int, default=2048)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--speed", default="", help="a shape of tsel bench --random-weights, as qwen2-7b; empty: no speed")
    parser.add_argument("--speed-length", type=int, default=131_072)
    parser.add_argument("--written", type=int, default=64)
    options = parser.parse_args()
    for part in ((quality,) if options.model else ()) + ((speed,) if options.speed else ()):
        for row in part(options):
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
