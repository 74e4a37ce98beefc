"""A sentence that denies in plain words what is asked is a No, whatever the model leans to; a noun beside it is none."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.evidence.kind import question_kind
from tsel_core.evidence.locate import Locator
from tsel_core.evidence.word_denial import word_denial
from tsel_core.trust.passages import PassageIndex

LINES = (
    "The Supplier is not required to provide on-site support on public holidays.",
    "Either party may terminate this MNDA for any or no reason upon written notice to the other party.",
    "Neither party may assign this MNDA without the prior written consent of the other party.",
    "We have not found a supplier for the cables yet.",
    "The Customer shall keep the tools dry and clean.",
    "Guests are not allowed in the workshop.",
    "Guests are allowed in the workshop on Sundays when the manager is there.",
    "ケーブルの仕入先はまだ決まっていません。",
    "Has the date of the fair been fixed?",
    "The Customer shall not assign this Agreement without the prior written consent of the Supplier.",
)


def denied(question: str) -> str:
    units = tuple(Unit(i, "paragraph", str(i), line) for i, line in enumerate(LINES))
    locator = Locator(PassageIndex.build([Document("a.txt", "0", "txt", "paragraph", units)]))
    kind = question_kind(question)
    found = word_denial(kind, locator.locate(kind.matter, judged=True), locator)
    return "" if found is None else locator.index.text(found.span)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Is support provided on public holidays?", 0),
        ("May the Customer assign the agreement?", 9),
        ("May the Customer assign the agreement without consent?", 9),
        ("Has a supplier for the cables been found?", 3),
        ("ケーブルの仕入先は決まりましたか。", 7),
    ],
)
def test_what_the_document_denies_in_plain_words(question: str, line: int) -> None:
    assert denied(question) == LINES[line]


@pytest.mark.parametrize(
    "question",
    [
        "Can a party terminate this MNDA for any reason, just by giving notice?",  # "no reason" denies no notice
        "Is consent of a party required if the MNDA is assigned?",  # "neither party" denies no consent
        "Must the tools be kept dry?",
        "Are guests allowed in the workshop on Sundays?",  # another sentence says it
        "Has the date of the fair been fixed?",  # a question says nothing
        "When is support provided on public holidays?",  # not yes or no
    ],
)
def test_what_is_not_denied(question: str) -> None:
    assert denied(question) == ""
