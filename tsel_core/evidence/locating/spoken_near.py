# ruff: noqa: E501 (patterns)
"""A clause that speaks of what a yes/no question asks in other words: it is shown, and not "no passage says so".

Whether a contract goes on by itself, and whether a price stays, is said in many ways. The words of each are known; what
the clause makes of the question is left to the reader.
"""

from __future__ import annotations

import re

from tsel_core.evidence.heads.sentence import Sentence
from tsel_core.evidence.locating.kind import QuestionKind
from tsel_core.evidence.locating.locate import Locator
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.asked import Asked
from tsel_core.trust.claims.parts.kinds import is_statement

_PRICE = r"rents?|fees?|prices?|charges?|rates?|salar(?:y|ies)|wages?|premiums?|deposits?|tariffs?|subscriptions?|賃料|家賃|地代|料金|月額|委託料|単価|価格|代金|報酬|給与|給料|賃金|利用料|使用料|会費|手数料|管理費|共益費|保険料"
# (what a question asks, what a clause about it says, what both must name alike or None)
_KNOWN: tuple[tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str] | None], ...] = (
    (
        lazy_pattern(r"\b(?:renew|extend|exten[st]|prolong|continu|roll|carr(?:y|ies) on|go on)\w*\b.*\bautomatic|\bautomatic\w*\b.*\b(?:renew|exten|prolong|continu)|\brolls? over\b|自動.{0,12}(?:更新|延長|継続|続)|(?:契約|期間|賃貸借).{0,10}(?:更新|延長)され", re.I),
        lazy_pattern(r"\brenew(?:s|ed|al|als|able)?\b|\b(?:extend|prolong)\w*\b.{0,60}\b(?:term|period|year|month|agreement|contract)|\b(?:term|period|agreement|contract|lease)\b.{0,60}\b(?:extended|prolonged)\b|\bsuccessive\b.{0,30}\b(?:term|period|year)|\brolls? over\b|更新(?!料)|(?:自動的に|さらに|更に)[^。]{0,20}(?:延長|継続|存続)|期間[^。]{0,12}延長", re.I),
        None,
    ),
    (
        lazy_pattern(r"\b(?:froze|freez|fixed|unchanged|increas|rais|rise|rising|go(?:es|ing)? up|chang|stay|remain|the same|adjust|review|reduc|lower|go(?:es|ing)? down)\w*\b|値上げ|値下げ|増額|減額|引き?上げ|引き?下げ|変わ|変更|改定|据え?置|上が|下が|見直", re.I),
        lazy_pattern(r"\b(?:frozen|fixed|unchanged|increas\w*|rais\w*|rise\w*|adjust\w*|alter\w*|var(?:y|ied)|chang\w*|review\w*|reduc\w*|lower\w*)\b|\bremain\w* (?:the same|constant|at)\b|据え?置|増額|減額|改定|値上|値下|引き?上げ|引き?下げ|変更", re.I),
        lazy_pattern(rf"(?:(?<![A-Za-z])(?:{_PRICE})(?![A-Za-z]))", re.I),
    ),
)  # fmt: skip


def spoken_near(kind: QuestionKind, locator: Locator) -> Sentence | None:
    """The statement that speaks of what is asked, with most of the question's words; None where none does."""
    if kind.kind != "yesno" or kind.tongue:
        return None
    asked = Asked(kind.matter)
    for asks, told, named in _KNOWN:
        if not asks.search(kind.matter):
            continue
        names = {_one(m.group()) for m in named.finditer(kind.matter)} if named is not None else set()
        if named is not None and not names:
            continue
        found = [s for s in locator.sentences if _speaks(s, locator, told, named, names)]
        if found:
            return max(found, key=lambda s: asked.share(locator.index.text(s.span)))
    return None


def _speaks(
    sentence: Sentence, locator: Locator, told: re.Pattern[str], named: re.Pattern[str] | None, names: set[str]
) -> bool:
    text = locator.index.text(sentence.span)
    if not told.search(text) or not is_statement(text) or text.rstrip().endswith(("?", "？")):
        return False
    return named is None or bool({_one(m.group()) for m in named.finditer(text)} & names)


def _one(name: str) -> str:
    """家賃 is rent; a plural is one of several."""
    low = name.lower()
    return "賃料" if low == "家賃" else low.removesuffix("s")
