# ruff: noqa: E501 (one pattern a line)
"""Which of several papers mentions something: code looks for the words, and names each paper that has them with the places."""

from __future__ import annotations

import re

from tsel_core.document import file_name
from tsel_core.evidence.locating.locate import Locator
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.trust.amendments.clauses import Line, lines_of
from tsel_core.trust.passages import features

_PAPERS = r"(?:documents?|files?|papers?|contracts?|agreements?|letters?|reports?|minutes)"
_HAS = r"(?:mentions?|names?|contains?|has|have|includes?|covers?|discuss(?:es)?|addresse?s?|refers? to|speaks? (?:of|about)|talks? about|deals? with|says? (?:something|anything) about|is about|are about)"
_ASKS = lazy_pattern(
    rf"^(?:in )?which (?:one )?(?:of (?:the|these|those) )?{_PAPERS}(?: (?:here|in (?:the|this) folder))?,? {_HAS} (?P<what>[^?]{{2,80}}?)\s*\?*$"
    rf"|^(?:in )?which (?:of (?:the|these|those) )?{_PAPERS} (?:is|are|does|do) (?P<what2>[^?]{{2,80}}?) (?:mentioned|named|contained|found|discussed|addressed|appear|occur|stand)(?: in)?\s*\?*$",
    re.I,
)
_PAPERS_JA = r"(?:文書|書類|ファイル|資料|契約書|書面|議事録)"
_HAS_JA = r"(?:言及|触れ|書かれ|書いて|記載|述べ|出て|含まれ|定め|規定|載っ|登場)"
_ASKS_JA = lazy_pattern(
    rf"^(?:どの|どちらの|いずれの){_PAPERS_JA}(?:に|が|で|は)(?P<what>[^。？?]{{1,40}}?)(?:について(?:は)?|に関して|のことが|という語が|が|は|に)?{_HAS_JA}[^。？?]{{0,16}}[。？?]*$"
    rf"|^(?P<what2>[^。？?]{{1,40}}?)(?:について(?:は)?|に関して|のことが|という語が|が|は|に){_HAS_JA}[^。？?]{{0,12}}?(?:のは)?(?:どの|どれの|どちらの){_PAPERS_JA}(?:です)?か?[。？?]*$"
)
_BY_WORD = lazy_pattern(r"\b(?:mention|name|contain|refer|speak|talk|occur|appear|word|term)|言及|触れ|書かれ|書いて|記載|出て|載っ|登場|という語", re.I)
_QUOTES = "\"“”‘’'「」『』 "
_FRAME = lazy_pattern(r"^(?:the )?(?:words?|terms?|phrase|expression)\s+|^(?:any|an?|the)\s+", re.I)
_MOST = 3  # places of a paper that are shown


def asked_words(question: str) -> str:
    """What a question asks to be found in one of the papers; "" for another question."""
    text = " ".join(question.split())
    asked = _ASKS.match(text) or _ASKS_JA.match(text)
    if asked is None:
        return ""
    return _FRAME.sub("", (asked["what"] or asked["what2"] or "").strip()).strip(_QUOTES)


def which_papers(question: str, locator: Locator) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each paper that has the words, by its name, with its first places and their sentences; [] where none or one alone is read."""
    documents = locator.index.documents
    what = asked_words(question) if len(documents) > 1 else ""
    found: dict[int, list[Line]] = {}
    for line in lines_of(locator.index) if what else ():
        if _has(line.text, what):
            found.setdefault(line.span.doc_index, []).append(line)
    return [(file_name(documents[doc]), [(locator.index.label(line.span), line.text) for line in lines[:_MOST]]) for doc, lines in found.items()]


def told_papers(question: str, locator: Locator) -> tuple[str, bool]:
    """The papers and places as an answer, a paper and place a paragraph, with its sentence; "" where there are none.

    And whether that is the whole answer: a paper may be "about" a thing in other words.
    """
    papers = which_papers(question, locator)
    told = "\n\n".join(f"{name}, {label}:\n{' '.join(text.split())}" for name, places in papers for label, text in places)
    return told, _BY_WORD.search(question) is not None


def _has(text: str, what: str) -> bool:
    if normalise(what) in normalise(text):
        return what.isascii() is False or re.search(rf"\b{re.escape(what)}(?:e?s|['’]s)?\b", " ".join(text.split()), re.I) is not None
    wanted = features(what).keys()
    return what.isascii() and bool(wanted) and wanted <= features(text).keys()
