"""Comparisons against known edits: every piece in one change, words rebuilt exactly, values and moves as made."""

from __future__ import annotations

import random
from pathlib import Path
from typing import cast

import pytest

from tsel_core.compare.align import align
from tsel_core.compare.comparison import Comparison, compare_documents
from tsel_core.compare.meaning import explained, stands
from tsel_core.compare.pieces import Piece, words_of
from tsel_core.compare.playbook import Rule, read_playbook
from tsel_core.compare.words import value_change, word_changes
from tsel_core.document import Document, Unit
from tsel_core.errors import UsageError
from tsel_core.evidence.asking.asker import Asker

WORDS = ["supplier", "customer", "delivers", "system", "vessel", "price", "invoice", "notice", "period", "months", "payment", "interest", "law", "court"]


def document(*texts: str, name: str = "a.txt") -> Document:
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", text) for i, text in enumerate(texts))
    return Document(name, "0" * 64, "txt", "paragraph", units)


def clause(rng: random.Random) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(9, 40))) + f" {rng.randint(10, 999)}."


def kinds(made: Comparison) -> list[str]:
    return [c.kind for c in made.changes]


def made_of(old: list[str], new: list[str], **given: tuple[Rule, ...]) -> Comparison:
    made = compare_documents(document(*old), document(*new), **given)
    assert made.complete
    assert (made.num_old, made.num_new) == made.sides
    return made


@pytest.mark.parametrize("seed", range(30))
def test_known_edits_are_found_and_nothing_is_left_out(seed: int) -> None:
    rng = random.Random(seed)
    old = [clause(rng) for _ in range(rng.randint(12, 40))]
    new, places = list(old), rng.sample(range(0, len(old) - 1), 4)
    new[places[0]] = new[places[0]].replace(new[places[0]].split()[3], "CHANGED", 1)
    new[places[1]] = ""
    new.insert(rng.randint(0, len(new)), "an entirely different obligation about insurance appears here for the first time.")
    new = [text for text in new if text]
    made = made_of(old, new)
    assert made.counts == {"same": len(old) - 2, "changed": 1, "renumbered": 0, "moved": 0, "added": 1, "removed": 1}


@pytest.mark.parametrize("seed", range(30))
def test_the_words_of_both_texts_come_back(seed: int) -> None:
    rng = random.Random(seed)
    old, new = clause(rng), clause(rng)
    spans = word_changes(old, new)
    assert "".join(s.text for s in spans if s.kind != "inserted") == old
    assert "".join(s.text for s in spans if s.kind != "deleted") == new


@pytest.mark.parametrize("text", ["契約期間は令和8年4月1日から二年とする。", "It's the buyer's 3.5% (EUR 1,950.00)\n\tfee – see § 4."])
def test_words_are_the_text(text: str) -> None:
    assert "".join(words_of(text)) == text


def test_a_value_that_was_turned_is_named() -> None:
    made = made_of(
        ["The fee is EUR 620 a month, due within 30 days.", "The law of Denmark applies."],
        ["The fee is EUR 650 a month, due within thirty (30) days.", "The law of Denmark applies."],
    )
    change = made.changes[0]
    assert change.kind == "changed"
    assert [v.value for v in change.values.gone] == ["620 EUR"]
    assert [v.value for v in change.values.came] == ["650 EUR"]


def test_a_japanese_clause_is_compared() -> None:
    made = made_of(
        ["第3条 委託料は月額70,000円とし、翌月末日までに支払う。", "第4条 期間は一年とする。"],
        ["第3条 委託料は月額170,000円とし、翌月末日までに支払う。", "第4条 期間は一年とする。"],
    )
    assert kinds(made) == ["changed", "same"]
    assert [s.text for s in made.changes[0].spans if s.kind != "same"] == ["70,000", "170,000"]


def test_a_move_a_new_number_and_a_division() -> None:
    first, second = "1. The supplier keeps a stock of one lamp set and two filters.", "2. Notices go by letter to the seat."
    third = "3. The customer pays within thirty days of receipt. Interest accrues at six percent a year from the due date."
    moved = made_of(
        [first, second, third, "4. This agreement ends after two years unless it is renewed."],
        [second.replace("2", "1", 1), third.replace("3.", "2.", 1), "3. This agreement ends after two years unless it is renewed.", first.replace("1.", "4.", 1)],
    )
    assert kinds(moved) == ["renumbered", "renumbered", "renumbered", "moved"]
    one, other = third.split(". Interest")
    divided = made_of([first, third, second], [first, one + ".", "Interest" + other, second])
    assert kinds(divided) == ["same", "same", "same"]
    assert [len(c.new) for c in divided.changes] in ([1, 2, 1], [1, 1, 1])


def test_marks_alone_are_no_change_but_not_exact() -> None:
    made = made_of(["The “Buyer” shall – on notice – pay."], ['The "Buyer" shall - on notice - pay.'])
    assert kinds(made) == ["same"]
    assert not made.changes[0].exact


def test_files_cut_otherwise_are_compared_by_sentence() -> None:
    rng = random.Random(5)
    sentences = [clause(rng).capitalize() for _ in range(40)]
    coarse = [" ".join(sentences[i : i + 8]) for i in range(0, 40, 8)]
    made = made_of(coarse, sentences)
    assert made.by == "sentence"
    assert set(kinds(made)) == {"same"}


def test_many_pieces_between_two_anchors_end() -> None:
    rng = random.Random(1)
    old = [Piece(i, "", clause(rng)) for i in range(400)]
    new = [Piece(i, "", clause(rng)) for i in range(400)]
    groups = align(old, new)
    assert sorted(i for g in groups for i in g.old) == list(range(400))
    assert sorted(j for g in groups for j in g.new) == list(range(400))


def test_values_written_in_another_way_are_no_change() -> None:
    assert not value_change("EUR 1,950.00 within 30 days", "EUR 1950 within thirty days")
    assert value_change("EUR 1,950", "EUR 1,960")


@pytest.mark.parametrize(
    ("sentence", "true"),
    [
        ("The penalty rises from 0.4 percent to 0.8 percent.", True),
        ("The penalty falls from 0.8 percent to 0.4 percent.", False),
        ("The penalty becomes 0.8 percent.", True),
        ("The penalty becomes 0.9 percent.", False),
        ("The customer gains by the shorter period of clause 7.", False),
    ],
)
def test_a_sentence_of_the_model_is_held_against_both_texts(sentence: str, true: bool) -> None:
    made = made_of(["The penalty is 0.4 percent a day of delay."], ["The penalty is 0.8 percent a day of delay."])
    assert stands(sentence, made.changes[0]) is true


def test_a_playbook_names_what_changed(tmp_path: Path) -> None:
    path = tmp_path / "book.toml"
    path.write_text('[[rule]]\nname = "Liability"\nwords = ["liab", "indemnif"]\n', "utf-8")
    rules = read_playbook(str(path))
    old = ["The supplier is liable up to EUR 500.", "A reliable lamp is used in every vessel."]
    made = made_of(old, ["The supplier is liable up to EUR 900.", "A reliable lamp is used in each vessel."], playbook=rules)
    assert [c.risks for c in made.changes] == [("Liability",), ()]


@pytest.mark.parametrize("text", ["", "rule = 3", "[[rule]]\nname = 'x'", "[[rule]]\nname = 'x'\nwords = []", "a = ["])
def test_a_playbook_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "book.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError):
        read_playbook(str(path))


def test_the_json_holds_every_change() -> None:
    made = made_of(["One thing is here.", "Two things are there."], ["One thing is here.", "Three things are there."])
    told = made.as_json()
    assert told["complete"] is True
    assert [c["kind"] for c in told["changes"]] == ["same", "changed"]


def test_a_clause_that_only_moved_is_not_explained() -> None:
    """A model that is shown two equal texts makes up a change."""
    first, second = "1. The supplier keeps a stock of one lamp set and two filters.", "2. Notices go by letter to the seat."
    third, fourth = "3. The customer pays within thirty days of the receipt.", "4. The law of Denmark governs this agreement."
    made = made_of(
        [first, second, third, fourth],
        [second.replace("2", "1", 1), third.replace("3", "2", 1), fourth.replace("4", "3", 1), first.replace("1", "4", 1)],
    )
    assert "moved" in kinds(made)

    class Silent:
        def ask(self, *given: object, **named: object) -> None:
            raise AssertionError("the model was asked")

    assert explained(made, cast("Asker", Silent()), "en", lambda done, total: None).changes == made.changes


@pytest.mark.parametrize(
    ("old", "new", "sentence", "true"),
    [
        ("青葉データ株式会社（以下「甲」という。）", "東洋株式会社（以下「甲」という。）", "東洋株式会社が青葉データ株式会社に従うことを意味します。", False),
        ("青葉データ株式会社（以下「甲」という。）", "東洋株式会社（以下「甲」という。）", "甲が青葉データ株式会社から東洋株式会社に変更されました。", True),
        ("2022年8月8日", "2023年3月3日", "2022年8月8日から2023年3月3日までの期間中に、金額や義務が変更されました。", False),
        ("報告書を翌月3営業日以内に提出する。", "報告書を翌月5営業日以内に提出する。", "報告書の期限を翌月3営業日以内から5営業日以内に変更しました。", True),
        ("Acme Ltd, the supplier", "Borel Ltd, the supplier", "The change means that Acme Ltd must obey Borel Ltd.", False),
        ("Acme Ltd, the supplier", "Borel Ltd, the supplier", "The supplier changes from Acme Ltd to Borel Ltd.", True),
    ],
)
def test_a_sentence_with_words_of_its_own_is_unsure(old: str, new: str, sentence: str, true: bool) -> None:
    assert stands(sentence, made_of([old], [new]).changes[0]) is true


def lines(*texts: str) -> Document:
    """A document of one clause a paragraph; what begins with a tab is a further line of the clause."""
    units = [Unit(i, "line" if t[0] == "\t" else "paragraph", f"line {i + 1}", t.strip()) for i, t in enumerate(texts)]
    return Document("a.txt", "0" * 64, "txt", "paragraph", tuple(units))


def test_a_clause_of_several_lines_goes_and_comes_as_one() -> None:
    first, last = "1. The Supplier brings the coal to the mill.", "3. The law of Denmark applies to this contract."
    audit = ("2. The Buyer may look at the books once a year.", "\tIt gives notice of ten days.", "\tIt comes in office hours.")
    gone = compare_documents(lines(first, *audit, last), lines(first, last.replace("3", "2", 1)))
    assert kinds(gone) == ["same", "removed", "renumbered"]
    assert [len(c.old) for c in gone.changes] == [1, 3, 1]
    assert gone.changes[1].spans[0].text.endswith("It comes in office hours.")
    came = compare_documents(lines(first, last.replace("3", "2", 1)), lines(first, *audit, last))
    assert kinds(came) == ["same", "added", "renumbered"]
    assert gone.complete
    assert came.complete


def test_two_clauses_that_went_are_two_changes() -> None:
    first, last = "1. The Supplier brings the coal to the mill.", "4. The law of Denmark applies to this contract."
    old = lines(first, "2. The Buyer may look at the books once a year.", "3. Nobody keeps dogs in the yard.", last)
    assert kinds(compare_documents(old, lines(first, last))) == ["same", "removed", "removed", "same"]


def test_a_clause_that_moved_and_got_an_exception_has_moved() -> None:
    liable, price = "Neither party is liable for any indirect loss.", "The price is EUR 300 for a tonne of dry coal."
    made = made_of(
        ["1. " + price, "2. The Supplier may raise it after a notice of sixty days.", "3. " + liable],
        ["1. " + liable[:-1] + ", save for death or injury of a person.", "2. " + price, "3. The Supplier may raise it after a notice of sixty days."],
    )
    assert sorted(kinds(made)) == ["moved", "renumbered", "renumbered"]


def test_a_short_item_is_paired_by_its_own_word() -> None:
    made = made_of(["(a) by product;", "(b) by customer; and", "(c) by region."], ["(a) by product; and", "(b) by region."])
    assert [(c.kind, c.old_text) for c in made.changes] == [
        ("changed", "(a) by product;"), ("removed", "(b) by customer; and"), ("renumbered", "(c) by region."),
    ]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [("第1条 借主は転貸できる。", "第1条 借主は転貸できない。"), ("第1条 甲は譲渡することができる。", "第1条 甲は譲渡することができない。")])
def test_a_short_clause_that_is_turned_is_one_change(old: str, new: str) -> None:
    assert kinds(made_of([old, "第2条 賃料は月額10万円とする。"], [new, "第2条 賃料は月額10万円とする。"])) == ["changed", "same"]


@pytest.mark.parametrize(
    ("old", "new", "gone", "came"),
    [
        ("修正は2回まで無償とし、3回目以降は1回につき金8千円とする。", "修正は3回まで無償とし、4回目以降は1回につき金8千円とする。", ["2回", "3回"], ["3回", "4回"]),
        ("Within 30 days, or 60 days for imports.", "Within 60 days, or 90 days for imports.", ["30 days", "60 days"], ["60 days", "90 days"]),
        ("Within 30 days, or 60 days for imports.", "Within 30 days, or 90 days for imports.", ["60 days"], ["90 days"]),
        ("30 days or 60 days", "60 days or 30 days", [], []),
    ],
)
def test_values_that_move_up_are_told_each_in_its_place(old: str, new: str, gone: list[str], came: list[str]) -> None:
    change = value_change(old, new)
    assert ([v.text for v in change.gone], [v.text for v in change.came]) == (gone, came)
