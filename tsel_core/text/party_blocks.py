# ruff: noqa: E501 (tables of words)
"""Who a paper's parties are by its layout: "Landlord: Alder Ltd", a row of a table, a block at the end with firm and signer.

    貸主（甲）　松本市大手二丁目5番1号
    　　　　　　有限会社 青葉地所
    　　　　　　代表取締役　山田 一郎　㊞
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.bare import without_blanks

LABELS_EN = r"(?:landlord|tenant|lessor|lessee|licensor|licensee|buyer|purchaser|seller|vendor|customer|client|supplier|(?:service )?provider|company|contractor|consultant|franchis(?:or|ee)|principal|agent|distributor|lender|borrower|owner|operator|employer|employee|publisher|author|reseller|manufacturer|disclos(?:er|ing party)|receiv(?:er|ing party)|recipient|(?:first|second) party|party (?:a|b|c|1|2|one|two))"
LABELS_JA = r"(?:賃貸人|賃借人|貸主|借主|貸人|借人|委託者|受託者|委任者|受任者|買主|売主|発注者|受注者|注文者|請負人|甲|乙|丙|開示者|受領者|差入人|ライセンサー|ライセンシー|本部|加盟者|使用者|労働者|譲渡人|譲受人|貸付人|借入人|利用者|提供者|許諾者|実施者)"
_LINE_EN = lazy_pattern(rf"(?i)^\W{{0,6}}(?P<called>(?:(?:the )?{LABELS_EN}))\W{{0,4}}?(?:[:：]\s*|\s*[|\t]\s*|\s{{3,}})(?P<name>[^\s|:_].*)$")
_LINE_JA = lazy_pattern(
    rf"^[\s\u3000|]*(?P<called>{LABELS_JA})(?:[（(「]?(?P<too>[甲乙丙])[)）」]?)?(?:\s*[（(](?P<more>{LABELS_JA})[)）])?(?:の?(?:氏名|名称|会社名))?(?:\s*[:：|\t]\s*|[\s\u3000]+|$)(?P<name>.*)$"
)
_FORM_JA = r"(?:株式会社|有限会社|合同会社|合資会社|合名会社|(?:医療|学校|社会福祉|宗教|(?:一般|公益)(?:社団|財団)|特定非営利活動|独立行政|国立大学)法人(?:社団|財団)?|協同組合|組合|協会|財団|[（(][株有合][)）]|㈱|㈲)"
_FIRM_JA = lazy_pattern(rf"(?:{_FORM_JA}[\s\u3000]?[^\s\u3000、。（()）]{{1,20}}|[^\s\u3000、。（()）]{{1,20}}{_FORM_JA})")
_TITLE_JA = r"(?:代表取締役(?:社長|会長)?|代表社員|代表理事|代表者|代表|理事長|取締役社長|取締役|業務執行社員|組合長|会長|社長|院長|園長|学長|校長|所長|支店長|部長|店主|代理人|氏名)"
_KANA = r"[\u3400-\u9fff々ヶヵ\u3041-\u3096\u30a1-\u30faー]"
_SIGNER_JA = lazy_pattern(rf"(?P<title>{_TITLE_JA})[\s\u3000:：]+(?P<name>{_KANA}{{1,5}}(?:[\s\u3000]{{1,2}}{_KANA}{{1,6}})?)[\s\u3000]*(?:㊞|印|[（(]印[)）]|様)?\s*$")
_PERSON_JA = lazy_pattern(rf"^[\s\u3000]*(?P<name>[\u3400-\u9fff々]{{1,4}}[\s\u3000]{{1,2}}{_KANA}{{1,5}})[\s\u3000]*(?:㊞|印|[（(]印[)）]|様)?\s*$")
_ADDRESS_JA = lazy_pattern(r"[都道府県市区町村郡].*[0-9０-９一二三四五六七八九十].*|^住所|^所在地|^〒")
FIRM_EN = lazy_pattern(r"\b(?:Ltd|Limited|Inc|Incorporated|LLC|LLP|LP|plc|PLC|GmbH|AG|Corp|Corporation|Company|Co|SpA|S\.p\.A|S\.A|SA|SARL|AS|ASA|AB|BV|B\.V|NV|N\.V|Oy|KG|KK|K\.K|CIC|Trust|Trustees|University|Council|Foundation|Association|Society)\b")
_CLAUSE = lazy_pattern(r"\b(?:shall|must|may|will|is|are|was|agrees?|pays?|has|have)\b|[。]|[はがを](?=[^\s])")
_ADDRESSEE_JA = lazy_pattern(rf"^[\s\u3000]*(?P<name>[^。、]{{0,20}}{_FORM_JA}[^。、]{{0,20}}?)[\s\u3000]*(?:御中|殿|様)[\s\u3000]*$")
_HEAD = 12  # lines at the beginning and at the end of a letter
_PAIRS = tuple(tuple(p.split(":")) for p in "landlord:tenant lessor:lessee licensor:licensee buyer:seller employer:employee franchisor:franchisee lender:borrower 賃貸人:賃借人 貸主:借主 買主:売主 委託者:受託者 発注者:受注者 使用者:労働者".split())  # noqa: SIM905
_REACH = 5  # lines of a block behind its label
_NAME = 90  # characters of a name with its address


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document's unit."""

    unit: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class PartyBlock:
    """A party by its layout: what it is `called`, its `name`, who signs for it ("" where nobody is named), its lines."""

    called: tuple[str, ...]
    name: str
    person: str
    lines: tuple[Line, ...]

    @property
    def words(self) -> str:
        """Its lines."""
        return " ".join(line.text.strip() for line in self.lines)


def lines_of(units: Iterable[tuple[int, str]]) -> list[Line]:
    """The lines of units (number, text) that hold anything, in order."""
    made = []
    for unit, text in units:
        at = 0
        for line in text.split("\n"):
            if line.strip():
                made.append(Line(unit, at, at + len(line), line))
            at += len(line) + 1
    return made


def party_blocks(lines: Sequence[Line]) -> list[PartyBlock]:
    """The parties that lines and blocks name, of two and more; empty where they name one alone."""
    found = [block for block in _blocks(lines) if block.name] or _addressed(lines)
    sides = {c for block in found for c in block.called}
    pair = next((pair for pair in _PAIRS if set(pair) <= sides), ())
    if pair:  # the supplier of the machines is no party of their lease
        found = [block for block in found if {*pair, "甲", "乙", "丙"} & set(block.called)]
    called = {block.called for block in found}
    names = {_squeezed(block.name) for block in found}
    return found if len(called) > 1 and len(names) > 1 else []


def _addressed(lines: Sequence[Line]) -> list[PartyBlock]:
    """A letter: the firm it is addressed to (御中), and the firm and signer at its end."""
    to = next((n for n, line in enumerate(lines[:_HEAD]) if _ADDRESSEE_JA.match(line.text)), None)
    if to is None:
        return []
    match = _ADDRESSEE_JA.match(lines[to].text)
    for at in range(len(lines) - 1, max(to, len(lines) - _HEAD), -1):
        signer, firm = _SIGNER_JA.search(lines[at].text), _FIRM_JA.search(lines[at - 1].text)
        if match and signer and firm and not _CLAUSE.search(lines[at - 1].text):
            own = PartyBlock(("差入人", "誓約者"), firm.group(), signer["name"], (lines[at - 1], lines[at]))
            return [PartyBlock(("宛先",), match["name"].strip(), "", (lines[to],)), own]
    return []


def _blocks(lines: Sequence[Line]) -> Iterator[PartyBlock]:
    for at, line in enumerate(lines):
        japanese = _LINE_JA.match(line.text)
        english = _LINE_EN.match(line.text) if japanese is None else None
        if english is not None and not _CLAUSE.search(english["name"]) and len(english["name"]) <= _NAME:
            name = english["name"].strip(" |\t")
            called = re.sub(r"(?i)^the ", "", english["called"]).casefold()
            if name[:1].isupper() or FIRM_EN.search(name):
                yield PartyBlock((called,), _without_address(name), "", (line,))
        elif japanese is not None and not _CLAUSE.search(japanese["name"]) and len(line.text) <= _NAME:
            yield _japanese(japanese, at, lines)


def _japanese(match: re.Match[str], at: int, lines: Sequence[Line]) -> PartyBlock:
    called = tuple(c for c in (match["called"], match["too"], match["more"]) if c)
    own, texts = [lines[at]], [match["name"]]
    whole = bool(match["name"].strip()) and not _ADDRESS_JA.search(match["name"])
    for line in lines[at + 1 : at + 1 + _REACH]:
        if _LINE_JA.match(line.text) or _CLAUSE.search(line.text) or len(line.text.strip()) > _NAME:
            break
        more = _SIGNER_JA.search(line.text) or _ADDRESS_JA.search(line.text) or _indent(line) > _indent(lines[at])
        if whole and not more:
            break  # its name stands beside its label, and this is the next entry
        own.append(line)
        texts.append(line.text)
    firm = person = alone = ""
    last = 0
    for number, text in enumerate(texts):
        named = _FIRM_JA.search(text)
        if not firm and named is not None:
            firm, last = named.group(), number
        signer = _SIGNER_JA.search(text)
        if not person and signer is not None and not _FIRM_JA.search(signer["name"]):
            person, last = signer["name"], number
        someone = _PERSON_JA.match(text)
        if not alone and someone is not None and not _ADDRESS_JA.search(text) and not named:
            alone, last = someone["name"], number
    bare = texts[0].strip(" \u3000|")
    if not firm and not person and not alone and bare and not _ADDRESS_JA.search(bare) and not re.search(r"[\d:：]", bare):
        alone = re.sub(r"[\s\u3000]*(?:㊞|印|様|御中)$", "", bare)
    name = firm or alone or person
    return PartyBlock(called, name, person or (alone if firm else ""), tuple(own[: last + 1]))


def _indent(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())


def _without_address(name: str) -> str:
    """The name before an address: "Alder Ltd, Unit 4" and "Alder Ltd (Co. No. 12)"."""
    cut = re.search(r",(?!\s*(?:Inc|Ltd|LLC|LLP|L\.P|plc|Corp|Co|S\.A|N\.V|B\.V|GmbH)\b)|\s\((?i:[\"“]|co\b|company|reg|no\b|the\b|a\b|an\b|herein|incorporated)|;|\s{2,}", name)
    return name[: cut.start()].strip() if cut else name


def _squeezed(name: str) -> str:
    return without_blanks(name).casefold()
