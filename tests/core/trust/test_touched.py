"""Where a later sentence touches what is cited, and code cannot say what holds now, both are shown; nothing else is doubted."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked
from tsel_core.document import Document, Unit, render_documents
from tsel_core.trust.check import Trust, check_answer

HIRE = (
    "BOAT HIRE", "1. Hire", "1.2 The hire lasts twelve months.", "2. Charges", "2.1 The Hirer pays a monthly charge of GBP 1,200 within 30 days.",
    "2.2 Fuel is paid by the Hirer.", "3. Notice", "3.1 Either party may end the hire with 60 days' notice.", "5. Law", "5.1 English law governs this agreement.",
)  # fmt: skip
CHARGE = ("What is the monthly charge?", "The monthly charge is GBP 1,200.")
NOTICE = ("With what notice can the hire be ended?", "Either party may end the hire with 60 days' notice.")
TERM = ("How long does the hire last?", "The hire lasts twelve months.")
FUEL = ("Who pays for fuel?", "Fuel is paid by the Hirer.")
LAW = ("Which law governs?", "English law governs this agreement.")
ALL = (CHARGE, NOTICE, TERM, FUEL, LAW)
HOSHU = (
    "保守契約書", "第2条（料金）　料金は月額50,000円とし、翌月末日までに支払う。", "第3条（期間）　契約期間は2025年4月1日から1年間とする。",
    "第4条（解約）　当事者は、3か月前に通知して本契約を解約することができる。", "第5条（負担）　部品の費用は乙の負担とする。", "第6条（管轄）　本契約の紛争は、大阪地方裁判所を管轄裁判所とする。",
)  # fmt: skip


@pytest.mark.parametrize(
    ("later", "touched"),
    [
        ("Clause 2.2 is amended so that fuel is paid by the Owner.", [FUEL]),
        ("In clause 2.2 the words \"the Hirer\" are replaced by \"the Owner\".", [FUEL]),
        ("The governing law in clause 5.1 is changed from English law to Scots law.", [LAW]),
        ("Clause 3.1 no longer applies.", [NOTICE]),
        ("Clauses 2.1 and 3.1 are deleted.", [CHARGE, NOTICE]),
        ("The term in clause 1.2 is extended by six months.", [TERM]),
        ("The hire is extended until 30 September 2026.", [TERM]),
        ("From 1 July 2025 the monthly charge shall be GBP 1,350.", [CHARGE]),
        ("Notwithstanding clause 2.1, the monthly charge from July is GBP 1,350.", [CHARGE]),
        ("Clause 2.1 may be amended in writing only.", []),
        ("Clauses 2.1 and 3.1 survive the end of the hire.", []),
        ("If clause 3.1 is deleted, the hire goes on.", []),
        ("The mast is 12 metres high.", []),
    ],
)  # fmt: skip
def test_what_an_amendment_touches(later: str, touched: list[tuple[str, str]]) -> None:
    for question, answer in ALL:
        trust = checked(answer, question, (*HIRE, "AMENDMENT NO. 1", later))
        (claim,) = trust.claims
        if (question, answer) in touched:
            assert (claim.verdict, claim.why, trust.text) == ("unsure", "amended", answer)
            assert claim.evidence is not None
            assert claim.evidence.unit_index == len(HIRE) + 1
            assert len(trust.citations) == 2
        else:
            assert claim.verdict == "supported"


@pytest.mark.parametrize(
    ("later", "question", "answer", "verdict"),
    [
        ("第4条を削除する。", "解約の通知はいつまでですか。", "3か月前に通知します。", "unsure"),
        ("第4条は適用しない。", "解約の通知はいつまでですか。", "3か月前に通知します。", "unsure"),
        ("第3条の契約期間を6か月延長する。", "契約期間は？", "契約期間は2025年4月1日から1年間です。", "unsure"),
        ("第5条中「乙」を「甲」に改める。", "部品の費用は誰が負担しますか。", "部品の費用は乙の負担です。", "unsure"),
        ("第5条にかかわらず、部品の費用は甲の負担とする。", "部品の費用は誰が負担しますか。", "部品の費用は乙の負担です。", "unsure"),
        ("第6条の管轄裁判所を東京地方裁判所に変更する。", "管轄裁判所はどこですか。", "大阪地方裁判所です。", "unsure"),
        ("料金は、2025年10月分から月額55,000円とする。", "料金は月額いくらですか。", "料金は月額50,000円です。", "unsure"),
        ("第6条の管轄裁判所を東京地方裁判所に変更する。", "料金は月額いくらですか。", "料金は月額50,000円です。", "supported"),
        ("第2条は、双方が協議のうえ変更することができる。", "料金は月額いくらですか。", "料金は月額50,000円です。", "supported"),
    ],
)  # fmt: skip
def test_what_a_memorandum_touches(later: str, question: str, answer: str, verdict: str) -> None:
    (claim,) = checked(answer, question, (*HOSHU, "覚書", later), "ja").claims
    assert claim.verdict == verdict


@pytest.mark.parametrize(
    ("later", "now"),
    [
        ("In Clause 2.1, \"GBP 1,200\" shall read \"GBP 1,350\".", "GBP 1,350"),
        ("Clause 2.1: for \"GBP 1,200\" read \"GBP 1,350\".", "GBP 1,350"),
        ("The monthly charge under clause 2.1 is hereby raised by GBP 150 to GBP 1,350.", "GBP 1,350"),
    ],
)
def test_more_words_that_change_a_value(later: str, now: str) -> None:
    trust = checked(CHARGE[1], CHARGE[0], (*HIRE, "AMENDMENT", later))
    assert trust.text == f"The monthly charge is {now}. Before the change: GBP 1,200."


def test_by_how_much_a_term_is_extended_is_no_term() -> None:
    trust = checked(TERM[1], TERM[0], (*HIRE, "AMENDMENT", "The term in clause 1.2 is extended by six months."))
    assert trust.text == TERM[1]


def meeting(answer: str, question: str, turns: tuple[tuple[str, str], ...], lang: str = "en") -> Trust:
    units = tuple(Unit(i, "turn", f"{who} 00:0{i}:00", f"{who}: {said}", speaker=who) for i, (who, said) in enumerate(turns))
    documents = [Document("a.vtt", "", "vtt", "turn", units)]
    return check_answer(answer, question, render_documents(documents), documents, lang=lang)


@pytest.mark.parametrize(
    ("later", "reply", "verdict"),
    [
        ("No, let us make it the 14th.", "Fine.", "unsure"),
        ("Sorry, I meant 14 May.", "Fine.", "unsure"),
        ("Wait, the twelfth is a holiday. The fourteenth then.", "Fine.", "unsure"),
        ("Can we do the 14th instead?", "Fine.", "unsure"),
        ("The open day is now on 14 May.", "Fine.", "unsure"),
        ("Can we do the 14th instead?", "No, that does not work.", "supported"),
        ("The survey closes on 14 May.", "Fine.", "supported"),
        ("I will send the list on the 14th.", "Fine.", "supported"),
        ("Yes, let us make it the 12th.", "Fine.", "supported"),
    ],
)
def test_a_later_turn_names_another_day(later: str, reply: str, verdict: str) -> None:
    turns = (("Ada", "The open day is on 12 May."), ("Ben", "I will print the leaflets."), ("Cleo", later), ("Ada", reply))
    trust = meeting("The open day is on 12 May.", "When is the open day?", turns)
    (claim,) = trust.claims
    assert claim.verdict == verdict
    if verdict == "unsure":
        assert claim.why == "amended"
        assert {c.label[:4] for c in trust.citations} == {"Ada ", "Cleo"}


@pytest.mark.parametrize(
    ("later", "verdict"),
    [
        ("いや、14日にしましょう。", "unsure"),
        ("12日は祝日なので、14日でお願いします。", "unsure"),
        ("会場が取れないので14日に延期します。", "unsure"),
        ("訂正します。5月14日です。", "unsure"),
        ("名簿は14日に送ります。", "supported"),
        ("はい、12日にしましょう。", "supported"),
    ],
)
def test_a_later_turn_names_another_day_in_japanese(later: str, verdict: str) -> None:
    turns = (("青木", "見学会は5月12日に行います。"), ("石井", "チラシを印刷します。"), ("上田", later), ("青木", "はい、それで。"))
    (claim,) = meeting("見学会は5月12日です。", "見学会はいつですか。", turns, "ja").claims
    assert claim.verdict == verdict


SURVEYS = (
    "AGREEMENT", "3. Fees", "3.1 The Customer pays a fee of GBP 900 for each survey.", "6. Audit", "6.1 The Customer may audit the records once a year.",
    "6.2 The Customer bears the cost of the audit.", "AMENDMENT NO. 1",
)  # fmt: skip
PAYS = ("Who pays for the audit?", "The Customer pays for the audit.")


@pytest.mark.parametrize(
    ("later", "doubted"),
    [
        ("Clause 3 is amended: the fee is GBP 950 for each survey.", False),
        ("The fee in clause 3.1 is increased to GBP 950.", False),
        ("Clause 6.2 is amended so that the Supplier bears the cost of the audit.", True),
        ("Clause 6 is deleted.", True),
        ("Notwithstanding clause 3, the audit is free of charge.", True),
    ],
)
def test_what_is_asked_is_touched_where_it_stands_not_where_its_words_are_near(later: str, doubted: bool) -> None:
    (claim,) = checked(PAYS[1], PAYS[0], (*SURVEYS, later)).claims
    assert (claim.verdict != "supported") is doubted, claim
    (other,) = checked("The Supplier pays for the audit.", PAYS[0], (*SURVEYS, later)).claims
    assert other.verdict != "supported", other


def _under_headings(*lines: tuple[str, tuple[str, ...]], question: str, answer: str) -> Trust:
    units = tuple(Unit(n, "paragraph", f"para {n}", text, heading_path=path) for n, (text, path) in enumerate(lines))
    document = Document("a.md", "", "md", "paragraph", units)
    return check_answer(answer, question, render_documents([document]), [document])


def test_below_the_next_heading_a_clause_is_at_its_end() -> None:
    fees, audit, end = ("Fees",), ("Audit",), ("AMENDMENT NO. 1",)
    lines = [
        ("## 3. Fees", fees), ("The Customer pays a fee of GBP 900.", fees), ("## Audit", audit),
        ("The Customer bears the cost of the audit.", audit), ("# AMENDMENT NO. 1", end), ("Clause 3 is amended: the fee is GBP 950.", end),
    ]  # fmt: skip
    costs = _under_headings(*lines, question=PAYS[0], answer="The Customer bears the cost of the audit.")
    assert [c.verdict for c in costs.claims] == ["supported"]
    fee = _under_headings(*lines, question="What is the fee?", answer="GBP 900")
    assert fee.text.startswith("GBP 950")  # a heading of Markdown is a clause's number, too
