"""What a change means, told by rule: a value that becomes another, a party, a denial, words that came or went.

Such a sentence is true of the two texts whatever they are about. A model is asked for the rest alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.compare.change import Change
from tsel_core.compare.clause_kind import is_heading, kind_of
from tsel_core.compare.edits import Edit, edits_of, has_words, together, words_at
from tsel_core.compare.signs import with_context
from tsel_core.compare.value_edits import value_steps
from tsel_core.compare.value_steps import step_words
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.library import prompt_text
from tsel_core.text.language import Lang
from tsel_core.text.said_twice import at_odds
from tsel_core.text.sentences import split_sentences

_MOST_EDITS = 4  # of one piece; more is a clause that was written anew
_LONGEST = 160  # characters of what went or came
_SHOWN = 140  # characters of a sentence that is quoted
_DENIES = lazy_pattern(r"\b(?:not|no|never|neither|nor|none|nothing|cannot|without)\b|n['’]t\b", re.I)
_DENIED = lazy_pattern(
    r"\b(?:shall|may|must|can|will|is|are|was|were) not (?!only|less|more|later|limited|merely|just|necessarily)", re.I
)
_UNCERTAIN = lazy_pattern(
    r"\b(?:if|unless|except|when|where|whether|until|provided|which|who|that|but|only|hardly|fails?|refuses?|prevents?)\b",
    re.I,
)
_DENIES_JA = lazy_pattern(r"な[いくけし]|ず|ぬ|ません|除[きく]|のみ|だけ|限[りる]|場合|とき|免")
_ENDINGS_JA = frozenset(
    (("わない", "う"), ("しない", "する"), ("らない", "る"), ("ない", "る"), ("かない", "く"), ("さない", "す"))
)


def told(change: Change, lang: Lang) -> str | None:
    """What the change means; "" where nothing is to be said of it, None where no rule tells it."""
    if change.kind in ("added", "removed"):
        return _told_whole(change, lang)
    if len(change.old) != 1 or len(change.new) != 1:
        return None
    old, new = change.old[0].text, change.new[0].text
    signs, edits = with_context(edits_of(change), old, new)
    steps, rest = value_steps(edits, old, new)
    rest = [e for e in together(rest, old, new) if has_words(old[slice(*e.old)] + new[slice(*e.new)])]
    sizes = [len(old[slice(*e.old)]) + len(new[slice(*e.new)]) for e in rest + signs]
    if len(steps) + len(rest) + len(signs) > _MOST_EDITS or sum(sizes) > 2 * _LONGEST:
        return None
    said = list(dict.fromkeys(step_words(step, (old, new), lang) for step in steps))
    said += [_put(e, old, new, lang) for e in signs]
    for edit in rest:
        turned = _turned(edit, old, new, lang)
        if turned is None or (turned and len(rest) > 1):
            return None
        words = prompt_text("compare", turned, lang).format(new=_sentence(new, edit.new)) if turned else ""
        said.append(words or _put(edit, old, new, lang))
    known = {twice.text for twice in at_odds(old)}
    odd = (twice.text for twice in at_odds(new) if twice.text not in known)
    said += [prompt_text("compare", "told_odd", lang).format(text=text) for text in odd]
    return _joined(said, lang)


def _put(edit: Edit, old: str, new: str, lang: Lang) -> str:
    """What went and what came, as it is written."""
    gone, came = words_at(old, edit.old), words_at(new, edit.new)
    if gone and came:
        return prompt_text("compare", "told_becomes", lang).format(old=gone, new=came)
    words = (came or gone).removesuffix("。" if lang == "ja" else ".")
    return prompt_text("compare", "told_words" if came else "told_dropped", lang).format(words=words)


def _turned(edit: Edit, old: str, new: str, lang: Lang) -> str | None:
    """Whether a denial alone came or went: "may not" for "may", 負わない for 負う; "" where more did.

    None where one did and the sentence holds more that bears on it.
    """
    gone, came = words_at(old, edit.old), words_at(new, edit.new)
    if lang == "ja":
        now = next((w for w, one, other in ((True, came, gone), (False, gone, came)) if _alone_ja(one, other)), None)
        if now is None:
            return ""
        text, place = (new, edit.new) if now else (old, edit.old)
        rest = _whole_sentence(text, place).replace(text[slice(*place)], "", 1)
        if _DENIES_JA.search(rest) or text[place[1] : place[1] + 1] not in ("", "。"):
            return None
        return "told_denied" if now else "told_affirmed"
    if (_DENIES.search(gone) is None) == (_DENIES.search(came) is None):
        return ""
    now = _DENIES.search(came) is not None
    one, other = (came, gone) if now else (gone, came)
    if " ".join(_DENIES.sub(" ", one).split()) != " ".join(other.split()):
        return ""
    sentence = _whole_sentence(*((new, edit.new) if now else (old, edit.old)))
    if len(_DENIES.findall(sentence)) != 1 or not _DENIED.search(sentence) or _UNCERTAIN.search(sentence):
        return None
    return "told_denied" if now else "told_affirmed"


def _alone_ja(denied: str, other: str) -> bool:
    """負わない for 負う: the ending of one word alone differs, by a denial."""
    same = next((i for i, (a, b) in enumerate(zip(denied, other, strict=False)) if a != b), 0)
    return same > 0 and (denied[same:], other[same:]) in _ENDINGS_JA


def _told_whole(change: Change, lang: Lang) -> str | None:
    """Of a clause that came or went: whether it is a duty, right or prohibition; a heading or a row says nothing."""
    pieces = change.new or change.old
    piece = pieces[0] if len(pieces) == 1 else replace(pieces[0], text="\n".join(p.text for p in pieces))
    if "\t" in piece.text or is_heading(piece) or all(p.is_title for p in pieces):
        return ""
    kind = kind_of(piece)
    if kind:
        return prompt_text("compare", f"told_{change.kind}_{kind}", lang)
    return None if change.kind == "added" else prompt_text("compare", "told_gone", lang)


def _whole_sentence(text: str, place: tuple[int, int]) -> str:
    return next((text[a:b] for a, b in split_sentences(text) if a <= place[0] <= b), text)


def _sentence(text: str, place: tuple[int, int]) -> str:
    """The sentence that holds a place, shortened around it."""
    lo, hi = next(((a, b) for a, b in split_sentences(text) if a <= place[0] <= b), (0, len(text)))
    if hi - lo <= _SHOWN:
        return text[lo:hi]
    start = max(lo, min(place[0] - _SHOWN // 2, hi - _SHOWN))
    return ("…" if start > lo else "") + text[start : start + _SHOWN].strip() + ("…" if start + _SHOWN < hi else "")


def _joined(said: Sequence[str], lang: Lang) -> str:
    return ("" if lang == "ja" else " ").join(said)
