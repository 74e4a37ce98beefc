# ruff: noqa: SIM905 (lists of words)
"""Brief summaries and reports written from items, so that every part of the document is in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.contracts.clause_titles import clause_words
from tsel_core.sweep.contracts.nda_words import NDA_KINDS
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings.minutes import item_words
from tsel_core.sweep.text import Line, Written
from tsel_core.text.contract_facts import KINDS
from tsel_core.text.language import Lang

_TITLES: dict[Lang, dict[str, str]] = {
    "en": {
        "purpose": "Purpose:",
        "points": "Main points:",
        "conclusions": "Conclusions:",
        "risks": "Risks and open questions:",
        "decisions": "Decisions:",
        "actions": "Action items:",
        "open": "Open points:",
        "none": "- none stated",
    },
    "ja": {
        "purpose": "目的：",
        "points": "要点：",
        "conclusions": "結論：",
        "risks": "リスクと未解決事項：",
        "decisions": "決定事項：",
        "actions": "アクション項目：",
        "open": "未解決事項：",
        "none": "- 記載なし",
    },
}
_NAMES = {k.name: {"en": k.en, "ja": k.ja} for k in (*KINDS, *NDA_KINDS)}
_UNSURE = {"en": "{} (unsure)", "ja": "{}（要確認）"}
_LONG = 320  # characters of a clause in a brief
_BRIEF_ITEMS = {"decision": 6, "action": 6, "open": 3}  # of a meeting; the rest is counted
_MORE = {"en": "- and {} more (--style minutes gives all)", "ja": "- ほか {} 件（--style minutes ですべて表示）"}
_BRIEF_FACTS = frozenset("parties subject term renewal price payment cap termination law disputes".split())
_BRIEF_FACTS |= {k.name for k in NDA_KINDS}  # an agreement on confidentiality is short, and says little else
_SEVERAL = ("price", "payment", "termination")  # facts that several clauses state
_CONCLUDES = lazy_pattern(r"(?i)conclu|summary|outlook|recommend|result|結論|まとめ|総括|今後|結果|提言")
_RISKS = ("cap", "exclusion", "penalty", "late", "termination", "noncompete")


def write_brief(items: Sequence[Item], kind: str, lang: Lang) -> Written:
    """A few lines: the points in the order of the document, a contract's key facts, or what a meeting came to."""
    if kind == "contract":
        taken: set[str] = set()
        told: dict[tuple[SourceSpan, str], list[Item]] = {}  # one clause may state several facts: it is given once
        for item in items:
            if item.name in _BRIEF_FACTS and (item.name not in taken or item.name in _SEVERAL):
                taken.add(item.name)
                told.setdefault((item.place, item.what), []).append(item)
        lines = [_fact_line(group[0], lang, _LONG, also=group[1:]) for group in told.values()]
        return Written(tuple(lines or [Line(_TITLES[lang]["none"])]))
    if kind == "meeting":
        return _meeting(items, lang, brief=True)
    return Written(tuple(Line(_sentence(i.what, lang), i) for i in items) or (Line(_TITLES[lang]["none"]),))


def write_report(items: Sequence[Item], kind: str, lang: Lang) -> Written:
    """Purpose, main points, conclusions, risks and open questions; "none stated" where nothing was found."""
    if kind == "meeting":
        return _meeting(items, lang)
    titles = _TITLES[lang]
    points = [i for i in items if i.kind in ("point", "fact")]
    if kind == "contract":
        purpose = [i for i in points if i.name in ("parties", "subject", "date")]
        ends = [i for i in points if i.name in ("term", "renewal", "termination", "law", "disputes")]
        risks = [i for i in points if i.name in _RISKS and i not in ends]
    else:
        purpose = [i for i in points if i.name == "purpose"]
        own = [i for i in points if i.name == ""]
        ends = [i for i in own if _CONCLUDES.search(i.section)] or own[-1:]
        risks = [i for i in items if i.kind == "open"]
    rest = [i for i in points if i not in purpose and i not in ends and i not in risks]
    lines: list[Line] = []
    for title, group in (("purpose", purpose), ("points", rest), ("conclusions", ends), ("risks", risks)):
        lines.append(Line(titles[title]))
        lines += [_bullet(i, lang) for i in group] or [Line(titles["none"])]
        lines.append(Line(""))
    return Written(tuple(lines[:-1]))


def _meeting(items: Sequence[Item], lang: Lang, *, brief: bool = False) -> Written:
    titles = _TITLES[lang]
    points = [_bullet(i, lang) for i in items if i.kind == "point"]
    lines: list[Line] = [Line(titles["points"]), *points, Line("")] if points else []
    for kind, title in (("decision", "decisions"), ("action", "actions"), ("open", "open")):
        group = [i for i in items if i.kind == kind]
        plain = [i for i in group if i.verdict == "supported"]
        shown = sorted(plain, key=lambda i: -i.score)[: _BRIEF_ITEMS[kind]] if brief else group
        lines.append(Line(titles[title]))
        lines += [_bullet(i, lang) for i in group if i in shown] or ([] if group else [Line(titles["none"])])
        if len(shown) < len(group):
            lines.append(Line(_MORE[lang].format(len(group) - len(shown))))
        lines.append(Line(""))
    return Written(tuple(lines[:-1]))


def item_text(item: Item, lang: Lang) -> str:
    """The words of an item by themselves: without a mark, and a fact without its name."""
    if item.kind == "fact":
        return _fact_words(item, lang)
    return _point_words(item, lang) if item.kind == "point" else item_words(replace(item, verdict="supported"), lang)


def item_title(item: Item, lang: Lang) -> str:
    """How a fact is called; "" for other items."""
    return _NAMES.get(item.name, {}).get(lang, item.name) if item.kind == "fact" else ""


def _bullet(item: Item, lang: Lang) -> Line:
    if item.kind == "fact":
        return _fact_line(item, lang)
    words = _point_words(item, lang) if item.kind == "point" else item_words(item, lang)
    return Line(f"- {words}", item)


def _point_words(item: Item, lang: Lang) -> str:
    """The sentence, and who says it: "I" and "we" are somebody."""
    words = _sentence(item.what, lang)
    if not item.who:
        return words
    return f"{item.who}: {words}" if lang == "en" else f"{item.who}：{words}"


def _fact_line(item: Item, lang: Lang, most: int = 0, also: Sequence[Item] = ()) -> Line:
    """ "- Term: the words of the clause"; a changed one says what was before. One longer than `most` ends in […].

    `also` are other facts that the same clause states: they are named with it.
    """
    names: dict[str, bool] = {}  # a clause may plainly state one of its facts and perhaps another
    for one in (item, *also):
        title = item_title(one, lang)
        names[title] = names.get(title, True) and one.verdict == "unsure"
    words, mixed = _fact_words(item, lang, most), len(set(names.values())) > 1
    told = [_UNSURE[lang].format(name) if unsure and mixed else name for name, unsure in names.items()]
    name = (", " if lang == "en" else "・").join(told)
    if all(names.values()):
        words = _UNSURE[lang].format(words)
    return Line(f"- {name}: {words}" if lang == "en" else f"- {name}：{words}", item, tuple(also))


def _fact_words(item: Item, lang: Lang, most: int = 0) -> str:
    what = item.what
    if most and len(what) > most:
        cut = max(what.rfind(mark, most // 2, most) for mark in (";", ",", "、", " "))
        what = what[: cut if cut > 0 else most].rstrip(" ,;、") + " […]"
    if item.status == "changed" and item.instead_of:
        before = clause_words(item.instead_of)
        what += f" (before: {before})" if lang == "en" else f"（変更前：{before}）"
    return what


def _sentence(what: str, lang: Lang) -> str:
    """Words with a capital and a full stop."""
    words = " ".join(what.split()) if lang == "en" else what.strip()
    if not re.search(r"[.!?。！？」”\"]$", words):
        words += "." if lang == "en" else "。"
    return words[:1].upper() + words[1:]
