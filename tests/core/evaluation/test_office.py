"""The office suite: papers with known answers, and sentences that count what was asked."""

from __future__ import annotations

from tsel_core.evaluation.office import OfficeRates, OfficeResult
from tsel_core.evaluation.office_papers import office_items, papers
from tsel_core.evaluation.scoring import score


def test_papers_state_their_answers_and_repeat_with_their_seed() -> None:
    made = list(papers(3))
    assert [p.document for p in made] == [p.document for p in papers(3)]
    assert {p.lang for p in made} == {"en", "ja"}
    for paper in made:
        text = "\n".join(unit.text for unit in paper.document.units)
        items = office_items(paper)
        assert {"exact", "absent"} <= {item.kind for item in items}
        for item in items:
            if item.kind == "exact":
                assert score("any", item.answers, text) == 1, item.answers


def test_conclusions_count() -> None:
    def result(kind: str, right: bool, found: bool, flagged: bool) -> OfficeResult:
        return OfficeResult("1", "en", kind, "?", "!", right, found, flagged, 2.0)

    rows = [result("exact", True, True, False)] * 7 + [result("exact", False, True, False), result("exact", False, True, True)]
    rows += [result("exact", True, True, True), result("absent", False, True, False), result("absent", True, False, True)]
    lines = OfficeRates(rows).conclusions()
    assert lines[0] == "exact questions: expect 8 of 10 right (8 of 10); wrong without a mark 1, right but marked 1"
    assert lines[1] == "facts that are not there: 1 of 2 answered without a mark"
    assert OfficeRates().conclusions() == []
