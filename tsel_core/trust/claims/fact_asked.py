# ruff: noqa: E501 (tables of words)
"""A contract's fact that a question names: its law, its term, its cap. What stands elsewhere is none, however true.

Only in a contract: "更新" of a server and the "venue" of a workshop are told in other words than those of clauses.

"sixty days" is no term where the agreement "may be terminated upon sixty days' notice", and a law that the parties
observe is not the one that governs.
"""

from __future__ import annotations

import re

_AGREEMENT = r"(?:agreement|contract|lease|licen[cs]e|nda|engagement|policy)"
# (how a question asks for the fact, a word that what states it has in its sentence or its headings)
_FACTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asks, re.I), re.compile(states, re.I))
    for asks, states in (
        (
            rf"\b(?:governing|applicable|proper) law\b|\b(?:which|what|whose)(?: \w+['’]s?)? laws?\b.{{0,30}}\b(?:govern|appl|rul)|\blaws? (?:that )?(?:governs?|applies|apply)\b.*\b{_AGREEMENT}\b|準拠法|どの(?:国の)?法律?(?:に|が)(?:準拠|適用)",
            r"\bgovern|\bconstrued?\b|\b(?:applicable|proper) law|\blaws? of\b[^.]{0,80}\b(?:appl|rul)|\bsubject to\b[^.]{0,20}\blaws?\b|\baccording to\b[^.]{0,30}\blaws?\b|準拠|適用法|(?:法|法令|法律)(?:に|を|が)(?:従|基づ|よ[りる]|適用)",
        ),
        (
            rf"^(?:(?:what|how long) is )?(?:the )?(?:(?:initial|contract|agreement) )?(?:term|duration)(?: of (?:the|this) {_AGREEMENT})?\s*\??$|\bwhat is the (?:initial )?term(?: of (?:the|this) {_AGREEMENT})?\s*\?|\bhow long (?:does|is|will|do|shall) (?:the|this|our) {_AGREEMENT}\b|契約(?:の|書の)?(?:有効)?期間(?:は|を|$)|^有効期間|契約は(?:いつまで|何年|何か月|何ヶ月)",
            r"\bterm\b(?!s)|\bperiods?\b|\buntil\b|\bexpir|\b(?:in|into) (?:full )?(?:force|effect)\b|\beffective\b|\bcommenc|\bcontinu|\bends?\b|\bdurations?\b|\blasts?\b|\b(?:is|are) (?:made |let )?for\b|\bfrom\b.*\bto\b|期間|まで|有効|満了|存続|から\d|より\d",
        ),
        (
            rf"\b(?:termination|cancellation) notice\b|\bnotice (?:period )?(?:of|for|to) (?:terminat\w+|cancel\w*|end)|\bhow much notice\b.*\b(?:terminat|cancel|end|leave|quit)|\bnotice\b.*\bto (?:terminate|cancel|end) (?:the|this) {_AGREEMENT}|(?:解約|解除|退去|終了).{{0,8}}(?:予告|何(?:日|か月|ヶ月|カ月)前)|予告期間",
            r"terminat|cancel|\bend(?:ed|s|ing)?\b|\bresign|\bvacat|\bleav|\bquit|\bnotice\b|\bwithdraw|解約|解除|予告|退去|終了|更新拒絶|申し?[出入入]",
        ),
        (
            rf"^what (?:is|are) the renewal\b|\brenewal (?:term|period|terms)\b|\b(?:how|when) (?:is|does|can|will) (?:the|this|our) {_AGREEMENT} (?:be )?renew|契約の?更新|更新(?:期間|条件)|^更新は何",
            r"renew|\bextend|\bextension|\bsuccessive|\bautomatic|\broll(?:s|ed|ing)? over|\bfurther (?:term|period|year)|\badditional (?:term|period|year)|更新|延長|継続|期間",
        ),
        (
            r"\b(?:cap on (?:the )?(?:\w+['’]s )?liability|liability cap|limit(?:ation)?s? (?:of|on) (?:the )?(?:\w+['’]s )?liability|maximum (?:liability|damages))\b|(?:責任|賠償)(?:額)?(?:の)?(?:上限|限度)",
            r"liab|damages|indemn|compensat|賠償|責任",
        ),
        (
            r"\b(?:which|what) courts? (?:is|are|has|have|would|will) (?:competent|jurisdiction|responsible)|^what is the (?:jurisdiction|venue)\b|\bcourts? (?:of|for) (?:any |legal )?disputes|合意管轄|管轄(?:裁判所)?は|(?:どこ|どの)の?裁判所",
            r"\bcourts?\b|jurisdiction|\bvenue\b|arbitra|tribunal|管轄|裁判|仲裁",
        ),
        (r"\bexclusivity\b|独占(?:期間|権)", r"exclusiv|\bsole(?:ly)?\b|\bonly\b|\bno other\b|other than|独占|専属|以外"),
        (r"\b(?:confidentiality|secrecy|non-?disclosure) (?:term|period|obligations?|dut(?:y|ies))\b|秘密保持(?:義務)?の?期間", r"confiden|secre|disclos|秘密|守秘|機密|\bsurviv|存続"),
        (r"\b(?:warranty|guarantee) (?:period|term)\b|^what is the warranty\b|保証期間", r"warrant|guarantee|defect|repair|replace|保証|不具合|修理|修補|適合"),
        (r"\bnon-?compet\w* (?:period|term|clause)\b|^what is the non-?compet|競業(?:避止|禁止)", r"compet|similar business|same business|競業|競合|同種|同業"),
        (r"\binsurance (?:cover|coverage|requirement|amount|sum)\b|^what is the insurance\b|保険(?:金額|の補償)", r"insur|\bcover|polic(?:y|ies)|premium|保険|補償"),
    )
)


# what a sentence gives the meaning of: "Contract Year" of '(b) "Contract Year" shall mean the consecutive twelve months'
_DEFINED = re.compile(r"^\W*(?:\w{1,3}[.)]\s*)?[\"“”「]([^\"“”」]{2,60})[\"“”」]\s*(?:\([^)]*\)\s*)?(?:(?:shall|will)\s+)?(?:means?\b|とは)", re.I)


_TITLE = re.compile(
    rf"(?i)\b(?:{_AGREEMENT}|deed|addendum|amendment|undertaking|terms and conditions)\b|契約|覚書|協定|約款|規約|誓約", re.I
)
_CLAUSES = re.compile(r"(?i)\b(?:shall|hereby|hereinafter|the parties|either party|herein)\b|第[0-9０-９一二三四五六七八九十]+条|[甲乙](?:は|が|及び|又は)")
_BEGINNING, _MANY = 1500, 3  # characters in which a contract says that it is one; clauses of it


def is_contract(words: str) -> bool:
    """Whether a document calls itself a contract where it begins, and speaks as one."""
    if _TITLE.search(words[:_BEGINNING]) is None:
        return False
    return sum(1 for _ in zip(_CLAUSES.finditer(words), range(_MANY), strict=False)) >= _MANY


def states_another_fact(question: str, sentence: str, headings: str = "") -> bool:
    """Whether a question names a fact of a contract, and neither the sentence nor its headings speak of it."""
    words = f"{headings}\n{sentence}"
    defined = _DEFINED.match(sentence)
    for asks, states in _FACTS:
        if asks.search(question) and not (states.search(defined[1]) if defined else states.search(words)):
            return True
    return False
