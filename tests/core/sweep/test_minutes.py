"""Minutes as a reader sees them: every section, links that hold, coverage that adds up."""

from __future__ import annotations

from tests.core.sweep.test_meeting import meeting
from tsel_core.document import Document, Unit
from tsel_core.sweep.coverage import output_coverage
from tsel_core.sweep.meetings.minutes import write_minutes
from tsel_core.sweep.run import sweep_documents


def test_every_section_is_there_and_says_so_when_it_holds_nothing() -> None:
    for lang, none, titles in (("en", "none stated", 3), ("ja", "記載なし", 3)):
        text, citations, _ = write_minutes([], lang).linked([])  # type: ignore[arg-type]
        assert text.count(none) == titles
        assert citations == []


def test_each_item_is_linked_to_the_words_that_say_it() -> None:
    documents = meeting(
        "Ann Lee: Let's talk about the parking fee.",
        "Ann Lee: We agreed that the parking fee is 4 euros.",
        "Bo Ray: I will tell the guards by Monday.",
        "Ann Lee: We leave the bicycle shed open.",
    )
    written = write_minutes(sweep_documents(documents, "en", "meeting").items, "en")
    text, citations, firsts = written.linked(documents)
    assert "- Bo Ray - tell the guards - by Monday [2]" in text
    assert firsts == [1, 2, 3]
    for citation in citations:
        assert documents[0].units[citation.unit_index].text[citation.start : citation.end] == citation.quote
    assert [c.unit_index for c in citations] == [1, 2, 3]


def test_coverage_counts_units_and_names_the_longest_stretch_without_items() -> None:
    documents = meeting(
        *[f"Ann Lee: Remark number {n} about nothing." for n in range(20)],
        "Ann Lee: We agreed that the fee is 4 euros.",
    )
    items = sweep_documents(documents, "en", "meeting").items
    cover = output_coverage(documents, items)
    assert (cover.num_items, cover.num_units, cover.num_with_items) == (1, 21, 1)
    assert cover.gap == ("Ann Lee 00:00:00", "Ann Lee 00:00:19", 20)
    assert cover.without == ()


def test_a_doubtful_item_is_marked() -> None:
    documents = meeting("Ann Lee: Ann starts.", "Bo Ray: Yes.", "Ann Lee: Bo paints the hall by Monday.")
    text, _, _ = write_minutes(sweep_documents(documents, "en", "meeting").items, "en").linked(documents)
    assert "(unsure)" in text


def test_a_pdf_is_counted_in_pages_however_many_units_a_page_has() -> None:
    texts = (
        "We agreed that the fee is 4 euros.",
        "Nothing else was said here at all.",
        "There is nothing on this page.",
    )
    pages = (1, 1, 2)
    units = tuple(
        Unit(n, "page", f"p. {p}, para {n}", t, page=p) for n, (t, p) in enumerate(zip(texts, pages, strict=True))
    )
    documents = [Document("m.pdf", "0" * 64, "pdf", "page", units)]
    cover = output_coverage(documents, sweep_documents(documents, "en", "meeting").items)
    assert (cover.num_units, cover.num_with_items) == (2, 1)
    assert cover.without == ("p. 2",)


def test_when_the_next_meeting_is_is_no_task_and_a_weekday_keeps_its_date() -> None:
    from tsel_core.sweep.deadlines import find_deadline
    from tsel_core.sweep.meetings.written.lines import _NEXT_MEETING

    assert _NEXT_MEETING.match("次回会議：2026年10月20日（火）14時00分、同会議室")
    assert _NEXT_MEETING.match("Next meeting: 3 May, 10:00")
    assert not _NEXT_MEETING.match("次回会議の資料を準備する")
    assert not _NEXT_MEETING.match("Next meeting papers to be sent out by Ann")
    text = "I'll raise the purchase order by Friday the eleventh."
    found = find_deadline(text, "en")
    assert found is not None
    assert text[found[0] : found[1]] == "by Friday the eleventh"
