# ruff: noqa: E501 (patterns)
"""Whether a share is put on or taken off: 3割増 is not 3割引, "10% off" is not "10% extra"."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, bounded, extract_values

_ON = lazy_pattern(r"\s?(?:増|アップ|上乗せ|加算|の?割増|の上乗せ|の加算|の増)|(?:\s(?:more|higher|extra|on top|above|surcharge|supplement|increase|uplift)\b)", re.I)
_OFF = lazy_pattern(r"\s?(?:引|減|オフ|値下げ|の割引|の値引|の減)|(?:\s(?:off|less|lower|cheaper|discount|rebate|reduction|decrease)\b)", re.I)

_CHANGE = lazy_pattern(r"増|引|減|下げ|上げ|上が|下が|上乗せ|加算|アップ|オフ|安く|高く|割合|率|特典|優待|得|プラス|マイナス|\b(?:off|less|more|lower|higher|cheaper|extra|top|discount|rebate|reduc|decreas|increas|surcharge|supplement|uplift|rais|rate|sav|percent|per cent|mark)", re.I)


def turned_change(claim: str, evidence: str) -> str:
    """ "30%引 / 3割増": a share of a claim that is put on where the evidence takes it off, or the other way round; ""."""
    theirs = [v for v in bounded(extract_values(evidence)) if v.kind == "percent"]
    for value in bounded(extract_values(claim)) if theirs else ():
        ours = _way(claim, value) if value.kind == "percent" else ""
        there = {way: v for v in theirs if same_value(v, value) and (way := _way(evidence, v))}
        if ours and there and ours not in there:
            return f"{value.text} {ours} / {min(there)}"
    return ""


def change_left_out(claim: str, question: str, evidence: str) -> str:
    """ "2割 / off": a share that the evidence takes off or puts on, told as the whole of what is owed; ""."""
    if _CHANGE.search(f"{claim} {question}"):
        return ""
    theirs = [v for v in bounded(extract_values(evidence)) if v.kind == "percent"]
    for value in bounded(extract_values(claim)) if theirs else ():
        ways = {_way(evidence, v) for v in theirs if same_value(v, value)}
        if value.kind == "percent" and ways and "" not in ways:
            return f"{value.text} / {min(ways)}"
    return ""


def _way(text: str, value: Value) -> str:
    if _ON.match(text, value.end):
        return "on"
    return "off" if _OFF.match(text, value.end) else ""
