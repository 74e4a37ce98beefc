"""Tasks of a talk that are called off a few turns later; texts written for these tests."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.sweep.item import Item
from tsel_core.sweep.run import sweep_documents


def talk(lang: str, *turns: tuple[str, str]) -> list[Item]:
    units = tuple(Unit(n, "turn", f"{who} {n}", f"{who}: {said}", speaker=who, start_s=float(n)) for n, (who, said) in enumerate(turns))
    document = Document("call.vtt", "0" * 64, "vtt", "turn", units)
    return [i for i in sweep_documents([document], lang, "meeting").items if i.kind == "action"]  # type: ignore[arg-type]


ASKED = (
    ("Mona Reyes", "Carl, can you book the Corn Hall for the ninth?"),
    ("Carl Hobbs", "Sure, I'll do that today."),
    ("Pia Lund", "The Corn Hall is shut for repairs that week."),
)


@pytest.mark.parametrize("said", ["Oh. Carl, don't book it then.", "Then forget the Corn Hall.", "Carl, no need to book the hall.", "So you don't need to book it, Carl."])
def test_what_is_called_off_is_marked_with_both_places(said: str) -> None:
    (task,) = talk("en", *ASKED, ("Mona Reyes", said))
    assert task.what.startswith("book the Corn Hall for the ninth (withdrawn: ")
    assert task.status == "rejected"
    assert [s.unit_index for s in task.evidence][:2] == [0, 3]


@pytest.mark.parametrize(
    "said",
    [
        "Carl, don't book it before they confirm.",
        "Pia, don't book anything for lunch.",
        "Carl, don't forget the Corn Hall.",
        "Carl, can we forget the projector?",
        "Let's scrap the printed programme.",
    ],
)
def test_what_still_stands(said: str) -> None:
    tasks = talk("en", *ASKED, ("Mona Reyes", said))
    assert not [t for t in tasks if "withdrawn" in t.what]


ASKED_JA = (
    ("浅見", "内山さん、レンタル会社への見積の依頼を今週中にお願いします。"),
    ("内山", "はい、承知しました。"),
    ("浅見", "黒田さん、アンケートの結果を金曜日までに送ってください。"),
    ("黒田", "はい、わかりました。"),
)


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("では内山さん、見積の依頼はなしでお願いします。", "内山"),
        ("黒田さん、アンケートは先方が集計するそうなので、送らなくていいです。", "黒田"),
    ],
)
def test_what_is_called_off_in_japanese(said: str, who: str) -> None:
    tasks = talk("ja", *ASKED_JA, ("浅見", said))
    assert [t.who for t in tasks if "取り消し" in t.what] == [who]


@pytest.mark.parametrize("said", ["紙の見積書は不要です。", "黒田さん、集計が終わるまでは送らないでください。", "見積の依頼は不要ですか。"])
def test_what_still_stands_in_japanese(said: str) -> None:
    assert not [t for t in talk("ja", *ASKED_JA, ("浅見", said)) if "取り消し" in t.what]


def test_what_is_put_off_is_not_called_off() -> None:
    (task,) = talk("en", *ASKED, ("Mona Reyes", "Carl, don't book it yet."))
    assert task.what == "book the Corn Hall for the ninth (put off: Carl, don't book it yet)"
    assert task.status != "rejected"
