"""The sentence at the end: it follows from the figures."""

from __future__ import annotations

from typing import Any

from tsel_core.audit.advice import list_advice, stats_advice
from tsel_core.audit.stats import Tally
from tsel_core.bench.advice import bench_advice
from tsel_core.bench.rows import BenchRow
from tsel_core.evaluation.advice import settings_advice, trust_advice
from tsel_core.evaluation.trust_rates import TrustRates


def summary(name: str, accuracy: float, seconds: float, kept: float | None = 1.0, **more: Any) -> dict[str, Any]:
    usual = {"num_items": 120, "num_selecting": 3, "num_found": 100, "kept_interval": (0.96, 1.0)}
    return {"setting": name, "accuracy": accuracy, "prefill_s": seconds, "decode_s": 0.0, "kept": kept, **usual, **more}


def test_of_the_settings_that_keep_the_answers_the_fastest_is_named() -> None:
    full = summary("full", 0.9, 10)
    told = settings_advice([full, summary("fast", 0.7, 2, 0.8), summary("careful", 0.9, 6), summary("slow", 0.9, 9)])
    assert told == "Recommendation: read such documents with setting careful: as right in 60% of the time."
    assert "every setting lost answers" in settings_advice([full, summary("fast", 0.7, 2, 0.8)])
    assert "is faster" in settings_advice([full, summary("careful", 0.9, 11)])
    assert settings_advice([full]) == ""


def test_a_setting_that_never_selected_is_not_recommended_and_few_answers_are_said_to_be_few() -> None:
    full, idle = summary("full", 0.9, 10), summary("careful", 0.9, 6, num_selecting=0)
    assert "measure longer documents" in settings_advice([full, idle])
    told = settings_advice([full, idle, summary("fast", 0.9, 8, num_found=11, kept_interval=(0.74, 1.0))])
    assert "with setting fast: as right in 80% of the time." in told
    assert told.endswith("11 right answers are few: it may keep no more than 74% of them elsewhere.")
    graded = summary("fast", 0.9, 8, None, num_items=3, num_found=0, kept_interval=None)
    assert settings_advice([full, graded]).endswith("3 questions are few: ask more before you rely on it.")


def test_bench_names_a_gain_only_where_the_answer_stays() -> None:
    full = BenchRow("full", 8000, prefill_s=10.0, decode_tokens_per_s=20.0)

    def select(prefill: float, agreement: float) -> BenchRow:
        return BenchRow("select", 8000, prefill_s=prefill, decode_tokens_per_s=20.0, agreement=agreement)

    assert "an answer is 1.33x as fast" in bench_advice([[full, select(5.0, 1.0)]])
    assert "run tsel tune" in bench_advice([[full, select(5.0, 0.5)]])
    assert "gains nothing at 8,000 tokens" in bench_advice([[full, select(10.0, 1.0)]])
    assert bench_advice([[full]]) == ""


def test_the_log_names_the_run_that_stands_out() -> None:
    good = {"id": 4, "record": {"exit_code": 0}}
    assert "run 3 (exit 4): tsel log show 3" in list_advice([good, {"id": 3, "record": {"exit_code": 4}}])
    assert "nothing stands out" in list_advice([good])
    assert list_advice([]) == ""
    total = Tally()
    assert stats_advice(total) == ""
    total.add({"support": {"verdict": "weak"}})
    assert "1 of 1 answers were marked" in stats_advice(total)


def test_nothing_asked_recommends_nothing() -> None:
    assert trust_advice(TrustRates().rates()) == ""
