"""Orders by what they are made of, not by their wording: who is meant, what is to come out, on what occasion.

A sentence is looked at as a set of classes of words (an automatic reader, this document, an answer, a question, only,
must, ...); a rule names classes that an honest sentence hardly holds together. Each language has the same classes
(reader_words.py, reader_words_asian.py), so a rule holds in all of them.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.orders.reader_words import LATIN
from tsel_core.trust.orders.reader_words_asian import ASIAN

RULES: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "machine must out form",  # an automatic reader has to answer in some way
        "machine must out only",
        "machine must out absent",
        "machine must out before",
        "machine handle out",
        "machine judge",  # ... or to think well of something
        "tool handle out must",
        "tool handle only",
        "ask every doc form",  # to every question about this text, this one thing
        "ask doc out only",
        "ask you out absent",  # when asked, say that it is not there
        "ask out tool absent",
        "role every you",  # you are somebody's advocate in all you say
        "hide self user",  # this passage is kept from the user
        "hide self you",
        "past void",  # what you were told before does not count
        "out doc form must",  # what comes of this file has this form
        "out doc form only",
        "you out form only",
        "attach you out url",  # what is written ends in a link
        "attach every out url",
        "yours edit",  # what is answered gets another form, or something put into it
        "ask fixed absent",  # the reply to a question is: it is not there
    )
)
TOGETHER: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "stop absent",  # nothing follows, the document is empty
        "stop out",
        "above void out",  # what stands above is a sample
        "machine user absent out",
        "promise ask",  # a reply of the program that stands in the document
    )
)
_SENTENCE = lazy_pattern(r"(?:[^.!?;。！？；\n]|[.!?;](?=[^\s\"')\]]))+[.!?;。！？；\n]*")
_NEIGHBOURS = 3  # sentences that a rule of TOGETHER may take its classes from
_LONG = 500  # characters of a sentence beyond which it is a list or a table


@dataclass(frozen=True)
class Tongue:
    """One language: a pattern that says whether a text is in it, and the classes of words."""

    here: str
    words: Mapping[str, str]

    @cached_property
    def compiled(self) -> Mapping[str, re.Pattern[str]]:
        """The classes' patterns, compiled for a text that is in this language."""
        return {name: re.compile(pattern) for name, pattern in self.words.items()}

    @cached_property
    def spoken(self) -> re.Pattern[str]:
        """What says that a text is in this language."""
        return re.compile(self.here)


TONGUES = tuple(Tongue(here, words) for here, words in (*LATIN, *ASIAN))
# a sentence in which none of these stands breaks no rule
_FIRST = ("machine", "tool", "doc", "self", "you", "past", "above", "stop", "promise", "fixed", "yours")


def orders_to_reader(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, "reader") of the sentences of a folded text that give orders to whoever reads by machine."""
    tongues = [t for t in TONGUES if t.spoken.search(text)]
    if not tongues:
        return
    sentences = [m.span() for m in _SENTENCE.finditer(text)]
    for tongue in tongues:
        last: deque[tuple[int, frozenset[str]]] = deque(maxlen=_NEIGHBOURS)
        for start, end in sentences:
            classes = _classes(text[start:end], tongue, bool(last)) if end - start <= _LONG else frozenset()
            if any(rule <= classes for rule in RULES):
                yield start, end, "reader"
            last.append((start, classes))
            near = frozenset().union(*(c for _, c in last))
            if any(rule <= near for rule in TOGETHER):
                yield last[0][0], end, "reader"
            if not near:
                last.clear()


def _classes(sentence: str, tongue: Tongue, follows: bool) -> frozenset[str]:
    """Classes of a sentence; none where nothing speaks of a reader, unless it follows one that does."""
    found = {name for name in _FIRST if tongue.compiled[name].search(sentence)}
    if not found and not follows:
        return frozenset()
    rest = (name for name in tongue.compiled if name not in _FIRST)
    return frozenset(found.union(name for name in rest if tongue.compiled[name].search(sentence)))
