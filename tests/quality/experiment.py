"""Measure many settings on many items with one loaded model, on any device; see the top of docs/dev/quality-log.md.

python -m tests.quality.experiment --model FOLDER --items FILE.jsonl --settings FILE.txt --out FILE.json
It prints a line a result as it goes (a run can be cut off) and rewrites the JSON after every document; a setting that
fails on a document is named and left out. experiment_table.py joins such files and shows groups.
This is a developer's tool: users have `tsel eval`. It needs torch and transformers only.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from tests.quality.bounded import bounded_backend
from tests.quality.experiment_table import form, table
from tests.quality.packed import load_packed, text_of
from tests.quality.probe import capture, probe
from tsel_core.config import EngineConfig
from tsel_core.device.machine import describe_machine
from tsel_core.engine.engine import Engine
from tsel_core.errors import TselError
from tsel_core.evaluation.items import Item, as_jsonl, group_by_document, load_items
from tsel_core.evaluation.needles import KINDS, make_needles
from tsel_core.evaluation.results import ItemResult, ReadingResult
from tsel_core.evaluation.runner import Evaluator, ReadDocument
from tsel_core.models.load import load_model, load_tokenizer, resolve_model
from tsel_core.settings import Setting, parse_setting


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the experiment that the command line describes."""
    options = _parser().parse_args(arguments)
    settings = read_settings(options.settings, options.setting)
    info = resolve_model(str(join_parts(Path(options.model))))
    if options.write_items:
        items, _ = _items(options, load_tokenizer(info))
        Path(options.write_items).write_text(as_jsonl(items), encoding="utf-8")
        print(f"{len(items)} items written to {options.write_items}")
        return 0
    loaded = load_model(info, device=options.device)
    engine = Engine(loaded, EngineConfig(chunk_size=options.chunk or None))
    use_backend(engine, options.backend)
    items, read_document = _items(options, loaded.tokenizer)
    if options.probe:
        return _probe(engine, loaded.tokenizer, items, read_document, settings, options)
    say = _Printer(time.perf_counter())
    evaluator = Evaluator(engine, loaded.tokenizer, read_document, options.max_new_tokens, on_result=say)
    evaluator.summary_tokens = options.summary_tokens
    if options.reuse:
        return _reuse(evaluator, items, settings)
    about = {
        "model": info.name,
        "machine": describe_machine(engine.device),
        "backend": options.backend,
        "chunk_size": engine.chunk_size,
        "configs": [s.as_json() for s in settings],
    }
    for group in group_by_document(items):
        if options.seconds and time.perf_counter() - say.started > options.seconds:
            print("out of time: the rest of the items was not run", flush=True)
            break
        _run(evaluator, group, settings)
        _save(options.out, about, evaluator)
    print(table(evaluator.results.summaries(), settings, info.num_layers), flush=True)
    return 0


def _run(evaluator: Evaluator, group: Sequence[Item], settings: Sequence[Setting]) -> None:
    """Full attention and every setting on the items of one document; a setting that fails costs no other one."""
    evaluator.keep_answers = True
    evaluator.run(group, [])
    for setting in settings:
        try:
            evaluator.run(group, [setting])
        except (TselError, RuntimeError, AssertionError) as error:
            print(f"FAILED {setting.name} on {group[0].doc}: {type(error).__name__}: {error}", flush=True)
            evaluator.engine.let_go()
            ids = {item.id for item in group}
            kept = [r for r in evaluator.results.items if r.setting != setting.name or r.item_id not in ids]
            evaluator.results.items[:] = kept
    evaluator.forget()


def _probe(
    engine: Engine,
    tokenizer: Any,
    items: Sequence[Item],
    read_document: ReadDocument,
    settings: Sequence[Setting],
    options: argparse.Namespace,
) -> int:
    """Errors of one chunk, layer by layer, on every document (tests.quality.probe)."""
    engine.config = replace(engine.config, attention="full")
    backend = engine.runtime.selectors[0].kernels
    for group in group_by_document(items):
        ids = tokenizer(text_of(group[0], read_document), add_special_tokens=False)["input_ids"][: options.probe]
        layers = capture(engine, ids)
        print(f"{group[0].doc}: {len(ids)} tokens, {len(layers)} layers")
        for setting in settings:
            for row in probe(layers, [setting], backend, ids):
                worst = sorted(range(len(row.by_layer)), key=lambda i: -row.by_layer[i])[:5]
                print(
                    f"{row.setting:<24} error {row.error:.4f} coverage {form(row.coverage, '.4f')}/"
                    f"{form(row.lowest_coverage, '.4f')} rows {form(row.rows, '.0f')} worst layers "
                    + " ".join(f"{layers[i].layer_idx}:{row.by_layer[i]:.3f}" for i in worst),
                    flush=True,
                )
    return 0


def _reuse(evaluator: Evaluator, items: Sequence[Item], settings: Sequence[Setting]) -> int:
    """Hits and coverage lost by threshold of the Selection Cache, on the first question of every document."""
    evaluator.keep_answers = True
    for group in group_by_document(items):
        evaluator.run(group[:1], [])
        for setting in settings:
            for row in evaluator.reuse_rows(setting, group[0]):
                print(
                    f"{setting.name:<24} theta {row.threshold:.2f} {row.scope:<5} hits {row.hit_rate:.3f} "
                    f"lost mean {row.mean_loss:.4f} worst {row.worst_loss:.4f}",
                    flush=True,
                )
    return 0


class _Printer:
    """Prints results as they come."""

    def __init__(self, started: float) -> None:
        self.started = started

    def __call__(self, result: ItemResult | ReadingResult) -> None:
        at = f"{time.perf_counter() - self.started:7.1f}s {result.setting:<24}"
        if isinstance(result, ReadingResult):
            cover = "-" if result.coverage_mean is None else f"{result.coverage_mean:.4f}/{result.coverage_lowest:.4f}"
            print(f"{at} read {result.doc[-40:]} {result.num_tokens} tokens {result.prefill_s:.1f}s coverage {cover}")
        else:
            kl = "" if result.kl is None else f"kl {result.kl:.4f} agree {result.agreement:.3f}"
            print(f"{at} {result.item_id[-44:]:<44} {result.score:.2f} {kl} {result.reply[:60]!r}")
        sys.stdout.flush()


def use_backend(engine: Engine, name: str) -> None:
    """"reference": torch definitions with bounded memory; "auto": the device's kernels."""
    if name == "reference":
        backend = bounded_backend()
        for selector in engine.runtime.selectors:
            selector.kernels = backend
        return
    for selector in engine.runtime.selectors:
        if not hasattr(selector.kernels, "score_rows"):
            selector.kernels.score_rows = bounded_backend().score_rows


def read_settings(path: str | None, given: Sequence[str]) -> list[Setting]:
    """Settings of a file (one a line, # begins a comment) and of the command line."""
    lines = [] if path is None else Path(path).read_text(encoding="utf-8").splitlines()
    texts = [line.split("#")[0].strip() for line in lines] + list(given)
    return [parse_setting(t) for t in texts if t]


def join_parts(folder: Path) -> Path:
    """Join NAME.part000, NAME.part001, ... of a folder to NAME (weights that travelled in pieces)."""
    for first in sorted(folder.glob("*.part000")) if folder.is_dir() else []:
        whole = first.with_suffix("")
        if not whole.exists():
            with whole.open("wb") as out:
                for part in sorted(folder.glob(f"{whole.name}.part*")):
                    out.write(part.read_bytes())
    return folder


def _items(options: argparse.Namespace, tokenizer: Any) -> tuple[list[Item], ReadDocument]:
    """The items, and what reads the documents of those without a text of their own."""
    if options.items:
        items, read_document = _from_file(options.items)
        wanted = options.only.split(",") if options.only else [""]
        items = [i for i in items if any(w in i.id or w in i.doc for w in wanted)]
        return items[: options.num_items or None], read_document
    kinds, langs = options.kinds.split(","), options.langs.split(",")
    seeds = [int(n) for n in options.seeds.split(",")] if "," in options.seeds else range(int(options.seeds))
    needles: list[Item] = []
    for seed in seeds:  # a run that is cut off has seen every length, kind and language
        needles += make_needles(
            [int(n) for n in options.lengths.split(",")],
            lambda text: len(tokenizer(text, add_special_tokens=False)["input_ids"]),
            seeds=[seed],
            kinds=kinds,
            langs=langs,
            num_questions=options.questions,
        )
    return needles, _no_files


def _from_file(path: str) -> tuple[list[Item], ReadDocument]:
    """Items of a file: packed with documents as they were read elsewhere, or with texts, or .txt files beside it."""
    with open(path, encoding="utf-8-sig") as file:
        packed = file.readline().startswith('{"document"')
    if packed:
        found = load_packed(path)
        return list(found.items), found.read
    return [inlined(i) for i in load_items(path) if i.text is not None or i.doc.endswith(".txt")], _no_files


def inlined(item: Item) -> Item:
    """The item with the text of its .txt file."""
    return item if item.text is not None else replace(item, text=Path(item.doc).read_text(encoding="utf-8-sig"))


def _no_files(path: str) -> Any:
    raise SystemExit(f"{path}: the experiment reads inline texts and packed documents only")


def _save(path: str | None, about: dict[str, Any], evaluator: Evaluator) -> None:
    if path:
        content = {**about, **evaluator.results.as_json()}
        Path(path).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="experiment", description=__doc__)
    parser.add_argument("--model", required=True, help="catalogue name, or folder with config.json and safetensors")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--backend", default="reference", choices=("reference", "auto"))
    parser.add_argument("--chunk", type=int, default=512, help="tokens of a prefill chunk; 0: what the engine takes")
    parser.add_argument("--items", help="JSONL with inline text, .txt documents, or packed (packed.py); else needles")
    parser.add_argument("--only", default="", help="keep items whose id or document holds one of these")
    parser.add_argument("--num-items", type=int, default=0)
    parser.add_argument("--write-items", help="write the items with their texts to this file and stop")
    parser.add_argument("--lengths", default="8192")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--langs", default="en,ja")
    parser.add_argument("--seeds", default="1", help="how many, or the seeds with commas: 1,2")
    parser.add_argument("--questions", type=int, default=4)
    parser.add_argument("--max-new-tokens", type=int, default=32)
    parser.add_argument("--summary-tokens", type=int, default=96)
    parser.add_argument("--settings", help="file of settings, one a line")
    parser.add_argument("--setting", action="append", default=[])
    parser.add_argument("--probe", type=int, default=0, help="layer by layer: errors of the chunk that ends here")
    parser.add_argument("--reuse", action="store_true", help="calibrate the Selection Cache on each document")
    parser.add_argument("--seconds", type=float, default=0.0, help="begin no further document after this many seconds")
    parser.add_argument("--out", help="JSON file, rewritten after every document")
    return parser


if __name__ == "__main__":
    sys.exit(main())
