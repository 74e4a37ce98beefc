"""The head of minutes: title, date, place, people and topics, as the document says them."""

from __future__ import annotations

from tests.core.sweep.test_meeting import meeting
from tsel_core.document import Document, Unit
from tsel_core.sweep.meetings.about import About, about
from tsel_core.sweep.sentences import sentences_of
from tsel_core.text.language import Lang


def told(documents: list[Document], lang: Lang = "en") -> About:
    return about(documents, sentences_of(documents), lang, meeting=True)


def written(*paragraphs: str) -> list[Document]:
    units = tuple(Unit(n, "paragraph", f"para {n + 1}", text) for n, text in enumerate(paragraphs))
    return [Document("minutes.docx", "0" * 64, "docx", "paragraph", units)]


def test_labels_and_an_attendance_table() -> None:
    found = told(
        written(
            "Works Council",
            "Meeting\tWorks Council, third meeting\nDate\t4 June 2026, 09:00\nPlace\tRoom 7",
            "Name\tRole\tPresent\nAnn Lee\tChair\tyes\nBo Ray\tStaff\tno",
            "The council met.",
        )
    )
    assert found.title == "Works Council, third meeting"
    assert found.date == "4 June 2026, 09:00"
    assert found.place == "Room 7"
    assert found.attendees == ("Ann Lee (Chair)",)
    assert found.absent == ("Bo Ray (Staff)",)


def test_a_transcript_in_japanese() -> None:
    found = told(
        meeting(
            "佐藤: それでは定例会議を始めます。本日は2026年5月7日です。議題は駐車料金、屋根の修理の2点です。",
            "佐藤: 駐車料金の件です。",
            "鈴木: 私の案は400円です。",
            "佐藤: 次は屋根の修理の件です。",
        ),
        "ja",
    )
    assert found.date == "2026年5月7日"
    assert found.attendees == ("佐藤", "鈴木")
    assert [t for t, _ in found.topics] == ["駐車料金", "屋根の修理"]


def test_a_date_that_is_talked_about_is_not_the_meeting_s() -> None:
    assert told(meeting("Ann Lee: The roof was mended on 4 June 2026.")).date == ""


def test_an_announced_topic_stands_where_it_is_opened() -> None:
    found = told(
        meeting(
            "Ann Lee: Two points today: the parking fee and the new roof.",
            "Ann Lee: Let's talk about the parking fee.",
            "Bo Ray: It is too high.",
            "Ann Lee: Next point, the new roof.",
        )
    )
    assert [(t, s.turn) for t, s in found.topics] == [("parking fee", 1), ("new roof", 3)]


def test_talk_that_hardly_names_what_it_turns_to_has_no_topics() -> None:
    turns = [f"Bo Ray: Remark number {n} goes on and on about this and that." for n in range(200)]
    assert told(meeting("Ann Lee: Let's talk about the parking fee.", *turns)).topics == ()


def test_only_a_title_is_a_title() -> None:
    assert told(written("Lease of the hall", "This is made between us.")).title == "Lease of the hall"
    assert told(written("This is a sentence.", "Lease of the hall")).title == ""


def test_rows_that_label_who_was_there_are_no_table_of_people() -> None:
    found = told(written("会合議事録", "日時\t令和7年10月18日", "出席者\t会長 大庭、会計 古賀", "欠席者\t環境 的場", "1．祭りについて", "晴れた。"), "ja")
    assert found.attendees == ("会長 大庭", "会計 古賀")
    assert found.absent == ("環境 的場",)
    found = told(written("Meeting", "Participants\tRole\nAnn Lee\tChair\nBo Ray\tClerk", "It was short."))
    assert found.attendees == ("Ann Lee (Chair)", "Bo Ray (Clerk)")


def test_the_title_is_no_topic() -> None:
    units = (
        Unit(0, "paragraph", "Board notes, para 1", "Board notes", heading_path=("Board notes",)),
        Unit(1, "paragraph", "Roof, para 2", "Roof", heading_path=("Board notes", "Roof")),
        Unit(2, "paragraph", "Roof, para 3", "It leaks.", heading_path=("Board notes", "Roof")),
        Unit(3, "paragraph", "Hall, para 4", "Hall", heading_path=("Board notes", "Hall")),
        Unit(4, "paragraph", "Hall, para 5", "It is cold.", heading_path=("Board notes", "Hall")),
    )
    found = told([Document("minutes.docx", "0" * 64, "docx", "paragraph", units)])
    assert [t for t, _ in found.topics] == ["Roof", "Hall"]
