"""Claims of seven more languages: the right one stands, another number or a turned denial does not."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit, render_documents
from tsel_core.trust.check import Trust, check_answer
from tsel_core.trust.claims.parts.denial import denies_in

LEASES = {
    "de": (
        "Die monatliche Miete beträgt EUR 1.950,00 und ist bis zum dritten Werktag eines jeden Monats zu zahlen.",
        "Die Kündigungsfrist beträgt sechs (6) Monate zum Ende eines Kalenderjahres.",
        "Die Mieterin darf die Räume ohne schriftliche Zustimmung der Vermieterin nicht untervermieten.",
        "Das Mietverhältnis beginnt am 1. Januar 2027 und endet am 31.12.2031.",
    ),
    "fr": (
        "Le loyer mensuel est de 1 950,00 € et payable avant le cinquième jour de chaque mois.",
        "Le délai de préavis est de six (6) mois avant la fin de l'année civile.",
        "Le preneur ne peut pas sous-louer les locaux sans l'accord écrit du bailleur.",
        "Le bail commence le 1er janvier 2027 et se termine le 31 décembre 2031.",
    ),
    "es": (
        "La renta mensual es de 1.950,00 € y se pagará antes del día cinco de cada mes.",
        "El plazo de preaviso es de seis (6) meses antes del fin del año natural.",
        "El arrendatario no podrá subarrendar los locales sin el consentimiento escrito del arrendador.",
        "El contrato comienza el 1 de enero de 2027 y termina el 31 de diciembre de 2031.",
    ),
    "it": (
        "Il canone mensile è di 1.950,00 € e si paga entro il giorno cinque di ogni mese.",
        "Il preavviso è di sei (6) mesi prima della fine dell'anno.",
        "Il conduttore non può sublocare i locali senza il consenso scritto del locatore.",
        "Il contratto inizia il 1° gennaio 2027 e termina il 31 dicembre 2031.",
    ),
    "pt": (
        "O aluguel mensal é de R$ 1.950,00 e será pago até o quinto dia de cada mês.",
        "O aviso prévio é de seis (6) meses antes do fim do ano.",
        "O locatário não pode sublocar o imóvel sem o consentimento escrito do locador.",
        "O contrato começa em 1º de janeiro de 2027 e termina em 31 de dezembro de 2031.",
    ),
    "zh": (
        "每月租金为人民币19,500元，乙方应于每月5日前支付。",
        "任何一方解除合同，应提前六个月书面通知对方。",
        "未经甲方书面同意，乙方不得转租房屋。",
        "租赁期自2027年1月1日起至2031年12月31日止。",
    ),
    "ko": (
        "월 임대료는 1,950,000원으로 하고 매월 5일까지 지급한다.",
        "해지하려는 당사자는 6개월 전에 서면으로 통지하여야 한다.",
        "을은 갑의 서면 동의 없이 건물을 전대할 수 없다.",
        "임대차 기간은 2027년 1월 1일부터 2031년 12월 31일까지로 한다.",
    ),
}


def checked(lang: str, question: str, answer: str) -> Trust:
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", line) for i, line in enumerate(LEASES[lang]))
    documents = [Document("a.txt", "", "txt", "paragraph", units)]
    return check_answer(answer, question, render_documents(documents), documents, lang=lang)


RENT = [
    ("de", "Wie hoch ist die monatliche Miete?", "Die monatliche Miete beträgt {} Euro."),
    ("fr", "Quel est le loyer mensuel ?", "Le loyer mensuel est de {} euros."),
    ("es", "¿Cuál es la renta mensual?", "La renta mensual es de {} euros."),
    ("it", "Qual è il canone mensile?", "Il canone mensile è di {} euro."),
    ("pt", "Qual é o aluguel mensal?", "O aluguel mensal é de {} reais."),
    ("zh", "每月租金是多少？", "每月租金为{}0元。"),
    ("ko", "월 임대료는 얼마입니까?", "월 임대료는 {}천 원입니다."),
]


@pytest.mark.parametrize(("lang", "question", "answer"), RENT)
def test_an_amount_is_supported_and_another_contradicted(lang: str, question: str, answer: str) -> None:
    right, wrong = checked(lang, question, answer.format("1950")), checked(lang, question, answer.format("2950"))
    assert ([c.verdict for c in right.claims], right.support.found) == (["supported"], True)
    assert [c.verdict for c in wrong.claims] == ["contradicted"]


END = [
    ("de", "Wann endet das Mietverhältnis?", "Das Mietverhältnis endet am 31. Dezember {}."),
    ("fr", "Quand le bail se termine-t-il ?", "Le bail se termine le 31/12/{}."),
    ("es", "¿Cuándo termina el contrato?", "El contrato termina el 31.12.{}."),
    ("it", "Quando termina il contratto?", "Il 31 dicembre {}."),
    ("pt", "Quando termina o contrato?", "O contrato termina em 31 de dez. de {}."),
    ("zh", "租赁期何时结束？", "租赁期至{}年12月31日止。"),
    ("ko", "임대차 기간은 언제 끝납니까?", "{}. 12. 31.에 끝납니다."),
]


@pytest.mark.parametrize(("lang", "question", "answer"), END)
def test_a_date_in_another_form(lang: str, question: str, answer: str) -> None:
    right, wrong = checked(lang, question, answer.format("2031")), checked(lang, question, answer.format("2030"))
    assert ([c.verdict for c in right.claims], right.support.found) == (["supported"], True)
    assert [c.verdict for c in wrong.claims] == ["contradicted"]


SUBLET = [
    ("de", "Darf die Mieterin untervermieten?", "Nein, die Mieterin darf die Räume nicht untervermieten.", "Ja, die Mieterin darf die Räume untervermieten."),
    ("fr", "Le preneur peut-il sous-louer les locaux ?", "Non, le preneur ne peut pas sous-louer les locaux.", "Oui, le preneur peut sous-louer les locaux."),
    ("es", "¿Puede el arrendatario subarrendar los locales?", "No, el arrendatario no puede subarrendar los locales.", "Sí, el arrendatario puede subarrendar los locales."),
    ("it", "Il conduttore può sublocare i locali?", "No, il conduttore non può sublocare i locali.", "Sì, il conduttore può sublocare i locali."),
    ("pt", "O locatário pode sublocar o imóvel?", "Não, o locatário não pode sublocar o imóvel.", "Sim, o locatário pode sublocar o imóvel."),
    ("zh", "乙方可以转租房屋吗？", "不可以，乙方不得转租房屋。", "可以，乙方可以转租房屋。"),
    ("ko", "을은 건물을 전대할 수 있습니까?", "아니요, 을은 건물을 전대할 수 없습니다.", "예, 을은 건물을 전대할 수 있습니다."),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "question", "right", "wrong"), SUBLET)
def test_a_turned_denial_never_stands(lang: str, question: str, right: str, wrong: str) -> None:
    assert {c.verdict for c in checked(lang, question, right).claims} <= {"supported", "unsure"}
    assert "supported" not in {c.verdict for c in checked(lang, question, wrong).claims}
    denial = LEASES[lang][2]
    assert denies_in(wrong.split(",")[-1].split("，")[-1], denial, lang)
    assert not denies_in(right.split(",")[-1].split("，")[-1], denial, lang)


@pytest.mark.parametrize(
    ("lang", "one", "two"),
    [
        ("de", "Die Frist verlängert sich nicht.", "Die Frist verlängert sich um ein Jahr."),
        ("de", "Die Anlage ist kein Bestandteil des Vertrages.", "Die Anlage ist Bestandteil des Vertrages."),
        ("fr", "Le contrat n'est pas renouvelable.", "Le contrat est renouvelable."),
        ("zh", "本合同不自动续期。", "本合同自动续期。"),
        ("ko", "본 계약은 자동으로 연장되지 않는다.", "본 계약은 자동으로 연장된다."),
    ],
)
def test_denied_and_stated(lang: str, one: str, two: str) -> None:
    assert denies_in(one, two, lang)
    assert denies_in(two, one, lang)
    assert not denies_in(one, one, lang)


@pytest.mark.parametrize(
    ("lang", "one", "two"),
    [
        ("de", "Die Haftung ist nicht nur auf Vorsatz beschränkt.", "Die Haftung ist auf Vorsatz beschränkt."),
        ("es", "El plazo no más de 30 días.", "El plazo de 30 días."),
        ("zh", "赔偿不超过合同总价。", "赔偿为合同总价。"),
        ("zh", "因不可抗力的，双方免责。", "因不可抗力，双方免责。"),
    ],
)
def test_what_only_looks_like_a_denial(lang: str, one: str, two: str) -> None:
    assert not denies_in(one, two, lang)


LED = {
    "de": ("Darf die Mieterin die Räume untervermieten?", "Ja", "Nein", "die Mieterin darf die Räume ohne schriftliche Zustimmung der Vermieterin nicht untervermieten."),
    "fr": ("Le preneur peut-il sous-louer les locaux ?", "Oui", "Non", "le preneur ne peut pas sous-louer les locaux sans l'accord écrit du bailleur."),
    "es": ("¿Puede el arrendatario subarrendar los locales?", "Sí", "No", "el arrendatario no podrá subarrendar los locales sin el consentimiento escrito del arrendador."),
    "it": ("Il conduttore può sublocare i locali?", "Sì", "No", "il conduttore non può sublocare i locali senza il consenso scritto del locatore."),
    "pt": ("O locatário pode sublocar o imóvel?", "Sim", "Não", "o locatário não pode sublocar o imóvel sem o consentimento escrito do locador."),
    "zh": ("乙方可以转租房屋吗？", "可以", "不可以", "未经甲方书面同意，乙方不得转租房屋。"),
    "ko": ("을은 건물을 전대할 수 있습니까?", "예", "아니요", "을은 갑의 서면 동의 없이 건물을 전대할 수 없다."),
}  # fmt: skip


@pytest.mark.parametrize("lang", LED)
def test_a_yes_before_a_clause_that_denies_it_is_never_supported(lang: str) -> None:
    question, yes, no, clause = LED[lang]
    wrong = checked(lang, question, f"{yes}, {clause}").claims
    assert wrong[0].verdict == "contradicted"
    apart = checked(lang, question, f"{yes}. {clause[0].upper()}{clause[1:]}").claims
    assert apart[0].verdict != "supported"
    alone = checked(lang, question, f"{yes}.").claims
    assert all(c.verdict != "supported" for c in alone)
    right = checked(lang, question, f"{no}, {clause}").claims
    assert [c.verdict for c in right] == ["supported"]
