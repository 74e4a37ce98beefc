"""A sentence that says yes or no in plain words decides, whatever the model leans to; a noun beside it does not."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.plain_words import told_plainly
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


def told(question: str) -> tuple[bool, str] | None:
    lines = [line for line in LINES if line.isascii() == question.isascii()]
    units = tuple(Unit(i, "paragraph", str(i), line) for i, line in enumerate(lines))
    locator = Locator(PassageIndex.build([Document("a.txt", "0", "txt", "paragraph", units)]))
    found = told_plainly(question_kind(question), locator)
    return None if found is None else (found.says, locator.index.text(found.sentence.span))


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
    assert told(question) == (False, LINES[line])


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
    assert (told(question) or (True, ""))[0]


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Must the tools be kept dry?", 4),
        ("Is consent of a party required if the MNDA is assigned?", 2),
        ("Are guests allowed in the workshop on Sundays?", 6),
    ],
)
def test_what_the_document_says_in_plain_words(question: str, line: int) -> None:
    assert told(question) == (True, LINES[line])


@pytest.mark.parametrize("question", ["Has the date of the fair been fixed?", "Are cables kept in the workshop?", "When is support provided?"])
def test_a_question_and_a_word_in_common_say_nothing(question: str) -> None:
    assert told(question) is None


NDA = (
    "No licence under any patent, copyright, trade secret or other right is granted to the Receiving Party by any disclosure of Confidential Information.",
    "Either party may terminate this Agreement at any time, but all obligations survive its termination.",
    "The Disclosing Party may, but is not required to, mark written Confidential Information with a legend.",
    "The Receiving Party shall keep the Disclosing Party's Confidential Information confidential.",
)


@pytest.mark.parametrize(
    "statement",
    [
        "Agreement shall not grant Receiving Party any right to Confidential Information.",  # both deny
        "Some obligations of Agreement may survive termination of Agreement.",  # all do
        "Confidential Information may include verbally conveyed information.",  # marking is what is not required
        "Receiving Party may disclose Confidential Information to its consultants.",  # a party's name discloses nothing
    ],
)
def test_a_statement_that_is_not_denied(statement: str) -> None:
    units = tuple(Unit(i, "paragraph", str(i), line) for i, line in enumerate(NDA))
    locator = Locator(PassageIndex.build([Document("a.txt", "0", "txt", "paragraph", units)]))
    found = told_plainly(question_kind(f'Is this true, false, or not mentioned? "{statement}"'), locator)
    assert found is None or found.says
    assert not (found and "consultants" in statement)
