"""What must never reach a reader: loops, half sentences, words of the prompt, another language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.text.normalize import normalise
from tsel_core.text.sentences import split_sentences
from tsel_core.text.tongue import tongues_in

_LOOP_UNITS = 3  # times that a stretch may come in a row
_MIN_LEAK = {True: 24, False: 12}  # normalised characters of a sentence that are no chance, in ASCII or not


def whole_sentences(text: str) -> str:
    """The text up to the end of its last whole sentence; as it is when it holds none."""
    ends = [m.end() for m in re.finditer(r"[.!?。！？][\"”」』）)\]]*(?=\s|$|[^\s\w])|[。！？][」』）]*", text)]
    return text[: ends[-1]].rstrip() if ends else text


def loops(text: str) -> bool:
    """Whether a text says the same again and again: a sentence or line for the third time, or a short piece many."""
    said: dict[str, int] = {}
    for start, end in split_sentences(text):
        words = normalise(text[start:end])
        if len(words) > 8:
            said[words] = said.get(words, 0) + 1
            if said[words] >= _LOOP_UNITS:
                return True
    return re.search(r"(.{4,60}?)\1{3,}", text[-400:], re.S) is not None


def without_loop(text: str) -> str:
    """The text up to where it begins to say the same again; as it is when it does not loop (see `loops`)."""
    if not loops(text):
        return text
    said: set[str] = set()
    for start, end in split_sentences(text):
        words = normalise(text[start:end])
        if len(words) > 8 and words in said:
            return text[:start].rstrip()
        said.add(words)
    piece = re.search(r"(.{4,60}?)\1{3,}", text, re.S)
    return text[: piece.end(1)].rstrip() if piece else text


def leaks(text: str, prompts: Sequence[str]) -> list[str]:
    """Sentences of the text that stand in one of the prompts word for word."""
    whole = [normalise(p) for p in prompts]
    found = []
    for start, end in split_sentences(text):
        words = normalise(text[start:end].strip(" -*・"))
        if len(words) >= _MIN_LEAK[words.isascii()] and any(words in p for p in whole):
            found.append(text[start:end])
    return found


def wrong_language(text: str, lang: str) -> bool:
    """Whether a text is not in the language it should be in: Japanese without kana, English full of them.

    Of other languages (any code), whether it is plainly in another one.
    """
    if lang not in ("en", "ja"):
        read = tongues_in(text)
        return bool(read) and lang not in read
    kana = sum("\u3040" <= c <= "\u30ff" for c in text)
    letters = sum(c.isalpha() for c in text)
    if letters < 20:
        return False
    return kana < letters / 20 if lang == "ja" else kana > letters / 5
