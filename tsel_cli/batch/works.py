"""What a batch asks: its questions, or a style of summary. What an earlier run into the same folder asked is kept.

OUT/works.json names them in the order in which they came; the results of the first one stand in OUT/items, those of the
second one in OUT/items-2, and so on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tsel_cli.batch.items import ITEMS, Item, read_result, write_whole

WORKS = "works.json"


@dataclass(frozen=True)
class Asked:
    """One thing that each document is asked: a question, or a summary of a style; and where its results stand."""

    task: str
    question: str = ""
    style: str = ""
    folder: str = ITEMS

    @property
    def about(self) -> dict[str, Any]:
        """What of it decides an answer."""
        return {"task": self.task, "question": self.question, "style": self.style}

    @property
    def same(self) -> tuple[str, str]:
        """What two of one kind have in common; the style of a summary is nothing to a question."""
        return self.task, self.question if self.task == "ask" else self.style


def placed(asked: Sequence[Asked], out: Path) -> tuple[list[Asked], list[Asked]]:
    """Each with its folder, and those that earlier runs asked and this one does not; both are noted in `out`."""
    known = _known(out)
    found: list[Asked] = []
    for one in asked:
        same = next((k for k in known if k.same == one.same), None)
        if same is None:
            same = replace(one, folder=ITEMS if not known else f"{ITEMS}-{len(known) + 1}")
            known.append(same)
        found.append(replace(one, folder=same.folder))
    lines = [{**k.about, "folder": k.folder} for k in known]
    text = json.dumps(lines, ensure_ascii=False, indent=1)
    write_whole(out / WORKS, lambda part: part.write_text(text, encoding="utf-8"))
    now = {one.folder for one in found}
    return found, [k for k in known if k.folder not in now]


def _known(out: Path) -> list[Asked]:
    try:
        content = json.loads((out / WORKS).read_text(encoding="utf-8"))
        return [Asked(str(k["task"]), str(k["question"]), str(k["style"]), str(k["folder"])) for k in content]
    except (OSError, ValueError, TypeError, KeyError):
        pass
    if not (out / ITEMS).is_dir():
        return []
    return [Asked("", folder=ITEMS)]  # of a version that did not note what it asked: kept, and not in the table


def each_asked(items: Iterable[Item], asked: Sequence[Asked]) -> dict[str, Item]:
    """Every item with everything that it is asked, by its id, the questions of one document behind each other."""
    every = (replace(item, folder=one.folder, question=one.question) for item in items for one in asked)
    return {item.id: item for item in every}


def earlier_results(items: Iterable[Item], asked: Sequence[Asked], out: Path) -> list[tuple[Item, dict[str, Any]]]:
    """The results of what earlier runs asked of these documents."""
    found = []
    for item in each_asked(items, [a for a in asked if a.task]).values():
        result = read_result(item.target(out))
        if result is not None:
            found.append((item, result))
    return found
