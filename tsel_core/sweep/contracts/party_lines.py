# ruff: noqa: E501 (patterns)
"""The lines in which a contract says who its parties are: a sentence with their definitions, a list, or labels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.party_blocks import lines_of, party_blocks

# 4 Mill Lane (the "Landlord"), ("we", "us" or the "Company"), (hereinafter called "the Principal"), ("Buyer")
_DEFINES = lazy_pattern(r"\([^()\"“]{0,60}[\"“](?:the |this )?([A-Za-z][\w&’'.-]*(?: [\w&’'.-]+){0,3})[.,]?[\"”][^()]{0,80}\)")
_DEFINES_JA = lazy_pattern(r"以下[、,]?(?:単に)?「([^」]{1,12})」")
_NO_PARTY = lazy_pattern(
    r"(?i)\b(?:agreements?|contracts?|lease|deed|terms?|date|day|period|project|premises|propert(?:y|ies)|goods|products?|services?|purpose|equipment|territory|parties|party|software|system|works?|territory|information|effective|schedule|order|plan|act|site|programme?|business|shares?|note|loan|facility|marks?|transaction|fees?|price)\b"
    r"|^(?:本|個別|当該|原|別|同|両|検討|商品|製品|業務|目的|契約|物件)"
)
_FORM = lazy_pattern(r"株式会社|有限会社|合同会社|合資会社|法人|組合|商店|銀行|大学|研究所|協会|機構|公社|[都道府県市区町村]長?[（(]|[一-龠]{1,4}[\s\u3000][一-龠ぁ-ん]{1,4}[（(]?$|(?i:\b(?:inc|ltd|llc|plc|gmbh|corp)\b)")
_LABEL = lazy_pattern(
    r"(?i:(?:the )?(?:landlord|tenant|lessor|lessee|licensor|licensee|buyer|purchaser|seller|vendor|customer|client|supplier|(?:service )?provider|company|contractor|consultant|franchis(?:or|ee)|principal|agent|distributor|lender|borrower|guarantor|owner|operator|employer|employee|publisher|author|reseller|manufacturer|disclos(?:er|ing party)|receiv(?:er|ing party)|recipient|(?:first|second) party|party (?:a|b|c|1|2|one|two)|(?:to|from|between|and)(?=[:：])))\s*[:：]\s*[^\s\d]"
    r"|(?:賃貸人|賃借人|貸主|借主|貸人|借人|委託者|受託者|委任者|受任者|買主|売主|発注者|受注者|注文者|請負人|甲|乙|丙|連帯保証人|保証人|開示者|受領者|差入先|差入人|ライセンサー|ライセンシー|本部|加盟者|使用者|譲渡人|譲受人|貸付人|借入人)\s*[:：\u3000]\s*\S"
)
_BEGINS = lazy_pattern(r"(?i)\b(?:between|among)\b|\bthis [\w ]{0,40}(?:agreement|contract|lease|deed|undertaking)\b|^(?:the )?parties\W*$|^当事者")
_ENDS = 60  # sentences at the beginning and at the end in which parties are named by layout
_OPENING = 30  # sentences among which the parties are named
_GAP, _BEFORE = 3, 2  # lines that may stand between two of them, and before the first


def party_sentences(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences from the first party's to the last one's, with the words that open them; empty where none or one is named."""
    early = [s for s in sentences[:_OPENING] if s.span.doc_index == sentences[0].span.doc_index]
    named = [(at, called) for at, s in enumerate(early) if (called := _called(s.text))]
    runs: list[list[tuple[int, set[str]]]] = []
    for at, called in named:
        if runs and at - runs[-1][-1][0] <= _GAP:
            runs[-1].append((at, called))
        else:
            runs.append([(at, called)])
    for run in runs:
        if len(set().union(*(called for _, called in run))) > 1:
            first, last = run[0][0], run[-1][0]
            begin = next((n for n in range(max(0, first - _BEFORE), first) if _BEGINS.search(early[n].text)), first)
            return early[begin : last + 1]
    return []


def laid_out(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The lines of the parties' blocks: rows of a table, labels, or what stands above the signatures."""
    ends = sentences if len(sentences) <= 2 * _ENDS else [*sentences[:_ENDS], *sentences[-_ENDS:]]
    blocks = party_blocks(lines_of((s.index, s.text) for s in ends))
    chosen = {line.unit for block in blocks for line in block.lines}
    return [s for s in sentences if s.index in chosen]


def _called(text: str) -> set[str]:
    """What the parties that a sentence names are called in the contract."""
    found = {m[1].casefold() for m in _DEFINES.finditer(text) if not _NO_PARTY.search(m[1])}
    end = 0
    for match in _DEFINES_JA.finditer(text):
        if not _NO_PARTY.search(match[1]) and (match[1] in "甲乙丙丁" or _FORM.search(text[end : match.start()]) or _LABEL.match(text)):
            found.add(match[1])
        end = match.end()
    for line in text.split("\n"):
        label = _LABEL.match(line.strip())
        if label and not _DEFINES.search(line) and not _DEFINES_JA.search(line):
            found.add(re.split(r"[:：\u3000]", label[0])[0].strip().casefold())
    return found
