"""A firm's legal form as the paper writes it: "Penrose Limited" is "Penrose Ltd" there, ㈱青木 is 株式会社青木."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern

_FORMS = (
    ("Limited", "Ltd.", "Ltd", "LIMITED", "LTD"),
    ("Incorporated", "Inc.", "Inc"),
    ("Corporation", "Corp.", "Corp"),
    ("Company", "Co.", "Co"),
    ("plc", "PLC", "Plc"),
)
_FORMS_JA = (("株式会社", "㈱", "(株)", "（株）"), ("有限会社", "㈲", "(有)", "（有）"))
_NAME_JA = lazy_pattern(r"[\u3400-\u9fff\u30a1-\u30faーA-Za-z]+")
_NAME_JA_END = lazy_pattern(r"[\u3400-\u9fff\u30a1-\u30faーA-Za-z]+$")
_NAMED = lazy_pattern(
    r"((?:[A-Z][\w&.’'-]*,? )+?)(" + "|".join(re.escape(form) for forms in _FORMS for form in forms) + r")(?!\w)"
)


def with_forms_of(text: str, units: Sequence[str]) -> str:
    """A text with the firms that it names as the units write them, where these know them in another spelling alone."""
    for forms in _FORMS_JA:
        for form in forms:
            if form in text and not any(form in unit for unit in units):
                text = _in_their_form(text, form, forms, units)

    def written(match: re.Match[str]) -> str:
        if any(match[0] in unit for unit in units):
            return match[0]
        same = next((forms for forms in _FORMS if match[2] in forms), ())
        names = (f"{match[1]}{form}" for form in same)
        whole = (name for name in names if any(re.search(rf"{re.escape(name)}(?!\w)", u) for u in units))
        return next(whole, match[0])

    return _NAMED.sub(written, text)


def _in_their_form(text: str, form: str, forms: Sequence[str], units: Sequence[str]) -> str:
    """The form of each firm as the units have it right before or behind the same name."""
    parts = text.split(form)
    made = parts[0]
    for behind in parts[1:]:
        name, before = _NAME_JA.match(behind), _NAME_JA_END.search(made)
        there = [f for f in forms if name and any(f + name.group() in u for u in units)]
        there += [f for f in forms if before and any(before.group() + f in u for u in units)]
        made += (there[0] if there else form) + behind
    return made
