# ruff: noqa: SIM905, E501 (lists of words, one pattern a line)
"""What is to be listed: the words of the wish, the kind of thing, whose it is, and what else they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tsel_core.errors import UsageError
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.listing.heads import head_of
from tsel_core.listing.kinds import KINDS, PERSON, Kind
from tsel_core.text.language import Lang, detect_lang

_MORE = r"(?:\s+(?!(?:about|as|at|before|during|for|from|if|in|of|on|or|and|that|to|under|when|which|who|with|within)\b|\w+ing\b)[a-z][\w-]*){1,2}"
_OF = lazy_pattern(
    r"\b(?i:of|on|for|by|that|which)\s+(?i:the\s+)?"
    rf"(?P<who>[\w-]+{_MORE}(?=\W*$)|[\w&.'’-]+(?:\s+[A-Z][\w&.'’-]*)*)"
)
_CAN = r"\s+(?:must|shall|has to|have to|may|can|is allowed)\b"
_DOES = lazy_pattern(
    rf"(?i)\bthe\s+(?P<two>[\w&.-]+(?:\s+[\w&.-]+){{0,2}}){_CAN}|\b(?P<one>[\w&.-]+){_CAN}"
)  # "the receiving party must", "Northwind may"
_POSSESSIVE = lazy_pattern(r"(?i)\b(?P<who>[A-Za-z][\w&.-]*)['’]s?\s")
_OF_JA = lazy_pattern(r"^(?P<who>[^のがはに、]{1,20})(?:の|が|に(?!関|つい|対|よる|おけ|係|基))")
_SMALL = frozenset(
    "every all each any list do does the a an of on for by that which to in and or is are has have must may be it its"
    " this please find give me what stated mentioned document contract agreement text where everything anything about"
    " was were been still concerning regarding mention mentions reference references clause clauses provision provisions".split()
)
_SMALL_JA = lazy_pattern(
    r"すべて|全て|全部|一覧|リスト|列挙|挙げ|ください|この|文書|契約書?|条項|定め|規定|記載|言及|関する|関係する|について|もの|こと|[のをにはがでと、。]"
)
_THERE = frozenset("present attending attended meeting there who was were spoke speaking named 会議 出席 参加 発言 人 全員".split())
_NOBODY = frozenset("this that the document agreement contract text meeting paper payment delivery".split())


@dataclass(frozen=True)
class Wish:
    """`words` as they were asked; `kind` where code knows it; `who` the party whose things are meant, "" for all.

    `rest` are words that neither kind nor party explain: with them no code alone decides. `head` is the thing itself
    where the words of no kind say who gives it to whom as well.
    """

    words: str
    lang: Lang
    kind: Kind | None
    who: str = ""
    rest: tuple[str, ...] = ()
    head: str = ""

    @classmethod
    def of(cls, words: str, lang: Lang | None = None, kinds: Sequence[Kind] = KINDS) -> Wish:
        """A wish in the user's words, of one of these kinds or of none. Raises UsageError for an empty one."""
        words = " ".join(words.split())
        if not words:
            raise UsageError("there is nothing to list", 'tsel list contract.pdf "every obligation of the supplier"')
        lang = lang or detect_lang(words)
        kind = next((k for k in kinds if k.named[lang].search(words)), None)
        who = _who(words, lang, kind)
        rest = _rest(words, lang, kind, who)
        if kind is not None and kind.name == PERSON and (rest := tuple(w for w in rest if w not in _THERE)):
            return cls(words, lang, None, "", _rest(words, lang, None, ""))  # some persons, and not who was there
        head, beside = head_of(words, lang) if kind is None else ("", ())
        return cls(words, lang, kind, who, (*beside, head) if head else rest, head)


def without_kind(wish: Wish) -> Wish:
    """The wish as words alone, where what code knows of its kind finds nothing to go by."""
    return replace(wish, kind=None, who="", rest=_rest(wish.words, wish.lang, None, ""))


def about_topic(wish: Wish) -> Wish:
    """The wish where what it names is nobody: 秘密保持の義務 is a topic's, and anybody's."""
    return replace(wish, who="", rest=(wish.who, *wish.rest))


def _who(words: str, lang: Lang, kind: Kind | None) -> str:
    if kind is None or not kind.owned:
        return ""
    if lang == "ja":
        match = _OF_JA.search(words)
        who = match["who"] if match else ""
        return "" if not who or kind.named["ja"].search(who) or _SMALL_JA.fullmatch(who) else who
    after = words[kind.named["en"].search(words).end() :]  # type: ignore[union-attr]
    match = _DOES.search(words) or _OF.search(after) or _POSSESSIVE.search(words)
    named = match.groupdict() if match else {}
    who = named.get("who") or named.get("two") or named.get("one") or ""
    return "" if who.casefold() in _NOBODY | _SMALL else who


def _rest(words: str, lang: Lang, kind: Kind | None, who: str) -> tuple[str, ...]:
    """What is left of the words."""
    left = kind.named[lang].sub(" ", words) if kind is not None else words
    left = left.replace(who, " ") if who else left
    if lang == "ja":
        return tuple(part for part in _SMALL_JA.sub(" ", left).split() if len(part) > 1)
    return tuple(w for w in re.findall(r"[\w&-]+", left.casefold()) if w not in _SMALL and len(w) > 1)
