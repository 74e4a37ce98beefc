"""Tracked changes leave a Word file its headings, numbers and tables: accepted, rejected or shown."""

from __future__ import annotations

from tests.core.ingest.make_files import docx, p, table
from tests.core.ingest.word.test_docx import level, numbering, read, texts
from tsel_core.document import Document

GONE = '<w:rPr><w:del w:id="9" w:author="Kim"/></w:rPr>'
CAME = '<w:rPr><w:ins w:id="9" w:author="Kim"/></w:rPr>'
STYLES = {"styles": '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'}


def deleted(text: str) -> str:
    return f'<w:del w:id="1" w:author="Kim"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def inserted(text: str) -> str:
    return f'<w:ins w:id="2" w:author="Kim"><w:r><w:t>{text}</w:t></w:r></w:ins>'


def labels(document: Document) -> list[str]:
    return [u.label for u in document.units if u.in_flow]


def paths(document: Document) -> list[str]:
    return [u.heading_path[-1] if u.heading_path else "" for u in document.units if u.in_flow]


def test_a_heading_whose_mark_was_deleted_before_deleted_words_stays_a_heading() -> None:
    body = p("Payment of rent", style="H1", extra=GONE) + p(deleted("An old rule.")) + p("The rent is due monthly.")
    assert paths(read(docx(body, STYLES))) == ["Payment of rent"] * 2


def test_a_heading_whose_mark_was_deleted_before_a_table_stays_a_heading() -> None:
    body = p("Article 5 Prices", style="H1", extra=GONE) + table(["Pump", "1,200"]) + p("Net of tax.")
    document = read(docx(body, STYLES))
    assert paths(document) == ["Article 5 Prices"] * 3
    assert labels(document)[1] == "Art. 5, Table 1, row 1"


def test_a_number_of_a_paragraph_whose_mark_was_deleted_stays() -> None:
    parts = numbering(level(0, "decimal", "第%1条"))
    body = p("（目的）", num=(1, 0)) + p("（賃料）", num=(1, 0), extra=GONE) + p(deleted("旧第二条の文言。"))
    body += p("（期間）", num=(1, 0), extra=GONE) + table(["開始", "4月"]) + p("（解除）", num=(1, 0))
    found = texts(read(docx(body, parts)))
    assert found == ["第1条 （目的）", "第2条 （賃料）", "第3条 （期間）", "開始\t4月", "第4条 （解除）"]


def test_words_that_run_on_into_a_heading_that_was_emptied_are_no_heading() -> None:
    body = p("The rent is due.", extra=GONE) + p(deleted("Old title"), style="H1") + p("It is paid monthly.")
    assert paths(read(docx(body, STYLES))) == ["", ""]


def test_a_clause_that_was_deleted_whole_gives_its_style_to_nothing() -> None:
    body = p(deleted("Old title"), style="H1", extra=GONE) + p("Plain words.") + p("Term", style="H1") + p("3 years.")
    assert paths(read(docx(body, STYLES))) == ["", "Term", "Term"]


def test_shown_changes_keep_the_labels_of_articles_and_headings() -> None:
    body = p("Article 1 Goods", style="H1") + p("They are pumps.") + p(inserted("Article 2 Checks"), style="H1", extra=CAME)
    body += p(inserted("Within 9 days.")) + p(deleted("Article 3 Old"), style="H1") + p(deleted("Old words."))
    document = read(docx(body, STYLES), changes="show")
    assert document.unit_kind == "paragraph"
    assert [label.split(",")[0] for label in labels(document)] == [f"Art. {n}" for n in (1, 1, 2, 2, 3, 3)]
    assert paths(document)[2:] == ["Article 2 Checks"] * 2 + ["Article 3 Old"] * 2
    assert texts(document)[2] == "[inserted by Kim: Article 2 Checks]"


def test_rejecting_a_change_of_format_gives_the_heading_back() -> None:
    change = '<w:pPrChange w:id="3" w:author="Kim"><w:pPr><w:pStyle w:val="H1"/></w:pPr></w:pPrChange>'
    body = p("Term", extra=change) + p("3 years.")
    assert paths(read(docx(body, STYLES))) == ["", ""]
    assert paths(read(docx(body, STYLES), changes="reject")) == ["Term", "Term"]
