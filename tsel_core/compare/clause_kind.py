"""What a clause is, told from its wording where that is certain: a heading, a duty, a right, a prohibition.

One sentence, a party that it begins with, one modal word, a plain verb; all else is left open.
"""

from __future__ import annotations

import re

from tsel_core.compare.pieces import Piece
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.may import MAY
from tsel_core.text.sentences import split_sentences

_PARTY = (
    r"(?:(?:The|Each|Every|Both) )?(?:party|parties|buyer|seller|purchaser|vendor|tenant|landlord|lessee|lessor"
    r"|supplier|customer|client|contractor|subcontractor|employer|employee|licensee|licensor|borrower|lender|consultant|recipient"
    r"|distributor|guarantor|hirer)s?"
)
_DOES = (
    r"(?:pay|deliver|provide|insure|notify|return|submit|report|supply|repair|reimburse|indemnify|inform|perform|replace"
    r"|maintain|clean|destroy|store)"
)
_MAY = r"(?:terminate|assign|sublet|sell|lease|park|inspect|withhold|suspend|cancel|appoint|transfer)"
_NOT = (
    r"(?:assign|transfer|sublet|sell|resell|disclose|use|copy|keep|lease|park|alter|remove|publish|subcontract|pledge"
    r"|reproduce|modify|terminate|suspend)"
)
_MODAL = lazy_pattern(rf"{MAY}|\b(?:shall|must|will|can|cannot|should|could|would|might|need|needs|ought)\b", re.I)
_DOUBT = lazy_pattern(
    r"\b(?:entitled|rights?|liable|liability|obliged|obligations?|obligated|duty|duties|neither|nor|no|none|nothing|nobody|never"
    r"|only|solely|unless|except|required?|permitted|allowed|free|waives?|exempt|released?|bound|undertakes?|agrees?|prevents?"
    r"|prohibited|forbidden|cease|without prejudice)\b|n['’]t\b",
    re.I,
)
_SAYS = (
    ("prohibition", lazy_pattern(rf"{_PARTY} (?:shall|must|may) not {_NOT}\b", re.I)),
    ("duty", lazy_pattern(rf"{_PARTY} (?:shall|must) {_DOES}\b", re.I)),
    ("right", lazy_pattern(rf"{_PARTY} may {_MAY}\b", re.I)),
)
_DENIAL = lazy_pattern(r"\bnot\b", re.I)
_PARTY_JA = lazy_pattern(r"(?:甲|乙|丙|売主|買主|貸主|借主|賃貸人|賃借人|委託者|受託者|発注者|受注者)は[、,]?")
_MODAL_JA = lazy_pattern(
    r"ならない|なければ|できる|できない|ものとす|よい|ものでは"
    r"|禁止|義務|責任|権利|要しない|妨げ|免|負[うわ]|限[るり]|[しわら]ない"
)
_SAYS_JA = (
    ("duty", lazy_pattern(r"(?:支払わ|提出し|通知し|報告し|返還し|納入し|納品し)なければならない。?$")),
    ("prohibition", lazy_pattern(r"(?<!なく)[てで]はならない。?$")),
    ("right", lazy_pattern(r"(?:解除|解約|請求|譲渡|転貸|検査|使用)することができる。?$")),
)
_HEADING_WORD = (
    r"(?:insurance|notices?|law|governing|jurisdiction|delay|term|termination|definitions?|interpretation|payments?|prices?|fees?"
    r"|confidentiality|miscellaneous|general|delivery|warranty|warranties|liability|indemnity|assignment|force|majeure|scope"
    r"|services|purpose|parties|background|recitals|signatures|duration|deposit|rent|audit|arbitration|disputes?|resolution"
    r"|intellectual|property|data|protection|provisions|costs|taxes|annex|schedule|appendix|introduction)"
)
_HEADING = lazy_pattern(rf"{_HEADING_WORD}(?: (?:(?:and|of|the|&) )?{_HEADING_WORD}){{0,4}}", re.I)
_HEADING_WORD_JA = (
    r"(?:目的|定義|期間|契約|支払|代金|委託料|秘密保持|解除|損害賠償|保証|検査|納入|納品|協議|管轄|準拠法|合意管轄|保険|通知"
    r"|賃料|敷金|再委託|業務|内容|範囲|個人情報|知的財産権|不可抗力|反社会的勢力|存続条項|一般条項)"
)
_HEADING_JA = lazy_pattern(rf"[(（]?{_HEADING_WORD_JA}(?:(?:及び|の|・)?{_HEADING_WORD_JA}){{0,3}}[)）]?")


def is_heading(piece: Piece) -> bool:
    """A numbered line, or one in capitals, of the words of headings alone."""
    text = piece.unnumbered.strip()
    if _HEADING.fullmatch(text):
        return text != piece.form.strip() or text.isupper()
    return _HEADING_JA.fullmatch(text) is not None and (text != piece.form.strip() or text[0] in "(（")


def kind_of(piece: Piece) -> str:
    """prohibition, duty, right; "" where it is not certain."""
    text = piece.unnumbered.strip()
    if len(split_sentences(text)) != 1:
        return ""
    party = _PARTY_JA.match(text)
    if party is not None:
        found = next(((name, m) for name, p in _SAYS_JA if (m := p.search(text))), None)
        if found is None or _MODAL_JA.search(text, 0, found[1].start()):
            return ""
        return found[0]
    if len(_MODAL.findall(text)) != 1 or _DOUBT.search(text):
        return ""
    kind = next((name for name, pattern in _SAYS if pattern.match(text)), "")
    return kind if len(_DENIAL.findall(text)) == (kind == "prohibition") else ""
