"""Courts are no law, the renewal of a roof is none of the lease, and nothing is so and not so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.locate import Locator
from tsel_core.ingest import read_document
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.claims.other_fact.law_or_courts import courts_for_law
from tsel_core.trust.claims.parts.both_ways import says_both_ways
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

COURTS, LAW = "The courts of Tokyo have exclusive jurisdiction.", "This Agreement is governed by the law of Japan."
COURTS_JA, LAW_JA = "本契約に関する紛争は、東京地方裁判所を専属的合意管轄裁判所とする。", "本契約の準拠法は日本法とする。"


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        ("Which law governs this agreement?", COURTS, True),
        ("What is the governing law?", LAW, False),
        ("Which courts have jurisdiction?", LAW, True),
        ("Which courts have jurisdiction?", COURTS, False),
        ("準拠法は何ですか。", COURTS_JA, True),
        ("準拠法は何ですか。", LAW_JA, False),
        ("管轄裁判所はどこですか。", LAW_JA, True),
        ("管轄裁判所はどこですか。", COURTS_JA, False),
        ("Which law and which courts apply?", COURTS, False),
        ("When does it end?", COURTS, False),
    ],
)
def test_the_courts_are_not_the_law(question: str, sentence: str, other: bool) -> None:
    assert bool(courts_for_law(question, sentence)) == other


@pytest.mark.parametrize(("question", "claim", "stands"), [("準拠法は何ですか。", "本契約は、東京地方裁判所を専属的合意管轄裁判所とする。", False), ("管轄裁判所はどこですか。", "東京地方裁判所", True)])
def test_a_true_sentence_about_the_courts_is_no_law(question: str, claim: str, stands: bool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"業務委託契約書\n\n第14条（協議）\n甲乙協議する。\n\n第15条（合意管轄）\n{COURTS_JA}\n", encoding="utf-8")
    (found,) = judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(tmp_path / "a.txt")])))
    assert (found.verdict == "supported") == stands


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Yes, the supplier may subcontract processing but not processing.", "processing"),
        ("The supplier may subcontract carriage but not processing.", ""),
        ("乙は加工を再委託できるが、加工はできない。", "加工"),
        ("乙は運送を再委託できるが、加工はできない。", ""),
    ],
)
def test_a_sentence_that_says_a_thing_and_denies_it(text: str, word: str) -> None:
    assert says_both_ways(text) == word


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Landlord's works: renewal of the roof covering by 31 March 2026.", False),
        ("The Landlord renews the lobby doors.", False),
        ("The Tenant may ask for renewal of the lease.", True),
        ("This Agreement renews automatically.", True),
        ("賃貸人は、屋根の更新を行う。", False),
        ("本契約は自動的に更新される。", True),
    ],
)
def test_what_tells_of_the_renewal_of_a_contract(sentence: str, told: bool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{sentence}\n\n{'The yard has two gates.' if sentence.isascii() else '門は二つある。'}\n", encoding="utf-8")
    locator = Locator(PassageIndex.build([read_document(tmp_path / "a.txt")]))
    question = "Does the agreement renew?" if sentence.isascii() else "契約は自動更新されますか。"
    kind = question_kind(question)
    spoken = locator.locate(kind.matter, None, judged=True).spoken
    assert bool(spoken and spoken.told) == told


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What is the venue of the annual meeting?", "The annual meeting that the law requires is held in the Town Hall."),
        ("What is the venue?", "The event is held at Alder Hall, as permitted by law."),
        ("管轄の税務署はどこですか。", "届出は、所得税法に基づき札幌西税務署にする。"),
        ("管轄はどこですか。", "届出は、所得税法に基づき札幌西税務署にする。"),
        ("合意管轄はどこですか。", "紛争は、協議による方法に従い、東京で解決する。"),
        ("Which law applies?", "The Civil Code of Japan applies, and the Tokyo District Court decides."),
    ],
)
def test_a_venue_of_something_else_is_no_court(question: str, sentence: str) -> None:
    assert courts_for_law(question, sentence) == ""


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("What is the venue?", LAW), ("What is the venue for disputes?", LAW), ("管轄はどこですか。", LAW_JA)],
)
def test_in_a_contract_the_bare_word_asks_for_its_courts(question: str, sentence: str) -> None:
    assert courts_for_law(question, sentence, contract=True)
