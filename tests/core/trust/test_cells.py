"""A value of a table belongs to its row and column; what a sentence changes from does not hold."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tsel_core.api import read_documents
from tsel_core.document import Document, SourceSpan, Unit, render_documents
from tsel_core.evidence.deciding.decide import Decision, decide_cell
from tsel_core.trust.check import check_answer
from tsel_core.trust.claims.other_fact.cells import told_cell
from tsel_core.trust.grids import grid_at

PRICES = """# Prices

| Product | 2023 price | 2024 price | Stock |
|---|---|---|---|
| Pump A | EUR 1,200 | EUR 1,350 | 14 |
| Pump B | EUR 900 | EUR 990 | 8 |
"""
ALIGNED = "Room      Seats   Rent per day\nBlue      24      120 euros\nGreen     60      310 euros\n"
MINUTES_JA = "出席者：佐藤、鈴木、高橋\n欠席者：田中、伊藤\n司会：鈴木\n\n予算を300万円から350万円に変更する。\n納品は発注の翌営業日とする。\n支払は検収の翌月末とする。\n"
CHANGES = "The budget was raised from 300 euros to 350 euros.\n\nThe invoice is due on the next business day.\n\nGoods are sent in the following week.\n"


def verdict(tmp_path: Path, text: str, question: str, answer: str, suffix: str = ".txt") -> tuple[str, str]:
    path = tmp_path / f"a{suffix}"
    path.write_text(text, encoding="utf-8")
    documents = read_documents([path])
    trust = check_answer(answer, question, render_documents(documents), documents, lang="ja" if "。" in question else "en")
    return trust.claims[0].verdict, trust.claims[0].detail


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("What is the 2024 price of Pump A?", "EUR 1,350", ("supported", "")),
        ("What is the 2024 price of Pump A?", "EUR 1,200", ("unsure", "EUR 1,200 / EUR 1,350")),
        ("What is the 2024 price of Pump A?", "EUR 990", ("unsure", "EUR 990 / EUR 1,350")),
        ("What is the 2024 price of Pump A?", "The 2024 price of Pump A is EUR 1,200.", ("unsure", "EUR 1,200 / EUR 1,350")),
        ("What is the 2024 price of Pump A?", "The 2024 price of Pump A is EUR 1,350.", ("supported", "")),
        ("What did Pump B cost in 2023?", "EUR 900", ("supported", "")),
        ("How many Pump A are in stock?", "14", ("supported", "")),
        ("How many Pump A are in stock?", "8", ("unsure", "8 / 14")),
        ("What does Pump A cost?", "EUR 1,200", ("unsure", "EUR 1,200 / EUR 1,350")),  # of which year is not said
    ],
)
def test_a_cell_of_a_table(tmp_path: Path, question: str, answer: str, expected: tuple[str, str]) -> None:
    assert verdict(tmp_path, PRICES, question, answer, ".md") == expected


def test_columns_set_apart_by_spaces(tmp_path: Path) -> None:
    assert verdict(tmp_path, ALIGNED, "What is the rent of the Green room?", "310 euros") == ("supported", "")
    assert verdict(tmp_path, ALIGNED, "What is the rent of the Green room?", "120 euros") == ("unsure", "120 euros / 310 euros")


QUOTE_JA = "番号 | 品目 | 数量 | 単価 | 金額\n1 | 誘導灯 | 8台 | 21,500円 | 172,000円\n2 | 拡声器 | 6台 | 34,000円 | 204,000円\n"


@pytest.mark.parametrize(
    ("question", "answer", "verdict_"),
    [
        ("拡声器1台の値段はいくらですか。", "34,000円", "supported"),
        ("拡声器1台の値段はいくらですか。", "204,000円", "unsure"),
        ("拡声器は何台ですか。", "6台", "supported"),
        ("拡声器の金額はいくらですか。", "204,000円", "supported"),
        ("拡声器の金額はいくらですか。", "172,000円", "unsure"),
    ],
)
def test_a_count_is_no_price_and_one_has_a_unit_price(tmp_path: Path, question: str, answer: str, verdict_: str) -> None:
    assert verdict(tmp_path, QUOTE_JA, question, answer)[0] == verdict_


TASKS = "| Task | Begins | Ends |\n|---|---|---|\n| Roof | 9 May 2025 | 2 June 2025 |\n| Fence | 1 July 2025 | 8 July 2025 |\n"


@pytest.mark.parametrize(("answer", "expected"), [("2 June 2025", "supported"), ("9 May 2025", "unsure"), ("2025-05-09", "unsure")])
def test_a_date_of_another_column(tmp_path: Path, answer: str, expected: str) -> None:
    """A date's digits are others than its cell's."""
    assert verdict(tmp_path, TASKS, "When does the Roof end?", answer, ".md")[0] == expected


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("欠席者は誰ですか。", "田中、伊藤", ("supported", "")),
        ("欠席者は誰ですか。", "佐藤、鈴木", ("unsure", "欠席者")),
        ("予算はいくらになりましたか。", "350万円", ("supported", "")),
        ("予算はいくらになりましたか。", "300万円", ("unsure", "300万円 / 350万円")),
        ("納品はいつですか。", "発注の翌営業日", ("supported", "")),
        ("支払はいつですか。", "検収の翌営業日とする。", ("unsure", "翌営業日 / 翌月末")),
    ],
)
def test_labels_changes_and_days_in_japanese(tmp_path: Path, question: str, answer: str, expected: tuple[str, str]) -> None:
    assert verdict(tmp_path, MINUTES_JA, question, answer) == expected


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("What is the budget?", "350 euros", ("supported", "")),
        ("What is the budget?", "300 euros", ("unsure", "300 euros / 350 euros")),
        ("What was the budget before?", "300 euros", ("supported", "")),
        ("When is the invoice due?", "on the next business day", ("supported", "")),
    ],
)
def test_what_a_sentence_changes_from(tmp_path: Path, question: str, answer: str, expected: tuple[str, str]) -> None:
    assert verdict(tmp_path, CHANGES, question, answer) == expected


def test_a_grid_is_found_around_a_place(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"{PRICES}\nA sentence: with a colon and more words.\n\n{ALIGNED}", encoding="utf-8")
    documents = read_documents([path])
    found = {}
    for number, unit in enumerate(documents[0].units):
        for words in ("Pump B", "Green", "A sentence"):
            if words in unit.text:
                start = unit.text.index(words)
                found[words] = grid_at(documents, SourceSpan(0, number, start, start + len(words)))
    assert found["A sentence"] is None
    prices, rooms = found["Pump B"], found["Green"]
    assert prices is not None
    assert rooms is not None
    assert [c.text for c in prices.head] == ["Product", "2023 price", "2024 price", "Stock"]
    assert (len(prices.rows), prices.labels(1, 2), prices.labelled) == (3, "2024 price Pump A", False)
    assert [c.text for c in rooms.head] == ["Room", "Seats", "Rent per day"]


def test_a_table_goes_on_behind_the_foot_of_a_page() -> None:
    lines = ["Item\tUnits\tSpare", "Pump\t14\t3", "Page 1 of 2", "Valve\t25\t8"]
    units = tuple(Unit(n, "footer" if "Page" in line else "row", f"row {n}", line) for n, line in enumerate(lines))
    grid = grid_at([Document("a.docx", "", "docx", "row", units)], SourceSpan(0, 3, 0, 5))
    assert grid is not None
    assert [c.text for c in grid.head] == ["Item", "Units", "Spare"]
    assert [row[0].text for row in grid.rows] == ["Item", "Pump", "Valve"]


def test_a_grid_of_many_rows_is_read_in_time(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = ["Item,2023 price,2024 price", *(f"Thing {n},EUR {n + 1000},EUR {n + 20_000}" for n in range(6000))]
    path.write_text("\n".join(lines), encoding="utf-8")
    documents = read_documents([path])
    started = time.process_time()
    grid = grid_at(documents, SourceSpan(0, 3001, 0, 5))
    assert grid is not None
    assert 3000 < len(grid.rows) < 6002
    assert time.process_time() - started < 5


RATES_JA = "宿泊費の上限（1泊につき、円）\n区分　　　　｜東京23区｜大阪・名古屋\n部長・次長　｜17,000　｜15,000\n課長・係長　｜15,000　｜13,000\n"


@pytest.mark.parametrize(
    ("text", "suffix", "question", "words"),
    [
        (PRICES, ".md", "How much was Pump B in 2024?", "EUR 990 (Pump B, 2024 price)"),
        (PRICES, ".md", "How much is Pump B?", None),  # of which year
        (PRICES, ".md", "How much was everything in 2024?", None),  # of which pump
        (PRICES, ".md", "Who makes Pump B in 2024?", None),  # no value is asked for
        (RATES_JA, ".txt", "課長が東京の23区内に泊まる場合、いくらまで出ますか。", "15,000（課長・係長、東京23区）"),
        (RATES_JA, ".txt", "課長が泊まる場合、いくらまで出ますか。", None),
    ],
)
def test_the_cell_that_a_question_names(tmp_path: Path, text: str, suffix: str, question: str, words: str | None) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text(text, encoding="utf-8")
    documents = read_documents([path])
    spans = [SourceSpan(0, n, 0, len(unit.text)) for n, unit in enumerate(documents[0].units)]
    found = told_cell(question, documents, spans)
    assert (found.words if found else None) == words


def test_an_answer_that_states_the_cell_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(PRICES, encoding="utf-8")
    documents = read_documents([path])
    spans = [SourceSpan(0, n, 0, len(unit.text)) for n, unit in enumerate(documents[0].units)]
    cell = told_cell("How much was Pump B in 2024?", documents, spans)
    assert cell is not None
    sure = Decision("first", True, "agree")
    assert decide_cell(sure, cell, "990 euros", "It was EUR 990.") == sure
    assert decide_cell(sure, cell, "900 euros", "It was EUR 990.") == Decision("evidence", False, "cell", "first")
    assert decide_cell(sure, cell, "900 euros", "EUR 1,350") == Decision("value", False, "cell", "first")
    refused = Decision("none", False, "no-sign")
    assert decide_cell(refused, cell, "Not found in the document.", "") == refused
