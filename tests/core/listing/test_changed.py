"""Items that a later sentence of the papers changes are told with their change, and are not supported as they stand."""

from __future__ import annotations

import time

import pytest

from tests.core.ingest.formats.test_text import read
from tsel_cli.console import Stderr
from tsel_cli.render.listing import listing_lines
from tsel_core.document import Document
from tsel_core.extract.lists import list_documents
from tsel_core.listing.run import Listed, Listing
from tsel_core.listing.wish import Wish

JA = (
    "業務委託契約書\n\n第1条（納期）\n乙は、各号の発売日の20日前までに印刷用データを納入する。\n\n"
    "第2条（資料）\n乙は、契約の終了後10日以内に資料を返還する。\n\n2025年3月12日\n\n"
)
MEMO = "覚書\n\n1．原契約第1条に定める納期「20日前」を「18日前」に改める。\n"
EN = (
    "SUPPLY AGREEMENT\n\n1. Payment\n\n1.1 The Buyer shall pay each invoice within thirty days.\n\n"
    "2. Records\n\n2.1 The Supplier shall keep batch records for five years.\n\n"
)
LETTER = 'AMENDMENT NO. 1\n\n(a) In clause 1.1, the words "thirty days" are replaced by "forty-five days".\n'


def listing_of(wish: str, *texts: str) -> Listing:
    return list_documents(None, [read(text, f"{number}.txt") for number, text in enumerate(texts)], Wish.of(wish))


def item_with(listing: Listing, words: str) -> Listed:
    return next(i for i in listing.items if words in text_of(listing.documents, i))


def text_of(documents: tuple[Document, ...], item: Listed) -> str:
    return documents[item.span.doc_index].units[item.span.unit_index].text[item.span.start : item.span.end]


@pytest.mark.parametrize(
    ("wish", "text", "memo", "words", "old", "new", "other"),
    [
        ("乙の義務", JA, MEMO, "納入", "20日", "18日", "返還"),
        ("every obligation", EN, LETTER, "invoice", "thirty days", "forty-five days", "records"),
    ],
)
def test_an_item_that_an_amendment_changes(
    wish: str, text: str, memo: str, words: str, old: str, new: str, other: str
) -> None:
    listing = listing_of(wish, text + memo)
    item = item_with(listing, words)
    assert [(c.old, c.new, c.sure) for c in item.changes] == [(old, new, True)]
    assert item.verdict == "unsure"
    assert item_with(listing, other).changes == ()
    assert item_with(listing, other).verdict == "cited"
    lines = list(listing_lines(listing, Stderr(quiet=True)))
    at = next(n for n, line in enumerate(lines) if words in line)
    assert "(changed later)" in lines[at]
    assert f"changed by: {old} -> {new}" in lines[at + 1]
    assert listing.adds_up
    again = Listing.from_json(listing.documents, listing.wish, listing.as_json())
    assert [i.changes for i in again.items] == [i.changes for i in listing.items]


def test_an_amendment_in_another_file_changes_the_item() -> None:
    memo = f"{MEMO.splitlines()[0]}\n\n甲及び乙は、2025年3月12日付業務委託契約書（以下「原契約」という。）に関し合意する。\n\n{MEMO.splitlines()[2]}\n"
    listing = listing_of("乙の義務", JA, memo)
    assert [(c.old, c.new) for c in item_with(listing, "納入").changes] == [("20日", "18日")]


def test_without_an_amendment_nothing_is_changed() -> None:
    for wish, text in (("乙の義務", JA), ("every obligation", EN)):
        listing = listing_of(wish, text)
        assert all(i.changes == () and i.verdict == "cited" for i in listing.items)


CLAUSE = (
    "SUPPLY AGREEMENT\n\n1. Payment\n\n1.1 The Buyer shall pay each invoice within thirty days. "
    "The Buyer shall send proof of payment within ten days.\n\n"
    "2. Records\n\n2.1 The Supplier shall keep records for thirty days.\n\nAMENDMENT NO. 1\n\n"
)
CLAUSE_JA = (
    "売買契約書\n\n第1条（支払）\n乙は、請求から30日以内に代金を支払う。乙は、10日以内に支払の証明を提出する。\n\n"
    "第2条（記録）\n甲は、記録を30日間保管する。\n\n覚書\n\n"
)


@pytest.mark.parametrize(
    ("wish", "text", "pays", "proves"),
    [
        (
            "every obligation",
            f"{CLAUSE}(a) The payment period in clause 1.1 is changed to forty-five days.\n",
            "invoice",
            "proof",
        ),
        ("すべての義務", f"{CLAUSE_JA}1．第1条に定める支払の期間を45日に変更する。\n", "代金", "証明"),
    ],
)
def test_a_change_of_one_value_is_not_told_of_another_one(wish: str, text: str, pays: str, proves: str) -> None:
    listing = listing_of(wish, text)
    for words in (pays, proves):  # nobody can tell which of the two is meant
        assert all((c.old, c.new, c.sure) == ("", "", False) for c in item_with(listing, words).changes), words
    assert item_with(listing, pays).changes


@pytest.mark.parametrize(
    ("wish", "text", "gone", "paid"),
    [
        (
            "every obligation",
            f"{CLAUSE}(a) Clause 2.1 is deleted.\n(b) The Buyer shall pay a fee of GBP 5 within ten days.\n",
            "records",
            "fee",
        ),
        ("すべての義務", f"{CLAUSE_JA}1．第2条を削除する。\n\n2．乙は、10日以内に手数料5円を支払う。\n", "記録を", "手数料"),
    ],
)
def test_a_deleted_clause_has_no_new_value(wish: str, text: str, gone: str, paid: str) -> None:
    listing = listing_of(wish, text)
    assert [(c.old, c.new, c.sure) for c in item_with(listing, gone).changes] == [("", "", True)]
    assert item_with(listing, paid).changes == ()
    assert item_with(listing, paid).verdict == "cited"


def test_a_long_list_of_many_changes_is_made_in_time() -> None:
    body = "".join(
        f"{i}. Duty\n\n{i}.1 The Buyer shall pay GBP {i + 100} within {i} days. The Buyer shall keep it {i + 1} days.\n\n"
        for i in range(1, 800)
    )
    changed = "".join(f'({i}) In clause {i}.1 "GBP {i + 100}" is replaced by "GBP {i + 101}".\n\n' for i in range(1, 40))
    begun = time.process_time()
    listing = listing_of("every obligation", f"{body}AMENDMENT\n\n{changed}")
    assert sum(bool(i.changes) for i in listing.items) == 39
    assert time.process_time() - begun < 5
