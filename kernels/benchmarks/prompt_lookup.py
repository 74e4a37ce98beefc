"""Writing with drafts from the document against writing token by token, on real answers. A JSON line a question.

    python kernels/benchmarks/prompt_lookup.py samples/contract.docx --question "Quote the clause on termination."

The document is read once; each answer is written with and without drafts in turns, and the least time of each counts.
`same`: whether the words are the same.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels")]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--question", action="append", required=True)
    parser.add_argument("--model")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--drafts", type=int, default=8)
    parser.add_argument("--written", type=int, default=96)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--attention", default="full")
    options = parser.parse_args()
    from tsel_core.answering.live_reading import continue_reading
    from tsel_core.config import EngineConfig
    from tsel_core.ingest.read import read_documents
    from tsel_core.models.load import resolve_model
    from tsel_core.prompts.tasks import ask_task
    from tsel_core.session import Session

    config = EngineConfig(attention=options.attention, max_new_tokens=options.written, drafts=options.drafts)
    session = Session(resolve_model(options.model, offline=True), config, device=options.device)
    session.trace_rows = options.device == "cpu"
    documents, reading = read_documents([options.file]), None
    for question in options.question:
        prompt = session.build(documents, ask_task(question))
        reading = continue_reading(session, reading, prompt, options.written + 64)
        print(json.dumps({"question": question, "tokens": prompt.num_tokens, **compared(session, prompt, reading, options)}))
        sys.stdout.flush()


def compared(session: Any, prompt: Any, reading: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Seconds of both ways, and what was drafted."""
    seconds: dict[int, list[float]] = {0: [], options.drafts: []}
    words: dict[int, list[int]] = {}
    engine, begin, logits = session.engine, len(reading.ids), reading.logits
    engine.forward.prepare_rows()  # int8 copies are made before the clock begins
    told: dict[str, int] = {}
    for _ in range(options.turns):
        for drafts in seconds:
            engine.config = replace(engine.config, drafts=drafts)
            engine.runtime.trace.watch_units(unit_rows(reading, engine), 64)
            began, found = time.perf_counter(), []
            for step in engine.write(reading, options.written):
                found.append(step.token_id)
                if engine._ahead is not None:
                    lookup = engine._ahead.lookup
                    told = {"drafted": lookup.num_drafted, "right": lookup.num_right}
            seconds[drafts].append(time.perf_counter() - began)
            words[drafts] = found
            engine.crop(reading, begin)
            reading.logits = logits
    plain, quick = min(seconds[0]), min(seconds[options.drafts])
    text = session.tokenizer.decode(words[0])
    same = words[0] == words[options.drafts]
    return {"written": len(words[0]), "plain_s": round(plain, 2), "drafts_s": round(quick, 2), "times": round(plain / quick, 2), "same": same, **told, "text": text[:160]}


def unit_rows(reading: Any, engine: Any) -> Any:
    """A unit for every 64 rows, as citations would have them."""
    import torch

    return torch.arange(reading.cache.capacity, device=engine.device).div(64, rounding_mode="floor").clamp(max=63)


if __name__ == "__main__":
    main()
