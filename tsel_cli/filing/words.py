"""The words around a summary in a file: of English and Japanese here, of the further languages in words_other."""

from __future__ import annotations

from typing import Literal, get_args

from tsel_cli.filing import words_other

Word = Literal[
    "minutes", "summary", "report", "date", "place", "attendees", "absent", "files", "topics", "points", "who", "what",
    "when", "where", "fact", "words", "none", "not_stated", "check", "orders", "rejected", "proposed", "done",
    "made_by", "coverage", "empty_units", "items_checked", "stopped", "whole", "not_whole",
]  # fmt: skip

_EN: dict[Word, str] = {
    "minutes": "Minutes",
    "summary": "Summary",
    "report": "Report",
    "date": "Date",
    "place": "Place",
    "attendees": "Present",
    "absent": "Apologies",
    "files": "Made from",
    "topics": "Topics",
    "points": "Main points",
    "who": "Who",
    "what": "What",
    "when": "By when",
    "where": "Where",
    "fact": "Point",
    "words": "Words of the document",
    "none": "None stated.",
    "not_stated": "not stated",
    "check": "To be checked: these words do not make it certain.\n{label}: “{quote}”",
    "orders": "To be checked: the passage gives orders to its reader or to the program.\n{label}: “{quote}”",
    "rejected": "rejected",
    "proposed": "proposed",
    "done": "done",
    "made_by": "Written by tsel {version} with {model} from a file of {units}.",
    "coverage": "Items come from {with_items} of {units}; what was not taken for an item is not listed.",
    "empty_units": "None in: {labels}.",
    "items_checked": "{n} to be checked, marked with a comment.",
    "stopped": "It was stopped before its end.",
    "whole": "All of it was read.",
    "not_whole": "NOT ALL OF IT WAS READ, or text may be missing.",
}
_JA: dict[Word, str] = {
    "minutes": "議事録",
    "summary": "要約",
    "report": "報告",
    "date": "日時",
    "place": "場所",
    "attendees": "出席者",
    "absent": "欠席者",
    "files": "元のファイル",
    "topics": "議題",
    "points": "要点",
    "who": "担当",
    "what": "内容",
    "when": "期限",
    "where": "箇所",
    "fact": "項目",
    "words": "文書の記載",
    "none": "記載なし",
    "not_stated": "記載なし",
    "check": "要確認: この表現からは確実といえません。\n{label}：「{quote}」",
    "orders": "要確認: 読み手やプログラムへの指示を含む箇所です。\n{label}：「{quote}」",
    "rejected": "見送り",
    "proposed": "提案",
    "done": "済み",
    "made_by": "tsel {version}（{model}）が {units} のファイルから作成。",
    "coverage": "項目の出所: {units}中 {with_items}。項目とみなさなかった内容は載っていません。",
    "empty_units": "項目なし: {labels}。",
    "items_checked": "要確認 {n} 件（コメント付き）。",
    "stopped": "途中で中断されました。",
    "whole": "すべて読み取りました。",
    "not_whole": "すべては読み取れていません。文字が欠けている可能性があります。",
}
assert set(_EN) == set(_JA) == set(get_args(Word)) == set(words_other.NAMES)
_UNITS_JA = {"page": "ページ", "paragraph": "段落", "turn": "発言", "line": "行", "row": "行"}


def word(name: Word, lang: str) -> str:
    """A word in a language; English for one that has no words of its own here."""
    other = words_other.OTHER.get(lang)
    return (_JA if lang == "ja" else _EN)[name] if other is None else other[name]


def units(count: int, kind: str, lang: str) -> str:
    """ "33 pages"."""
    if lang == "ja":
        return f"{count:,}{_UNITS_JA.get(kind, '箇所')}"
    if lang in words_other.OTHER:
        return words_other.units(count, kind, lang)
    return f"{count:,} {kind}{'s' if count != 1 else ''}"
