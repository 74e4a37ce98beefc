
"""What a question asks for in seven further languages: a table for each, and that values are asked for as such."""

from __future__ import annotations

import pytest

from tsel_core.evaluation.runner import text_document
from tsel_core.evidence.deciding.judged import no_evidence, verdict_of
from tsel_core.evidence.deciding.verdict import _asks_for_clause
from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.plain_words import told_plainly
from tsel_core.evidence.locating.typed import asks_value, value_stands, values_told
from tsel_core.evidence.locating.wording import word_question
from tsel_core.prompts.library import prompt_in, prompt_list_in
from tsel_core.prompts.tasks import ask_task
from tsel_core.text.refusal import is_refusal
from tsel_core.text.yes_no import SAYS_NO, SAYS_YES
from tsel_core.trust.claims.leads import led_in_other_tongue
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.claims.parts.denial import says_no_to
from tsel_core.trust.passages import PassageIndex
from tsel_core.trust.question_match import content_words, judged_statement, same_script

QUESTIONS: dict[str, dict[str, list[str]]] = {
    "de": {
        "yesno": [
            "Darf der Mieter die Räume untervermieten?",
            "Verlängert sich der Vertrag automatisch?",
            "Gibt es eine Haftungsobergrenze?",
            "Ist die Zustimmung des Vermieters erforderlich?",
            "Laut Vertrag: darf der Mieter Haustiere halten?",
            "Haftet der Verkäufer für Mängel?",
            "Muss der Auftragnehmer eine Versicherung abschließen?",
            "Kann das Abkommen vorzeitig beendet werden? Zitieren Sie die Klausel.",
            "Steht dem Käufer ein Rücktrittsrecht zu?",
            "Sind Überstunden mit dem Gehalt abgegolten?",
            "Beträgt die Miete 900 Euro?",
        ],
        "exact": [
            "Wie hoch ist die monatliche Miete?",
            "Bis wann muss gekündigt werden?",
            "Welche Kündigungsfrist gilt?",
            "Wer trägt die Nebenkosten?",
            "Was beträgt die Vertragsstrafe?",
            "An wen sind Mitteilungen zu richten?",
            "Ab welchem Datum gilt die Vereinbarung?",
            "Wie viele Exemplare werden ausgestellt?",
            "Wieviel Prozent beträgt der Verzugszins?",
            "In welcher Höhe ist eine Kaution zu leisten?",
            "Wo ist der Gerichtsstand?",
        ],
        "open": [
            "Warum wurde die Lieferung verschoben?",
            "Können Sie die Parteien nennen?",
            "Was passiert bei Zahlungsverzug?",
            "Nennen Sie die Pflichten des Mieters.",
            "Fasse die Haftungsregeln zusammen.",
            "Worin besteht die Leistung?",
        ],
        "truth": [
            "Ist die folgende Aussage wahr, falsch oder nicht erwähnt? „Der Mieter darf Haustiere halten.“",
        ],
    },
    "fr": {
        "yesno": [
            "Le locataire peut-il sous-louer les locaux ?",
            "Est-ce que le contrat se renouvelle automatiquement ?",
            "Y a-t-il un plafond de responsabilité ?",
            "Le contrat est renouvelé automatiquement ?",
            "Faut-il l'accord du bailleur ?",
            "Le salarié a-t-il droit à une prime ?",
            "Doit-on souscrire une assurance ? Citez la clause.",
            "Les animaux sont-ils autorisés ?",
        ],
        "exact": [
            "Quel est le montant du loyer ?",
            "À quelle date le contrat prend-il fin ?",
            "Combien de jours de préavis faut-il ?",
            "Qui paie les charges ?",
            "Quand le loyer est-il payé ?",
            "De quelle durée est le bail ?",
            "Quelle est la durée du préavis ?",
            "Jusqu'à quand l'offre est-elle valable ?",
            "Sous quel délai faut-il payer la facture ?",
            "À qui faut-il envoyer les notifications ?",
            "Quel est le taux d'intérêt de retard ?",
            "Où se trouve l'immeuble ?",
            "Dans quelle ville siège la société ?",
        ],
        "open": [
            "Pourquoi la livraison a-t-elle été reportée ?",
            "Pouvez-vous citer les parties ?",
            "Que se passe-t-il en cas de retard ?",
            "Qu'est-ce que le bailleur doit fournir ?",
            "Quelles sont les obligations du locataire ?",
            "Comment résilier le contrat ?",
            "Que prévoit le contrat en cas de force majeure ?",
            "Résumez les obligations du vendeur.",
        ],
        "truth": [
            "L'affirmation suivante est-elle vraie ou fausse ? « Le bailleur paie les charges. »",
        ],
    },
    "es": {
        "yesno": [
            "¿Puede el arrendatario subarrendar el local?",
            "¿Se prorroga el contrato automáticamente?",
            "¿Hay un límite de responsabilidad?",
            "Según el contrato, ¿debe el arrendatario pagar una fianza?",
            "¿Tiene derecho el trabajador a una prima?",
            "¿Está permitido tener animales? Cite la cláusula.",
            "¿El precio incluye el IVA?",
        ],
        "exact": [
            "¿Cuál es el importe de la renta?",
            "¿En qué fecha termina el contrato?",
            "¿Cuánto dura el plazo de preaviso?",
            "¿Quién paga los gastos?",
            "¿Cuándo vence el contrato?",
            "¿Hasta cuándo es válida la oferta?",
            "¿A cuánto asciende la fianza?",
            "¿A quién se envían las notificaciones?",
            "¿Cuál es el tipo de interés de demora?",
            "¿Dónde está el inmueble?",
            "¿Con cuántos días de antelación hay que avisar?",
        ],
        "open": [
            "¿Por qué se aplazó la entrega?",
            "¿Puede citar las partes?",
            "¿Qué ocurre en caso de retraso?",
            "¿Cuáles son las obligaciones del arrendador?",
            "¿Cómo se rescinde el contrato?",
            "Resuma las obligaciones del vendedor.",
        ],
        "truth": [
            "¿Es verdadera o falsa esta afirmación? «El arrendador paga los gastos.»",
        ],
    },
    "it": {
        "yesno": [
            "Il conduttore può sublocare i locali?",
            "Può il conduttore recedere?",
            "Il contratto si rinnova automaticamente?",
            "È previsto un massimale di responsabilità?",
            "Il lavoratore ha diritto a un premio?",
            "Sono ammessi animali? Citare la clausola.",
            "Il prezzo comprende l'IVA?",
            "Il locatore deve dare il consenso?",
        ],
        "exact": [
            "Qual è l'importo del canone?",
            "Entro quando va comunicata la disdetta?",
            "Quanti giorni di preavviso sono previsti?",
            "Chi paga le spese?",
            "In quale data termina il contratto?",
            "A quanto ammonta il canone?",
            "Fino a quando è valida l'offerta?",
            "A chi vanno inviate le comunicazioni?",
            "Qual è il tasso degli interessi di mora?",
            "Dov'è l'immobile?",
            "Quante copie sono previste?",
        ],
        "open": [
            "Perché la consegna è stata rinviata?",
            "Può elencare le parti?",
            "Che cosa succede in caso di ritardo?",
            "Quali sono gli obblighi del locatore?",
            "Come si recede dal contratto?",
            "Riassumi gli obblighi del venditore.",
        ],
        "truth": [
            "La seguente affermazione è vera o falsa? «Il locatore paga le spese.»",
        ],
    },
    "pt": {
        "yesno": [
            "O locatário pode sublocar o imóvel?",
            "O contrato é renovado automaticamente?",
            "Há um limite de responsabilidade?",
            "O trabalhador tem direito a um prémio?",
            "É permitido ter animais? Cite a cláusula.",
            "O preço inclui o IVA?",
        ],
        "exact": [
            "Qual é o valor do aluguel?",
            "Em que data termina o contrato?",
            "Quantos dias de aviso prévio são necessários?",
            "Quem paga as despesas?",
            "Quando vence o contrato?",
            "Até quando é válida a proposta?",
            "A quem devem ser enviadas as notificações?",
            "Qual a taxa de juros de mora?",
            "Onde fica o imóvel?",
            "Com quantos dias de antecedência se deve avisar?",
        ],
        "open": [
            "Por que a entrega foi adiada?",
            "Pode listar as partes?",
            "O que acontece em caso de atraso?",
            "Quais são as obrigações do locador?",
            "Como se rescinde o contrato?",
            "Resuma as obrigações do vendedor.",
        ],
        "truth": [
            'A seguinte afirmação é verdadeira ou falsa? "O locador paga as despesas."',
        ],
    },
    "zh": {
        "yesno": [
            "乙方是否可以转租房屋？",
            "合同会自动续期吗？",
            "有没有责任上限？",
            "乙方能否提前解除合同？",
            "员工是否有权获得奖金？",
            "可以饲养宠物吗？请引用条款。",
            "價格是否包含增值稅？",
        ],
        "exact": [
            "每月租金是多少？",
            "合同什么时候到期？",
            "违约金是多少？",
            "谁承担维修费用？",
            "通知期限是几天？",
            "报价的有效期到哪一天？",
            "通知应当发送给谁？",
            "逾期利率是多少？",
            "房屋在哪里？",
            "需要提前几天通知？",
        ],
        "open": [
            "为什么交货推迟了？",
            "请列出双方的义务。",
            "迟延付款会怎么样？",
            "如何解除合同？",
            "总结卖方的义务。",
        ],
        "truth": [
            "以下说法是否正确？“出租人承担费用。”",
        ],
    },
    "ko": {
        "yesno": [
            "임차인은 건물을 전대할 수 있습니까?",
            "계약은 자동으로 갱신됩니까?",
            "책임 한도에 관한 규정이 있습니까?",
            "임대인의 동의가 필요한가요?",
            "근로자는 상여금을 받을 권리가 있습니까?",
            "반려동물을 키워도 되나요? 조항을 인용해 주세요.",
            "가격에 부가세가 포함됩니까?",
        ],
        "exact": [
            "월 임대료는 얼마입니까?",
            "계약은 언제 종료됩니까?",
            "해지 통지 기간은 며칠입니까?",
            "누가 수리비를 부담합니까?",
            "보증금은 얼마인가요?",
            "견적은 언제까지 유효합니까?",
            "통지는 누구에게 보내야 합니까?",
            "연체 이율은 몇 퍼센트입니까?",
            "건물은 어디에 있습니까?",
            "며칠 전에 통지해야 합니까?",
        ],
        "open": [
            "왜 납품이 연기되었습니까?",
            "당사자를 나열해 주세요.",
            "지체되면 어떻게 됩니까?",
            "계약은 어떻게 해지합니까?",
            "매도인의 의무를 요약해 주세요.",
        ],
        "truth": [
            '다음 문장은 참입니까, 거짓입니까? "임대인이 비용을 부담한다."',
        ],
    },
}  # fmt: skip
_TABLE = [(tongue, kind, question) for tongue, kinds in QUESTIONS.items() for kind, asked in kinds.items() for question in asked]


@pytest.mark.parametrize(("tongue", "kind", "question"), _TABLE)
def test_kinds(tongue: str, kind: str, question: str) -> None:
    found = question_kind(question)
    assert (found.kind, found.tongue) == (kind, tongue)


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("Kann das Abkommen vorzeitig beendet werden? Zitieren Sie die Klausel.", "Kann das Abkommen vorzeitig beendet werden?"),
        ("Doit-on souscrire une assurance ? Citez la clause.", "Doit-on souscrire une assurance ?"),
        ("¿Está permitido tener animales? Cite la cláusula.", "¿Está permitido tener animales?"),
        ("Sono ammessi animali? Citare la clausola.", "Sono ammessi animali?"),
        ("É permitido ter animais? Cite a cláusula.", "É permitido ter animais?"),
        ("可以饲养宠物吗？请引用条款。", "可以饲养宠物吗？"),
        ("반려동물을 키워도 되나요? 조항을 인용해 주세요.", "반려동물을 키워도 되나요?"),
    ],
)
def test_orders_are_no_part_of_the_question(question: str, bare: str) -> None:
    found = question_kind(question)
    assert (found.bare, found.quotes) == (bare, True)


def test_the_statement_that_is_judged() -> None:
    asked = [question for kinds in QUESTIONS.values() for question in kinds["truth"]]
    assert len(asked) == len(QUESTIONS)
    for question in asked:
        statement = question_kind(question).statement
        assert statement
        assert judged_statement(question) == statement


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Wie hoch ist die monatliche Miete?", True), ("Bis wann muss gekündigt werden?", True), ("Wer trägt die Nebenkosten?", False), ("Werden Mahnungen verschickt?", False),
        ("Quel est le montant du loyer ?", True), ("À quelle date le contrat prend-il fin ?", True), ("Qui paie les charges ?", False),
        ("¿Cuánto dura el plazo de preaviso?", True), ("¿Quién paga los gastos?", False), ("Entro quando va comunicata la disdetta?", True), ("Chi paga le spese?", False),
        ("Qual é o valor do aluguel?", True), ("Quem paga as despesas?", False), ("每月租金是多少？", True), ("谁承担维修费用？", False), ("보증금은 얼마인가요?", True), ("누가 수리비를 부담합니까?", False),
    ],
)  # fmt: skip
def test_values_are_asked_for_as_such(question: str, value: bool) -> None:
    assert asks_value(question) is value


@pytest.mark.parametrize(
    ("question", "answer", "stands"),
    [
        ("Welche Kündigungsfrist gilt?", "Die Kündigung muss schriftlich erfolgen.", False),
        ("Welche Kündigungsfrist gilt?", "Zum Quartalsende.", None),
        ("Welche Kündigungsfrist gilt?", "Es gilt eine Frist von sechs Monaten.", True),
        ("Welche Kündigungsfrist gilt?", "Es gilt eine Frist von neun Monaten.", False),
        ("Quel est le délai de préavis ?", "La résiliation est faite par écrit.", False),
        ("What is the notice period?", "It must be in writing.", None),
    ],
)
def test_an_answer_without_a_value_is_none(question: str, answer: str, stands: bool | None) -> None:
    text = "Der Mieter kann mit einer Frist von sechs Monaten kündigen. Es gilt diese Kündigungsfrist."
    wording = word_question(question, PassageIndex.build([text_document("a.txt", text)]))
    assert value_stands(answer, question, [text], wording) is stands


@pytest.mark.parametrize("text", ["drei Monate", "trois mois", "tres meses", "tre mesi", "três meses", "三个月", "3개월"])
def test_spans_of_time_are_one_value(text: str) -> None:
    assert [(v.kind, v.value) for v in values_told(text)] == [("duration", "3 month")]


@pytest.mark.parametrize("tongue", QUESTIONS)
def test_verdicts_are_said_in_the_language_of_the_answer(tongue: str) -> None:
    yes, no = prompt_list_in("judge", "yesno_options", tongue)
    assert SAYS_YES.match(yes + ".")
    assert SAYS_NO.match(no + ".")
    assert len(prompt_list_in("judge", "truth_options", tongue)) == 3
    task = ask_task(QUESTIONS[tongue]["yesno"][0])
    nothing = no_evidence(task, question_kind(task.question))
    assert nothing == prompt_in("judge", "no_such", tongue)
    assert is_refusal(nothing)
    assert is_refusal(prompt_in("judge", "not_mentioned", tongue))
    assert prompt_list_in("judge", "yesno_options", "nl") == ("Yes", "No")  # no words of its own


def test_a_refusal_that_begins_with_no_is_no_verdict() -> None:
    assert verdict_of("No consta en el documento.") is None
    assert verdict_of("No, no puede.") is False
    assert verdict_of("Nein.") is False
    assert verdict_of("Sí, puede.") is True


@pytest.mark.parametrize("question", ["Gibt es eine Haftungsobergrenze?", "Y a-t-il un plafond de responsabilité ?", "¿Hay un límite de responsabilidad?", "Há um limite de responsabilidade?", "有没有责任上限？", "책임 한도에 관한 규정이 있습니까?"])
def test_whether_there_is_such_a_clause(question: str) -> None:
    assert _asks_for_clause(question)


def test_what_any_question_is_made_of_is_no_word_of_it() -> None:
    assert set(content_words("乙方是否可以转租房屋？")) == {"乙方", "转租", "租房", "房屋"}
    assert "vertrag" not in content_words("Steht im Vertrag eine Frist?")
    assert not {"습니", "니까"} & set(content_words("임차인은 건물을 전대할 수 있습니까?"))


@pytest.mark.parametrize(
    ("tongue", "question", "sentence", "no"),
    [
        ("de", "Darf der Mieter die Räume untervermieten?", "Der Mieter darf die Räume nicht untervermieten.", True),
        ("de", "Haftet der Mieter für Schäden?", "Der Vermieter haftet nicht für Schäden, die der Mieter verursacht.", False),
        ("de", "Darf der Mieter untervermieten?", "Der Mieter darf ohne Zustimmung des Vermieters nicht untervermieten.", False),
        ("de", "Verlängert sich der Vertrag automatisch?", "Der Vertrag verlängert sich nicht automatisch.", True),
        ("de", "Ist das Rauchen nicht erlaubt?", "Das Rauchen ist nicht erlaubt.", False),
        ("fr", "Le locataire peut-il sous-louer les locaux ?", "Le locataire ne peut pas sous-louer les locaux.", True),
        ("fr", "Le vendeur garantit-il les défauts ?", "L'acheteur ne paie pas les défauts garantis par le vendeur.", False),
        ("es", "¿Se prorroga el contrato automáticamente?", "El contrato no se prorroga automáticamente.", True),
        ("es", "¿Están permitidos los animales en las oficinas?", "Los animales están prohibidos en las oficinas.", True),
        ("it", "Il conduttore può sublocare i locali?", "Il conduttore non può sublocare i locali.", True),
        ("pt", "O locatário pode sublocar o imóvel?", "O locatário não pode sublocar o imóvel.", True),
        ("pt", "O locatário pode sublocar o imóvel?", "O locatário pode sublocar o imóvel.", False),
        ("zh", "乙方是否可以转租房屋？", "乙方不得转租房屋。", True),
        ("zh", "乙方是否可以转租房屋？", "未经甲方同意，乙方不得转租房屋。", False),
        ("zh", "甲方是否可以转租房屋？", "乙方不得转租房屋，甲方负责维修。", False),
        ("ko", "임차인은 건물을 전대할 수 있습니까?", "임차인은 건물을 전대할 수 없다.", True),
        ("ko", "임대인은 건물을 전대할 수 있습니까?", "임차인은 건물을 전대할 수 없다.", False),
    ],
)
def test_a_plain_denial_of_the_same_subject_says_no(tongue: str, question: str, sentence: str, no: bool) -> None:
    assert says_no_to(question, sentence, tongue) is no


@pytest.mark.parametrize(
    ("question", "document", "comparable"),
    [
        ("Wie hoch ist die Miete?", "The tenant shall pay the rent of 900 euros by the third day of each month, and may not sublet the rooms.", False),
        ("How high is the rent?", "Der Mieter darf die Räume nicht untervermieten. Die Miete ist bis zum dritten Werktag zu zahlen.", False),
        ("Wie hoch ist die Miete?", "Der Mieter darf die Räume nicht untervermieten. Die Miete ist bis zum dritten Werktag zu zahlen.", True),
        ("월 임대료는 얼마입니까?", "月額賃料は50万円とし、毎月末日までに支払うものとする。", False),
        ("900 EUR?", "The tenant shall pay the rent of 900 euros by the third day of each month, and may not sublet the rooms.", True),
    ],
)
def test_words_of_another_language_are_not_compared(question: str, document: str, comparable: bool) -> None:
    assert same_script(question, PassageIndex.build([text_document("a.txt", document)])) is comparable


def test_a_plain_denial_is_a_no_and_vouches_for_it() -> None:
    text = "Der Vertrag beginnt am 1. April 2026.\n\nDer Mieter darf die Räume nicht untervermieten.\n\nDer Mieter darf vier Stellplätze benutzen."
    index = PassageIndex.build([text_document("a.txt", text)])
    told = told_plainly(question_kind("Darf der Mieter die Räume untervermieten?"), Locator(index))
    assert told is not None
    assert told.says is False
    assert index.text(told.sentence.span) == "Der Mieter darf die Räume nicht untervermieten."
    assert told_plainly(question_kind("Darf der Mieter Stellplätze benutzen?"), Locator(index)) is None


def test_a_no_before_a_plain_denial_is_supported() -> None:
    question, quote = "Darf der Mieter untervermieten?", '"Der Mieter darf die Räume nicht untervermieten."'
    no = led_in_other_tongue(Claim("Nein.", 0, 5, 0, "unsure"), question, quote)
    assert no is not None
    assert no.verdict == "supported"
    yes = led_in_other_tongue(Claim("Ja.", 0, 3, 0, "unsure"), question, quote)
    assert yes is not None
    assert yes.verdict == "contradicted"
