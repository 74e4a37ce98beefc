"""What stands behind an exception is not what the rest of its sentence says; what stands before it still is."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked, yes_and_no
from tsel_core.text.tongue import tongue_of

LINES = (
    "HOUSE RULES",
    "The Licensee will not show the recipes to anybody except to the Licensee's cooks and to its bakers.",
    "The Tenant shall not store goods in the cellar other than bicycles.",
    "Save for urgent repairs, the Owner shall not open the vault.",
    "The Shipper shall bear all costs of the transport except port fees.",
    "The Vendor shall not export the seeds unless ordered by a court.",
    "The Buyer shall not resell the boats.",
    "The foregoing does not apply to boats without engines.",
    "The Guest shall not light candles other than tea lights in the attic.",
    "The Agent shall not advertise, except where the Principal has ordered it, on television.",
)
JA = (
    "第1条 使用者は、自己の料理人を除き、製法を第三者に開示してはならない。",
    "第2条 借主は、緊急の修理の場合を除き、金庫を開けてはならない。",
    "第3条 荷主は、港湾料を除き、輸送の費用を負担する。",
    "第4条 借主は、地下室に自転車以外の物品を保管してはならない。",
    "第5条 買主は、船舶を転売してはならない。ただし、関連会社への転売については、この限りでない。",
)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("May the Licensee show the recipes to its cooks?", "supported", "contradicted"),
        ("May the Licensee show the recipes to its bakers?", "supported", "contradicted"),
        ("May the Tenant store bicycles in the cellar?", "supported", "contradicted"),
        ("May the Owner open the vault for urgent repairs?", "supported", "contradicted"),
        ("May the Guest light tea lights in the attic?", "supported", "contradicted"),
        ("Does the Shipper bear the port fees?", "contradicted", "supported"),
        # before the exception
        ("May the Licensee show the recipes?", "contradicted", "supported"),
        ("May the Tenant store goods in the cellar?", "contradicted", "supported"),
        ("May the Owner open the vault?", "contradicted", "supported"),
        ("May the Vendor export the seeds?", "contradicted", "supported"),
        ("May the Buyer resell the boats?", "contradicted", "supported"),
        ("May the Guest light candles in the attic?", "contradicted", "supported"),
        # of others nothing is said, and the exception of one is not another's
        ("May the Licensee show the recipes to its suppliers?", "unsure", "unsure"),
        ("May the Landlord store bicycles in the cellar?", "unsure", "unsure"),
        ("May the Licensee sell the recipes to its cooks?", "unsure", "unsure"),
    ],
)
def test_english(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, LINES) == (yes, no)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("使用者は料理人に製法を開示できますか。", "supported", "contradicted"),
        ("借主は緊急の修理のために金庫を開けることができますか。", "supported", "contradicted"),
        ("荷主は港湾料を負担しますか。", "contradicted", "supported"),
        ("借主は地下室に自転車を保管できますか。", "supported", "contradicted"),
        ("買主は関連会社に船舶を転売できますか。", "supported", "contradicted"),
        ("使用者は製法を第三者に開示できますか。", "contradicted", "supported"),
        ("借主は金庫を開けることができますか。", "contradicted", "supported"),
        ("借主は地下室に物品を保管できますか。", "contradicted", "supported"),
        ("買主は船舶を転売できますか。", "contradicted", "supported"),
    ],
)
def test_japanese(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, JA, "ja") == (yes, no)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("Yes, the Licensee may show the recipes to its cooks.", "supported"),
        ("The Licensee may show the recipes to its bakers.", "supported"),
        ("The Licensee may not show the recipes to its cooks.", "contradicted"),
        ("The Licensee may show the recipes to anybody.", "contradicted"),
        ("The Tenant may store goods in the cellar.", "contradicted"),
    ],
)
def test_a_sentence(answer: str, verdict: str) -> None:
    (claim,) = checked(answer, "What does the document say about this?", LINES).claims
    assert claim.verdict == verdict


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("May the Tenant sublet the shop to its subsidiaries without consent?", "supported", "contradicted"),
        ("Is consent needed to sublet the shop to a subsidiary?", "contradicted", "supported"),
        ("May the Tenant sublet the shop without consent?", "contradicted", "supported"),
        ("Is consent needed to sublet the shop?", "supported", "contradicted"),
    ],
)
def test_what_is_excepted_from_consent(question: str, yes: str, no: str) -> None:
    lines = ("The Tenant shall not sublet the shop without the consent of the Owner, except to the Tenant's subsidiaries.",)
    assert yes_and_no(question, lines) == (yes, no)


def test_an_exception_on_a_condition_does_not_carry_a_bare_yes() -> None:
    """Within its limits the clause must stand beside it."""
    lines = ("The Licensee will not show the recipes to anybody except to cooks who have signed a promise.",)
    question = "May the Licensee show the recipes to cooks?"
    assert [c.verdict for c in checked("Yes.", question, lines).claims] == ["unsure"]
    assert [c.verdict for c in checked(f'Yes. "{lines[0]}"', question, lines).claims] == ["supported", "supported"]


def test_a_firm_s_address_is_no_word_of_a_language() -> None:
    assert tongue_of("Orchard.com, Inc. and cedar.com, Inc.") in ("", "en")
