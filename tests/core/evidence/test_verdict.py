"""Verdicts from what the evidence adds, the words, the first answer and the values; no model is asked."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.evaluation.runner import text_document
from tsel_core.evidence.deciding.checked import values_checked
from tsel_core.evidence.deciding.clause import is_statement
from tsel_core.evidence.deciding.judge import Judgement
from tsel_core.evidence.deciding.verdict import Heard, decide_truth, decide_yesno
from tsel_core.evidence.locating.typed import people_stand, value_stands, values_plain, without_values
from tsel_core.evidence.locating.wording import word_question
from tsel_core.trust.passages import PassageIndex

LEASE = (
    "The tenant pays a rent of 900 euros on the third day of each month.\n\nThe deposit is 1,800 euros.\n\n"
    "Neither party may divulge these terms to an outsider.\n\n支払期限は翌月20日とする。"
)


def yes(share: float, prior: float) -> Judgement:
    return Judgement(("Yes", "No"), (share, 1 - share), (prior, 1 - prior))


def test_only_what_the_evidence_adds_speaks_for_a_yes() -> None:
    assert decide_yesno(None, yes(0.8, 0.3), 0.6).value is True
    assert decide_yesno(None, yes(0.8, 0.8), 0.6).value is None
    assert decide_yesno(None, yes(0.3, 0.05), 0.6).value is True  # 0.3 is six times what is said of nothing


def test_a_first_answer_that_says_the_opposite_leaves_a_verdict_unsure() -> None:
    assert decide_yesno(None, yes(0.9, 0.3), 0.9).sure
    assert not decide_yesno(False, yes(0.9, 0.3), 0.9).sure
    assert not decide_yesno(True, yes(0.2, 0.5), 0.2).sure


def test_a_statement_with_another_value_is_false_and_one_that_nothing_speaks_of_not_mentioned() -> None:
    judged = Judgement(("True", "False", "Not mentioned"), (0.4, 0.2, 0.4), (0.2, 0.1, 0.7))
    assert decide_truth(None, judged, 0.6).value is True
    assert decide_truth(None, judged, 0.6, heard=Heard(checked=False)).value is False
    assert decide_truth(True, judged, 0.1).value is None
    untrue = Judgement(("True", "False", "Not mentioned"), (0.01, 0.14, 0.85), (0.08, 0.085, 0.835))
    assert decide_truth(None, untrue, 0.5).value is False
    assert decide_truth(None, untrue, 0.3).value is None


def test_what_stands_together_in_one_place_is_never_surely_absent() -> None:
    assert decide_yesno(None, yes(0.3, 0.6), 0.1).sure
    assert not decide_yesno(None, yes(0.3, 0.6), 0.4, "Is there a levy?").sure
    assert decide_yesno(None, yes(0.95, 0.1), 0.1).value is None  # no word of it is there


def test_a_later_word_of_a_meeting_overrides_a_proposal() -> None:
    turns = ("Ann: The launch budget could be 400 euros.", "Bo: Too low, I think.", "Ann: Agreed, the launch budget is 700 euros.")
    units = tuple(Unit(i, "turn", f"turn {i}", t, speaker=t.split(":")[0]) for i, t in enumerate(turns))
    index = PassageIndex.build([Document("m.txt", "m", "txt", "turn", units)])
    assert values_checked("The launch budget is 400 euros.", index) is False
    assert values_checked("The launch budget is 700 euros.", index) is True


@pytest.mark.parametrize(
    ("matter", "found"),
    [
        ("The deposit is 1,800 euros.", True),
        ("The deposit is 2,400 euros.", False),
        ("Is the deposit 1800 euros?", True),
        ("Is the deposit 2,400 euros?", False),
        ("The tenant pays a rent.", None),
        ("The fine for noise is 50 euros.", None),
    ],
)
def test_values_are_compared_by_code(matter: str, found: bool | None) -> None:
    assert values_checked(matter, PassageIndex.build([text_document("a.txt", LEASE)])) is found


def test_a_value_must_stand_beside_the_subject() -> None:
    index = PassageIndex.build([text_document("a.txt", LEASE)])
    question = "How much is the deposit?"
    wording, passages = word_question(question, index), LEASE.split("\n\n")
    assert value_stands("1800 euros", question, passages, wording) is True
    assert value_stands("It is 900 euros.", question, passages, wording) is False
    assert value_stands("It is high.", question, passages, wording) is None
    assert value_stands("900 euros", "Who pays?", passages, wording) is None


def test_values_that_stand_plainly_need_no_second_look() -> None:
    index = PassageIndex.build([text_document("a.txt", LEASE)])
    passages = LEASE.split("\n\n")

    def plain(answer: str, question: str) -> bool:
        return values_plain(answer, question, passages, word_question(question, index))

    assert plain("1,800 euros", "How much is the deposit?")
    assert not plain("900 euros", "How much is the deposit?")  # it stands beside the rent
    assert not plain("900 euros", "Who pays how much?")
    assert not plain("It is high.", "How much is the deposit?")


def test_what_a_statement_is_about_is_what_its_values_leave() -> None:
    assert without_values("The deposit is 1,800 euros.").split() == ["The", "deposit", "is", "."]
    assert "パーセント" not in without_values("値上げ幅は7パーセントである。")


def test_people_of_an_answer_stand_where_its_subject_stands() -> None:
    turns = ("Ann: Bo will order the pump.", "Ann: Cy will paint the gate.")
    wording = word_question("Who will order the pump?", PassageIndex.build([text_document("a.txt", "\n\n".join(turns))]))
    assert people_stand("Bo orders it.", "Who will order the pump?", turns, wording, {"Bo", "Cy"})
    assert not people_stand("Cy orders it.", "Who will order the pump?", turns, wording, {"Bo", "Cy"})


def test_lines_of_names_and_questions_are_no_clauses() -> None:
    assert is_statement("The receiving party will not disclose it to others.")
    assert not is_statement("Cupertino, CA 95014 /s/ DAVIDI GILO")
    assert not is_statement("Shall we move it to Friday?")
    assert not is_statement("次回はいつにしますか。")
    assert is_statement("支払期限は翌月20日とする。")
