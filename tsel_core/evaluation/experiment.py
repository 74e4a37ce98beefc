"""Measure many settings on many items with one loaded model, on any device; see the top of docs/quality-log.md.

python -m tsel_core.evaluation.experiment --model FOLDER --items FILE.jsonl --settings FILE.txt --out FILE.json
It prints a line a result as it goes (a run can be cut off) and rewrites the JSON after every document.
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

from tsel_core.config import EngineConfig
from tsel_core.engine import Engine
from tsel_core.evaluation.bounded import bounded_backend
from tsel_core.evaluation.cost import prefill_cost
from tsel_core.evaluation.items import Item, as_jsonl, load_items
from tsel_core.evaluation.needles import KINDS, make_needles
from tsel_core.evaluation.probe import capture, probe
from tsel_core.evaluation.results import ItemResult, ReadingResult, Summary
from tsel_core.evaluation.runner import Evaluator
from tsel_core.evaluation.settings import Setting, parse_setting
from tsel_core.machine import describe_machine
from tsel_core.model import load_model, load_tokenizer, resolve_model


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the experiment that the command line describes."""
    options = _parser().parse_args(arguments)
    settings = read_settings(options.settings, options.setting)
    info = resolve_model(str(join_parts(Path(options.model))))
    if options.write_items:
        items = _items(options, load_tokenizer(info))
        Path(options.write_items).write_text(as_jsonl(items), encoding="utf-8")
        print(f"{len(items)} items written to {options.write_items}")
        return 0
    loaded = load_model(info, device=options.device)
    engine = Engine(loaded, EngineConfig(chunk_size=options.chunk))
    use_backend(engine, options.backend)
    items = _items(options, loaded.tokenizer)
    if options.probe:
        return _probe(engine, loaded.tokenizer, items, settings, options)
    say = _Printer(time.perf_counter())
    evaluator = Evaluator(engine, loaded.tokenizer, _no_files, options.max_new_tokens, on_result=say)
    if options.reuse:
        return _reuse(evaluator, items, settings)
    about = {
        "model": info.name,
        "machine": describe_machine(engine.device),
        "backend": options.backend,
        "chunk_size": options.chunk,
        "settings": [s.as_json() for s in settings],
    }
    for group in _by_document(items):
        if options.seconds and time.perf_counter() - say.started > options.seconds:
            print("out of time: the rest of the items was not run", flush=True)
            break
        evaluator.run(group, settings)
        _save(options.out, about, evaluator)
        print(table(evaluator.results.summaries(), settings, info.num_layers), flush=True)
    return 0


def _probe(
    engine: Engine, tokenizer: Any, items: Sequence[Item], settings: Sequence[Setting], options: argparse.Namespace
) -> int:
    """Errors of one chunk, layer by layer, on every document (tsel_core.evaluation.probe)."""
    engine.config = replace(engine.config, attention="full")
    backend = engine.runtime.selectors[0].backend
    for group in _by_document(items):
        ids = tokenizer(group[0].text, add_special_tokens=False)["input_ids"][: options.probe]
        layers = capture(engine, ids)
        print(f"{group[0].doc}: {len(ids)} tokens, {len(layers)} layers")
        for setting in settings:
            for row in probe(layers, [setting], backend, ids):
                worst = sorted(range(len(row.by_layer)), key=lambda i: -row.by_layer[i])[:5]
                print(
                    f"{row.setting:<24} error {row.error:.4f} coverage {_form(row.coverage, '.4f')}/"
                    f"{_form(row.lowest_coverage, '.4f')} worst layers "
                    + " ".join(f"{layers[i].layer_idx}:{row.by_layer[i]:.3f}" for i in worst),
                    flush=True,
                )
    return 0


def _reuse(evaluator: Evaluator, items: Sequence[Item], settings: Sequence[Setting]) -> int:
    """Hits and coverage lost by threshold of the Selection Cache, on the first question of every document."""
    evaluator.keep_answers = True
    for group in _by_document(items):
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
            selector.backend = backend
        return
    for selector in engine.runtime.selectors:
        if not hasattr(selector.backend, "score_rows"):
            selector.backend.score_rows = bounded_backend().score_rows


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


def table(summaries: Sequence[Summary], settings: Sequence[Setting], num_layers: int) -> str:
    """The table of docs/quality-log.md, with the counted cost of prefill attention at 32K, 128K and 1M."""
    by_name = {s.name: s for s in settings}
    head = (
        "| setting | items | accuracy (full) | lost/gained | KL | agree | coverage mean/lowest "
        "| cost 32K/128K/1M | read s |"
    )
    lines = [head, "|" + "---|" * (head.count("|") - 1)]
    for s in summaries:
        setting, cost = by_name.get(s.setting), "1/1/1"
        if setting is not None and setting.prefill == "select":
            flops = [prefill_cost(setting.selection, n, num_layers=num_layers).flops for n in (32768, 131072, 1 << 20)]
            cost = "/".join(f"{f:.3f}" for f in flops)
        lines.append(
            f"| {s.setting} | {s.num_items} | {s.accuracy:.3f} ({_form(s.full_accuracy, '.3f')}) "
            f"| {len(s.lost)}/{len(s.gained)} | {_form(s.kl, '.4f')} | {_form(s.agreement, '.3f')} "
            f"| {_form(s.coverage_mean, '.3f')}/{_form(s.coverage_lowest, '.3f')} | {cost} | {s.prefill_s:.1f} |"
        )
    return "\n".join(lines)


def _form(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _items(options: argparse.Namespace, tokenizer: Any) -> list[Item]:
    if options.items:
        items = [inlined(i) for i in load_items(options.items) if i.text is not None or i.doc.endswith(".txt")]
        wanted = options.only.split(",") if options.only else [""]
        items = [i for i in items if any(w in i.id or w in i.doc for w in wanted)]
        return items[: options.num_items] if options.num_items else items
    return make_needles(
        [int(n) for n in options.lengths.split(",")],
        lambda text: len(tokenizer(text, add_special_tokens=False)["input_ids"]),
        seeds=range(options.seeds),
        kinds=options.kinds.split(","),
        langs=options.langs.split(","),
        num_questions=options.questions,
    )


def inlined(item: Item) -> Item:
    """The item with the text of its .txt file."""
    return item if item.text is not None else replace(item, text=Path(item.doc).read_text(encoding="utf-8-sig"))


def _by_document(items: Sequence[Item]) -> list[list[Item]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.doc, []).append(item)
    return list(groups.values())


def _no_files(path: str) -> Any:
    raise SystemExit(f"{path}: the experiment reads inline texts only")


def _save(path: str | None, about: dict[str, Any], evaluator: Evaluator) -> None:
    if path:
        content = {**about, **evaluator.results.as_json()}
        Path(path).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="experiment", description=__doc__)
    parser.add_argument("--model", required=True, help="catalogue name, or folder with config.json and safetensors")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--backend", default="reference", choices=("reference", "auto"))
    parser.add_argument("--chunk", type=int, default=512)
    parser.add_argument("--items", help="JSONL with inline text or .txt documents; without it needles are made")
    parser.add_argument("--only", default="", help="keep items whose id or document holds one of these")
    parser.add_argument("--num-items", type=int, default=0)
    parser.add_argument("--write-items", help="write the items with their texts to this file and stop")
    parser.add_argument("--lengths", default="8192")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--langs", default="en,ja")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--questions", type=int, default=4)
    parser.add_argument("--max-new-tokens", type=int, default=32)
    parser.add_argument("--settings", help="file of settings, one a line")
    parser.add_argument("--setting", action="append", default=[])
    parser.add_argument("--probe", type=int, default=0, help="layer by layer: errors of the chunk that ends here")
    parser.add_argument("--reuse", action="store_true", help="calibrate the Selection Cache on each document")
    parser.add_argument("--seconds", type=float, default=0.0, help="begin no further document after this many seconds")
    parser.add_argument("--out", help="JSON file, rewritten after every document")
    return parser


if __name__ == "__main__":
    sys.exit(main())
