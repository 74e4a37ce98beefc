"""Limits, conditions, requests to whoever was spoken with, and the name of a meeting; talks written for these tests."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings.openings import names_meeting
from tsel_core.sweep.run import sweep_documents


def talk(lang: str, *turns: tuple[str, str]) -> list[Item]:
    units = tuple(
        Unit(n, "turn", f"{who} 00:00:{n:02}", f"{who}: {words}", speaker=who, start_s=float(n))
        for n, (who, words) in enumerate(turns)
    )
    document = Document("talk.vtt", "0" * 64, "vtt", "turn", units)
    return list(sweep_documents([document], lang, "meeting").items)  # type: ignore[arg-type]


def told(found: list[Item], kind: str) -> list[tuple[str, str]]:
    return [(i.what.rstrip(".。"), i.verdict) for i in found if i.kind == kind]


_EN = (("Ada Moss", "Good morning, all."), ("Ben Hart", "Morning."), ("Cleo Park", "Hello."))
_JA = (("小野", "おはようございます。"), ("堀", "おはようございます。"), ("北", "はい。"))


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        ("I can go to ninety thousand, not more.", "Ada Moss: I can go to ninety thousand, not more"),
        ("We can't spend more than 400 on it.", "We can't spend more than 400 on it"),
        ("Forty is the most I can sign.", None),
        ("The limit is 500 a head.", "The limit is 500 a head"),
        ("We can't move the files in before the roof is dry.", "We can't move the files in before the roof is dry"),
        ("Nobody may enter the shed until it has passed.", "Nobody may enter the shed until it has passed"),
        ("I can't come before ten.", None),
        ("We can't know until they call.", None),
        ("Can we go to ninety thousand, not more?", None),
    ],
)
def test_bounds_are_listed_with_a_mark_en(said: str, listed: str | None) -> None:
    found = talk("en", *_EN, ("Ada Moss", said), ("Ben Hart", "The lift was noisy today."))
    got = [w for w in told(found, "decision") if "most I can" not in w[0]]
    assert got == ([] if listed is None else [(listed, "unsure")])


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        ("予算は90万円までなら出せます。", True),
        ("90万円以上は出せません。", True),
        ("検査が終わるまで、荷物は入れられません。", True),
        ("許可が下りるまで始められません。", True),
        ("数字がないと判断できません。", False),
        ("結果が出るまで分かりません。", False),
        ("私は10時まで動けません。", False),
        ("90万円までなら出せますか。", False),
    ],
)
def test_bounds_are_listed_with_a_mark_ja(said: str, listed: bool) -> None:
    found = talk("ja", *_JA, ("小野", said), ("堀", "昨日は雨でした。"))
    assert told(found, "decision") == ([(said.rstrip("。"), "unsure")] if listed else [])


def test_a_request_without_a_name_is_for_whoever_was_spoken_with() -> None:
    found = talk(
        "en",
        *_EN,
        ("Cleo Park", "I have a price of two thousand from Marlin Glass."),
        ("Ada Moss", "Get a second price please, and bring both next week. We don't decide that today."),
        ("Ben Hart", "The alarm test was on Monday."),
        ("Ada Moss", "Ben, please send me the protocol."),
        ("Ben Hart", "Will do."),
    )
    assert [(i.who, i.what, i.verdict) for i in found if i.kind == "action"] == [
        ("Cleo Park", "get a second price, and bring both", "unsure"),
        ("Ben Hart", "send me (Ada Moss) the protocol", "supported"),
    ]
    (left,) = (i.what for i in found if i.kind == "open")
    assert "Get a second price" not in left
    assert "Cleo Park: I have a price of two thousand" in left


def test_a_request_with_a_day_is_for_whoever_was_spoken_with_ja() -> None:
    talks = (("北", "清掃は23万円という話です。"), ("小野", "来週、見積書を持ってきてください。"), ("堀", "昨日は雨でした。"))
    found = [i for i in talk("ja", *_JA, *talks) if i.kind == "action"]
    assert [(i.who, i.what, i.when, i.verdict) for i in found] == [("北", "見積書を持ってきて", "来週", "unsure")]
    talks = (("北", "清掃は23万円という話です。"), ("小野", "傘を持ってきてください。"), ("堀", "昨日は雨でした。"))
    assert not [i for i in talk("ja", *_JA, *talks) if i.kind == "action"]  # by no day, to nobody: left to the talk


def test_me_is_who_speaks_ja() -> None:
    found = talk("ja", *_JA, ("小野", "堀さん、証明書を私に送ってください。"), ("堀", "承知しました。"))
    assert [(i.who, i.what) for i in found if i.kind == "action"] == [("堀", "証明書を私（小野）に送る")]


def test_what_one_does_oneself_needs_no_name() -> None:
    found = talk("en", *_EN, ("Ben Hart", "I'll write to my landlord by Friday."), ("Ada Moss", "Thanks."))
    assert [i.what for i in found if i.kind == "action"] == ["write to my landlord"]


@pytest.mark.parametrize(
    ("lang", "text", "what"),
    [
        ("en", "This is the weekly call for the Harbour office move.", "Harbour office move"),
        ("en", "So, welcome to the monthly meeting of the finance people.", ""),
        ("en", "This is the weekly call for the sales team.", ""),
        ("en", "Now the kick-off meeting.", None),
        ("ja", "本日は倉庫移転の定例会議です。", "倉庫移転"),
        ("ja", "それでは定例会議を始めます。", ""),
        ("ja", "次は会議室の予約です。", None),
    ],
)
def test_the_name_of_a_meeting_is_no_topic(lang: str, text: str, what: str | None) -> None:
    assert names_meeting(text, lang) == what


def test_a_decision_stands_behind_what_the_meeting_is_about() -> None:
    found = talk(
        "en",
        ("Ada Moss", "This is the weekly call for the Harbour office move. Ben, which weekend do you want?"),
        ("Ben Hart", "The sixth of May would work."),
        ("Cleo Park", "The office move needs a free lift."),
        ("Ada Moss", "Let's make it the sixth of May. That's decided."),
    )
    assert [i.section for i in found if i.kind == "decision"] == ["Harbour office move"]
