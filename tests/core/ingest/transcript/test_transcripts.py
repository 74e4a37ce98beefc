"""Transcripts: captions and the text exports of meeting tools become turns with speakers and times."""

from __future__ import annotations

import random

import pytest

from tsel_core.document import Document, render_documents
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

Turn = tuple[str | None, float | None, str]


def read(text: str, name: str = "meeting.txt") -> Document:
    return parse(name, text.encode(), "0", ReadOptions(isolate=False))


def turns(document: Document) -> list[Turn]:
    return [(u.speaker, u.start_s, u.text) for u in document.units if u.kind == "turn"]


EXPORTS = {
    "zoom": "[Kim Park] 10:00:03\nGood morning.\n\n[Lee] 10:00:08\nThe budget is done.\n\n[Kim Park] 10:00:12\nAgreed.\n",
    "otter": "Kim Park  10:00:03  \nGood morning.\n\nLee  10:00:08  \nThe budget is done.\n\nKim Park  10:00:12  \nAgreed.\n",
    "teams": "10:00:03.0 --> 10:00:05.0\nKim Park\nGood morning.\n\n10:00:08.0 --> 10:00:09.0\nLee\nThe budget is done.\n\n"
    "10:00:12.0 --> 10:00:13.0\nKim Park\nAgreed.\n",
    "brackets": "[10:00:03] Kim Park: Good morning.\n[10:00:08] Lee: The budget is done.\n[10:00:12] Kim Park: Agreed.\n",
    "after the name": "Kim Park (10:00:03): Good morning.\nLee (10:00:08): The budget is done.\nKim Park (10:00:12): Agreed.\n",
    "rev": "Kim Park: (10:00:03)\nGood morning.\n\nLee: (10:00:08)\nThe budget is done.\n\nKim Park: (10:00:12)\nAgreed.\n",
    "time then name": "10:00:03 Kim Park\nGood morning.\n10:00:08 Lee\nThe budget is done.\n10:00:12 Kim Park\nAgreed.\n",
    "name above time": "Kim Park\n10:00:03\nGood morning.\n\nLee\n10:00:08\nThe budget is done.\n\nKim Park\n10:00:12\nAgreed.\n",
    "tabs": "10:00:03\tKim Park\tGood morning.\n10:00:08\tLee\tThe budget is done.\n10:00:12\tKim Park\tAgreed.\n",
    "chat": "10:00:03 From Kim Park to Everyone: Good morning.\n10:00:08 From Lee to Everyone: The budget is done.\n"
    "10:00:12 From Kim Park to Everyone: Agreed.\n",
}


@pytest.mark.parametrize("name", EXPORTS)
def test_exports(name: str) -> None:
    found = turns(read(EXPORTS[name]))
    assert found == [
        ("Kim Park", 36003.0, "Kim Park: Good morning."),
        ("Lee", 36008.0, "Lee: The budget is done."),
        ("Kim Park", 36012.0, "Kim Park: Agreed."),
    ]


JAPANESE = {
    "colon": "司会：始めます。\n田中：予算は三千万円です。\n司会：了解です。\n田中：以上。\n",
    "brackets": "【司会】始めます。\n【田中】予算は三千万円です。\n【司会】了解です。\n【田中】以上。\n",
    "rounds": "○司会　始めます。\n○田中　予算は三千万円です。\n○司会　了解です。\n○田中　以上。\n",
    "brackets alone": "[司会]\n始めます。\n\n[田中]\n予算は三千万円です。\n\n[司会]\n了解です。\n\n[田中]\n以上。\n",
    "quotes": "司会「始めます。」\n田中「予算は三千万円です。」\n司会「了解です。」\n田中「以上。」\n",
}


@pytest.mark.parametrize("name", JAPANESE)
def test_japanese_minutes(name: str) -> None:
    document = read("議事録\n日時：2026年1月5日\n\n" + JAPANESE[name])
    assert [t[2] for t in turns(document)] == ["司会: 始めます。", "田中: 予算は三千万円です。", "司会: 了解です。", "田中: 以上。"]
    assert [u.text for u in document.units if u.kind == "line"] == ["議事録", "日時：2026年1月5日"]
    assert document.units[2].label == "司会, line 4"


FEW = {
    "one comes back": ("議事録\n日時：令和6年3月12日\n\n議長：始めます。\n田中部長：予算は三千万円です。\n　追加もあります。\n議長：承認します。\n鈴木：期限は四月末です。\n",
                       ["議長", "田中部長", "議長", "鈴木"]),
    "rounds": ("○議長（山田君）　会議を開きます。\n　本日の議題は予算です。\n○田中委員　いくらですか。\n○参考人（鈴木君）　三千億円です。\n○田中委員　わかりました。\n",
               ["議長（山田君）", "田中委員", "参考人（鈴木君）", "田中委員"]),
    "a label before the name": ("議事録\n場所：本社\n\n発言者：田中\n始めます。\n\n発言者：鈴木\n予算は三千万円です。\n", ["田中", "鈴木"]),
    "English": ("MR. SMITH: Good morning.\n\nTHE CHAIR: Order. We proceed with\nthe first item.\n\nMR. SMITH: What is the cost?\n", ["MR. SMITH", "THE CHAIR", "MR. SMITH"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FEW)
def test_few_turns_are_turns_where_they_are_sentences(name: str) -> None:
    text, speakers = FEW[name]
    assert [t[0] for t in turns(read(text))] == speakers


def test_times_divided_by_a_comma() -> None:
    text = "0:00:01.000,0:00:03.000\nHello and welcome.\n\n0:01:13.000,0:01:15.000\nThe price is 40 dollars.\n"
    for name in ("a.sbv", "a.txt"):
        assert [t[1:] for t in turns(read(text, name))] == [(1.0, "Hello and welcome."), (73.0, "The price is 40 dollars.")]


def test_full_width_times() -> None:
    found = turns(read("００：０３　司会：ＡＢＣを始めます。\n００：０５　田中：はい。\n００：０９　司会：では。\n"))
    assert found[0] == ("司会", 3.0, "司会: ＡＢＣを始めます。")
    assert [t[1] for t in found] == [3.0, 5.0, 9.0]


def test_google_meet_times_hold_for_the_turns_below() -> None:
    text = "Sync - 2026/01/02 10:00 GMT - Transcript\nAttendees\nKim, Lee\n00:00:00\n\nKim: Hello.\nLee: Yes.\n00:05:00\n\nKim: Next: the budget.\nLee: Fine.\n"
    document = read(text)
    assert turns(document) == [("Kim", 0.0, "Kim: Hello."), ("Lee", 0.0, "Lee: Yes."), ("Kim", 300.0, "Kim: Next: the budget."), ("Lee", 300.0, "Lee: Fine.")]
    assert [u.text for u in document.units if u.kind == "line"][1:] == ["Attendees", "Kim, Lee"]


def test_wrapped_turns_and_titles() -> None:
    text = "CHAIRMAN SMITH: Good morning.\nMR. JONES: Thank you. I have a\nquestion: what is the budget?\nCHAIRMAN SMITH: Three million.\nMR. JONES: Thanks.\n"
    assert [t[2] for t in turns(read(text))] == [
        "CHAIRMAN SMITH: Good morning.",
        "MR. JONES: Thank you. I have a\nquestion: what is the budget?",
        "CHAIRMAN SMITH: Three million.",
        "MR. JONES: Thanks.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Agreement\nTerm: 3 years\nGoverning law: Japan\nFee: 100 USD\nNotices: by mail\nThe parties agree as follows.\n",
        "9:00 Opening\n10:30 Coffee\n12:00 Lunch\nAll times are local.\n",
        "(a) first item of it\n(b) second item of it\n(a) first again here\n(b) second again here\n(c) third\n",
        "Supplier: ACME Ltd\nCustomer: Foo Inc\nDate: 3 May 2024\nSupplier: shall deliver\nTerm: two years.\n",
        "Plain prose. It says: nothing in particular.\nAnother line of it.\nAnd a third.\n",
    ],
)
def test_other_texts_are_no_transcripts(text: str) -> None:
    document = read(text)
    assert document.unit_kind == "paragraph"
    assert "".join("".join(u.text.split()) for u in document.units) == "".join(text.split())


def test_no_words_are_lost_in_any_style() -> None:
    for text in [*EXPORTS.values(), *JAPANESE.values(), "[00:00.000 --> 00:02.000]  Words alone\n[00:02.000 --> 00:05.000]  And more\n"]:
        seen = "".join(u.text for u in read(text).units)
        for word in ("Good morning.", "The budget is done.", "予算は三千万円です", "Words alone", "And more"):
            assert (word in seen) == (word in text)


VTT = """WEBVTT - A title
Kind: captions

NOTE
not spoken

STYLE
::cue { color: red }

REGION
id:fred

1
00:01.000 --> 00:03.000 align:start
<v.loud Kim Park>Good <i>morning</i> &amp; welcome</v>

second
00:03.000 --> 00:05.000
<v Kim Park>to the <00:04.000><c.red>meeting</c>.

00:00:05.000 --> 00:00:06.000
<v Lee>Yes.</v> <v Kim Park>Good.</v>

1:00:06.500 --> 1:00:08.000
<v Lee><ruby>久世<rt>くぜ</rt></ruby>です。</v>
"""


def test_vtt_voices_notes_styles_and_times() -> None:
    document = read(VTT, "a.vtt")
    assert turns(document) == [
        ("Kim Park", 1.0, "Kim Park: Good morning & welcome to the meeting."),
        ("Lee", 5.0, "Lee: Yes."),
        ("Kim Park", 5.0, "Kim Park: Good."),
        ("Lee", 3606.5, "Lee: 久世です。"),
    ]
    assert document.units[0].label == "Kim Park 00:00:01"
    assert document.units[0].end_s == 5.0


def test_vtt_out_of_order_overlapping_and_without_header() -> None:
    text = "00:00:04.000 --> 00:00:06.000\n<v Lee>two\n\n00:00:01.000 --> 00:00:09.000\n<v Kim>one\n"
    document = read(text, "a.vtt")
    assert [t[0] for t in turns(document)] == ["Lee", "Kim"]
    assert "WEBVTT" in document.warnings[0]
    assert [u.text for u in read("WEBVTT\r\r00:01.000 --> 00:02.000\rold line ends\r", "a.vtt").units] == ["old line ends"]


def test_lines_outside_of_cues_are_kept() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n\nWords after an empty line.\n\n00:03.000 --> 00:04.000\n \nWords after spaces.\n"
    document = read(text, "a.vtt")
    assert " ".join(u.text for u in document.units) == "Words after an empty line. Words after spaces."
    assert document.units[0].start_s == 1.0
    assert document.warnings == ("1 lines that belong to no cue were kept with the time before them",)


def test_rolling_captions_are_not_doubled() -> None:
    lines = [f"this is spoken line number {i}" for i in range(8)]
    cues = "".join(f"00:0{i}.000 --> 00:0{i + 1}.000\n{lines[i - 1]}\n{lines[i]}\n\n" for i in range(1, 8))
    text = " ".join(u.text for u in read("WEBVTT\n\n" + cues, "a.vtt").units)
    assert [text.count(line) for line in lines] == [1] * 8


def test_srt_speakers_markup_and_broken_times() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<b>Kim:</b> Hello\nthere\n\n2\n00:00:02,500 --> 00:00:03,000\nKim: again.\n3\n00:00:04,000 --> 00:00:05,000\nLee: Yes.\n\n4\n00:0x --> 00:09\nLee: Lost time.\n"
    document = read(text, "a.srt")
    assert [t[2] for t in turns(document)] == ["Kim: Hello there again.", "Lee: Yes. Lost time."]
    assert "1 cues have a time that cannot be read" in document.warnings[0]


def test_long_monologues_are_cut_at_sentence_ends() -> None:
    cues = "".join(f"00:{i // 60:02d}:{i % 60:02d}.000 --> 00:{i // 60:02d}:{i % 60:02d}.900\n<v Kim>Sentence number {i} of a long speech.\n\n" for i in range(200))
    found = turns(read("WEBVTT\n\n" + cues, "a.vtt"))
    assert len(found) > 3
    assert all(len(t[2]) < 2600 and t[2].startswith("Kim: Sentence") and t[2].endswith(".") for t in found)
    assert found[1][1] > found[0][1] > -1  # type: ignore[operator]


def test_captions_without_names() -> None:
    cues = "".join(f"{i}\n00:00:0{i},000 --> 00:00:0{i},900\nwords {i} without\na sentence end\n\n" for i in range(1, 6))
    found = turns(read(cues, "a.srt"))
    assert len(found) == 1
    assert found[0][0] is None
    assert found[0][2].startswith("words 1 without a sentence end words 2")


def test_names_in_brackets_and_a_time_at_the_end_of_a_line() -> None:
    text = "[Alice Moore]: Shall we start?\n[Bob]: Yes.\n[Alice Moore]: Who pays?\n[Bob]: Finance.\nMeeting ended after 00:06:12\n"
    document = read(text)
    assert [u.speaker for u in document.units if u.in_flow] == ["Alice Moore", "Bob", "Alice Moore", "Bob"]
    assert document.units[3].text == "Bob: Finance."
    assert [u.text for u in document.units if not u.in_flow] == ["Meeting ended after 00:06:12"]


def test_a_cue_without_a_name_after_a_gap_is_nobodys() -> None:
    srt = (
        "1\n00:00:01,000 --> 00:00:02,000\nKIM: We sign.\n\n2\n00:00:02,500 --> 00:00:04,000\nOn 3 March.\n\n"
        "3\n00:00:05,000 --> 00:00:06,000\nLEE: Good.\n\n4\n01:00:00,000 --> 01:00:02,000\nWe withdraw.\n\n"
        "5\n01:00:02,500 --> 01:00:04,000\n- Yes.\n- No.\n\n6\n01:00:05,000 --> 01:00:06,000\n[Music]\n"
    )
    assert [t[2] for t in turns(read(srt, "a.srt"))] == [
        "KIM: We sign. On 3 March.",
        "LEE: Good.",
        "Speaker ?: We withdraw.",
        "Speaker ?: Yes.",
        "Speaker ?: No.",
        "[Music]",
    ]
    text = "[00:00:01] Kim: We sign.\n[00:00:09] On 3 March.\n[00:00:20] Lee: Good.\n[00:40:00] We withdraw.\n"
    assert [t[0] for t in turns(read(text))] == ["Kim", None, "Lee", "Speaker ?"]
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Kim>One.\n\n00:03.000 --> 00:04.000\nWho is this?\n"
    assert [t[2] for t in turns(read(vtt, "a.vtt"))] == ["Kim: One.", "Speaker ?: Who is this?"]


TOOLS = {
    "webex.vtt": 'WEBVTT\n\n1 "Kim Park" (1234)\n10:00:03.000 --> 10:00:05.000\nGood morning.\n\n2 "Lee" (77)\n'
    '10:00:08.000 --> 10:00:09.000\nThe budget is done.\n\n3 "Kim Park" (1234)\n10:00:12.000 --> 10:00:13.000\nAgreed.\n',
    "fireflies.txt": "Kim Park - 10:00:03\nGood morning.\n\nLee - 10:00:08\nThe budget is done.\n\nKim Park - 10:00:12\nAgreed.\n",
    "tldv.txt": "10:00:03 – Kim Park\nGood morning.\n10:00:08 – Lee\nThe budget is done.\n10:00:12 – Kim Park\nAgreed.\n",
    "zoom captions.txt": "[Kim Park] 10:00:03 AM\nGood morning.\n\n[Lee] 10:00:08 AM\nThe budget is done.\n\n"
    "[Kim Park] 10:00:12 AM\nAgreed.\n",
    "fireflies.json": '[{"sentence": "Good morning.", "startTime": "10:00:03", "speaker_name": "Kim Park"}, {"sentence": '
    '"The budget is done.", "startTime": "10:00:08", "speaker_name": "Lee"}, {"sentence": "Agreed.", "startTime": "10:00:12", '
    '"speaker_name": "Kim Park"}]',
    "whisperx.json": '{"language": "en", "segments": [{"start": 36003.0, "end": 36005, "text": " Good morning.", "speaker": '
    '"Kim Park"}, {"start": 36008.0, "end": 36009, "text": "The budget is done.", "speaker": "Lee"}, '
    '{"start": 36012.0, "end": 36013, "text": "Agreed.", "speaker": "Kim Park"}]}',
    "assembly.json": '{"id": 1, "text": "all", "utterances": [{"speaker": "Kim Park", "start": 36003000, "end": 36005000, "text":'
    ' "Good morning."}, {"speaker": "Lee", "start": 36008000, "end": 36009900, "text": "The budget is done."}, '
    '{"speaker": "Kim Park", "start": 36012000, "end": 36013000, "text": "Agreed."}]}',
    "whisper cpp.json": '{"transcription": [{"timestamps": {"from": "10:00:03,000", "to": "10:00:05,000"}, "speaker": "Kim Park", '
    '"text": "Good morning."}, {"timestamps": {"from": "10:00:08,000", "to": "10:00:09,000"}, "speaker": "Lee", "text": '
    '"The budget is done."}, {"timestamps": {"from": "10:00:12,000", "to": "10:00:13,000"}, "speaker": "Kim Park", "text": "Agreed."}]}',
    "teams copied.txt": "Kim Park\n600 minutes 3 seconds\n10:00:03\nKim Park 10 hours 0 minutes 3 seconds\nGood morning.\nLee\n"
    "10:00:08\nLee 10 hours 0 minutes 8 seconds\nThe budget is done.\nKim Park 10 hours 0 minutes 12 seconds\nAgreed.\n",
    "tldv.md": "# Weekly sync\n\n**Kim Park** [10:00:03](https://tldv.io/x?t=3)\nGood morning.\n\n**Lee** [10:00:08](https://tldv.io/"
    "x?t=9)\nThe budget is done.\n\n**Kim Park** [10:00:12](https://tldv.io/x?t=12)\nAgreed.\n",
    "bold.md": "**Kim Park (10:00:03):** Good morning.\n\n**Lee (10:00:08):** The budget is done.\n\n**Kim Park (10:00:12):** Agreed.\n",
    "dated.txt": "Weekly sync\nWed, Jun 3, 2026\n0:00 - 0:45\n\nKim Park\n10:00:03\nGood morning.\n\nLee\n10:00:08\nThe budget is done."
    "\n\nKim Park\n10:00:12\nAgreed.\n",
}


@pytest.mark.parametrize("name", TOOLS)
def test_tools(name: str) -> None:
    assert [turn for turn in turns(read(TOOLS[name], name)) if turn[2]] == [
        ("Kim Park", 36003.0, "Kim Park: Good morning."),
        ("Lee", 36008.0, "Lee: The budget is done."),
        ("Kim Park", 36012.0, "Kim Park: Agreed."),
    ]


def test_tables_as_transcripts() -> None:
    table = "start,end,speaker,text\n0,4000,Kim,Good morning.\n4000,9000,Lee,The budget is done.\n9000,12000,Kim,Agreed.\n"
    found = turns(read(table, "whisper.csv"))
    assert [(t[0], t[1]) for t in found] == [("Kim", 0.0), ("Lee", 4.0), ("Kim", 9.0)]
    prices = "Item,Price,Due\nRent,1480,May\nHeat,210,May\nRent,1500,June\n"
    assert not turns(read(prices, "prices.csv"))


def test_lines_of_the_tool_are_kept_apart() -> None:
    text = (
        "Recording started\n\nKim Park  0:03\nWe left the meeting with two questions.\n\nLee  0:09\nAgreed.\n\n"
        "Ana Sato joined the meeting\n\nKim Park  0:15\nThe recording of May is lost.\n\nTranscribed by https://otter.ai\n"
    )
    document = read(text)
    assert [u.text for u in document.units if u.in_flow] == [
        "Kim Park: We left the meeting with two questions.",
        "Lee: Agreed.",
        "Kim Park: The recording of May is lost.",
    ]
    assert [u.text for u in document.units if not u.in_flow] == [
        "Recording started",
        "Ana Sato joined the meeting",
        "Transcribed by https://otter.ai",
    ]
    japanese = "田中：予算です。\n佐藤さんが退出しました\n鈴木：了解です。\n田中：以上。\n録画を停止しました\n"
    document = read(japanese)
    assert [u.text for u in document.units if not u.in_flow] == ["佐藤さんが退出しました", "録画を停止しました"]


def test_private_messages_are_marked() -> None:
    text = (
        "09:58:12\t From  Kim  to  Everyone:\n\tGood morning.\n09:59:40\t From  Lee  to  Kim(Direct Message):\n\tDrop item 4?\n"
        "10:01:03\t From Kim To Everyone :\n\tItem 4 moves.\n"
    )
    found = turns(read(text))
    assert found[0][0] == found[2][0] == "Kim"
    assert found[1][2] == "Lee [private, to Kim(Direct Message)]: Drop item 4?"


def test_the_time_reaches_the_model_once_a_minute() -> None:
    text = "".join(f"[00:{n // 60:02d}:{n % 60:02d}] {'Kim' if n % 40 else 'Lee'}: Words {n}.\n" for n in range(0, 200, 20))
    document = read(text)
    rendered = render_documents([document])
    lines = rendered.text.split("\n")
    assert [line[:10] for line in lines if line.startswith("[")] == ["[00:00:00]", "[00:01:00]", "[00:02:00]", "[00:03:00]"]
    for placed, unit in zip(rendered.placed, document.units, strict=True):  # the stamps belong to no unit
        assert rendered.text[placed.start : placed.end] == unit.text
    never = parse("a.txt", text.encode(), "0", ReadOptions(isolate=False, time_stamps_s=0))
    assert "[" not in render_documents([never]).text


def test_a_chat_by_the_clock() -> None:
    text = "2026/06/03(水)\n09:00\t田中\tおはようございます。\n09:05\t佐藤\t予算は三千万円です。\n09:12\t田中\t了解です。\n"
    assert [t[1] for t in turns(read(text))] == [32400.0, 32700.0, 33120.0]
    recording = text.replace("09:00", "00:03")
    assert [t[1] for t in turns(read(recording))] == [3.0, 545.0, 552.0]


def test_nothing_of_a_transcripts_head_is_lost() -> None:
    text = "Wed, Jun 3, 2026\n0:00 - 0:45\n\nKim Park\n00:03\nGood morning.\n\nLee\n00:09\nDone.\n\nKim Park\n12:15\nAgreed.\n"
    assert "Wed, Jun 3, 2026" in [u.text for u in read(text).units]


def chat(style: str, seed: int) -> tuple[str, list[tuple[str, str]], list[str]]:
    """(export of a chat over some days, its messages, its days)."""
    rng = random.Random(f"{style}{seed}")
    lines, said, days = [], [], []
    if style == "line":
        lines += ["[LINE] Kimとのトーク履歴", "保存日時：2026/03/09 10:00"]
    for day in range(3, 3 + rng.randrange(2, 5)):
        date = {"ios": f"{day:02d}.03.26", "android": f"{day:02d}/03/2026", "line": f"2026/03/{day:02d}({'月火水木金土日'[day % 7]})"}[style]
        days.append(date)
        lines += ["", date] if style == "line" else []
        if style == "android":
            lines.append(f"{date}, 08:00 - Messages and calls are end-to-end encrypted.")
        clock_at = 9 * 60
        last = ""
        for _ in range(rng.randrange(2, 7)):
            clock_at += rng.randrange(3, 40)
            who = rng.choice([n for n in ("Hana Mori", "Kim", "田中") if n != last])
            last = who
            words = " ".join(rng.choices(["rent", "lease", "roof", "Lyon", "契約"], k=rng.randrange(2, 6))) + f" {rng.randrange(10**6)}"
            more = f"second line {rng.randrange(10**6)}" if rng.random() < 0.3 else ""
            at = f"{clock_at // 60:02d}:{clock_at % 60:02d}"
            lines.append({"ios": f"\u200e[{date}, {at}:07] {who}: {words}", "android": f"{date}, {at} - {who}: {words}", "line": f"{at}\t{who}\t{words}"}[style])
            lines += [more] if more else []
            said.append((who, f"{words} {more}".strip()))
    return "\n".join(lines) + "\n", said, days


@pytest.mark.parametrize("style", ["ios", "android", "line"])
def test_exports_of_chats_keep_speakers_words_and_days(style: str) -> None:
    for seed in range(15):
        text, said, days = chat(style, seed)
        units = [u for u in read(text).units if u.in_flow]
        turns = [(u.speaker, u.text.split(": ", 1)[1]) for u in units if u.kind == "turn"]
        assert " ".join(f"{who}: {words}" for who, words in turns) == " ".join(f"{who}: {words}" for who, words in said)
        assert [d for d in days if d in [u.text for u in units]] == days
        assert not any("encrypted" in u.text for u in units)


def test_a_turn_of_one_speaker_is_divided_where_minutes_pass() -> None:
    text = "[00:00:10] Kim: We open.\n[00:01:00] Kim: The rent is 1,480.\n[00:31:00] Kim: Bye.\n[00:31:20] Lee: Bye.\n"
    assert [(u.label, u.text) for u in read(text).units] == [
        ("Kim 00:00:10", "Kim: We open. The rent is 1,480."),
        ("Kim 00:31:00", "Kim: Bye."),
        ("Lee 00:31:20", "Lee: Bye."),
    ]
