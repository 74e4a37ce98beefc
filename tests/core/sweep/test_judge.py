"""The model moves doubtful candidates only, and by what it says."""

from __future__ import annotations

from collections.abc import Sequence

from tests.core.sweep.test_meeting import meeting
from tsel_core.sweep.run import sweep_documents


class Scripted:
    """A model that says Yes to passages whose marked line holds a word."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[str] = []

    def choose(self, passage: str, instruction: str, options: Sequence[str]) -> Sequence[float]:
        assert "Yes" in instruction
        assert list(options) == ["Yes", "No"]
        marked = next(line for line in passage.split("\n") if line.startswith(">> "))
        self.asked.append(marked)
        yes = 0.95 if self.word in marked else 0.05
        return [yes, 1 - yes]

    def list_whole(self, instruction: str, max_new_tokens: int) -> str:
        return ""

    def write(self, passage: str, instruction: str, max_new_tokens: int) -> str:
        raise AssertionError("a judge does not write")


TURNS = (
    "Ann Lee: Hello.",
    "Bo Ray: I can paint the hall.",
    "Cy Dow: I can sing a song.",
    "Ann Lee: We agreed that the fee is 4 euros.",
)


def test_plain_items_are_not_asked_about_and_doubtful_ones_follow_the_model() -> None:
    model = Scripted("paint")
    items = sweep_documents(meeting(*TURNS), "en", "meeting", model=model).items
    assert [i.what for i in items if i.kind == "action"] == ["paint the hall"]
    assert any("fee is 4 euros" in i.what for i in items)
    assert not any("fee" in line for line in model.asked)
    assert len(model.asked) == 2


def test_a_yes_takes_no_mark_away() -> None:
    """What words alone leave doubtful may be given for the model's yes, and stays marked."""
    items = sweep_documents(meeting(*TURNS), "en", "meeting", model=Scripted("paint")).items
    assert [(i.kind, i.verdict) for i in items] == [("action", "unsure"), ("decision", "supported")]


def test_without_a_model_doubtful_candidates_are_left_out() -> None:
    items = sweep_documents(meeting(*TURNS), "en", "meeting").items
    assert [i.kind for i in items] == ["decision"]


class Lister(Scripted):
    """A model that names what code cannot see."""

    def __init__(self, word: str, lines: str) -> None:
        super().__init__(word)
        self.lines = lines
        self.num_lists = 0

    def list_whole(self, instruction: str, max_new_tokens: int) -> str:
        self.num_lists += 1
        return self.lines if "decisions" in instruction else ""


UNUSUAL = (
    "Ann Lee: What do we do about the fountain?",
    "Bo Ray: The fountain stays dry over the winter, full stop.",
    "Ann Lee: Everybody nods, I see.",
)


def test_what_the_model_names_is_led_back_to_its_sentence_and_judged() -> None:
    lines = "1. The fountain stays dry over the winter.\n2. The statue is sold to a museum in Paris."
    items = sweep_documents(meeting(*UNUSUAL), "en", "meeting", model=Lister("fountain", lines)).items
    assert [i.what.rstrip(".") for i in items] == ["The fountain stays dry over the winter, full stop"]
    assert items[0].place.unit_index == 1
    assert sweep_documents(meeting(*UNUSUAL), "en", "meeting", model=Lister("nothing", lines)).items == ()


def test_the_whole_is_not_asked_about_where_code_found_enough() -> None:
    turns = [
        f"Ann Lee: We agreed that the {w} fee is {n} euros." for n, w in enumerate(("parking", "canteen", "locker"), 4)
    ]
    model = Lister("fountain", "The fountain stays dry over the winter.")
    items = sweep_documents(meeting(*turns, *UNUSUAL), "en", "meeting", model=model).items
    assert len(items) >= 3
    assert model.num_lists == 0
