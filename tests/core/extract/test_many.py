"""Rows of found items: what the model says of an item is a value only in the item's own words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tsel_core.document import Document, SourceSpan, Unit
from tsel_core.extract.fields import Field
from tsel_core.extract.item_parts import part_of
from tsel_core.extract.many import _cell, without_name
from tsel_core.listing.run import Listed, Listing
from tsel_core.listing.wish import Wish

TEXT = "The Recipient shall keep the data secret and destroy it."


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Duty", "Duty", ""),
        ("Duty", "The duty.", ""),
        ("Duty", "The duty is to keep the data secret.", "keep the data secret"),
        ("Deadline", "Deadline: within 5 days", "within 5 days"),
        ("期限", "期限は3日以内です", "3日以内です"),
        ("期限", "期限：3日", "3日"),
        ("Duty", "Duty free goods", "Duty free goods"),
        ("Is", "Isabel", "Isabel"),
        ("Who", "The Buyer.", "The Buyer."),
    ],
)
def test_an_answer_without_the_name_of_its_field(name: str, text: str, left: str) -> None:
    assert without_name(Field(name), text) == left


@pytest.mark.parametrize(
    ("said", "status", "value"),
    [
        ("The subject is to keep the data secret", "stated", "keep the data secret"),
        ("Subject", "not stated", None),
        ("The subject is to burn the data", "unsure", "burn the data"),
        (TEXT, "unsure", TEXT),
    ],
)
def test_a_cell_of_an_item(said: str, status: str, value: Any) -> None:
    document = Document("a.txt", "0", "txt", "paragraph", (Unit(0, "paragraph", "para 1", TEXT),))
    item = Listed(SourceSpan(0, 0, 0, len(TEXT)), "cited", "words")
    listing = Listing(Wish.of("every obligation"), (document,), (item,), ())
    asker: Any = SimpleNamespace(ask=lambda *given, **more: SimpleNamespace(text=said))
    cell = _cell(Field("Subject"), item, listing, asker, "en")
    assert (cell.status, cell.value) == (status, value)


LATE = "In the event that an invoice is late, the Buyer shall pay interest within 30 days, except on holidays."
JAPANESE = "第9条（保証） 成果物が仕様に適合しないことが判明したときは、乙は、甲の請求により、10日以内に無償で修補する。"


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("Duty", LATE, "the Buyer shall pay interest within 30 days, except on holidays"),
        ("Condition", LATE, "In the event that an invoice is late; except on holidays"),
        ("Deadline", LATE, "within 30 days"),
        ("Condition", TEXT, ""),
        ("Deadline", TEXT, ""),
        ("Duty", "5.1 It is agreed that should he win, then Acme will pay him.", "Acme will pay him"),
        ("Condition", "5.1 It is agreed that should he win, then Acme will pay him.", "should he win"),
        ("義務の内容", JAPANESE, "乙は、甲の請求により、10日以内に無償で修補する"),
        ("条件", JAPANESE, "成果物が仕様に適合しないことが判明したときは、甲の請求により"),
        ("期限", JAPANESE, "10日以内に"),
        ("期限", "乙は、甲から貸与された図面を速やかに返還する。", "速やかに"),
        ("期限", "乙は、本契約の終了後速やかに図面を返還する。", "本契約の終了後速やかに"),
        ("義務", "第19条 甲又は乙は、本契約に違反したときは、損害を賠償する。", "甲又は乙は、損害を賠償する"),
        ("条件", "第19条 甲又は乙は、本契約に違反したときは、損害を賠償する。", "本契約に違反したときは"),
        ("Deadline", "Fees earned by Acme during each year will be added for each remaining year.", ""),
        ("Deadline", "Acme shall insure him for not less than One Million Dollars ($1,000,000).", ""),
        ("Deadline", "After the termination of the lease all rights of Acme shall cease.", "After the termination of the lease"),
        ("Condition", "Acme will receive more as mutually agreed upon.", ""),
        ("Condition", "The end is without prejudice to rights, and if Acme is late, Acme shall be liable.", "if Acme is late"),
        ("Duty", "(b) If Acme shall fail, or if it shall sell its business, the lease shall end.", "the lease shall end"),
        ("Who", LATE, "the Buyer"),
        ("Who", "Recipient shall not copy data of the Disclosing Party.", "Recipient"),
        ("Who", "Proof of cover shall be given by the Supplier on request.", "Supplier"),
        ("Who", "Records shall be kept for two years.", None),
        ("Who", "Within thirty (30) days, Acme Works will send a report.", "Acme Works"),
        ("Who", "Acme agrees that no use will be made before it is approved by Bond.", "Acme"),
        ("Who", "Past due payments hereunder shall bear interest.", None),
        ("Who", "The lease shall end.", None),
        ("Who", "Acme and Bond will agree on a price.", "Acme and Bond"),
        ("Who", "The receiving party will keep it.", "The receiving party"),
        ("義務者", "定めのない事項については、甲乙誠意をもって協議する。", None),
        ("義務者", "甲又は乙は、損害を賠償する。", "甲又は乙"),
        ("義務者", JAPANESE, "乙"),
        ("義務者", "第16条（秘密保持） 甲及び乙は、秘密を第三者に開示してはならない。", "甲及び乙"),
        ("義務者", "費用は乙の負担とする。", None),
        ("Amount", LATE, None),
    ],
)
def test_parts_that_columns_usually_ask_for(name: str, text: str, part: str | None) -> None:
    assert part_of(Field(name), text, "en" if text.isascii() else "ja") == part


def test_a_column_with_a_question_or_a_kind_is_asked() -> None:
    assert part_of(Field("Deadline", "date"), LATE, "en") is None
    assert part_of(Field("Duty", question="What must be paid?"), LATE, "en") is None
