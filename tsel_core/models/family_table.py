"""What becomes of each model family, as the property test found it (families.json is its result)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESULT = Path(__file__).with_name("families.json")


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """`path`: fast, slow or refused, with default settings; `unusual`: with unusual ones, where that differs.

    `lean`: the layers, too, are this program's; else only their attention and the loop that writes.
    """

    family: str
    path: str
    note: str = ""
    unusual: str = ""
    lean: bool = False
    selects: int = 0  # of `layers` in the test's model that may select; all others attend to everything
    layers: int = 0


@dataclass(frozen=True, slots=True)
class FamilyTable:
    """The rows by name, and the transformers version they were found with."""

    transformers: str
    rows: tuple[FamilyRow, ...]
    not_tested: dict[str, str]


def family_table(path: Path = RESULT) -> FamilyTable:
    """The table that this version was released with."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    rows = tuple(FamilyRow(family=name, **row) for name, row in content["families"].items())
    return FamilyTable(content["transformers"], rows, content["not_tested"])


def as_markdown(table: FamilyTable) -> str:
    """The table of docs/models.md."""
    lines = ["| family | path | layers | layers that may select | why |", "|---|---|---|---|---|"]
    for row in sorted(table.rows, key=lambda r: (("fast", "slow", "refused").index(r.path), r.family)):
        share = f"{row.selects} of {row.layers}" if row.layers else "-"
        note = "" if row.path == "fast" and row.note.startswith("model type") else row.note  # as its name says
        layers = "-" if row.path == "refused" else "ours" if row.lean else "transformers'"
        why = "; ".join(filter(None, (note, row.unusual))).replace("|", "\\|")
        lines.append(f"| {row.family} | {row.path} | {layers} | {share} | {why} |")
    missing = "; ".join(f"{name} ({why})" for name, why in sorted(table.not_tested.items()))
    return "\n".join([*lines, "", f"Not tested, as no tiny model is made of them: {missing}."])
