# ruff: noqa: E501 (lists of words)
"""Finding the sentences that change a clause or a value, with what they change and what stands there now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.clauses import Line
from tsel_core.trust.amendments.contracts import contract_documents
from tsel_core.trust.amendments.papers import Papers
from tsel_core.trust.amendments.words import (
    CHANGES,
    LIKELY,
    NOT_DONE,
    SINCE_EN,
    SINCE_JA,
    target_of,
    without_own_number,
    without_target,
)
from tsel_core.trust.passages import features

_MARKS = lazy_pattern(r"[\"“”「」]")
FOLLOWS = lazy_pattern(r"(?:as follows|following|to read|のとおり[^。]{0,12})[:：。.\s]*$", re.I)
# what says that something is changed, not what
_FRAME = frozenset(features("section clause article paragraph words figure reference amount number entirety hereby changed amended replaced moved increased reduced raised lowered decreased extended postponed pushed push shifted rescheduled brought put revised adjusted cut slipped delayed corrected updated deleted restated read let go we decided agreed with effect now instead back forward will substituted replacing agreement agree agreed party parties set forth following principal until 原契約 本契約 変更 契約 規定 定める"))  # fmt: skip
# a clause that is deleted, and not replaced by what the next sentence says
_ONLY_GONE = lazy_pattern(r"\b(?:deleted|struck out|removed|omitted)(?:\s+in\s+(?:its|their)\s+entirety)?[.;\s]*$|(?:削除|削る)(?:する|した|とする|します|されます)?[。\s]*$", re.I)
_ORDERS = lazy_pattern(r"\bhereby\b|\bagreed? to\b|(?:改める|変更する|改定する|増額する|減額する|延長する|引き?上げる|引き?下げる)。?\W*$", re.I)
_ASIDE = 8  # characters before a value that is set against another: "on the "
_HIRAGANA = lazy_pattern("[\u3041-\u309f]")
_SPEAKER = lazy_pattern(r"^(?:[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3}|[\u3040-\u9fff]{1,10})[:：]\s*")
_BY = lazy_pattern(
    r"\b(?:extend|increas|rais|reduc|lower|decreas|shorten|lengthen|cut|mov|postpon|delay|brought|push|put)\w*\b[^.;]{0,30}\bby\s+(?:a further\s+|another\s+)?$", re.I
)
_STEP_JA = lazy_pattern(r"(?:だけ|ほど)?(?:延長|短縮|増額|減額|引き?上げ|引き?下げ|増やし|減らし)")
# several replacements in one sentence: "A" by "B", and "C" by "D"
_PAIR_EN = lazy_pattern(
    r"[\"“](?P<old>[^\"“”]{1,80})[\"”](?: (?:is|are|be|shall be|to be|being|hereby|both))*(?: (?:replaced|substituted|changed|amended|altered|corrected|read))?,?"
    r" (?:by|with|to|as|to read)(?: the (?:words?|figures?|number|date|amount|sum))? [\"“](?P<new>[^\"“”]{1,80})[\"”]", re.I
)
_PAIR_JA = lazy_pattern(r"「(?P<old>[^「」]{1,60})」(?:とある(?:の)?)?を、?「(?P<new>[^「」]{1,60})」(?:に|と)")
_ITEM = lazy_pattern(r"^\W*[(（]?[0-9０-９]{1,2}[)）.．、]?[\s\u3000．]*(?=[\u3040-\u9fff])")  # the number of an item of a list
_IN_BRACKETS = lazy_pattern(r"[(（][^()（）]{0,60}[)）]")  # "(see clause 7)" is changed by nothing
_SEVERAL = 2
_POINTS = lazy_pattern(r"^\W*(?:it|this|that|these|those|they|we|we've|それ|これ)\b", re.I)


@dataclass(frozen=True, slots=True)
class Amendment:
    """A sentence that changes something. `target`, `para`: the clause it names ("第4条", "1"; "" for none).

    `old` and `new` are values that were there and are there now, `subject` the words of what is changed; `whole`: the
    clause is replaced or deleted as a whole. `documents`: whose clauses it speaks of, `maybe`: of which it may. `since`: its words of a first day.
    `paired`: one of several replacements of its sentence; nothing but `old` changes by it.
    """

    line: Line
    target: str
    para: str
    old: tuple[Value, ...]
    new: tuple[Value, ...]
    subject: frozenset[str]
    whole: bool
    documents: frozenset[int]
    since: str = ""
    points: bool = False
    paired: bool = False
    maybe: frozenset[int] = frozenset()

    @property
    def span(self) -> SourceSpan:
        """Its place."""
        return self.line.span

    def may_be_of(self, doc: int) -> bool:
        """Whether it speaks, or may speak, of the clauses of a document."""
        return doc in self.documents or doc in self.maybe


def find_amendments(lines: Sequence[Line]) -> list[Amendment]:
    """The amendments of the documents, in their order."""
    papers = Papers(lines)
    return [one for at in range(len(lines)) if (made := _amendment(at, lines, papers)) is not None for one in _each(made)]


def _each(made: Amendment) -> list[Amendment]:
    """One for each replacement of a sentence that has several: "A" by "B", and "C" by "D"."""
    text = " ".join(made.line.text.split())
    matches = sorted((m for p in (_PAIR_EN, _PAIR_JA) for m in p.finditer(text)), key=lambda m: m.start())
    if len(matches) < _SEVERAL or made.whole:
        return [made]
    each: list[Amendment] = []
    at, (target, para) = 0, target_of(text[: matches[0].start()])  # a clause that is named goes for the pairs behind it
    for match in matches:
        named = target_of(_IN_BRACKETS.sub(" ", text[at : match.start()]))
        target, para = named if named[0] else (target, para)
        at = match.end()
        new = _values(match["new"])
        old = [v for v in _values(match["old"]) if v.kind in {n.kind for n in new}]
        whose = (target, para) if target else (made.target, made.para)
        each.append(replace(made, old=tuple(old), new=tuple(new), paired=True, target=whose[0], para=whose[1]))
    each = [one for one in each if one.old and one.new]
    return each if len(each) >= _SEVERAL else [made]


def might_amend(text: str) -> bool:
    """Whether a sentence has the words and the parts of an amendment; whose is not looked at."""
    for match, head, new in _changes(text):
        if target_of(head)[0] or _values(match.groupdict().get("old") or "") or (_values(new) and _ORDERS.search(match.string)):
            return True
    return False


def _amendment(at: int, lines: Sequence[Line], papers: Papers) -> Amendment | None:
    made = (_made(at, lines, papers, match, head, new) for match, head, new in _changes(lines[at].text))
    return next((m for m in made if m is not None), None)


def _changes(text: str) -> Iterator[tuple[re.Match[str], str, str]]:
    """The patterns that a sentence meets: the match, what stands before the new value, and the words of that."""
    if not LIKELY.search(text):
        return
    text = without_own_number(_SPEAKER.sub("", " ".join(text.split())))
    for needs, pattern in CHANGES:
        match = pattern.search(text) if needs.search(text) else None
        if match is None:
            continue
        head, new = text[: match.start("new")], match.groupdict().get("new") or ""
        told = head if match.groupdict().get("but") or len(head) > len(match.group()) / 4 else text
        told = re.sub(r"\bnot\b[^.;]*$", "", told) if match.groupdict().get("but") else told
        if NOT_DONE.search(_MARKS.sub("", told)) or text.rstrip().endswith("?"):
            return
        if NOT_DONE.search(text[match.end() :]) and not text.isascii():
            return
        yield match, head, new


def _made(
    at: int, lines: Sequence[Line], papers: Papers, match: re.Match[str], head: str, new: str
) -> Amendment | None:
    groups = match.groupdict()
    old = groups.get("old") or ""
    whole = bool(groups.get("whole") or groups.get("whole2") or FOLLOWS.search(new or head))
    if whole and not extract_values(new) and not _ONLY_GONE.search(match.string):
        new = f"{new} {_following(at, lines)}"
    olds, news = _values(old), _values(new)
    if groups.get("but") and any(not values or values[0].start > _ASIDE for values in (olds, news)):
        return None  # "not liable for more than 5,000 but may insure 9,000"
    target, para = target_of(head)
    if olds and not any(o.kind == n.kind for o in olds for n in news):
        olds, news = _completed(old, new, olds, news)
    kinds = {v.kind for v in news}
    olds = [v for v in olds if v.kind in kinds]
    since = _since(match.string, olds)
    days = {v.text for v in extract_values(match.string) if since and v.kind == "date" and v.text in since}
    news = [v for v in news if v.text not in days]
    news = [v for v in news if not _is_step(match.string, v)]
    ordered = news and _ORDERS.search(match.string)  # in the words of a contract
    if not (target or olds or ordered) or not (news or whole):
        return None
    subject = subject_of(match.string.replace(since, " ") if since else match.string, head)
    meant = contract_documents(at, lines, papers)
    points = _POINTS.match(match.string) is not None and not target
    return Amendment(lines[at], target, para, tuple(olds), tuple(news), subject, whole, meant.sure, since, points, maybe=meant.maybe)


def _is_step(text: str, value: Value) -> bool:
    """Whether a value is by how much something changes: "extended by six months", 6か月延長する."""
    at = text.find(value.text)
    if at < 0 or value.kind == "date":
        return False
    return _BY.search(text[:at]) is not None or _STEP_JA.match(text[at + len(value.text) :]) is not None


def _following(at: int, lines: Sequence[Line]) -> str:
    """The words that a clause is replaced by, where they stand in the next sentence, or in quotation marks over several."""
    said: list[str] = []
    for line in lines[at + 1 : at + 5]:
        if line.span.doc_index != lines[at].span.doc_index:
            break
        said.append(line.text)
        opened = said[0].lstrip()[:1] in "\"“「"
        if not opened or line.text.rstrip()[-1:] in "\"”」":
            break
    return without_own_number(" ".join(said).lstrip().lstrip("\"“「"))


def _values(text: str) -> list[Value]:
    return [v for v in extract_values(text) if v.kind != "name"]


def _completed(old: str, new: str, olds: list[Value], news: list[Value]) -> tuple[list[Value], list[Value]]:
    """ "from 12 to 19 May", 5月12日から19日に: what one of the two leaves out is the other's."""
    if not news:
        return [], news
    first, last = olds[-1], news[0]
    if last.kind in ("date", "money", "duration", "percent", "time") and first.kind in ("number", "ordinal"):
        shown = re.sub(r"\d[\d,.]*(?:st|nd|rd|th)?", first.text, last.text, count=1)
        return [v for v in _values(shown) if v.kind == last.kind], news
    if first.kind == "date" and last.kind in ("number", "ordinal", "duration"):
        shown = re.sub(r"[0-9０-９一二三四五六七八九十]+(?=日)", re.sub(r"日.*$", "", last.text), first.text)
        return olds, [v for v in _values(shown) if v.kind == "date"]
    return [], news


def subject_of(text: str, head: str) -> frozenset[str]:
    """The words of what is changed: those before the first value of the sentence."""
    text = without_target(_MARKS.sub(" ", _ITEM.sub("", text)))
    values = _values(text)
    words = features(text[: values[0].start] if values else without_target(head))
    return frozenset(f for f in words if f not in _FRAME and not f.startswith("#") and not _HIRAGANA.search(f))


def _since(text: str, olds: Sequence[Value]) -> str:
    """The words of a first day: 2024年5月分から, "with effect from 1 May 2024"."""
    for value in extract_values(text):
        if value.kind != "date" or any(value.value == old.value for old in olds):
            continue
        behind = SINCE_JA.match(text, value.end)
        before = SINCE_EN.search(text[: value.start])
        if behind:
            return text[value.start : behind.end()]
        if before and not re.match(r"\s+to\b", text[value.end :]):
            return text[before.start() : value.end]
    return ""
