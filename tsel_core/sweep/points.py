# ruff: noqa: E501 (one pattern a line)
"""The main point of each part of a document: worded by the model and checked, or the document's own sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.library import prompt_text
from tsel_core.sweep.guards import leaks, loops, whole_sentences, wrong_language
from tsel_core.sweep.item import Item
from tsel_core.sweep.judge import Model, write_all
from tsel_core.sweep.merge import overlap
from tsel_core.sweep.parts import POINTS_BACK, Part, best_sentences, parts_of
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.facts import extract_facts
from tsel_core.text.language import Lang
from tsel_core.text.normalize import normalise
from tsel_core.text.sentences import split_sentences
from tsel_core.trust.passages import features

_BULLET = lazy_pattern(r"^[\s•・▪●○◦\-–*]+(?=\S)")
_SHOWN = 5  # sentences of a part that the model words its point from
_PLAINLY = 0.5  # probability of a chosen sentence
_ABOUT = lazy_pattern(
    r"(?i)^(?:the )?(?:main )?(?:point|passage|document|text|section)s?(?: of (?:the|this) (?:passage|document|text))? (?:is|are|says?|states?|explains?)(?: that)?[:,]?\s+"
)
_MOST = 2  # sentences of a point
_TOKENS = 80
_BEGINNING = 60  # sentences in which a document says what it is for
AIMS = lazy_pattern(
    r"(?i)\b(?:purpose|aim|objective)s? of\b|\bthis (?:report|document|paper|study|note|guide|policy)\b|\bwe (?:aim|set out) to\b"
    r"|を目的と|本報告書|本書は|本資料|本稿"
)
_LEAST_OVERLAP = 0.45  # of a point's words must stand in the sentences it was made from


def sweep_points(
    sentences: Sequence[Sentence],
    lang: Lang,
    most: int,
    model: Model | None,
    *,
    wording: bool = False,
    advance: Callable[[int], None] = lambda _done: None,
) -> list[Item]:
    """One point for each of at most `most` parts that cover the document: the sentence that the model chooses.

    With `wording` the model words it, and its words stay where the passage holds them.
    """
    parts = [part for part in parts_of(sentences, most) if best_sentences(part, _SHOWN)]
    words = [""] * len(parts)
    if model is not None and wording:
        words = worded(model, ["\n".join(s.text for s in best_sentences(part, _SHOWN)) for part in parts], lang)
    items = []
    for number, (part, written) in enumerate(zip(parts, words, strict=True)):
        items.append(_point(part, lang, None if wording else model, written))
        advance(number + 1)
    return items


def _point(part: Part, lang: Lang, model: Model | None, written: str) -> Item:
    """The point of a part: what was `written` about it, else a sentence of its own, which the model may choose."""
    shown, best = best_sentences(part, _SHOWN), best_sentences(part, 1)[0]
    if written:
        return Item("point", written, _places(written, shown), section=part.title, name=_name(part))
    if model is not None:
        best = chosen(model, shown, best, lang)
    what = _BULLET.sub("", " ".join(best.text.split()) if lang == "en" else best.text)
    if best.heading and POINTS_BACK.match(what):
        what = f"{best.heading.strip()}: {what}" if lang == "en" else f"{best.heading.strip()}：{what}"
    return Item("point", what, (best.span,), best.speaker, section=part.title, name=_name(part))


def _name(part: Part) -> str:
    """ "aside" for what stands in an appendix."""
    return "aside" if part.sentences[0].aside else ""


def find_purpose(sentences: Sequence[Sentence]) -> Item | None:
    """The sentence of the beginning that says what the document is for."""
    for sentence in [s for s in sentences if not s.aside][:_BEGINNING]:
        if AIMS.search(sentence.text) and not sentence.cells and 20 < len(sentence.text) < 400:
            return Item("point", " ".join(sentence.text.split()), (sentence.span,), name="purpose")
    return None


def chosen(model: Model, shown: Sequence[Sentence], best: Sentence, lang: Lang) -> Sentence:
    """The sentence that the model says a part is about; `best` where it does not prefer one plainly."""
    if len(shown) < 2:
        return best
    passage = "\n".join(f"{n}. {' '.join(s.text.split())}" for n, s in enumerate(shown, 1))
    options = [str(n) for n in range(1, len(shown) + 1)]
    odds = list(model.choose(passage, prompt_text("sweep", "choose", lang), options))
    likely = max(range(len(odds)), key=odds.__getitem__)
    return shown[likely] if odds[likely] >= _PLAINLY else best


def worded(model: Model, passages: Sequence[str], lang: Lang) -> list[str]:
    """The model's sentence about each passage, "" when it says anything the passage does not."""
    told = prompt_text("sweep", "point", lang)
    replies = write_all(model, [(passage, told) for passage in passages], _TOKENS)
    return [_cut(reply, passage, lang) for reply, passage in zip(replies, passages, strict=True)]


def _cut(reply: str, passage: str, lang: Lang) -> str:
    text = reply.strip()
    text = re.sub(r"^(?:\[\d{1,2}\]|[-*・•>]+)\s*", "", text)  # passages are shown with numbers
    text = whole_sentences(" ".join(text.split()) if lang == "en" else text.replace("\n", ""))
    bare = _ABOUT.sub("", text)
    text = bare[:1].upper() + bare[1:]
    ends = [hi for _, hi in split_sentences(text)]
    text = text[: ends[:_MOST][-1]] if ends else text
    return text if holds(text, passage, lang) else ""


def holds(text: str, passage: str, lang: Lang) -> bool:
    """Whether a text stands by a passage: its language, its values and names, most of its words; no loop, no leak."""
    if (
        len(text) < 12
        or wrong_language(text, lang)
        or loops(text)
        or leaks(text, [prompt_text("sweep", "point", told) for told in ("en", "ja")])
    ):
        return False
    known = {f.value for f in extract_facts(passage)}
    plain = normalise(passage)
    new = [f for f in extract_facts(text) if f.value not in known and normalise(f.text) not in plain]
    return not new and overlap_of(text, passage) >= _LEAST_OVERLAP and _same_side(text, passage)


def overlap_of(text: str, passage: str) -> float:
    """Share of the text's words that stand in the passage."""
    words, held = features(text), features(passage)
    total = sum(words.values())
    return sum(w for f, w in words.items() if f in held) / total if total else 0.0


_NOT: dict[Lang, tuple[str, ...]] = {
    "en": (" not ", " no ", "n't ", " never ", " without "),
    "ja": ("ない", "ません", "なかった", "ず、"),
}


def _same_side(text: str, passage: str) -> bool:
    """Whether a text denies something only where the passage does."""
    lang: Literal["en", "ja"] = "en" if text.isascii() else "ja"
    marks = _NOT[lang]
    return not any(m in text for m in marks) or any(m in passage for m in marks)


def _places(text: str, shown: Sequence[Sentence]) -> tuple[SourceSpan, ...]:
    """For each sentence of a text the sentence it is nearest to."""
    spans = [max(shown, key=lambda s: overlap(text[lo:hi], s.text)).span for lo, hi in split_sentences(text)]
    return tuple(dict.fromkeys(spans))
