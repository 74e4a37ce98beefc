"""Which clauses speak of what a question asks about: by words that stand together, not by one in common."""

from __future__ import annotations

import pytest

from tsel_core.evaluation.runner import text_document
from tsel_core.evidence.deciding.judge import Judgement
from tsel_core.evidence.deciding.verdict import Heard, decide_truth, decide_yesno
from tsel_core.evidence.locating.concepts import concept_of
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.spoken import Spoken
from tsel_core.trust.passages import PassageIndex

THIRD = "Is there a third-party beneficiary who can enforce rights under the contract?"
UNCAPPED = "Is a party's liability uncapped for breach of its obligations?"


@pytest.mark.parametrize(
    ("question", "clause", "told"),
    [
        (UNCAPPED, "The limits of this clause do not apply to liability for fraud or wilful misconduct.", True),
        (UNCAPPED, "The Supplier's liability shall not exceed the fees paid in the last year.", False),
        (UNCAPPED, "On a material breach the other party may terminate and claim damages for any loss.", False),
        ("Does the contract include a cap on liability?", "The Supplier's liability shall not exceed the fees of the last year.", True),
        ("Does the contract include a cap on liability?", "The guest is a member of a limited liability company.", False),
        (THIRD, "The bank is an intended third party beneficiary of this lease.", True),
        (THIRD, "Goods are handed to a third party for carriage.", False),
        ("Can a party terminate this contract without cause?", "Either party may terminate this lease at any time for convenience.", True),
        ("Can a party terminate this contract without cause?", "The landlord may terminate at any time upon breach by the tenant.", False),
        ("Does a party have a right of first refusal?", "The tenant has a preferential right to purchase the house.", True),
        ("Does a party have the right to audit the other's books?", "The owner may inspect the accounts of the agent twice a year.", True),
        ("Does a party have the right to audit the other's books?", "The agent keeps books on gardening.", False),
        ("Is a party forbidden to solicit or hire the other party's employees?", "Neither party shall hire the personnel of the other.", True),
        ("Is a party forbidden to solicit or hire the other party's employees?", "The agent's employees shall not smoke.", False),
        ("Is there an exclusive dealing commitment?", "The baker shall buy flour from no other supplier than the mill, and purchase it weekly.", True),
        ("Is there an exclusive dealing commitment?", "The courts of Leeds have exclusive jurisdiction.", False),
        ("Is there an exclusive dealing commitment?", "All work shall be owned exclusively by the baker.", False),
        ("Is there an exclusive dealing commitment?", "The recipes remain the exclusive property of the mill.", False),
        ("Is there an exclusive dealing commitment?", "The baker is exclusively liable for the oven.", False),
        ("Is there a minimum amount a party must buy?", "The baker orders a minimum of 40 sacks a month.", True),
        ("Is there a minimum amount a party must buy?", "At least ten days before the order notice is given.", False),
        ("Does a party have a right to terminate on a change of control?", "If the majority of the shares is sold the lender must consent: a transfer of the controlling interest of the stock ends the loan.", True),
        ("Confidential Information may include verbally conveyed information.", "What is disclosed orally counts as confidential.", True),
        ("Receiving Party shall not reverse engineer any objects.", "Samples may not be disassembled.", True),
        ("Receiving Party shall not reverse engineer any objects.", "Samples are returned to the maker.", False),
        ("Some obligations of Agreement may survive termination.", "The duty of secrecy continues in force for two years after expiration.", True),
        ("Receiving Party may retain some Confidential Information even after the return.", "The guest may keep what its back-up policy requires.", True),
        ("Receiving Party shall not disclose the fact that Agreement was agreed.", "Confidential information includes the existence of these negotiations.", True),
        ("仲裁の定めはありますか。", "紛争は仲裁により解決する。", True),
        ("独占的な取引の義務はありますか。", "大阪地方裁判所を専属的合意管轄裁判所とする。", False),
        ("独占的な取引の義務はありますか。", "乙は独占的に商品を供給する。", True),
        ("従業員の引き抜きの禁止はありますか。", "従業員の健康診断を行う。", False),
    ],
)  # fmt: skip
def test_a_clause_speaks_of_a_concept_in_its_words(question: str, clause: str, told: bool) -> None:
    concept = concept_of(question)
    assert concept is not None
    assert concept.is_told(clause) is told


def test_a_question_of_no_known_concept_has_none() -> None:
    assert concept_of("Is the kitchen painted green?") is None
    assert concept_of("専属的合意管轄裁判所は東京地方裁判所である。") is None


def spoken(question: str, text: str) -> Spoken:
    found = Locator(PassageIndex.build([text_document("lease", text)])).spoken(question)
    assert found is not None
    return found


def test_a_clause_that_denies_a_thing_is_a_no_and_is_shown_to_the_model() -> None:
    text = "The rent is 900 euros.\n\nNobody but the parties is bound; no third party has any right under this lease.\n\nThe house is old."
    found = spoken(THIRD, text)
    assert (found.sign, len(found.denied), found.told) == (False, 1, ())
    located = Locator(PassageIndex.build([text_document("lease", text)])).locate(THIRD, judged=True)
    assert located.ranked[0].number == found.denied[0]
    judged = Judgement(("Yes", "No"), (0.8, 0.2), (0.5, 0.5))
    verdict = decide_yesno(None, judged, 0.9, THIRD, Heard(told=False, denied=True))
    assert (verdict.value, verdict.sure) == (False, True)


def test_a_clause_that_forbids_is_no_yes_to_whether_it_may_be_done() -> None:
    asked = "再委託はできますか。"
    forbidden = spoken(asked, "第9条　乙は、本業務を第三者に再委託してはならない。\n\n代金は5万円とする。")
    assert (forbidden.told, len(forbidden.denied)) == ((), 1)
    limited = spoken(asked, "第9条　乙は、甲の承諾なく、本業務を第三者に再委託してはならない。\n\n代金は5万円とする。")
    assert len(limited.told) == 1
    assert spoken("Is a party forbidden to solicit the other's employees?", "Neither party shall hire the personnel of the other.").told


def test_a_ban_with_an_exception_that_is_asked_for_is_no_ban() -> None:
    asked = "Receiving Party may share some Confidential Information with some third-parties (including advisors)."
    text = "It shall not disclose the plans to third parties, except that it may disclose them to its advisers and agents."
    found = spoken(asked, text)
    assert (len(found.told), found.denied) == (1, ())


def test_a_yes_is_sure_only_where_a_clause_tells_of_it() -> None:
    judged = Judgement(("Yes", "No"), (0.9, 0.1), (0.4, 0.6))
    assert decide_yesno(None, judged, 0.8, UNCAPPED, Heard(told=True)).sure
    untold = decide_yesno(None, judged, 0.8, UNCAPPED, Heard(told=False))
    assert (untold.value, untold.sure) == (True, False)


def test_what_no_clause_tells_is_absent_though_the_model_says_true_of_nearly_everything() -> None:
    judged = Judgement(("True", "False", "Not mentioned"), (0.2, 0.2, 0.6), (0.2, 0.1, 0.7))
    absent = decide_truth(True, judged, 0.4, "", Heard(told=False))
    assert (absent.value, absent.sure) == (None, True)
    assert not decide_truth(True, judged, 0.4).sure
    assert not decide_truth(None, judged, 0.2, "", Heard(told=True)).sure
