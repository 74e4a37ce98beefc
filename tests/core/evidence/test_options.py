"""One of two that a question offers is an answer, not its echo; two that name different ones do not agree."""

from __future__ import annotations

import pytest

from tsel_core.evidence.locating.agree import agree, says_nothing
from tsel_core.evidence.locating.options import options_of


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("Who pays the premium, the Lessor or the Lessee?", ("lessor", "lessee")),
        ("Which of Alder and Birch keeps the keys?", ("alder", "birch")),
        ("Which is later, the start date or the signing date?", ("start", "signing")),
        ("鍵は甲と乙のどちらが保管しますか。", ("甲", "乙")),
        ("開催地は本社ですか、それとも工場ですか。", ("本社", "工場")),
        ("Who may cancel or postpone the meeting?", ()),
        ("Which clause covers fire or flood?", ()),
        ("Does the tenant pay rent or a fee?", ()),
        ("鍵は誰が保管しますか。", ()),
    ],
)
def test_what_a_question_offers(question: str, options: tuple[str, ...]) -> None:
    assert options_of(question) == options


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("送料はどちらの負担ですか。", "甲の負担です。"),
        ("送料はどちらの負担ですか。", "送料は乙の負担とする。"),
        ("鍵は甲と乙のどちらが保管しますか。", "乙が保管します。"),
        ("Who pays the premium, the Lessor or the Lessee?", "The Lessee pays the premium."),
        ("Which of the two keeps the keys?", "B keeps the keys."),
    ],
)
def test_whom_a_question_offers_is_an_answer(question: str, answer: str) -> None:
    assert not says_nothing(answer, question)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("送料はどちらの負担ですか。", "送料の負担です。"),
        ("鍵は甲と乙のどちらが保管しますか。", "鍵は甲と乙が保管します。"),
    ],
)
def test_an_echo_is_none(question: str, answer: str) -> None:
    assert says_nothing(answer, question)


@pytest.mark.parametrize(
    ("question", "one", "two", "same"),
    [
        ("Who pays the yearly premium, the Lessor or the Lessee?", "The Lessor pays the yearly premium.", "The Lessee pays the yearly premium.", False),
        ("Who pays the yearly premium, the Lessor or the Lessee?", "The Lessee.", "The Lessee pays the yearly premium.", True),
        ("Who bears the loss?", "Party A", "Party B", False),
        ("Who bears the loss?", "Party A bears the loss.", "Party A", True),
        ("鍵は甲と乙のどちらが保管しますか。", "甲が保管します。", "乙が保管します。", False),
    ],
)
def test_different_options_do_not_agree(question: str, one: str, two: str, same: bool) -> None:
    assert agree(one, two, question) is same
