"""What a reader sees is compared: no marks of Markdown, rows of tables one by one, no blanks of Japanese line ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.compare.blanks import alike_in_blanks, without_blanks
from tsel_core.compare.comparison import Comparison, compare_documents
from tsel_core.compare.own_words import plain_sentence, says_nothing
from tsel_core.compare.pieces import pieces_of
from tsel_core.compare.shown import shown_of
from tsel_core.compare.told import told
from tsel_core.compare.words import word_changes
from tsel_core.document import Document, Unit
from tsel_core.ingest.read import read_document

MARKDOWN = """# HIRE OF MACHINES
## 1. Term
1.1 The hire begins on **3 May 2027** and ends after _two_ years. See [the schedule](https://a.example/x) and `K-7`.
## 2. Prices
2.1 The prices are:

| Machine | From | Price |
|---|:---:|--:|
| Lathe | 3 May 2027 | EUR 410 |
| Press \\| small | 3 May 2028 | EUR 520 |

Returned goods
--------------
> 2.2 The hirer pays 3 * 4 * 5 euros and 2_000_000 yen. \\*No note\\*.

***

- the key
* the badge
"""
PLAIN = [
    "HIRE OF MACHINES",
    "1. Term",
    "1.1 The hire begins on 3 May 2027 and ends after two years. See the schedule and K-7.",
    "2. Prices",
    "2.1 The prices are:",
    "Machine\tFrom\tPrice",
    "Lathe\t3 May 2027\tEUR 410",
    "Press | small\t3 May 2028\tEUR 520",
    "Returned goods",
    "2.2 The hirer pays 3 * 4 * 5 euros and 2_000_000 yen. *No note*.",
    "• the key",
    "• the badge",
]


def document(*texts: str, kind: str = "txt", rows: bool = False) -> Document:
    units = tuple(Unit(i, "row" if rows else "paragraph", f"para {i + 1}", text) for i, text in enumerate(texts))
    return Document(f"a.{kind}", "0" * 64, kind, "paragraph", units)


def compared(old: Document, new: Document) -> Comparison:
    made = compare_documents(old, new)
    assert made.complete
    return made


def changed(made: Comparison) -> dict[str, int]:
    return {kind: count for kind, count in made.counts.items() if count and kind != "same"}


def markdown(tmp_path: Path, text: str = MARKDOWN, name: str = "a.md") -> Document:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_document(path)


def test_markdown_is_what_its_reader_sees(tmp_path: Path) -> None:
    made = compared(markdown(tmp_path), document(*PLAIN))
    assert changed(made) == {}
    assert made.num_new == len(PLAIN)


def test_markdown_by_sentence_has_no_number_of_its_own(tmp_path: Path) -> None:
    texts = [p.text for p in pieces_of(markdown(tmp_path), "sentence")]
    assert "1. Term" in texts
    assert not {"1.", "2.", "Term"} & set(texts)


def test_code_and_signs_stay(tmp_path: Path) -> None:
    code = "Begin\n\n```sh\n# no title\n| a | b |\n|---|---|\nx = **y**\n```\n\n**End** of 2 ** 3 ** 4.\n"
    assert [s.text for s in shown_of(markdown(tmp_path, code))] == ["Begin", "# no title\n| a | b |\n|---|---|\nx = **y**", "End of 2 ** 3 ** 4."]


def test_other_kinds_keep_their_signs() -> None:
    made = compared(document("# 5 of the list | **x**"), document("5 of the list | x"))
    assert changed(made) == {"changed": 1}


@pytest.mark.parametrize("text", ["*" * 4000 + "x", "_a" * 2000, "[" * 4000, "`" * 3000 + "a", "|-" * 3000, "a **b " * 1500])
def test_long_runs_of_marks_end(text: str) -> None:
    assert shown_of(document(text, kind="md")) is not None


def test_a_changed_cell_is_told_by_its_values(tmp_path: Path) -> None:
    new = [text.replace("EUR 520", "EUR 545") for text in PLAIN]
    made = compared(markdown(tmp_path), document(*new))
    assert changed(made) == {"changed": 1}
    change = next(c for c in made.changes if c.kind == "changed")
    assert [(a.text, b.text) for a, b in change.values.pairs] == [("EUR 520", "EUR 545")]
    assert not change.values.single
    assert change.old[0].label.endswith("line 10")


def test_a_table_of_lines_is_compared_by_rows() -> None:
    old = document("第11条 次の休暇を与える。", "事由\t日数\n本人の結婚\t5日\n子の結婚\t2日")
    new = document("第11条 次の休暇を与える。", "事由\t日数", "本人の結婚\t6日", "子の結婚\t2日", rows=True)
    made = compared(old, new)
    assert changed(made) == {"changed": 1}
    change = next(c for c in made.changes if c.kind == "changed")
    assert [(a.text, b.text) for a, b in change.values.pairs] == [("5日", "6日")]


def test_a_mark_in_another_column_is_a_change() -> None:
    made = compared(document("甲\t○\t", "乙\t\t○"), document("甲\t\t○", "乙\t\t○"))
    assert changed(made) == {"changed": 1}
    assert changed(compared(document("甲乙\t丙"), document("甲\t乙丙"))) == {"changed": 1}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("第14条 賃金は、毎月15日に締め切り、 当月25日に支払う。", "第14条 賃金は、毎月15日に締め切り、当月25日に支払う。"),
        ("片道 2キロメートル以上の 場合に認める。", "片道2キロメートル以上の場合に認める。"),
        ("1　委託料は、月額とする。", "1 委託料は、月額とする。"),
    ],
)
def test_a_blank_of_a_line_end_is_no_change(old: str, new: str) -> None:
    assert changed(compared(document(old), document(new))) == {}


def test_a_blank_between_figures_or_words_is_one() -> None:
    assert changed(compared(document("番号は 12 3 とする。"), document("番号は 123 とする。"))) == {"changed": 1}
    assert changed(compared(document("the in formation desk is open"), document("the information desk is open"))) == {"changed": 1}


def test_a_changed_clause_shows_no_blank() -> None:
    made = compared(document("賃金は、 毎月15日に締め、 25日に支払う。"), document("賃金は、毎月15日に締め、28日に支払う。"))
    spans = [(s.kind, s.text) for s in made.changes[0].spans if s.kind != "same"]
    assert spans == [("deleted", "25"), ("inserted", "28")]


def test_blanks_that_both_have_stay() -> None:
    assert alike_in_blanks("甲 乙、 丙", "甲 乙、丙") == ("甲 乙、丙", "甲 乙、丙")
    assert without_blanks("甲 乙 5 6") == "甲乙5 6"


def test_a_heading_that_one_form_numbers_is_one_piece() -> None:
    made = compared(document("1. Term", "The hire ends after two years."), document("Term", "The hire ends after two years."))
    assert changed(made) == {"renumbered": 1}


def test_a_heading_that_came_is_not_told(tmp_path: Path) -> None:
    made = compared(document(*PLAIN), markdown(tmp_path, MARKDOWN + "\n## 3. Energy\nThe hirer pays for gas.\n"))
    added = [c for c in made.changes if c.kind == "added"]
    assert (added[0].new_text, told(added[0], "en")) == ("3. Energy", "")
    assert told(added[1], "en") is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The clause specifies that the parties must or may perform certain actions as outlined in the document.",
        "The new clause in the document requires that the parties must or may do something.",
        "This clause is new in the document.",
        "当事者は、この条項に定められた行為をしなければならない。",
        "この条項は、文書に新しく追加されたものです。",
    ],
)
def test_a_sentence_of_any_clause_says_nothing(sentence: str) -> None:
    assert says_nothing(sentence, "9.1 The Tenant shall buy electricity. 第9条 借主は電気を購入する。")


@pytest.mark.parametrize(
    "sentence",
    [
        "The Tenant must buy electricity.",
        "Nobody pays a fee.",
        "The period is now 14 days.",
        "借主は電気を購入しなければならない。",
        "期間は14日になります。",
    ],
)
def test_a_sentence_with_a_word_of_its_clause_says_something(sentence: str) -> None:
    assert not says_nothing(sentence, "9.1 The Tenant shall buy electricity for a fee. 第9条 借主は電気を購入する。")


def test_a_japanese_sentence_has_one_subject() -> None:
    assert plain_sentence("この変更は、本人の結婚の日数が5日から6日に変更されました。") == "本人の結婚の日数が5日から6日に変更されました。"
    assert plain_sentence("この変更は、借主に有利です。") == "この変更は、借主に有利です。"


def test_a_sentence_that_went_begins_behind_the_point() -> None:
    old, new = "The rent is paid. The Landlord has no right.", "The rent is paid."
    spans = word_changes(old, new)
    assert [s.text for s in spans if s.kind == "deleted"] == [" The Landlord has no right."]
    assert "".join(s.text for s in spans if s.kind != "inserted") == old
    assert "".join(s.text for s in spans if s.kind != "deleted") == new


def test_a_sentence_that_went_is_quoted_without_its_point() -> None:
    old, new = "The rent is paid each month. The Landlord has no right.", "The rent is paid each month."
    assert told(compared(document(old), document(new)).changes[0], "en") == "No longer said: “The Landlord has no right”."
    old, new = "賃料は毎月支払う。甲は権利を有しない。", "賃料は毎月支払う。"
    assert told(compared(document(old), document(new)).changes[0], "ja") == "「甲は権利を有しない」の文言がなくなります。"


def test_a_link_that_points_elsewhere_is_a_change_of_markdown(tmp_path: Path) -> None:
    new = markdown(tmp_path, MARKDOWN.replace("a.example/x", "b.example/y").replace("**3 May 2027**", "3 May 2027"), "b.md")
    made = compared(markdown(tmp_path), new)
    assert changed(made) == {"changed": 1}
    assert changed(compared(new, document(*PLAIN))) == {}


def test_the_items_of_a_list_are_pieces(tmp_path: Path) -> None:
    made = compared(markdown(tmp_path, "Begin\n\n1. the key\n2. the badge\n   - of the hall\n"), document("Begin", "1. the key", "2. the badge", "• of the hall"))
    assert changed(made) == {}
