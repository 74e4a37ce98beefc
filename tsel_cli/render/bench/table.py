"""The table of `tsel bench`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tsel_cli.i18n import say
from tsel_core.bench.rows import BenchRow
from tsel_core.text.safe import clean_for_terminal

_SHOWN = 300  # characters of an answer


def print_bench(groups: Sequence[Sequence[BenchRow]], about: dict[str, Any], *, no_color: bool) -> None:
    """Print the settings side by side, a table a length, and what they mean, on stdout."""
    from rich.console import Console
    from rich.table import Table

    console = Console(no_color=no_color or None, highlight=False, markup=False)
    machine = about["machine"]
    where = machine.get("gpu") or f"{machine['cpu']}, {machine['num_threads']} threads"
    for rows in groups:
        head = f"{about['document']}: {rows[0].num_tokens:,} tokens, {about['model']['name']} on {where}"
        console.print(say(clean_for_terminal(head)), soft_wrap=True)
        table = Table(box=None, pad_edge=False)
        table.add_column("")
        for row in rows:
            table.add_column(row.setting, justify="right")
        for name, cell in lines_of(rows):
            table.add_row(say(name), *[cell(r) for r in rows])
        console.print(table)
        for row in rows:
            if row.answer:
                words = " ".join(row.answer.split())[:_SHOWN]
                console.print(clean_for_terminal(f"{row.setting}: {words}"), soft_wrap=True)
        console.print(say(verdict(rows)) + "\n", soft_wrap=True)
    for head, lines in (_attention_only(about), _predictions(about)):
        if lines:
            _print_lines(console, head, lines)
    for line in conclusions(about):
        console.print(say(line), soft_wrap=True)


def _print_lines(console: Any, head: str, lines: list[list[str]]) -> None:
    from rich.table import Table

    console.print(say(head), soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for number, name in enumerate(lines[0]):
        table.add_column(say(name), justify="right" if number else "left")
    for line in lines[1:]:
        table.add_row(say(line[0]), *line[1:])
    console.print(table)
    console.print()


def _attention_only(about: dict[str, Any]) -> tuple[str, list[list[str]]]:
    """One layer's attention, full against select."""
    lines = []
    for r in about["attention_only"]:
        name = f"{r['phase']}, {r['num_tokens']:,} tokens"
        if r["ratio"] is not None:
            lines.append([name, f"{r['full_ms']:.3f}", f"{r['select_ms']:.3f}", f"{r['ratio']:.2f}x"])
        elif r["missing"] == "out of memory":
            lines.append([name, "-", "-", say(r["missing"])])
    return "attention of one layer on random rows, ms, nothing reused", [
        ["", "full", "select", "gain"],
        *lines,
    ] if lines else []


def _predictions(about: dict[str, Any]) -> tuple[str, list[list[str]]]:
    """Seconds to the first token and for the whole answer, a line a document, a column a setting."""
    found = about["predictions"]
    settings = list(dict.fromkeys(p["setting"] for p in found))
    lines = []
    for name in dict.fromkeys(p["document"] for p in found):
        mine = {p["setting"]: p for p in found if p["document"] == name}
        one = next(iter(mine.values()))
        window = "" if one["in_trained_window"] else "  (beyond this model's window)"
        cells = [f"{seconds(mine[s]['first_token_s'])} / {seconds(mine[s]['answer_s'])}" for s in settings]
        lines.append([f"{Path(name).name}, {one['num_tokens']:,} tokens{window}", *cells])
    head = f"first token / answer of 200 words ({about['prediction_basis']})"
    return head, [["", *settings], *lines] if lines else []


def seconds(value: float) -> str:
    """0.4 s, 12 s, 3 min, 2.1 h."""
    if value < 90:
        return f"{value:.2g} s" if value < 10 else f"{value:.0f} s"
    return f"{value / 60:.0f} min" if value < 5400 else f"{value / 3600:.1f} h"


def conclusions(about: dict[str, Any]) -> list[str]:
    """Sentences: where selection begins to pay, the bottleneck, what to do."""
    lengths = about["crossover"]["first_token_tokens"]
    lines = []
    if about["predictions"]:
        at = f"from {lengths:,} tokens on" if lengths else "at none of the measured lengths"
        lines.append(f"crossover: select reaches the first token no later than full {at}.")
    if about["bottleneck"]:
        lines.append(f"bottleneck: {about['bottleneck']}")
    return [*lines, about["recommendation"]] if about.get("recommendation") else lines


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


LINES: tuple[tuple[str, Callable[[BenchRow], str]], ...] = (
    ("prefill s", lambda r: _number(r.prefill_s, ".2f")),
    ("prefill tokens/s", lambda r: _number(r.prefill_tokens_per_s, ",.0f")),
    ("  attention s", lambda r: _number(r.prefill_attention_s, ".2f")),
    ("  selection s", lambda r: _number(r.prefill_selection_s, ".2f")),
    ("  share of prefill", lambda r: _number(r.attention_share, ".0%")),
    ("decode tokens/s", lambda r: _number(r.decode_tokens_per_s, ".2f")),
    ("  attention ms a token", lambda r: _number(r.decode_attention_s and 1000 * r.decode_attention_s, ".1f")),
    ("peak memory GB", lambda r: "-" if r.peak_memory_bytes is None else f"{r.peak_memory_bytes / 1e9:.2f}"),
    ("coverage mean", lambda r: _number(r.coverage_mean, ".1%")),
    ("coverage lowest layer", lambda r: _number(r.coverage_lowest, ".1%")),
    ("selection cache hits", lambda r: _number(r.selection_cache_hit_rate, ".0%")),
    ("agreement with full", lambda r: _number(r.agreement, ".1%")),
    ("KL from full", lambda r: _number(r.kl, ".4f")),
)


def lines_of(rows: Sequence[BenchRow]) -> list[tuple[str, Callable[[BenchRow], str]]]:
    """Lines of which at least one setting has a figure."""
    return [(name, cell) for name, cell in LINES if any(cell(r) != "-" for r in rows)]


def verdict(rows: Sequence[BenchRow]) -> str:
    """One sentence: what select gains over full here, and what it costs."""
    by_name = {r.setting: r for r in rows}
    full, select = by_name.get("full"), by_name.get("select")
    if full is None or select is None:
        return ""
    gains = []
    if full.prefill_s and select.prefill_s:
        gains.append(f"reads {full.prefill_s / select.prefill_s:.2f}x as fast as full")
    if full.decode_tokens_per_s and select.decode_tokens_per_s:
        gains.append(f"writes {select.decode_tokens_per_s / full.decode_tokens_per_s:.2f}x as fast as full")
    text = "select " + " and ".join(gains)
    if select.agreement is not None:
        text += f"; it agrees with full on {select.agreement:.0%} of the answer's tokens"
    return text + "."
