"""Lists of sums, limits and things that somebody is given: by code alone, and where a model says no to all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.core.listing.test_list import document
from tsel_core.document import Document, Unit
from tsel_core.listing.heads import head_of
from tsel_core.listing.run import Listing, list_all
from tsel_core.listing.wish import Wish
from tsel_core.sweep.sentences import Sentence


def listed(wish: str, *texts: str) -> dict[str, str]:
    return told(list_all([document(*texts)], Wish.of(wish)))


def told(listing: Listing) -> dict[str, str]:
    units = listing.documents[0].units
    return {units[i.span.unit_index].text[i.span.start : i.span.end]: i.verdict for i in listing.items}


class SaysNo:
    """A model that finds nothing, but tells its passages apart."""

    def sentence(self, unit: Sequence[Sentence], at: int, above: str) -> float:
        return 0.01

    def unit(self, text: str, above: str) -> float:
        return 0.02

    def nothing(self) -> float:
        return 0.02


_RULES = (
    "The limits a night are:\n   Leeds        GBP 85\n   Elsewhere    GBP 70",
    "Up to GBP 30 a day is repaid for meals.",
    "Gifts may not exceed GBP 25.",
    "A mile is repaid with 45 pence.",
    "Fines are not repaid.",
)


def test_every_limit_in_money() -> None:
    found = listed("every limit in money", *_RULES)
    assert found == {
        "Leeds        GBP 85": "cited",
        "Elsewhere    GBP 70": "cited",
        "Up to GBP 30 a day is repaid for meals.": "cited",
        "Gifts may not exceed GBP 25.": "cited",
        "A mile is repaid with 45 pence.": "unsure",
    }


def test_a_model_that_says_no_drops_no_sum() -> None:
    found = told(list_all([document(*_RULES)], Wish.of("every limit in money"), SaysNo()))
    assert len(found) == 5
    found = told(list_all([document(*_RULES)], Wish.of("every fee for parking"), SaysNo()))
    assert len(found) == 5
    assert set(found.values()) == {"unsure"}


def test_where_some_are_listed_a_model_may_drop_the_others() -> None:
    texts = ("The deposit is GBP 900.", "The rent is GBP 400.")
    found = told(list_all([document(*texts)], Wish.of("every amount of the deposit"), SaysNo()))
    assert list(found) == ["The deposit is GBP 900."]


def test_a_paper_without_sums_has_none() -> None:
    assert listed("every limit in money", "Fines are not repaid.", "The limit is two years.") == {}


def test_a_currency_that_is_asked_for() -> None:
    texts = ("The fee is GBP 900.", "The deposit is EUR 50.")
    assert listed("every sum in euros", *texts) == {"The deposit is EUR 50.": "cited"}
    assert listed("every sum in pounds", *texts) == {"The fee is GBP 900.": "cited"}


def test_limits_in_japanese() -> None:
    found = listed("金額の上限", "宿泊費は1泊1万2千円を上限とする。", "日当は2千円とする。", "領収書を添える。")
    assert found == {"宿泊費は1泊1万2千円を上限とする。": "cited", "日当は2千円とする。": "unsure"}


@pytest.mark.parametrize(
    ("wish", "lang", "head"),
    [
        ("会社が従業員に与える休暇", "ja", ("休暇", ("会社", "従業員"))),
        ("従業員が受け取る手当", "ja", ("手当", ("従業員",))),
        ("秘密情報に関するすべての定め", "ja", ("", ())),
        ("every kind of leave that the company gives its staff", "en", ("leave", ("the", "company", "its", "staff"))),
        ("everything about insurance", "en", ("", ())),
        ("information that is confidential", "en", ("", ())),
    ],
)
def test_the_thing_apart_from_who_gives_it(wish: str, lang: str, head: tuple[str, tuple[str, ...]]) -> None:
    assert head_of(wish, lang) == head  # type: ignore[arg-type]


def rules(*lines: str) -> Document:
    units = tuple(Unit(n, "paragraph", f"para {n}", line) for n, line in enumerate(lines))
    return Document("rules.docx", "0" * 64, "docx", "paragraph", units)


def test_what_a_company_gives_its_staff_is_found_by_the_thing() -> None:
    document_ = rules(
        "第1章 総則",
        "第1条（目的）この規則は、会社の従業員の労働条件を定める。",
        "第2条（副業）従業員は、会社に届け出て副業を行うことができる。",
        "第2章 休暇",
        "第3条（夏季休暇）夏季休暇は、7月から9月までの間に3日とする。",
        "第4条（看護）家族の看護については、1年に5日休むことができる。",
        "第3章 賃金",
        "第5条（賞与）賞与は、会社の業績により従業員に支給する。",
    )
    found = told(list_all([document_], Wish.of("会社が従業員に与える休暇")))
    assert found == {
        "第3条（夏季休暇）夏季休暇は、7月から9月までの間に3日とする。": "cited",
        "第4条（看護）家族の看護については、1年に5日休むことができる。": "unsure",
    }


def test_a_model_alone_cites_nothing_that_lacks_the_thing() -> None:
    class Points(SaysNo):
        def sentence(self, unit: Sequence[Sentence], at: int, above: str) -> float:
            return 0.95 if "休" in unit[at].text else 0.01

        def unit(self, text: str, above: str) -> float:
            return 0.95 if "休" in text else 0.02

    lines = ("第1章 総則", "目的を定める。", "賃金は別に定める。", "第2章 休み", "夏季休暇は3日とする。", "休日は、日曜日及び祝日とする。")
    found = told(list_all([rules(*lines)], Wish.of("会社が従業員に与える休暇"), Points()))
    assert found["夏季休暇は3日とする。"] == "cited"
    assert found["休日は、日曜日及び祝日とする。"] == "unsure"


def test_the_same_in_english() -> None:
    found = listed(
        "all leave that the company gives its employees",
        "The company pays its employees monthly.",
        "Annual leave is 25 days.",
        "Employees tell the company of a second job.",
    )
    assert found == {"Annual leave is 25 days.": "cited"}


def test_a_paper_without_the_thing_is_searched_by_all_words() -> None:
    found = listed("会社が従業員に与える休暇", "会社は、従業員に制服を貸与する。", "費用は別に定める。")
    assert found == {"会社は、従業員に制服を貸与する。": "unsure"}


def test_what_is_allowed_is_no_prohibition() -> None:
    opening = 'This lease is made between Acme LLP (the "Landlord") and Bright Ltd (the "Tenant").'
    texts = (
        opening,
        "The Tenant shall not sublet part of the premises.",
        "It may sublet the whole with the Landlord's consent, which shall not be unreasonably withheld.",
        "The Landlord may re-enter if rent is overdue.",
        "No dogs may be kept on the premises.",
        "The Tenant may not store oil.",
        "The premises shall be used as a studio only.",
    )
    wish = "everything the Tenant must not do"
    looked_at = told(list_all([document(*texts)], Wish.of(wish), SaysNo()))
    assert "The premises shall be used as a studio only." in looked_at
    assert "No dogs may be kept on the premises." in looked_at
    assert listed(wish, *texts) == {
        "The Tenant shall not sublet part of the premises.": "cited",
        "No dogs may be kept on the premises.": "unsure",
        "The Tenant may not store oil.": "cited",
        "The premises shall be used as a studio only.": "unsure",
    }
