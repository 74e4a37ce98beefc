"""Decisions that nobody calls one: a question answered with yes, a proposal that others support, said again after a yes."""

from __future__ import annotations

import pytest

from tests.core.sweep.test_meeting import meeting, only, swept
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings.deliberations import says_nothing
from tsel_core.sweep.meetings.minutes import item_words
from tsel_core.sweep.meetings.nods import is_nod
from tsel_core.sweep.meetings.topics import topics_of
from tsel_core.sweep.sentences import Sentence, sentences_of

ASKED = (
    "Ann Lee: Good morning, let us begin.",
    "Bo Ray: I have a question on the roof repair.",
    "Bo Ray: Hardwick would be quick.",
    "Cy Dunn: Hardwick is a worry because they never call back.",
    "Dee Fox: And Lowell?",
    "Ann Lee: Is Lowell all right with you?",
    "Bo Ray: Sounds good.",
    "Cy Dunn: Yes.",
    "Ann Lee: Bo, please paint the fence by Friday.",
)


def test_a_question_that_others_say_yes_to_is_a_decision_of_its_topic() -> None:
    item = only(swept("en", *ASKED), "decision")
    assert "Lowell" in item.what
    assert item.section == "roof repair"
    assert item.verdict == "unsure"
    assert [e.unit_index for e in item.evidence] == [5, 6, 7]


def test_the_same_question_without_an_answer_is_none() -> None:
    turns = [t for t in ASKED if t not in ("Bo Ray: Sounds good.", "Cy Dunn: Yes.")]
    assert [i for i in swept("en", *turns) if i.kind == "decision"] == []


def test_a_proposal_that_two_support_is_a_decision() -> None:
    items = swept(
        "ja",
        "森: それでは始めます。",
        "林: 花壇の手入れについて相談があります。",
        "林: 青木造園が安いと思います。",
        "原: 賛成です。",
        "辻: はい、いいですね。",
        "森: ありがとうございます。",
    )
    item = only(items, "decision")
    assert "青木造園" in item.what
    assert "花壇の手入れ" in item.section


def test_what_a_member_says_again_after_a_yes_is_a_decision() -> None:
    items = swept(
        "en",
        "Ann Lee: Good morning, let us begin.",
        "Bo Ray: We should also look at the summer menu.",
        "Bo Ray: We could serve Gazpacho.",
        "Cy Dunn: Good idea.",
        "Bo Ray: The summer menu gets Gazpacho.",
        "Dee Fox: My pen is empty.",
    )
    assert "Gazpacho" in only(items, "decision").what


def test_a_yes_to_a_request_opens_no_topic() -> None:
    turns = (
        "Ann Lee: Good morning, let us begin.",
        "Ann Lee: Could you empty the bin, Bo?",
        "Bo Ray: Sure.",
        "Cy Dunn: Velvet curtains, I would say.",
        "Dee Fox: Velvet curtains gather dust.",
    )
    assert "bin" not in set(topics_of(sentences_of(meeting(*turns)), "en"))


@pytest.mark.parametrize(
    ("lang", "text", "yes"),
    [
        ("en", "Why not.", True),
        ("en", "No objections.", True),
        ("en", "Not today.", False),
        ("en", "Is that fine?", False),
        ("en", "Yes, but only if the board pays for the whole of it.", False),
        ("ja", "異論ありません。", True),
        ("ja", "賛成できません。", False),
        ("ja", "いいですか。", False),
    ],
)
def test_what_says_yes(lang: str, text: str, yes: bool) -> None:
    where = sentences_of(meeting("Ann Lee: x"))[0].span
    assert is_nod(Sentence(0, where, text, "Ann Lee"), lang) is yes


def test_words_that_only_close_are_no_decision() -> None:
    assert says_nothing("Good, done.", "en")
    assert not says_nothing("Good, Lowell.", "en")


def test_of_two_proposals_named_last_the_older_is_turned_down() -> None:
    items = swept(
        "en",
        "Ann Lee: Good morning, let us begin.",
        "Ann Lee: Where do we stand with the roof repair, Bo?",
        "Bo Ray: Hardwick would be my choice.",
        "Cy Dunn: Hardwick is a worry because they never call back.",
        "Dee Fox: And Lowell?",
        "Ann Lee: Lowell gets the nod.",
        "Ann Lee: Hardwick can stay at home.",
        "Ann Lee: Bo, please paint the fence by Friday.",
    )
    decisions = {i.status: i.what for i in items if i.kind == "decision"}
    assert "Lowell" in decisions["decided"]
    assert "Hardwick" in decisions["rejected"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [("二つ目の案とはお別れ", "見送り: 二つ目の案とはお別れ"), ("二つ目の案は見送り", "二つ目の案は見送り")],
)
def test_what_was_turned_down_is_called_so(words: str, shown: str) -> None:
    place = sentences_of(meeting("森: x"))[0].span
    assert item_words(Item("decision", words, (place,), status="rejected"), "ja") == shown


@pytest.mark.parametrize(
    ("lang", "words", "who", "when"),
    [
        ("en", "That lands with Bo: paint the fence by Friday.", "Bo Ray", "Friday"),
        ("en", "Bo, you paint the fence by Friday, OK?", "Bo Ray", "Friday"),
        ("en", "Painting the fence is my turn, by Friday.", "Ann Lee", "Friday"),
        ("ja", "棚の点検なら私が金曜日までにできます。", "森", "金曜日"),
        ("ja", "棚の点検は加藤さんに金曜日までに行ってもらうことになりました。", "加藤", "金曜日"),
    ],
)
def test_a_person_beside_a_plain_deadline_has_a_task(lang: str, words: str, who: str, when: str) -> None:
    chair, other = ("Ann Lee", "Bo Ray") if lang == "en" else ("森", "加藤")
    hello = "Good morning." if lang == "en" else "始めます。"
    action = only(swept(lang, f"{chair}: {hello}", f"{other}: {hello}", f"{chair}: {words}"), "action")
    assert action.who == who
    assert when in action.when


@pytest.mark.parametrize("words", ["I doubt that the paint will hold until Friday.", "I want that done by Friday."])
def test_a_doubt_or_a_wish_with_a_date_is_no_task_of_the_speaker(words: str) -> None:
    items = swept("en", "Ann Lee: Good morning.", "Bo Ray: Good morning.", f"Ann Lee: {words}")
    assert [i for i in items if i.kind == "action" and i.who == "Ann Lee"] == []


UNSETTLED = (
    "Ann Lee: Good morning, let us begin.",
    "Ann Lee: Where do we stand with the roof repair, Bo?",
    "Bo Ray: Hardwick would be my choice.",
    "Cy Dunn: Hardwick is a worry because they never call back.",
    "Ann Lee: My tea is cold.",
)


def test_a_proposal_that_nobody_settled_is_open_and_says_so() -> None:
    item = only(swept("en", *UNSETTLED), "open")
    assert (item.status, item.who, item.section) == ("proposed", "Bo Ray", "roof repair")
    assert "Hardwick" in item_words(item, "en")
    assert "no decision found" in item_words(item, "en")


def test_a_proposal_that_was_decided_is_not_open() -> None:
    items = swept("en", *UNSETTLED[:-1], "Ann Lee: We have decided on Hardwick for the roof repair.")
    assert [i for i in items if i.kind == "open"] == []
    assert only(items, "decision").status == "decided"
