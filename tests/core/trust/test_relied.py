"""What two agreeing readings rest on supports a claim in other words, and nothing that says otherwise."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, SourceSpan, Unit
from tsel_core.text.language import Lang
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

LINES = (
    "Backups are made every night and kept for thirty-five days.",
    "Cleaning is done by Hart & Moor on Mondays, and the fee rose from 80 euros to 90 euros.",
    "A coffee costs 480 yen now.",
    "The works last from 9 August to 17 August.",
    "The tank alone is 900 kilos.",
)


def verdicts(question: str, answer: str, relied: int | None, lines: tuple[str, ...] = LINES, lang: Lang = "en") -> list[tuple[str, str]]:
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", line) for i, line in enumerate(lines))
    index = PassageIndex.build([Document("a.txt", "", "txt", "paragraph", units)])
    spans = [] if relied is None else [SourceSpan(0, relied, 0, len(lines[relied]))]
    return [(c.verdict, c.why) for c in judge_claims(answer, question, FactIndex(index), relied=spans)]


@pytest.mark.parametrize(
    ("question", "answer", "place"),
    [
        ("How heavy is the biggest thing that goes up to the roof?", "The biggest thing that goes up to the roof is 900 kilos.", 4),
        ("Who looks after the windows?", "Hart & Moor", 1),
    ],
)
def test_a_claim_in_other_words_rests_on_what_two_readings_found(question: str, answer: str, place: int) -> None:
    assert [v for v, _ in verdicts(question, answer, None)] != ["supported"]
    assert verdicts(question, answer, place) == [("supported", "")]
    assert [v for v, _ in verdicts(question, answer, 3)] != ["supported"]  # the sentence does not hold it


@pytest.mark.parametrize(
    ("question", "answer", "place"),
    [
        ("What will a coffee cost after the rebuilding?", "A coffee costs 480 yen now.", 2),  # of today
        ("What is paid for the cleaning?", "80 euros", 1),  # of before
        ("When do the works begin?", "The works last from 17 August.", 3),  # their end
        ("Why do the old ones go?", "The old ones go after 35 days.", 0),  # no reason
        ("How long are the copies held?", "The copies are held for 40 days.", 0),
    ],
)
def test_no_reading_lifts_what_a_rule_finds_otherwise(question: str, answer: str, place: int) -> None:
    assert [v for v, _ in verdicts(question, answer, place)] != ["supported"]
