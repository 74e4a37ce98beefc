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
_NAMED = lazy_pattern(
    r"((?:[A-Z][\w&.’'-]*,? )+?)(" + "|".join(re.escape(form) for forms in _FORMS for form in forms) + r")(?!\w)"
)


def with_forms_of(text: str, units: Sequence[str]) -> str:
    """A text with the firms that it names as the units write them, where these know them in another spelling alone."""
    for forms in _FORMS_JA:
        for form in forms:
            if form in text and not any(form in unit for unit in units):
                other = next((f for f in forms if any(f in unit for unit in units)), form)
                text = text.replace(form, other)

    def written(match: re.Match[str]) -> str:
        if any(match[0] in unit for unit in units):
            return match[0]
        same = next((forms for forms in _FORMS if match[2] in forms), ())
        names = (f"{match[1]}{form}" for form in same)
        return next((name for name in names if any(name in unit for unit in units)), match[0])

    return _NAMED.sub(written, text)
