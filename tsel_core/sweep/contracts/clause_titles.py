# ruff: noqa: E501 (patterns)
"""The title that each sentence of a contract stands under: numbered or bare, on a line of its own or before the clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.sentences import Sentence

_NUMBER = lazy_pattern(
    r"^(?:第[0-9０-９一二三四五六七八九十]+条(?:の[0-9]+)?(?:[（(][^）)]{1,30}[）)])?[\s\u3000]*"
    r"|(?:(?:(?:Section|SECTION|Article|ARTICLE|Clause|CLAUSE)\s+)?\d{1,2}(?:\.\d{1,2})*[.)]?|\([a-z0-9ivx]{1,4}\)|[IVX]{1,5}\.|[（(]?[0-9０-９一二三四五六七八九十]{1,3}[)）．.、]?)[\s\u3000]+(?!(?:(?:calendar|business|working|clear) )?(?:days?|weeks?|months?|years?|hours?|per\s?cent|percent)\b))+"
)
_SMALL = frozenset(["of", "and", "or", "to", "the", "for", "in", "by", "on", "with"])  # words of a title that stay small
_TITLE_IN_JA = lazy_pattern(r"^第[0-9０-９一二三四五六七八九十]+条(?:の[0-9]+)?[\s\u3000]*[（(]([^）)]{1,30})[）)]")
_TITLE_IN = lazy_pattern(r"^(?:(?:Section|Article|Clause)\s+)?\d{1,2}(?:\.\d+)*\.?\s+([A-Z][^.:\n]{1,78})[.:](?:\s|$)", re.I)
_LINE_JA = lazy_pattern(
    r"^(?:(?:第[0-9０-９一二三四五六七八九十]+条(?:の[0-9]+)?[\s\u3000]*)?[（(【［]([^）)】］。、]{2,24})[）)】］]|(?:第[\s\u3000]?)?[0-9０-９一二三四五六七八九十]{1,3}(?:条|章|節)?[.．、]?[\s\u3000]+([^。、：:\s]{2,24}))$"
)
_NUMBERED = lazy_pattern(r"^[\[(]?(?:\d{1,2}(?:\.\d{1,2})*|[A-Z]|[IVX]{1,5})[.)\]]?$")  # a number alone, cut from its title
_VERB = lazy_pattern(r"(?i)\b(?:is|are|was|were|be|been|shall|may|must|can|will|has|have|agrees?|means?|applies|apply|does|do|governs?|lasts?|runs?|starts?|begins?|ends|pays?|keeps?|bears?|takes?|gives?|makes?|goes|go|carry|carries|settles?|chooses?|decides?|controls?|binds?|stays?|sends?|owes?|becomes?)\b")
_ORDERS = lazy_pattern(r"(?:No|None|Neither|Each|Any|All|Every)\b")  # "No assignment without approval." is a clause
_LABEL = lazy_pattern(r"[:：]\s*\S")
_HEADING_WORDS, _TITLE_LENGTH, _BARE_WORDS = 6, 80, 6


def clause_titles(sentences: Sequence[Sentence]) -> list[str]:
    """The title of each sentence's clause, "" before the first one."""
    titles: list[str] = []
    now = ""
    heading = ""
    for at, sentence in enumerate(sentences):
        if sentence.heading != heading:
            heading = now = sentence.heading
        line = one_line(sentence.text)
        alone = _LINE_JA.match(line)
        if alone:
            now = (alone[1] or alone[2]).strip()
        elif is_title(line) or _is_bare_title(sentences, at):
            now = clause_words(line).strip(" .:")
        else:
            now = _title_in(line) or now
        titles.append(now)
    return titles


def _title_in(line: str) -> str:
    """The title that a clause begins with on its own line."""
    japanese = _TITLE_IN_JA.match(line)
    if japanese:
        return japanese[1].strip()
    match = _TITLE_IN.match(line)
    if match is None:
        return ""
    words = re.findall(r"[A-Za-z][\w&'’/-]*", match[1])
    return match[1].strip() if all(w[0].isupper() or w in _SMALL for w in words) else ""


def is_title(line: str) -> bool:
    """Whether a line is a heading: short, in capitals or in Title Case, without a verb's full stop."""
    if _LINE_JA.match(line):
        return True
    bare = clause_words(line).strip(" .:")
    words = re.findall(r"[A-Za-z][\w'’/&-]*", bare)
    if not words or not 3 <= len(bare) <= _TITLE_LENGTH or re.search(r"\d{4}|[\u3040-\u9fff£$€¥%]", bare):
        return False
    small = [w for w in words if w[0].islower() and w not in _SMALL]
    if small and bare[0].isupper() and len(words) <= _HEADING_WORDS and line.strip() != bare:
        return _VERB.search(bare) is None and not _ORDERS.match(bare)  # "13. Law and jurisdiction."
    return not small and len(words) <= 9


def _is_bare_title(sentences: Sequence[Sentence], at: int) -> bool:
    """Whether a short line without a full stop stands alone over a numbered clause: "When you start and finish"."""
    sentence, line = sentences[at], one_line(sentences[at].text)
    after = sentences[at + 1] if at + 1 < len(sentences) else None
    if after is None or after.turn == sentence.turn or (at and sentences[at - 1].turn == sentence.turn):
        return False
    if not line[:1].isupper() or line[-1] in ".;:,!?)" or _LABEL.search(line) or re.search(r"\d", line):
        return False
    return len(line.split()) <= _BARE_WORDS and bool(_NUMBERED.match(after.text.strip()) or _NUMBER.match(after.text))


def one_line(text: str) -> str:
    """A text with single spaces and no line feeds."""
    return re.sub(r"[ \t\xa0\n]+", " ", text).strip()


def clause_words(text: str) -> str:
    """A clause without its number and with single spaces."""
    bare = _NUMBER.sub("", one_line(text))
    return bare.strip() or text.strip()
