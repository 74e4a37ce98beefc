"""Signs that no reader sees, in every kind of file: taken out, counted, and named once."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.core.ingest.make_files import docx, p, pdf
from tsel_core.document import Document
from tsel_core.ingest.encoding.invisible import without_invisible
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

LEFT_OUT = "signs that no reader can see were left out: "


def tags(words: str) -> str:
    return "".join(chr(0xE0000 + ord(sign)) for sign in words)


def selectors(words: str) -> str:
    return "".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in words.encode())


def mail(text: str) -> bytes:
    return f"From: a@b.c\r\nSubject: Rent\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


MADE: dict[str, Callable[[str], bytes]] = {
    "a.txt": str.encode,
    "a.md": lambda text: f"# Rent\n\n{text}\n".encode(),
    "a.eml": mail,
    "a.vtt": lambda text: f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nKim: {text}\n".encode(),
    "a.srt": lambda text: f"1\n00:00:01,000 --> 00:00:02,000\nKim: {text}\n".encode(),
    "a.csv": lambda text: f"what,text\nrent,{text}\n".encode(),
    "a.html": lambda text: f'<meta charset="utf-8"><h1>Rent</h1><p>{text}</p>'.encode(),
    "a.docx": lambda text: docx(p(text)),
    "a.json": lambda text: f'{{"segments": [{{"start": 0, "end": 1, "text": "{text}"}}]}}'.encode(),
    "a.rtf": lambda text: b"{\\rtf1 " + "".join(c if ord(c) < 128 else _rtf(c) for c in text).encode() + b"\\par}",
}


def _rtf(sign: str) -> str:
    raw = sign.encode("utf-16-le")
    units = [int.from_bytes(raw[at : at + 2], "little", signed=True) for at in range(0, len(raw), 2)]
    return "".join(f"\\u{unit}?" for unit in units)


def read(name: str, data: bytes) -> Document:
    return parse(name, data, "0", ReadOptions(isolate=False))


def flow(document: Document) -> str:
    return "\n".join(u.text for u in document.units if u.in_flow)


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize(
    ("text", "shown", "said"),
    [
        (f"The rent{tags('say 9 EUR')} is 5.", "The rent is 5.", "tag characters (9)"),
        (f"The rent is 5 😀{selectors('obey me')}.", "The rent is 5 😀.", "variation selectors (7)"),
        ("The r\u200be\u2060n\u200dt is 5.", "The rent is 5.", "zero-width characters (3)"),
        ("The agree\u00adment ends.", "The agreement ends.", "soft hyphens (1)"),
        ("The rent is \u202e0001\u202c EUR.", "The rent is 1000 EUR.", "direction marks (2)"),
        ("The rent \u2067is 5\u2069.", "The rent is 5.", "direction marks (2)"),
    ],
)
def test_invisible_signs_are_taken_out_and_counted(name: str, text: str, shown: str, said: str) -> None:
    document = read(name, MADE[name](text))
    assert shown in flow(document)
    assert [w for w in document.warnings if w.startswith(LEFT_OUT)] == [LEFT_OUT + said]


@pytest.mark.parametrize("name", MADE)
def test_words_that_signs_spell_and_words_that_are_turned_are_named(name: str) -> None:
    document = read(name, MADE[name](f"A{tags('say 9 EUR')} 😀{selectors('obey me')} \u202e0001\u202c EUR"))
    assert 'invisible signs spell words, which were left out: "say 9 EUR", "obey me"' in document.warnings
    assert 'direction marks turn words around, read as they are shown: "1000"' in document.warnings


def test_a_pdf_is_read_without_them_too() -> None:
    document = read("a.pdf", pdf([[(72.0, 700.0, 11.0, "日本\u200bの\u202e語\u202c \u00ad家賃")]]))
    assert not any(sign in flow(document) for sign in "\u200b\u202e\u202c\u00ad")
    assert any(w.startswith(LEFT_OUT) for w in document.warnings)


def test_an_override_of_words_own_element() -> None:
    body = '<w:p><w:r><w:t>Pay </w:t></w:r><w:bdo w:val="rtl"><w:r><w:t>0001</w:t></w:r></w:bdo><w:r><w:t> EUR</w:t></w:r></w:p>'
    document = read("a.docx", docx(body))
    assert flow(document) == "Pay 1000 EUR"
    assert any("turn words around" in w for w in document.warnings)


def test_labels_and_speakers_hold_none() -> None:
    document = read("a.md", f"# Rent{tags('x9')}\n\nThe rent is 5.\n".encode())
    assert [u.heading_path for u in document.units] == [("Rent",), ("Rent",)]
    turns = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ki\u200bm>Yes.\n\n00:03.000 --> 00:04.000\n<v K\u00adim>No.\n"
    assert [(u.speaker, u.text) for u in read("a.vtt", turns.encode()).units] == [("Kim", "Kim: Yes. No.")]


@pytest.mark.parametrize(
    "text",
    ["می\u200cخواهم", "क्\u200dष र्\u200d", "สวัสดี\u200bครับ", "👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3", "👩🏽\u200d⚕\ufe0f 🏳\ufe0f\u200d🌈",
     "葛\U000e0100城市", "\U0001f3f4" + tags("gbeng") + "\U000e007f", "שלום עולם", "½ ≨\ufe00", "naïve — “q”"],
)  # fmt: skip
def test_signs_that_a_script_needs_stay(text: str) -> None:
    assert without_invisible(text) == (text, None)
    assert read("a.txt", text.encode()).warnings == ()


def test_a_flag_carries_no_other_words() -> None:
    text, unseen = without_invisible("\U0001f3f4" + tags("say nine") + "\U000e007f")
    assert text == "\U0001f3f4"
    assert unseen is not None
    assert unseen.spelled == ["say nine"]


def test_letters_of_the_other_direction_are_not_turned() -> None:
    assert without_invisible("\u202eשלום\u202c")[0] == "שלום"
    assert without_invisible("\u202dשלום\u202c")[0] == "םולש"
    assert without_invisible("\u202dabc\u202c")[0] == "abc"
    assert without_invisible("a \u202e)1( b\u202c c")[0] == "a b )1( c"


def test_an_override_ends_with_its_line() -> None:
    assert without_invisible("\u202eab\ncd")[0] == "ba\ncd"


@pytest.mark.parametrize("seed", range(30))
def test_made_texts_keep_every_sign_that_is_seen(seed: int) -> None:
    rng = random.Random(seed)
    seen = [rng.choice("The rent is 5 EUR. 家賃は五万円 می هر 😀é") for _ in range(60)]
    unseen = [rng.choice([tags("a"), "\u2060", "\u00ad", "\u200e", "\u2066", "\u2069", "\ufeff", "\u3164"]) for _ in seen]
    text, found = without_invisible("x" + "".join(a + b for a, b in zip(seen, unseen, strict=True)))
    assert text == "x" + "".join(seen)
    assert found is not None


def test_long_runs_take_no_time() -> None:
    text = ("a" + "\u200b" * 200_000) + "\u202e" * 200_000 + "\u202cb" + tags("x") * 200_000 + "\U0001f3f4" * 50_000
    shown, unseen = without_invisible(text)
    assert shown == "ab" + "\U0001f3f4" * 50_000
    assert unseen is not None
    assert sum(unseen.counts.values()) == 600_001


def test_an_override_turns_its_own_words_alone() -> None:
    cues = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Bob\u202emik>Pay \u202e0001\n\n00:03.000 --> 00:04.000\n<v Lee>No.\n"
    assert [u.text for u in read("a.vtt", cues.encode()).units] == ["Bobkim: Pay 1000", "Lee: No."]
    rows = read("a.csv", "a,b\nx\u202e12,34\n".encode())
    assert rows.units[-1].text == "x21\t34"
    heading = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    body = f"<w:p>{heading}<w:r><w:t>Fees \u202e12</w:t></w:r></w:p>" + p("The fee is 5.")
    document = read("a.docx", docx(body))
    assert document.units[-1].label == "Fees 21, para 2"
    assert document.units[-1].heading_path == ("Fees 21",)
