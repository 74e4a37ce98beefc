"""Words of a document in every output: no terminal is driven, nothing is fetched, linked, run or calculated."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from filing_support import EN, swept, transcript
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from tests.support.order_answers import answered
from tsel_cli.batch.beside import record_markdown
from tsel_cli.batch.table import write_table
from tsel_cli.filing.markdown import markdown_file
from tsel_cli.filing.paper import Entry, Section, paper_of
from tsel_cli.page.exports import history_markdown
from tsel_cli.render.eval.table import LINES, print_eval
from tsel_cli.render.extract import row_lines
from tsel_cli.render.extract_csv import table_csv
from tsel_cli.render.extract_xlsx import table_xlsx
from tsel_cli.render.forms import answer_json, answer_markdown, answer_text
from tsel_cli.render.item_table import Sheet, sheets_bytes
from tsel_core.answer import Answer
from tsel_core.document import Document, Unit
from tsel_core.extract.cell import Cell, Place
from tsel_core.extract.extractor import Row
from tsel_core.extract.fields import Field
from tsel_core.text.safe import guarded, safe_markdown

DRIVEN = "\x1b[2J\x1b]8;;http://e.test\x1b\\go\x1b]8;;\x1b\\ \x1b]52;c;aGk=\x07 \x9b31m \u202e"
MARKED = (
    "![p](http://e.test/p.png) [l](http://e.test) ![r][r] [r] <img src=http://e.test> <http://e.test> <b>b</b>"
    " [![n](http://e.test/n.png)](http://e.test) [red]r[/red]\n\n[r]: http://e.test/r.png 't'\n\n<script>s</script>"
)
WORDS = MARKED + DRIVEN
FORMULAS = ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1", "＝1", " =1", "\n=1", "a;=1", "a\t=1", "b,=1",
            'a;"=1"', "a; @SUM(1)", "a\n-cmd|x"]  # fmt: skip
_ACTIVE = {"image", "link_open", "html_inline", "html_block"}


def active(text: str) -> list[str]:
    """What a rendered page would fetch, link or take for a tag."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    kinds = [t.type for t in tokens] + [c.type for t in tokens for c in t.children or ()]
    return [kind for kind in kinds if kind in _ACTIVE]


def drives(text: str) -> bool:
    """A terminal would do something else than show it."""
    return any(sign in text for sign in "\x1b\x07\x9b\x9d\u202e")


def made(words: str = WORDS) -> Answer:
    answer = answered(words, "The invoice number is 4711. " + words, "x")
    document = replace(answer.documents[0], path=f"a {words}.txt")
    return replace(answer, model={"name": "m"}, documents=(document,))


def test_the_words_are_active_where_nothing_is_done() -> None:
    assert set(active(MARKED)) == _ACTIVE
    assert drives(WORDS)


@pytest.mark.parametrize("form", [answer_text, answer_markdown, answer_json])
def test_an_answer_drives_no_terminal(form: Any) -> None:
    assert not drives(form(made()))


def test_an_answer_as_markdown_fetches_nothing_and_keeps_its_form() -> None:
    assert active(answer_markdown(made())) == []
    text = answer_markdown(made("The number is **4711** [1].\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"))
    assert "The number is **4711** [1].\n\n- one\n- two\n\n| a | b |" in text


def test_other_markdown_fetches_nothing() -> None:
    record = {"answer": WORDS, "claims": [{"verdict": "unsure", "why": "words", "detail": WORDS, "text": WORDS}], "version": "1", "model": {"name": WORDS},
              "citations": [{"id": 1, "label": WORDS, "quote": WORDS, "check": "exact"}]}  # fmt: skip
    sheet = Sheet("Items", (("Quote", 90), (WORDS, 9)), [[WORDS, 1], ["a | b", None]], WORDS)
    answers = [SimpleNamespace(answer=made(), question=WORDS), SimpleNamespace(answer=SimpleNamespace(text=WORDS), question="q")]
    paper = paper_of(swept(transcript(*EN, f"Ann Lee: We agreed that the gate is red {' '.join(MARKED.split())}.")), "minutes")
    texts = [record_markdown(WORDS, record), sheets_bytes(".md", [sheet]).decode(), history_markdown(answers),  # type: ignore[arg-type]
             markdown_file(paper).decode()]  # fmt: skip
    assert [active(text) for text in texts] == [[], [], [], []]
    assert not any(map(drives, texts))
    assert "| a \\| b |  |" in texts[1]


@given(st.text(alphabet=st.sampled_from("![]()<>:\\`*_ \nahttp/.\"'&;#|-"), max_size=60))
def test_no_words_make_an_active_page(text: str) -> None:
    assert active(safe_markdown(text)) == []


@pytest.mark.parametrize("words", ["- one", "> one", "+ one", "1. one", "12) one", "--- one", "===", "&lt;b&gt;", "# one"])
def test_words_that_begin_a_list_or_a_quotation_are_words(words: str) -> None:
    paper = replace(paper_of(swept(transcript(*EN)), "minutes"), sections=(Section("Heading", (Entry(words),)),))
    tokens = MarkdownIt("commonmark").parse(markdown_file(paper).decode().split("## Heading")[-1])
    assert tokens[1].children is not None
    assert "".join(part.content for part in tokens[1].children) == words
    assert tokens[0].type == "paragraph_open"


def rows_of(text: str, sign: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=sign))


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_no_cell_of_a_csv_begins_a_formula_wherever_a_program_divides(tmp_path: Path, sign: str) -> None:
    document = Document("=a.txt", "0" * 64, "txt", "line", (Unit(0, "line", "line 1", "x"),))
    fields = [Field(f"={n}") for n in range(len(FORMULAS))]
    cells = tuple(Cell(f, "stated", w, w, (Place(w, w),)) for f, w in zip(fields, FORMULAS, strict=True))
    table = table_csv([Row(document, cells, 1)], fields).decode()
    listed = sheets_bytes(".csv", [Sheet("S", [("=Q", 9)], [[w] for w in FORMULAS])]).decode()
    results = [{"file": w, "status": "ok", "answer": w} for w in FORMULAS]
    batch = write_table(results, tmp_path, ["csv"])[0].read_text("utf-8")
    for text in (table, listed, batch):
        found = [cell for row in rows_of(text, sign) for cell in row]
        assert not [cell for cell in found if cell.lstrip(" \t\r\n")[:1] in tuple("=+-@＝")]


def test_words_that_are_no_formula_stay_as_they_are() -> None:
    for words in ("Rent; 5 EUR", "Items:\n- one\n- two", "a; -5 %", "x = 1", "mail a@b.c"):
        assert guarded(words) == words


def test_no_cell_of_an_excel_file_is_a_formula() -> None:
    document = Document("=a.txt", "0" * 64, "txt", "line", (Unit(0, "line", "line 1", "x"),))
    fields = [Field(f"={n}") for n in range(len(FORMULAS))]
    cells = tuple(Cell(f, "stated", w, w, (Place(w, w),)) for f, w in zip(fields, FORMULAS, strict=True))
    files = [table_xlsx([Row(document, cells, 1)], fields), sheets_bytes(".xlsx", [Sheet("S", [("=Q", 9)], [[w] for w in FORMULAS])])]
    for data in files:
        kinds = {cell.data_type for sheet in load_workbook(io.BytesIO(data)) for row in sheet for cell in row}
        assert "f" not in kinds
        assert "s" in kinds


def test_lines_of_json_are_lines_for_every_program(tmp_path: Path) -> None:
    path = write_table([{"file": "a", "answer": WORDS + "\u2028\x85"}], tmp_path, ["jsonl"])[0]
    text = path.read_text("utf-8")
    assert len(text.splitlines()) == 1
    assert not drives(text)
    assert json.loads(text)["answer"] == WORDS + "\u2028\x85"


def test_lines_of_a_table_drive_no_terminal() -> None:
    document = Document(f"{WORDS}.txt", "0" * 64, "txt", "line", (Unit(0, "line", "line 1", "x"),))
    cell = Cell(Field(WORDS), "stated", WORDS, WORDS, (Place(WORDS, WORDS),))
    console: Any = SimpleNamespace(say=lambda text: text)
    assert not any(map(drives, row_lines(Row(document, (cell,), 1), console)))


def test_names_are_no_markup_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    numbers: dict[str, Any] = {key: None for _, key, _ in LINES}
    summary = {**numbers, "setting": "[red]full[/red]", "num_items": 1, "lost": [], "gained": [], "num_selecting": 1, "num_documents": 1}
    content = {"machine": {"gpu": "g"}, "model": {"name": "[link=http://e.test]m[/link]"}, "settings": [summary], "by_kind": {}}
    print_eval(content, SimpleNamespace(no_color=True))
    shown = capsys.readouterr().out
    assert "[red]full[/red]" in shown
    assert "[link=http://e.test]m[/link]" in shown
