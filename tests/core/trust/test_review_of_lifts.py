"""What must never stand as supported: bans with exceptions elsewhere, freedom of another kind, numbers of other clauses."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked, yes_and_no


@pytest.mark.parametrize(
    ("question", "lines", "lang"),
    [
        ("Are guide dogs allowed?", ("Dogs are prohibited.", "Guide dogs are welcome everywhere."), "en"),
        ("May members bring beer to the spring party?", ("Beer is prohibited.", "Members may bring beer to the spring party."), "en"),
        ("May we assign tasks to a helper?", ("Assignment is prohibited.",), "en"),
        ("May guests smoke in the street?", ("Smoking is not permitted.",), "en"),
        ("子への転貸はできますか。", ("転貸は禁止する。", "前項にかかわらず、子への転貸はすることができる。"), "ja"),
        ("公道に駐車できますか。", ("敷地内の駐車は禁止する。",), "ja"),
    ],
)
def test_a_ban_with_exceptions_elsewhere_bears_no_no(question: str, lines: tuple[str, ...], lang: str) -> None:
    assert yes_and_no(question, lines, lang)[1] != "supported"


@pytest.mark.parametrize(
    ("question", "line", "lang"),
    [
        ("May the Hirer end the hire without telling the owner?", "The Hirer may end the hire at any time by giving two months' written notice.", "en"),
        ("May the Hirer end the hire unconditionally?", "The Hirer may end the hire at any time by giving two months' written notice.", "en"),
        ("May the Bank call the loan without stating a reason?", "The Bank may call the loan at any time, giving nine days' notice and stating the reason.", "en"),
        ("Can the guest cancel the room at any time?", "The guest may cancel the room without giving a reason on payment of a fee of EUR 30.", "en"),
        ("乙は無断で本契約を解約できますか。", "乙は、2か月前に書面で通知することにより、いつでも本契約を解約することができる。", "ja"),
        ("会員は無条件で退会できますか。", "会員は、違約金を支払って、いつでも退会することができる。", "ja"),
        ("甲は理由を示さずに委員を解任することができますか。", "甲は、理由を示して、いつでも委員を解任することができる。", "ja"),
    ],
)
def test_one_freedom_is_not_another(question: str, line: str, lang: str) -> None:
    yes, no = yes_and_no(question, (line,), lang)
    assert yes != "supported"
    assert no != "contradicted"


def test_the_fee_of_another_clause() -> None:
    found = checked("The fee of clause 6 is EUR 40.", "What is the fee?", ("6. The fee of clause 9 is EUR 40.",)).claims[0]
    assert found.verdict != "supported"


@pytest.mark.parametrize(
    ("question", "answer", "lines", "lang"),
    [
        ("委託料は月額いくらですか。", "委託料は月額30万円です。", ("第1条 委託料は月額30万円とする。", "第2条 第1条の委託料は、契約期間中は変更しない。"), "ja"),
        ("Where are the copies stored?", "Copies are stored in Graz.", ("3. Copies are stored in Graz.", "4. Copies stored under clause 3 shall be deleted at the end of the term."), "en"),
        ("How often is the boiler serviced?", "Every October.", ("The boiler is in the cellar. The landlord services it every October.",), "en"),
        ("What is the employee number of Ms Orr?", "E-4471", ("Ms Orr has the staff number E-4471.",), "en"),
    ],
)
def test_ordinary_answers_keep_their_support(question: str, answer: str, lines: tuple[str, ...], lang: str) -> None:
    assert checked(answer, question, lines, lang).claims[0].verdict == "supported"


@pytest.mark.parametrize(
    "line",
    [
        "This Agreement shall bind and inure to the benefit of the Licensor, and the successors and assigns of the Licensor.",
        "This Agreement is binding on the parties and their respective successors and permitted assigns.",
    ],
)
def test_whom_a_contract_binds_says_nothing_of_who_may_assign_it(line: str) -> None:
    yes, no = yes_and_no("May the agreement be assigned?", (line, "The fee is paid in May."), "en")[:2]
    assert yes not in ("supported", "contradicted")
    assert no not in ("supported", "contradicted")
