"""A Yes or No is a claim of its own: supported only where a sentence says what is asked, in its parts and its limits."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked, yes_and_no
from tsel_core.document import Document, Unit, render_documents
from tsel_core.trust.check import check_answer

LINES = (
    "SERVICES AGREEMENT",
    "1. The Tenant may sublet the flat on the first floor.",
    "2. The Landlord bears the costs of heating.",
    "3. Either party may end this lease with thirty (30) days' written notice.",
    "4. The drawings are owned exclusively by the Landlord.",
    "5. The Tenant may paint the walls only with the prior consent of the Landlord.",
    "6. The Tenant shall not keep dogs.",
    "7. The Landlord may, but is not required to, label the keys.",
    "8. This lease may not be amended except in writing.",
    "9. The Landlord cleans some of the windows.",
    "10. The Tenant may visit the roof.",
    "11. Neither party may publish this lease before its end.",
)
JA = (
    "第1条 甲は、本件部屋を転貸することができる。",
    "第2条 暖房費は乙の負担とする。",
    "第3条 当事者は、30日前までに書面で通知して本契約を解約することができる。",
    "第4条 甲は、乙の承諾を得ずに壁を塗装してはならない。",
    "第5条 甲は、犬を飼育してはならない。",
    "第6条 乙は、鍵に番号を付すことを要しない。",
    "第7条 本契約は、期間の満了後、自動的に更新される。",
    "第8条 甲は、屋上に立ち入ることができる。",
)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("May the Tenant sublet the flat?", "supported", "contradicted"),
        ("May the Landlord sublet the flat?", "unsure", "unsure"),  # of the other party nothing is said
        ("Does the Tenant bear the costs of heating?", "contradicted", "supported"),  # what one bears the other does not
        ("Can a party end the lease with 30 days' notice?", "supported", "contradicted"),
        ("Can a party end the lease with 60 days' notice?", "contradicted", "supported"),
        ("Is there an exclusive dealing commitment?", "unsure", "unsure"),  # owned exclusively is no dealing
        ("May the Tenant paint the walls without consent?", "contradicted", "supported"),
        ("Is consent required to paint the walls?", "supported", "contradicted"),
        ("May the Tenant paint the walls?", "unsure", "unsure"),  # with consent
        ("May the Tenant keep dogs?", "contradicted", "supported"),
        ("May the Landlord keep dogs?", "unsure", "unsure"),
        ("Is the Tenant forbidden to keep dogs?", "supported", "contradicted"),
        ("Must the Landlord label the keys?", "contradicted", "supported"),
        ("Can the lease be amended orally?", "contradicted", "supported"),
        ("Does the Landlord clean all windows?", "contradicted", "supported"),
        ("Must the Tenant visit the roof?", "contradicted", "supported"),
        ("May a party publish the lease?", "contradicted", "supported"),
        ("Does the Landlord insure the flat?", "unsure", "unsure"),
    ],
)
def test_english(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, LINES) == (yes, no)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("甲は本件部屋を転貸できますか。", "supported", "contradicted"),
        ("乙は本件部屋を転貸できますか。", "unsure", "unsure"),
        ("暖房費は甲の負担ですか。", "contradicted", "supported"),
        ("30日前の書面の通知で解約できますか。", "supported", "contradicted"),
        ("10日前の書面の通知で解約できますか。", "contradicted", "supported"),
        ("壁を塗装するには承諾が必要ですか。", "supported", "contradicted"),
        ("承諾なしに壁を塗装できますか。", "contradicted", "supported"),
        ("甲は犬を飼育できますか。", "contradicted", "supported"),
        ("乙は犬を飼育できますか。", "unsure", "unsure"),
        ("乙は鍵に番号を付す必要がありますか。", "contradicted", "supported"),
        ("自動更新の定めはありますか。", "supported", "contradicted"),
        ("甲の屋上への立入りは認められますか。", "supported", "contradicted"),
        ("乙は保険に加入しますか。", "unsure", "unsure"),
    ],
)
def test_japanese(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, JA, "ja") == (yes, no)


def test_the_word_and_the_clause_behind_it_are_two_claims() -> None:
    question = "Is there an exclusive dealing commitment?"
    claims = checked('Yes. "The drawings are owned exclusively by the Landlord."', question, LINES).claims
    assert [c.verdict for c in claims] == ["unsure", "supported"]
    claims = checked('No. "The Tenant shall not keep dogs."', "May the Tenant keep dogs?", LINES).claims
    assert [(c.text, c.verdict) for c in claims] == [("No.", "supported"), ('"The Tenant shall not keep dogs."', "supported")]
    claims = checked('Yes [1][2]. "The Tenant shall not keep dogs." [1]', "May the Tenant keep dogs?", LINES).claims
    assert [c.verdict for c in claims] == ["contradicted", "supported"]


def test_a_statement_behind_a_yes_must_stand_there() -> None:
    question = "Does the Landlord insure the flat?"
    (claim,) = checked("Yes, the Landlord insures the flat on the first floor.", question, LINES).claims
    assert claim.verdict != "supported"
    (claim,) = checked("Yes, the Tenant may sublet the flat.", "May the Tenant sublet the flat?", LINES).claims
    assert claim.verdict == "supported"


def test_a_clause_that_allows_is_no_contradiction_of_the_no_before_it() -> None:
    claims = checked('No. "The Tenant may visit the roof."', "Must the Tenant visit the roof?", LINES).claims
    assert [c.verdict for c in claims] == ["supported", "supported"]


def test_the_words_of_a_long_sentence_stand_near_each_other() -> None:
    """A list of a hundred words holds those of any question; and a ban in it denies what stands beside it."""
    stuff = "the roof, the walls, the gutters, the windows, the doors and all other parts of the building with their fittings"
    far = f"The Tenant shall keep {stuff}, {stuff} and {stuff} in order, and shall tell the Landlord of dogs and cats."
    (claim,) = checked("Yes.", "Must the Tenant keep dogs and cats?", (far,)).claims
    assert claim.verdict == "unsure"
    ban = f"The Tenant shall not paint {stuff}, {stuff}, or {stuff}, but may keep dogs and cats."
    (claim,) = checked("No.", "May the Tenant keep dogs and cats?", (ban,)).claims
    assert claim.verdict != "supported"


def test_what_needs_consent_is_there() -> None:
    lines = ("The licence granted to the Licensee shall not be assigned without the consent of the Licensor.",)
    (claim,) = checked("No.", "Does the agreement contain a licence?", lines).claims
    assert claim.verdict != "supported"


def test_a_second_look_vouches_only_for_what_no_rule_decides() -> None:
    units = tuple(Unit(i, "paragraph", str(i), line) for i, line in enumerate(LINES))
    documents = [Document("a.txt", "", "txt", "paragraph", units)]

    def verdict(answer: str, question: str, vouched: bool | None) -> str:
        rendered = render_documents(documents)
        return check_answer(answer, question, rendered, documents, vouched=vouched).claims[0].verdict

    assert verdict("Yes.", "Does the Landlord insure the flat?", True) == "supported"
    assert verdict("No.", "Does the Landlord insure the flat?", True) == "unsure"
    assert verdict("Yes.", "May the Tenant keep dogs?", True) == "contradicted"


def test_a_word_in_part_is_no_word() -> None:
    """再委託 is not in 業務委託, 委託者 or 委託料."""
    lines = ("業務委託契約書", "第1条 委託者は、委託料を支払う。", "第2条 委託者は、事業所に立ち入ることができる。")
    (claim,) = checked("はい。", "再委託はできますか。", lines, "ja").claims
    assert claim.verdict == "unsure"
    (claim,) = checked("Yes.", "Must the Tenant keep the records of the heating plant?", ("The Tenant shall keep the records of the heating cellar.",)).claims
    assert claim.verdict == "unsure"
