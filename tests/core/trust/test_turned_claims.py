
"""Claims in which one thing is turned, and right ones in quite other words, each kind by a clause of its own."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked
from tsel_core.trust.claims.parts.named import party_names
from tsel_core.trust.claims.parts.quantifiers import other_quantity
from tsel_core.trust.claims.support.carried_out import done_already
from tsel_core.trust.claims.support.direction import other_reason, turned_round
from tsel_core.trust.claims.support.part_of import belongs_elsewhere, other_member
from tsel_core.trust.claims.support.rates import other_day, other_ordinal, other_rate
from tsel_core.trust.claims.support.sides import other_side

BOAT = (
    "The Skipper shall moor the boat at its own cost after every trip.",
    "The mooring fee is £410 a quarter, exclusive of value added tax, due on the sixth day of the quarter.",
    "Not less than nine days' notice is needed. Nobody but the Skipper may start the engine.",
    "Guests are not admitted. This does not apply to children.",
    "The liability of the Skipper for lost luggage is excluded, except in case of theft.",
    "Only guests who wear a life vest may board the boat.",
)
BOAT_JA = (
    "第4条　借主は、貸主の承諾を得ずに船を改造してはならない。",
    "第5条　貸主は、検査後5日以内に報告書を借主に渡す。ただし、台風の場合はこの限りでない。",
    "第6条　船体の塗装は貸主が行い、帆の手入れは借主が自己の費用で行う。",
    "第7条　借主が係留料の支払を三か月以上怠ったときは、貸主は、催告をしないで契約を解除することができる。",
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the fee?", "The mooring fee is £410 a quarter, excluding VAT."),
        ("What notice is needed?", "At least nine days' notice is needed."),
        ("What is excluded?", "The Skipper is not liable for lost luggage, except in case of theft."),
    ],
)
def test_the_same_in_other_words_is_supported(question: str, answer: str) -> None:
    (claim,) = checked(answer, question, BOAT).claims
    assert claim.verdict == "supported"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who may board?", "Nobody without a life vest is allowed to board the boat."),
        ("Are guests admitted?", "Admitting guests is not permitted, apart from children."),
        ("May luggage be lost?", "The Skipper does not answer for lost luggage unless there was a theft."),
    ],
)
def test_the_same_in_other_words_is_not_contradicted(question: str, answer: str) -> None:
    assert all(claim.verdict != "contradicted" for claim in checked(answer, question, BOAT).claims)


@pytest.mark.parametrize(
    "answer",
    [
        "The mooring fee is £410 a month, excluding VAT.",
        "The mooring fee is £410 a quarter, including value added tax.",
        "The mooring fee of £410 is due on the sixteenth day of the quarter.",
        "At most nine days' notice is needed.",
        "The Skipper is liable for lost luggage.",
        "All guests may board the boat.",
        "The Skipper shall moor the boat before every trip.",
    ],
)
def test_one_thing_turned_is_not_supported(answer: str) -> None:
    (claim,) = checked(answer, "What does the contract say?", BOAT).claims
    assert claim.verdict != "supported"


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("貸主の承諾があれば改造できます。", True), ("報告書は検査前5日以内に渡されます。", False),
        ("台風の場合でも、貸主は検査後5日以内に報告書を渡します。", False), ("船体の塗装は借主が行います。", False),
        ("船体の塗装は貸主が行います。", True), ("貸主は、催告をした上で契約を解除することができます。", False),
        ("貸主は、検査後5日以内に報告書を借主に渡す必要はありません。", False), ("検査後5日以内ではありません。", False),
        ("貸主が係留料の支払を三か月以上怠ったときは、借主は契約を解除することができます。", False),
    ],
)  # fmt: skip
def test_japanese(answer: str, right: bool) -> None:
    (claim,) = checked(answer, "契約ではどうなっていますか。", BOAT_JA, "ja").claims
    assert claim.verdict != ("contradicted" if right else "supported"), claim.why


@pytest.mark.parametrize(
    ("check", "claim", "evidence", "same"),
    [
        (other_side, "within 9 days before the sale", "within 9 days after the sale", "within 9 days prior to the sale"),
        (other_side, "created after 2019", "created before 2019", "created after 2019"),
        (other_side, "a non-exclusive licence", "an exclusive licence", "a non-exclusive licence"),
        (other_side, "搬入前3日以内", "搬入後3日以内", "搬入前3日までに"),
        (other_side, "口頭で通知した", "書面で通知した", "口頭により通知した"),
        (turned_round, "replacing the hedge with a fence", "replacing the fence with a hedge", "replacing the hedge by a fence"),
        (turned_round, "moved from Leeds to Hull", "moved from Hull to Leeds", "moved from Leeds to Hull"),
        (turned_round, "紺色を灰色に変更した", "灰色を紺色に変更する", "紺色を灰色に変更する"),
        (turned_round, "松屋は梅屋より3円安い", "梅屋は松屋より3円安い", "松屋は梅屋より安い"),
        (done_already, "Ines has already called the bank", "Ines will call the bank", "Ines has called the bank"),
        (done_already, "既に送付しました", "明日送付します", "先週送付しました"),
        (belongs_elsewhere, "900 litres are full", "300 litres of the 900 litres are full", "900 litres are full"),
        (belongs_elsewhere, "4 % for boats and 6 % for cars", "6 % for boats and 4 % for cars", "4 % for boats and 6 % for cars"),
        (other_member, "wood and glass", "steel and glass", "glass and wood"),
        (other_member, "the wholesale coffee price", "the retail coffee price", "the wholesale coffee price"),
        (other_quantity, "at most 9 days", "not less than 9 days", "not more than 9 days"),
        (other_rate, "£40 a week", "£40 a month", "£40 per calendar week"),
        (other_rate, "£40 per tonne", "£40 per crate", "£40 for each tonne"),
        (other_rate, "月額4万円", "年額4万円", "毎月4万円"),
        (other_ordinal, "the sixteenth day", "the sixth day", "the 16th day"),
        (other_rate, "900 litres a month", "900 litres a year", "900 litres a month"),
        (belongs_elsewhere, "the fair is on 4 May", "the fair moves from 4 May to 9 May", "the fair is on 4 May"),
        (other_reason, "closed because the pump failed", "closed because of snow", "closed because of a pump"),
        (other_day, "he calls tomorrow", "he calls this afternoon", "tomorrow he calls"),
    ],
)  # fmt: skip
def test_each_check_sees_what_is_turned_and_nothing_else(check: object, claim: str, evidence: str, same: str) -> None:
    assert check(claim, evidence) != ""  # type: ignore[operator]
    assert check(claim, same) == ""  # type: ignore[operator]


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("The fair is held from 6 May to 9 May.", "The fair is held from 6 to 9 May."),
        ("Neither dogs nor bicycles may enter the hall.", "Dogs and bicycles must not enter the hall."),
        ("It has not been decided whether to rent the hall.", "We haven't decided yet whether to rent the hall."),
    ],
)
def test_ranges_neither_and_what_is_open_are_not_contradicted(answer: str, line: str) -> None:
    (claim,) = checked(answer, "What about the hall?", (line,)).claims
    assert claim.verdict != "contradicted"


def test_who_does_something_more_than_once_is_a_party() -> None:
    lines = ("荷送人は、品物を冷蔵する。", "荷送人は、荷受人に知らせる。", "荷受人は、検品を行う。")
    (turned,) = checked("荷受人は、品物を冷蔵します。", "誰が冷蔵しますか。", lines, "ja").claims
    (right,) = checked("荷送人は、品物を冷蔵します。", "誰が冷蔵しますか。", lines, "ja").claims
    assert (turned.verdict, right.verdict) == ("contradicted", "supported")


def test_what_a_document_calls_its_parties() -> None:
    found = party_names(["Gale Boats Ltd (\"Harbour\") lets to the Skipper the boat in the Order.", "出席者：杉田会長、森、大久保"])
    assert found == {"harbour", "skipper", "杉田", "大久保"}
