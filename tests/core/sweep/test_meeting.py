"""Decisions, actions and open points of a meeting, found by code: sentences written for these tests."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.sweep.item import Item
from tsel_core.sweep.run import sweep_documents


def meeting(*turns: str) -> list[Document]:
    """A transcript of "Name: words" lines."""
    units = []
    for number, turn in enumerate(turns):
        speaker = turn.partition(": ")[0]
        units.append(Unit(number, "turn", f"{speaker} 00:00:{number:02}", turn, speaker=speaker, start_s=float(number)))
    return [Document("meeting.vtt", "0" * 64, "vtt", "turn", tuple(units))]


def swept(lang: str, *turns: str) -> list[Item]:
    return list(sweep_documents(meeting(*turns), lang, "meeting").items)


def only(items: list[Item], kind: str) -> Item:
    found = [i for i in items if i.kind == kind]
    assert len(found) == 1, found
    return found[0]


def test_a_decision_that_changes_is_given_once_with_what_it_replaced() -> None:
    items = swept(
        "en",
        "Ann Lee: Let's talk about the parking fee.",
        "Bo Ray: I suggest 4 euros a day.",
        "Ann Lee: Agreed, the parking fee is 4 euros a day.",
        "Bo Ray: The works council will not like that.",
        "Ann Lee: Then we change it: the parking fee will be 3 euros a day instead of 4 euros a day.",
    )
    decision = only(items, "decision")
    assert "3 euros" in decision.what
    assert decision.status == "changed"
    assert decision.place.unit_index == 4


def test_a_changed_decision_in_japanese() -> None:
    items = swept(
        "ja",
        "森: 次は懇親会の会費についてです。",
        "林: 四千円を提案します。",
        "森: では、懇親会の会費は四千円に決定します。",
        "林: 若手には高いという声があります。",
        "森: 懇親会の会費は四千円をやめて三千円に変更します。",
    )
    decision = only(items, "decision")
    assert "三千円" in decision.what
    assert decision.status == "changed"
    assert decision.instead_of == "四千円" or "四千円" in decision.instead_of


def test_a_later_decision_on_another_topic_overrides_nothing() -> None:
    items = swept(
        "en",
        "Ann Lee: Let's talk about the parking fee.",
        "Ann Lee: We decided that the parking fee is 4 euros.",
        "Ann Lee: Moving on to the canteen.",
        "Ann Lee: Then we decide to keep the canteen open until 3 pm instead of closing at 2 pm.",
    )
    assert len([i for i in items if i.kind == "decision"]) == 2


@pytest.mark.parametrize(
    ("turn", "who", "what", "when"),
    [
        ("Ann Lee: Bo, can you print the badges by Tuesday?", "Bo Ray", "print the badges", "Tuesday"),
        (
            "Bo Ray: I'll print the badges before the end of the month.",
            "Bo Ray",
            "print the badges",
            "end of the month",
        ),
        ("Ann Lee: I'd like Bo to print the badges.", "Bo Ray", "print the badges", ""),
        ("Ann Lee: Bo, would you mind printing the badges by 4 May?", "Bo Ray", "print the badges", "4 May"),
    ],
)
def test_who_does_what_by_when(turn: str, who: str, what: str, when: str) -> None:
    action = only(swept("en", "Ann Lee: Good morning.", "Bo Ray: Hello.", turn), "action")
    assert (action.who, action.what) == (who, what)
    assert when in action.when
    assert bool(when) == bool(action.when)


@pytest.mark.parametrize(
    ("turn", "who", "what", "when"),
    [
        ("森: 林さん、名札の印刷を火曜日までにお願いします。", "林", "名札の印刷", "火曜日"),
        ("林: 名札は私のほうで5月4日までに印刷しておきます。", "林", "名札", "5月4日"),
        ("森: 名札の印刷は林さんにお願いします。", "林", "名札の印刷", ""),
    ],
)
def test_who_does_what_by_when_in_japanese(turn: str, who: str, what: str, when: str) -> None:
    action = only(swept("ja", "森: おはようございます。", "林: よろしくお願いします。", turn), "action")
    assert action.who == who
    assert what in action.what
    assert action.when == when


def test_who_answers_takes_what_was_asked_of_nobody() -> None:
    items = swept("en", "Ann Lee: Can you send the list by Friday?", "Bo Ray: Sure, will do.")
    assert only(items, "action").who == "Bo Ray"


def test_a_refused_request_is_no_action() -> None:
    items = swept(
        "en", "Bo Ray: Hello.", "Ann Lee: Bo, can you send the list by Friday?", "Bo Ray: Sorry, I can't, I am away."
    )
    assert [i for i in items if i.kind == "action"] == []


def test_the_same_task_said_twice_is_one() -> None:
    items = swept(
        "en",
        "Bo Ray: I will order the new chairs by the tenth of June.",
        "Ann Lee: Let me sum up.",
        "Ann Lee: Bo orders the new chairs by 10 June.",
    )
    assert only(items, "action").who == "Bo Ray"


@pytest.mark.parametrize(
    "turn",
    [
        "Ann Lee: Last year we decided to close the shop.",
        "Ann Lee: If we had decided that earlier, we would be done.",
        "Ann Lee: Have we decided on the shop?",
        "Ann Lee: We haven't decided anything yet.",
        "Ann Lee: I'll be honest, I liked the shop.",
        "Ann Lee: It will rain on Friday.",
        "Ann Lee: Can you see my screen?",
    ],
)
def test_talk_is_no_decision_and_no_action(turn: str) -> None:
    assert [i for i in swept("en", turn) if i.kind != "open"] == []


@pytest.mark.parametrize(
    "turn",
    [
        "森: 去年は店を閉めると決めました。",
        "森: まだ決まっていないですよね。",
        "森: 続けてください。",
        "森: それは先月の役員会で承認済みです。",
    ],
)
def test_japanese_talk_is_no_item(turn: str) -> None:
    assert swept("ja", turn) == []


def test_what_is_left_open() -> None:
    items = swept("en", "Ann Lee: We leave the question of the parking fee open until we know more.")
    assert only(items, "open").what == "the parking fee"
    items = swept("ja", "森: 会費については持ち帰りとします。")
    assert "会費" in only(items, "open").what


def test_a_register_in_a_table_is_taken_row_by_row() -> None:
    rows = "No.\tAction\tWho\tBy when\n1\tOrder the chairs\tBo Ray\t10 June\n2\tPaint the hall\tAnn Lee\tnot stated"
    document = Document("m.pdf", "0" * 64, "pdf", "page", (Unit(0, "page", "p. 1", f"1. Actions\n{rows}", page=1),))
    items = [i for i in sweep_documents([document], "en", "meeting").items if i.kind == "action"]
    assert [(i.who, i.what, i.when) for i in items] == [
        ("Bo Ray", "Order the chairs", "10 June"),
        ("Ann Lee", "Paint the hall", ""),
    ]


def test_a_list_under_open_points_of_a_pdf_whose_units_are_paragraphs() -> None:
    texts = (
        "9. Open points",
        "The following matters were raised and not settled.",
        "\u2022\tWhether the shed should be painted (Mr Ray, May meeting).",
        "10. Next meeting",
        "The next meeting is on 4 June.",
    )
    path = ("10. Next meeting",)
    units = tuple(Unit(n, "paragraph", "p. 4", t, page=4, heading_path=path) for n, t in enumerate(texts))
    items = sweep_documents([Document("m.pdf", "0" * 64, "pdf", "page", units)], "en", "meeting").items
    assert [(i.kind, i.what, i.when) for i in items if i.kind != "fact"] == [("open", "Whether the shed should be painted", "May meeting")]
    assert [i.what for i in items if i.kind == "fact"] == ["The next meeting is on 4 June."]


def test_one_task_for_two_topics_is_two_actions() -> None:
    """The same words to the same person by the same day: what they are about tells them apart."""
    documents = meeting(
        "山田: では、在宅勤務の日数は週3日で決定とします。",
        "山田: 山本さんは在宅勤務の日数について、取引先への連絡を今月末までにお願いします。",
        "山本: 承知しました。",
        *(f"佐藤: 展示会の話の{n}です。" for n in range(20)),
        "山田: では、委託先の候補は白峰システムズで決定とします。",
        "山田: 山本さんは委託先の候補について、取引先への連絡を今月末までにお願いします。",
        "山本: 承知しました。",
    )
    actions = [i for i in sweep_documents(documents, "ja", "meeting").items if i.kind == "action"]
    assert [i.who for i in actions] == ["山本", "山本"]
    assert "在宅勤務" in actions[0].what
    assert "委託先" in actions[1].what


@pytest.mark.parametrize(
    ("answer", "decided"),
    [("Bo Ray: No. Three years is our limit.", ""), ("Bo Ray: Yes.", "supported"), ("Bo Ray: No objections.", "supported"),
     ("Bo Ray: Let me think about it.", "")],
)  # fmt: skip
def test_what_is_asked_for_is_decided_by_the_answer(answer: str, decided: str) -> None:
    """"The landlord wants five years. Agreed?" was a decision, whatever the next one said."""
    documents = meeting("Ann Lee: Let's talk about the term.", "Ann Lee: The landlord wants 5 years. Agreed?", answer)
    found = [i for i in sweep_documents(documents, "en", "meeting").items if i.kind == "decision" and "5 years" in i.what]
    assert [i.verdict for i in found] == ([decided] if decided else [])
