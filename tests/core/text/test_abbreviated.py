"""No sentence ends behind an abbreviation that a value follows; behind the same letters as a word one does."""

from __future__ import annotations

import itertools

import pytest

from tsel_core.document import Document, Unit
from tsel_core.sweep.sentences import sentences_of
from tsel_core.text.sentences import split_sentences
from tsel_core.trust.passages import sentence_spans

VALUES = ("4711", "12", "AB-12", "7(b)", "£500", "GBP 500", "(a)")
BEFORE_VALUES = ("no", "nos", "No", "art", "Art", "para", "paras", "sec", "cl", "fig", "p", "pp", "ref", "ca", "vol", "ext", "approx", "incl", "excl")
ALWAYS = ("e.g", "i.e", "cf", "vs", "Mrs")


def cut(text: str) -> list[list[str]]:
    """What each of the three readers of sentences makes of a text: answers, papers, minutes."""
    document = Document("a.txt", "0", "txt", "paragraph", (Unit(0, "paragraph", "1", text),))
    return [
        [text[a:b] for a, b in split_sentences(text)],
        [text[a:b] for a, b in sentence_spans(text)],
        [sentence.text for sentence in sentences_of([document])],
    ]


@pytest.mark.parametrize(("word", "value"), list(itertools.product(BEFORE_VALUES, VALUES)))
def test_a_value_goes_on(word: str, value: str) -> None:
    text = f"See policy {word}. {value} of the insurer, as told."
    assert cut(text) == [[text]] * 3


@pytest.mark.parametrize("word", ALWAYS)
@pytest.mark.parametrize("following", ["VAT at 19 per cent.", "Mondays and Sundays.", "500 a year.", "three weeks."])
def test_some_never_end_one(word: str, following: str) -> None:
    text = f"The hire is due {word}. {following}"
    assert cut(text) == [[text]] * 3


@pytest.mark.parametrize("lead", ["He said no", "The answer was no", "They voted no", "Most of them answered no", "We said yes, they said no"])
@pytest.mark.parametrize("following", ["The next item was the roof.", "12 people left.", "Nobody spoke.", "“Why?” she asked."])
def test_a_real_no_ends_one(lead: str, following: str) -> None:
    assert all(found[0] == f"{lead}." for found in cut(f"{lead}. {following}"))


@pytest.mark.parametrize("word", [w for w in BEFORE_VALUES if w not in ("No", "Art", "art", "ca", "p")])
def test_the_same_letters_at_an_end_end_one(word: str) -> None:
    text = f"That is the last {word}. The next one begins."
    assert all(found == [f"That is the last {word}.", "The next one begins."] for found in cut(text))


@pytest.mark.parametrize(
    "text",
    [
        "The van may carry 500 kg max. 3 persons may ride.",
        "The break lasts 15 min. 20 chairs are included.",
        "Delivery takes 3 weeks approx. The buyer pays within 10 days.",
        "The answer is no. 12 votes were against.",
        "It ends on 12 Dec. 3 persons may ride.",
    ],
)
def test_a_figure_behind_another_sentence_is_not_joined(text: str) -> None:
    assert all(len(found) == 2 for found in cut(text))


@pytest.mark.parametrize("text", ["Birch Co. Ltd. signs for both.", "Tate & Co. Limited pays the fee."])
def test_the_name_of_a_firm_stays_whole(text: str) -> None:
    assert all(found == [text] for found in cut(text))
