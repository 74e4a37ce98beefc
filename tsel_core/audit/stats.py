"""What the log says over time: coverage, refusals, failed citations, speed; as rows and as Prometheus text."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tsel_core.errors import UsageError
from tsel_core.installing import adding

if TYPE_CHECKING:
    from prometheus_client import Metric

_MEANS = (
    "coverage",
    "coverage_lowest",
    "selection_cache_hit_rate",
    "prefill_tokens_per_s",
    "decode_tokens_per_s",
    "seconds",
)


@dataclass
class Tally:
    """Counts and sums over some runs."""

    num_runs: int = 0
    exit_codes: Counter[int] = field(default_factory=Counter)
    num_refusals: int = 0
    num_weak: int = 0
    checks: Counter[str] = field(default_factory=Counter)
    num_invented_quotes: int = 0
    claims: Counter[str] = field(default_factory=Counter)
    num_tokens: int = 0
    sums: dict[str, list[float]] = field(default_factory=dict)

    def add(self, record: Mapping[str, Any]) -> None:
        """Count one run."""
        self.num_runs += 1
        self.exit_codes[int(record.get("exit_code") or 0)] += 1
        self.num_refusals += record.get("found") is False
        self.num_weak += (record.get("support") or {}).get("verdict") == "weak"
        self.checks.update(c.get("check", "") for c in record.get("citations", ()))
        self.claims.update(c.get("verdict", "") for c in record.get("claims", ()))
        self.num_invented_quotes += record.get("num_invented_quotes") or 0
        self.num_tokens += (record.get("usage") or {}).get("prompt_tokens") or 0
        attention = record.get("attention") or {}
        for name, value in (
            ("coverage", attention.get("coverage_mean")),
            ("coverage_lowest", attention.get("coverage_lowest")),
            ("selection_cache_hit_rate", attention.get("selection_cache_hit_rate")),
            ("prefill_tokens_per_s", record.get("prefill_tokens_per_s")),
            ("decode_tokens_per_s", record.get("decode_tokens_per_s")),
            ("seconds", (record.get("timings_s") or {}).get("total")),
        ):
            if isinstance(value, (int, float)):
                self.sums.setdefault(name, []).append(float(value))

    def mean(self, name: str) -> float | None:
        """Mean of a figure over the runs that have it."""
        values = self.sums.get(name)
        return sum(values) / len(values) if values else None

    @property
    def num_failed_citations(self) -> int:
        """Citations that are not in the document, and quotes that were invented."""
        return self.checks["missing"] + self.num_invented_quotes

    def as_json(self) -> dict[str, Any]:
        """Plain numbers; absent means are null."""
        return {
            "runs": self.num_runs,
            "exit_codes": {str(k): v for k, v in sorted(self.exit_codes.items())},
            "refusals": self.num_refusals,
            "weak_answers": self.num_weak,
            "claims": dict(sorted(self.claims.items())),
            "citations": dict(sorted(self.checks.items())),
            "failed_citations": self.num_failed_citations,
            "prompt_tokens": self.num_tokens,
            **{
                f"{name}_mean" if "coverage" in name else name: self.mean(name)
                for name in _MEANS
            },
        }


def tally_by_day(runs: Iterable[Mapping[str, Any]]) -> dict[str, Tally]:
    """A Tally for each day (UTC, "2026-11-23") that has runs."""
    days: dict[str, Tally] = {}
    for run in runs:
        day = time.strftime("%Y-%m-%d", time.gmtime(run["time"]))
        days.setdefault(day, Tally()).add(run["record"])
    return days


_FAMILIES = (
    ("runs", "counter", "exit_code", "Runs in the log by exit code."),
    ("refusals", "counter", "", "Runs that ended with: not found in the document."),
    ("weak_answers", "counter", "", "Answers marked as weakly supported."),
    ("claims", "counter", "verdict", "Sentences of answers by the verdict on them."),
    ("citations", "counter", "check", "Citations by the result of their check."),
    ("failed_citations", "counter", "", "Citations not in the document and invented quotes."),
    ("prompt_tokens", "counter", "", "Tokens of prompts."),
    ("coverage", "gauge", "", "Mean share of attention mass kept by selection."),
    ("selection_cache_hit_rate", "gauge", "", "Mean share of picks that the Selection Cache served."),
    ("prefill_tokens_per_second", "gauge", "", "Mean speed of reading."),
    ("decode_tokens_per_second", "gauge", "", "Mean speed of writing."),
    ("run_seconds", "gauge", "", "Mean duration of a run."),
)
"""Name, type, label beside command and model, and help of every metric."""


def prometheus(runs: Iterable[Mapping[str, Any]]) -> str:
    """Text exposition format of all runs, by command and model. Raises UsageError without prometheus_client."""
    try:
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
        from prometheus_client.registry import Collector
    except ImportError as error:
        raise UsageError("--format prometheus needs prometheus_client", adding("prometheus_client")) from error
    groups: dict[tuple[str, str], Tally] = {}
    for run in runs:
        record = run["record"]
        key = (str(record.get("command") or ""), str((record.get("model") or {}).get("name") or ""))
        groups.setdefault(key, Tally()).add(record)

    class Runs(Collector):
        def collect(self) -> Iterator[Metric]:
            for name, kind, label, text in _FAMILIES:
                family = CounterMetricFamily if kind == "counter" else GaugeMetricFamily
                found = family(f"tsel_{name}", text, labels=["command", "model", *([label] if label else [])])
                for key, tally in sorted(groups.items()):
                    for value, number in _samples(name, tally):
                        found.add_metric([*key, *([value] if label else [])], number)
                yield found

    registry = CollectorRegistry()
    registry.register(Runs())
    return generate_latest(registry).decode("utf-8")


def _samples(name: str, tally: Tally) -> list[tuple[str, float]]:
    """(value of the extra label or "", number) of one metric."""
    by_value: dict[str, Mapping[Any, int]] = {
        "runs": tally.exit_codes,
        "claims": tally.claims,
        "citations": tally.checks,
    }
    if name in by_value:
        return [(str(value), float(number)) for value, number in sorted(by_value[name].items())]
    counts = {
        "refusals": tally.num_refusals,
        "weak_answers": tally.num_weak,
        "failed_citations": tally.num_failed_citations,
        "prompt_tokens": tally.num_tokens,
    }
    if name in counts:
        return [("", float(counts[name]))]
    means = {
        "prefill_tokens_per_second": "prefill_tokens_per_s",
        "decode_tokens_per_second": "decode_tokens_per_s",
        "run_seconds": "seconds",
    }
    value = tally.mean(means.get(name, name))
    return [] if value is None else [("", value)]
