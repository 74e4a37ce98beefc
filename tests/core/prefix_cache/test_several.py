"""Several documents in one context: tokens and citations know which file they came from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tiny_folder import make_folder

from tsel_core.answer import Answer, AttentionReport, Draft
from tsel_core.answering.describe import receipt_of
from tsel_core.document import Document, Unit
from tsel_core.prompts.build import Prompt, build_prompt
from tsel_core.prompts.tasks import ask_task
from tsel_core.trust.finish import finish_answer


def document(name: str, penalty: str) -> Document:
    texts = ("The Supplier delivers the goods in March.", f"The penalty for late delivery is {penalty} of the price per day.")
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", t) for i, t in enumerate(texts))
    return Document(name, name, "txt", "paragraph", units)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast.from_pretrained(str(make_folder(tmp_path_factory.mktemp("tiny"))))


@pytest.fixture
def prompt(tokenizer: Any) -> Prompt:
    documents = [document("old/a.docx", "0.5 percent"), document("new/b.docx", "2 percent")]
    return build_prompt(documents, ask_task("What differs in the penalty?"), tokenizer)


def test_both_files_stand_in_the_text_under_their_names(prompt: Prompt) -> None:
    text = prompt.rendered.text
    assert text.index("=== a.docx ===") < text.index("0.5 percent") < text.index("=== b.docx ===") < text.index("2 percent")


def test_tokens_know_their_file(prompt: Prompt) -> None:
    text = prompt.rendered.text
    for words, doc_index in (("0.5 percent", 0), ("2 percent", 1)):
        at = text.index(words)
        token = prompt.doc_start + next(i for i, s in enumerate(prompt.char_starts) if s >= at)
        (span,) = prompt.source_map(token)
        assert (span.doc_index, span.unit_index) == (doc_index, 1)
    heading = text.index("=== b.docx")
    token = prompt.doc_start + next(i for i, s in enumerate(prompt.char_starts) if s >= heading)
    assert prompt.source_map(token) == []


def answered(prompt: Prompt, text: str) -> Answer:
    draft = Draft(
        command="ask",
        text=text,
        lang="en",
        documents=prompt.documents,
        model={"name": "tiny"},
        receipt=receipt_of(prompt),
        attention=AttentionReport("full", "full", "", 8, 2, 4, "queries", None, None, None),
        timings={},
        prompt_tokens=prompt.num_tokens,
        completion_tokens=9,
        stop_reason="end",
    )
    return finish_answer(draft, prompt)


def test_citations_name_the_file(prompt: Prompt) -> None:
    text = (
        'One says "The penalty for late delivery is 0.5 percent of the price per day." '
        'The other says "The penalty for late delivery is 2 percent of the price per day."'
    )
    named = {(Path(c.file).name, c.label, c.check) for c in answered(prompt, text).citations}
    assert {("a.docx", "para 2", "exact"), ("b.docx", "para 2", "exact")} <= named


def test_the_nearest_passages_name_the_file(prompt: Prompt) -> None:
    from tsel_cli.render.forms import answer_markdown, answer_text

    answer = answered(prompt, "Not found in the document.")
    assert answer.found is False
    for shown in (answer_text(answer), answer_markdown(answer)):
        assert "a.docx para 2" in shown
        assert "b.docx para 2" in shown


def test_markdown_says_what_was_not_read(prompt: Prompt) -> None:
    from tsel_cli.render.forms import answer_markdown

    answer = answered(prompt, "Not found in the document.")
    assert "tokens read, nothing cut;" in answer_markdown(answer)
    part = replace(answer, receipt=replace(answer.receipt, units_in_file=answer.receipt.units_in_file + 3))
    assert "tokens read, 3 NOT READ;" in answer_markdown(part)
    assert "トークンを読み取り、3 件は読み取っていません;" in answer_markdown(replace(part, lang="ja"))
