"""What became of each question of a meeting, told by who proposes, who answers and how the talk leaves it."""

from __future__ import annotations

import pytest

from tests.core.sweep.test_meeting import only, swept
from tsel_core.sweep.meetings.verbs_ja import plain

LEAD = ("Ann Lee: Good morning.",)
LEAD_JA = ("部長 青木: 始めます。",)


def of(lang: str, kind: str, *turns: str) -> list[tuple[str, str, str]]:
    return [(i.status, i.section, i.what) for i in swept(lang, *turns) if i.kind == kind]


def test_what_the_chair_takes_up_settles_the_question_of_a_bare_title() -> None:
    found = of(
        "en", "decision", *LEAD, "Ann Lee: Curtains. Blue costs ten, green costs nine.",
        "Bo Ray: Green fades in a year.", "Cy Dunn: We have blue upstairs.", "Ann Lee: Blue it is.",
    )  # fmt: skip
    assert found == [("decided", "Curtains", "Blue")]


def test_a_yes_of_the_chair_means_the_last_proposal() -> None:
    ((status, section, what),) = of(
        "en", "decision", *LEAD, "Ann Lee: Next, the front gate.", "Bo Ray: I'd lock the gate at nine.",
        "Cy Dunn: That would keep the foxes out.", "Ann Lee: Splendid.",
    )  # fmt: skip
    assert (status, section) == ("decided", "front gate")
    assert "foxes" in what or "nine" in what


def test_a_question_that_is_put_off_is_an_open_point_with_its_subject() -> None:
    turns = (*LEAD, "Ann Lee: Next, the front gate.", "Bo Ray: Lock it or leave it.", "Cy Dunn: Either would do.")
    ((_, section, what),) = of("en", "open", *turns, "Ann Lee: Let's park that for now.")
    assert section == "front gate"
    assert what.startswith("front gate (")
    assert of("en", "open", *turns, "Ann Lee: Lock it, then.") == []


def test_what_somebody_asks_for_and_the_chair_declines_is_turned_down() -> None:
    turns = (*LEAD, "Ann Lee: Next, the front gate.", "Bo Ray: Lock it at nine.", "Ann Lee: Nine, then.")
    found = of("en", "decision", *turns, "Cy Dunn: Could we keep chickens?", "Ann Lee: I'm afraid not.")
    assert ("rejected", "keep chickens", "I'm afraid not. (Could we keep chickens?)") in found


@pytest.mark.parametrize(
    ("lang", "turns", "what"),
    [
        (
            "en",
            (*LEAD, "Ann Lee: Next, the front gate.", "Bo Ray: The insurers want 300 pounds for a new lock.",
             "Cy Dunn: A chain would do.", "Ann Lee: We follow the insurers."),
            "300 pounds",
        ),
        (
            "ja",
            (*LEAD_JA, "部長 青木: まず門の施錠です。", "課長 原: 保険会社は21時を求めています。",
             "森田: 22時でもいいでしょう。", "部長 青木: では保険会社に合わせましょう。"),
            "21時",
        ),
    ],
)  # fmt: skip
def test_a_decision_that_only_points_carries_the_value_it_points_to(
    lang: str, turns: tuple[str, ...], what: str
) -> None:
    ((status, _, words),) = of(lang, "decision", *turns)
    assert status == "decided"
    assert what in words


@pytest.mark.parametrize(
    ("last", "kind", "status"),
    [
        ("では水色にしましょう。", "decision", "decided"),
        ("この件は持ち帰ります。", "open", "open"),
    ],
)
def test_japanese_questions_end_in_a_decision_or_stay_open(last: str, kind: str, status: str) -> None:
    found = of(
        "ja", kind, *LEAD_JA, "部長 青木: まず窓のカーテンです。", "課長 原: 水色か緑ですね。",
        "森田: 緑は色があせます。", f"部長 青木: {last}",
    )  # fmt: skip
    assert [(s, t) for s, t, _ in found] == [(status, "窓のカーテン")]


def test_whoever_answers_the_question_who_does_it_has_the_task() -> None:
    item = only(
        swept("en", *LEAD, "Ann Lee: Who's going to order the paint?", "Bo Ray: Me. You'll have it on Friday.", "Cy Dunn: Good."),
        "action",
    )  # fmt: skip
    assert (item.who, item.what, item.when) == ("Bo Ray", "order the paint", "Friday")


def test_a_date_in_answer_to_what_is_due_is_a_task() -> None:
    item = only(
        swept("en", *LEAD, "Ann Lee: The floor plans, Bo, they were due yesterday.", "Bo Ray: Tomorrow morning.", "Cy Dunn: Good."),
        "action",
    )  # fmt: skip
    assert (item.who, item.what, item.when) == ("Bo Ray", "floor plans", "Tomorrow morning")


def test_japanese_speakers_with_a_title_are_called_by_their_name() -> None:
    item = only(
        swept("ja", *LEAD_JA, "部長 青木: 小原さん、名簿を金曜までに出しておいて。", "課長 小原: 承知しました。", "森田: はい。"),
        "action",
    )  # fmt: skip
    assert (item.who, item.when) == ("課長 小原", "金曜")


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        ("案内状を送ります", "案内状を送る"),
        ("研修を行います", "研修を行う"),
        ("稟議を出します", "稟議を出す"),
        ("資料を確認します", "資料を確認する"),
        ("登録を済ませて", "登録を済ませる"),
        ("荷物を持って", "荷物を持つ"),
        ("業者に頼んで", "業者に頼む"),
        ("手紙を書いて", "手紙を書く"),
        ("議事録", "議事録"),
    ],
)
def test_japanese_tasks_have_their_verbs_plain_form(words: str, verb: str) -> None:
    assert plain(words) == verb


def test_a_task_without_an_object_takes_it_from_before_the_question_when() -> None:
    item = only(
        swept(
            "ja", *LEAD_JA, "部長 青木: 封筒の見積もりも要ります。小原さん、いつまでにいただけますか。",
            "課長 小原: 金曜にお出しします。", "森田: はい。",
        ),
        "action",
    )  # fmt: skip
    assert "封筒の見積もり" in item.what
    assert "いつまで" not in item.what
