"""A clause about self-renewal or an unchanged price is shown beside a question for it in other words, never a refusal."""

from __future__ import annotations

import pytest

from tsel_core.evaluation.runner import text_document
from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.plain_words import told_plainly
from tsel_core.evidence.locating.spoken_near import spoken_near
from tsel_core.text.self_renewal import as_contracts_say
from tsel_core.trust.passages import PassageIndex

NOT = "This Agreement does not renew automatically."
IS = "This Agreement renews automatically for a further year unless either party gives notice."
NOT_JA, KEPT_JA, SAME_JA = "本契約は自動的に更新されない。", "最初の2年間、賃料は据え置くものとする。", "最初の2年間、賃料は変更しない。"
KEPT = "The rent shall remain unchanged for the first two years."
RAISED = "The rent may be increased once a year."


def paper(clause: str) -> Locator:
    rest = "The monthly fee is GBP 100.\n\nThe yard has two gates." if clause.isascii() else "料金は月額1万円とする。\n\n門は二つある。"
    return Locator(PassageIndex.build([text_document("a.txt", f"{rest}\n\n{clause}")]))


@pytest.mark.parametrize(
    ("question", "clause", "shown"),
    [
        ("Does the agreement renew by itself?", NOT, True),
        ("Will the contract extend itself?", NOT, True),
        ("Does the agreement roll over of its own accord?", NOT, True),
        ("Does the contract carry on by default?", IS, True),
        ("契約は勝手に更新されますか。", NOT_JA, True),
        ("何もしなくても契約は延長されますか。", NOT_JA, True),
        ("Is the rent frozen?", KEPT, True),
        ("Will the rent go up in the first two years?", KEPT, True),
        ("Does the rent stay the same?", RAISED, True),
        ("最初の2年間に賃料は値上げされますか。", KEPT_JA, True),
        ("賃料の値上げはありますか。", SAME_JA, True),
        ("家賃は据え置かれますか。", SAME_JA, True),
        ("Does the agreement renew by itself?", KEPT, False),
        ("Is the deposit frozen?", KEPT, False),  # another price
        ("敷金の値上げはありますか。", KEPT_JA, False),
        ("May the gates be changed?", KEPT, False),
    ],
)
def test_the_clause_is_found(question: str, clause: str, shown: bool) -> None:
    locator = paper(clause)
    found = spoken_near(question_kind(question), locator)
    assert (found is not None and locator.index.text(found.span) == clause) == shown


@pytest.mark.parametrize(
    ("question", "clause", "says"),
    [
        ("Does the agreement renew by itself?", NOT, False),
        ("Does the agreement renew by itself?", IS, True),
        ("契約は勝手に更新されますか。", NOT_JA, False),
        ("賃料は最初の2年間変わりませんか。", KEPT_JA, True),  # it was a No
        ("賃料は最初の2年間変わりませんか。", SAME_JA, True),
        ("賃料は最初の2年間据え置かれますか。", KEPT_JA, True),
        ("賃料は最初の2年間変更されますか。", KEPT_JA, False),
        ("賃料は最初の2年間変更されますか。", SAME_JA, False),
    ],
)
def test_what_the_clause_says_in_plain_words(question: str, clause: str, says: bool) -> None:
    found = told_plainly(question_kind(question), paper(clause))
    assert found is not None
    assert found.says is says


@pytest.mark.parametrize(
    ("question", "same"),
    [
        ("Does the agreement renew by itself?", "Does the agreement renew automatically?"),
        ("Will the lease roll over on its own?", "Will the lease renew automatically?"),
        ("契約は何もしなくても更新されますか。", "契約は自動的に更新されますか。"),
        ("Can the tenant clean the unit by itself?", ""),
    ],
)
def test_the_words_of_contracts(question: str, same: str) -> None:
    assert as_contracts_say(question) == (same or question)
