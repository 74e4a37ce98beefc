"""Greetings are no points of a summary; a sentence that says anything else beside one is."""

from __future__ import annotations

import time

import pytest

from tsel_core.ingest import ReadOptions
from tsel_core.ingest.parse import parse
from tsel_core.sweep.courtesies import is_courtesy
from tsel_core.sweep.run import sweep_documents

GREETS = (
    "Good morning everybody, thank you for coming.",
    "Good afternoon, and welcome to our quarterly meeting.",
    "Hello all, thanks so much for joining us today at such short notice.",
    "Right, so, good evening everyone, and thank you all for your time.",
    "Welcome back, it is lovely to see you all again.",
    "Thank you very much, have a nice weekend everyone!",
    "Okay, let's get started.",
    "Morning, Ruth. Can everyone hear me okay?",
    "I hope you all had a good break.",
    "皆さん、おはようございます。",
    "本日はお忙しい中お集まりいただき、誠にありがとうございます。",
    "それでは、定刻になりましたので会議を始めさせていただきます。",
    "お疲れ様です。本日もどうぞよろしくお願いいたします。",
    "遠方からご参加くださりありがとうございました。",
    "森部長、おはようございます、聞こえますか。",
    "以上です、ありがとうございました。",
)
SAYS = (
    "Good morning, the boiler in the east wing is broken.",
    "Thank you for the offer, we take it.",
    "Thank you for coming, Anna leads the audit from now on.",
    "Welcome to the new member of the board, Ms Ito of the finance committee.",
    "Let's begin with the budget of the museum.",
    "Good morning everybody, we have 12 points today.",
    "Thanks for bringing the delivery forward.",
    "The welcome desk is closed in winter.",
    "Everyone here is in favour.",
    "おはようございます、東棟のボイラーが故障しました。",
    "納期を早めていただき、ありがとうございます。",
    "本日は予算の話から始めます。",
    "お忙しい中恐縮ですが、見積もりを金曜までにお願いします。",
    "本日の議題は三つあります。",
    "ご参加の方は受付で名札を受け取ってください。",
)


@pytest.mark.parametrize("text", GREETS)
def test_a_greeting_is_a_courtesy(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize("text", [*SAYS, "Rejected, many thanks to all of you.", "Thank you very much for your attention, Approved.", "今年から毎回、早朝に定例会を開始いたします。", "本日限りで監査委員会を開催いたします。"])
def test_what_says_something_is_none(text: str) -> None:
    assert not is_courtesy(text)


@pytest.mark.parametrize("piece", ["thank you ", "all everyone ", "to the ", "good ", "本日は", "まずは", "お時間をいただき", "皆様", "ありがとう", "a", "今"])
def test_repeated_words_take_no_time(piece: str) -> None:
    begin = time.process_time()
    for end in ("", "x", "。", "ば"):
        is_courtesy((piece * 160)[: 160 - len(end)] + end)
    assert time.process_time() - begin < 1.0


def test_no_brief_begins_with_a_greeting() -> None:
    talk = (
        "Vera: Good morning everybody, thank you all for coming to the meeting this morning.\n"
        "Vera: The reading room stays closed until the roof is repaired by the builders.\n"
        "Paul: The builders begin with the roof of the reading room in the first week of June.\n"
        "Vera: Thank you very much everybody, and have a nice weekend.\n"
    )
    document = parse("talk.txt", talk.encode(), "0", ReadOptions(isolate=False))
    points = [i.what for i in sweep_documents([document], "en", style="brief").items if i.kind == "point"]
    assert points
    assert not any(is_courtesy(p) for p in points)
