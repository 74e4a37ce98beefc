# ruff: noqa: E501 (one pattern a line)
"""What a sentence of the document says beside the question: true words that are no answer, or stand in another relation.

Each function names the word (" " where none can be named); "" where nothing is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.trust.claims.parts.evidence import Sentence, key_of, share_in
from tsel_core.trust.claims.parts.relation import other_object
from tsel_core.trust.claims.parts.words import IRREGULAR, is_japanese
from tsel_core.trust.other_words import said_otherwise
from tsel_core.trust.passages import PassageIndex, stem
from tsel_core.trust.question_match import content_words

_TIES = {stem(w) for w in ("before", "after", "until", "while", "during", "since")}
MIN_SPOKEN = 0.8  # of the question's words in another sentence, where the claim's has none of them
# what a document says, whatever it is
_ASKS_ANYTHING = lazy_pattern(
    r"^what (?:does|do) (?:it|this|the (?:document|contract|agreement|text)) say\W*$|^(?:この)?(?:文書|契約書?|条文|資料)には(?:どう|何と|なんと)(?:書かれて|定められて|記載されて)", re.I
)


def no_answer(question: str, asked: Mapping[str, float], sentence: Sentence, others: Sequence[Sentence]) -> str:
    """A true sentence is no answer where it has no word of the question and another sentence has nearly all."""
    if not asked or share_in(dict(asked), sentence) or _ASKS_ANYTHING.search(question):
        return ""
    if said_otherwise(content_words(question), f"{sentence.text}\n{sentence.headings}"):
        return ""
    return " " if any(share_in(dict(asked), other) >= MIN_SPOKEN for other in others) else ""


def unsaid(question: str, stated: str, words: Collection[str], index: PassageIndex, sentence: Sentence) -> str:
    """The rarest word that a claim has from its question, where neither it nor one that says the same is in the evidence.

    "The buyer pays for shipping" is not supported by who pays the invoices.
    """
    if is_japanese(stated):
        return ""
    asked = {f: w * index.rarity(f) for f, w in content_words(question).items() if f in words and f not in _TIES}
    if not asked:
        return ""
    rarest = max(asked, key=lambda f: asked[f])
    here = f"{sentence.text}\n{sentence.around}\n{sentence.headings}"
    verb = key_of(IRREGULAR.get(rarest, rarest))
    said = {key_of(rarest), verb} & (sentence.held | sentence.near) or said_otherwise([rarest], here)
    return "" if said else rarest


def other_relation(stated: str, sentence: str) -> str:
    """The claim's verb has its object in the sentence, and does not only share the sentence with it."""
    if normalise(stated.strip(" .。")) in normalise(sentence):
        return ""
    return other_object(stated, sentence)
