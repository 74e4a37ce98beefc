"""Minutes from the items of a meeting: every section, each item on a line of its own, linked to its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.sweep.item import Item, Kind
from tsel_core.sweep.meetings.next_meeting import NEXT
from tsel_core.sweep.text import Line, Written
from tsel_core.text.language import Lang
from tsel_core.text.normalize import normalise

_SECTIONS: dict[Lang, tuple[tuple[Kind, str], ...]] = {
    "en": (("decision", "Decisions"), ("action", "Action items"), ("open", "Open points")),
    "ja": (("decision", "決定事項"), ("action", "アクション項目"), ("open", "未解決事項")),
}
_NEXT = {"en": "Next meeting:", "ja": "次回："}
_NONE = {"en": "none stated", "ja": "記載なし"}
_NOT_STATED = {"en": "not stated", "ja": "記載なし"}
_WORDS = {
    "en": {
        "rejected": "rejected: {}",
        "changed": "{} (changed; before: {})",
        "unsure": "{} (unsure)",
        "done": "{} (done)",
        "by": "by {}",
        "proposed": "{} (proposed; no decision found)",
    },
    "ja": {
        "rejected": "見送り: {}",
        "changed": "{}（変更。以前は: {}）",
        "unsure": "{}（要確認）",
        "done": "{}（済）",
        "by": "{}",
        "proposed": "{}（提案。決定は見つからず）",
    },
}
_STARTS_WITH = (
    *("by ", "from ", "before ", "until ", "within ", "in "),
    *("as soon", "asap", "immediately", "right", "this ", "to"),
)
# words of a rejection that need no "rejected" before them
_SAYS_REJECTED = (
    *("reject", "not ", "turned down", "withdrawn", "dropped"),
    *("見送", "却下", "否決", "取り下げ", "不採用", "採用しない", "見合わせ", "取りやめ", "中止", "やめ", "撤回"),
)
_FIRST_WORDS = {"en": 64, "ja": 24}  # characters of an item in which a reader sees that it was turned down
_LONG = {"en": 7, "ja": 16}  # words, characters: from here on an item names its own subject


def write_minutes(items: Sequence[Item], lang: Lang) -> Written:
    """Decisions, action items and open points under their headings, in their order; when it meets again."""
    lines: list[Line] = []
    for kind, title in _SECTIONS[lang]:
        lines.append(Line(f"{title}:" if lang == "en" else f"{title}："))
        rows = [i for i in items if i.kind == kind]
        lines += [Line(f"- {item_words(i, lang)}", i) for i in rows] or [Line(f"- {_NONE[lang]}")]
        lines.append(Line(""))
    again = [i for i in items if i.name == NEXT]
    if again:
        lines.append(Line(_NEXT[lang]))
        lines += [*(Line(f"- {i.what.strip(' .。')}", i) for i in again), Line("")]
    return Written(tuple(lines[:-1]))


def item_words(item: Item, lang: Lang) -> str:
    """One item as minutes write it."""
    words = _WORDS[lang]
    what = with_topic(item, lang)
    if item.kind == "action":
        done = words["done"].format(what) if item.status == "done" else what
        text = f"{item.who or _NOT_STATED[lang]} - {done} - {_by_when(item, lang)}"
    elif item.status == "rejected":
        said = any(w in what.lower()[: _FIRST_WORDS[lang]] for w in _SAYS_REJECTED)
        text = what if said else words["rejected"].format(what)
    elif item.status == "changed" and item.instead_of and normalise(item.instead_of) not in normalise(what):
        text = words["changed"].format(what, item.instead_of.strip(" .。"))
    else:
        text = what
    if item.status == "proposed":
        text = words["proposed"].format(text)
    if item.kind == "open" and (item.who or item.when):
        text += f" ({', '.join(p for p in (item.who, item.when) if p)})"
    return words["unsure"].format(text) if item.verdict == "unsure" else text


def with_topic(item: Item, lang: Lang) -> str:
    """The words of an item behind the topic they belong to, unless they name it."""
    what = item.what.strip(" .。")
    topic = re.sub(r"(?i)\s+(?:itself|themselves)$", "", item.section.strip(" .。"))
    long = len(what if lang == "ja" else what.split()) >= _LONG[lang]
    long = long and item.status != "rejected"  # "I see no support for that" says nothing without its topic
    if item.kind == "action" or not topic or long or not item.who or _names(what, topic):
        return what[:1].upper() + what[1:] if lang == "en" and item.kind != "action" else what
    return f"{topic[:1].upper()}{topic[1:]}: {what}" if lang == "en" else f"{topic}：{what}"


def _names(what: str, topic: str) -> bool:
    """Whether the words of an item hold those of its topic."""
    if normalise(topic) in normalise(what):
        return True
    if not topic.isascii():
        return False
    wanted = {w.rstrip("s") for w in topic.lower().split() if len(w) > 3}
    return bool(wanted) and wanted <= {w.strip(".,;:").rstrip("s") for w in what.lower().split()}


def _by_when(item: Item, lang: Lang) -> str:
    if not item.when:
        return _NOT_STATED[lang]
    if lang == "en" and item.when.lower().startswith(_STARTS_WITH):
        return item.when
    return _WORDS[lang]["by"].format(item.when)
