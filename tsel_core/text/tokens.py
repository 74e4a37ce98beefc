"""A text as a row of comparable tokens: values in canonical form, folded words, single wide characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.amounts import plain_digits
from tsel_core.text.normalize import number_value
from tsel_core.text.same_values import states_value
from tsel_core.text.values import RANGE_WORDS, Value, extract_values

_ARTICLES = frozenset(("a", "an", "the"))
_WIDE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = lazy_pattern(rf"[{_WIDE}ｦ-ﾟ]|[^\W_{_WIDE}]+|[-~～〜–—]")
_JOINED = lazy_pattern(r"[\u00ad\u200b-\u200d\u2060\ufeff]|-\r?\n(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Token:
    """`form` is what is compared where no value stands."""

    form: str
    value: Value | None = None


def tokens(text: str, *, articles: bool = False) -> list[Token]:
    """Tokens of a text. Case, width, accents, punctuation and the way a value is written make no difference.

    Articles are left out unless they are asked for.
    """
    text = _JOINED.sub("", text)
    made: list[Token] = []
    at = 0
    for value in [*extract_values(text, ordinal_words=True), None]:
        between = list(_plain(text[at : value.start if value else len(text)]))
        is_range = made and made[-1].value and value and "".join(between) in RANGE_WORDS
        kept = [w for w in between if w[0].isalnum() and (articles or w not in _ARTICLES)]
        made += [Token("~")] if is_range else [Token(w) for w in kept]
        if value and value.kind == "percent" and made and made[-1].form == "年":
            made.pop()  # 年3.0パーセント is 3 % a year, which a rate of interest is anyway
        if value:
            made.append(Token(value.value, value))
            at = value.end
    return made


def words(text: str) -> list[str]:
    """Units of overlap measures: values, words of alphabetic scripts, single characters of Japanese and Chinese."""
    return [token.form for token in tokens(text, articles=True) if token.form != "~"]


def _plain(text: str) -> Iterator[str]:
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text).casefold()):
        word = match.group()
        if word.isascii() or len(word) == 1:
            yield word
        else:
            yield "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def states(text: str | Sequence[Token], part: str) -> bool:
    """Whether a text holds another one: its words in a row, its values as values, never half a word or number."""
    there = tokens(text) if isinstance(text, str) else text
    wanted = tokens(part)
    if not wanted:
        return False
    last = len(there) - len(wanted)
    if any(all(map(_same, there[i : i + len(wanted)], wanted)) for i in range(last + 1)):
        return True
    if any(token.value for token in wanted):
        return False
    return _spelt_apart(there, "".join(token.form for token in wanted))


def _same(there: Token, wanted: Token) -> bool:
    if there.value and wanted.value:
        return states_value(there.value, wanted.value)
    if there.value or wanted.value:  # 六 and 六人, one and 1
        return _number(there.form) == _number(wanted.form)
    one, two = there.form, wanted.form
    return one == two or (len(one) > 3 and one.removesuffix("s") == two.removesuffix("s"))


def _number(form: str) -> str:
    return "1" if form == "one" else plain_digits(number_value(form))


def _spelt_apart(there: Sequence[Token], wanted: str) -> bool:
    """Words that differ only in where they are parted: "co operate", "cooperate"."""
    for first in range(len(there)):
        joined = ""
        for token in there[first:]:
            joined += token.form
            if joined == wanted:
                return True
            if token.value or not wanted.startswith(joined):
                break
    return False
