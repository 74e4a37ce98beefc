"""Trust rates of one model, on any device, on questions packed with their documents (docs/trust.md).

python -m tests.quality.trust_experiment --model FOLDER --items ITEMS.jsonl --device cuda --out OUT.json
It asks what `tsel eval --trust` asks and rewrites OUT.json after every document: a run may be cut off. The file holds
all that tests/quality/rescore_trust.py needs to judge the same replies with changed checks. A developer's tool: it
needs torch, transformers and rapidfuzz only, no readers of PDF or Word files.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from tests.quality.experiment import join_parts
from tests.quality.packed import load_packed
from tsel_core.config import EngineConfig
from tsel_core.device.machine import describe_machine
from tsel_core.evaluation.injected import injected_documents
from tsel_core.evaluation.trust_rates import TrustResult, rates_table
from tsel_core.evaluation.trust_run import TrustEvaluator
from tsel_core.models.load import resolve_model
from tsel_core.session import Session


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the experiment that the command line describes."""
    options = _parser().parse_args(arguments)
    packed = load_packed(options.items)
    info = resolve_model(str(join_parts(Path(options.model))))
    config = EngineConfig(attention=options.attention, max_new_tokens=options.max_new_tokens)
    session = Session(info, config, device=options.device)
    session.trace_rows = not options.no_weights
    started = time.perf_counter()
    evaluator = TrustEvaluator(session, packed.read, options.moved, options.seed, signals=not options.no_signals)

    def say(result: TrustResult) -> None:
        state = "found" if result.found else result.reason
        print(
            f"{time.perf_counter() - started:7.1f}s {result.asked:<10} {'right' if result.right else 'wrong':<5} "
            f"{state:<18} {result.item_id[-40:]:<40} {result.reply[:60]!r}",
            flush=True,
        )
        if options.seconds and time.perf_counter() - started > options.seconds:
            raise KeyboardInterrupt

    def save() -> None:
        content = {
            "schema_version": 1,
            "command": "trust_experiment",
            "machine": describe_machine(session.engine.device),
            "model": session.describe_model(),
            "attention": options.attention,
            "too_long": evaluator.too_long,
            "wall_s": round(time.perf_counter() - started, 1),
            **evaluator.rates.as_json(),
        }
        Path(options.out).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    evaluator.on_result, evaluator.on_document = say, save
    langs = tuple(dict.fromkeys(i.lang for i in packed.items))
    evaluator.run(packed.items, [] if options.no_injected else injected_documents(langs))
    save()
    print(rates_table(evaluator.rates))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="trust_experiment", description=__doc__)
    parser.add_argument("--model", required=True, help="catalogue name, or folder with config.json and safetensors")
    parser.add_argument("--items", required=True, help="JSONL of choose_questions.py --pack, or items with inline text")
    parser.add_argument("--out", required=True, help="JSON file, rewritten after every document")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--attention", default="auto", choices=("auto", "full", "select"))
    parser.add_argument("--max-new-tokens", type=int, default=80)
    parser.add_argument("--moved", type=int, default=3, help="questions of other documents put to each document")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.0, help="stop asking after this many seconds")
    parser.add_argument("--no-injected", action="store_true", help="leave the documents with orders out")
    parser.add_argument("--no-signals", action="store_true", help="do not record how near to refusing the model was")
    parser.add_argument("--no-weights", action="store_true", help="as `tsel ask` on a GPU: attention is not watched")
    return parser


if __name__ == "__main__":
    sys.exit(main())
