"""Japanese verbs as minutes write them: 送ります and 送って are 送る."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_U_ROW = dict(zip("きぎちにびみりいし", "くぐつぬぶむるうす", strict=True))
_E_ROW = "べれけせてねめえげぜで"
# stems in the i row that take る, and nouns' する
_ICHIDAN = lazy_pattern(r"(?:借り|足り|起き|降り|生き|でき|過ぎ|浴び|信じ|見|着|煮|似|居|出|寝|経)$")
_SURU = lazy_pattern(r"(?:[\u4e00-\u9fff]{2}|[ァ-ヶー]{2}|ご[\u4e00-\u9fff]+)$")
_TSU_U = lazy_pattern(r"[買使言会払扱伺問負願合洗思追吸誘習従狙]$|手伝$|もら$|しま$")
_TSU_TSU = lazy_pattern(r"[持待打立勝放保]$")
_N_BU = lazy_pattern(r"[運選並呼遊結学喜]$")


def plain(words: str) -> str:
    """Words whose last verb has its dictionary form; as they are where that is not known."""
    polite = re.search(r"(?P<last>.)ます(?:ので|から|ね|よ)*$", words)
    if polite is not None:
        return _of_stem(words[: polite.start("last") + 1]) or words
    te = re.search(r"(?P<stem>.)(?P<end>って|んで|いて|いで|して|て)$", words)
    return words if te is None else _of_te(words[: te.end("stem")], te["end"]) or words


def _of_stem(stem: str) -> str:
    last = stem[-1]
    if last == "し" and _SURU.search(stem[:-1]):
        return f"{stem[:-1]}する"
    if last in _E_ROW or _ICHIDAN.search(stem):
        return f"{stem}る"
    return stem[:-1] + _U_ROW[last] if last in _U_ROW else ""


def _of_te(stem: str, end: str) -> str:
    if end == "って":
        row = "く" if stem.endswith("行") else "う" if _TSU_U.search(stem) else "つ" if _TSU_TSU.search(stem) else "る"
        return stem + row
    if end == "んで":
        return stem + ("ぶ" if _N_BU.search(stem) else "む")
    if end in ("いて", "いで"):
        return stem + ("く" if end == "いて" else "ぐ")
    if end == "して":
        return f"{stem}する" if _SURU.search(stem) else f"{stem}す"
    return f"{stem}る" if stem[-1] in _E_ROW or _ICHIDAN.search(stem) else ""
