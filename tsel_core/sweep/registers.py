# ruff: noqa: E501 (one pattern a line)
"""Written minutes: action registers in tables, lists under "Open points", "Decisions", "Action items"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.sweep.actions import cut_deadline
from tsel_core.sweep.item import Item, Kind, Status
from tsel_core.sweep.people import People
from tsel_core.sweep.sentences import Sentence

_COLUMNS = {
    "what": re.compile(
        r"(?i)^(?:actions?(?: items?)?|tasks?|what|to-?dos?|measures?|アクション.*|作業.*|実施事項|内容|対応.*|宿題)$"
    ),
    "who": re.compile(r"(?i)^(?:who|owners?|responsible|by whom|assignee|lead|担当者?|責任者|主担当)$"),
    "when": re.compile(r"(?i)^(?:by when|when|due(?: date)?|deadline|date|until|期限|期日|納期|完了予定.*)$"),
}
_SECTIONS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "open",
        re.compile(
            r"(?i)open (?:points|issues|questions|items)|unresolved|未解決|未決|継続(?:審議|検討)|検討課題|残された課題|課題"
        ),
    ),
    ("decision", re.compile(r"(?i)^(?:decisions?(?: taken| made)?|resolutions?|決定事項|決議事項?)$")),
    (
        "action",
        re.compile(
            r"(?i)^(?:action (?:items?|list|points?)|actions|next steps|to-?dos?|アクション.*|宿題|今後の(?:予定|対応))$"
        ),
    ),
)
_TEXT = 12  # words of a line that is no piece of a table
_NOT_STATED = re.compile(r"(?i)^(?:not stated|none|n/?a|tbd|tbc|-|–|未定|なし|記載なし)?$")
_BULLET = re.compile(r"^[\s•\-*・●○◦▪\uf0b7]*(?:\(?\d{1,2}[.)]\s+)?")


def register_items(sentences: Sequence[Sentence], people: People, lang: str) -> tuple[list[Item], set[int]]:
    """Items of tables and lists, and the indices of the sentences that are used up by them."""
    items: list[Item] = []
    used: set[int] = set()
    columns: dict[str, int] = {}
    for sentence in sentences:
        if sentence.cells:
            found = _header(sentence.cells)
            if found:
                columns = found
                used.add(sentence.index)
            elif columns and len(sentence.cells) > max(columns.values()):
                items.append(_row(sentence, columns, people))
                used.add(sentence.index)
            continue
        if len(sentence.text.split()) > _TEXT or sentence.text.strip() == sentence.heading:
            columns = {}  # a page's end does not end a table, running text does
        kind = _section(sentence)
        words = _BULLET.sub("", sentence.text).strip()
        titled = sentence.heading and (words in sentence.heading or words.endswith(sentence.heading))
        if titled and kind is not None:
            used.add(sentence.index)
        if kind is None or len(words) < 8 or titled:
            continue
        if re.search(r"(?i)\bfollowing\b|as shown|次のとおり", words):
            used.add(sentence.index)
        elif kind == "open":
            items.append(_listed(kind, sentence, words, people, lang))
            used.add(sentence.index)
    return items, used


def _header(cells: tuple[str, ...]) -> dict[str, int]:
    """Which column holds what; {} for a row that is no header of an action register."""
    found: dict[str, int] = {}
    for number, cell in enumerate(cells):
        for name, pattern in _COLUMNS.items():
            if name not in found and pattern.match(cell):
                found[name] = number
    return found if "what" in found and len(found) > 1 else {}


def _row(sentence: Sentence, columns: dict[str, int], people: People) -> Item:
    cells = sentence.cells
    who = cells[columns["who"]] if "who" in columns else ""
    when = cells[columns["when"]] if "when" in columns else ""
    when = "" if _NOT_STATED.match(when) else when
    who = "" if _NOT_STATED.match(who) else people.resolve(who)
    return Item("action", cells[columns["what"]], (sentence.span,), who, when, "asked", sentence.heading)


def _section(sentence: Sentence) -> Kind | None:
    if sentence.speaker:
        return None
    return next((kind for kind, pattern in _SECTIONS if pattern.search(sentence.heading)), None)


def _listed(kind: Kind, sentence: Sentence, words: str, people: People, lang: str) -> Item:
    """A line of a list; "(Mr Pemberton, November meeting)" at its end says who and when."""
    who, when = "", ""
    behind = re.search(r"\s*[(（]([^()（）]{3,60})[)）][.。]?$", words)
    if behind:
        name = re.match(people.pattern(), behind[1])
        if name:
            who = people.resolve(name["name"])
            when = behind[1][name.end() :].strip(" ,、")
            words = words[: behind.start()]
    if not when:
        _, when, plain = cut_deadline(words, lang)
        when = when if plain else ""
    status: Status = "open" if kind == "open" else "decided"
    return Item(kind, words.strip(" .。"), (sentence.span,), who, when, status, sentence.heading)
