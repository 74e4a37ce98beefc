"""Lines of name, time and words with no sign between them are turns; programmes and logs are none."""

from __future__ import annotations

import pytest

from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

TALK_JA = """資料室 定例 文字起こし（自動） 2027年3月4日 14:00〜

相馬 00:04 始めます。
伊丹 00:09 はい。
相馬 00:15 棚の件ですが、3段にしますか。
伊丹 00:22 4段でお願いします。
相馬 00:31 では4段で決定で。伊丹さん、木曜までに発注してください。
伊丹 1:02:10 承知しました。
"""
TALK_EN = """Orr 00:04 Shall we start?
Bell 00:09 Yes, please.
Orr 00:15 The shelves: three rows or four?
Bell 00:22 Four, I would say,
and a ladder.
Orr 00:31 Four it is. Bell, please order them by Thursday.
"""
TIME_FIRST = "\n".join(f"00:{10 + n} {'相馬' if n % 2 else '伊丹'} 棚は{n}段です。" for n in range(8))


def read(text: str):  # type: ignore[no-untyped-def]
    return parse("a.txt", text.encode(), "0" * 64, ReadOptions())


@pytest.mark.parametrize(
    ("text", "turns", "speaker", "start", "words"),
    [
        (TALK_JA, 6, "相馬", 31.0, "では4段で決定で。"),
        (TALK_EN, 5, "Orr", 31.0, "Four it is."),
        (TIME_FIRST, 8, "相馬", 17.0, "棚は7段です。"),
    ],
)
def test_lines_of_name_time_and_words_are_turns(text: str, turns: int, speaker: str, start: float, words: str) -> None:
    document = read(text)
    assert document.unit_kind == "turn"
    spoken = [u for u in document.units if u.speaker]
    assert len(spoken) == turns
    found = next(u for u in spoken if words in u.text)
    assert (found.speaker, found.start_s) == (speaker, start)


@pytest.mark.parametrize(
    "text",
    [
        "Programme\n\nRegistration 09:00 in the hall\nOpening 09:30 by the chair\nLunch 12:30 in the canteen\nTour 14:00 of the mill\nClosing 16:00 by the mayor\n",
        "受付 09:00 ロビー\n開会 09:30 大会議室\n昼食 12:30 食堂\n見学 14:00 工場\n閉会 16:00 大会議室\n",
        "Bus 10:15 leaves the station.\nBus 10:45 leaves the station.\nBus 11:15 leaves the station.\nBus 11:45 leaves.\nBus 12:15 leaves.\n",
        "Monday 07:00 Anna early shift\nMonday 14:00 Ben late shift\nTuesday 14:30 Cleo late shift\nTuesday 15:00 Dan late\nMonday 22:00 Eve night\n",
        "INFO 12:00:04 user login\nINFO 12:00:05 user logout\nWARN 12:00:06 disk\nWARN 12:00:07 disk\nINFO 12:01:00 user login\n",
        "Minutes. Orr 00:04 said that the shelves are late.\nThey come on Monday.\nBell 00:09 agreed.\nNothing else was said.\nIt ended.\n",
        "Orr 00:40 We end.\nBell 00:30 Yes.\nOrr 00:20 Four rows.\nBell 00:10 Three?\nOrr 00:05 Start.\n",  # times run back
    ],
)
def test_a_programme_is_no_transcript(text: str) -> None:
    assert read(text).unit_kind != "turn"
