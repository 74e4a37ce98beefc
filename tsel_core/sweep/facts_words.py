# ruff: noqa: E501 (one pattern a line)
# fmt: off
"""What a contract's key facts are called, and by which words their clauses are known (English and Japanese)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Need = Literal["", "money", "duration", "date", "percent", "amount", "number"]


@dataclass(frozen=True, slots=True)
class FactKind:
    """A key fact: `words` its clause holds, `title` of the clause, the value it `needs`, how `many` sentences it takes."""

    name: str
    en: str
    ja: str
    words: re.Pattern[str]
    title: re.Pattern[str]
    needs: Need = ""
    many: int = 1
    never: re.Pattern[str] = re.compile(r"(?!)")
    plain: re.Pattern[str] | None = None  # words that say it most plainly


def _re(text: str) -> re.Pattern[str]:
    return re.compile(text, re.I)


KINDS: tuple[FactKind, ...] = (
    FactKind("parties", "Parties", "当事者", _re(r"\bbetween\b.*\band\b|以下「?甲|（以下「(?:甲|乙|委託者|受託者)」|\bamong\b.*\band\b"), _re(r"^parties$|当事者"), never=_re(r"^whereas"), plain=_re(r"(?:made|entered|dated|by) (?:and |on|as|this|between|among)|以下「甲」")),
    FactKind("subject", "Subject", "目的", _re(r"を委託し|purpose of this agreement|委託業務|shall (?:supply|provide|design|develop|perform|deliver)\b|(?:engages|appoints|retains|grants)\b"), _re(r"purpose|scope|services|supply|目的|業務の内容|appointment|engagement"), many=1, never=_re(r"confidential information shall|notice")),
    FactKind("date", "Agreement date", "契約日", _re(r"\b(?:dated|made (?:and entered into )?(?:as of|on|this)|entered into (?:as of|on|this)|effective (?:date|as of)|as of (?:this|the)|takes? effect|commenc\w+ (?:on|date))\b|契約(?:締結)?日|発効|^\s*(?:令和|平成)?[0-9０-９〇一二三四五六七八九十元]+年[0-9０-９〇一二三四五六七八九十]+月[0-9０-９〇一二三四五六七八九十]+日\s*$"), _re(r"effective date|契約日"), "date"),
    FactKind("term", "Term", "契約期間", _re(r"\bterm of this agreement\b|\b(?:initial|contract) (?:term|period)\b|(?:termination|expiration|expiry|end) date|term of (?:this|the) (?:\w+ )?\w+ shall|(?:shall|will) (?:remain|continue|be) in (?:full )?(?:force|effect)|for a (?:term|period) of|takes? effect|ends? (?:when|on)|expires?\b|有効期間|契約期間|委託期間"), _re(r"\bterm\b|duration|契約期間|有効期間|期間"), many=1, never=_re(r"confidential|warrant|秘密|保証|更新|\bfail|default|insur"), plain=_re(r"commenc\w*.*(?:conclud|end|expir|continu|terminat|until|for a|years?)|(?:contract|initial) (?:period|term)[\"”’)]* (?:shall )?(?:mean|be|commence|is)|有効期間は|(?:termination|expiration|expiry) date\b.*\d{4}|term of this agreement (?:is|shall|\()")),
    FactKind("renewal", "Renewal", "更新", _re(r"\brenew(?:ed|s|al|als|able)?\b|\bextended for\b|successive|更新"), _re(r"renewal|term\b|更新|契約期間"), never=_re(r"surviv"), plain=_re(r"\b(?:period|term|year|successive|automatic|notice)\w*\b|更新され|更新する")),
    FactKind("price", "Price and fees", "金額", _re(r"\b(?:price|fees?|pay|payable|compensation|royalt\w+|commission|amount|sum|guaranteed?|salary|rent|charge)\b|月額|委託料|報酬|代金|料金|対価"), _re(r"price|fee|payment|compensation|consideration|royalt|委託料|報酬|対価|料金"), "money", 4, _re(r"\bliab|insurance|damages|保険|賠償")),
    FactKind("payment", "Payment terms", "支払条件", _re(r"\b(?:invoices?|payable|paid|payment)\b.*\b(?:within|days|monthly|quarterly|month|receipt|in arrears|in advance)\b|(?:までに|以内に|翌月|末日|毎月).*(?:支払う|振り?込む)|締め切"), _re(r"payment|invoic|支払"), "", 1, _re(r"\bliab|damages|遅延損害金|賠償")),
    FactKind("late", "Late payment", "遅延損害金", _re(r"\b(?:late|overdue|past due|delay\w*)\b.*\binterest\b|\binterest\b.*\b(?:late|overdue|past due|accrues?|unpaid|rate)\b|遅延損害金"), _re(r"late payment|interest|遅延"), "percent"),
    FactKind("penalty", "Liquidated damages", "違約金", _re(r"liquidated damages|contractual penalty|late delivery|違約金"), _re(r"late delivery|liquidated|penalt|違約金"), "amount", 2),
    FactKind("acceptance", "Acceptance", "検収", _re(r"acceptance (?:test|period|certificate)|deemed accepted|検収|検査を行"), _re(r"acceptance|検収|検査"), "duration"),
    FactKind("warranty", "Warranty", "保証・契約不適合責任", _re(r"\bwarrants? that\b|warranty period|契約不適合|瑕疵|保証期間"), _re(r"warrant|契約不適合|瑕疵|保証"), "duration"),
    FactKind("cap", "Liability cap", "責任の上限", _re(r"\bliabilit\w+\b.*\b(?:(?<!not )limited to|exceed|maximum|cap(?:ped)?)\b|(?:in no event|not)\b.*\bexceed\b.*\bliab|\bdamages\b.*\bnot\b.*\bexceed|aggregate liability|を上限とする|上限額|賠償.{0,20}上限|上限.{0,20}賠償"), _re(r"liabilit|limitation|indemn|損害賠償|責任"), "", 2, _re(r"liquidated|downtime")),
    FactKind("exclusion", "Excluded liability", "免責", _re(r"not (?:be )?liable for|no liability for|consequential|loss of profits?|責任を負わない"), _re(r"liabilit|limitation|免責|不可抗力"), "", 1),
    FactKind("termination", "Termination", "解約・解除", _re(r"\bterminat(?:e|ed|ion)\b|\bcancel (?:this|the) agreement\b|解約|解除"), _re(r"terminat|解約|解除"), "", 3, _re(r"^(?:upon|after|on|following)\b.*terminat|\bconfidential\w*\b.{0,80}\b(?:after|following|upon)\b.{0,30}terminat|\b(?:after|following) (?:the |any |its )?(?:\w+ ){0,6}termination\b|surviv|反社会|暴力団|存続|効力を有する")),
    FactKind("confidentiality", "Confidentiality", "秘密保持", _re(r"confidential|non-?disclosure|秘密|漏えい|存続する"), _re(r"confidential|disclosure|秘密"), "", 2, _re(r"means? (?:any|all)|個人情報")),
    FactKind("data", "Personal data", "個人情報", _re(r"personal (?:data|information)|data breach|security (?:weakness|breach|incident)|個人情報"), _re(r"data|privacy|個人情報"), "duration"),
    FactKind("noncompete", "Non-compete and exclusivity", "競業避止・独占", _re(r"\b(?:compet(?:e|ing|itor)|exclusiv(?:e|ity|ely))\b|競業|同種の(?:役務|業務)|独占的"), _re(r"compet|exclusiv|競業|独占"), "", 1, _re(r"non-?exclusive|not exclusive|非独占|exclusive (?:jurisdiction|remed|property|owner|venue)|sole and exclusive|専属")),
    FactKind("ip", "Intellectual property", "知的財産権", _re(r"intellectual property|copyright|\btitle\b.*\b(?:vest|remain|belong)|著作権|知的財産"), _re(r"intellectual|ownership|知的財産|著作権|software"), "", 1, _re(r"侵害")),
    FactKind("subcontracting", "Subcontracting", "再委託", _re(r"subcontract|再委託"), _re(r"subcontract|再委託")),
    FactKind("assignment", "Assignment", "譲渡", _re(r"\bassign(?:ed|ment)?\b.*\b(?:consent|agreement|rights)\b|譲渡"), _re(r"assign|譲渡"), "", 1, _re(r"移転|著作権")),
    FactKind("insurance", "Insurance", "保険", _re(r"\binsurance\b.*\b(?:cover\w*|maintain|carry|hold|policy|limits?)\b|\b(?:maintain|carry|hold|procure)\b.*\binsurance\b|保険"), _re(r"insurance|保険"), "", 1),
    FactKind("notice", "Notices", "通知", _re(r"\bnotices?\b.*\b(?:writing|address|sent|delivered|go to)\b|通知先"), _re(r"^notices?\b|通知")),
    FactKind("law", "Governing law", "準拠法", _re(r"\bgoverned\b.*\blaws?\b|\blaws? of\b.*\bgovern|construed.*\blaws? of\b|governing law|準拠法|日本法"), _re(r"governing law|applicable law|準拠法")),
    FactKind("disputes", "Disputes and jurisdiction", "紛争・管轄", _re(r"\barbitrat(?:ion|ors?|ed)\b|(?<!having )\bjurisdiction\b|\bvenue\b|\bcourts? of\b|管轄|仲裁"), _re(r"dispute|jurisdiction|arbitrat|管轄|紛争"), "", 2),
)
DURATION = _re(r"(?:[0-9０-９〇一二三四五六七八九十百]+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|forty|forty-five|sixty|ninety|ninety|\d+))[\s-]*(?:\(\d+\)\s*)?(?:calendar |business |working |consecutive |営業)?(?:days?|weeks?|months?|years?|hours?|年間?|か月間?|ヶ月間?|カ月間?|日間?|週間|時間|営業日)")
