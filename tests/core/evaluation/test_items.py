"""Question files, generated needles, settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tsel_core.errors import UsageError
from tsel_core.evaluation.items import group_by_document, item_of, load_items
from tsel_core.evaluation.needles import KINDS, make_needles
from tsel_core.settings import parse_setting


def write(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), encoding="utf-8")
    return path


def test_a_line_becomes_an_item_beside_its_document(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": 1, "doc": "a.txt", "question": "甲は誰ですか", "answers": "乙", "task": "qa"})
    item = load_items(path)[0]
    assert (item.id, item.doc, item.answers, item.match, item.lang) == ("1", str(tmp_path / "a.txt"), ("乙",), "any", "ja")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{"], "line 1: not valid JSON"),
        ([{"id": 1, "doc": "a"}], "question is missing"),
        ([{"id": 1, "doc": "a", "question": "q", "answers": ["x"], "match": "odd"}], "match must be one of"),
        ([{"id": 1, "doc": "a", "question": "q", "answers": ["x"]}] * 2, "stands twice"),
        ([""], "no question"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, lines: list[object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        load_items(write(tmp_path, *lines))


def test_items_that_share_a_prompt_beginning_are_grouped() -> None:
    base = {"doc": "d", "question": "q", "answers": ["a"], "text": "t"}
    items = [item_of({**base, "id": str(i), "lang": lang}, "here", Path()) for i, lang in enumerate(["en", "ja", "en"])]
    assert [[i.id for i in group] for group in group_by_document(items)] == [["0", "2"], ["1"]]


def test_needles_are_seeded_hold_their_answers_and_have_the_length() -> None:
    items = make_needles([600], lambda t: len(t.split()) + 1, langs=("en",), num_questions=2)
    again = make_needles([600], lambda t: len(t.split()) + 1, langs=("en",), num_questions=2)
    assert items == again
    assert {i.kind for i in items} == set(KINDS)
    for item in items:
        assert item.text is not None
        assert all(a in item.text for a in item.answers)
        assert 400 < len(item.text.split()) <= 620
    other = make_needles([600], lambda t: len(t.split()) + 1, langs=("en",), seeds=(1,), num_questions=2)
    assert {i.answers for i in other}.isdisjoint({i.answers for i in items if i.kind != "tracking"})


def test_tracking_links_stand_in_order() -> None:
    item = make_needles([600], lambda t: len(t.split()) + 1, langs=("en",), kinds=("tracking",))[0]
    assert item.text is not None
    lines = [s for s in item.text.replace("\n", " ").split(". ") if "From then on" in s]
    name = item.question.split("folder ")[1].split(" was")[0]
    for line in lines:
        assert f"folder {name} was called" in line
        name = line.split("was called ")[1].rstrip(".")
    assert name == item.answers[0]


def test_mixed_needles_share_a_document_and_no_name() -> None:
    items = make_needles([900], lambda t: len(t.split()) + 1, langs=("en",), kinds=("mixed",), num_questions=5)
    assert [i.kind for i in items] == ["multikey"] * 5 + ["multivalue", "tracking", "passkey"]
    text = (items[0].text or "").replace("\n", " ")
    assert {i.text for i in items} == {items[0].text}
    assert all(a in text for i in items for a in i.answers)
    # the five keys, the name with three values and the start of the chain are seven different names
    about = [i.question.split("code of ")[-1].split("codes of ")[-1] for i in items[:6]]
    about.append(items[6].question.split("folder ")[1].split(" was")[0])
    assert len({a.rstrip("?.") for a in about}) == 7
    links = [s.split("folder ")[1].split(" was called ") for s in text.split(". ") if "From then on the folder" in s]
    assert [b.rstrip(".") for _, b in links[:-1]] == [a for a, _ in links[1:]]


def test_settings_are_parsed_by_field_type() -> None:
    found = parse_setting("mine=anchor_every:8,delta:off,full_layers:0+3,coverage_floor:0.5,decode:full,anchors:end")
    assert (found.name, found.prefill, found.decode) == ("mine", "select", "full")
    chosen = found.selection
    assert (chosen.anchor_every, chosen.delta, chosen.full_layers, chosen.anchors) == (8, False, (0, 3), "end")


@pytest.mark.parametrize("text", ["nope", "a=budget", "a=odd:1", "a=budget:x", "a=prefill:auto", "=budget:1", "a=budget:0"])
def test_bad_settings_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_setting(text)
