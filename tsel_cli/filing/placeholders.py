"""The placeholders of a company's Word template, in English and Japanese: what each stands for."""

from __future__ import annotations

from collections.abc import Mapping

from tsel_cli.filing.paper import Entry, Paper
from tsel_cli.filing.words import Word, word
from tsel_core.lazy_pattern import lazy_pattern

PLACEHOLDER = lazy_pattern(r"\{\{\s*([^{}]{1,40}?)\s*\}\}")

VALUES = ("heading", "title", "date", "place", "attendees", "absent", "files", "today", "about")
"""One value in the middle of a line."""

LISTS: Mapping[str, str] = {
    "topics": "topic",
    "decisions": "decision",
    "actions": "action",
    "open": "open",
    "points": "point",
    "facts": "fact",
}
"""A paragraph for each entry of a kind, made like the one that holds the placeholder."""

WHOLE = "summary"
"""All sections with their headings."""

FIELDS = ("number", "text", "who", "what", "when", "topic", "title", "status", "place", "speaker")
"""A field of an entry ("action.who"): the row of the table that holds it is repeated for each entry."""

_KINDS = tuple(LISTS.values())
_JA = {
    "題名": "title",
    "日時": "date",
    "場所": "place",
    "出席者": "attendees",
    "欠席者": "absent",
    "ファイル": "files",
    "作成日": "today",
    "議題": "topics",
    "決定事項": "decisions",
    "アクション": "actions",
    "アクション項目": "actions",
    "未解決事項": "open",
    "要点": "points",
    "要約": "summary",
}
_JA_KINDS = {
    "議題": "topic",
    "決定": "decision",
    "決定事項": "decision",
    "アクション": "action",
    "未解決": "open",
    "未解決事項": "open",
    "要点": "point",
}
_JA_FIELDS = {
    "番号": "number",
    "本文": "text",
    "担当": "who",
    "内容": "what",
    "期限": "when",
    "議題": "topic",
    "状態": "status",
    "箇所": "place",
    "発言者": "speaker",
}


def known(name: str) -> str:
    """The placeholder's English name, "" for one that is not known."""
    name = _JA.get(name, name.lower())
    kind, dot, rest = name.replace("．", ".").partition(".")
    if dot:
        kind, rest = _JA_KINDS.get(kind, kind), _JA_FIELDS.get(rest, rest)
        return f"{kind}.{rest}" if kind in _KINDS and rest in FIELDS else ""
    return name if name in (*VALUES, *LISTS, WHOLE) else ""


def names() -> list[str]:
    """Every placeholder by its English name."""
    return [*VALUES, *LISTS, WHOLE, *(f"{k}.{f}" for k in _KINDS for f in FIELDS)]


def value(name: str, paper: Paper) -> str:
    """What a placeholder in the middle of a line stands for."""
    joint = "、" if paper.lang in ("ja", "zh") else ", "
    many = {"attendees": paper.attendees, "absent": paper.absent, "files": paper.files}
    if name in many:
        return joint.join(many[name])
    if name == "about":
        return " ".join(paper.foot)
    return str(getattr(paper, name))


def field(entry: Entry, name: str, number: int, lang: str) -> str:
    """A field of an entry as words."""
    if name == "number":
        return str(number)
    if name == "status":
        names: dict[str, Word] = {"proposed": "proposed", "rejected": "rejected", "done": "done"}
        return word(names[entry.status], lang) if entry.status in names else ""
    found = str(getattr(entry, name))
    missing = name == "who" or name == "when"
    return found or (word("not_stated", lang) if missing and entry.kind == "action" else "")
