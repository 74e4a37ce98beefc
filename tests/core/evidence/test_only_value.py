"""The only value that a question can mean is told by code; names and parties alone are answers."""

from __future__ import annotations

import pytest

from tsel_core.evaluation.runner import text_document
from tsel_core.evidence.deciding.decide import Decision, decide_value
from tsel_core.evidence.deciding.only_value import OnlyValue, only_value
from tsel_core.evidence.locating.agree import says_nothing
from tsel_core.evidence.locating.locate import Locator
from tsel_core.trust.passages import PassageIndex

LEASE = """5. The tenant shall return the keys within 14 (fourteen) days after the lease ends.
6. The deposit of EUR 2,400 is repaid within six weeks.
7. The tenant may keep up to two cats."""
FACTORY = """第3条　乙は、不具合の報告を受けた日から7営業日以内に修理を完了する。
第4条　保証期間は、引渡しの日から3年間とする。
第5条　乙は毎月末日に作業報告書を提出する。甲は、翌月25日までに修理費を支払う。
第6条　会議室の鍵は総務が保管する。"""


def found(text: str, question: str) -> OnlyValue | None:
    documents = [text_document("a.txt", "\n\n".join(text.split("\n")))]
    locator = Locator(PassageIndex.build(documents))
    passages = [unit.text for unit in documents[0].units]
    return only_value(question, passages, locator.word(question))


@pytest.mark.parametrize(
    ("text", "question", "phrase", "plain"),
    [
        (LEASE, "Within how many days must the tenant return the keys?", "within 14 (fourteen) days after the lease ends", True),
        (LEASE, "How much is the deposit?", "EUR 2,400", False),
        (FACTORY, "修理は何営業日以内に完了しますか。", "7営業日以内に修理を完了する", True),
        (FACTORY, "保証期間は何年間ですか。", "3年間", True),
        (FACTORY, "修理費の支払期限はいつですか。", "翌月25日までに修理費を支払う", False),
    ],
)
def test_the_only_value_of_the_kind_asked_for(text: str, question: str, phrase: str, plain: bool) -> None:
    value = found(text, question)
    assert value is not None
    assert (phrase in value.phrase, value.plain) == (True, plain)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (LEASE, "May the tenant keep cats?"),  # no value is asked for
        (LEASE, "How much is the monthly rent of the garage?"),  # nothing speaks of it
        (FACTORY, "会議室の鍵は誰が保管しますか。"),
        (FACTORY, "修理は何営業日以内に、誰が完了しますか。"),  # the value alone is no answer
        (FACTORY, "変更前の保証期間は何年間でしたか。"),
        ("The fee is $500.\nThe late fee is $90 a month.", "How much is the fee?"),  # two
        ("第1条　保証期間は3年間とし、延長保証期間は5年間とする。", "保証期間は何年間ですか。"),
    ],
)
def test_no_value_where_two_can_be_meant_or_none(text: str, question: str) -> None:
    assert found(text, question) is None


def test_an_answer_that_states_it_stands_against_one_that_states_none() -> None:
    question = "修理は何営業日以内に完了しますか。"
    value = found(FACTORY, question)
    assert value is not None
    right, none, other = "7営業日以内です。", "第3条に記載されています。", "10営業日以内です。"
    disagree = Decision("first", False, "disagree", "evidence")
    assert decide_value(disagree, value, none, right, question) == Decision("evidence", True, "value")
    assert decide_value(disagree, value, right, none, question) == Decision("first", True, "value")
    assert decide_value(disagree, value, none, none, question) == Decision("value", False, "value", "first")
    assert decide_value(disagree, value, other, right, question) == Decision("first", False, "disagree", "evidence")
    agreed = Decision("first", True, "agree")
    assert decide_value(agreed, value, other, other, question) == Decision("first", False, "agree", "value")
    assert decide_value(agreed, value, right, right, question) == agreed
    refused = Decision("none", True, "no-sign")
    assert decide_value(refused, value, "文書には記載がありません。", none, question) == refused


@pytest.mark.parametrize(
    ("answer", "question", "nothing"),
    [
        ("中野", "受付の当番は誰ですか。", False),
        ("乙が負担します。", "送料は誰が負担しますか。", False),
        ("乙", "送料は誰が負担しますか。", False),
        ("送料を負担します。", "送料は誰が負担しますか。", True),
        ("契約は延長されます。", "契約は何年間延長されますか。", True),
        ("Mia Stone", "Who orders the lamps?", False),
        ("The fee is the fee.", "What is the fee?", True),
        ("", "What is the fee?", True),
        ("文書には記載がありません。", "受付の当番は誰ですか。", True),
    ],
)
def test_a_name_alone_is_an_answer_and_the_question_again_is_none(answer: str, question: str, nothing: bool) -> None:
    assert says_nothing(answer, question) is nothing
