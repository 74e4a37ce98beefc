"""What an evaluation found, by item and by reading, and what it comes to for each setting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import fmean
from typing import Any

from tsel_core.evaluation.scoring import GRADED
from tsel_core.evaluation.trust_rates import rate

_NOTICEABLE = 0.1  # a graded score that falls by more is an answer lost


@dataclass(frozen=True)
class ItemResult:
    """One answer of one setting. kl and agreement are against full attention, None for full itself."""

    setting: str
    item_id: str
    doc: str
    match: str
    kind: str
    lang: str
    score: float
    reply: str
    num_tokens: int
    num_written: int
    decode_s: float
    ask_s: float = 0.0  # from the question to the first token, the document read
    kl: float | None = None
    agreement: float | None = None
    decode_coverage: float | None = None


@dataclass(frozen=True)
class ReadingResult:
    """One document read by one setting. Coverage is of prefill; `by_layer` its mean for every layer that selected.

    Not `selected`: no layer picked rows, the document being short for the budget; then it is full attention.
    """

    setting: str
    doc: str
    num_tokens: int
    prefill_s: float
    attention_s: float
    peak_memory_bytes: int | None
    coverage_mean: float | None
    coverage_lowest: float | None
    by_layer: dict[int, float] = field(default_factory=dict)
    num_grown: int = 0
    num_full: int = 0
    hit_rate: float | None = None
    selected: bool = False


@dataclass(frozen=True)
class Summary:
    """A setting over all items. `lost` and `gained` are item ids against full attention on the same items.

    `kept`: share of the `num_found` exact answers of full attention that are still right, with its 95 % interval
    (Wilson). Spreads are the lowest and
    highest mean of a document (None for fewer than two): seeds of a suite are documents too. Seconds are sums over
    documents; `first_token_s` is that of one question, its document read anew. `num_selecting` counts the documents in
    which any row was picked: on the others the setting is full attention.
    """

    setting: str
    num_items: int
    num_documents: int
    num_selecting: int
    accuracy: float
    full_accuracy: float | None
    exact_accuracy: float | None
    graded_score: float | None
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    kept: float | None
    kept_interval: tuple[float, float] | None
    num_found: int
    accuracy_spread: tuple[float, float] | None
    kl: float | None
    kl_spread: tuple[float, float] | None
    agreement: float | None
    coverage_mean: float | None
    coverage_lowest: float | None
    decode_coverage: float | None
    hit_rate: float | None
    prefill_s: float
    prefill_tokens_per_s: float
    attention_s: float
    first_token_s: float
    decode_s: float
    peak_memory_bytes: int | None
    num_grown: int
    num_full: int

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


@dataclass
class Results:
    """Everything that was measured, in order."""

    items: list[ItemResult] = field(default_factory=list)
    readings: list[ReadingResult] = field(default_factory=list)

    def settings(self) -> list[str]:
        """Names in the order in which they were run."""
        return list(dict.fromkeys(r.setting for r in self.items))

    def summaries(self) -> list[Summary]:
        """One summary a setting."""
        full = {r.item_id: r for r in self.items if r.setting == "full"}
        return [self._summary(name, full) for name in self.settings()]

    def _summary(self, name: str, full: dict[str, ItemResult]) -> Summary:
        items = [r for r in self.items if r.setting == name]
        readings = [r for r in self.readings if r.setting == name]
        paired = [(r, full[r.item_id]) for r in items if r.item_id in full]
        lost = tuple(r.item_id for r, f in paired if is_worse(r, f))
        gained = tuple(r.item_id for r, f in paired if is_worse(f, r))
        found = [f for _, f in paired if f.match not in GRADED and f.score >= 1]
        still = sum(1 for f in found if f.item_id not in lost)
        peaks = [r.peak_memory_bytes for r in readings if r.peak_memory_bytes is not None]
        seconds = sum(r.prefill_s for r in readings)
        return Summary(
            setting=name,
            num_items=len(items),
            num_documents=len({r.doc for r in items}),
            num_selecting=len({r.doc for r in readings if r.selected}),
            accuracy=fmean(r.score for r in items),
            full_accuracy=_mean(f.score for _, f in paired),
            exact_accuracy=_mean(r.score for r in items if r.match not in GRADED),
            graded_score=_mean(r.score for r in items if r.match in GRADED),
            lost=lost,
            gained=gained,
            kept=still / len(found) if found else None,
            kept_interval=_interval(still, len(found)),
            num_found=len(found),
            accuracy_spread=_spread((r.doc, r.score) for r in items),
            kl=_mean(r.kl for r in items),
            kl_spread=_spread((r.doc, r.kl) for r in items),
            agreement=_mean(r.agreement for r in items),
            coverage_mean=_mean(r.coverage_mean for r in readings),
            coverage_lowest=_lowest(r.coverage_lowest for r in readings),
            decode_coverage=_mean(r.decode_coverage for r in items),
            hit_rate=_mean(r.hit_rate for r in readings),
            prefill_s=seconds,
            prefill_tokens_per_s=sum(r.num_tokens for r in readings) / seconds if seconds else 0.0,
            attention_s=sum(r.attention_s for r in readings),
            first_token_s=(seconds / len(readings) if readings else 0.0) + (_mean(r.ask_s for r in items) or 0.0),
            decode_s=sum(r.decode_s for r in items),
            peak_memory_bytes=max(peaks) if peaks else None,
            num_grown=sum(r.num_grown for r in readings),
            num_full=sum(r.num_full for r in readings),
        )

    def by_kind(self) -> dict[str, dict[str, float]]:
        """Mean score by kind of question and setting."""
        found: dict[str, dict[str, list[float]]] = {}
        for item in self.items:
            found.setdefault(item.kind, {}).setdefault(item.setting, []).append(item.score)
        return {kind: {name: fmean(v) for name, v in scores.items()} for kind, scores in found.items()}

    def as_json(self) -> dict[str, Any]:
        """Plain values: summaries, items and readings."""
        return {
            "settings": [s.as_json() for s in self.summaries()],
            "by_kind": self.by_kind(),
            "items": [asdict(r) for r in self.items],
            "readings": [asdict(r) for r in self.readings],
        }


def is_worse(result: ItemResult, than: ItemResult) -> bool:
    """Whether an answer is lost: right before and wrong now, or a graded score that fell noticeably."""
    if result.match in GRADED:
        return result.score < than.score - _NOTICEABLE
    return result.score < than.score


def _interval(num: int, of: int) -> tuple[float, float] | None:
    share = rate(num, of)
    return None if share.low is None or share.high is None else (share.low, share.high)


def _mean(values: Iterable[float | None]) -> float | None:
    known: Sequence[float] = [v for v in values if v is not None]
    return fmean(known) if known else None


def _spread(values: Iterable[tuple[str, float | None]]) -> tuple[float, float] | None:
    """The lowest and the highest mean of a document."""
    by_document: dict[str, list[float]] = {}
    for doc, value in values:
        if value is not None:
            by_document.setdefault(doc, []).append(value)
    means = [fmean(v) for v in by_document.values()]
    return (min(means), max(means)) if len(means) > 1 else None


def _lowest(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return min(known) if known else None
