"""What one group gets, one party is bound to, or one kind of a thing costs, is not told of another."""

from __future__ import annotations

from pathlib import Path

import pytest
from trust_support import claims_about

from tsel_core.trust.claims.other_fact.topic_not_there import kind_not_there
from tsel_core.trust.claims.parts.expected import off_kind
from tsel_core.trust.claims.yes_no.other_group import of_another_group

RULES_JA = "# 就業規則\n\n第16条（住宅手当）住宅手当は、世帯主である正社員に月額1万8千円を支給する。{}\n\n第17条（賞与）賞与は、年2回支給する。\n\n第18条（休暇）勤続年数6年6か月以上の者には、年20日の有給休暇を与える。\n"
RULES_EN = "# Handbook\n\n16. Housing allowance\nA housing allowance of EUR 180 a month is paid to permanent staff who are heads of household. {}\n\n17. Bonus\nA bonus is paid twice a year.\n"
CAPS = """SUPPLY AGREEMENT

5. Liability
5.2 The total liability of the Supplier in a contract year shall not exceed GBP 750,000.
5.3 The total liability of the Buyer in a contract year shall not exceed the price paid in that year.

AMENDMENT LETTER

1. In clause 5.2 the sum "GBP 750,000" is replaced by "GBP 1,200,000".
"""


def verdict(text: str, question: str, claim: str, folder: Path) -> str:
    return claims_about(claim, question, folder, text, kind="md")[0].verdict


@pytest.mark.parametrize("tail", ["", "契約社員には支給しない。", "契約社員には、住宅手当を支給しない。", "契約社員は対象としない。"])
def test_an_allowance_of_the_regular_staff_is_no_yes_for_others(tail: str, tmp_path: Path) -> None:
    question = "契約社員に住宅手当は支給されますか。"
    assert verdict(RULES_JA.format(tail), question, "はい。", tmp_path) != "supported"
    assert verdict(RULES_JA.format(tail), question, "はい、契約社員に住宅手当は支給されます。", tmp_path) != "supported"
    assert verdict(RULES_JA.format(tail), "正社員に住宅手当は支給されますか。", "はい。", tmp_path) == "supported"


@pytest.mark.parametrize("tail", ["", "It is not paid to contract staff.", "Contract staff do not receive it."])
def test_the_same_in_english(tail: str, tmp_path: Path) -> None:
    assert verdict(RULES_EN.format(tail), "Is a housing allowance paid to contract staff?", "Yes.", tmp_path) != "supported"
    assert verdict(RULES_EN.format(tail), "Is a housing allowance paid to permanent staff?", "Yes.", tmp_path) == "supported"


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("契約社員に賞与は出ますか", "賞与は正社員に支給する。", "契約社員 / 正社員"),
        ("契約社員に賞与は出ますか", "賞与は社員に支給する。", ""),
        ("契約社員に賞与は出ますか", "賞与は全社員に支給する。", ""),
        ("契約社員に賞与は出ますか", "賞与は正社員及び契約社員に支給する。", ""),
        ("契約社員に賞与は出ますか", "社員には賞与を、正社員には退職金を支給する。", ""),
        ("住宅手当は出ますか", "通勤手当を支給する。", "住宅手当 / 通勤手当"),
        ("Do temporary workers get a bonus?", "Permanent workers receive a bonus.", "temporary worker / permanent worker"),
        ("Do temporary workers get a bonus?", "All workers receive a bonus.", ""),
        ("Do temporary workers get a bonus?", "Workers receive a bonus, permanent workers a pension.", ""),
        ("Must the Supplier take out insurance?", "The Supplier shall maintain product liability insurance.", ""),
    ],
)
def test_a_group_is_another_one_only_where_the_kind_does_not_stand_alone(question: str, sentence: str, found: str) -> None:
    assert of_another_group(question, sentence) == found


def test_the_new_value_of_one_party_is_not_told_of_the_other(tmp_path: Path) -> None:
    ask = "What is the cap on the {}'s total liability in a contract year?"
    claim = "The cap on the {}'s total liability in a contract year is GBP 1,200,000."
    assert verdict(CAPS, ask.format("Buyer"), claim.format("Buyer"), tmp_path) == "unsure"
    assert verdict(CAPS, ask.format("Supplier"), claim.format("Supplier"), tmp_path) == "supported"


@pytest.mark.parametrize(
    ("question", "claim", "sentence", "found"),
    [
        ("How much recall insurance must it carry?", "It must carry liability insurance of 5 million.", "It shall carry liability insurance of 5 million.", "recall insurance / liability insurance"),
        ("How much liability insurance must it carry?", "It must carry liability insurance of 5 million.", "It shall carry liability insurance of 5 million.", ""),
        ("What is the annual rent?", "The annual rent is GBP 9.", "The yearly rent is GBP 9.", ""),
        ("How many engineers may look?", "Three named engineers.", "At most three named engineers may look.", ""),
        ("What is the annual purchase volume?", "The annual purchase volume is 20,000 trays.", "Minimum order: 20,000 trays.", "annual purchase volume / "),
        ("When does the parking garage close?", "The car park closes at 10 pm.", "The car park closes at 10 pm.", ""),
        ("What discount do signed-up users get?", "Registered users get 10%.", "Registered users get 10%.", ""),
        ("How long is medical leave?", "Sick leave is 10 days.", "Sick leave is 10 days.", ""),
        ("How much is the pet deposit?", "An extra deposit of 200.", "A tenant with a dog pays an extra deposit of 200.", ""),
        ("List all open points.", "Check the floor.", "Check the floor\nopen points", ""),
        ("What is the annual purchase volume?", "20,000 trays.", "Minimum order: 20,000 trays.", ""),
    ],
)  # fmt: skip
def test_a_kind_that_the_paper_has_no_word_for(question: str, claim: str, sentence: str, found: str) -> None:
    assert kind_not_there(question, claim, sentence, sentence) == found


@pytest.mark.parametrize(("claim", "right"), [("永年勤続の休暇は、6年6か月以上です。", False), ("20日です。", True), ("年20日です。", True)])
def test_years_of_service_are_no_days_of_leave(claim: str, right: bool, tmp_path: Path) -> None:
    assert (verdict(RULES_JA.format(""), "6年6か月勤続の者の休暇は何日ですか。", claim, tmp_path) == "supported") is right

CALL = """WEBVTT

00:00:03.000 --> 00:00:09.000
<v Amelia Cho>Wen, will you tell the carriers?

00:00:55.500 --> 00:01:02.000
<v Wen Zhao>Yes, I'll write to both carriers by Wednesday, that's Hartley Haulage and Brightway.
"""


@pytest.mark.parametrize(("who", "right"), [("Wen Zhao", True), ("Wen", True), ("Amelia Cho", False)])
def test_who_says_i_will_does_it(who: str, right: bool, tmp_path: Path) -> None:
    said = f"{who} will write to both carriers by Wednesday."
    claim = claims_about(said, "By when will the carriers hear?", tmp_path, CALL, kind="vtt")[0]
    assert (claim.verdict == "supported") is right


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("The notice period is six months.", "supported"),
        ("Notice may be given in the first contract year.", "contradicted"),
    ],
)
def test_no_such_notice_denies_what_it_is_about_alone(claim: str, found: str, tmp_path: Path) -> None:
    text = "SUPPLY AGREEMENT\n\n6. Notice period\n6.2 Either party may terminate this Agreement on not less than six months' written notice, but no such notice may be given in the first contract year.\n"
    said = verdict(text, "What is the notice period for termination?", claim, tmp_path)
    assert said == found if found == "supported" else said != "supported"


@pytest.mark.parametrize(
    ("question", "answer", "off"),
    [
        ("How much will the company pay for Norrland?", "Ms Reed proposed to begin talks at an indicative price of SEK 95 million.", True),
        ("How much did Ms Reed propose to pay?", "Ms Reed proposed SEK 95 million.", False),
        ("How much will the company pay for Norrland?", "The Board approved the proposed price of SEK 95 million.", False),
        ("How much will the company pay for Norrland?", "SEK 95 million.", False),
        ("ノートパソコンは何台更新しますか。", "45台の更新の提案があった。", True),
        ("ノートパソコンは何台更新しますか。", "45台の提案があり、30台とすることに決定した。", False),
        ("江口委員の提案は何台でしたか。", "45台の提案があった。", False),
    ],
)
def test_a_sum_that_is_only_proposed_is_not_what_will_be_paid(question: str, answer: str, off: bool) -> None:
    assert off_kind(answer, question) is off

ASKED_JA = "定例会議 議事録\n\n山田：鈴木さんは在宅勤務の日数について、見積もりの取り直しを今週金曜までにお願いします。\n\n鈴木：承知しました。\n\n山田：私は会場の予約を来週月曜までに行います。\n"


@pytest.mark.parametrize("kind", ["txt", "md"])
@pytest.mark.parametrize(
    ("what", "who", "right"),
    [("見積もりの取り直し", "鈴木", True), ("見積もりの取り直し", "山田", False), ("会場の予約", "山田", True)],
)
def test_who_asks_somebody_for_it_does_not_do_it(kind: str, what: str, who: str, right: bool, tmp_path: Path) -> None:
    question = f"{what}を担当するのは誰で、期限はいつですか。"
    claims = claims_about(f"{what}を担当するのは{who}です。", question, tmp_path, ASKED_JA, kind=kind)
    assert (claims[0].verdict == "supported") is right
