"""Predictions of bench: known curves are found again, the bottleneck is what takes longest."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tsel_core.bench.forecast import ANSWER_TOKENS, bottleneck, crossover_of, documents_of, fit, predict
from tsel_core.bench.rows import BenchRow
from tsel_core.config import SelectionConfig


def row(num: int, setting: str = "full", attention: float | None = None, rate: float = 10.0, **more: float) -> BenchRow:
    linear, square = 2e-3 * num, 1e-6 * num * num
    mixing = square if setting == "full" else 4e-4 * num + 1e-7 * num * num
    return BenchRow(
        setting,
        num,
        prefill_s=linear + mixing + more.get("selection", 0.0),
        prefill_attention_s=mixing if attention is None else attention,
        prefill_selection_s=more.get("selection", 0.0),
        decode_tokens_per_s=rate,
        decode_attention_s=more.get("step", 0.01),
    )


@pytest.mark.parametrize("truth", [(0.0, 2e-3, 0.0), (0.0, 0.0, 1e-6), (0.5, 2e-3, 1e-6)])
def test_a_known_curve_is_found_again(truth: tuple[float, float, float]) -> None:
    a, b, c = truth
    points = [(n, a + b * n + c * n * n) for n in (1000, 4000, 9000, 30000)]
    assert fit(points, (1, 2, 0))(100_000) == pytest.approx(a + b * 1e5 + c * 1e10, rel=1e-3)


def test_coefficients_are_never_negative() -> None:
    assert min(fit([(1000, 5.0), (2000, 4.0), (4000, 3.0)], (1, 2, 0)).coefficients) >= 0


def test_predictions_follow_the_split_of_a_single_length() -> None:
    found = {f.name: f for f in predict([[row(8000)]], [("a", 8000), ("b", 80000)], 32768)}
    assert found["a"].first_token_s == pytest.approx(16 + 64)
    assert found["b"].first_token_s == pytest.approx(160 + 6400)
    step = 0.1 - 0.01 + 0.01 * (8000 + ANSWER_TOKENS / 2) / 8000
    assert found["a"].answer_s == pytest.approx(80 + ANSWER_TOKENS * step)
    assert found["a"].in_window
    assert not found["b"].in_window


def test_what_has_no_parts_is_split_like_full_attention() -> None:
    """transformers reports one number: extrapolated as linear it would win at every length."""
    theirs = BenchRow("transformers", 8000, prefill_s=100.0, decode_tokens_per_s=5.0)
    found = {(f.setting, f.name): f for f in predict([[theirs, row(8000)]], [("a", 8000), ("b", 80000)], 10**6)}
    assert found["transformers", "a"].first_token_s == pytest.approx(100)
    assert found["transformers", "b"].first_token_s == pytest.approx(100 * (0.2 * 10 + 0.8 * 100))  # 16 s of 80 are linear
    step = found["transformers", "b"].answer_s - found["transformers", "b"].first_token_s
    assert step == pytest.approx(ANSWER_TOKENS * 0.2 * (0.9 + 0.1 * (80000 + ANSWER_TOKENS / 2) / 8000))  # 0.01 of 0.1 s are attention
    alone = predict([[theirs]], [("b", 80000)], 10**6)
    assert alone[0].first_token_s == pytest.approx(1000)


@pytest.mark.parametrize("selection", [64.0, 0.0], ids=["selected", "nothing to leave out"])
def test_one_length_of_selecting_is_carried_on_by_counted_cost(selection: float) -> None:
    """Also where the measured length was too short to select: by n^2 select would be as slow as full at any length."""
    selecting = row(8000, "select", selection=selection)

    def share(num: int) -> float:
        return 8000 / num  # as if every query met as many rows at any length

    found = {f.setting: f for f in predict([[row(8000), selecting]], [("b", 80000)], 10**6, share)}
    assert found["full"].first_token_s == pytest.approx(160 + 6400)
    mixing = selecting.prefill_attention_s + selection  # type: ignore[operator]
    assert found["select"].first_token_s == pytest.approx(160 + 10 * mixing)


def test_predictions_of_several_lengths_keep_settings_apart() -> None:
    groups = [[row(n), row(n, "select")] for n in (4000, 8000, 16000)]
    found = {f.setting: f.first_token_s for f in predict(groups, [("x", 64000)], 10**6)}
    assert found["full"] == pytest.approx(128 + 4096, rel=0.01)
    assert found["select"] == pytest.approx(128 + 25.6 + 409.6, rel=0.01)
    assert crossover_of(groups) == 4000
    assert crossover_of([[row(100)], [row(200, "select")]]) is None


def test_pages_have_the_tokens_of_the_users_pdf() -> None:
    assert documents_of(9000, "a.pdf", 10)[1:3] == [("10 pages", 9000), ("50 pages", 45000)]
    assert documents_of(9000, "a.txt", None)[1] == ("10 pages", 6000)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (row(100_000), "full attention while reading"),
        (row(1000, rate=1000.0, step=1e-4), "reading through the linear layers"),
        (row(10, rate=1.0), "where every token reads all weights"),
        (row(10, rate=1.0, step=0.9), "attention while writing"),
    ],
)
def test_the_bottleneck_is_named(made: BenchRow, words: str) -> None:
    text = bottleneck([made], on_gpu=False)
    assert words in text
    assert "GPU" not in text
    assert 40 <= int(text.split("%")[0]) <= 100


def test_no_figures_no_bottleneck() -> None:
    assert bottleneck([BenchRow("full", 10, decode_tokens_per_s=2.0)], on_gpu=True) == ""
    assert predict([[BenchRow("full", 10, decode_tokens_per_s=2.0)]], [("a", 10)], 100) == []


def test_a_length_that_does_not_fit_alone_keeps_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from tsel_core.bench import report as bench_report

    def time_layer(num_rows: int, *_: object) -> list[tuple[str, int, float, float]]:
        if num_rows > 10_000:
            raise torch.OutOfMemoryError
        return [("prefill", num_rows, 2.0, 1.0), ("decode", num_rows, 0.0, 1.0)]

    info = SimpleNamespace(num_heads=4, num_kv_heads=2, head_dim=16, trained_window=32_768)
    freed: list[int] = []
    engine = SimpleNamespace(
        loaded=SimpleNamespace(info=info, dtype=torch.float32), chunk_size=512, selection=SelectionConfig(), kernels=None,
        device=torch.device("cpu"), ranks=None, let_go=lambda: freed.append(1),
    )  # fmt: skip
    monkeypatch.setattr(bench_report, "time_layer", time_layer)
    found = bench_report.conclusions(engine, [[row(8000)], [row(80_000)]], ("a", 80_000, None))  # type: ignore[arg-type]
    assert [(r["num_tokens"], r["ratio"], r["missing"]) for r in found["attention_only"]] == [
        (8000, 2.0, None), (8000, None, "nothing to leave out"), (80_000, None, "out of memory"), (80_000, None, "out of memory"),
    ]  # fmt: skip
    assert found["predictions"]
    assert len(freed) == 2
