"""What a change means, told by rule: a value that becomes another, a party, a denial, words that came or went.

Such a sentence is true of the two texts whatever they are about. A model is asked for the rest alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.compare.change import Change
from tsel_core.compare.edits import Edit, edits_of, has_words, together, words_at
from tsel_core.compare.value_steps import step_words
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.library import prompt_text
from tsel_core.text.language import Lang
from tsel_core.text.sentences import split_sentences
from tsel_core.text.values import Value, extract_values

_MOST_EDITS = 4  # of one piece; more is a clause that was written anew
_LONGEST = 160  # characters of what went or came
_SHOWN = 140  # characters of a sentence that is quoted
_DENIES = lazy_pattern(r"\b(?:not|no|never|neither|nor|cannot|without)\b|n['’]t\b", re.I)
_DENIES_JA = lazy_pattern(
    r"(?<!なければなら)(?<!なくてはなら)(?<!ねばなら)(?<!ざるを得)(?:ない|なく|ず(?!れ)|ぬ|ません)"
)
_ENDING = 4  # letters by which the ending of a denied Japanese word is longer
_TITLE_WORDS = 6
_TITLE_CHARS = 24
_KINDS = (  # the first that matches a sentence of a clause
    ("prohibition", lazy_pattern(r"\b(?:shall|may|must|will|can) not\b|\bcannot\b", re.I)),
    ("prohibition", lazy_pattern(r"\bno (?:\w+ ){1,4}(?:may|shall|must)\b", re.I)),
    ("prohibition", lazy_pattern(r"てはならない|ではならない|ことができない|ことはできない|ないものとする|禁止する")),
    ("duty", lazy_pattern(r"\b(?:shall|must|undertakes? to|agrees? to|is (?:obliged|required) to)\b", re.I)),
    ("duty", lazy_pattern(r"なければならない|(?:義務|責任)を負う|ものとする")),
    ("duty", lazy_pattern(r"支払う|(?:提出|通知|報告|返還|保証)する")),
    ("right", lazy_pattern(r"\b(?:may|is entitled to|has the right to)\b", re.I)),
    ("right", lazy_pattern(r"することができる|できるものとする|権利を有する")),
)  # fmt: skip


def told(change: Change, lang: Lang) -> str | None:
    """What the change means; "" where nothing is to be said of it, None where no rule tells it."""
    if change.kind in ("added", "removed"):
        return _told_whole(change, lang)
    if len(change.old) != 1 or len(change.new) != 1:
        return None
    old, new = change.old[0].text, change.new[0].text
    steps, rest = _steps(edits_of(change), old, new, lang)
    rest = [e for e in together(rest, old, new) if has_words(old[slice(*e.old)] + new[slice(*e.new)])]
    sizes = [len(old[slice(*e.old)]) + len(new[slice(*e.new)]) for e in rest]
    if len(steps) + len(rest) > _MOST_EDITS or sum(sizes) > 2 * _LONGEST:
        return None
    said = steps + [_told_edit(e, old, new, lang) for e in rest]
    return _joined(said, lang)


def _steps(edits: Sequence[Edit], old: str, new: str, lang: Lang) -> tuple[list[str], list[Edit]]:
    """Sentences for the edits within one value, and the other edits."""
    before, after = extract_values(old), extract_values(new)
    said: dict[str, None] = {}
    rest: list[Edit] = []
    for edit in edits:
        one, two = _around(before, edit.old), _around(after, edit.new)
        if one is None or two is None or one.kind != two.kind or one.kind == "name":
            rest.append(edit)
        elif not set(one.readings) & set(two.readings):
            said[step_words(one, two, (old, new), lang)] = None
    return list(said), rest


def _around(values: Sequence[Value], place: tuple[int, int]) -> Value | None:
    """The value that holds all of a place."""
    lo, hi = place
    return next((v for v in values if v.start <= lo and hi <= v.end and (lo < hi or v.start < lo < v.end)), None)


def _told_edit(edit: Edit, old: str, new: str, lang: Lang) -> str:
    gone, came = words_at(old, edit.old), words_at(new, edit.new)
    turned = _turned(gone, came, _DENIES_JA if lang == "ja" else _DENIES)
    if turned:
        return prompt_text("compare", turned, lang).format(new=_sentence(new, edit.new))
    if gone and came:
        return prompt_text("compare", "told_becomes", lang).format(old=gone, new=came)
    return prompt_text("compare", "told_words" if came else "told_dropped", lang).format(words=came or gone)


def _turned(gone: str, came: str, denies: re.Pattern[str]) -> str:
    """Whether a denial alone came or went: "not", "may not" for "may", 負わない for 負う; "" where more did."""
    was, now = denies.search(gone), denies.search(came)
    if (was is None) == (now is None):
        return ""
    found, one, other = (was, gone, came) if was is not None else (now, came, gone)
    assert found is not None
    if re.match("[一-鿿]", one):
        alone = one[:1] == other[:1] and len(one) - len(other) <= _ENDING
    else:
        alone = " ".join(denies.sub(" ", one).split()) == " ".join(other.split())
    return ("told_denied" if now is not None else "told_affirmed") if alone else ""


def _told_whole(change: Change, lang: Lang) -> str | None:
    """Of a clause that came or went: whether duties, rights or prohibitions do; a heading or a row says nothing."""
    piece = (change.new or change.old)[0]
    if "\t" in piece.text or _is_title(piece.unnumbered):
        return ""
    text = piece.text
    found: dict[str, None] = {}
    for lo, hi in split_sentences(text):
        kind = next((name for name, pattern in _KINDS if pattern.search(text[lo:hi])), "")
        if kind:
            found.setdefault(kind)
    if not found:
        return None if change.kind == "added" else prompt_text("compare", "told_gone", lang)
    return _joined([prompt_text("compare", f"told_{change.kind}_{kind}", lang) for kind in found], lang)


def _is_title(text: str) -> bool:
    if text.rstrip().endswith((".", "。", ";", "；")) or extract_values(text):
        return False
    return len(text.split()) <= _TITLE_WORDS and (text.isascii() or len(text) <= _TITLE_CHARS)


def _sentence(text: str, place: tuple[int, int]) -> str:
    """The sentence that holds a place, shortened around it."""
    lo, hi = next(((a, b) for a, b in split_sentences(text) if a <= place[0] <= b), (0, len(text)))
    if hi - lo <= _SHOWN:
        return text[lo:hi]
    start = max(lo, min(place[0] - _SHOWN // 2, hi - _SHOWN))
    return ("…" if start > lo else "") + text[start : start + _SHOWN].strip() + ("…" if start + _SHOWN < hi else "")


def _joined(said: Sequence[str], lang: Lang) -> str:
    return ("" if lang == "ja" else " ").join(said)
