"""How long it still takes is said where the steps agree on it, and not where they do not."""

from __future__ import annotations

import pytest

from tsel_cli.console import Stderr
from tsel_cli.time_left import TimeLeft


def _left(steps: list[tuple[float, int]], total: int) -> float | None:
    left = TimeLeft()
    for seconds, done in steps:
        left.note(seconds, done)
    return left.seconds(total, steps[-1][0])


@pytest.mark.parametrize(
    ("steps", "total", "wanted"),
    [
        ([(10, 1), (20, 2), (30, 3)], 10, 70),  # even
        ([(50, 1), (60, 2), (70, 3), (80, 4)], 10, 60),  # the first held the loading
        ([(0.1, 40), (5, 41), (10, 42), (15, 43)], 50, 35),  # forty were kept
        ([(81, 1)], 5, None),  # nobody knows yet
        ([(81, 1), (102, 2), (102.01, 3)], 5, None),  # those that were answered together
        ([(81, 1), (81.3, 2), (81.5, 3), (81.8, 4)], 5, None),
        ([(10, 1), (12, 2), (60, 3), (150, 4)], 20, None),  # documents of quite other lengths
        ([(1, 512), (2, 1024), (3.2, 1536), (4.5, 2048)], 8192, 15.3),
    ],
)
def test_the_rest_by_the_last_steps(steps: list[tuple[float, int]], total: int, wanted: float | None) -> None:
    left = _left(steps, total)
    assert (left is None) == (wanted is None)
    assert left is None or wanted is None or wanted / 1.5 < left < wanted * 1.5


def test_it_counts_down_between_steps() -> None:
    left = TimeLeft()
    for at in range(1, 5):
        left.note(10.0 * at, at)
    assert left.seconds(6, 40.0) == pytest.approx(20)
    assert left.seconds(6, 45.0) == pytest.approx(15)
    assert left.seconds(6, 99.0) == 0


def test_of_many_steps_the_late_pace_counts() -> None:
    left = TimeLeft()
    for at in range(1, 2000):
        left.note(0.5 * at, at)
    assert left.seconds(2100, 999.5) == pytest.approx(50.5, rel=0.1)


def test_questions_answered_together_promise_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    console = Stderr()
    console.begin("answer", 5, "questions")
    for at, done in ((81.0, 1), (102.0, 2), (112.2, 3)):
        now[0] = at
        console.advance(done)
    assert capsys.readouterr().err.splitlines() == [
        "answering the questions  1 of 5 questions",
        "answering the questions  2 of 5 questions",
        "answering the questions  3 of 5 questions",
    ]


def test_a_phase_goes_on_behind_the_shorter_ones_within_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now = [100.0]
    monkeypatch.setattr("tsel_cli.console.time.perf_counter", lambda: now[0])
    console = Stderr()
    console.step("extract", 0, 20, "values")
    for done in range(1, 5):
        console.begin("write", 256, "tokens")
        now[0] += 8
        console.end()
        console.step("extract", done, 20, "values")
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("  ")[1] for line in lines] == ["2 of 20 values", "4 of 20 values"]
    assert "8.0 s a value" in lines[-1]
    assert lines[-1].endswith("left")
