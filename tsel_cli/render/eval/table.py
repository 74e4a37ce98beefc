"""The table of `tsel eval`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tsel_cli.i18n import say


def print_eval(content: dict[str, Any], options: Any) -> None:
    """Print the settings side by side on stdout."""
    from rich.console import Console
    from rich.table import Table

    console = Console(no_color=options.no_color or None, highlight=False, markup=False)
    machine = content["machine"]
    where = machine.get("gpu") or f"{machine['cpu']}, {machine['num_threads']} threads"
    summaries = content["settings"]
    console.print(say(f"{content['model']['name']} on {where}: {summaries[0]['num_items']} questions"))
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for summary in summaries:
        table.add_column(summary["setting"], justify="right")
    for name, key, form in LINES:
        table.add_row(say(name), *[cell(s[key], form) for s in summaries])
    table.add_row(say("lost / gained"), *[f"{len(s['lost'])} / {len(s['gained'])}" for s in summaries])
    table.add_row(
        say("documents it selected in"),
        *["-" if s["setting"] == "full" else f"{s['num_selecting']} / {s['num_documents']}" for s in summaries],
    )
    console.print(table)
    _print_kinds(console, content)
    if content.get("recommendation"):
        console.print(say(content["recommendation"]), soft_wrap=True)


def _print_kinds(console: Any, content: dict[str, Any]) -> None:
    """Mean score by kind of question, where there is more than one kind: a benchmark's tasks."""
    from rich.table import Table

    if len(content["by_kind"]) < 2:
        return
    names = [s["setting"] for s in content["settings"]]
    asked = Counter(i["kind"] for i in content["items"] if i["setting"] == names[0])
    table = Table(box=None, pad_edge=False)
    table.add_column(say("mean score by kind (questions)"))
    for name in names:
        table.add_column(name, justify="right")
    for kind, scores in content["by_kind"].items():
        table.add_row(f"{kind} ({asked[kind]})", *[cell(scores.get(name), ".2f") for name in names])
    console.print()
    console.print(table)


LINES = (
    ("accuracy", "accuracy", ".3f"),
    ("  lowest to highest document", "accuracy_spread", ".2f"),
    ("  exact answers", "exact_accuracy", ".3f"),
    ("  graded answers", "graded_score", ".3f"),
    ("kept of full's", "kept", ".1%"),
    ("  95 % interval", "kept_interval", ".1%"),
    ("KL from full", "kl", ".4f"),
    ("  lowest to highest document", "kl_spread", ".4f"),
    ("agreement with full", "agreement", ".1%"),
    ("coverage, prefill", "coverage_mean", ".1%"),
    ("  lowest layer", "coverage_lowest", ".1%"),
    ("coverage, decode", "decode_coverage", ".1%"),
    ("selection cache hits", "hit_rate", ".0%"),
    ("prefill s", "prefill_s", ".1f"),
    ("prefill tokens/s", "prefill_tokens_per_s", ",.0f"),
    ("attention s", "attention_s", ".2f"),
    ("first token s", "first_token_s", ".2f"),
    ("answering s", "decode_s", ".1f"),
    ("peak memory GB", "peak_memory_bytes", "GB"),
)


def cell(value: Any, form: str) -> str:
    """A number, or two of a range, as the table and the report show it."""
    if value is None:
        return "-"
    if isinstance(value, (list, tuple)):
        return " to ".join(format(v, form) for v in value)
    return f"{value / 1e9:.2f}" if form == "GB" else format(value, form)
