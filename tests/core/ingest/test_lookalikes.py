"""Letters that look like others, and texts that another program read by a wrong encoding."""

from __future__ import annotations

import pytest

from tests.core.ingest.formats.test_kinds import flow, read
from tsel_core.ingest.encoding.encodings import decode
from tsel_core.ingest.encoding.lookalikes import mixed_words

TEXT = "第1条（目的）本契約は、甲が乙に対し業務を委託する条件を定める。\n第2条 委託料は月額金620,000円とする。\n"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The рауmеnt deadline", ['"рауmеnt" (Cyrillic)']),
        ("Τhe fee", ['"Τhe" (Greek)']),
        ("EUR 1O,OOO or 1l,500.00", ['"1O,OOO" (letters)', '"1l,500.00" (letters)']),
        ("Оплата за 30 дней, IT-отдел, 5 μm, 10 kΩ, 1,000 and 12,500.50, α-test", []),
        ("H2O,CO2,O,OOO, Il,Io", []),
        ("Ελλάδα and Россия; Δt; naïve façade", []),
    ],
)
def test_words_that_are_not_what_they_seem_are_named(text: str, named: list[str]) -> None:
    assert mixed_words(text) == named


def test_a_document_names_them() -> None:
    document = read("The рауmеnt is EUR 1O,OOO.".encode(), "a.txt")
    assert any("stand in one word" in w and "1O,OOO" in w and "Cyrillic" in w for w in document.warnings)
    assert flow(document) == ["The рауmеnt is EUR 1O,OOO."]  # as it stands


@pytest.mark.parametrize(
    ("words", "codec"),
    [(TEXT, "latin-1"), ("Café – “façade” €100 naïve", "latin-1"), ("Café – naïve façade €100", "cp1252"), ("たいせつなこと" * 3, "cp932")],
)
def test_a_text_that_was_saved_after_a_wrong_reading(words: str, codec: str) -> None:
    decoded = decode(words.encode().decode(codec).encode())
    assert decoded.text == words
    assert "undone" in decoded.warning


def test_one_that_lost_signs_is_called_garbled_and_not_whole() -> None:
    for codec in ("cp932", "cp1252"):
        document = read((TEXT * 3 + "Café “naïve” façade “x”").encode().decode(codec, "replace").replace("\ufffd", "?").encode(), "a.txt")
        assert document.missing
        assert "garbled" in document.missing[0]


@pytest.mark.parametrize(
    "text",
    ["Château, Ã and Â are letters; façade €5 “so”", "São Paulo, não, ÁÉÍÓÚ", TEXT, "糸が縺れる。繧繝模様。", "Größe, Übergröße, 100 €"],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    decoded = decode(text.encode())
    assert (decoded.text, decoded.warning) == (text, "")


def test_escapes_of_iso_2022_jp_count_more_than_what_a_mail_or_page_calls_itself() -> None:
    body = TEXT.encode("iso2022_jp")
    mail = b"From: a@x.org\nSubject: x\nContent-Type: text/plain; charset=us-ascii\n\n" + body
    assert "委託料は月額金620,000円とする。" in "\n".join(flow(read(mail, "a.eml")))
    page = b"<meta charset=utf-8><p>" + body
    assert "委託料は月額金620,000円とする。" in "\n".join(flow(read(page, "a.html")))


def test_a_vertical_tab_ends_a_line() -> None:
    assert flow(read(b"The term is 2 years.\x0b3 months' notice.", "a.txt")) == ["The term is 2 years.\n3 months' notice."]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_that_ends_within_a_character(codec: str) -> None:
    document = read((TEXT * 4).encode(codec)[:-1], "a.txt")
    assert "委託料は月額金620,000円とする。" in "\n".join(flow(document))
    assert document.missing == ("the text ends within a character: the file was cut off",)
