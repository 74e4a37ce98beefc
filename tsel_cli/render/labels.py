"""Places as a person is shown them, in the language around them.

In documents and in JSON labels are English, but for those of a Japanese Word file and page of the web (段落4, 表1 行2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_cli.i18n import message_language
from tsel_core.lazy_pattern import lazy_pattern

_JA = tuple(
    (lazy_pattern(pattern), shown)
    for pattern, shown in (
        (r"lines? (\d+)-(\d+)", r"\1〜\2行目"),
        (r"line (\d+)", r"\1行目"),
        (r"p\. (\S+)-(\S+)", r"\1〜\2ページ"),
        (r"p\. (\S+)", r"\1ページ"),
        (r"para (\d+)-(\d+)", r"段落\1〜\2"),
        (r"para (\d+)", r"段落\1"),
        (r"row (\d+)-(\d+)", r"\1〜\2行目"),
        (r"row (\d+)", r"\1行目"),
        (r"[Tt]able (\d+)", r"表\1"),
        (r"slide (\d+)-(\d+)", r"スライド\1〜\2"),
        (r"slide (\d+)", r"スライド\1"),
        (r"sheet (.+)", r"シート\1"),
        (r"turn (\d+)", r"発言\1"),
        (r"message (\d+)", r"\1通目"),
        (r"part (\d+)", r"\1番目の部分"),
        (r"footnote (\S+)", r"脚注\1"),
        (r"endnote (\S+)", r"文末脚注\1"),
        (r"note on (.+)", r"\1のメモ"),
        (r"comment", r"コメント"),
        (r"drawing", r"図"),
        (r"attachment (.+)", r"添付ファイル\1"),
        (r"embedded (.+)", r"埋め込みファイル\1"),
        (r"header(?: (\d+))?", r"ヘッダー\1"),
        (r"footer(?: (\d+))?", r"フッター\1"),
        (r"(.+) header \(pages (\d+)-(\d+)\)", r"\1のヘッダー（\2〜\3ページ）"),
        (r"(.+) footer \(pages (\d+)-(\d+)\)", r"\1のフッター（\2〜\3ページ）"),
        (r"(.+) hidden", r"\1（非表示）"),
        (r"line of the tool", r"ツールの行"),
        (r"part that was not read", r"読み取っていない部分"),
        (r"(?:(.+) )?(?:Clause|Sec\.) (\d\S*)", r"\1 第\2項"),
        (r"(?:(.+) )?Art\. (\S+)", r"\1 第\2条"),
    )
)
"""Parts of a label. The first group of the longer ones may be a part by itself ("p. 1 hidden")."""

_EN = tuple(
    (lazy_pattern(pattern), shown)
    for pattern, shown in (
        (r"(?<![^\s,])段落(?=\d)", "para "),
        (r"(?<![^\s,])表(\d+) 行(?=\d)", r"Table \1, row "),
    )
)


def label_in(label: str, lang: str) -> str:
    """A unit's label in a language: "lines 2-4" is 2〜4行目 in Japanese; what has no form there stays as it is."""
    if lang != "ja":
        for pattern, shown in () if label.isascii() else _EN:
            label = pattern.sub(shown, label)
        return label
    return "、".join(_part(part) for part in label.split(", ")) if _known(label) else label


def _known(label: str) -> bool:
    return any(pattern.fullmatch(part) for part in label.split(", ") for pattern, _ in _JA)


def _part(part: str) -> str:
    for pattern, shown in _JA:
        match = pattern.fullmatch(part)
        if match is not None:
            inner = match[1] if match.re.groups and match[1] and match[1] != part else None
            said = match.expand(shown).strip()
            return said.replace(inner, _part(inner), 1) if inner and " " in inner else said
    return part


def words_lang(lang: str) -> str:
    """The language of the program's own words beside an answer: the answer's where it speaks it, else of messages."""
    return lang if lang in ("en", "ja") else message_language()


MOST_PLACES = 6  # that a line names; the rest is counted


def places_in(labels: Sequence[str], lang: str, most: int = MOST_PLACES) -> str:
    """Places in one line: those that follow one another as a range, and beyond `most` their number.

    "p. 4-6, p. 9, 12 more" 「4〜6ページ、9ページ、ほか 12 か所」
    """
    groups: list[list[str]] = []
    for label in labels:
        if groups and _follows(groups[-1][-1], label):
            groups[-1].append(label)
        else:
            groups.append([label])
    shown = [_range(group, lang) for group in groups[:most]]
    rest = sum(map(len, groups[most:]))
    if rest:
        shown.append(f"ほか {rest:,} か所" if lang == "ja" else f"{rest:,} more")
    apart = any(", " in one for one in shown)
    return ("; " if apart else "、" if lang == "ja" else ", ").join(shown)


def _follows(before: str, label: str) -> bool:
    """Whether two labels differ in their last number alone, and the second counts on."""
    one, two = _last(before), _last(label)
    return one is not None and two is not None and one[::2] == two[::2] and int(two[1]) == int(one[1]) + 1


def _last(label: str) -> tuple[str, str, str] | None:
    """What stands before the last number of a label, the number, and what stands behind it."""
    end = len(label.rstrip("行目件通番のページ)"))
    start = end
    while start and label[start - 1] in "0123456789":
        start -= 1
    is_part = label[:start].endswith((":", ".", "-"))  # of a time or of a clause's number
    return (label[:start], label[start:end], label[end:]) if 0 < end - start < 9 and not is_part else None


def _range(group: Sequence[str], lang: str) -> str:
    if len(group) == 1:
        return label_in(group[0], lang)
    last = _last(group[-1])
    first = _last(group[0])
    assert first is not None
    assert last is not None
    known = label_in(f"{first[0]}{first[1]}-{last[1]}{first[2]}", lang)
    if lang != "ja" or not re.search(r"\d-\d", known):
        return known
    return re.sub(r"(?<=\d)-(?=\d+\D*$)", "〜", known)
