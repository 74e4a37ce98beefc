"""Several clients of one model at once, two of them past its trained window: what each writes alone, and the seconds.

    python -m tests.gpu.past_together --model FOLDER [--device cuda] [--window TOKENS]
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from tsel_core.config import EngineConfig
from tsel_core.engine.engine import Engine
from tsel_core.engine.together.crew import Crew
from tsel_core.models.load import load_model, resolve_model

TEXT = Path(__file__).resolve().parents[2] / "samples/make/text/long_report.md"


def words(engine: Any, ids: list[int], num: int) -> tuple[list[int], bool]:
    """Tokens written after a prompt, and whether it was read past the window."""
    reading = engine.read(ids, len(ids) - 32, room=num + 4)
    found = [step.token_id for step in engine.write(reading, num, ignore_end=True)]
    past = reading.beyond is not None
    engine.let_go(reading)
    return found, past


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--window", type=int)
    parser.add_argument("--written", type=int, default=64)
    options = parser.parse_args()
    loaded = load_model(resolve_model(options.model, offline=True), device=options.device)
    window = options.window or loaded.info.trained_window
    loaded = replace(loaded, info=replace(loaded.info, trained_window=window))
    text = loaded.tokenizer(TEXT.read_text(encoding="utf-8"), verbose=False)["input_ids"]
    lengths = [window // 4, round(1.1 * window), window // 3, round(1.2 * window)]
    texts = [(text * (n // len(text) + 1))[:n] for n in lengths]
    engine = Engine(loaded, EngineConfig(max_new_tokens=options.written, extrapolate=True))
    alone = []
    for ids in texts:
        alone.append(words(engine, ids, options.written))
        engine.reset()
    began = time.perf_counter()
    for ids in texts:
        words(engine, ids, options.written)
    apart = time.perf_counter() - began
    crew = Crew(engine)
    engines = [crew.engine() for _ in texts]
    for turn in range(2):  # the first captures
        began = time.perf_counter()
        with ThreadPoolExecutor(len(texts)) as pool:
            found = list(pool.map(lambda e, ids: words(e, ids, options.written), engines, texts))
        took = time.perf_counter() - began
        same = [sum(a == b for a, b in zip(f[0], o[0], strict=True)) for f, o in zip(found, alone, strict=True)]
        row = {"turn": turn, "tokens": lengths, "past": [p for _, p in found], "same_of": options.written, "same": same}
        print(json.dumps(row | {"seconds": round(took, 2), "one_after_another": round(apart, 2)}), flush=True)


if __name__ == "__main__":
    main()
