"""Which value became which: by their places in the aligned words, never by unit alone."""

from __future__ import annotations

import pytest

from tsel_core.compare.comparison import compare_documents
from tsel_core.document import Document, Unit


def document(text: str) -> Document:
    return Document("a.txt", "0" * 64, "txt", "paragraph", (Unit(0, "paragraph", "para 1", text),))


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        (
            "第7条 修正は2回まで無償とし、3回目以降は1回につき金8千円とする。",
            "第7条 修正は3回まで無償とし、4回目以降は1回につき金8千円とする。",
            [("2回", "3回"), ("3回目", "4回目")],
        ),
        (
            "7. Up to 2 rounds are free; from the 3rd round each costs EUR 80.",
            "7. Up to 3 rounds are free; from the 4th round each costs EUR 80.",
            [("2", "3"), ("3rd", "4th")],
        ),
        (
            "Two rounds are free, and from the third round each costs EUR 80.",
            "Three rounds are free, and from the fourth round each costs EUR 80.",
            [("Two", "Three"), ("third", "fourth")],
        ),
        # the same two values at each other's places
        ("The buyer pays 3% and the seller 5%.", "The buyer pays 5% and the seller 3%.", [("3%", "5%"), ("5%", "3%")]),
        ("期間は2年、更新は3年とする。", "期間は3年、更新は2年とする。", [("2年", "3年"), ("3年", "2年")]),
        # other words with the value
        (
            "4. The buyer pays the price of the goods within 30 days to the account that the seller names.",
            "4. The buyer pays the price of the goods no later than 2 May 2026 to the account that the seller names.",
            [("30 days", "2 May 2026")],
        ),
    ],
)
def test_values_are_paired_by_place(old: str, new: str, pairs: list[tuple[str, str]]) -> None:
    values = compare_documents(document(old), document(new)).changes[0].values
    assert [(a.text, b.text) for a, b in values.pairs] == pairs
    assert not values.single


def test_values_that_stand_in_no_others_place_are_not_paired() -> None:
    old, new = "The fee of EUR 20 is due in 30 days.", "The fee of EUR 20 is due in 30 days. A late fee of EUR 5 applies."
    values = compare_documents(document(old), document(new)).changes[0].values
    assert values.pairs == ()
    assert [v.text for v in values.single.came] == ["EUR 5"]


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        # each value is that of its own party
        ("Alder pays EUR 100 and Birch pays EUR 200.", "Birch pays EUR 200 and Alder pays EUR 150.", [("EUR 100", "EUR 150")]),
        ("甲は100円、乙は200円を支払う。", "乙は200円、甲は150円を支払う。", [("100円", "150円")]),
        (
            "Alder pays EUR 100 and Birch pays EUR 200.",
            "Birch pays EUR 100 and Alder pays EUR 300.",
            [("EUR 100", "EUR 300"), ("EUR 200", "EUR 100")],
        ),
        # whose is whose is not plain
        ("Alder pays EUR 100 and Birch EUR 200 a year.", "To Birch EUR 200, by Alder a sum of EUR 150.", []),
        # a sum does not become a length of time
        (
            "4. The buyer pays the price of the goods within 30 days to the account named.",
            "4. The buyer pays the price of the goods with EUR 5 extra to the account named.",
            [],
        ),
        (
            "第4条 買主は、代金を30日以内に指定の口座に支払う。",
            "第4条 買主は、代金を5千円の手数料とともに指定の口座に支払う。",
            [],
        ),
    ],
)
def test_values_are_paired_with_those_of_their_own_thing(old: str, new: str, pairs: list[tuple[str, str]]) -> None:
    changes = compare_documents(document(old), document(new)).changes
    assert [(a.text, b.text) for c in changes for a, b in c.values.pairs] == pairs
