"""Not found is a result: refusals, unsupported figures, unknown subjects; and the unread-evidence alarm."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, SourceSpan, Unit, render_documents
from tsel_core.prompts.tasks import NOT_FOUND
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.check import Trust, check_answer
from tsel_core.trust.passages import PassageIndex
from tsel_core.trust.support import nearest_passages, unread_evidence

TEXTS = (
    "The special number of the quiet harbour is 48213.",
    "The bitter bridge was opened in 1931 and renewed in summer.",
    "「苦い鉄橋」の特別な番号は1608568です。",
    "The committee approved a premium of £58,000 for the second shift.",
)


def documents() -> list[Document]:
    return [Document("a.txt", "", "txt", "paragraph", tuple(Unit(i, "paragraph", f"para {i + 1}", t) for i, t in enumerate(TEXTS)))]


def judge(question: str, answer: str) -> Trust:
    docs = documents()
    return check_answer(answer, question, render_documents(docs), docs)


@pytest.mark.parametrize(
    "answer",
    [
        *NOT_FOUND.values(), "The document does not say.", "There is no information about this in the document.",
        "The salary is not mentioned in the document.", "The document does not contain any information on salaries.",
        "The name is not given in the contract.", "文書に記載がないため、お答えできません。", "不明", "No information.",
        "This is not in the contract.", "The increase of salaries was not decided in the document.", "本契約に定めはありません。", "この会議では話し合われていません。", "文書には書かれていません。", "その情報は記載されていません。", "不明です。",
    ],
)  # fmt: skip
def test_refusals(answer: str) -> None:
    assert is_refusal(answer)
    assert not is_refusal(f'No. "{answer}"')  # what a quoted clause says refuses nothing
    assert judge("What is the salary?", answer).support.reason == "refusal"


@pytest.mark.parametrize(
    "answer",
    [
        "Confidential Information does not include public information.", "No information may be disclosed to third parties.",
        "It shall not be disclosed.", "Votes shall not be recorded in the minutes.", "The price is not included in the fee.", "第三者に開示してはならない。",
        "本契約に記載のない事項は協議して定める。", "The supplier does not provide fuel.", "£500",
    ],
)  # fmt: skip
def test_what_a_document_forbids_is_no_refusal(answer: str) -> None:
    assert not is_refusal(answer)


def test_an_answer_that_mentions_a_gap_is_no_refusal() -> None:
    answer = (
        "The committee approved a premium of £58,000 for the second shift, which runs until the end of October, and asked "
        "for a report on the use of the machines. The name of the supplier is not mentioned."
    )
    assert not is_refusal(answer)


@pytest.mark.parametrize(
    ("question", "answer", "found", "reason"),
    [
        ("What premium was approved?", "A premium of £58,000.", True, "supported"),
        ("What premium was approved?", "A premium of £59,000.", False, "unsupported-facts"),
        ("What premium was approved?", "", False, "empty"),
        ("「苦い鉄橋」の特別な番号は何ですか。", "1608568です。", True, "supported"),
        ("「黒い梅園」の特別な番号は何ですか。", "1608568です。", False, "unknown-subject"),
        ("What colour is the zebra's saddle?", "Turquoise.", False, "no-passage"),
    ],
)
def test_decision(question: str, answer: str, found: bool, reason: str) -> None:
    trust = judge(question, answer)
    assert (trust.support.found, trust.support.reason) == (found, reason)
    if not found:
        assert not trust.citations
    if reason == "unsupported-facts":
        assert trust.unsupported == ["£59,000"]
        assert trust.support.nearest[0].label == "para 4"


def test_nearest() -> None:
    docs = documents()
    near = nearest_passages("When was the bitter bridge opened?", render_documents(docs), docs, 2)
    assert near[0].label == "para 2"
    assert 0 < near[0].share <= 1


def test_unread_evidence() -> None:
    docs = documents()
    index, rendered = PassageIndex.build(docs), render_documents(docs)
    question = "When was the bitter bridge opened and renewed?"
    assert [p.label for p in unread_evidence(question, rendered, docs, {(0, 0)}, index=index)] == ["para 2"]
    assert unread_evidence(question, rendered, docs, {(0, 1)}, index=index) == []
    seen = [SourceSpan(0, 3, 0, len(TEXTS[3])), SourceSpan(0, 1, 0, len(TEXTS[1]))]  # where the heads looked
    named = unread_evidence(question, rendered, docs, {(0, 1)}, index=index, looked_at=seen)
    assert [p.label for p in named] == ["para 4"]
    both = unread_evidence(question, rendered, docs, {(0, 0)}, index=index, looked_at=seen)
    assert [p.label for p in both] == ["para 4", "para 2"]


def test_bare_names_are_not_the_nearest_passages_while_something_is_said() -> None:
    lines = ("West Packaging India Pvt.", "West Products Ireland, Ltd.", "Either party may terminate this Agreement upon ninety days notice.")
    units = tuple(Unit(i, "paragraph", str(i), line) for i, line in enumerate(lines))
    document = Document("a.txt", "0", "txt", "paragraph", units)
    found = nearest_passages("Can West terminate for convenience?", render_documents([document]), [document], 3)
    assert [p.quote for p in found] == [lines[2], lines[0], lines[1]]


def test_what_the_heads_see_is_shown_in_whatever_words_the_paper_says_it() -> None:
    from tsel_core.document import Document, SourceSpan, Unit, render_documents
    from tsel_core.trust.check import check_answer

    lines = ("休憩時間は正午から45分間とする。", "社員の定年は満60歳とする。", "始業は8時45分とする。")
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", line) for i, line in enumerate(lines))
    documents = [Document("a.txt", "", "txt", "paragraph", units)]

    def found(answer: str, seen: int | None) -> tuple[bool, str]:
        spans = [] if seen is None else [SourceSpan(0, seen, 0, len(lines[seen]))]
        trust = check_answer(answer, "お昼ごはんは何分？", render_documents(documents), documents, lang="ja", seen=spans)
        return trust.support.found, trust.support.weak

    assert found("45分", None)[0] is False  # no word of the question stands anywhere
    assert found("45分", 0) == (True, "question-apart")
    assert found("45分", 1)[0] is False  # another sentence
    assert found("50分", 0)[0] is False


def test_an_answer_in_the_words_of_what_the_heads_see_is_shown() -> None:
    from tsel_core.document import Document, SourceSpan, Unit, render_documents
    from tsel_core.trust.check import check_answer

    lines = ("利用者の都合により取り消すときは、利用日の7日前までは全額を、その後は半額を返金する。", "備品を壊した者は、その修理に要した費用を弁償する。")
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", line) for i, line in enumerate(lines))
    documents = [Document("a.txt", "", "txt", "paragraph", units)]
    question, answer = "前日にキャンセルしたらいくら戻りますか", "前日にキャンセルしたら半額を返金します。"

    def found(seen: int) -> tuple[bool, str]:
        spans = [SourceSpan(0, seen, 0, len(lines[seen]))]
        trust = check_answer(answer, question, render_documents(documents), documents, lang="ja", seen=spans)
        return trust.support.found, trust.support.weak

    assert found(0) == (True, "question-apart")
    assert found(1)[0] is False
