"""Which items a suite has for which lengths, in an order that has seen everything when a run is cut off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

from tsel_core.errors import UsageError
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.suites import infinitebench, ruler
from tsel_core.evaluation.suites.haystack import CountTokens
from tsel_core.evaluation.suites.longbench import load_longbench
from tsel_core.text.language import Lang

_LANGS: tuple[Lang, ...] = ("en", "ja")
_PROMPT = 300  # tokens of template and question around a generated text
_TASKS = {"ruler": ruler.TASKS, "infinitebench": infinitebench.TASKS}
_MAKERS: dict[str, Callable[..., list[Item]]] = {
    "ruler": ruler.make_ruler,
    "infinitebench": infinitebench.make_infinitebench,
}
PAPER = "paper=vote:mean-query,delta:false,lexical_share:0,reuse_threshold:1"
BLOCKS = "blocks=cell_rows:128,cell_segment:128,visitors:false,block_size:128,lexical_share:0,delta:false"
"""Whole blocks of 128 rows by their mean keys, the rest as mean rows: what FlashPrefill V2 says that it does."""
SETTINGS = (PAPER, "fast", "careful", "cells", BLOCKS)
"""What the benchmarks are run with beside full attention."""


def check_suite(name: str, tasks: Sequence[str], folder: str | Path | None) -> None:
    """Raises UsageError for a task that the suite does not have, or a suite that lacks its folder."""
    if name == "longbench":
        if folder is None:
            raise UsageError("--suite longbench needs --bench FOLDER", "pass a folder with minilongbench.jsonl")
        return
    unknown = sorted(set(tasks) - set(_TASKS[name]))
    if unknown:
        raise UsageError(
            f"--kinds must be of {', '.join(_TASKS[name])}, got {', '.join(unknown)!r}", "leave --kinds out for all"
        )


def suite_items(
    name: str,
    lengths: Sequence[int],
    count: CountTokens,
    seeds: int = 1,
    tasks: Sequence[str] = (),
    folder: str | Path | None = None,
    window: int | None = None,
) -> list[Item]:
    """`seeds` items of every task (all, where none is named), language and length.

    LongBench's are taken as they are, those of at most the longest of `lengths`. Those longer than the model's trained
    `window` are marked in their kind.
    """
    check_suite(name, tasks, folder)
    if name == "longbench":
        assert folder is not None
        wanted = [i for i in load_longbench(folder) if not tasks or i.kind in tasks]
        return [i for i in wanted if i.text is not None and count(i.text) + _PROMPT <= max(lengths)]
    made = []
    chosen, forms = tasks or _TASKS[name], list(product(_LANGS, lengths))
    for seed, turn, at in product(range(seeds), range(len(forms)), range(len(chosen))):
        task, (lang, length) = chosen[at], forms[(at + turn) % len(forms)]  # a short run sees all of both
        items = _MAKERS[name](length - _PROMPT, count, seed=seed, lang=lang, tasks=[task])
        beyond = window is not None and length > window
        made += [replace(i, kind=f"{i.kind} (beyond the window)") if beyond else i for i in items]
    return made
