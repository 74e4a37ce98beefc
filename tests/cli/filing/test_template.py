"""A company's template: placeholders in both languages, rows that repeat, and what is refused."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from filing_support import EN, JA, swept, transcript

from tsel_cli.commands.summarize import checked_target
from tsel_cli.filing.paper import Entry, Paper, paper_of
from tsel_cli.filing.placeholders import field, known, names
from tsel_cli.filing.template import check_template, fill_template
from tsel_core.document import Document, Unit
from tsel_core.errors import UsageError


def paper() -> Paper:
    return paper_of(swept(transcript(*EN)), "minutes")


def saved(document: Any, folder: Path) -> Path:
    path = folder / "company.docx"
    document.save(str(path))
    return path


def filled(path: Path, told: Paper) -> Any:
    check_template(path)
    return docx.Document(io.BytesIO(fill_template(path, told)))


def test_a_placeholder_that_word_divided_among_runs(tmp_path: Path) -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("Of ")
    paragraph.add_run("{{ti").bold = True
    paragraph.add_run("tle}} with {{ atten")
    paragraph.add_run("dees }}.")
    result = filled(saved(made, tmp_path), paper()).paragraphs[0]
    assert result.text == "Of board with Ann Lee, Bo Ray."
    assert [r.text for r in result.runs if r.bold] == ["board"]


def test_a_paragraph_is_repeated_in_its_style(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("{{topics}}", style="List Number")
    made.add_paragraph("{{facts}}")
    result = filled(saved(made, tmp_path), paper()).paragraphs
    assert [(p.text, p.style.name) for p in result[:2]] == [
        ("Parking fee (Ann Lee 00:00:01)", "List Number"),
        ("New roof (Ann Lee 00:00:05)", "List Number"),
    ]
    assert result[2].text == "None stated."


def test_a_row_is_repeated_for_each_action(tmp_path: Path) -> None:
    made = docx.Document()
    table = made.add_table(rows=2, cols=3)
    for cell, text in zip(table.rows[1].cells, ("{{action.number}}", "{{action.who}}: {{action.what}}", "{{action.when}}"), strict=True):
        cell.text = text
    told = paper_of(swept(transcript(*EN, "Ann Lee: I will call the builder.")), "minutes")
    rows = [[c.text for c in r.cells] for r in filled(saved(made, tmp_path), told).tables[0].rows]
    assert rows[1:] == [["1", "Bo Ray: Tell the guards", "Monday"], ["2", "Ann Lee: Call the builder", "not stated"]]


def test_a_row_of_nothing_says_so(tmp_path: Path) -> None:
    made = docx.Document()
    table = made.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "{{fact.title}}", "{{fact.text}}"
    rows = [[c.text for c in r.cells] for r in filled(saved(made, tmp_path), paper()).tables[0].rows]
    assert rows == [["None stated.", ""]]


def test_headers_and_the_whole_summary(tmp_path: Path) -> None:
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "ACME, {{today}}"
    made.add_paragraph("{{summary}}")
    result = filled(saved(made, tmp_path), paper())
    assert result.sections[0].header.paragraphs[0].text.startswith("ACME, 2")
    texts = [p.text for p in result.paragraphs]
    assert texts[0] == "Decisions"
    assert "The parking fee is 4 euros (Ann Lee 00:00:03)" in texts


def test_what_is_to_be_checked_carries_a_comment(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("{{decisions}}")
    answer = swept(transcript(*EN))
    items = [{**i, "verdict": "unsure"} for i in answer.extra["items"]]
    result = filled(saved(made, tmp_path), paper_of(replace(answer, extra={**answer.extra, "items": items}), "minutes"))
    assert [c.text.split("\n")[0] for c in result.comments] == ["To be checked: these words do not make it certain."]


def test_japanese_placeholders(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("{{日時}} {{出席者}}")
    made.add_paragraph("{{決定事項}}")
    table = made.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "{{アクション.担当}}", "{{アクション.期限}}"
    result = filled(saved(made, tmp_path), paper_of(swept(transcript(*JA), "ja"), "minutes"))
    assert result.paragraphs[0].text == "2026年5月7日 佐藤、鈴木"
    assert "400円" in result.paragraphs[1].text
    assert [c.text for c in result.tables[0].rows[0].cells] == ["鈴木", "来週月曜"]


def test_every_name_that_is_offered_is_known() -> None:
    assert all(known(name) == name for name in names())


@pytest.mark.parametrize(("text", "said"), [("{{decisons}}", "did you mean decisions"), ("{{qwzx}}", "placeholders: ")])
def test_an_unknown_placeholder_is_refused_with_the_nearest(tmp_path: Path, text: str, said: str) -> None:
    made = docx.Document()
    made.add_paragraph(text)
    with pytest.raises(UsageError) as caught:
        check_template(saved(made, tmp_path))
    assert said in caught.value.hint


def test_a_summary_in_one_go_fills_no_items(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("{{title}} {{summary}}")
    whole = saved(made, tmp_path)
    out = str(tmp_path / "o.docx")
    assert checked_target(out, str(whole), False, "quick") is not None
    made.add_paragraph("{{decisions}}")
    kinds = saved(made, tmp_path)
    with pytest.raises(UsageError, match="finds no items"):
        checked_target(out, str(kinds), False, "quick")
    assert checked_target(out, str(kinds), False, "normal") is not None


def test_what_is_no_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="without placeholders"):
        check_template(saved(docx.Document(), tmp_path))
    (tmp_path / "text.docx").write_text("no zip")
    with pytest.raises(UsageError, match="not a Word file"):
        check_template(tmp_path / "text.docx")
    with pytest.raises(UsageError, match="no such file"):
        check_template(tmp_path / "missing.docx")


@pytest.mark.parametrize(("name", "lang", "turns"), [("minutes_template", "en", EN), ("minutes_template_ja", "ja", JA)])
def test_the_templates_of_the_samples_are_filled_to_the_last_placeholder(name: str, lang: Any, turns: tuple[str, ...]) -> None:
    path = Path(__file__).parents[3] / "samples" / f"{name}.docx"
    result = filled(path, paper_of(swept(transcript(*turns), lang), "minutes"))
    whole = "\n".join(p.text for p in result.paragraphs)
    rows = [[c.text for c in r.cells] for t in result.tables for r in t.rows]
    assert "{{" not in whole + str(rows) + result.sections[0].footer.paragraphs[0].text
    assert ("4 euros" if lang == "en" else "400円") in whole
    assert rows[-1][0] == ("Bo Ray" if lang == "en" else "鈴木")


def test_what_was_only_proposed_is_called_so() -> None:
    entry = Entry("x", "open", "", "", status="proposed")
    assert [field(entry, "status", 1, lang) for lang in ("en", "ja")] == ["proposed", "提案"]


@pytest.mark.parametrize(("lang", "said"), [("en", "Sweep the yard (done)"), ("ja", "Sweep the yard（済み）")])
def test_a_task_that_is_ticked_off_says_so_in_its_row(lang: str, said: str) -> None:
    lines = ("Present: Tova Ek, Milan Roth", "Actions", "- [x] Tova: sweep the yard")
    units = tuple(Unit(n, "paragraph", f"para {n}", line) for n, line in enumerate(lines))
    told = paper_of(swept([Document("notes.md", "0" * 64, "md", "paragraph", units)], lang), "minutes")  # type: ignore[arg-type]
    action = next(e for s in told.sections for e in s.entries if e.kind == "action")
    assert action.what.casefold() == said.casefold()
    assert field(action, "status", 1, lang) == {"en": "done", "ja": "済み"}[lang]
