"""A claim that leaves out the condition of its sentence, and one told of what belongs to the other part of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from trust_support import claims_about

ENGLISH = """LEASE

1. The Tenant may assign this lease with the prior written consent of the Landlord.

2. The Supplier may subcontract carriage but not processing.

3. Either party may terminate this agreement by giving 30 days' written notice if the other party is in material breach.

4. The Contractor is not liable for loss of profit unless it acted with gross negligence.

5. The Licensee shall not sublicense the Software except to its subsidiaries.

6. The Landlord shall repair the roof. The Tenant shall repair the windows and the doors.

7. The agreement is first renewed for one year and, at the second renewal, for three years.

8. The Installer may use subcontractors for electrical work only.
"""
JAPANESE = """業務委託契約書

第1条 乙は、甲の書面による事前の承諾を得た場合に限り、業務の一部を第三者に再委託することができる。

第2条 乙は、故意又は重大な過失がない限り、荷物の損傷について責任を負わない。

第3条 初回の更新は1年間、2回目以降の更新は2年間とする。

第4条 屋根の修繕は甲が行い、窓及び扉の修繕は乙が行う。

第5条 甲は乙に対し3か月前に、乙は甲に対し6か月前に通知して解約できる。
"""


def verdict(text: str, question: str, claim: str, folder: Path) -> str:
    return claims_about(claim, question, folder, text)[0].verdict


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("May the Tenant assign the lease?", "The Tenant may assign this lease."),
        ("May the Supplier subcontract?", "The Supplier may subcontract."),
        ("When may a party terminate?", "Either party may terminate this agreement by giving 30 days' written notice."),
        ("Is the Contractor liable for loss of profit?", "The Contractor is not liable for loss of profit."),
        ("May the Licensee sublicense?", "The Licensee shall not sublicense the Software."),
    ],
)  # fmt: skip
def test_a_condition_left_out_is_unsure(question: str, claim: str, tmp_path: Path) -> None:
    assert verdict(ENGLISH, question, claim, tmp_path) == "unsure"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("May the Tenant assign the lease?", "The Tenant may assign this lease with the Landlord's prior written consent."),
        ("May the Supplier subcontract?", "The Supplier may subcontract carriage."),
        ("How long is the notice?", "Either party may terminate this agreement by giving 30 days' written notice."),
        ("May subcontractors be used?", "The Installer is allowed to use subcontractors for electrical work."),
        ("Who repairs what?", "The Landlord repairs the roof, and the Tenant repairs the windows and the doors."),
        ("Who repairs the windows?", "The Tenant repairs the windows."),
        ("How is the agreement renewed?", "The first renewal is for one year and the second for three years."),
    ],
)  # fmt: skip
def test_what_is_told_whole_or_not_asked_for_is_supported(question: str, claim: str, tmp_path: Path) -> None:
    assert verdict(ENGLISH, question, claim, tmp_path) == "supported"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Who repairs what?", "The Tenant shall repair the roof."),
        ("Who repairs what?", "The Landlord shall repair the roof and the windows."),
        ("Who repairs what?", "The Landlord repairs the roof, the windows and the doors."),
        ("How is the agreement renewed?", "The second renewal is for one year."),
    ],
)  # fmt: skip
def test_what_belongs_to_the_one_beside_is_not_supported(question: str, claim: str, tmp_path: Path) -> None:
    assert verdict(ENGLISH, question, claim, tmp_path) != "supported"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("再委託はできますか。", "乙は、業務の一部を第三者に再委託することができる。"),
        ("荷物の損傷に乙は責任を負いますか。", "乙は、荷物の損傷について責任を負わない。"),
        ("更新は何年ですか。", "初回の更新は2年間です。"),
        ("更新は何年ですか。", "2回目以降の更新は1年間です。"),
        ("修繕は誰が行いますか。", "窓の修繕は甲が行う。"),
        ("修繕は誰が行いますか。", "甲が屋根、窓及び扉の修繕を行う。"),
        ("解約の通知期間は。", "甲は乙に対し6か月前に通知して解約できる。"),
        ("解約の通知期間は。", "乙は甲に対し3か月前に通知して解約できる。"),
    ],
)  # fmt: skip
def test_the_same_in_japanese(question: str, claim: str, tmp_path: Path) -> None:
    assert verdict(JAPANESE, question, claim, tmp_path) != "supported"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("再委託はできますか。", "乙は、甲の書面による事前の承諾を得れば、業務の一部を第三者に再委託することができる。"),
        ("更新は何年ですか。", "初回の更新は1年間です。"),
        ("修繕は誰が行いますか。", "屋根の修繕は甲が行う。"),
        ("解約の通知期間は。", "甲は乙に対し3か月前に通知して解約できる。"),
    ],
)  # fmt: skip
def test_right_japanese_claims_are_supported(question: str, claim: str, tmp_path: Path) -> None:
    assert verdict(JAPANESE, question, claim, tmp_path) == "supported"


def test_the_month_of_may_allows_nothing(tmp_path: Path) -> None:
    text = "JOINT AGREEMENT\n\nThe parties, if not named below, shall be as of 1 May 2020, the Commencement Date, bound by this agreement, which begins on May 1, 2020 unless it is refused.\n"
    question = "When does the agreement begin?"
    assert verdict(text, question, "The agreement begins on May 1, 2020.", tmp_path) == "supported"
