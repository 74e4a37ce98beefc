"""Where a document speaks of a question, what a weak answer is, and the passage that is cited for a bare Yes or No."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit, render_documents
from tsel_core.trust.check import Trust, check_answer
from tsel_core.trust.citations import CitationFinder
from tsel_core.trust.claims.parts.kinds import is_bare_yes_no
from tsel_core.trust.passages import PassageIndex
from tsel_core.trust.question_match import (
    content_words,
    judged_statement,
    match_question,
    question_places,
    same_script,
)

LEASE = [
    "1. The tenant pays a monthly rent of 1,850 euros by the third working day.",
    "2. The deposit is 5,550 euros. The landlord returns it within six weeks of the handover.",
    "3. Keeping dogs in the building needs the written consent of the landlord.",
    "4. The heating costs are settled once a year by 30 June.",
    "5. The cellar and the bicycle room are shared by all tenants.",
    "6. Alterations of the kitchen are at the expense of the tenant.",
    "7. The lift is serviced by Borgmann Aufzüge twice a year.",
    "8. Keys are handed over at the office in Linden Street.",
    "9. Snow is cleared by the caretaker, Mr Osei.",
    "10. A late payment bears interest of 4 percent a year.",
    "11. The contract ends on 31 December 2027 without notice.",
]
MEETING = ["佐藤: 来期の広告予算について話します。", "鈴木: 1,500万円でお願いします。", "佐藤: では1,500万円に決定します。", "鈴木: 次は倉庫の移転先です。"]


def document(texts: list[str], kind: str = "paragraph") -> Document:
    units = tuple(Unit(i, kind, f"para {i + 1}", t) for i, t in enumerate(texts))  # type: ignore[arg-type]
    return Document("a.txt", "", "txt", kind, units)  # type: ignore[arg-type]


def checked(question: str, answer: str, texts: list[str] = LEASE) -> Trust:
    documents = (document(texts),)
    return check_answer(answer, question, render_documents(documents), documents)


def test_the_place_of_a_question_is_found_across_neighbours() -> None:
    index = PassageIndex.build([document(LEASE)])
    found = match_question("Within how many weeks is the deposit returned by the landlord?", index)
    assert found.share > 0.9
    assert found.span is not None
    assert found.span.unit_index == 1
    turns = PassageIndex.build([document(MEETING, "turn")])
    assert match_question("来期の広告予算はいくらに決定しましたか。", turns).share > 0.6


def test_frame_words_of_a_question_do_not_count() -> None:
    index = PassageIndex.build([document(LEASE)])
    assert match_question("What does this document say?", index).num_words == 0
    plain, framed = "deposit returned by the landlord", "According to the contract, what is said about the deposit returned by the landlord?"
    assert match_question(framed, index).share == match_question(plain, index).share


def test_a_question_of_another_document_is_not_found_although_the_answer_is_real() -> None:
    trust = checked("Which turbine blades did the wind farm inspector reject in October?", "Borgmann Aufzüge.")
    assert (trust.support.found, trust.support.reason) == (False, "unknown-subject")
    assert trust.support.verdict == "none"


def test_a_long_answer_to_such_a_question_is_marked_not_refused() -> None:
    trust = checked("Which turbine blades did the wind farm inspector reject in October?", " ".join(LEASE[:3]))
    assert trust.support.found
    assert trust.support.weak == "question-apart"


def test_a_figure_from_elsewhere_is_marked_with_the_place_of_the_question() -> None:
    trust = checked("Within how many weeks does the landlord return the deposit?", "31 December 2027.")
    assert trust.support.weak == "cited-elsewhere"
    assert trust.support.question is not None
    assert trust.support.question.span is not None
    assert trust.support.question.span.unit_index == 1
    right = checked("Within how many weeks does the landlord return the deposit?", "Six weeks.")
    assert right.support.verdict == "supported"


def test_one_unknown_word_proves_nothing() -> None:
    assert checked("What is the surcharge?", "4 percent.").support.verdict == "weak"


@pytest.mark.parametrize(
    ("question", "texts", "answer"),
    [
        ("保証金はいつまでに返還されますか。", LEASE, "引渡しから6週間以内に返還されます。"),
        ("保証金の返還について教えてください。", LEASE, "貸主が返還します。"),
        ("How high is the advertising budget of the coming term?", MEETING, "It is 1,500万円."),
    ],
)
def test_another_language_is_not_taken_for_absence(question: str, texts: list[str], answer: str) -> None:
    assert not same_script(question, PassageIndex.build([document(texts)]))
    support = checked(question, answer, texts).support
    assert support.found
    assert support.weak == "other-language"


def test_a_bare_yes_is_cited_with_the_passage_that_says_so() -> None:
    trust = checked("Does keeping dogs need the consent of the landlord?", "Yes.")
    assert next((c.role, c.unit_index) for c in trust.citations) == ("answer", 2)
    assert trust.marked.startswith("Yes [1]")
    assert LEASE[2].endswith(trust.citations[0].quote)


def test_a_bare_no_about_nothing_is_neither_cited_nor_called_doubtful_for_the_absence() -> None:
    trust = checked("Is there a non-compete obligation for franchise partners?", "No.")
    assert trust.citations == ()
    assert trust.support.weak == "no-citation"


def test_a_yes_with_words_of_its_own_is_cited_for_them() -> None:
    trust = checked("May I keep dogs?", "Yes, keeping dogs in the building needs the written consent of the landlord.")
    assert {c.role for c in trust.citations} == {"answer"}
    assert is_bare_yes_no("いいえ。")
    assert not is_bare_yes_no("Nothing of the kind.")


def test_of_a_judged_statement_only_its_own_words_count() -> None:
    bare = content_words("本契約の期間は二年である。")
    for asked in ("次の文は文書の内容として正しいですか、誤りですか。「{}」", "「{}」は正しいですか。"):
        assert content_words(asked.format("本契約の期間は二年である。")) == bare
    assert judged_statement('True, false or not mentioned? "The lift is serviced."') == "The lift is serviced."
    assert judged_statement("「白峰」は何ですか。") == ""
    trust = checked('Is this true, false or not mentioned? "Dogs need consent."', f'True. "{LEASE[2]}"')
    assert trust.support.found


def test_attention_ranks_places_of_equal_words() -> None:
    texts = ["The pump was tested in hall A.", *LEASE, "The pump was tested in hall B."]
    index = PassageIndex.build([document(texts)])
    first = question_places("Was the pump tested?", index, 2)
    assert [s.unit_index for s in first] == [0, 12]
    weighed = question_places("Was the pump tested?", index, 2, {(0, 12): 1.0})
    assert [s.unit_index for s in weighed] == [12, 0]


def test_citations_of_two_yes_sentences_share_their_passage() -> None:
    finder = CitationFinder(PassageIndex.build([document(LEASE)]))
    found = finder.find("Yes. Yes.", "Is the deposit returned within six weeks of the handover?")
    assert found[0].sentences == (0, 1)
