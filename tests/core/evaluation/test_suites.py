"""The benchmarks' generators: every answer stands in its text, texts have the wanted length, seeds repeat."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tsel_core.errors import UsageError
from tsel_core.evaluation.scoring import score
from tsel_core.evaluation.suites import infinitebench, ruler
from tsel_core.evaluation.suites.longbench import load_longbench
from tsel_core.evaluation.suites.plan import SETTINGS, suite_items
from tsel_core.settings import parse_setting
from tsel_core.text.language import Lang


def count(text: str) -> int:
    """About a token for four letters, one for a wide character."""
    return sum(4 if ord(c) > 0x2E7F else 1 for c in text) // 4 + 1


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("task", ruler.TASKS)
def test_every_task_of_ruler_has_its_answers_in_a_text_of_the_wanted_length(task: str, lang: Lang) -> None:
    (item,) = ruler.make_ruler(6000, count, lang=lang, tasks=[task])
    assert item.text is not None
    assert 4000 < count(item.text) <= 6300
    assert item.answers
    assert all(a in item.text for a in item.answers)
    assert score(item.match, item.answers, "、".join(item.answers)) == 1.0
    assert score(item.match, item.answers, "none of it") == 0.0
    assert item == ruler.make_ruler(6000, count, lang=lang, tasks=[task])[0]
    assert item.text != ruler.make_ruler(6000, count, seed=1, lang=lang, tasks=[task])[0].text


def test_needles_ask_for_what_the_paper_asks() -> None:
    made = {i.kind: i for i in ruler.make_ruler(6000, count)}
    assert len(made["niah_multivalue"].answers) == len(made["niah_multiquery"].answers) == 4
    assert len(made["vt"].answers) == 5
    assert len(made["cwe"].answers) == 10
    text = made["niah_multikey_2"].text or ""
    assert text.count("special magic number") > 100


def test_common_and_coded_words_are_the_most_frequent() -> None:
    made = {i.kind: i for i in ruler.make_ruler(8000, count, tasks=["cwe", "fwe"])}
    lines = Counter(line.split(". ", 1)[1] for line in (made["cwe"].text or "").split("\n"))
    assert {w for w, _ in lines.most_common(10)} == set(made["cwe"].answers)
    assert lines.most_common(11)[10][1] == 3
    coded = Counter((made["fwe"].text or "").split())
    assert {w for w, _ in coded.most_common(3)} == set(made["fwe"].answers)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_infinitebench_can_be_answered_from_its_texts(lang: Lang) -> None:
    made = {i.kind: i for i in infinitebench.make_infinitebench(4000, count, lang=lang)}
    assert set(made) == set(infinitebench.TASKS)
    numbers = [int(n) for n in (made["math_find"].text or "").split(", ")]
    assert made["math_find"].answers[0] in (str(max(numbers)), str(min(numbers)))
    pairs = json.loads((made["kv_retrieval"].text or "").split(":", 1)[1])
    assert made["kv_retrieval"].answers[0] in pairs.values()
    named = made["code_run"].question.split("func_")[1].split("(")
    place: dict[str, object] = {}
    exec(made["code_run"].text or "", place)
    value = int(named[1].split(")")[0])
    assert str(place["func_" + named[0]](value)) == made["code_run"].answers[0]  # type: ignore[operator]
    assert f"def {made['code_debug_made'].answers[0]}(x):\n    return value + 1" in (made["code_debug_made"].text or "")


def test_items_beyond_the_window_are_marked_and_unknown_tasks_refused() -> None:
    items = suite_items("ruler", [600, 2000], count, tasks=["niah_single_1"], window=1000)
    assert [i.kind for i in items] == ["niah_single_1", "niah_single_1 (beyond the window)"] * 2
    begun = suite_items("ruler", [600, 2000], count, tasks=ruler.TASKS[:4])[:4]
    assert len({i.kind for i in begun}) == 4
    assert {i.lang for i in begun} == {"en", "ja"}
    with pytest.raises(UsageError, match="passkey"):
        suite_items("ruler", [600], count, tasks=["passkey"])


def test_longbench_takes_one_of_every_task_first(tmp_path: Path) -> None:
    rows = [("a", "qasper"), ("b", "qasper"), ("c", "lcc")]
    lines = [json.dumps({"id": i, "task": t, "prompt": "p", "gold": ["g"]}) for i, t in rows]
    (tmp_path / "minilongbench.jsonl").write_text("\n".join(lines), "utf-8")
    items = load_longbench(tmp_path)
    assert [(i.id, i.match, i.task) for i in items] == [
        ("a", "f1", "instruct"),
        ("c", "edit", "complete"),
        ("b", "f1", "instruct"),
    ]
    (tmp_path / "minilongbench.jsonl").write_text("{}", "utf-8")
    with pytest.raises(UsageError, match="line 1"):
        load_longbench(tmp_path)


def test_settings_of_the_benchmarks_are_settings() -> None:
    assert [parse_setting(s).name for s in SETTINGS] == ["paper", "fast", "careful", "cells", "blocks"]
