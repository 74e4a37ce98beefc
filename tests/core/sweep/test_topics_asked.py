"""Topics that no usual word opens, what settles them, and what a model says about them."""

from __future__ import annotations

from collections.abc import Sequence

from tests.core.sweep.test_meeting import meeting
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings.named_topics import named_topics
from tsel_core.sweep.meetings.topics import topics_of
from tsel_core.sweep.run import sweep_documents
from tsel_core.sweep.sentences import sentences_of

PLAIN_TALK = (
    "Ann Lee: Good morning.",
    "Ann Lee: How are we with the fountain, Bo?",
    "Bo Ray: My heart says granite.",
    "Cy Dunn: Granite cracks in winter.",
    "Eve Oh: Bronze does not crack.",
    "Ann Lee: Bronze.",
    "Bo Ray: It looks like rain.",
)


class Teller:
    """A model that says one thing, agrees to everything, and keeps what it was asked."""

    def __init__(self, told: str, listed: str = "", yes: float = 0.97) -> None:
        self.told, self.listed, self.yes = told, listed, yes
        self.asked: list[str] = []

    def choose(self, passage: str, instruction: str, options: Sequence[str]) -> Sequence[float]:
        return [self.yes, *([(1 - self.yes) / (len(options) - 1)] * (len(options) - 1))]

    def write(self, passage: str, instruction: str, max_new_tokens: int) -> str:
        self.asked.append(instruction)
        return self.told

    def list_whole(self, instruction: str, max_new_tokens: int) -> str:
        return self.listed if "topics" in instruction else ""


def decisions(items: Sequence[Item]) -> list[tuple[str, str]]:
    return [(i.what.rstrip("."), i.verdict) for i in items if i.kind == "decision"]


def test_a_new_phrase_that_hands_the_floor_over_opens_a_topic() -> None:
    sentences = sentences_of(meeting(*PLAIN_TALK))
    assert topics_of(sentences, "en")[1:] == ["fountain"] * 6
    opened = topics_of(sentences_of(meeting("山田: おはようございます。", "山田: 噴水の石材をお願いします。佐藤さん。", "佐藤: 花崗岩がいいです。", "鈴木: 割れます。")), "ja")
    assert opened[-1] == "噴水の石材"


def test_what_the_chair_takes_up_last_settles_a_topic_and_is_marked() -> None:
    items = sweep_documents(meeting(*PLAIN_TALK), "en", "meeting").items
    assert decisions(items) == [("Bronze", "unsure")]
    assert items[0].section == "fountain"


def test_a_repeated_phrase_settles_nothing() -> None:
    turns = [t.replace("Bronze.", "It looks like rain.") for t in PLAIN_TALK]
    assert decisions(sweep_documents(meeting(*turns), "en", "meeting").items) == []


def test_what_the_model_says_of_a_topic_must_stand_in_its_talk() -> None:
    turns = (*PLAIN_TALK[:5], "Ann Lee: Then bronze would suit us all, I believe.", PLAIN_TALK[6])
    assert decisions(sweep_documents(meeting(*turns), "en", "meeting").items) == []
    model = Teller("bronze")
    found = sweep_documents(meeting(*turns), "en", "meeting", model=model).items
    assert decisions(found) == [("bronze would suit us all, I believe", "unsure")]  # only the model says so
    assert any("fountain" in a for a in model.asked)
    assert decisions(sweep_documents(meeting(*turns), "en", "meeting", model=Teller("marble from Carrara")).items) == []
    assert decisions(sweep_documents(meeting(*turns), "en", "meeting", model=Teller("Nothing was decided.")).items) == []


def test_named_topics_are_those_that_are_talked_about() -> None:
    turns = [f"Bo Ray: Remark {n} goes on about this and that." for n in range(50)]
    turns[30:30] = ["Cy Dunn: The pigeons sit on the roof all day.", "Bo Ray: Pigeons again, and the roof is white."]
    sentences = sentences_of(meeting(*turns))
    found = named_topics(sentences, "en", Teller("", "1. Pigeons on the roof\n2. Budget for marketing\n3. The roof and its pigeons"))
    assert [(t, s.index) for t, s in found] == [("Pigeons on the roof", 30)]


def test_free_talk_is_not_read_by_its_order() -> None:
    turns = [t.replace(": ", ": Uh, ") for t in PLAIN_TALK]
    assert set(topics_of(sentences_of(meeting(*turns)), "en")) == {""}
    assert decisions(sweep_documents(meeting(*turns), "en", "meeting").items) == []


def test_what_is_wanted_for_something_opens_no_topic() -> None:
    turns = ("Ann Lee: Good morning.", "Ann Lee: I want that in every locker for the launch.", "Bo Ray: The launch is near.", "Cy Dunn: It is.")
    assert set(topics_of(sentences_of(meeting(*turns)), "en")) == {""}


def test_a_topic_that_is_named_again_with_its_value_changes_what_was_decided() -> None:
    turns = (
        *PLAIN_TALK,
        "Ann Lee: And now the gravel paths, Cy?",
        "Cy Dunn: Limestone, if you ask me.",
        "Ann Lee: A word on the fountain, it becomes slate instead of bronze.",
    )
    items = [i for i in sweep_documents(meeting(*turns), "en", "meeting").items if i.section == "fountain"]
    assert [(i.status, "slate" in i.what) for i in items] == [("changed", True)]


def test_a_no_of_the_model_throws_out_nothing_that_is_likely() -> None:
    items = sweep_documents(meeting(*PLAIN_TALK), "en", "meeting", model=Teller("nothing", yes=0.02)).items
    assert decisions(items) == [("Bronze", "unsure")]
