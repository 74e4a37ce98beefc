"""One sentence at the end of an evaluation: what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tsel_core.evaluation.trust_rates import Rate
    from tsel_core.evaluation.tune import Trial

_LOST, _KEPT = 0.02, 0.98
_SURE = 0.9  # share of the answers that a setting keeps at least, by its interval
_FEW = 30  # questions with graded answers, of which no interval is known
_UNMARKED, _RIGHT = 0.1, 0.7


def settings_advice(summaries: Sequence[Mapping[str, Any]]) -> str:
    """Which of the settings (entries of "settings" in the JSON) to read such documents with."""
    full = next((s for s in summaries if s["setting"] == "full"), None)
    others = [s for s in summaries if s["setting"] != "full"]
    if full is None or not others:
        return ""
    tried = [s for s in others if s["num_selecting"]]
    if not tried:
        return (
            "Recommendation: measure longer documents, as these are shorter than every setting's budget: full "
            "attention ran in all of them."
        )
    good = [
        s for s in tried if s["accuracy"] >= full["accuracy"] - _LOST and (s["kept"] is None or s["kept"] >= _KEPT)
    ]
    if not good:
        return "Recommendation: read such documents with --attention full, as every setting lost answers."
    best = min(good, key=_seconds)
    part = _seconds(best) / (_seconds(full) or 1.0)
    if part >= 1:
        return (
            "Recommendation: read such documents with --attention full, as no setting that keeps its answers is faster."
        )
    told = f"Recommendation: read such documents with setting {best['setting']}: as right in {part:.0%} of the time."
    interval = best["kept_interval"]
    if interval is not None and interval[0] < _SURE:
        told += (
            f" {best['num_found']} right answers are few: it may keep no more than {interval[0]:.0%} of them elsewhere."
        )
    elif interval is None and best["num_items"] < _FEW:
        told += f" {best['num_items']} questions are few: ask more before you rely on it."
    return told


def _seconds(summary: Mapping[str, Any]) -> float:
    return float(summary["prefill_s"]) + float(summary["decode_s"])


def trust_advice(rates: Mapping[str, Rate]) -> str:
    """Whether answers can be relied on."""
    false, right = rates["false_answers_unmarked"], rates["right_answers"]
    if false.value is not None and false.value > _UNMARKED:
        return (
            f"Recommendation: compare every answer with its quote, as {false.num} of {false.of} questions that nothing "
            "answers got an answer without a mark."
        )
    if right.value is not None and right.value < _RIGHT:
        return (
            f"Recommendation: try a larger model (tsel models recommend), as {right.num} of {right.of} answers were "
            "right."
        )
    return (
        "" if right.value is None else "Recommendation: use this model for such questions, and look at what is marked."
    )


def tune_advice(name: str, best: Trial | None) -> str:
    """Whether to use the profile that was saved."""
    if best is None or best.summary.agreement is None:
        return "Recommendation: read such documents with --attention full, as no setting kept the target."
    return (
        f"Recommendation: use --profile {name} on documents like these: {best.summary.agreement:.0%} of the words "
        f"agree at {best.cost:.0%} of the counted cost."
    )
