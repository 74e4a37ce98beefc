"""Yes/no questions on written papers: none is answered wrongly in plain words, and most are answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.quality.yes_no.plain_eval import Case, cases, measured, told


@pytest.mark.parametrize(("group", "least"), [("first", 78), ("second", 62), ("third", 47), ("fourth", 32)])
def test_none_is_wrong(group: str, least: int) -> None:
    found = list(measured(cases(group)))
    assert [(case.question, says) for case, says, how in found if how == "wrong"] == []
    assert sum(how == "right" for _, _, how in found) >= least


def _with_a_camel(case: Case) -> Iterator[str]:
    """The question, each time with one of its words made one that no paper has."""
    if re.search("[\u3040-\u30ff]", case.question):
        for run in sorted(set(re.findall("[\u30a0-\u30ff]{2,}|[\u4e00-\u9fff]{2,}", case.question))):
            yield case.question.replace(run, "駱駝")
        return
    for word in re.findall(r"[A-Za-z]{4,}", case.question)[1:]:
        yield re.sub(rf"\b{word}\b", "camels" if word.endswith("s") else "camel", case.question)


def test_a_question_about_something_else_gets_no_yes() -> None:
    """A change of control is no change of management: a word that the paper does not have is not passed over."""
    made = [replace(case, question=question) for case in cases("first") for question in _with_a_camel(case)]
    assert len(made) > 200
    assert [case.question for case in made if told(case) == "yes"] == []


@pytest.mark.parametrize(
    ("paper", "question"),
    [
        ("loan", "Is a change of control an event of default?"),
        ("fran", "Must the Manufacturer buy back samples on termination?"),
        ("employ", "Can ten overtime hours be carried over?"),
        ("services", "Is the Contractor responsible for the conduct of its subcontractors?"),
    ],
)
def test_a_denial_of_another_thing_is_no_no(paper: str, question: str) -> None:
    assert told(Case("", paper, question, "open")) == "open"
