"""Results of `tsel eval --office`, kept for each model by its hash and for each version of the program. No words."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tsel_core.cache_paths import cache_dir
from tsel_core.evaluation.office_rates import Measure, conclusions

_FORM = 1


@dataclass(frozen=True)
class KeptResult:
    """What a version's answers came to. `suite` says which questions with which settings (office.suite_id)."""

    version: str
    suite: str
    what: str  # "made papers" or "your own papers"
    machine: str
    time: float
    seconds: float
    measures: Mapping[str, Measure]

    def conclusions(self) -> list[str]:
        """The sentences that were printed."""
        return conclusions(self.measures, self.seconds)


def kept_results(sha256: str) -> list[KeptResult]:
    """All results of a model, oldest first; a file that is damaged or of another form counts as none."""
    try:
        found = json.loads(_path(sha256).read_text(encoding="utf-8"))
        if found["form"] != _FORM:
            return []
        made = [_result_of(row) for row in found["results"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return sorted(made, key=lambda r: r.time)


def latest(sha256: str) -> KeptResult | None:
    """The last result of a model."""
    return next(reversed(kept_results(sha256)), None)


def measured_models() -> int:
    """How many models have results on this machine."""
    return len(list((cache_dir() / "office").glob("*.json")))


def earlier(sha256: str, suite: str, version: str) -> KeptResult | None:
    """The last result of the same questions with another version of the program."""
    same = [r for r in kept_results(sha256) if r.suite == suite and r.version != version]
    return same[-1] if same else None


def keep(sha256: str, result: KeptResult) -> None:
    """Keep a result in the place of an older one of its version and suite. Raises OSError."""
    others = [r for r in kept_results(sha256) if (r.suite, r.version) != (result.suite, result.version)]
    rows = [{**asdict(r), "measures": {k: asdict(m) for k, m in r.measures.items()}} for r in [*others, result]]
    path = _path(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"form": _FORM, "results": rows}), encoding="utf-8")
    with suppress(OSError):
        fresh.chmod(0o600)
    fresh.replace(path)


def made_now(
    version: str, suite: str, what: str, machine: str, seconds: float, measures: Mapping[str, Measure]
) -> KeptResult:
    """A result of this moment."""
    return KeptResult(version, suite, what, machine, time.time(), round(seconds, 2), measures)


def _path(sha256: str) -> Path:
    return cache_dir() / "office" / f"{sha256}.json"


def _result_of(row: Mapping[str, Any]) -> KeptResult:
    measures = {str(k): Measure(**m) for k, m in row["measures"].items()}
    version, suite, what, machine = (str(row[key]) for key in ("version", "suite", "what", "machine"))
    return KeptResult(version, suite, what, machine, float(row["time"]), float(row["seconds"]), measures)
