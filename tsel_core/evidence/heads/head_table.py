"""The retrieval heads of a model: shipped for the default model, else calibrated once and kept by the model's hash."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tsel_core.cache_paths import cache_dir
from tsel_core.evidence.heads.masses import Head
from tsel_core.models.accepted import write_record

VERSION = 1  # of the calibration: a table of another version is made anew


@dataclass(frozen=True)
class HeadTable:
    """The chosen heads, best first, and how often they name the evidence among their first 1 and 3 sentences.

    The recalls are those of the questions the heads were chosen on. `mass_there` is the median of their mean mass on
    their first sentence for those questions, `mass_absent` for questions that the document does not answer.
    """

    heads: tuple[Head, ...]
    recall_1: float
    recall_3: float
    num_questions: int
    mass_there: float = 0.0
    mass_absent: float = 0.0

    def times_absent(self, mass: float) -> float:
        """A mass on the best sentence as a multiple of that for questions that nothing answers."""
        return mass / max(self.mass_absent, 1e-6)


def find_heads(sha256: str) -> HeadTable | None:
    """The heads of the model with this hash: kept by an earlier calibration, or shipped; None when unknown."""
    path = kept_path(sha256)
    try:
        return table_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    shipped = _shipped().get(sha256)
    return table_of(shipped) if shipped is not None else None


def keep_heads(sha256: str, table: HeadTable) -> None:
    """Keep what was calibrated; a cache folder that cannot be written costs time, not the answer."""
    write_record(kept_path(sha256), json.dumps(as_json(table)))


def kept_path(sha256: str) -> Path:
    """Where the heads of a model are kept."""
    return cache_dir() / "heads" / f"{sha256}.json"


def as_json(table: HeadTable) -> dict[str, Any]:
    """A table as it is kept."""
    return {
        "version": VERSION,
        "heads": [[h.layer, h.head, h.which] for h in table.heads],
        "recall_1": round(table.recall_1, 4),
        "recall_3": round(table.recall_3, 4),
        "num_questions": table.num_questions,
        "mass_there": table.mass_there,
        "mass_absent": table.mass_absent,
    }


def table_of(found: dict[str, Any]) -> HeadTable:
    """A kept table. Raises KeyError, TypeError or ValueError for one that is damaged or of another version."""
    if found["version"] != VERSION:
        raise ValueError(f"version {found['version']} of the retrieval heads")
    heads = tuple(Head(int(layer), int(head), which) for layer, head, which in found["heads"])
    rest = (found["recall_1"], found["recall_3"], found["num_questions"], found["mass_there"], found["mass_absent"])
    return HeadTable(heads, *rest)


@lru_cache(maxsize=1)
def _shipped() -> dict[str, dict[str, Any]]:
    text = files("tsel_core.evidence").joinpath("data", "heads.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
