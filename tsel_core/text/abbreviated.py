# ruff: noqa: E501 (lists of words)
"""Abbreviations behind whose full stop no sentence ends: what stands before the stop in the patterns that cut sentences."""

from __future__ import annotations

_ALWAYS = "Mr Ms Mrs Mx Dr Prof Messrs vs cf"
_DOTTED = r"e\.g i\.e E\.g I\.e"
# where a value follows: "no. 12", "para. 3", "pp. 4", "ref. AB-12", "approx. 5"
_BEFORE_VALUE = "nos No Nos NO art arts Art Arts para paras Para Paras sec secs Sec Secs cl cls Cl Cls fig figs Fig Figs vol Vol p pp ref Ref ca Ca est Est tel Tel ext Ext approx Approx incl Incl excl Excl"
# the same, but not behind a figure: "15 min. 20 chairs", "12 Dec. 3 persons"
_NOT_BEHIND_FIGURE = "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"
_VALUE = r"[\"“(]?(?:[\d０-９§#£$€¥]|[A-Z]{1,4}[-/]?\d|[A-Z]{3}\s\d|\([a-z]\))"
_ANSWERED = "".join(f"(?<!{words} )" for words in ("said", "says", "say", "answered", "replied", "voted", "was", "is", "be", "answer", ",", ":", "or", "and", "simply"))

GOES_ON = "".join(
    [
        *(rf"(?<!\b{word})" for word in (*_ALWAYS.split(), *_DOTTED.split())),
        *(rf"(?<!\b{word}(?=\.\s+{_VALUE}))" for word in _BEFORE_VALUE.split()),
        *(rf"(?<!(?<!\d )\b{word}(?=\.\s+{_VALUE}))" for word in _NOT_BEHIND_FIGURE.split()),
        rf"(?<!{_ANSWERED}\bno(?=\.\s+{_VALUE}))",
        r"(?<!\bCo(?=\.,?\s+(?:Ltd|Limited|Inc|KG|LLC)\b))",
    ]
)
"""Stands before `[.!?]+`: matches nowhere behind such an abbreviation."""
