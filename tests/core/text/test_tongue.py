"""Which language a question or a sentence is in, and what is asked of the model in it."""

from __future__ import annotations

import pytest

from tsel_core.prompts.tasks import NOT_FOUND, ask_task
from tsel_core.text.language import detect_lang
from tsel_core.text.refusal import is_refusal
from tsel_core.text.tongue import LANGUAGES, folded, tongue_of, tongues_in
from tsel_core.text.yes_no import SAYS_NO, SAYS_YES


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("Wie hoch ist die Miete?", "de"), ("Quel est le loyer mensuel ?", "fr"), ("¿Cuál es la renta mensual?", "es"), ("Qual è il canone mensile?", "it"),
        ("Qual é o valor do aluguel mensal?", "pt"), ("每月租金是多少？", "zh"), ("未經甲方書面同意，乙方不得轉租房屋。", "zh"), ("월 임대료는 얼마입니까?", "ko"),
        ("What is the penalty for late delivery?", "en"), ("遅延損害金はいくらですか。", "ja"), ("業務委託契約書", "ja"), ("契約締結日", "ja"), ("EUR 1.950", ""), ("Miete", ""),
        ("Peut-il résilier ?", "fr"), ("Peut-on sous-louer ?", "fr"), ("À quelle date ?", "fr"), ("Le contrat se renouvelle-t-il automatiquement ?", "fr"), ("Les un une los un una", "es"),
        ("Quando scade?", "it"), ("Il prezzo comprende l'IVA?", "it"), ("Quando vence?", "pt"), ("Como se rescinde o contrato?", "pt"), ("Qual o valor?", "pt"), ("¿Puede subarrendar?", "es"), ("Fecha de entrega", "es"),
        ("如何解除合同？", "zh"), ("需要提前几天通知？", "zh"), ("Where does the Los Angeles office stand?", "en"), ("What does force majeure mean?", "en"), ("Does Herr Klein pay?", "en"), ("Rio de Janeiro", ""),
    ],
)  # fmt: skip
def test_the_language_of_a_text(text: str, tongue: str) -> None:
    assert tongue_of(text) == tongue


def test_rules_of_chinese_are_not_those_of_japanese() -> None:
    assert detect_lang("违约金是多少？") == "en"
    assert detect_lang("違約金額") == "ja"


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_a_question_is_answered_in_the_language_asked_for(tongue: str) -> None:
    task = ask_task("EUR 1.950", tongue)
    assert task.answer_lang == tongue
    assert task.lang == ("ja" if tongue == "ja" else "en")
    assert NOT_FOUND[tongue] in task.instruction
    assert is_refusal(NOT_FOUND[tongue])
    own = NOT_FOUND[tongue] != NOT_FOUND["en"]
    assert own or tongue == "en" or LANGUAGES[tongue] in task.instruction


def test_the_questions_language_decides_where_none_is_given() -> None:
    assert ask_task("Wie hoch ist die Miete?").answer_lang == "de"
    assert ask_task("¿Quién es el arrendador?").answer_lang == "es"
    assert ask_task("Wie hoch ist die Miete?", "en").answer_lang == "en"
    assert ask_task("Who pays?").tongue == ""


def test_a_reading_serves_questions_of_every_language() -> None:
    assert len({ask_task("?", tongue).system for tongue in LANGUAGES if tongue != "ja"}) == 1


@pytest.mark.parametrize("answer", ["Ja, das darf sie.", "Oui.", "Sí, puede.", "Sì, può.", "Sim.", "是的，可以。", "可以。", "예, 가능합니다.", "네.", "はい。"])
def test_yes_in_many_languages(answer: str) -> None:
    assert SAYS_YES.match(answer)
    assert not SAYS_NO.match(answer)


@pytest.mark.parametrize("answer", ["Nein.", "Non, il ne peut pas.", "No, no puede.", "Não.", "不，不得转租。", "不可以。", "아니요, 없습니다.", "いいえ。"])
def test_no_in_many_languages(answer: str) -> None:
    assert SAYS_NO.match(answer)
    assert not SAYS_YES.match(answer)


@pytest.mark.parametrize("answer", ["Jahresmiete: 5 EUR", "Si el cliente no paga, debe intereses.", "Non-compete applies.", "不动产由甲方交付。", "Jane signs.", "Notice is due."])
def test_neither(answer: str) -> None:
    assert not SAYS_YES.match(answer)
    assert not SAYS_NO.match(answer)


def test_accents_make_no_difference() -> None:
    assert folded("Kündigungsfrist") == "Kundigungsfrist"


def test_the_languages_of_a_long_text() -> None:
    german = "Der Mieter darf die Räume nicht untervermieten. Die Miete ist bis zum dritten Werktag zu zahlen."
    english = "The tenant shall pay the rent by the third day of each month, and may not sublet the rooms."
    assert tongues_in(german) == {"de"}
    assert tongues_in(english) == {"en"}
    assert tongues_in(f"{german}\n{english}") == {"de", "en"}
    assert tongues_in("乙方不得转租办公室。乙方可以使用院内四个停车位。") == {"zh"}
    assert tongues_in("임차인은 사무실을 전대할 수 없다.") == {"ko"}
    assert tongues_in("Clause 4 names 28 euros im end") == frozenset()  # one word tells nothing
