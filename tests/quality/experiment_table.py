"""The tables of experiments: a setting a row, by group of items, with the spread over documents.

python -m tests.quality.experiment_table A.json B.json --by source,lang
The files are those of experiment.py --out or of `tsel eval --json`; several of one model are joined (what stands in
more than one counts once). Groups: source (needles and their length, or the documents' folder), kind, lang, match.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from tsel_core.config import SelectionConfig
from tsel_core.evaluation.results import ItemResult, ReadingResult, Results, Summary
from tsel_core.evaluation.trust_rates import rate
from tsel_core.selection.cost import prefill_cost
from tsel_core.settings import Setting

GROUPS = ("source", "kind", "lang", "match")
_HEAD = (
    "| setting | items (documents) | accuracy (full) | over documents | kept of full's right | lost/gained "
    "| KL | over documents | agree | coverage mean/lowest | cost 32K/128K/1M | read s |"
)


def table(summaries: Sequence[Summary], settings: Sequence[Setting], num_layers: int) -> str:
    """The table of docs/dev/quality-log.md, with the counted cost of prefill attention at 32K, 128K and 1M."""
    by_name = {s.name: s for s in settings}
    lines = [_HEAD, "|" + "---|" * (_HEAD.count("|") - 1)]
    for s in summaries:
        lines.append(
            f"| {s.setting} | {s.num_items} ({s.num_documents}) | {s.accuracy:.3f} ({form(s.full_accuracy, '.3f')}) "
            f"| {_range(s.accuracy_spread, '.2f')} | {_kept(s)} | {len(s.lost)}/{len(s.gained)} "
            f"| {form(s.kl, '.4f')} | {_range(s.kl_spread, '.4f')} | {form(s.agreement, '.3f')} "
            f"| {form(s.coverage_mean, '.3f')}/{form(s.coverage_lowest, '.3f')} "
            f"| {cost_of(by_name.get(s.setting), num_layers)} | {s.prefill_s:.1f} |"
        )
    return "\n".join(lines)


def cost_of(setting: Setting | None, num_layers: int) -> str:
    """Counted cost of prefill attention relative to full at 32K/128K/1M."""
    if setting is None or setting.prefill != "select":
        return "1/1/1"
    costs = (prefill_cost(setting.selection, n, num_layers=num_layers).flops for n in (32768, 131072, 1 << 20))
    return "/".join(f"{c:.3f}" for c in costs)


def load_results(paths: Sequence[str | Path]) -> tuple[Results, list[Setting]]:
    """Results and settings of several files, each item and reading of a setting once."""
    items: dict[tuple[str, str], ItemResult] = {}
    readings: dict[tuple[str, str], ReadingResult] = {}
    settings: dict[str, Setting] = {}
    for path in paths:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        for item in content["items"]:
            items.setdefault((item["setting"], item["item_id"]), ItemResult(**item))
        for found in content["readings"]:
            reading = ReadingResult(**{**found, "by_layer": {int(k): v for k, v in found["by_layer"].items()}})
            readings.setdefault((reading.setting, reading.doc), reading)
        for given in content.get("configs", ()):
            settings.setdefault(given["name"], _setting(given))
    return Results(list(items.values()), list(readings.values())), list(settings.values())


def grouped(results: Results, by: str) -> dict[str, Results]:
    """Results apart by a group of GROUPS; a reading counts in every group that asked something about it."""
    parts: dict[str, Results] = {}
    docs: dict[str, set[str]] = {}
    for item in results.items:
        name = _group(item, by)
        parts.setdefault(name, Results()).items.append(item)
        docs.setdefault(name, set()).add(item.doc)
    for name, part in parts.items():
        part.readings = [r for r in results.readings if r.doc in docs[name]]
    return parts


def source_of(doc: str) -> str:
    """ "needles-mixed-en-8192-0" -> "needles 8192"; "meetings/a.vtt" -> "meetings"."""
    if doc.startswith("needles-"):
        return f"needles {doc.split('-')[-2]}"
    return PurePosixPath(doc.replace("\\", "/")).parent.name or "documents"


def _group(item: ItemResult, by: str) -> str:
    return source_of(item.doc) if by == "source" else str(getattr(item, by))


def _setting(given: Mapping[str, Any]) -> Setting:
    known = asdict(SelectionConfig())
    chosen: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items() if k in known}
    return Setting(given["name"], given["prefill"], given["decode"], SelectionConfig(**chosen))


def _kept(s: Summary) -> str:
    """Right answers of full attention that are still right, with the 95 % interval of the share."""
    if s.kept is None:
        return "-"
    found = rate(round(s.kept * s.num_found), s.num_found)
    return f"{found.num} of {found.of} ({form(found.low, '.2f')} to {form(found.high, '.2f')})"


def _range(pair: tuple[float, float] | None, spec: str) -> str:
    return "-" if pair is None else f"{pair[0]:{spec}} to {pair[1]:{spec}}"


def form(value: float | None, spec: str) -> str:
    """A number, "-" for none."""
    return "-" if value is None else format(value, spec)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of everything, then those of the groups."""
    parser = argparse.ArgumentParser(prog="experiment_table", description=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--by", default="source", help=f"comma-separated, of {', '.join(GROUPS)}")
    parser.add_argument("--layers", type=int, default=28, help="layers of the model, where some are kept full")
    options = parser.parse_args(arguments)
    unknown = sorted(set(filter(None, options.by.split(","))) - set(GROUPS))
    if unknown:
        parser.error(f"--by must be of {', '.join(GROUPS)}, got {', '.join(unknown)}")
    results, settings = load_results(options.files)
    print(table(results.summaries(), settings, options.layers))
    for by in filter(None, options.by.split(",")):
        for name, part in sorted(grouped(results, by).items()):
            print(f"\n{by} {name}\n\n{table(part.summaries(), settings, options.layers)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
