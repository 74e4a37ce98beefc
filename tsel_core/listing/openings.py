# ruff: noqa: E501 (one pattern a line)
"""The sentences that open a contract: who makes it with whom, why, and that they agree. They bind nobody to anything."""

from __future__ import annotations

from collections.abc import Mapping
from re import Pattern

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.listing.kinds import DUTY_EN, NO_DUTY_EN
from tsel_core.text.language import Lang

_PAPER = (
    r"(?:agreement|contract|deed|lease|licen[cs]e|amendment|addendum|memorandum|indenture|order|undertaking|nda|mou)"
)
_OPENING: Mapping[Lang, Pattern[str]] = {
    "en": lazy_pattern(
        rf"(?i)^\W*(?:\d+[.)]\s*)?(?:(?:this|the)\b.{{0,120}}?\b{_PAPER}\b|{_PAPER}\b).{{0,200}}?"
        r"\b(?:(?:is|was|has been|are) (?:hereby )?(?:made|entered into|concluded|executed|dated|agreed)|made and entered into|"
        r"(?:made|dated|entered into|effective)\b.{0,80}?\b(?:between|among(?:st)?|by and between))\b"
        r"|^\W*(?:(?:by and )?between|among(?:st)?)\b.{0,300}?\band\b"
        r"|^\W*now,? therefore\b"
    ),
    "ja": lazy_pattern(
        r"(?:契約|合意|覚書|協定|誓約)(?:書)?(?:（[^）]*）)?(?:を|の)?(?:ここに)?(?:締結|取り?交わ|交わ)(?:する|した|し|す|します|しました)"
        r"(?:（[^）]*）)?[。\s]*$|(?:次|以下|下記|左記)のとおり(?:合意|契約|約定)(?:する|した|します|しました)[。\s]*$"
    ),
}


def opens(text: str, lang: Lang) -> bool:
    """Whether a sentence (its white space single) only opens a contract; one that binds somebody as well does more."""
    if _OPENING[lang].search(text) is None:
        return False
    return lang == "ja" or DUTY_EN.search(NO_DUTY_EN.sub(" ", text)) is None
