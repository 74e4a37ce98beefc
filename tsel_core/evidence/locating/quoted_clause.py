# ruff: noqa: E501 (one pattern a line)
"""A request to quote a clause by its number is answered by the clause itself: no model writes what can be copied."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, takewhile

from tsel_core.evidence.locating.locate import Locator
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import number_value
from tsel_core.trust.amendments.clauses import Line, lines_of

_WORD = r"(?:clause|section|article|paragraph|para\.?|§|sec\.?|art\.?)"
_ASKS = lazy_pattern(
    r"^(?:please,? )?(?:(?:can|could|would) you (?:please )?)?(?:quote|cite|show|copy(?: out)?|print|read(?: out)?|give|repeat|recite)\b(?: (?:me|us|out))?"
    rf"(?:,? (?:the|whole|full|entire|complete|exact|original|text|words|wording|of|from|all))*,? {_WORD} ?(?P<number>\d{{1,3}}(?:\.\d{{1,3}})*)"
    r"(?:,? (?:in full|verbatim|word for word|exactly|please|to me|as it stands))*\s*[.?!]?$",
    2,
)
_SAYS = lazy_pattern(rf"^what (?:exactly )?does (?:the )?{_WORD} ?(?P<number>\d{{1,3}}(?:\.\d{{1,3}})*) (?:say|state|read)(?: exactly| word for word)?\s*\?*$", 2)
_NUMERAL = "[0-9０-９〇一二三四五六七八九十百]+"
_ASKS_JA = lazy_pattern(
    rf"^第(?P<number>{_NUMERAL})条(?:第?(?P<para>{_NUMERAL})項)?(?:の(?:条文|全文|原文|文言|本文|内容))?(?:の?全文|全体)?を?(?:、?(?:そのまま|全文|正確に|原文のまま|一字一句|全部|すべて))*を?"
    r"(?:引用|抜粋|抜き出|書き出|書き写|読み上げ|表示|示|見せ)(?:して|し|て)?(?:ください|下さい|くれますか|もらえますか|いただけますか|てください)?[。.？?]?$"
)
_DIGITS = lazy_pattern(rf"{_NUMERAL}(?:\.\d+)*")
_PLACES = ("line", "p.", "para")  # labels that say where, not what
_SAYS_JA = lazy_pattern(rf"^第(?P<number>{_NUMERAL})条(?:第?(?P<para>{_NUMERAL})項)?(?:に|には)(?:何|なん)と(?:書かれ|書い|記載され|規定され)て(?:いますか|ありますか|いる|ある)[。.？?]?$")


def quoted_clause(question: str, locator: Locator) -> str:
    """The whole text of the clause that a question asks to be quoted, a paragraph a line.

    "" where something else is asked, where no clause has that number, or where several have it.
    """
    text = " ".join(question.split())
    asked = _ASKS.match(text) or _SAYS.match(text)
    if asked:
        return _only(_of_number(lines_of(locator.index), asked["number"]), locator)
    asked = _ASKS_JA.match(text) or _SAYS_JA.match(text)
    if asked is None:
        return ""
    lines = _of_number(lines_of(locator.index), f"第{number_value(asked['number'])}条")
    return _only([x for x in lines if x.para == number_value(asked["para"])] if asked["para"] else lines, locator)


def _of_number(lines: Sequence[Line], number: str) -> list[Line]:
    return [line for line in lines if line.number == number or line.number.startswith(f"{number}.")]


def _only(lines: Sequence[Line], locator: Locator) -> str:
    """The text of lines that follow one another in one place; "" where several places have that number alike.

    A place whose label names the clause stands before one that only begins with its number (items of a letter).
    """
    places = [_lines_of(place, locator) for place in _places(lines)]
    if len(places) > 1:
        places = [place for place in places if _is_labelled(place[0], locator)]
    return _shown(places[0], locator) if len(places) == 1 else ""


def _places(lines: Sequence[Line]) -> list[list[Line]]:
    found: list[list[Line]] = []
    for line in lines:
        if found and line.order == found[-1][-1].order + 1 and line.part == found[-1][-1].part:
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _lines_of(place: list[Line], locator: Locator) -> list[Line]:
    """Without what stands behind the clauses and belongs to none of them."""
    if not _is_labelled(place[0], locator):
        return place
    label = _label(place[0], locator)
    return [*takewhile(lambda line: _is_within(_label(line, locator), label), place)]


def _is_labelled(line: Line, locator: Locator) -> bool:
    digits = _DIGITS.findall(_label(line, locator))
    return bool(digits) and number_value(digits[-1]) == number_value(_DIGITS.findall(line.number)[-1])


def _label(line: Line, locator: Locator) -> str:
    label = locator.index.documents[line.span.doc_index].units[line.span.unit_index].label.partition(",")[0]
    return "" if label.startswith(_PLACES) else label


def _is_within(label: str, outer: str) -> bool:
    return label == outer or label.startswith((f"{outer}.", f"{outer}(", f"{outer}第", f"{outer} "))


def _shown(lines: Sequence[Line], locator: Locator) -> str:
    """A paragraph a line."""
    shown = []
    for _, of_unit in groupby(lines, key=lambda line: line.span.unit_index):
        spans = [line.span for line in of_unit]
        text = locator.index.unit_text(spans[0].doc_index, spans[0].unit_index)
        shown.append(" ".join(text[spans[0].start : spans[-1].end].split()))
    return "\n".join(shown)
