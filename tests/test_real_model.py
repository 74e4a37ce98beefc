"""The embedded models on the real samples, with the real command: facts that full attention finds.

Fetched on first use into the user's cache folder. Pages are limited so that two cores read them in seconds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tsel_cli.app import run
from tsel_core.evaluation.scoring import score

SAMPLES = Path(__file__).parent.parent / "samples"
QUESTIONS = [json.loads(line) for line in (SAMPLES / "questions.jsonl").read_text("utf-8").splitlines()]

pytestmark = [pytest.mark.model, pytest.mark.long]


def ask(capsys: pytest.CaptureFixture[str], document: str, question: str, *args: str) -> dict[str, Any]:
    code = run(["ask", str(SAMPLES / document), question, "--json", "--max-new-tokens", "80", "--quiet", *args])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["exit_code"] == code
    return found


@pytest.fixture(autouse=True)
def own_readings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models stay in the user's cache; readings go to a folder of this run, so that questions share one."""
    from tsel_core.cache_paths import models_dir

    monkeypatch.setenv("TSEL_MODELS", str(models_dir()))
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path_factory.getbasetemp() / "readings-of-real-models"))


@pytest.fixture(scope="module")
def answered() -> dict[str, dict[str, Any]]:
    """What was answered to an item of the samples: a test that needs a page read before asks nothing again."""
    return {}


@pytest.mark.parametrize(
    ("item_id", "pages"), [("minutes_0", "1"), ("minutes_2", "2")]
)
def test_default_model_answers_english_minutes(
    capsys: pytest.CaptureFixture[str], answered: dict[str, dict[str, Any]], item_id: str, pages: str
) -> None:
    item = next(q for q in QUESTIONS if q["id"] == item_id)
    found = answered[item_id] = ask(capsys, item["doc"], item["question"], "--pages", pages)
    assert score(item["match"], item["answers"], found["answer"]) == 1.0, found["answer"]
    assert found["found"] is True
    assert found["citations"], "an answer that the page supports is cited"
    assert all(c["check"] in ("exact", "normalised", "near") for c in found["citations"])
    assert any(span["span"] and f"p. {span['page']}" in c["label"] for c in found["citations"] for span in item["evidence"])


def test_the_second_question_uses_the_kept_reading(capsys: pytest.CaptureFixture[str], answered: dict[str, dict[str, Any]]) -> None:
    """The first is the one above, about why the laser welder failed; alone this test asks it itself."""
    page = ("minutes.pdf", "--pages", "2")
    if "minutes_2" not in answered:
        ask(capsys, page[0], "Why did the laser welder fail?", *page[1:])
    again = ask(capsys, page[0], "When are the answers to the auditor due?", *page[1:])
    assert again["reading"]["reused_tokens"] > 0.8 * again["receipt"]["tokens_read"]
    assert "2 October" in again["answer"]


def test_selecting_keeps_the_fact(capsys: pytest.CaptureFixture[str]) -> None:
    """Select on the same page with a budget of a quarter of its tokens: the answer full attention gives."""
    found = ask(
        capsys, "minutes.pdf", "Why did the laser welder fail?", "--pages", "2", "--attention", "select", "--budget", "160"
    )
    assert found["attention"]["prefill"] in ("select", "full")
    assert "cooling manifold" in found["answer"]


def test_smollm2_runs_the_whole_path(capsys: pytest.CaptureFixture[str]) -> None:
    found = ask(capsys, "meeting.vtt", "What is this meeting about?", "--model", "smollm2-135m")
    assert found["answer"]
    assert found["receipt"]["cut"] is False
    assert found["model"]["trained_window"] == 8192
