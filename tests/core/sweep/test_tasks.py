"""Tasks that two share, that are offered and accepted, that hang on an if, that take their object from before."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.quality.minutes.made_meetings import Meeting
from tests.quality.minutes.minutes_eval import as_documents
from tsel_core.sweep.deadlines import find_deadline
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings import actions_en, actions_ja, moves_en
from tsel_core.sweep.meetings.actions import Task
from tsel_core.sweep.meetings.topics import opening
from tsel_core.sweep.people import People
from tsel_core.sweep.run import sweep_documents

_TALK = (
    ("Edna Moss", "Right, shall we? First, the hedge along the lane."),
    ("Paul Webb", "It's taller than me. The postman can't see the gate."),
    ("Paul Webb", "I could borrow a trimmer, if I had a longer arm."),
    ("Edna Moss", "No, no. We take the contractor."),
    ("Rita Shaw", "I'll phone him on Monday."),
    ("Edna Moss", "Next, the key to the shed. We get a lock with a number."),
    ("Paul Webb", "Shall I buy one?"),
    ("Edna Moss", "Yes please, by Friday."),
    ("Rita Shaw", "Should I paint the door?"),
    ("Edna Moss", "No, it's fine as it is."),
    ("Edna Moss", "Thank you, Paul. Good night, all."),
)
_TALK_JA = (
    ("会長 岡田", "では始めます。まず、夏祭りの提灯の件です。"),
    ("書記 原", "去年の提灯は破れています。"),
    ("会長 岡田", "提灯の修理が要りますね。"),
    ("会計 西", "業者に見積もりを頼みましょうか。"),
    ("会長 岡田", "お願いします、金曜までに。"),
    ("書記 原", "写真も撮りましょうか。"),
    ("会長 岡田", "いえ、大丈夫です。"),
    ("会長 岡田", "今日はここまでです。"),
)


def _tasks(lang: str, talk: tuple[tuple[str, str], ...]) -> list[Item]:
    meeting = Meeting(lang)
    for who, words in talk:
        meeting.say(who, words)
    swept = sweep_documents(as_documents(meeting, "m"), cast(Any, lang), "meeting")
    return [i for i in swept.items if i.kind == "action"]


def test_an_offer_that_is_taken_is_a_task_with_the_day_of_the_answer() -> None:
    tasks = _tasks("en", _TALK)
    assert [(i.who, i.when) for i in tasks if "buy" in i.what] == [("Paul Webb", "Friday")]
    assert not any("trimmer" in i.what or "door" in i.what for i in tasks)


def test_a_japanese_offer_that_is_taken_is_a_task_and_one_that_is_declined_is_none() -> None:
    tasks = _tasks("ja", _TALK_JA)
    assert [(i.who, i.when) for i in tasks if "見積もり" in i.what] == [("会計 西", "金曜")]
    assert not any("写真" in i.what for i in tasks)


def _context() -> Any:
    names = {"Ben": "Ben", "佐藤": "佐藤", "森": "森"}
    return cast(Any, SimpleNamespace(people=People(names), asked=False))


def _who_when(tasks: list[Task]) -> list[tuple[str, str]]:
    return [(t.who, t.when) for t in tasks]


def test_two_tasks_of_one_sentence_have_their_own_people_and_days() -> None:
    found = actions_en.find_tasks("Ben drafts by the sixteenth and I sign on the seventeenth.", _context())
    assert _who_when(found) == [("Ben", "the sixteenth"), ("speaker", "the seventeenth")]


def test_two_people_of_one_japanese_sentence_have_their_own_parts() -> None:
    both = actions_ja.find_tasks("礼状は、佐藤さんが下書きして、森さんが清書する、という形でお願いできますか。", _context())
    assert [(t.who, t.what) for t in both] == [("佐藤", "礼状を下書きする"), ("森", "礼状を清書する")]


@pytest.mark.parametrize("text", ["I could hang them myself, if I had a ladder.", "You'll have seen that we lost two."])
def test_what_hangs_on_something_unreal_is_no_task(text: str) -> None:
    assert actions_en.find_tasks(text, _context()) == []


@pytest.mark.parametrize("text", ["もし全社で変えるなら、私が手順を書きます。", "宝くじが当たったら、私が買っておきます。"])
def test_what_is_only_imagined_in_japanese_is_no_task(text: str) -> None:
    assert actions_ja.find_tasks(text, _context()) == []


@pytest.mark.parametrize(
    ("text", "who"),
    [("佐藤さんには私から話しておきます。", "speaker"), ("佐藤さんには森さんから言ってくれますか。", "森")],
)
def test_who_speaks_does_what_somebody_else_is_told(text: str, who: str) -> None:
    assert [t.who for t in actions_ja.find_tasks(text, _context())] == [who]


@pytest.mark.parametrize(
    ("text", "lang", "when"),
    [
        ("by the sixteenth.", "en", "by the sixteenth"),
        ("by the sixteenth draft of it", "en", ""),
        ("次の会議に出してください", "ja", "次の会議に"),
        ("次の会議は長い", "ja", ""),
    ],
)
def test_a_day_is_one_only_where_nothing_else_is_counted(text: str, lang: str, when: str) -> None:
    found = find_deadline(text, lang)
    assert (text[found[0] : found[1]] if found is not None else "") == when


def test_an_ordinal_is_no_topic() -> None:
    assert opening("Next, the sixteenth.", "en") == ""
    assert opening("Next, the sixteenth draft.", "en") != ""
    assert moves_en.subject("Now the twenty-first?", strong=True) == ""
