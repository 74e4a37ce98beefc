"""What products in 8-bit floats change and give: KL on real weights and text, first token with random weights. JSON lines.

    python kernels/benchmarks/fp8_products.py kl --text FILE [--device cpu] [--lengths 1024] [--forms all,mlp]
    python kernels/benchmarks/fp8_products.py speed --shape qwen2-7b --lengths 8192,16384,32768,131072

`kl` on a CPU: every token after the first quarter, read in chunks, products emulated (the same numbers); on a GPU as kv_four.py:
`--measured` words forced after a reading, selecting and in full, against the stored weights with the same attention. Forms: which
maps are fp8: all, mlp (gate, up, down), in (queries, keys, values, gate, up), no-down; `/4` behind one: not in the first and last
four layers, `/4-0`: not in the first four. `speed`: seconds to the first token, full and selecting, by turns in one run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from kv_four import continued, divergence, waited
from step_profile import wait_for

FORMS = {
    "all": ("qkv", "output", "gate_up", "down"),
    "mlp": ("gate_up", "down"),
    "in": ("qkv", "gate_up"),
    "gate_up": ("gate_up",),
    "no-down": ("qkv", "output", "gate_up"),
}


class Products:
    """A step's own products, or some in fp8."""

    def __init__(self, engine: Any) -> None:
        self.step, self.kernels = engine.forward.step, engine.kernels
        self.own = self.step.layers

    def use(self, form: str) -> None:
        """`plain`, or a form of FORMS."""
        from tsel_core.decoder.low_bit.fp8 import use_fp8

        self.step.layers = self.own
        name, _, edge = form.partition("/")
        if name != "plain":
            first, _, last = edge.partition("-")
            use_fp8(self.step, self.kernels, FORMS[name], range(int(first or 0), len(self.own) - int(last or first or 0)))
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def on_cpu(engine: Any, ids: list[int], forms: list[str]) -> Iterator[dict[str, Any]]:
    """KL of every token after the first quarter."""
    from tsel_core.kv.cache import KVCache
    from tsel_core.selection.passes import Pass

    products, want, tokens = Products(engine), None, torch.tensor(ids)
    for form in ["plain", *forms]:
        products.use(form)
        began = time.perf_counter()
        with torch.inference_mode():
            cache = KVCache(engine.loaded.info.num_layers, len(ids) + 1)
            parts = [engine.forward(cache, tokens[i : i + 256], Pass(every=True)).half() for i in range(0, len(ids), 256)]
        logits = torch.cat(parts)[len(ids) // 4 :]
        want = logits if want is None else want
        yield {"part": "kl", "form": form, "tokens": len(ids), **divergence(want, logits), "seconds": time.perf_counter() - began}


def on_gpu(engine: Any, ids: list[int], forms: list[str], measured: int) -> Iterator[dict[str, Any]]:
    """KL of words forced after a reading."""
    from tsel_core.config import EngineConfig

    products, full = Products(engine), None
    for attention in ("full", "select"):
        engine.config, want = EngineConfig(attention=attention, crossover=0), None
        for form in ["plain", *forms]:
            products.use(form)
            logits, figures = continued(engine, ids, measured, False)
            want, full = logits if want is None else want, logits if full is None else full
            row = {"part": "kl", "tokens": len(ids), "attention": attention, "form": form, **divergence(want, logits)}
            yield row | {"kl_to_full": divergence(full, logits)["kl"], "read_s": figures["read_s"]}


def kl(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Real weights."""
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.engine.engine import Engine
    from tsel_core.models.load import load_model, pick_device, resolve_model

    device = pick_device(options.device)
    kind: Any = torch.float32 if device == "cpu" else "auto"  # float32: the maps stay plain
    loaded = load_model(resolve_model(options.model, offline=True), device=device, dtype=kind)
    engine = Engine(loaded, EngineConfig(attention="full"), SelectionConfig())
    text = "\n\n".join(path.read_text(encoding="utf-8", errors="replace") for path in options.text)
    tokens = engine.loaded.tokenizer(text, verbose=False)["input_ids"]
    for length in options.lengths.split(","):
        ids = tokens[: int(length)]
        if engine.device.type == "cpu":
            yield from on_cpu(engine, ids, options.forms.split(","))
        else:
            yield from on_gpu(engine, ids, options.forms.split(","), options.measured)


def speed(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Random weights."""
    from tsel_core.bench.plan import random_prompts
    from tsel_core.bench.run import with_mode
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.models.load import pick_device
    from tsel_core.parallel.open import open_engine

    engine = open_engine(options.shape, pick_device(options.device), EngineConfig(), SelectionConfig(), lambda *_: None)
    products, lengths = Products(engine), [int(n) for n in options.lengths.split(",")]
    products.use(options.forms.split(",")[0])
    for attention in ("full", "select"):  # compiles
        with_mode(engine, attention)
        engine.let_go(engine.read(list(range(100, 9000)), 8800, room=2))
    wait_for("engine.done", "fp8.ready", 200.0)
    for ids, tail in random_prompts(engine.loaded.info.vocab_size, lengths):
        took: dict[tuple[str, str], list[float]] = {}
        for turn in range(options.turns + 1):
            for form in ("plain", *options.forms.split(",")):
                products.use(form)
                for attention in ("full", "select"):
                    if attention == "full" and form != "plain" and len(ids) > 32_768:
                        continue
                    with_mode(engine, attention)
                    waited(engine)
                    began = time.perf_counter()
                    reading = engine.read(ids, tail, room=2)
                    waited(engine)
                    if turn:  # the first compiles and plans
                        took.setdefault((form, attention), []).append(time.perf_counter() - began)
                    engine.let_go(reading)
        least = statistics.median(took["plain", "full"])
        for (form, attention), seconds in took.items():
            median = statistics.median(seconds)
            yield {"part": "speed", "shape": options.shape, "tokens": len(ids), "products": form, "attention": attention, "first_token_s": median, "against_full": least / median}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=("kl", "speed"))
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--text", type=Path, nargs="+", default=[Path(__file__).resolve().parents[2] / "samples/make/text/long_report.md"])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--lengths", default="1024")
    parser.add_argument("--measured", type=int, default=192)
    parser.add_argument("--forms", default="all")
    parser.add_argument("--shape", default="qwen2-7b")
    parser.add_argument("--turns", type=int, default=2)
    options = parser.parse_args()
    for row in (kl if options.part == "kl" else speed)(options):
        print(json.dumps({k: float(f"{v:.5g}") if isinstance(v, float) else v for k, v in row.items()}), flush=True)


if __name__ == "__main__":
    main()
