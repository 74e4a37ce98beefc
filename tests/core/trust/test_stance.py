"""Which way a clause decides: the same thing allowed and forbidden, in and out, rising and falling, in other words."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked, yes_and_no
from tsel_core.trust.claims.yes_no.stance import stance_of, stances
from tsel_core.trust.claims.yes_no.stance_ja import stances_ja


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Drones are allowed.", "Drones are prohibited.", False),
        ("Drones are not permitted.", "Drones are forbidden.", True),
        ("The fee covers travel.", "The fee excludes travel.", False),
        ("The price goes down.", "The price falls.", True),
        ("The price does not rise.", "The price falls.", True),
        ("The right survives the end of the lease.", "The right lapses.", False),
        ("It is no part of the estate.", "It is part of the estate.", False),
        ("In no event is a copy allowed.", "A copy is not allowed.", True),
        ("No more than five copies are allowed.", "Five copies are allowed.", True),
        ("Interest may not be unreasonably refused.", "Interest is accepted.", True),
    ],
)
def test_signs(one: str, two: str, same: bool) -> None:
    assert (stance_of(one).sign == stance_of(two).sign) is same


def test_a_row_of_things_before_its_verb_is_one_clause() -> None:
    (only,) = stances("No patent, mark or other right is granted to the buyer.")
    assert only.sign == -1


def test_a_reason_and_a_condition_say_nothing_by_themselves() -> None:
    said = [(s.text, s.aside) for s in stances("We meet in the annexe because the hall is booked.")]
    assert [aside for _, aside in said] == [False, True]


LEASE = (
    "4. Garden. The tenant may use the garden. Barbecues are ruled out.",
    "5. Cellar. It is let together with a cellar, but the attic forms no part of the flat.",
    "6. Deposit. The deposit of 900 euros is paid at the start. It bears no interest.",
    "7. Heating. The landlord bears the cost of heating; a text message does not suffice as a reminder.",
    "8. Use. The flat may be used as a home and for no other purpose.",
    "9. Rent. The rent is reviewed once, in 2029.",
    "10. Keys. The caretaker hands over the keys; the tenant shall not copy them.",
)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("Are barbecues allowed?", "contradicted", "supported"),
        ("May the tenant use the garden?", "supported", "contradicted"),
        ("Is the attic part of the flat?", "contradicted", "supported"),
        ("Does the deposit bear interest?", "contradicted", "supported"),
        ("Does the tenant pay for heating?", "contradicted", "supported"),
        ("Does a text message suffice as a reminder?", "contradicted", "supported"),
        ("May the flat be used as a shop?", "contradicted", "supported"),
        ("Is the rent reviewed every year?", "contradicted", "supported"),
        ("May the tenant sell the keys?", "unsure", "unsure"),  # nothing is said of selling
        ("May the landlord use the garden?", "unsure", "unsure"),  # what the tenant may says nothing of him
    ],
)
def test_english(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, LEASE) == (yes, no)


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ("Yes. Barbecues are ruled out.", "Are barbecues allowed?"),
        ('Yes. "It bears no interest."', "Does the deposit bear interest?"),
        ("Yes, the landlord bears the cost of heating.", "Does the tenant pay for heating?"),
    ],
)
def test_a_yes_before_a_sentence_that_says_no_is_never_supported(answer: str, question: str) -> None:
    assert checked(answer, question, LEASE).claims[0].verdict == "contradicted"


JA = (
    "第3条　乙は、庭を使用することができる。たき火は禁止とする。",
    "第4条　敷金には利息を付さない。",
    "第5条　屋根裏は賃貸の範囲に含まない。",
    "第6条　期間満了の1か月前までに申出がない場合は、同一条件で更新される。",
    "第7条　乙は、鍵を複製し、又は第三者に貸与してはならない。",
    "第8条　修理は無償で行う。",
    "第9条　庭の使用は乙のみが行うことができる。",
)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("たき火はできますか。", "contradicted", "supported"),
        ("敷金に利息は付きますか。", "contradicted", "supported"),
        ("屋根裏は賃貸の範囲に含まれますか。", "contradicted", "supported"),
        ("鍵を第三者に貸与できますか。", "contradicted", "supported"),
        ("鍵の複製は認められますか。", "contradicted", "supported"),
        ("修理は有償ですか。", "contradicted", "supported"),
        ("契約は自動的に更新されますか。", "unsure", "contradicted"),  # only without a notice: a bare yes is too much
    ],
)
def test_japanese(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, JA, "ja") == (yes, no)


def test_a_japanese_condition_is_aside() -> None:
    said = [(s.aside, s.sign) for s in stances_ja("乙が賃料を支払わないときは、甲は本契約を解除することができる。")]
    assert said[0][0] is True
    assert said[-1] == (False, 1)


def test_what_is_said_of_the_case_is_no_leave() -> None:
    """A condition with でも grants nothing."""
    lines = ("第10条　再委託がなされた場合でも、乙は本契約上の義務を免れない。",)
    assert yes_and_no("再委託はできますか。", lines, "ja") == ("unsure", "unsure")
