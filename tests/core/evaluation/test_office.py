"""The office suite: papers with known answers, a folder of one's own, what is counted and kept."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tsel_core.errors import UsageError
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.office import AskedPaper, ask_office, first_questions, made_papers, suite_id
from tsel_core.evaluation.office_folder import folder_papers
from tsel_core.evaluation.office_kept import earlier, keep, latest, made_now
from tsel_core.evaluation.office_papers import office_items, papers
from tsel_core.evaluation.office_rates import Measure, OfficeRates, OfficeResult, recommendation, worse
from tsel_core.evaluation.scoring import score
from tsel_core.evaluation.wanted import Wanted, items_found
from tsel_core.ingest import ReadOptions, read_documents


def test_papers_state_their_answers_and_repeat_with_their_seed() -> None:
    made = list(papers(3))
    assert [p.document for p in made] == [p.document for p in papers(3)]
    assert {p.lang for p in made} == {"en", "ja"}
    kinds = set()
    for paper in made:
        text = "\n".join(unit.text for unit in paper.document.units)
        items = office_items(paper)
        kinds |= {item.kind for item in items}
        for item in items:
            if item.match == "any":
                assert score("any", item.answers, text) == 1, item.answers
        for wanted in paper.wanted:
            who_is_speaking = {u.speaker for u in paper.document.units}
            for word in wanted.words:
                assert word in text or word in who_is_speaking, wanted
    assert kinds == {"exact", "who", "when", "yesno", "clause", "absent"}


def result(kind: str, right: bool, found: bool, flagged: bool) -> OfficeResult:
    return OfficeResult("1", "en", kind, "?", "!", right, found, flagged, 2.0)


def test_conclusions_count() -> None:
    rows = [result("exact", True, True, False)] * 7 + [result("exact", False, True, False), result("exact", False, False, True)]
    rows += [result("exact", True, True, True), result("absent", False, True, False), result("absent", True, False, True)]
    told = OfficeRates(rows).as_json()
    assert told["conclusions"] == [
        "exact questions: expect 8 of 10 right (8 of 10), 7 of them unmarked; wrong without a mark: 1 in 10; "
        "refused though it is there: 1",
        "facts that are not there: 1 of 2 answered without a mark",
        "seconds an answer: 2.0",
    ]
    assert "2 of 12 were wrong without a mark" in told["recommendation"]
    assert recommendation(OfficeRates(rows[:7]).measures()).startswith("Recommendation: use this model")
    assert OfficeRates().as_json()["conclusions"] == []


@pytest.mark.parametrize(
    ("confidence", "verdict", "flagged"),
    [("confident", "supported", False), ("unsure", "supported", True), ("confident", "unsure", True), (None, "supported", False)],
)
def test_a_reader_is_warned_by_unsure_as_by_a_verdict(confidence: str | None, verdict: str, flagged: bool) -> None:
    extra = {"claims": [{"verdict": verdict}], "confidence": confidence}
    answer = SimpleNamespace(text="7 days", found=True, extra=extra, stop_reason="end")
    engine = SimpleNamespace(runtime=SimpleNamespace(trace=None))
    session = SimpleNamespace(answer=lambda *_: answer, effort="quick", engine=engine, keeps_live=False)
    item = Item("1", "a.txt", "How long?", ("7 days",), "any", "qa", "en", "exact")
    rates = ask_office(session, [AskedPaper("a", "en", (), (item,))])  # type: ignore[arg-type]
    assert [(r.right, r.flagged) for r in rates.results] == [(True, flagged)]


def test_items_are_found_by_their_values_in_any_form() -> None:
    def item(kind: str, what: str, who: str = "", verdict: str = "supported") -> dict[str, str]:
        return {"kind": kind, "name": "", "section": "", "what": what, "who": who, "when": "", "quote": what, "verdict": verdict}

    given = [item("decision", "the launch moves to 2026-05-03"), item("decision", "tea at noon"), item("action", "send it", "Ann")]
    given.append(item("open", "nobody knows", verdict="unsure"))
    wanted = [Wanted("decision", ("launch", "3 May 2026")), Wanted("action", ("Bob", "send"))]
    found = items_found("m", "en", given, wanted, 1.0)
    assert (found.num_wanted, found.num_found, found.num_given, found.num_right, found.num_open) == (2, 1, 4, 1, 2)
    assert found.missed == ("action: Bob, send",)


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The fee is 620 euros.\n\nAnn sends the quote.\n", "utf-8")
    lines = [
        {"id": "1", "doc": "a.txt", "question": "What is the fee?", "answers": ["620"]},
        {"id": "2", "doc": "a.txt", "question": "Is there a fee?", "answers": ["yes"], "match": "yesno"},
        {"doc": "a.txt", "items": [{"kind": "action", "words": ["Ann", "quote"]}]},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")

    def read(path: str) -> list[object]:
        return read_documents([path], ReadOptions())

    for given in (tmp_path, file):
        (paper,) = folder_papers(given, read)
        assert [i.kind for i in paper.items] == ["exact", "yesno"]
        assert paper.wanted == (Wanted("action", ("Ann", "quote")),)
    assert [len(p.items) for p in first_questions([paper], 1)] == [1]
    file.write_text(json.dumps({"doc": "a.txt", "items": [{"kind": "task", "words": ["x"]}]}), "utf-8")
    with pytest.raises(UsageError, match="line 1: an item needs kind"):
        folder_papers(tmp_path, read)
    with pytest.raises(UsageError):
        folder_papers(tmp_path / "none", read)


def test_results_are_kept_by_model_and_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path))
    good, bad = {"exact": Measure(20, 18, 17, open=1)}, {"exact": Measure(20, 16, 12, open=3)}
    keep("aa", made_now("0.1", "s", "made papers", "cpu", 1.0, good))
    assert earlier("aa", "s", "0.1") is None
    before = earlier("aa", "s", "0.2")
    assert before is not None
    assert worse(bad, before.measures, before.version) == [
        "exact questions: 16 of 20 right, with version 0.1 18 of 20",
        "exact questions: 3 of 20 wrong without a mark, with version 0.1 1 of 20",
    ]
    assert worse(good, before.measures, before.version) == []
    assert worse(bad, before.measures, before.version, tolerance=0.1) == []
    assert earlier("aa", "other", "0.2") is None
    assert earlier("bb", "s", "0.2") is None
    keep("aa", made_now("0.2", "s", "made papers", "cpu", 1.0, bad))
    found = latest("aa")
    assert found is not None
    assert found.version == "0.2"
    (tmp_path / "office" / "aa.json").write_text("{", "utf-8")
    assert latest("aa") is None


def test_a_suite_is_its_questions_and_settings() -> None:
    one = made_papers(1)
    assert suite_id(one, "normal") == suite_id(made_papers(1), "normal")
    assert suite_id(one, "normal") != suite_id(one, "high")
    assert suite_id(one, "normal") != suite_id(first_questions(one, 5), "normal")
