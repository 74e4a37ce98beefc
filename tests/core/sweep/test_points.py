"""Points of documents that are neither meeting nor contract: all parts covered, no word of the model unchecked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tsel_core.document import Document, SourceSpan, Unit
from tsel_core.sweep.item import Item
from tsel_core.sweep.parts import parts_of
from tsel_core.sweep.points import holds, worded
from tsel_core.sweep.report import item_text, write_report
from tsel_core.sweep.run import sweep_documents
from tsel_core.sweep.sentences import sentences_of

CHAPTERS = [
    ("Harbour", "The harbour handled 4,210 ships in 2023. Most of them came from Norway. The cranes were renewed in May."),
    ("Railway", "The railway carried 1.2 million tonnes of ore. Two bridges were closed for repair. Trains ran on time in 94 percent of cases."),
    ("Staff", "The company employs 312 people. Eleven retired in the year. Training took 5,400 hours in total."),
]  # fmt: skip


def report() -> list[Document]:
    units = []
    for title, text in CHAPTERS:
        units.append(Unit(len(units), "paragraph", f"para {len(units)}", text, heading_path=(title,)))
    appendix = "The ships that called at the port in January are listed with their owners and flags. "
    units.append(Unit(len(units), "paragraph", "Appendix A, para 9", appendix * 6, heading_path=("Appendix A",)))
    return [Document("report.docx", "0" * 64, "docx", "paragraph", tuple(units))]


class Writer:
    """A model that writes what it is told to."""

    def __init__(self, text: str = "", choice: int = 0) -> None:
        self.text, self.choice, self.asked = text, choice, ""

    def choose(self, passage: str, instruction: str, options: Sequence[str]) -> Sequence[float]:
        self.asked = passage
        return [0.9 if n == self.choice else 0.1 / (len(options) - 1) for n in range(len(options))]

    def list_whole(self, instruction: str, max_new_tokens: int) -> str:
        return ""

    def write(self, passage: str, instruction: str, max_new_tokens: int) -> str:
        return self.text


def test_every_part_is_covered_and_appendices_are_one_part() -> None:
    sentences = sentences_of(report())
    parts = parts_of(sentences, 4)
    assert [p.title for p in parts] == ["Harbour", "Railway", "Staff", "Appendix A"]
    assert sum(len(p.sentences) for p in parts) == len(sentences)


def test_without_a_model_a_point_is_a_sentence_of_its_part() -> None:
    documents = report()
    points = sweep_documents(documents, "en", style="brief").items
    assert [p.place.unit_index for p in points] == [0, 1, 2, 3]
    for point in points[:3]:
        assert point.what in documents[0].units[point.place.unit_index].text


def test_the_model_chooses_among_sentences_and_writes_nothing() -> None:
    documents = report()
    first, second = (sweep_documents(documents, "en", style="brief", model=Writer("x", n)).items[1] for n in (0, 1))
    assert first.what != second.what
    for point in (first, second):
        assert point.what in documents[0].units[1].text


def test_words_about_the_passage_are_left_out() -> None:
    said = "The main point of the passage is that the harbour handled 4,210 ships in 2023, most of them from Norway."
    assert worded(Writer(said), [CHAPTERS[0][1]], "en")[0].startswith("The harbour handled 4,210 ships")


def test_what_the_model_words_is_kept_only_when_the_passage_says_it() -> None:
    good = "The harbour handled 4,210 ships in 2023, most of them from Norway."
    assert sweep_documents(report(), "en", style="brief", model=Writer(good), wording=True).items[0].what == good
    wrong = "The harbour handled 4,310 ships in 2023, most of them from Norway."
    assert sweep_documents(report(), "en", style="brief", model=Writer(wrong), wording=True).items[0].what != wrong


@pytest.mark.parametrize(
    "text",
    [
        "The harbour handled 4,310 ships in 2023.",  # another number
        "The harbour of Bergen handled 4,210 ships in 2023.",  # a name that is not there
        "The harbour did not handle 4,210 ships in 2023.",  # a denial that is not there
        "港は2023年に4,210隻の船を扱いました。ノルウェーからの船が多数でした。",  # another language
        "Write the main point of the passage above in one sentence, with its exact names, numbers and dates.",
        "Ships. " * 40,
        "Something else altogether was discussed by nobody.",
    ],
)
def test_what_does_not_hold(text: str) -> None:
    assert not holds(text, CHAPTERS[0][1], "en")


def test_what_holds() -> None:
    assert holds("In 2023 the harbour handled 4,210 ships, most from Norway.", CHAPTERS[0][1], "en")


def test_the_edge_of_a_page_says_nothing() -> None:
    units = (
        Unit(0, "header", "p. 1 header", "Works Ltd, maintenance, confidential, third edition of the year"),
        Unit(1, "paragraph", "p. 1", "•\tThe pumps failed on 4 May because of worn seals in the second stage."),
    )
    items = sweep_documents([Document("r.pdf", "0" * 64, "pdf", "page", units)], "en", "other", style="brief").items
    assert [i.what for i in items] == ["The pumps failed on 4 May because of worn seals in the second stage."]


def test_a_point_of_a_talk_names_who_says_it() -> None:
    spoken = Item("point", "we will look at the four objectives", (SourceSpan(0, 0, 0, 9),), "Kirsty Williams")
    assert item_text(spoken, "en") == "Kirsty Williams: We will look at the four objectives."
    assert write_report([spoken], "meeting", "en").lines[1].text == "- Kirsty Williams: We will look at the four objectives."
    assert item_text(Item("point", "四つの目標を見直します", (SourceSpan(0, 0, 0, 9),), "伊藤"), "ja") == "伊藤：四つの目標を見直します。"
