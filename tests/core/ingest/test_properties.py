"""Properties: the units are the text the model is given, spans point at their words; damaged files never trace back."""

from __future__ import annotations

import random
from collections import Counter

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.ingest.make_files import docx, p, pdf, table
from tests.quality.ingest import fuzz
from tsel_core.document import Document, render_documents
from tsel_core.errors import TselError
from tsel_core.ingest.encoding.clean import clean_text
from tsel_core.ingest.encoding.invisible import without_invisible
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse
from tsel_core.ingest.pdf.layout.layout import lay_out
from tsel_core.ingest.pdf.layout.segments import TextReader

SEEDS = [(kind, data) for kind in fuzz.KINDS for data in fuzz.seeds(kind)]


def read(kind: str, data: bytes) -> Document:
    return parse(f"case.{kind}", data, "0", ReadOptions(isolate=False))


def seen(text: str) -> str:
    """The signs of a text that a reader sees, without white space."""
    return "".join(clean_text(without_invisible(text)[0]).split())


def check(documents: list[Document]) -> None:
    rendered = render_documents(documents)
    flow = [(d, u) for d, doc in enumerate(documents) for u in doc.units if u.in_flow and u.text]
    assert [(x.doc_index, x.unit_index) for x in rendered.placed] == [(d, u.index) for d, u in flow]
    for placed, (_, unit) in zip(rendered.placed, flow, strict=True):
        assert rendered.text[placed.start : placed.end] == unit.text
    rng = random.Random(len(rendered.text))
    for _ in range(30):
        start = rng.randrange(len(rendered.text))
        end = min(len(rendered.text), start + rng.randrange(1, 200))
        for span in rendered.spans(start, end):
            words = documents[span.doc_index].units[span.unit_index].text[span.start : span.end]
            assert words
            assert words in rendered.text[start:end]
    for document in documents:
        for index, unit in enumerate(document.units):
            assert unit.index == index
            assert unit.label == " ".join(unit.label.split()) != ""
            assert unit.text == clean_text(unit.text)


@pytest.mark.parametrize(("kind", "data"), SEEDS, ids=[f"{k}{i}" for i, (k, _) in enumerate(SEEDS)])
def test_units_are_the_text_and_spans_point_at_their_words(kind: str, data: bytes) -> None:
    check([read(kind, data)])


def test_several_documents() -> None:
    check([read("docx", docx(p("第1条　甲は") + table(["a", "b"]))), read("pdf", pdf([[(50.0, 700.0, 11.0, "Some words")]] * 2)), read("txt", b"x\n\ny")])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_keeps_its_words(text: str) -> None:
    try:
        document = read("txt", text.encode("utf-8", "replace"))
    except TselError:
        return
    if document.unit_kind == "paragraph" and document.metadata["encoding"] == "utf-8" and "\x1b[" not in text:
        found = "".join("".join(u.text.split()) for u in document.units)
        assert found == seen(text.encode("utf-8", "replace").decode())
    check([document])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60), min_size=1, max_size=12))
def test_any_word_file_keeps_its_words_in_order(words: list[str]) -> None:
    try:
        document = read("docx", docx("".join(p(w) for w in words if not w.startswith("<w:"))))
    except TselError:
        return
    if document.unit_kind == "paragraph":
        found = "".join("".join(u.text.split()) for u in document.units)
        assert found == "".join(seen(w) for w in words if not w.startswith("<w:"))


LATIN = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(20, 500), st.integers(20, 800), st.sampled_from([6.0, 10.0, 24.0]), LATIN), min_size=1, max_size=40))
def test_no_sign_of_a_page_is_lost_by_its_layout(texts: list[tuple[int, int, float, str]]) -> None:
    """Wherever words stand: what pdfium reads is in the page's lines, but for leaders and marks of divided words."""
    document = pypdfium2.PdfDocument(pdf([[(float(x), float(y), size, words) for x, y, size, words in texts]]))
    page = TextReader().read(document[0])
    layout = lay_out(page)
    seen = Counter("".join(line.text for line in layout.lines))
    lost = Counter("".join(s.text for s in page.segments)) - seen
    assert {sign for sign in lost if not sign.isspace() and sign not in ".-\x02\ufffe"} == set() or layout.had_line_numbers


@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_mutated_files_give_a_text_or_a_clear_error(kind: str) -> None:
    outcomes = {fuzz.read_case(kind, data) for data in fuzz.cases(kind, 60, seed=11)}
    assert outcomes <= {"ok", "DocumentError", "UnreadableDocument"}
    assert len(outcomes) > 1
