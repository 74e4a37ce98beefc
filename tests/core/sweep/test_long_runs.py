"""What repeats itself for pages (padding, a monologue without full stops, digits) must not hold a reading for ever."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tsel_core.ingest import ReadOptions, read_documents
from tsel_core.sweep.contracts.contract import sweep_contract
from tsel_core.sweep.meetings.actions_ja import find_tasks
from tsel_core.sweep.meetings.meeting import sweep_meeting
from tsel_core.sweep.people import People
from tsel_core.sweep.sentences import sentences_of, split
from tsel_core.text.values import extract_values

_SECONDS = 20.0  # of the processor; each took minutes or never ended before, and takes 1 to 3 now


@pytest.mark.parametrize("piece", [" ", "\u3000 ", "the ", "AB CD ", "万", "1", "1.", "あの", "one hundred ", "森さんがして、", "from 1 May to "])
def test_a_run_of_the_same_is_read_in_time(piece: str, tmp_path: Path) -> None:
    run = (piece * 3000)[:3000]
    lines = (f"The term is two years {run} from 1 May 2024.", f"契約期間は{run}とする。", f"Ann: We agreed {run} to pay.", "Bob: Yes.", f"Ann: {run}")
    path = tmp_path / "run.txt"
    path.write_text("\n\n".join(lines), encoding="utf-8")
    begin = time.process_time()
    documents = read_documents([str(path)], ReadOptions())
    sentences = sentences_of(documents)
    sweep_contract(sentences)
    sweep_meeting(sentences, "en")
    sweep_meeting(sentences, "ja")
    values = [value.value for unit in documents[0].units for value in extract_values(unit.text)]
    assert time.process_time() - begin < _SECONDS
    assert "2024-05-01" in values


@pytest.mark.parametrize("title", ["SALE AND PURCHASE OF THE GOODS THAT WERE ORDERED UNDER THIS AGREEMENT BY THE BUYER", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF"])
def test_capitals_behind_a_number_are_no_trap(title: str, tmp_path: Path) -> None:
    path = tmp_path / "contract.txt"
    path.write_text(f"Supply Agreement\n\nSection 1.01 {title} (the \"Goods\")\n\n2. Term. It ends on 1 May 2027.\n", encoding="utf-8")
    begin = time.process_time()
    facts = sweep_contract(sentences_of(read_documents([str(path)], ReadOptions())))
    assert time.process_time() - begin < _SECONDS
    assert any("1 May 2027" in fact.what for fact in facts)


def test_speech_without_full_stops_is_cut_where_it_pauses() -> None:
    text = ("so we looked at the figures and the pumps, " * 200).strip()
    pieces = [text[start:end] for start, end in split(text)]
    assert " ".join(pieces) == text
    assert all(1000 <= len(piece) <= 2000 for piece in pieces[:-1])
    clause = "The supplier shall " + "deliver the goods and " * 60 + "leave."
    assert split(clause) == [(0, len(clause))]  # a long clause stays whole


def test_a_name_that_comes_again_for_pages_gives_no_task_a_time() -> None:
    context = SimpleNamespace(people=People({"森": "森", "千葉": "千葉"}), asked=False)
    assert len(find_tasks("森さんがして、" * 2000, context)) <= 1  # it gave 2,000
    assert len(find_tasks("森さんが下書きして、千葉さんが清書する、という形でお願いできますか。", context)) == 2
