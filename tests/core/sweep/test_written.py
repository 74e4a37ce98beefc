"""Written minutes by code: labelled lines, lists, tables, plain sentences; texts written for these tests."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.sweep.item import Item
from tsel_core.sweep.kind import kind_of
from tsel_core.sweep.meetings.minutes import item_words
from tsel_core.sweep.meetings.written.owners import owned
from tsel_core.sweep.meetings.written.roster import with_roster
from tsel_core.sweep.people import People
from tsel_core.sweep.run import sweep_documents
from tsel_core.sweep.sentences import sentences_of


def notes(*lines: str) -> Document:
    """Minutes of paragraphs; rows of a table have tabs."""
    units = tuple(Unit(n, "paragraph", f"para {n}", line) for n, line in enumerate(lines))
    return Document("notes.docx", "0" * 64, "docx", "paragraph", units)


def items(lang: str, *lines: str) -> list[Item]:
    return list(sweep_documents([notes(*lines)], lang, "meeting").items)  # type: ignore[arg-type]


def actions(found: list[Item]) -> list[tuple[str, str, str]]:
    return [(i.who, i.what, i.when) for i in found if i.kind == "action"]


def decisions(found: list[Item]) -> list[tuple[str, str]]:
    return [(i.what, i.status) for i in found if i.kind == "decision"]


def test_labelled_lines_with_initials() -> None:
    found = items(
        "en",
        "Attending: Una Birch (UB), Theo Marsh (TM)",
        "1) Stall",
        "- ACTION UB: ring the council about the pitch",
        "- Action: TM to paint the sign (by Fri)",
        "- AGREED: we open at ten",
        "- closing at four from May (agreed)",
        "- parked: the second tent",
        "- Q: who brings the float? TM to ask Rosa",
    )
    assert actions(found) == [
        ("Una Birch", "ring the council about the pitch", ""),
        ("Theo Marsh", "paint the sign", "Fri"),
        ("Theo Marsh", "ask Rosa", ""),
    ]
    assert decisions(found) == [("we open at ten", "decided"), ("closing at four from May", "decided")]
    assert [i.what for i in found if i.kind == "open"] == ["the second tent", "who brings the float?"]


def test_labels_over_lists_end_with_the_list() -> None:
    found = items(
        "ja",
        "1．遠足について",
        "【決定事項】",
        "・行き先は牧場とする。",
        "【ToDo】",
        "・バスの予約（担当：小野、期限：5月9日）",
        "・しおりの印刷（担当：堀）",
        "2．その他",
        "雨の日が続いている。",
    )
    assert decisions(found) == [("行き先は牧場とする", "decided")]
    assert actions(found) == [("小野", "バスの予約", "5月9日"), ("堀", "しおりの印刷", "")]
    assert len(found) == 3


def test_arrows_lead_to_tasks_verdicts_and_open_points() -> None:
    found = items(
        "ja",
        "参加：島田、オルガ",
        "・試験を7/4にやるか7/11にやるか",
        "⇒ 7/11で決定",
        "→ 会場の予約：オルガ　6/20まで",
        "→ 案内文を直す（島田、今週中）",
        "・参加費を取るかどうか",
        "⇒ 保留",
    )
    assert actions(found) == [("オルガ", "会場の予約", "6/20"), ("島田", "案内文を直す", "今週中")]
    assert [w.split("（")[0] for w, _ in decisions(found)] == ["7/11で決定"]
    assert [i.what for i in found if i.kind == "open"] == ["保留（参加費を取るかどうか）"]


def test_a_table_of_topics_with_the_owner_inside_the_cell() -> None:
    found = items(
        "en",
        "Present: Mrs V. Holt (Chair), Mr S. Adeyemi (SA), Miss K. Roe (Clerk)",
        "Item\tDiscussion\tAction",
        "1. Roof\tIt leaks. Trustees agreed to accept the quotation of £900. The tenant's claim was refused.\tClerk to order it by 3 May; SA to tell the tenant",
        "2. Garden\tTwo plans were shown. No decision was made.\t",
    )
    assert decisions(found) == [("Roof: Trustees agreed to accept the quotation of £900", "decided"), ("Roof: The tenant's claim was refused", "rejected")]
    assert actions(found) == [("K. Roe", "order it", "3 May"), ("S. Adeyemi", "tell the tenant", "")]
    assert [(i.section, i.status) for i in found if i.kind == "open"] == [("Garden", "open")]
    assert all(i.verdict == "supported" for i in found)


def test_a_table_whose_rows_say_what_was_concluded_and_whose_it_is() -> None:
    found = items(
        "ja",
        "議題\t議論の内容\t結論\t担当\t期限",
        "通学路\t見通しが悪い。\t鏡を二か所に付ける\t木戸\t6月末",
        "給水器\t費用が高い。\t設置は見送り\t－\t－",
        "制服\t意見が分かれた。\t結論に至らず、継続\t田所（他校を調査）\t次回",
    )
    assert decisions(found) == [("通学路：鏡を二か所に付ける", "decided"), ("給水器：設置は見送り", "rejected")]
    assert actions(found) == [("木戸", "通学路：鏡を二か所に付ける", "6月末"), ("田所", "他校を調査", "次回")]
    assert [i.section for i in found if i.kind == "open"] == ["制服"]


def test_what_somebody_is_noted_to_have_said_is_no_task() -> None:
    found = items("en", "Attending: Una Birch (UB), Theo Marsh (TM)", "- UB: the van has been in the garage since Monday", "- TM: will lend us his")
    assert actions(found) == [("Theo Marsh", "lend us his", "")]


@pytest.mark.parametrize(
    ("lang", "line", "who", "when", "what"),
    [
        ("en", "Una and Theo: count the chairs, 4 May", "Una Birch, Theo Marsh", "4 May", "count the chairs"),
        ("en", "count the chairs - Una, 4 May", "Una Birch", "4 May", "count the chairs"),
        ("en", "@Una count the chairs (due 4/5)", "Una Birch", "4/5", "count the chairs"),
        ("en", "Hall: count the chairs", "", "", "Hall: count the chairs"),
        ("en", "Count the chairs. Owner: Una, due: 4 May", "Una Birch", "4 May", "Count the chairs"),
        ("en", "Legal to check the lease before the next meeting", "Legal", "before the next meeting", "check the lease"),
        ("en", "Count the chairs (all of them)", "", "", "Count the chairs (all of them)"),
        ("ja", "椅子を数える（島田・堀、5/4）", "島田, 堀", "5/4", "椅子を数える"),
        ("ja", "島田：5月4日までに椅子を数える", "島田", "5月4日", "椅子を数える"),
        ("ja", "椅子の期限確認（担当：島田、期限：次回役員会）", "島田", "次回役員会", "椅子の期限確認"),
        ("ja", "椅子を数える（全部）", "", "", "椅子を数える（全部）"),
    ],
)
def test_owner_and_deadline_of_a_written_task(lang: str, line: str, who: str, when: str, what: str) -> None:
    people = with_roster(People({}), sentences_of([notes("Present: Una Birch, Theo Marsh" if lang == "en" else "出席者：島田、堀")]), lang)
    if "Legal" in line:
        people = People({**people.by_call, "Legal": "Legal"})
    made = owned(line, people, lang, sure=True)
    assert (made.who, made.when, made.what) == (who, when, what)


def test_an_owner_whom_nobody_lists_is_given_and_marked() -> None:
    found = items("en", "Actions", "- Priya: ring the printer", "- Mo: sweep the yard, 4 May", "Then Mo left.")
    assert [(i.who, i.when, i.verdict) for i in found] == [("Priya", "", "unsure"), ("Mo", "4 May", "supported")]


def test_the_roster_knows_roles_initials_and_family_names() -> None:
    people = with_roster(People({}), sentences_of([notes("Present: Cllrs P. Moss (Chairman), J. Dow and the Clerk", "Who: Ida van Os (IO), Max Lee", "ML asked why.")]), "en")
    assert {c: people.by_call.get(c) for c in ("Moss", "Chairman", "Dow", "IO", "Ida", "ML")} == {
        "Moss": "P. Moss", "Chairman": "P. Moss", "Dow": "J. Dow", "IO": "Ida van Os", "Ida": "Ida van Os", "ML": "Max Lee"
    }  # fmt: skip
    people = with_roster(People({}), sentences_of([notes("出席：黒田委員長、森看護部長、理事 有馬・コール、三輪様")]), "ja")
    assert {"黒田", "森", "有馬", "コール", "三輪"} <= set(people.by_call)


def test_plain_sentences_of_minutes_in_japanese() -> None:
    found = items(
        "ja",
        "出席者　会長 本庄、理事 桜木・リー",
        "第1号議案　祭りについて",
        "桜木理事から日程を早める案が示された。協議の結果、8月2日に行うこととした。なお、ポスターは桜木理事が6月10日までに作成することとなった。",
        "屋台を増やしてほしいとの要望については、場所がないため応じないこととした。",
        "駐車場の件は結論を出さず、改めて協議することとした。",
    )
    assert decisions(found) == [("第1号議案 祭り：8月2日に行う", "decided"), ("第1号議案 祭り：屋台を増やしてほしいとの要望については、場所がないため応じない", "rejected")]
    assert actions(found) == [("桜木", "ポスターを作成する", "6月10日")]
    assert [i.kind for i in found].count("open") == 1


def test_ticked_entries_and_rows_of_a_markdown_table() -> None:
    found = items(
        "en",
        "**Attendees:** Tova, Milan",
        "Action items",
        "- [ ] @milan: unload the van (Thursday)",
        "- [x] Tova: leaflets",
        "| Task | Owner | Due | Status |",
        "|---|---|---|---|",
        "| Test the lamps | Milan | 9 Dec | open |",
        "| Hire a van | Tova | 4 Dec | done |",
    )
    assert actions(found) == [
        ("Milan", "unload the van", "Thursday"),
        ("Tova", "leaflets", ""),
        ("Milan", "Test the lamps", "9 Dec"),
        ("Tova", "Hire a van", "4 Dec"),
    ]
    assert [item_words(i, "en").endswith("(done) - by 4 Dec") for i in found] == [False, False, False, True]


def test_notes_of_few_words_in_english() -> None:
    found = items(
        "en",
        "Present - Anna, Joel, Sunil",
        "* Agreed we close at two from Monday.",
        "* Joel will tell the customers (by Wed)",
        "* Stock count - Anna and Sunil to do it on the 28th",
        "* New shelves? decided against, no room",
        "* Anna: the price of boxes. Will discuss next week when Joel is back.",
    )
    assert actions(found) == [("Joel", "tell the customers", "Wed"), ("Anna, Sunil", "do it (Stock count)", "28th")]
    assert [s for _, s in decisions(found)] == ["decided", "rejected"]
    assert [i.what for i in found if i.kind == "open"] == ["Will discuss next week when Joel is back (Anna: the price of boxes)"]


def test_notes_of_few_words_in_japanese() -> None:
    found = items(
        "ja",
        "参加者：（当社）宮部、滝　（業者）ノーラン様、原様",
        "・木目調に決定。",
        "・調光の要否は宮部が本部に確認（12/8まで）。",
        "・原様より工程表を12/10に提出いただく。",
        "・滝より、音がうるさいとの報告があった。",
        "【宿題】",
        "電気容量の確認　滝　12/5",
    )
    assert actions(found) == [("宮部", "調光の要否を本部に確認", "12/8"), ("原", "工程表を提出いただく", "12/10"), ("滝", "電気容量の確認", "12/5")]
    assert decisions(found) == [("木目調に決定", "decided")]


def test_notes_that_list_people_and_tasks_are_minutes_whatever_they_call_themselves() -> None:
    told = notes("Catch-up 21/11", "Present: Anna, Joel", "Next steps", "Anna: ring Bo")
    assert kind_of(sentences_of([told])) == "meeting"
    assert kind_of(sentences_of([notes("Report", "Anna and Joel were present at the test.", "Next steps are open.")])) == "other"


def test_a_recap_whose_entries_say_what_they_are_about() -> None:
    found = items(
        "en",
        "Participants: Dora Finch, Ike Osei, Lena Brandt",
        "Meeting notes:",
        "• Date: Dora offered two days. The group settled on 9 May.",
        "• Music: Lena wanted a band. No agreement was reached.",
        "Follow-up tasks:",
        "• Field: Ask the school for the field. (Dora)",
        "• Letters: Write to all stallholders. (Ike & Lena, by 3 April)",
    )
    assert actions(found) == [("Dora Finch", "Field: Ask the school for the field", ""), ("Ike Osei, Lena Brandt", "Letters: Write to all stallholders", "3 April")]
    assert decisions(found) == [("Date: The group settled on 9 May", "decided")]
    assert [i.what for i in found if i.kind == "open"] == ["Music: No agreement was reached"]


def test_who_he_is_and_that_everyone_agreed_is_no_task() -> None:
    found = items("en", "Attendance: Wilf, Fred (chair)", "Door", "Everyone agreed to buy it.", "Fred says the engine smokes. He'll take it to Briggs next week.", "Wilf will cover until Easter.")
    assert decisions(found) == [("Door: Everyone agreed to buy it", "decided")]
    assert actions(found) == [("Fred", "take it to Briggs", "next week"), ("Wilf", "cover", "until Easter")]


def test_numbered_topics_and_orders_to_all_in_japanese() -> None:
    found = items(
        "ja",
        "3 出席者 大槻委員長、塚本委員、事務局（畑）",
        "(1) 表紙について",
        "費用がかさむため、次回再度審議することとなった。",
        "(2) 掃除について",
        "各課で不足を12月12日までに報告すること。",
        "窓は業者に頼む（担当：塚本）。",
        "加湿器：今回は買わない",
    )
    assert [i.section for i in found if i.kind == "open"] == ["表紙"]
    assert actions(found) == [("各課", "不足を報告すること", "12月12日"), ("塚本", "窓は業者に頼む", "")]
    assert [(s, i.verdict) for i in found if i.kind == "decision" for s in [i.status]] == [("rejected", "unsure")]


def test_several_tasks_in_one_cell() -> None:
    found = items("ja", "出席者\t真田、トラン、細川", "ToDo\t①見積を取る（細川　11/28）②監査（真田・トラン　12月中旬）")
    assert actions(found) == [("細川", "見積を取る", "11/28"), ("真田, トラン", "監査", "12月中旬")]
