"""A mail whose plain text and page say two things is read as mail programs show it, and said to do so."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.core.ingest.formats.test_kinds import flow, read

PLAIN = "Dear Ms. Ito,\n\nthe rent is EUR 1,480 a month, see <https://example.org/a?b=9>.\n\n* pets are allowed\n* smoking is not\n\nBo\n"
PAGE = (
    '<p>Dear Ms. Ito,</p><p>the rent is EUR&nbsp;1,480 a month, <a href="https://example.org/a?b=9">see</a>.</p>'
    "<ul><li>pets are <b>allowed</b><li>smoking is not</ul><img src=cid:1 alt='Logo of Acme'><p>Bo</p>"
)


def mail(plain: str, page: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.c", "Rent"
    message.set_content(plain)
    message.add_alternative(page, subtype="html")
    return message.as_bytes()


def said(plain: str, page: str) -> tuple[str, list[str]]:
    document = read(mail(plain, page), "a.eml")
    return "\n".join(flow(document)), [w for w in document.warnings if w.startswith("the mail's plain text")]


def test_two_forms_of_one_text_are_one() -> None:
    text, warnings = said(PLAIN, PAGE)
    assert "* pets are allowed" in text
    assert warnings == []
    assert said("家賃は\n五万円です。", "<p>家賃は五万円です。</p>")[1] == []
    assert said("*Rent*: 5", "<style>.p{display:none}</style><p class=p>preview</p><b>Rent</b>: 5")[1] == []


@pytest.mark.parametrize(
    ("old", "new", "word"), [("1,480", "1,840", "480"), ("smoking is not", "smoking is", "not"), ("Ito", "Mori", "ito")]
)
def test_the_page_is_read_where_the_two_differ(old: str, new: str, word: str) -> None:
    text, warnings = said(PLAIN.replace(old, new), PAGE)
    assert old in text
    assert new == "smoking is" or new not in text
    assert len(warnings) == 1
    assert f'"{word}"' in warnings[0]
    assert said(PLAIN, PAGE.replace(old, new))[0].count(new) == 1


def test_japanese_words_that_differ() -> None:
    text, warnings = said("家賃は五万円です。", "<p>家賃は八万円です。</p>")
    assert "家賃は八万円です。" in text
    assert '"五", "八"' in warnings[0]
