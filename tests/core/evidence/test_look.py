"""The second look: what is chosen where answers agree or differ; quick is today's text; prompts never show."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from asker_support import DOCUMENTS, make_session
from order_answers import GOODS, answered
from tiny_folder import make_folder

from tsel_core.answer import Draft
from tsel_core.document import Document, Unit, render_documents
from tsel_core.evaluation.runner import text_document
from tsel_core.evidence.asking.reply import Reply
from tsel_core.evidence.deciding.decide import decide_answer, decide_third
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.signs import Signs
from tsel_core.evidence.look import Looker
from tsel_core.evidence.second import without_paths
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.tasks import ask_task
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.claims.parts.expected import off_kind
from tsel_core.trust.finish import finish_answer
from tsel_core.trust.passages import PassageIndex


class Scripted:
    """An asker whose replies are given: by the passages alone, or with the document in view."""

    def __init__(self, alone: str = "", last: str = "", bound: str = "", shares: tuple[float, ...] = (0.9, 0.1), holds: float = 0.9) -> None:
        self.prompt = SimpleNamespace(rendered=render_documents(DOCUMENTS))
        self.said = {"alone": alone, "last": last, "bound": bound}
        self.shares, self.holds = shares, holds
        self.asked: list[str] = []

    def ask(self, instruction: str, question: str = "", passages: Any = None, max_new_tokens: int = 0, stop: Any = (), allowed: Any = None, *, alone: bool = False, scored: bool = True) -> Reply:
        way = "last" if not alone else "bound" if "Not found" not in instruction and "記載" not in instruction else "alone"
        self.asked.append(way)
        return Reply(self.said[way], ())

    def choose(self, instruction: str, options: Any, passages: Any = None, question: str = "", *, alone: bool = False, once: bool = False, by_first: bool = False) -> tuple[float, ...]:
        if "contain the answer" in instruction:
            return (self.holds, 1 - self.holds)
        if "clause answer" in instruction or "clause say" in instruction:
            return (float("Clause 4 " in (passages or [""])[0]), 0.0)
        if list(passages or ()) == ["(no passage)"]:
            return (1 / len(options),) * len(options)  # it leans to nothing
        return self.shares if len(options) == len(self.shares) else (*self.shares, 0.0)


class NeverTooLong(Looker):
    """Without a reading: the documents' text is all the asker has."""

    def _too_long(self, task: Any) -> bool:
        return False
NOT_NEAR = "No passage was found that says so: the document does not say it in such words."


def looked(asker: Scripted, question: str, first: str, effort: str = "normal") -> Any:
    locator = Locator(PassageIndex.build(DOCUMENTS))
    return NeverTooLong(asker, locator, None, effort).look(ask_task(question), first)  # type: ignore[arg-type]


QUESTION = "How many euros does clause 4 name?"


def test_two_answers_that_agree_are_confident_and_cost_one_more_at_most() -> None:
    asker = Scripted(alone="28 euros.")
    found = looked(asker, QUESTION, "Clause 4 names 28 euros.")
    assert (found.text, found.confidence) == ("Clause 4 names 28 euros.", "confident")
    assert asker.asked == []  # its value stands beside the question's words: nothing is asked
    words = looked(asker, "What is the name of clause 4?", "Clause 4 names 28 euros.")
    assert words.confidence == "confident"
    assert asker.asked == ["alone"]


def test_where_they_differ_a_third_answer_decides_and_the_other_is_shown() -> None:
    asker = Scripted(alone="28 euros.")
    found = looked(asker, QUESTION, "21 euros.")
    assert (found.text, found.confidence, found.other) == ("28 euros.", "unsure", "21 euros.")
    assert asker.asked == ["alone", "alone"]
    assert found.looks["best evidence"] == "28 euros."
    differ = decide_answer("21 euros.", "28 euros.", Signs(0.9, 2.0, 1.0, 0.9), QUESTION)
    assert decide_third(differ, "21 euros.", "21 euros.", "28 euros.", QUESTION).take == "first"
    assert decide_third(differ, "35 euros.", "21 euros.", "28 euros.", QUESTION).take == "evidence"
    assert decide_third(differ, "Not found in the document.", "21 euros.", "28 euros.", QUESTION).take == "evidence"
    assert not decide_third(differ, "21 euros.", "21 euros.", "28 euros.", QUESTION).sure


@pytest.mark.parametrize(
    ("question", "answer", "off"),
    [
        ("Who installs the oven?", "The oven is installed by the certificate for the oven.", True),
        ("Who installs the oven?", "The tenant installs the oven.", False),
        ("Who installs the oven?", "Bo Ray", False),
        ("Who shows the visitors round?", "I will show them round.", True),
        ("Which firm valued the house?", "The valuation is borne by the Lender.", True),
        ("Which firm valued the house?", "Hart & Moor valued it.", False),
        ("How much did the floor cost?", "The floor was painted anew.", True),
        ("How much did the floor cost?", "Nothing.", False),
        ("社長を案内するのは誰ですか。", "社長は私がします。", True),
        ("社長を案内するのは誰ですか。", "森下さんです。", False),
        ("床の塗り替えはいくらですか。", "塗り替えたばかりです。", True),
        ("Why did nobody pay?", "Because the bill was lost.", False),
    ],
)
def test_an_answer_of_another_kind_than_is_asked_for(question: str, answer: str, off: bool) -> None:
    assert off_kind(answer, question) is off


def test_a_title_stands_at_the_head_of_a_document() -> None:
    documents = [text_document("a.txt", "Exhibit 10.1\n\nSUPPLY AGREEMENT\n\nThis agreement is made between Alder Ltd and Birch Ltd.")]
    locator = Locator(PassageIndex.build(documents))
    looker = NeverTooLong(Scripted(), locator, None)  # type: ignore[arg-type]
    task = ask_task("What is the name (title) of this contract?")
    party = looker.look(task, "The name of this contract is Alder Ltd.")
    assert (party.text, party.confidence, party.other) == ("SUPPLY AGREEMENT", "confident", "")
    right = looker.look(task, "It is called the Supply Agreement.")
    assert (right.text, right.confidence) == ("It is called the Supply Agreement.", "confident")


def test_what_no_place_speaks_of_is_not_answered() -> None:
    found = looked(Scripted(alone="28 euros.", holds=0.7), "How many euros does the ninth supplement name?", "21 euros.")
    assert (is_refusal(found.text), found.confidence, found.other) == (True, "unsure", "21 euros.")
    about = looked(Scripted(alone="Clause 0.", holds=0.9), "What is the title of this document?", "Clause 0 names 0 euros.")
    assert not is_refusal(about.text)  # its words stand nowhere, and need not
    assert about.located.texts[0].startswith("Clause 0 ")


def test_a_third_answer_turns_an_unsure_one() -> None:
    found = looked(Scripted(alone="28 euros.", last="21 euros."), QUESTION, "21 euros.", "high")
    assert (found.text, found.confidence, found.other) == ("21 euros.", "unsure", "28 euros.")
    apart = looked(Scripted(alone="28 euros.", last="35 euros."), QUESTION, "28 euros.", "high")
    assert (apart.text, apart.confidence) == ("28 euros.", "unsure")


def test_a_refusal_against_strong_evidence_is_not_final() -> None:
    asker = Scripted(alone="Not found in the document.", bound="28 euros.")
    found = looked(asker, QUESTION, "Not found in the document.")
    assert (found.text, found.confidence) == ("28 euros.", "unsure")


def test_two_refusals_and_no_evidence_are_a_refusal() -> None:
    asker = Scripted(alone="Not found in the document.", holds=0.05)
    found = looked(asker, "Which tribunal hears appeals against dismissal of apprentices?", "The document does not say.")
    assert (is_refusal(found.text), found.confidence) == (True, "confident")
    assert "bound" not in asker.asked


def test_an_answer_that_no_sign_supports_is_not_given() -> None:
    question = "Which tribunal hears appeals against dismissal of apprentices for euros?"
    found = looked(Scripted(alone="The tribunal of Leeds.", holds=0.1), question, "The tribunal of Leeds.")
    assert is_refusal(found.text)


def test_yes_and_no_are_judged_and_the_clause_is_quoted_whole() -> None:
    found = looked(Scripted(shares=(0.95, 0.05)), "Does clause 4 name 28 euros?", "Not found in the document.")
    assert found.text.startswith('Yes. "Clause ')
    assert found.text.endswith('."')
    assert found.confidence == "confident"
    kept = looked(Scripted(shares=(0.95, 0.05)), "Does clause 4 name 28 euros?", "Yes, it does.")
    assert (kept.text, kept.confidence) == ("Yes, it does.", "confident")
    plain = looked(Scripted(shares=(0.95, 0.05)), "Does clause 4 name 28 euros?", "Clause 4 names 28 euros.")
    assert (plain.text, plain.confidence) == ("Yes. Clause 4 names 28 euros.", "confident")
    turned = looked(Scripted(shares=(0.95, 0.05)), "Does clause 4 name 28 euros?", "No.")
    assert turned.text.startswith('Yes. "Clause 4 names 28 euros')
    assert (turned.confidence, turned.other) == ("unsure", "No.")
    absent = looked(Scripted(shares=(0.1, 0.9)), "Is there a tribunal for apprentices?", "Not found in the document.")
    assert (absent.text, absent.confidence) == ("No passage says so: the document does not mention it.", "confident")


def test_a_yes_that_the_question_alone_suggests_is_none() -> None:
    """The judgement without evidence is taken off: a model that says Yes of anything has said nothing."""

    class Leaning(Scripted):
        def choose(self, instruction: str, options: Any, passages: Any = None, question: str = "", *, alone: bool = False, once: bool = False, by_first: bool = False) -> tuple[float, ...]:
            told = super().choose(instruction, options, passages, question, alone=alone)
            return (0.75, 0.25) if list(passages or ()) == ["(no passage)"] else told

    refusal, question = "Not found in the document.", "Does the canteen of clause 9 name a cook?"
    leaning = looked(Leaning(shares=(0.75, 0.25)), question, refusal)
    assert leaning.text == NOT_NEAR
    weighed = looked(Leaning(shares=(0.99, 0.01)), "Does clause 4 name 28 euros?", refusal)
    assert weighed.text.startswith("Yes. ")


def test_a_yes_beside_a_sentence_that_denies_it_is_a_no() -> None:
    line = "The Supplier is not required to provide on-site support on public holidays."
    documents = [Document("a.txt", "0", "txt", "paragraph", tuple(Unit(i, "paragraph", str(i), t) for i, t in enumerate((line, "The fee is 900 euros."))))]
    asker = Scripted(shares=(0.95, 0.05))
    asker.prompt = SimpleNamespace(rendered=render_documents(documents))
    question = "Is support provided on public holidays?"
    for first, confidence in (("Not found in the document.", "confident"), ("Yes, it is.", "unsure")):
        found = NeverTooLong(asker, Locator(PassageIndex.build(documents)), None, "normal").look(ask_task(question), first)  # type: ignore[arg-type]
        assert (found.text, found.confidence) == (f'No. "{line}"', confidence)


def test_a_yes_is_vouched_for_where_a_clause_of_the_concept_and_the_evidence_agree() -> None:
    text = "DEALER AGREEMENT\n\nThe Dealer is the exclusive distributor of the Maker's stoves in Norway.\n\nThe Dealer pays each invoice within thirty days."
    locator = Locator(PassageIndex.build([text_document("a.txt", text)]))

    def vouched(question: str, first: str, shares: tuple[float, float] = (0.9, 0.1)) -> object:
        looker = NeverTooLong(Scripted(shares=shares), locator, None)  # type: ignore[arg-type]
        return looker.look(ask_task(question), first).looks.get("vouched")

    asked = "Is there an exclusive dealing commitment by the Dealer? Quote the clause."
    assert vouched(asked, "Yes, the Dealer is exclusive.")
    assert vouched(asked, "Not found in the document.")  # a refusal was on offer
    assert not vouched(asked, "No, there is none.")
    assert not vouched(asked, "Not found in the document.", (0.55, 0.45))  # the evidence adds too little
    assert not vouched("May the Dealer's books be audited? Quote the clause.", "Not found in the document.")  # no such clause


def test_a_no_that_the_evidence_says_is_given_with_its_clause() -> None:
    found = looked(Scripted(shares=(0.05, 0.95)), "May clause 4 name 28 euros?", "Not found in the document.")
    assert found.text.startswith('No. "')
    lone = looked(Scripted(shares=(0.05, 0.95)), "Is there a clause 4 that waives 28 euros?", "Not found in the document.")
    assert lone.text == NOT_NEAR  # that something does not exist is written nowhere


def test_quote_the_clause_quotes_it_whole() -> None:
    asked = "Does clause 4 name 28 euros? Quote the clause."
    found = looked(Scripted(shares=(0.95, 0.05)), asked, "Yes, it does.")
    assert found.text.startswith('Yes, it does. "Clause ')
    own = DOCUMENTS[0].units[4].text
    kept = looked(Scripted(shares=(0.95, 0.05)), asked, f'Yes. "{own}"')
    assert kept.text == f'Yes. "{own}"'
    made_up = looked(Scripted(shares=(0.95, 0.05)), asked, 'Yes. "Clause four is about twenty-eight euros or so."')
    assert "or so" not in made_up.text
    assert '"Clause ' in made_up.text


def test_a_paragraph_is_quoted_with_its_exceptions() -> None:
    documents = [text_document("a.txt", "The Supplier may assign the contract. It may not do so to a rival.\n\nFees are due in May.")]
    asker = Scripted(shares=(0.95, 0.05))
    asker.prompt = SimpleNamespace(rendered=render_documents(documents))
    looker = NeverTooLong(asker, Locator(PassageIndex.build(documents)), None)  # type: ignore[arg-type]
    found = looker.look(ask_task("May the Supplier assign the contract? Quote the clause."), "Not found in the document.")
    assert found.text == 'Yes. "The Supplier may assign the contract. It may not do so to a rival."'


def test_of_a_list_the_item_is_quoted_and_not_the_others() -> None:
    documents = [text_document("a.txt", "Terms\n- The Supplier may assign the contract. It may not do so to a rival.\n- Fees are due in May.\n- The key is kept below.\n\nTea is free.")]
    asker = Scripted(shares=(0.95, 0.05))
    asker.prompt = SimpleNamespace(rendered=render_documents(documents))
    looker = NeverTooLong(asker, Locator(PassageIndex.build(documents)), None)  # type: ignore[arg-type]
    found = looker.look(ask_task("May the Supplier assign the contract? Quote the clause."), "Not found in the document.")
    assert found.text == 'Yes. "- The Supplier may assign the contract. It may not do so to a rival."'


def test_statements_are_true_false_or_not_mentioned() -> None:
    statement = 'True or false or not mentioned: "A tribunal of apprentices shall sit in Leeds every winter."'
    absent = looked(Scripted(shares=(0.3, 0.3, 0.4)), statement, "True. It is so.")
    assert (absent.text, absent.confidence, absent.other) == ("Not mentioned in the document.", "unsure", "True. It is so.")
    assert is_refusal(absent.text)
    said = 'True or false or not mentioned: "Clause 4 names 28 euros."'
    true = looked(Scripted(shares=(0.9, 0.05, 0.05)), said, "Not mentioned in the document.")
    assert true.text.startswith('True. "Clause 4 names 28 euros')
    assert true.confidence == "confident"
    turned = said.replace("names", "forbids")
    false = looked(Scripted(shares=(0.02, 0.95, 0.03)), turned, "False.")
    assert false.text.startswith('False. "')
    assert false.confidence == "confident"
    plain = looked(Scripted(shares=(0.02, 0.95, 0.03)), said, "False.")  # the model is not followed against plain words
    assert plain.text.startswith('True. "Clause 4 names 28 euros')
    assert plain.confidence == "unsure"


def test_a_value_that_is_not_there_leaves_absence_unsure() -> None:
    shares = (0.2, 0.1, 0.7)  # less is said for true than of nothing
    said = 'True, false or not mentioned: "The toll of the canal is 99 guineas."'
    assert looked(Scripted(shares=shares), said, "Not mentioned.").confidence == "confident"
    near = 'True, false or not mentioned: "The euros are 99."'
    found = looked(Scripted(shares=shares), near, "Not mentioned.")
    assert (is_refusal(found.text), found.confidence) == (True, "unsure")


def test_the_words_of_a_clause_stand_for_those_of_the_question() -> None:
    locator = Locator(PassageIndex.build([text_document("a.txt", "Neither party may divulge it to an outsider.\n\nNotices are sent to Turin.")]))
    wording = locator.word("May the recipient disclose it to third parties?")
    assert wording.share() > 0.5
    assert locator.sentences[locator.rank_by_words("May the recipient disclose it to third parties?")[0]].number == 0
    assert locator.word("Is there an escrow agent?").share() == 0


def test_what_a_limit_cuts_is_said() -> None:
    class Cut(Scripted):
        def ask(self, *args: Any, **kwargs: Any) -> Reply:
            return replace(super().ask(*args, **kwargs), ended=False)

    assert looked(Cut(alone="28 euros and"), QUESTION, "21 euros.").cut
    assert not looked(Cut(alone="28 euros and"), QUESTION, "28 euros.").cut  # the first answer stands, and was not cut


def test_what_is_plain_already_is_not_asked() -> None:
    class Seen(NeverTooLong):
        def evidence(self, *args: Any, **kwargs: Any) -> Any:
            located, signs = super().evidence(*args, **kwargs)
            return located, replace(signs, mass=9.0)

    looker = Seen(Scripted(alone="28 euros."), Locator(PassageIndex.build(DOCUMENTS)), None)  # type: ignore[arg-type]
    assert looker.look(ask_task(QUESTION), "28 euros.").signs.holds is None
    assert looker.look(ask_task(QUESTION), "21 euros.").signs.holds == pytest.approx(0.9)
    asker = Scripted(alone="28 euros.")
    looked(asker, "What is the date of this document?", "Clause 4 names 28 euros.")
    assert asker.asked == ["alone"]  # one date of several: its words say nothing of which


def test_a_value_that_stands_beside_another_subject_is_not_confident() -> None:
    found = looked(Scripted(alone="35 euros."), QUESTION, "35 euros.")
    assert (found.text, found.confidence) == ("35 euros.", "unsure")


def test_signs_add_up() -> None:
    assert Signs(0.9, 5.0, 1.0, 0.99).strength == pytest.approx(2.5)
    assert Signs(0.05, 0.1, 0.1, 0.05).strength == pytest.approx(-2.5)
    assert Signs(0.3).strength == pytest.approx(0)
    assert Signs(None, None, None, 0.8).strength == pytest.approx(1)  # another language: words say nothing


def test_quick_is_the_text_of_one_pass_and_a_look_leaves_no_trace(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "model")
    task = ask_task("How many euros does clause 4 name?")
    quick = make_session(folder)
    prompt = quick.build(DOCUMENTS, task)
    alone = quick.write("ask", prompt, quick.read(prompt))
    first = make_session(folder).answer("ask", DOCUMENTS, task)
    assert first.found is not None
    assert "confidence" not in first.extra
    session = make_session(folder)
    session.effort = "normal"
    pieces: list[str] = []
    answer = session.answer("ask", DOCUMENTS, task, pieces.append)
    assert pieces == []
    assert answer.extra["confidence"] in ("confident", "unsure")
    assert answer.extra["looks"]["answers"]["document"] == alone.text
    assert answer.extra["evidence"][0]["quote"] in DOCUMENTS[0].units[answer.extra["evidence"][0]["unit_index"]].text
    assert answer.timings["look"] > 0
    short = make_session(folder)
    short.effort, short.engine.config = "normal", replace(short.engine.config, max_new_tokens=3)
    told = short.answer("ask", DOCUMENTS, task).extra["looks"]["answers"]
    assert len(short.tokenizer(told["evidence"], add_special_tokens=False)["input_ids"]) <= 3


@pytest.mark.parametrize(("text", "confidence"), [("The invoice number is 4711.", "confident"), ("The invoice number is 4712.", "unsure")])
def test_an_answer_whose_claim_is_contradicted_is_not_confident(text: str, confidence: str) -> None:
    checked = answered(text, *GOODS)
    draft = Draft(**{f.name: getattr(checked, f.name) for f in fields(Draft)} | {"text": text, "extra": {"confidence": "confident"}, "exit_code": 0})
    nothing = np.zeros(0, dtype=np.int64)
    prompt = Prompt([], 0, 0, render_documents(checked.documents), checked.documents, ask_task("What is the invoice number?"), nothing, nothing)
    assert finish_answer(draft, prompt).extra["confidence"] == confidence


@pytest.mark.parametrize(("evidence", "unread"), [([], 1), ([{"doc_index": 0, "unit_index": 0}], 0)])
def test_what_the_look_read_was_read(evidence: list[dict[str, int]], unread: int) -> None:
    documents = [text_document("a.txt", "The invoice number is 4711.\n\nThe meeting was in Leeds.")]
    nothing = np.zeros(0, dtype=np.int64)
    prompt = Prompt([], 0, 0, render_documents(documents), documents, ask_task("What is the invoice number?"), nothing, nothing)
    checked = answered("4711", *GOODS)
    draft = Draft(**{f.name: getattr(checked, f.name) for f in fields(Draft)} | {"text": "4711", "selected_units": {(0, 1)}, "extra": {"evidence": evidence}})
    assert len(finish_answer(draft, prompt).extra["unread"]) == unread


def test_the_headings_before_a_shown_passage_are_no_part_of_an_answer() -> None:
    shown = ["Fees > Late payment: Interest runs at 5 per cent.", "Fees: All fees are net."]
    assert without_paths("Fees > Late payment: Interest runs at 5 per cent.", shown) == "Interest runs at 5 per cent."
    assert without_paths("- Fees > Late payment: 5 per cent", shown) == "- 5 per cent"
    assert without_paths("Fees: All fees are net.", shown) == "Fees: All fees are net."


def test_a_clause_asked_for_by_its_number_is_the_documents_own_text() -> None:
    asker = Scripted(alone="Clause 4 is about nothing.")
    found = looked(asker, "Quote clause 4.", "It says something else, something else, something else.")
    clause = next(u.text for d in DOCUMENTS for u in d.units if u.text.startswith("Clause 4 "))
    assert clause.startswith(found.text)
    assert (found.confidence, found.why) == ("confident", "clause")
    assert asker.asked == []


TARIFF = text_document("a.txt", "The courier fee is borne by the buyer.\n\nGoods travel by rail on weekdays.\n\nPallets are returned within ten days.")


@pytest.mark.parametrize(
    ("question", "text", "why"),
    [
        ("By whom is the courier fee borne?", "The courier fee is borne by the buyer.", "told"),
        ("By whom is the insurance fee borne?", "", "not-found"),
        ("How much is the courier fee borne by the buyer?", "", "not-found"),  # no sum stands there
    ],
)
def test_a_sentence_with_all_of_the_question_is_shown_in_place_of_a_refusal(question: str, text: str, why: str) -> None:
    asker = Scripted(alone="Not found in the document.", bound="Not found in the document.")
    asker.prompt = SimpleNamespace(rendered=render_documents((TARIFF,)))
    locator = Locator(PassageIndex.build((TARIFF,)))
    found = NeverTooLong(asker, locator, None).look(ask_task(question), "Not found in the document.")  # type: ignore[arg-type]
    assert is_refusal(found.text) is not bool(text)
    assert (text in found.text, found.confidence, found.why) == (True, "unsure", why)


@pytest.mark.parametrize(
    ("question", "line", "text"),
    [
        ("Is the hirer allowed to sublet half of the yard?", "The Hirer shall not underlet part.", '"The Hirer shall not underlet part."'),
        ("Is the hirer allowed to sublet half of the yard?", "The Hirer keeps the yard clean.", ""),
    ],
)
def test_a_ban_of_another_part_is_shown_and_not_denied(question: str, line: str, text: str) -> None:
    document = text_document("a.txt", f"{line}\n\nThe yard has two gates.\n\nRent is paid in May.")
    asker = Scripted(shares=(0.3, 0.7))
    asker.prompt = SimpleNamespace(rendered=render_documents((document,)))
    found = NeverTooLong(asker, Locator(PassageIndex.build((document,))), None).look(ask_task(question), "Not found in the document.")  # type: ignore[arg-type]
    assert found.confidence == "unsure" or not text
    assert (found.text == text) if text else is_refusal(found.text)


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("Will the contract extend itself?", "This Agreement does not renew automatically."),
        ("Is the rent frozen?", "The rent shall remain unchanged for the first two years."),
        ("何もしなくても契約は延長されますか。", "本契約は自動的に更新されない。"),
        ("賃料の値上げはありますか。", "最初の2年間、賃料は据え置くものとする。"),
    ],
)
def test_a_clause_in_other_words_is_shown_and_no_refusal_given(question: str, clause: str) -> None:
    document = text_document("a.txt", f"{clause}\n\n{'The yard has two gates.' if clause.isascii() else '門は二つある。'}")
    asker = Scripted(shares=(0.3, 0.7))
    asker.prompt = SimpleNamespace(rendered=render_documents((document,)))
    found = NeverTooLong(asker, Locator(PassageIndex.build((document,))), None).look(ask_task(question), "Not found in the document.")  # type: ignore[arg-type]
    assert clause in found.text
    assert found.confidence == "unsure"
    assert not is_refusal(found.text)


def test_of_what_passages_speak_of_it_is_not_said_that_the_document_does_not_mention_it() -> None:
    """「介護休暇は無給とする」 stood beside an answer that there is no such statement."""
    lines = "第11条　介護休暇は年5日とする。介護休暇は無給とする。\n\n第12条　賃金は当月末日に支払う。"
    locator = Locator(PassageIndex.build([text_document("a.txt", lines)]))
    looker = NeverTooLong(Scripted(shares=(0.2, 0.8)), locator, None)  # type: ignore[arg-type]
    told = looker.look(ask_task("介護休暇中に給料は出ますか？"), "文書には記載がありません。")
    assert (told.text, told.confidence) == ("そのように述べた箇所は見つかりません。", "unsure")
    assert is_refusal(told.text)
    assert is_refusal(NOT_NEAR)


@pytest.mark.parametrize("question", ["Will the agreement extend itself?", "Does the contract continue on its own?"])
def test_no_yes_is_said_in_front_of_a_clause_that_denies(question: str) -> None:
    clause = "This Agreement does not renew automatically."
    document = text_document("a.txt", f"{clause}\n\nThe yard has two gates.")
    asker = Scripted(shares=(0.99, 0.01))
    asker.prompt = SimpleNamespace(rendered=render_documents((document,)))
    found = NeverTooLong(asker, Locator(PassageIndex.build((document,))), None).look(ask_task(question), "Yes.")  # type: ignore[arg-type]
    assert clause in found.text
    assert not found.text.startswith("Yes")
    assert found.confidence == "unsure"
