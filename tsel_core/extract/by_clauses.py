# ruff: noqa: E501 (patterns)
"""Fields that contracts have everywhere (parties, price, dates, law) by the clauses that state them, where a model's cell does not.

A model says "not stated" of parties that stand above the signatures, and gives the day of signing for the first day of the
term: what code finds fills the empty cell (parties and the law as stated, all else as unsure), and makes another first day
unsure. Of a renewal, payment terms and the like the clause is shown, unsure. (Stated cells that quote another matter: doubted.py.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tsel_core.document import Document
from tsel_core.extract.cell import Cell, Place, typed
from tsel_core.extract.fields import Field
from tsel_core.extract.plain_clause import KINDS, is_plain
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.contracts.contract import sweep_contract
from tsel_core.sweep.item import Item
from tsel_core.sweep.kind import kind_of
from tsel_core.sweep.sentences import sentences_of
from tsel_core.text.party_blocks import lines_of, party_blocks
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values

_PAPER = r"(?:agreement|contract|lease|licen[cs]e|deed)"
# names of columns, and the fact of a contract that each asks for
_NAMED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (fact, lazy_pattern(rf"^(?:the |this )?(?:{words})$", re.I))
    for fact, words in (
        ("parties", rf"(?:names? of (?:the )?)?(?:contracting |contract )?parties(?: (?:to|of) (?:the |this )?{_PAPER})?|party names?|(?:契約)?(?:の)?当事者(?:名)?|契約者"),
        ("price", r"(?:contract |total |purchase |monthly |annual |yearly |base |licen[cs]e |service |basic )?(?:price|fees?|rent|charges?|remuneration|consideration|salary)|contract (?:value|amount)|(?:契約|基本|月額|委託|業務委託|利用|保守)?(?:金額|料金?|代金|価格|対価|報酬)|委託料|月額|賃料|月額賃料|家賃|給与|賃金|基本給"),
        ("date", rf"{_PAPER} date|date of (?:the |this )?{_PAPER}|(?:signing|signature|execution) date|date (?:signed|of (?:signing|signature|execution))|契約(?:締結)?日|締結日|契約年月日"),
        ("start", rf"(?:{_PAPER} |term )?(?:start|starting|commencement|begin(?:ning)?) date|(?:{_PAPER} |term )?(?:start|commencement)|date of commencement|(?:契約|効力|利用|業務)?(?:の)?(?:開始|発効|始期)日?|効力発生日|始期"),
        ("term", rf"(?:contract |initial |{_PAPER} )?(?:term|duration)|契約期間|有効期間|雇用期間|期間"),
        ("law", r"governing law|applicable law|law|準拠法"),
        ("renewal", r"(?:auto(?:matic(?:ally)?)?[- ]?)?renew(?:s|als?|ed)?(?: terms?)?|renews automatically|(?:自動|契約)?(?:の)?更新(?:の有無|条件|の条件)?"),
        ("payment", r"payments?(?: terms?| periods?| conditions?| days?| times?| deadlines?| due(?: date)?)?|terms of payment|支払い?(?:条件|方法|期限|期日|時期|日数?)?"),
        ("end", rf"(?:{_PAPER} |term )?(?:end|ending|expiry|expiration)(?: date)?|date of (?:expiry|expiration)|(?:契約|期間)?(?:の)?(?:終了|満了)日?|終期"),
        ("cap", r"(?:liability )?cap(?: on liability)?|(?:limit(?:ation)?|cap) (?:of|on) liability|liability (?:cap|limit)|責任(?:の)?(?:上限|制限|限度)額?|(?:損害)?賠償額?の?(?:上限|限度)額?"),
        ("termination", r"terminat(?:ion|ed)(?: rights?| notice)?|notice (?:period|of termination)|中途解約|解約(?:条件|予告(?:期間)?)?|解除(?:条件|事由)?"),
        ("disputes", r"jurisdiction|courts?|venue|dispute resolution|disputes?|(?:合意|専属)?管轄(?:裁判所)?|紛争(?:解決)?"),
        ("late", r"(?:late payment )?interest(?: on late payments?)?|late (?:fees?|payments?|charges?)|遅延(?:損害金|利息)"),
    )
)  # fmt: skip
_SHOWN = frozenset(["renewal", "payment", "cap", "termination", "disputes", "late"])  # whose clause an empty cell shows
_STARTS = lazy_pattern(r"\b(?:begins?|beginning|starts?|starting|commences?|commencing|commencement date|start(?: date)?|comes? into (?:force|effect|operation)|takes? effect|effective(?: date)?|in (?:force|effect) from|(?:runs?|made|let|lasts?|term|period|is) (?:for [^,;.]{0,50}?)?from)\b[^.;\d]{0,40}?(?:on|as of|from|with|:)?\s*$", re.I)
_STARTS_JA = lazy_pattern(r"^[（()）\s]{0,3}(?:から|より|に(?:始ま|開始|発効)|をもって(?:発効|開始)|付けで発効|[～〜~]|を(?:始期|開始日))")
_LABEL_JA = lazy_pattern(r"(?:開始日|始期|発効日|効力発生日)[^\d]{0,8}$")
_AFTER_JA = lazy_pattern(r"^[（()）\s]{0,3}(?:から|より)[^。]{0,12}(?:以内|前|後)")
_MADE = lazy_pattern(r"\b(?:made|dated|entered into|executed|concluded)\b", re.I)
_MANY = 3  # clauses that are shown of a fact


@dataclass(frozen=True, slots=True)
class Told:
    """Clauses that surely state a fact, and the values of the field's kind in them."""

    items: tuple[Item, ...]
    values: tuple[Value, ...]


def fact_of(field: Field) -> str:
    """The fact of a contract that a column asks for; "" for another one."""
    return next((name for name, words in _NAMED if words.match(field.words.strip())), "")


def by_clauses(cell: Cell, document: Document) -> Cell:
    """The cell, filled from the clauses of a contract where it is empty; another first day than theirs is unsure."""
    fact = fact_of(cell.field)
    if not fact or fact == "end" or cell.field.question or cell.field.choices or not _wanted(cell, fact):
        return cell
    if fact in _SHOWN:
        return _shown(cell, fact, document)
    told = _told(fact, cell, document)
    if told is None:
        return cell
    places = tuple(place_of(i, document) for i in told.items[:_MANY])
    if cell.status == "stated":
        other = fact == "start" and not any(same_value(v, told.values[0]) for v in extract_values(cell.text) if v.kind == "date")
        if not other:
            return cell
        return replace(cell, status="unsure", places=(*cell.places, *places), reason="another clause says when it begins")
    in_words = cell.field.kind in ("text", "list")
    text = "; ".join(i.what for i in told.items[:_MANY]) if in_words else told.values[0].text
    if fact == "parties":
        text = _names(document) or text
    value = typed(cell.field, text, [p.quote for p in places])
    if value is None:
        return cell
    if fact in KINDS:
        several = len({v.value for v in told.values}) > 1
        why = "clauses state several values" if several else "it is from a clause that names such a value"
        return Cell(cell.field, "unsure", text, value, places, reason=why)
    return Cell(cell.field, "stated", text, value, places)


def _wanted(cell: Cell, fact: str) -> bool:
    """Whether clauses could change a cell: an empty one, or a first day."""
    if cell.reason:
        return False  # a blank that nobody filled in, or a doubt of its own
    return cell.status == "not stated" or (fact == "start" and cell.field.kind == "date" and cell.status == "stated")


def _shown(cell: Cell, fact: str, document: Document) -> Cell:
    """The empty cell with the clause of a contract that surely states the fact, unsure: who reads it tells."""
    items = [i for i in swept(document) or () if i.name == fact and i.verdict == "supported"][:_MANY]
    if not items:
        return cell
    kind, text = cell.field.kind, "; ".join(i.what for i in items)
    values = {v.value: v.text for i in items for v in extract_values(i.what) if v.kind == kind}
    in_words = kind in ("text", "list")
    value = typed(cell.field, text if in_words else next(iter(values.values()))) if in_words or len(values) == 1 else None
    return Cell(cell.field, "unsure", text, value, tuple(place_of(i, document) for i in items), reason="a clause speaks of it")


def _told(fact: str, cell: Cell, document: Document) -> Told | None:
    """What the clauses of a contract state of a fact: all of parties and law, of others the plain ones with one value."""
    said = swept(document)
    if said is None:
        return None
    found = [i for i in said if i.verdict == "supported" or (fact in ("start", "price") and i.name in ("term", "price"))]
    if fact == "start" and cell.status == "stated":
        return first_day(found)
    if cell.field.kind not in ("text", "list", KINDS.get(fact)):
        return None
    items = [i for i in found if i.name == fact]
    if fact == "date" and not items:  # the sentence that names the parties says when they made it
        items = [i for i in found if i.name == "parties" and _MADE.search(i.what)]
    if fact not in KINDS:
        return Told(tuple(items), ()) if items else None
    first = first_day(found) if fact == "start" else None
    items = list(first.items) if first else [] if fact == "start" else items
    plain = [i for i in items if all(is_plain(fact, cell.field.words, t) for t in (i.what, place_of(i, document).quote))]
    values = [v for i in plain for v in [v for v in extract_values(i.what) if v.kind == KINDS[fact] and _is_whole(v)][:1]]
    return Told(tuple(plain), tuple(values)) if values else None


def swept(document: Document) -> list[Item] | None:
    """What the clauses of a contract state; None for another paper."""
    sentences = sentences_of([document])
    return sweep_contract(sentences) if kind_of(sentences) == "contract" else None


def first_day(found: Sequence[Item]) -> Told | None:
    """The one day on which the term begins, or the contract takes effect; None where two are named, or none."""
    told = [(i, day) for i in found if i.name in ("term", "date") for day in _begins(i.what)]
    first = [pair for pair in told if pair[0].name == "term"] or told
    if not first or len({day.value for _, day in first}) > 1:
        return None
    return Told((first[0][0],), (first[0][1],))


def _names(document: Document) -> str:
    """The parties' names with what they are called, where lines or blocks tell."""
    blocks = party_blocks(lines_of((u.index, u.text) for u in document.units if u.in_flow))
    named: dict[str, str] = {}
    for block in blocks:
        named.setdefault(" ".join(block.name.split()), block.called[0])
    japanese = any(not name.isascii() for name in named)
    if any("@" in name for name in named):  # a line of a table of contacts
        return ""
    return "、".join(f"{n}（{c}）" for n, c in named.items()) if japanese else ", ".join(f"{n} ({c})" for n, c in named.items())


def _begins(text: str) -> list[Value]:
    """The days of a clause on which something begins."""
    days = [v for v in extract_values(text) if v.kind == "date" and _is_whole(v)]
    return [v for v in days if _STARTS.search(text[: v.start]) or _LABEL_JA.search(text[: v.start]) or (_STARTS_JA.match(text[v.end :]) and not _AFTER_JA.match(text[v.end :]))]


def _is_whole(value: Value) -> bool:
    """Whether a date has its year, month and day."""
    return value.kind != "date" or re.fullmatch(r"\d{4}-\d\d-\d\d", value.value) is not None


def place_of(item: Item, document: Document) -> Place:
    unit = document.units[item.place.unit_index]
    return Place(unit.label_at(item.place.start), unit.text[item.place.start : item.place.end])
