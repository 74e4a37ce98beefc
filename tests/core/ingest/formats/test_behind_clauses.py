"""What stands behind the clauses is cited by its own heading, or by its place alone; what stands in them by the clause."""

from __future__ import annotations

import time

import pytest

from tests.core.ingest.formats.test_text import read
from tests.core.ingest.make_files import docx, p
from tsel_core.document import Document
from tsel_core.ingest.formats.articles import Articles
from tsel_core.ingest.formats.behind_clauses import carries_words
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

HEAD = "BOAT HIRE\n\n1. Boat\n\n1.1 The Owner lets the boat.\n\n2. Law\n\n2.1 Norwegian law applies.\n\n"
HEAD_JA = "保守契約書\n\n第1条（目的）　甲は保守を委託する。\n\n第2条（期間）　期間は1年とする。\n\n"


def label_of(text: str, words: str, name: str = "a.txt") -> str:
    """The label of the unit with these words, its lines left out."""
    unit = next(u for u in read(text, name).units if words in u.text)
    return ", ".join(part for part in unit.label.split(", ") if not part.startswith("line"))


@pytest.mark.parametrize(
    ("behind", "words", "label"),
    [
        ("AMENDMENT NO. 2\n\nThe fee becomes EUR 90.\n", "EUR 90", "AMENDMENT NO. 2"),
        ("Addendum of 3 May 2026\n\nThe fee becomes EUR 90.\n", "EUR 90", "Addendum of 3 May 2026"),
        ("First Amendment to the Hire\nThe fee becomes EUR 90 from the first day of May.\n", "EUR 90", "First Amendment to the Hire"),
        ("This Amendment No. 2 is made on 3 May 2026. The fee becomes EUR 90.\n\nThe mast is new.\n", "mast", "Amendment No. 2"),
        ("The parties agree to amend the hire dated 4 March 2025 as follows: the fee becomes EUR 90.\n", "EUR 90", ""),
        ("Annex: Sails\n\nThe sails are white.\n", "white", "Annex: Sails"),
        ("SCHEDULE OF FEES\n\nSails: EUR 20\n", "EUR 20", "SCHEDULE OF FEES"),
        ("RIDER\n\nThe boat may carry a flag.\n", "flag", "RIDER"),
        ("Mooring fees\n\nThe berth costs EUR 12 a day.\n", "EUR 12", "Mooring fees"),
        ("P.S. The oars are in the shed.\n", "oars", "P.S."),
        ("P.S. The oars are in the shed.\n\nSigned by\nAda Berg\n", "Ada", ""),
        ("Schedule A\n\n1. Two oars.\n2. A sail.\n", "A sail", "Schedule A"),
        ("IN WITNESS WHEREOF the parties sign.\n\nAda Berg\nDirector\n", "Director", ""),
        ("Acknowledged and agreed:\n\nAda Berg\n", "Ada", ""),
        ("____________________\nAda Berg\n", "Ada", ""),
    ],
)  # fmt: skip
def test_what_stands_behind_the_clauses(behind: str, words: str, label: str) -> None:
    assert label_of(HEAD + behind, words) == label


@pytest.mark.parametrize(
    ("behind", "words", "label"),
    [
        ("【別紙】\n\n対象は二台とする。\n", "二台", "別紙"),
        ("別紙機器一覧\n\n対象は二台とする。\n", "二台", "別紙機器一覧"),
        ("変更契約書\n\n第2条の期間を2年とする。\n", "2年", "変更契約書"),
        ("覚書（部品について）\n\n部品は無償とする。\n", "無償", "覚書（部品について）"),
        ("甲及び乙は、2024年4月1日付け保守契約書を次のとおり変更する。\n\n期間を2年とする。\n", "2年", ""),
        ("特約事項\n\n休日の作業には5,000円を加算する。\n", "5,000円", "特約事項"),
        ("料金表\n\n出張は一回3,000円とする。\n", "3,000円", "料金表"),
        ("追伸　鍵は受付にあります。\n", "受付", "追伸"),
        ("本契約締結の証として本書二通を作成する。\n\n2025年4月1日\n\n甲　株式会社青山\n", "青山", ""),
    ],
)  # fmt: skip
def test_what_stands_behind_the_articles(behind: str, words: str, label: str) -> None:
    assert label_of(HEAD_JA + behind, words) == label


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        (HEAD + "The law of the flag is the same.\n", "flag", "Clause 2.1"),  # a further paragraph of the clause
        (HEAD.replace("law applies.", "law applies to:") + "Two Oars\n\nOne Sail\n", "One Sail", "Clause 2.1"),  # a list
        ("HIRE\n\nARTICLE 1\n\nTHE BOAT\n\nThe boat is white.\n", "white", "Art. 1"),  # its own title
        (HEAD + "Schedule 1 is part of this hire.\n", "part of", "Clause 2.1"),
        (HEAD + "The amendment of this hire needs writing.\n", "writing", "Clause 2.1"),
        (HEAD_JA + "第3条（料金）　料金は次のとおりとする。\n\n出張料\n\n部品代\n", "部品代", "第3条"),
        (HEAD_JA + "別紙の機器は甲が所有する。\n", "所有", "第2条"),
    ],
)  # fmt: skip
def test_what_stands_in_a_clause_stays_there(text: str, words: str, label: str) -> None:
    assert label_of(text, words) == label


def test_a_list_of_schedules_above_the_clauses_is_no_schedule() -> None:
    text = "HIRE\n\nContents\nSchedule 1 Fees\nSchedule 2 Sails\n\n" + HEAD.partition("\n\n")[2]
    assert label_of(text, "lets the boat") == "Clause 1.1"


def test_a_clause_goes_on_behind_a_schedule_that_stands_among_the_clauses() -> None:
    text = HEAD + "Schedule 1\n\nTwo oars.\n\n3. The boat is insured.\n\n3.1 The Hirer pays for it.\n"
    assert [label_of(text, w) for w in ("Two oars", "insured", "pays for it")] == ["Schedule 1", "Clause 3", "Clause 3.1"]
    signed = HEAD + "Signed by Ada Berg\n\n3 March 2026\n"
    assert label_of(signed, "3 March") == ""


def test_a_title_in_brackets_is_of_the_article_behind_it() -> None:
    text = "契約書\n\n（目的）\n第1条　甲は保守を委託する。\n\n（期間）\n第2条　期間は1年とする。\n"
    assert [(u.text[:5], u.label) for u in read(text).units][1:] == [
        ("（目的）", "line 3"), ("第1条　甲", "第1条, line 4"), ("（期間）", "line 6"), ("第2条　期", "第2条, line 7"),
    ]  # fmt: skip


def test_a_clause_behind_a_table_is_one_of_its_own() -> None:
    text = "HIRE\n\n2.1 The rates:\nItem          Rate for every day\nSmall boat    EUR 95 with a crew\n2.2 The Hirer pays fuel.\n"
    assert label_of(text, "fuel") == "Clause 2.2"
    assert label_of("契約書\n\n第1条　料金:\n| 品名 | 単価 |\n| 小型の船舶 | 九千五百円 |\n第2条　燃料は乙の負担とする。\n", "燃料") == "第2条"
    marked = "# Hire\n\n1. The rates:\n\n| Item | Rate |\n|---|---|\n| Boat | EUR 95 |\n2. The Hirer pays fuel.\n"
    assert [u.text for u in read(marked, "a.md").units if "fuel" in u.text] == ["2. The Hirer pays fuel."]


def test_a_measure_is_no_clause() -> None:
    text = HEAD.replace("lets the boat.", "lets:") + "2.5 tonnes of ballast.\n"
    assert label_of(text, "ballast") == "Clause 2.1"


def test_markdown_leaves_a_heading_where_an_amendment_begins() -> None:
    text = "# Hire\n\n## 1. Boat\n\nThe Owner lets it.\n\n## 2. Law\n\nNorwegian law applies.\n\n**Amendment No. 1**\n\nThe fee becomes EUR 90.\n"
    assert label_of(text, "EUR 90", "a.md") == "Amendment No. 1"
    assert label_of(text, "Norwegian", "a.md") == "2. Law"
    assert next(u for u in read(text, "a.md").units if "EUR 90" in u.text).heading_path == ()
    assert label_of("# Report\n\n## 1. Boat\n\nIt sails.\n\nName: Ada\n\nIt is white.\n", "white", "a.md") == "1. Boat"


def word(*paragraphs: tuple[str, str]) -> Document:
    styles = '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    data = docx("".join(p(text, style=style) for text, style in paragraphs), {"styles": styles})
    return parse("a.docx", data, "0", ReadOptions(isolate=False))


def test_word_leaves_a_clause_where_the_signatures_begin() -> None:
    document = word(
        ("1. Boat", "H1"), ("1.1 The Owner lets the boat.", ""), ("2. Law", "H1"), ("Norwegian law applies.", ""),
        ("IN WITNESS WHEREOF the parties sign.", ""), ("Ada Berg", ""), ("Amendment No. 1", ""), ("The fee becomes EUR 90.", ""),
        ("Schedule 1", "H1"), ("Two oars.", ""),
    )  # fmt: skip
    assert [u.label for u in document.units] == [
        "Clause 1, para 1", "Clause 1.1, para 2", "Clause 2, para 3", "Clause 2, para 4", "para 5", "para 6",
        "Amendment No. 1, para 7", "Amendment No. 1, para 8", "Schedule 1, para 9", "Schedule 1, para 10",
    ]  # fmt: skip
    assert document.units[7].heading_path == ()
    assert document.units[9].heading_path == ("Schedule 1",)


def test_a_title_that_is_the_last_line_of_a_paragraph_heads_what_follows() -> None:
    articles = Articles(japanese=True)
    texts = ["第1条（目的）　甲は保守を委託する。", "甲　株式会社青山\n別紙1　仕様書", "1. 遠隔の監視", "別紙2　単価\n技術者　3,300円\n変更覚書", "第1条　原契約第4条を改める。"]
    assert [articles.place(text, False) for text in texts] == ["第1条", "", "別紙1", "別紙2", "変更覚書 第1条"]
    english = Articles(japanese=False)
    lines = ["2.1 The boat is as described in\nSchedule 1 and Schedule 2 of the\nhire", "It is white.", "APPENDIX B: Berth.\nIN WITNESS WHEREOF they sign.", "Ada Berg"]
    assert [english.place(text, False) for text in lines] == ["Clause 2.1", "Clause 2.1", "APPENDIX B", ""]


def test_an_attachment_does_not_go_on_with_the_clauses_of_the_paper() -> None:
    document = word(("1. Boat", "H1"), ("1.1 The boat is let.", ""), ("STANDARD TERMS", "H1"), ("2. Title passes on delivery.", ""))
    assert document.units[-1].label == "STANDARD TERMS, para 4"


WORKS = "renewal of the roof covering by 31 March 2026; replacement of the lobby doors by 30 September 2024"


@pytest.mark.parametrize("name", ["Schedule 2", "Annex 2", "Appendix B", "Exhibit C"])
@pytest.mark.parametrize("mark", [" - ", " – ", ": "])
def test_a_schedule_whose_words_stand_on_its_own_line(name: str, mark: str) -> None:
    text = f"{HEAD}Schedule 1 - Condition of the boat (photographs)\n{name}{mark}Owner's works: {WORKS}\n\nAgent: Thrale & Co.\n"
    assert label_of(text, "lobby doors") == name
    assert label_of(text, "photographs") == "Schedule 1"
    assert label_of(text, "Thrale") == ""  # it need not be of the schedule


@pytest.mark.parametrize("name", ["別紙2", "別表2", "付属書2"])
@pytest.mark.parametrize("mark", ["：", " － ", "　"])
def test_a_japanese_schedule_whose_words_stand_on_its_own_line(name: str, mark: str) -> None:
    works = "二階の屋根の葺替え及び外壁の塗装を令和8年3月31日までに行い、" * 3 + "玄関の扉を取り替える。"
    text = f"{HEAD_JA}別紙1　物件の状態（写真）\n{name}{mark.replace('－', '-')}貸主の工事：{works}\n\n管理会社　東都管理\n"
    assert label_of(text, "玄関") == name


def test_a_long_sentence_that_speaks_of_a_schedule_begins_none() -> None:
    text = f"{HEAD}Schedule 2 of the lease of 3 May sets out the works that the owner does at the house in the autumn of 2026 and no other.\n"
    assert label_of(text, "autumn") != "Schedule 2"
    text = f"{HEAD_JA}別紙2に定める工事は、貸主が令和8年3月31日までに行い、{'その費用は貸主が負担し、' * 8}借主に請求しない。\n"
    assert label_of(text, "請求") != "別紙2"


@pytest.mark.parametrize(
    ("spoken", "items", "places"),
    [
        (
            "Schedule 2 – which the parties signed on 3 May 2025 together with the plan – lists the works that the owner does in the autumn.",
            ("(a) the oars", "(b) the sail"),
            ["Clause 2.1", "Clause 2.1(a)", "Clause 2.1(b)"],
        ),
        (
            "Schedule 2: see there; it lists the works that the owner does at the house in the autumn of 2026, and the tenant allows them.",
            ("(a) the oars", "(b) the sail"),
            ["Clause 2.1", "Clause 2.1(a)", "Clause 2.1(b)"],
        ),
        (
            f"別紙2：図面のとおり、甲は令和8年3月31日までに屋根の葺替えを行い、{'その費用は甲が負担し、' * 6}乙は工事に協力する。",
            ("（1）屋根", "（2）扉"),
            ["第2条", "第2条(1)", "第2条(2)"],
        ),
    ],
)
def test_a_sentence_that_begins_with_a_schedule_leaves_the_items_to_the_clause(
    spoken: str, items: tuple[str, str], places: list[str]
) -> None:
    text = (HEAD if spoken.isascii() or "–" in spoken else HEAD_JA) + "\n\n".join((spoken, *items))
    assert [label_of(text, words) for words in (spoken[:9], *items)] == places


def test_a_run_of_spaces_behind_a_schedule_takes_no_time() -> None:
    begun = time.process_time()
    assert not carries_words(f"Schedule 1{' ' * 20_000}of")
    assert time.process_time() - begun < 0.5


def test_a_part_of_a_schedule_is_cited_with_it() -> None:
    text = HEAD + "Schedule 1\n\nPart 1 - Sails\n\nThe sails are white.\n\nPart 2 - Oars\n\nThe oars are of ash.\n"
    assert label_of(text, "white") == "Schedule 1, Part 1"
    assert label_of(text, "ash") == "Schedule 1, Part 2"
