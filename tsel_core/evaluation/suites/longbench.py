"""LongBench's items from a folder (minilongbench.jsonl: id, task, prompt as given to a model, gold), scored its way.

Chinese answers are compared by characters, where LongBench cuts words. A reply counts to its first line where LongBench
cuts it there; few-shot and code prompts go to the model without its chat template, as LongBench does.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tsel_core.errors import UsageError
from tsel_core.evaluation.items import NO_QUESTION, Item

FILE = "minilongbench.jsonl"
_HINT = "pass --bench FOLDER with minilongbench.jsonl: lines of id, task, prompt, gold"
_PLAIN = frozenset(("trec", "triviaqa", "samsum", "lsht", "lcc", "repobench-p"))
_MATCH = {
    **dict.fromkeys(("gov_report", "qmsum", "multi_news", "vcsum", "dureader"), "rouge"),
    "samsum": "rouge_line",
    "triviaqa": "f1_line",
    **dict.fromkeys(("trec", "lsht"), "classes"),
    **dict.fromkeys(("lcc", "repobench-p"), "edit"),
    **dict.fromkeys(("passage_count", "passage_retrieval_en", "passage_retrieval_zh"), "number"),
}

_LIMITS = {
    **dict.fromkeys(("gov_report", "qmsum", "multi_news", "vcsum"), 512),
    **dict.fromkeys(("narrativeqa", "qasper", "dureader", "samsum"), 128),
    **dict.fromkeys(("hotpotqa", "2wikimqa", "musique", "triviaqa"), 32),
    **dict.fromkeys(("passage_count", "passage_retrieval_en", "passage_retrieval_zh"), 32),
}
"""Tokens of an answer by task, as LongBench has them; 64 for the others."""


def load_longbench(folder: str | Path) -> list[Item]:
    """The items of a folder, one of every task first. Raises UsageError."""
    path = Path(folder) / FILE
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text: {error}", _HINT) from error
    items = [_item(line, f"{path} line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    place: dict[str, int] = {}
    order = {}
    for item in items:
        order[item.id] = place.setdefault(item.kind, 0)
        place[item.kind] += 1
    return sorted(items, key=lambda item: order[item.id])


def _item(line: str, where: str) -> Item:
    try:
        found: dict[str, Any] = json.loads(line)
        task, gold = str(found["task"]), found["gold"]
        classes = gold["all_classes"] if isinstance(gold, dict) else ()
        answers = gold["answers"] if isinstance(gold, dict) else gold
        name, prompt = str(found["id"]), str(found["prompt"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{where}: not an item of LongBench: {error}", _HINT) from error
    match = _MATCH.get(task, "f1")
    if classes:  # the answers first, then what else might have been said
        answers = [*answers, *(c for c in classes if c not in answers)]
    kind = "complete" if task in _PLAIN else "instruct"
    limit = _LIMITS.get(task, 64)
    return Item(name, name, NO_QUESTION, tuple(str(a) for a in answers), match, kind, "en", task, prompt, limit=limit)
