"""Values that are limits: what may be within them is allowed, what is past them is not, and how often is a value."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked, yes_and_no
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.parts.bounds import bound_of

LEASE = (
    "3. The tenant may sublet the flat once, for not longer than eight months, and tells the landlord at least 21 days before.",
    "4. The landlord may visit the flat up to three times a year.",
    "5. The deposit must be at least 1,800 euros.",
)
JA = (
    "第3条　借主は、事前に通知して、8か月以内の期間、本物件を転貸することができる。",
    "第4条　貸主は、年3回まで本物件に立ち入ることができる。",
)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("May the tenant sublet the flat twice?", "contradicted", "supported"),
        ("May the tenant sublet the flat more than once?", "contradicted", "supported"),
        ("May the tenant sublet the flat once?", "supported", "contradicted"),
        ("May the tenant sublet the flat for six months?", "supported", "contradicted"),
        ("May the tenant sublet the flat for ten months?", "contradicted", "supported"),
        ("Can the landlord visit the flat two times a year?", "supported", "contradicted"),
        ("Can the landlord visit the flat five times a year?", "contradicted", "supported"),
        ("Must the deposit be 2,500 euros?", "unsure", "unsure"),  # it may be more, and need not
        ("Is a deposit of 1,000 euros enough?", "unsure", "unsure"),  # "enough" is no word of the clause
    ],
)
def test_what_is_asked_of_a_limit(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, LEASE) == (yes, no)
    clause = LEASE[0][3:]
    if yes == "contradicted" and "sublet" in question:  # the whole clause behind it, true as it is, makes it no better
        assert checked(f"Yes, {clause[0].lower()}{clause[1:]}", question, LEASE).claims[0].verdict != "supported"


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("借主は本物件を6か月間転貸できますか。", "supported", "contradicted"),
        ("借主は本物件を10か月間転貸できますか。", "contradicted", "supported"),
        ("貸主は年2回本物件に立ち入ることができますか。", "supported", "contradicted"),
        ("貸主は年5回本物件に立ち入ることができますか。", "contradicted", "supported"),
    ],
)
def test_what_is_asked_of_a_limit_in_japanese(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, JA, "ja") == (yes, no)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("within 14 days", "most"), ("not more than 14 days", "most"), ("a period of up to 14 days", "most"), ("14日以内", "most"), ("14日を超えない", "most"),
        ("at least 14 days", "least"), ("14 days or more", "least"), ("14日以上", "least"), ("no fewer than 14 days", "least"),
        ("more than 14 days", "over"), ("14日を超える", "over"), ("less than 14 days", "under"), ("14日未満", "under"),
        ("after 14 days", ""), ("a term of 14 days", ""), ("14日間", ""),
    ],
)  # fmt: skip
def test_bounds(text: str, bound: str) -> None:
    (value,) = extract_values(text)
    assert bound_of(text, value) == bound


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("twice a year", ["2"]), ("only once.", ["1"]), ("It is held once a month", ["1"]), ("el plazo es de once.", []), ("thrice", ["3"]), ("一度だけ", ["1"]), ("二度まで", ["2"]), ("三度目", ["3"]),
        ("once it is signed", []), ("at once.", []), ("once a party leaves", []), ("もう一度だけ", []), ("二度と来ない", []),
    ],
)  # fmt: skip
def test_how_often_is_a_value(text: str, times: list[str]) -> None:
    assert [(v.value, v.unit) for v in extract_values(text)] == [(t, "回") for t in times]
