# ruff: noqa: E501 (patterns)
"""Who the paper itself says has a role: "Athlete: Jonas Reiter", "Jonas Reiter (Athlete)", "the agent is Petra Holloway"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tsel_core.lazy_pattern import lazy_pattern

_ASKS = lazy_pattern(r"^\W*(?:and )?who(?:['’]s| is| are) (?:the |our |their )?(?P<role>[a-z][\w’'-]*(?: [a-z][\w’'-]*){0,2})\W*$", re.I)
_ASKS_JA = lazy_pattern(r"^(?P<role>[\u3400-\u9fff々\u30a1-\u30faー]{2,8})は(?:誰|だれ|どなた)(?:です|でしょう)?か?[。？?]?$")
_NAME = r"(?<![\w'’&.-])(?-i:[A-Z][\w'’&.-]*+(?: (?:and |& |of |van |de |von )?[A-Z][\w'’&.-]*+){0,4})"
_FORMS = frozenset("ltd limited inc llc llp plc gmbh ag corp co company the mr mrs ms dr of and".split())  # noqa: SIM905


def other_role(stated: str, question: str, texts: Iterable[str]) -> str:
    """ "Nordwind / Jonas Reiter": who an answer names, and whom the paper names for the role that is asked for; ""."""
    asked = _ASKS.match(question.strip()) or _ASKS_JA.match(question.strip())
    if asked is None:
        return ""
    role = re.escape(asked["role"])
    forms = (
        rf"(?:^|\n)\W{{0,4}}(?:the )?{role}\s*[:：]\s*(?P<name>[^\n,;(（。、]{{2,40}})",
        rf"(?P<name>[^()\n;]{{2,80}})\((?:(?:the|hereinafter|referred|to|as|called)\s)*[\"“]?(?:the )?{role}[\"”]?\)",
        rf"(?P<name>{_NAME}),? [\"“](?:the )?{role}[\"”]",
        rf"\b(?:the|our) {role} is (?:Mr |Mrs |Ms |Dr )?(?P<name>{_NAME})",
    )
    found = (m["name"].strip() for text in texts for form in forms for m in re.finditer(form, text, re.I))
    names = [n for n in found if not n.isascii() or re.search(r"\b[A-Z]", n)]
    if not names or any(_shares(name, stated) for name in names):
        return ""
    return f"{stated[:40]} / {names[0]}"


def _shares(name: str, stated: str) -> bool:
    """Whether an answer has a word of a name; Japanese: its first two characters."""
    if not name.isascii():
        return name[:2] in stated
    words = {w.casefold() for w in re.findall(r"\b[A-Z][^\W_]+", name)} - _FORMS
    return bool(words & {w.casefold() for w in re.findall(r"[^\W_]+", stated)})
