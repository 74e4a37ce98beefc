"""Citations of answers: the right place, the document's own words, checked; never an invented quote."""

from __future__ import annotations

import time

import pytest
from trust_support import find_citations

from tsel_core.document import Document, Unit, render_documents
from tsel_core.text.sentences import split_sentences
from tsel_core.trust.check import check_answer
from tsel_core.trust.marks import mark_citations
from tsel_core.trust.passages import MAX_PASSAGE_CHARS, PassageIndex, sentence_spans, split_passages

PAGES = (
    "Minutes of the board\nPresent: Hugh Pemberton (finance), Yuki Sakamoto (sales).\nThe meeting opened at 09:30 in Leeds.",
    "The laser welder failed on 4 August because of a cracked cooling manifold. A spare manifold costs £6,850.\n"
    "On-time delivery was 91.8 percent against a target of 95 percent.",
    "The forecast revenue is £48.6 million. The operating margin is forecast at 12.1 percent, down from 12.9 percent in the\n"
    "budget, mainly because of the shift premium and the price of electronic components.",
)
JA = (
    "榊原: それでは三つ目、切り替えの日程です。",
    "小田切: 8月1日ですと、四半期の締めの作業と重なります。",
    "榊原: 切り替えは8月13日から16日、新システムの稼働は８月１７日とします。保守は一か月延長します。",
    "二宮: 延長の費用は、月額で百二十八万円です。",
)


def pages() -> list[Document]:
    return [Document("minutes.pdf", "", "pdf", "page", tuple(Unit(i, "page", f"p. {i + 1}", t, page=i + 1) for i, t in enumerate(PAGES)))]


def turns() -> list[Document]:
    units = tuple(Unit(i, "turn", f"{t.split(':')[0]} 00:0{i}", t, speaker=t.split(":")[0]) for i, t in enumerate(JA))
    return [Document("kaigi.vtt", "", "vtt", "turn", units)]


@pytest.mark.parametrize(
    ("answer", "label", "words"),
    [
        ("A spare cooling manifold costs £6,850.", "p. 2", "£6,850"),
        ("The welder broke down because its cooling manifold was cracked.", "p. 2", "cracked cooling manifold"),
        ("12.1 percent.", "p. 3", "12.1 percent"),
        ("It is forecast at £48,600,000.", "p. 3", "£48.6 million"),
        ("The target is ninety-five percent.", "p. 2", "95 percent"),
    ],
)
def test_english_pages(answer: str, label: str, words: str) -> None:
    documents = pages()
    found = find_citations(answer, render_documents(documents), documents, question="What does it say?")
    assert found[0].label == label
    assert words in found[0].quote
    assert found[0].quote == documents[0].units[found[0].unit_index].text[found[0].start : found[0].end]
    assert found[0].check == "exact"


@pytest.mark.parametrize(
    ("answer", "unit", "words"),
    [
        ("新システムの稼働日は8月17日です。", 2, "８月１７日"),
        ("延長の費用は月額128万円です。", 3, "百二十八万円"),
        ("四半期の締め作業と重なるためです。", 1, "四半期の締め"),
    ],
)
def test_japanese_turns(answer: str, unit: int, words: str) -> None:
    documents = turns()
    found = find_citations(answer, render_documents(documents), documents, question="いつですか。")
    assert found[0].unit_index == unit
    assert words in found[0].quote
    assert not found[0].quote.startswith(("榊原", "二宮", "小田切"))


def test_own_quotes_are_checked() -> None:
    documents = pages()
    answer = 'It says "on-time delivery was 91.8 percent", but "the moon is made of old green cheese today".'
    trust = check_answer(answer, "What is on-time delivery?", render_documents(documents), documents)
    assert trust.num_invented_quotes == 1
    assert '"the moon' not in trust.text
    assert "[not a quote from the document]" in trust.text
    assert [c.check for c in trust.citations][:1] == ["normalised"]


def test_two_facts_two_places() -> None:
    documents = pages()
    found = find_citations(
        "A spare costs £6,850 and revenue is £48.6 million.", render_documents(documents), documents, question="?"
    )
    assert {c.label for c in found} == {"p. 2", "p. 3"}


def test_nothing_to_cite() -> None:
    documents = pages()
    assert find_citations("Bananas grow in Brazil.", render_documents(documents), documents, question="Bananas?") == []
    assert find_citations("", render_documents(documents), documents, question="") == []


@pytest.mark.parametrize("answer", ["わかりました。", "It is.", "それはそれです。"])
def test_a_sentence_that_says_nothing_is_not_cited(answer: str) -> None:
    documents = pages()
    question = "Why did the laser welder fail?"
    assert find_citations(answer, render_documents(documents), documents, question=question) == []


def test_selection_decides_between_equals() -> None:
    text = "The fee of the pool is due in spring."
    units = tuple(Unit(i, "paragraph", f"para {i}", text) for i in range(6))
    documents = [Document("a.docx", "", "docx", "paragraph", units)]
    rendered = render_documents(documents)
    found = find_citations("The fee is due in spring.", rendered, documents, question="When?", selected=[[(0, 4, 0.7), (0, 1, 0.2)]])
    assert found[0].unit_index == 4


def test_attention_alone_cites_nothing() -> None:
    """A false answer whose words hardly stand in the passage that attention looked at (it has the pool, not the helium)."""
    texts = ["The pool is due for repair in spring.", "Staff eat in the canteen.", "The roof was mended."]
    documents = [Document("a.docx", "", "docx", "paragraph", tuple(Unit(i, "paragraph", f"para {i}", t) for i, t in enumerate(texts)))]
    rendered = render_documents(documents)
    answer, question = "The pool has helium tanks.", "Are there helium tanks?"
    assert find_citations(answer, rendered, documents, question=question, selected=[[(0, 0, 0.9)]]) == []


def test_same_place_is_one_citation() -> None:
    documents = pages()
    answer = "The welder failed on 4 August. The manifold of the laser welder was cracked on 4 August."
    found = find_citations(answer, render_documents(documents), documents, question="Why did the welder fail?")
    assert len(found) == 1
    assert found[0].sentences == (0, 1)
    assert mark_citations(answer, found).count("[1]") == 2
    assert mark_citations(answer, found).startswith("The welder failed on 4 August [1].")


@pytest.mark.parametrize("answer", ["\n\n", "「", '"', "[1] [2]", "1. \n2. ", "a" * 5000, "##", "Yes.", "はい。", "\ud83d\ude00" * 3])
def test_strange_answers(answer: str) -> None:
    documents = pages()
    answer = answer.encode("utf-16", "surrogatepass").decode("utf-16")
    check_answer(answer, answer, render_documents(documents), documents)
    mark_citations(answer, find_citations(answer, render_documents(documents), documents, question=""))


def test_passages_cover_the_text() -> None:
    text = "\n".join(PAGES) + "。".join(JA) + "x" * 1000 + " word" * 300
    spans = split_passages(text)
    assert all(0 < hi - lo <= MAX_PASSAGE_CHARS for lo, hi in spans)
    assert "".join(text[lo:hi] for lo, hi in spans).replace(" ", "").replace("\n", "") == text.replace(" ", "").replace("\n", "")


def test_five_hundred_pages_are_quick() -> None:
    pool = " ".join(f"Item {i} of ward {i * 7919 % 1013} has {i * 31 % 977} beds and costs {i * 13} euros." for i in range(4000)).split(". ")
    units = tuple(Unit(i, "page", f"p. {i + 1}", ". ".join(pool[(i * 8) % 3900 : (i * 8) % 3900 + 40])) for i in range(500))
    documents = [Document("big.pdf", "", "pdf", "page", units)]
    index = PassageIndex.build(documents)
    rendered = render_documents(documents)
    started = time.perf_counter()
    trust = check_answer("Item 1234 costs 16042 euros and Mr Nobody has 5 beds.", "What does item 1234 cost?", rendered, documents, index=index)
    assert time.perf_counter() - started < 5  # 0.2 s alone; the bound is for a busy machine
    assert "16042" in trust.citations[0].quote


def test_sentence_numbers_are_those_of_the_tracker() -> None:
    documents = pages()
    answer = "Hello there. A spare manifold costs £6,850."
    found = find_citations(answer, render_documents(documents), documents, question="?")
    lo, hi = split_sentences(answer)[found[0].sentence_index]
    assert "£6,850" in answer[lo:hi]


def test_the_mark_of_a_list_item_is_neither_cited_nor_a_source() -> None:
    text = "Agenda\n\n1.\n\nThe welder failed because of dust.\n\n2. The board met on 9 September."
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", part) for i, part in enumerate(text.split("\n\n")))
    documents = [Document("a.txt", "", "text", "paragraph", units)]
    rendered = render_documents(documents)
    found = find_citations("1. The welder failed because of dust.\n2.\n", rendered, documents, question="Summarize")
    assert [c.quote for c in found] == ["The welder failed because of dust."]
    for answer in ('It says "1." there.', "1."):
        assert find_citations(answer, rendered, documents, question="What?") == []
    # an answer that is nothing but a number is one
    assert [c.label for c in find_citations("9.", rendered, documents, question="When did the board meet?")] == ["para 4"]


def test_a_citation_carries_how_its_words_were_read() -> None:
    from types import SimpleNamespace

    from tsel_cli.render.forms import _check
    from tsel_core.answer import _citation_json

    words = "A spare manifold costs £6,850 and is ordered."
    for grade, said in (("certain", "exact"), ("joined", "exact, lines joined by a guess"), ("low", "exact, read from a poor or recognized text")):
        unit = Unit(0, "paragraph", "p. 1", words, page=1, grade=grade)  # type: ignore[arg-type]
        documents = [Document("minutes.pdf", "", "pdf", "page", (unit,))]
        found = find_citations("A spare manifold costs £6,850.", render_documents(documents), documents, question="?")
        assert _citation_json(found[0])["grade"] == grade
        assert _check(found[0], SimpleNamespace(lang="en")) == said  # type: ignore[arg-type]


def test_a_row_of_a_table_is_a_sentence() -> None:
    text = "A1\tOrder a manifold for the laser welder of the northern hall\tDaniel\t16 September\nA2\tSend the notice\tPriya\t30 September"
    assert [text[lo:hi].split("\t")[0] for lo, hi in sentence_spans(text)] == ["A1", "A2"]
    assert len(sentence_spans("One sentence that goes on\nover the end of its line and ends here.")) == 1


def test_a_quotation_stays_as_the_document_has_it() -> None:
    """Marks stand behind it, not between its sentences."""
    clause = "4. Obligations. The Tenant shall not sublet any part of it. He may assign the lease with leave."
    documents = [Document("a.txt", "", "txt", "paragraph", (Unit(0, "paragraph", "para 1", clause),))]
    answer = f'No. "{clause}" That is all.'
    trust = check_answer(answer, "May the Tenant sublet?", render_documents(documents), documents, lang="en")
    assert len(trust.citations) > 1
    assert f'"{clause}" [' in trust.marked
