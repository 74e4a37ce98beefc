# ruff: noqa: E501 (tables of words)
"""A contract's fact that a question names: its law, its term, its cap. What stands elsewhere is none, however true.

Only in a contract: "更新" of a server and the "venue" of a workshop are told in other words than those of clauses.

"sixty days" is no term where the agreement "may be terminated upon sixty days' notice", and a law that the parties
observe is not the one that governs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.contract_facts import KINDS, FactKind

_AGREEMENT = r"(?:agreement|contract|lease|licen[cs]e|nda|engagement|policy|undertaking|franchise|tenancy|subscription|deed)"
_WHAT = r"^(?:what|who|when|how long) (?:is|are|was) (?:the )?"


@dataclass(frozen=True, slots=True)
class _Fact:
    """How a question asks for the fact `name` (contract_facts.py), and words of what states it, beside the kind's own."""

    name: str
    asks: re.Pattern[str]
    states: re.Pattern[str]


def _fact(name: str, asks: str, states: str) -> _Fact:
    return _Fact(name, lazy_pattern(asks, re.I), lazy_pattern(states, re.I))


_FACTS: tuple[_Fact, ...] = (
    _fact(
        "law",
        rf"\b(?:governing|applicable|proper) law\b|\b(?:which|what|whose)(?: \w+['’]s?)? laws?\b.{{0,30}}\b(?:govern|appl|rul)|\blaws? (?:that )?(?:governs?|applies|apply)\b.*\b{_AGREEMENT}\b|準拠法|どの(?:国の)?法律?(?:に|が)(?:準拠|適用)",
        r"\bgovern|\bconstrued?\b|\b(?:applicable|proper) law|\blaws?\b(?: of [^.]{2,60})? (?:appl|rul|control|decid)|\bthe law is that of\b|\blaws? of\b[^.]{0,80}\b(?:appl|rul|control)|\bsubject to\b[^.]{0,20}\blaws?\b|\baccording to\b[^.]{0,30}\blaws?\b|準拠|適用法|(?:法|法令|法律)(?:に|を|が)(?:従|基づ|よ[りる]|適用)",
    ),
    _fact(
        "term",
        rf"^(?:(?:what|how long) is )?(?:the )?(?:(?:initial|contract|agreement) )?(?:term|duration)(?: of (?:the|this) {_AGREEMENT})?\s*\??$|\bwhat is the (?:initial )?term(?: of (?:the|this) {_AGREEMENT})?\s*\?|\bhow long (?:does|is|will|do|shall) (?:the|this|our) {_AGREEMENT}\b|契約(?:の|書の)?(?:有効)?期間(?:は(?!どう)|を|$)|^有効期間|契約は(?:いつまで|何年|何か月|何ヶ月)(?!間?(?:延長|更新|続))",
        r"\bterm\b(?!s)|\bperiods?\b|\buntil\b|\bexpir|\b(?:in|into) (?:full )?(?:force|effect)\b|\beffective\b|\bcommenc|\bcontinu|\bends?\b|\bdurations?\b|\blasts?\b|\b(?:is|are) (?:made |let )?for\b|\bfrom\b.*\bto\b|\b(?:starts?|begins?|endures?|runs?)\b|期間|まで|有効|満了|存続|効力|から\d|より\d",
    ),
    _fact(
        "termination",
        rf"{_WHAT}terminat\w+\s*\??$|\b(?:termination|cancellation) notice\b|\bnotice (?:period )?(?:of|for|to) (?:terminat\w+|cancel\w*|end)|\bhow much notice\b.*\b(?:terminat|cancel|end|leave|quit)|\bnotice\b.*\bto (?:terminate|cancel|end) (?:the|this) {_AGREEMENT}|(?:解約|解除|退去|終了).{{0,8}}(?:予告|何(?:日|か月|ヶ月|カ月)前)|予告期間",
        r"terminat|cancel|\bend(?:ed|s|ing)?\b|\bresign|\bvacat|\bleav|\bquit|\bnotice\b|\bwithdraw|\bdetermine|\bbreak\b|解約|解除|予告|退去|終了|終わらせ|やめ|更新拒絶|申し?[出入入]",
    ),
    _fact(
        "renewal",
        rf"^what (?:is|are) the renewal\b|\brenewal (?:term|period|terms)\b|\b(?:how|when) (?:is|does|can|will) (?:the|this|our) {_AGREEMENT} (?:be )?renew|契約の?更新|更新(?:期間|条件)|^更新は何",
        r"renew|\bextend|\bextension|\bsuccessive|\bautomatic|\broll(?:s|ed|ing)? over|\bprolong|\bcarries on\b|\byear to year\b|\bmonth to month\b|\b(?:further|another) (?:\w+ )?(?:term|period|months?|years?)|\badditional (?:term|period|year)|更新|延長|延び|継続|さらに|更に",
    ),
    _fact(
        "cap",
        r"\b(?:cap on (?:the )?(?:\w+['’]s )?liability|liability cap|limit(?:ation)?s? (?:of|on) (?:the )?(?:\w+['’]s )?liability|maximum (?:liability|damages))\b|(?:責任|賠償)(?:額)?(?:の)?(?:上限|限度)",
        r"\bpay\b.{0,60}\bunder or in connection|\bneither\b.{0,40}\bpay\b|\bliab(?!ility (?:insurance|cover))|damages|answerable|indemnif|compensat|賠償(?!責任保険)|責任(?!保険)",
    ),
    _fact(
        "disputes",
        r"\b(?:which|what) courts? (?:is|are|has|have|would|will) (?:competent|jurisdiction|responsible)|^what is the (?:jurisdiction|venue)\b|\bcourts? (?:of|for) (?:any |legal )?disputes|合意管轄|管轄(?:裁判所)?は|(?:どこ|どの)の?裁判所",
        r"\bcourts?\b|jurisdiction|\bvenue\b|arbitra|tribunal|\b(?:suits?|actions) (?:are|shall be|must be|may be) brought|管轄|裁判|仲裁",
    ),
    _fact(
        "parties",
        rf"{_WHAT}(?:two |contracting )?part(?:y|ies)\b(?! (?:may|can|shall|must|do|does|will))|^parties\s*\??$|\bparties (?:to|of) (?:this|the) {_AGREEMENT}\b|^(?:契約の?)?当事者",
        r"[(（][^()（）]{0,60}[\"“「][^()（）]{1,60}[)）]|\bbetween\b.*\band\b|^\W*(?:landlord|tenant|lessor|lessee|licensor|licensee|buyer|seller|customer|supplier|client|company|contractor|consultant|provider|franchisor|franchisee|party \w|to|from)\s*:|\bpart(?:y|ies) (?:to|of) this \w+ (?:is|are)\b|\b(?:inc|ltd|llc|llp|corp|gmbh|plc)\b|以下「?甲|^\W*[甲乙丙]\s*[:：　]|(?:人|者|主)[:：　]",
    ),
    _fact(
        "date",
        rf"\bdate of (?:this|the) {_AGREEMENT}\b|\b{_AGREEMENT} date\b|\bwhen (?:was|is) (?:this|the) {_AGREEMENT} (?:made|signed|dated|concluded|entered into|executed)\b|契約(?:の?締結)?日|契約の日付|締結日",
        r"\bdated\b|\bdate\s*[:：]|\bdate of (?:this|the)\b|\b(?:signing|effective|agreement) date\b|\b(?:made|signed|executed|entered|concluded)\b|\bas of\b|\beffective\b|\bthis \d{1,2}(?:st|nd|rd|th)\b|締結|日付|^\W*(?:令和|平成|昭和)?[0-9０-９〇一二三四五六七八九十元]+年[0-9０-９〇一二三四五六七八九十]+月[0-9０-９〇一二三四五六七八九十]+日\W*$",
    ),
    _fact(
        "start",
        rf"\bdate of the (?:start|commencement|beginning)\b|\b(?:start|commencement|effective) date\b|\bwhen (?:does|did|will) (?:the|this|our) {_AGREEMENT} (?:start|begin|commence|take effect|come into)|(?:契約|期間)の?(?:開始日|始期|始まり)|契約はいつ(?:から|始)",
        r"\bcommenc|\beffect|\b(?:start|begin|began)|\bfrom\b|\bas of\b|\bin(?:to)? force\b|\bdated?\b|開始|始|発効|効力|から|より",
    ),
    _fact(
        "end",
        rf"\bdate of the (?:end|expiry|expiration)\b|\b(?:end|expiry|expiration) date\b|\bwhen (?:does|did|will) (?:the|this|our) {_AGREEMENT} (?:end|expire|finish|run out)|(?:契約|期間)の?(?:終了日|満了日|終期)|契約はいつ(?:まで|終)",
        r"\bend|\bexpir|terminat|\buntil\b|\bthrough\b|\bto\b|\bconclud|\bfinish|\blasts?\b|\bfor an?\b|\b(?:term|period)\b|終|満了|まで|期間|年間",
    ),
    _fact(
        "payment",
        r"\bpayment (?:terms?|period|deadline|due|date)\b|\bwhen (?:is|are|must|do|does|shall) (?:the |an? |each )?(?:invoices?|payments?|rent|fees?|bills?)\b.{0,20}\b(?:due|paid|payable|pay)|支払(?:条件|期限|期日|い?の?締め?切)",
        r"\bpa(?:y|id)|\binvoic|\bdue\b|\bbill|\bsettle|支払|振り?込|請求",
    ),
    _fact(
        "late",
        r"\b(?:late (?:payments?|charges?|fees?)|default interest|interest (?:rate )?(?:on|for) (?:late|overdue|arrears|unpaid))|遅延(?:損害金|利息)|延滞(?:金|利息)",
        r"\binterest\b|\blate\b|overdue|past due|遅延|延滞|損害金|遅れ|怠",
    ),
    _fact(
        "price",
        r"^what (?:is|are) the (?:contract )?(?:price|rent|purchase price|contract (?:sum|value))\s*\??$|^(?:代金|対価|賃料|委託料|報酬|月額)(?:の額)?は",
        r"\bprice|\bfee|\brent|\bcharge|\bpa(?:y|id)|\bcost|\bsum\b|\bamount|\bsalary|代金|対価|賃料|委託料|報酬|月額|料|円",
    ),
    _fact("exclusivity", r"\bexclusivity\b|独占(?:期間|権)", r"exclusiv|\bsole(?:ly)?\b|\bonly\b|\bno other\b|other than|独占|専属|以外"),
    _fact("confidentiality", r"\b(?:confidentiality|secrecy|non-?disclosure) (?:term|period|obligations?|dut(?:y|ies))\b|\bhow long\b.*\b(?:secret|confidential)\b|秘密保持(?:義務)?の?期間|秘密.*(?:何年|いつまで|どのくらい)", r"confiden|secre|disclos|proprietary|\bnot (?:tell|pass)|秘密|守秘|機密|漏ら|\bsurviv|存続"),
    _fact("warranty", r"\b(?:warranty|guarantee) (?:period|term)\b|^what is the warranty\b|保証期間", r"warrant|guarantee|defect|repair|replace|(?<!連帯)保証(?!人|金)|不具合|修理|修補|適合|不適合|合わない"),
    _fact("noncompete", r"\bnon-?compet\w* (?:period|term|clause)\b|^what is the non-?compet|競業(?:避止|禁止)", r"compet|similar business|same business|\bwork for\b|競業|競合|同種|同業"),
    _fact("insurance", r"\binsurance (?:cover|coverage|requirement|amount|sum)\b|^what is the insurance\b|保険(?:金額|の補償)|^保険は", r"insur|\bcover|polic(?:y|ies)|premium|保険|補償"),
)
_KINDS = {kind.name: kind for kind in KINDS}
# facts that one clause often states together
_TOGETHER = {
    "term": {"date"}, "start": {"date", "term"}, "end": {"term", "renewal", "termination"}, "date": {"parties"},
    "renewal": {"term"}, "payment": {"price"}, "price": {"payment"}, "law": {"disputes"}, "disputes": {"law"},
    "late": {"payment"}, "parties": {"date"},
}  # fmt: skip


# what a sentence gives the meaning of: "Contract Year" of '(b) "Contract Year" shall mean the consecutive twelve months'
_DEFINED = lazy_pattern(r"^\W*(?:\w{1,3}[.)]\s*)?[\"“”「]([^\"“”」]{2,60})[\"“”」]\s*(?:\([^)]*\)\s*)?(?:(?:shall|will)\s+)?(?:means?\b|とは)", re.I)
_ENDS_IT = lazy_pattern(r"\bmay (?:end|terminate|cancel|bring)\b|\b(?:terminated|cancelled|ended) (?:upon|by|on)\b|\bcan end\b|解約|解除|終わらせ|終了させ|やめる", re.I)


_TITLE = lazy_pattern(
    rf"(?i)\b(?:{_AGREEMENT}|addendum|amendment|terms and conditions|(?:subscription|licen[cs]e) terms)\b|契約|覚書|協定|約款|規約|誓約|合意書|取り?決め書", re.I
)
_CLAUSES = lazy_pattern(
    r"(?i)\b(?:shall|hereby|hereinafter|the parties|either party|herein)\b|第[0-9０-９一二三四五六七八九十]+条|(?:[甲乙]|買主|売主|賃貸人|賃借人|貸主|借主|委託者|受託者|当事者|受領者|開示者)(?:は|が|及び|又は)"
    r"|\([^()\"“]{0,60}[\"“](?:the )?[A-Z][^()]{1,60}\)|以下[、,]?「[^」]{1,12}」|\b(?:landlord|tenant|lessor|lessee|lender|borrower)(?: (?:agrees?|may|lets|will|must|pays)\b|\s*:)"
)
_BEGINNING, _MANY = 1500, 3  # characters in which a contract says that it is one; clauses of it


def is_contract(words: str, *, laid_out: bool = False) -> bool:
    """Whether a document calls itself a contract where it begins, and speaks as one or is `laid_out` with its parties."""
    if _TITLE.search(words[:_BEGINNING]) is None:
        return False
    if laid_out:
        return True
    found = 0
    for match in _CLAUSES.finditer(words):
        found += 2 if match.group()[0] in "(以" else 1  # who is called what
        if found >= _MANY:
            return True
    return False


_LONGEST = 4000  # characters of a clause that are looked at


def states_another_fact(question: str, sentence: str, headings: str = "") -> bool:
    """Whether a question names a fact of a contract, and neither the sentence nor its headings speak of it."""
    sentence = sentence[:_LONGEST]
    return any(fact.asks.search(question) and not _states(fact, sentence, headings) for fact in _FACTS)


def speaks_of_the_fact(question: str, sentence: str, headings: str = "") -> bool:
    """Whether a question names a fact of a contract, and the sentence or its headings speak of it, in whatever words."""
    sentence = sentence[:_LONGEST]
    asked = [fact for fact in _FACTS if fact.asks.search(question)]
    return bool(asked) and all(_states(fact, sentence, headings) for fact in asked)


def states_the_fact(question: str, sentence: str, headings: str = "") -> bool:
    """Whether a question names one fact of a contract, and the sentence states it in words that hardly another clause has."""
    sentence = sentence[:_LONGEST]
    asked = [fact for fact in _FACTS if fact.asks.search(question)]
    kind = _KINDS.get(asked[0].name) if len(asked) == 1 else None
    if kind is None or kind.words.search(sentence) is None or not _states(asked[0], sentence, headings):
        return False
    plain = kind.plain is not None and kind.plain.search(sentence) is not None
    return kind.never.search(sentence) is None and (plain or kind.name in _STRONG or kind.title.search(headings) is not None)


def _states(fact: _Fact, sentence: str, headings: str) -> bool:
    """Whether a sentence speaks of a fact: in its words, or in looser ones that no other fact's clause has."""
    defined = _DEFINED.match(sentence)
    kind = _KINDS.get(fact.name)
    if defined:
        return fact.states.search(defined[1]) is not None or (kind is not None and kind.words.search(defined[1]) is not None)
    if fact.name == "term" and _ENDS_IT.search(sentence) and not re.search(rf"\b(?:starts?|begins?|commences?|{_UNTIL})\b", sentence, re.I):
        return False
    own = kind is not None and kind.words.search(sentence) is not None
    plain = kind is not None and kind.plain is not None and kind.plain.search(sentence) is not None
    if kind is not None and not plain and not (own and kind.plain is None) and any(_KINDS[name].words.search(sentence) for name in _RIVALS.get(fact.name, ())):
        return False
    rivals = _STRONG - {fact.name} - _TOGETHER.get(fact.name, set())
    doubted = kind is None or not plain or kind.never.search(sentence) is not None
    if doubted and any(_KINDS[name].words.search(sentence) for name in rivals):
        return False
    said = own and kind is not None and not kind.never.search(sentence)
    if said and (fact.name != "cap" or fact.states.search(f"{headings}\n{sentence}")):
        return True
    if not (fact.states.search(f"{headings}\n{sentence}") or (kind is not None and kind.title.search(headings))):
        return False
    if kind is not None and kind.never.search(sentence) and not plain:
        return False
    if fact.states.search(sentence) is None:  # only the heading does
        return not any(k.words.search(sentence) and not k.never.search(sentence) for k in KINDS if k.name != fact.name)
    return not any(_is_clause_of(other, fact.name, sentence, headings) for other in KINDS)


# kinds whose words hardly stand in another fact's clause
_STRONG = {"cap", "late", "law", "insurance", "warranty", "data", "confidentiality", "acceptance", "penalty"}
_RIVALS = {"term": ("renewal",), "termination": ("renewal",), "cap": ("exclusion",)}
_UNTIL = r"runs? (?:for|until)|in force|continu\w*|lasts?"


def _is_clause_of(other: FactKind, asked: str, sentence: str, headings: str) -> bool:
    """Whether the heading and the words of a clause are those of another fact than the one asked for."""
    if other.name == asked or other.name in _TOGETHER.get(asked, ()):
        return False
    kind = _KINDS.get(asked)
    if kind is not None and kind.title.search(headings):
        return False
    return bool(other.title.search(headings) and other.words.search(sentence) and not other.never.search(sentence))
