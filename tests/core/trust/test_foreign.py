"""An answer in a language that nobody asked for is asked for again, refused, or marked."""

from __future__ import annotations

from typing import Any

import pytest
from order_answers import answered

from tests.core.evidence.test_look import NeverTooLong, Scripted
from tsel_core.document import Document, Unit
from tsel_core.evidence.asking.reply import Reply
from tsel_core.evidence.locating.locate import Locator
from tsel_core.prompts.tasks import ask_task
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.finish import OTHER_TONGUE
from tsel_core.trust.foreign import foreign_tongue
from tsel_core.trust.passages import PassageIndex

JA = ("業務委託契約書", "第1条　甲は、乙に対し、倉庫の管理を委託する。", "第2条　委託料は月額30万円とする。", "甲　代表取締役　大木誠　　乙　代表取締役　三村愛")
EN = ("SERVICE CONTRACT", "1. The Customer shall pay the Supplier a fee of GBP 300 a month.", "2. Either party may end this contract with the notice of a month.")
CHINESE = "甲和乙的代表取締役大木誠和三村愛签署了本契約。"


def documents(lines: tuple[str, ...]) -> list[Document]:
    return [Document("a.txt", "", "txt", "paragraph", tuple(Unit(i, "paragraph", f"para {i + 1}", t) for i, t in enumerate(lines)))]


@pytest.mark.parametrize(
    ("text", "question", "lang", "lines", "tongue"),
    [
        (CHINESE, "Who signed?", "en", JA, "zh"),
        ("本合同由双方的代表签署，费用为每月三百英镑。", "Who signed?", "en", EN, "zh"),
        ("委托费为每月30万日元，由甲方支付给乙方。", "委託料はいくらですか。", "ja", JA, "zh"),
        ("委託料は月額30万円です。", "What is the fee?", "en", JA, ""),  # the paper's own language
        ("The fee is GBP 300 a month and is paid by the Customer.", "料金はいくらですか。", "ja", EN, ""),
        ("La tarifa es de 300 libras al mes y la paga el cliente.", "What is the fee?", "en", EN, "es"),
        ("The fee is GBP 300 a month and is paid by the Customer.", "委託料はいくらですか。", "ja", JA, "en"),
        ("The signers are 大木誠 and 三村愛.", "Who signed?", "en", JA, ""),
        ("大木誠、三村愛", "Who signed?", "en", EN, ""),  # names tell no language
        ("GBP 300", "料金はいくらですか。", "ja", JA, ""),
        ("费用为每月三百英镑，由客户支付给供应商。", "What is the fee? Answer in Chinese.", "en", EN, ""),
        ("费用为每月三百英镑，由客户支付给供应商。", "Translate clause 1.", "en", EN, ""),
        ("费用为每月三百英镑，由客户支付给供应商。", "料金の条を中国語に訳してください。", "ja", EN, ""),
        ("Die Gebühr ist 300 Pfund im Monat, und der Kunde zahlt sie.", "Wie hoch ist die Gebühr?", "de", EN, ""),
        ("The tenant is Osei plc.", "Who is the tenant?", "en", JA, ""),
        ("", "Who signed?", "en", JA, ""),
    ],
)
def test_the_language_of_an_answer(text: str, question: str, lang: str, lines: tuple[str, ...], tongue: str) -> None:
    assert foreign_tongue(text, question, lang, documents(lines)) == tongue


class Again(Scripted):
    """Its first replies are Chinese; what it says when the language is named is given."""

    def __init__(self, again: str, **other: Any) -> None:
        super().__init__(alone=CHINESE, bound=CHINESE, **other)
        self.again = again

    def ask(self, instruction: str, *args: Any, **named: Any) -> Reply:
        if "no other language" in instruction or "必ず日本語" in instruction:
            return Reply(self.again, ())
        return super().ask(instruction, *args, **named)


@pytest.mark.parametrize(
    ("question", "again"), [("Who are 大木誠 and 三村愛?", "They signed for 甲 and 乙."), ("大木誠とは誰ですか。", "甲の代表取締役です。")]
)
def test_it_is_asked_for_again_in_the_language_of_the_question(question: str, again: str) -> None:
    looker = NeverTooLong(Again(again), Locator(PassageIndex.build(documents(JA))), None)  # type: ignore[arg-type]
    assert looker.look(ask_task(question), CHINESE).text == again


@pytest.mark.parametrize("question", ["Who are 大木誠 and 三村愛?", "大木誠とは誰ですか。"])
def test_one_that_stays_in_it_is_not_given(question: str) -> None:
    looker = NeverTooLong(Again(CHINESE), Locator(PassageIndex.build(documents(JA))), None)  # type: ignore[arg-type]
    found = looker.look(ask_task(question), CHINESE)
    own = {" ".join(line.split()) for line in JA}  # the paper's own sentences
    assert is_refusal(found.text) or " ".join(found.text.split()) in own
    assert CHINESE not in found.other


@pytest.mark.parametrize("question", ["Who signed?", "誰が署名しましたか。"])
def test_one_that_nobody_looked_at_again_is_marked(question: str) -> None:
    answer = answered(CHINESE, *JA, question=question, confidence="confident")
    assert OTHER_TONGUE in answer.warnings
    assert answer.extra["confidence"] == "unsure"
    assert all(c["verdict"] != "supported" for c in answer.extra["claims"])
    told = answered("The fee is GBP 300 a month [1].", *EN, question="What is the fee a month?", confidence="confident")
    assert (told.extra["confidence"], told.warnings) == ("confident", [])
