"""The turn of a meeting that answers: who objected and why, who does what by when, what holds in the end."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.evidence.deciding.decide import decide_answer, decide_turn
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.signs import Signs
from tsel_core.evidence.locating.the_turn import TheTurn
from tsel_core.evidence.locating.turns import the_turn
from tsel_core.trust.passages import PassageIndex

ENGLISH = (
    ("Ann", "Let us turn to the opening hours. I suggest that the shop opens at 7."),
    ("Bo", "What a wet summer we had."),
    ("Cy", "I can't support 7, the staff live too far away."),
    ("Ann", "Then the opening hours: we decided on 9."),
    ("Bo", "The van is next. My idea is to rent one for 300 euros."),
    ("Dee", "300 is too expensive for the few days."),
    ("Ann", "All right. Dee will ask two garages about the van by Friday."),
    ("Bo", "Fine. Bo here, I bring the cake."),
    ("Ann", "Back to the opening hours: after all we agreed on 10."),
)
JAPANESE = (
    ("林", "では倉庫の賃料ですが、私の案は40万円です。"),
    ("森", "今日は暑いですね。"),
    ("原", "すみません、40万円には賛成できません。予算を超えるからです。"),
    ("林", "では倉庫の賃料は35万円で決定とします。"),
    ("林", "森さんは倉庫の賃料について、契約書の写しを木曜までにお願いします。"),
)


def locator(turns: tuple[tuple[str, str], ...]) -> Locator:
    units = tuple(Unit(i, "turn", f"turn {i}", text, speaker=who) for i, (who, text) in enumerate(turns))
    return Locator(PassageIndex.build([Document("m.vtt", "m", "vtt", "turn", units)]))


@pytest.mark.parametrize(
    ("turns", "question", "words"),
    [
        (ENGLISH, "Who objected to the opening hours that were suggested, and why?", "live too far away"),
        (ENGLISH, "Who was against renting the van, and what was the reason?", "too expensive"),
        (ENGLISH, "What was decided about the opening hours in the end?", "agreed on 10"),
        (ENGLISH, "Who will ask the garages about the van, and by when?", "by Friday"),
        (ENGLISH, "Why was Cy against the opening hours?", "live too far away"),
        (JAPANESE, "倉庫の賃料について最初の案に反対したのは誰で、理由は何でしたか。", "予算を超える"),
        (JAPANESE, "倉庫の賃料は最終的にどう決まりましたか。", "35万円"),
        (JAPANESE, "倉庫の賃料に関して契約書の写しを担当するのは誰で、期限はいつですか。", "木曜"),
    ],
)
def test_the_turn_that_answers(turns: tuple[tuple[str, str], ...], question: str, words: str) -> None:
    there = locator(turns)
    found = the_turn(question, there)
    assert found is not None
    assert words in " ".join(there.index.text(there.sentences[n].span) for n in found.sentences[:2])


def test_nothing_stands_out_of_a_contract_or_for_another_question() -> None:
    assert the_turn("Who objected to the rent?", Locator(PassageIndex.build([Document("c.txt", "c", "txt", "page", (Unit(0, "page", "1", "Nobody may object to the rent."),))]))) is None
    assert the_turn("What colour is the van?", locator(ENGLISH)) is None
    assert the_turn("Who objected to the garden?", locator(ENGLISH)) is None


def test_an_answer_from_that_turn_is_sure_where_its_people_and_values_are_the_turns() -> None:
    people = ["林", "原", "森"]
    turn = TheTurn((2,), "原: すみません、40万円には賛成できません。予算を超えるからです。", "原")
    assert turn.holds("原さん。予算を超えるから。", "誰が反対しましたか。", people)
    assert not turn.holds("林さん。予算を超えるから。", "誰が反対しましたか。", people)
    task = TheTurn((4,), "森さんは倉庫の賃料について、契約書の写しを来週木曜までにお願いします。")
    assert task.holds("森さん、来週木曜まで", "誰がいつまでにしますか。", people)
    assert not task.holds("森さん、今週木曜まで", "誰がいつまでにしますか。", people)
    assert not task.holds("林さん、来週木曜まで", "誰がいつまでにしますか。", people)  # who speaks, not who is asked
    signs = Signs(0.5, 2.0, 1.0, 0.9)
    said = ("森さんです。", "原さんです。", signs, "誰が反対しましたか。", people, None)
    plain = decide_answer(*said)
    assert not plain.sure
    turned = decide_turn(plain, said[0], said[1], said[3], False, True)
    assert (turned.take, turned.sure) == ("evidence", True)
    assert not decide_turn(plain, said[0], said[1], said[3], False, False).sure


def test_what_all_heads_see_is_given_as_unsure_though_its_words_are_others() -> None:
    seen, dim = Signs(0.0, 4.3, 1.0, 0.4, 0.3), Signs(0.0, 1.6, 0.5, 0.4, 0.3)
    said = "It must be 5,000 euros.", "5,000 euros"
    assert (decide_answer(*said, seen, "How high?").take, decide_answer(*said, seen, "How high?").sure) == ("first", False)
    assert decide_answer(*said, dim, "How high?").take == "none"
    doubtful = Signs(0.3, 4.3, 1.0, 0.4, 0.1)  # a little of it is spoken of
    assert decide_answer(*said, doubtful, "How high?").sure
    assert not decide_answer(*said, doubtful, "How high?", (), False).sure  # the value stands elsewhere
