"""Places as a person is shown them: labels are English in documents and in JSON, whatever the language around them."""

from __future__ import annotations

import re

_JA = tuple(
    (re.compile(pattern), shown)
    for pattern, shown in (
        (r"lines? (\d+)-(\d+)", r"\1〜\2行目"),
        (r"line (\d+)", r"\1行目"),
        (r"p\. (\S+)", r"\1ページ"),
        (r"para (\d+)", r"段落\1"),
        (r"row (\d+)", r"\1行目"),
        (r"table (\d+)", r"表\1"),
        (r"slide (\d+)", r"スライド\1"),
        (r"sheet (.+)", r"シート\1"),
        (r"turn (\d+)", r"発言\1"),
        (r"footnote (\S+)", r"脚注\1"),
        (r"endnote (\S+)", r"文末脚注\1"),
        (r"note on (.+)", r"\1のメモ"),
        (r"header(?: (\d+))?", r"ヘッダー\1"),
        (r"footer(?: (\d+))?", r"フッター\1"),
        (r"line of the tool", r"ツールの行"),
    )
)


def label_in(label: str, lang: str) -> str:
    """A unit's label in a language: "lines 2-4" is 2〜4行目 in Japanese; what has no form there stays as it is."""
    if lang != "ja":
        return label
    return "、".join(_part(part) for part in label.split(", ")) if _known(label) else label


def _known(label: str) -> bool:
    return any(pattern.fullmatch(part) for part in label.split(", ") for pattern, _ in _JA)


def _part(part: str) -> str:
    for pattern, shown in _JA:
        match = pattern.fullmatch(part)
        if match is not None:
            return match.expand(shown)
    return part
