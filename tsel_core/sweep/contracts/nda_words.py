# ruff: noqa: E501 (one pattern a line)
# fmt: off
"""What a confidentiality agreement states beside what any contract does: the kinds of its clauses, by their words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.contract_facts import KINDS, FactKind

_TITLE = lazy_pattern(
    r"(?i)\bnon[- ]?disclosure\b|\bconfidential(?:ity)?(?: and [\w-]+)? (?:agreement|undertaking|deed|disclosure agreement)\b|\bNDA\b|秘密保持(?:に関する)?(?:の)?(?:契約|覚書|誓約|合意)|(?:秘密|機密)(?:情報)?の?(?:保持|取り?扱い?)(?:に関する|等に関する)?(?:契約|覚書|誓約|合意)|守秘義務(?:契約|誓約)"
)
_LINES, _LONG = 6, 130  # lines among which a title stands; characters of one
_ENDED = lazy_pattern(r"[.;。]\s*$|\b(?:dated|pursuant|shall|is|are)\b", re.I)  # a sentence, which names an NDA


def _re(text: str) -> re.Pattern[str]:
    return re.compile(text, re.I)


NDA_KINDS: tuple[FactKind, ...] = (
    FactKind("secret", "Confidential information", "秘密情報", _re(r"\bconfidential (?:information|material)s?\b[\"”’)]*(?: \([^)]*\))?,? (?:shall |will )?(?:mean|include|refer|consist|be defined|is (?:everything|anything|any|all))|\binformation is [\"“]?confidential\b.*\b(?:when|if)\b|秘密情報[」』]?(?:）)?とは|秘密情報[」』]という|秘密情報[」』]?と(?:呼|す)|機密情報[」』]?(?:とは|と(?:呼|す|い))"), _re(r"definition|confidential information|covered|秘密情報|機密情報|定義|意味"), never=_re(r"(?:shall|does|do|will) not (?:include|mean|apply)|^[^.,]{0,60}\bis not\b|含まない|含まれない")),
    FactKind("secrecy", "Duty of confidence", "秘密保持義務", _re(r"\b(?:shall|will|must|agrees?|undertakes?)\b.*\b(?:keep|hold|maintain|protect|preserve|safeguard|treat)\b.*\b(?:confiden|secre)|\b(?:keeps?|holds?|guards?|treats?|protects?)\b.*\b(?:to itself|to themselves|as carefully as|at least as safe|reasonable care|confiden\w+|secre\w+)|\b(?:shall|will|may|must|agrees?|does|do) not\b.*\b(?:disclos|divulg|reveal|publish|pass)\w*|\bnot to (?:disclose|divulge|reveal)|\bsafeguards\b.*\bdisclosure\b|漏(?:えい|洩|らし).*(?:ならない|ない)|開示(?:してはならない|しない)|(?:見せ|示さ|示して|話さ|伝え)(?:ない|はならない|てはならない)|秘密として(?:保持|管理)|秘密に(?:保持|し)"), _re(r"obligation|confidentiality|non-?disclosure|duty|\bcare\b|what the .*does|義務|秘密保持|守る"), "", 2, _re(r"\bnot (?:apply|extend|be liable|include)|subpoena|required by law|漏えい.*(?:知った|おそれ)|\bis not confidential")),
    FactKind("use", "Permitted use", "使用の制限", _re(r"\b(?:use[sd]?|employs?)\b.*\b(?:solely|only|alone|exclusively|nothing but|no other purpose|any other purpose)\b|\b(?:solely|only|exclusively)\b.*\b(?:purposes?|use)\b|\b(?:shall|will|may|must) not use\b|\bcopies\b.*\bexcept\b|目的(?:以外|外)|以外の目的|目的のために?のみ|のため(?:だけに|にだけ|にのみ)"), _re(r"\buse\b|purpose|使用|目的|利用"), "", 1, _re(r"\bresidual|\bneed(?:s|ed)?[- ]to[- ]know|^(?:[\"“]|the parties want)")),
    FactKind("persons", "Who may have it", "開示できる者", _re(r"\bneed(?:s|ed)?[- ]to[- ]know\b|\b(?:employees|representatives|advis[eo]rs|affiliates|personnel|agents|consultants|staff|directors|lawyers|contractors)\b.*\b(?:require|need|only|who|bound|same|similar|if they|have to)\b|\b(?:only|limit)\b.*\b(?:employees|representatives|advis[eo]rs|personnel)\b|知る必要|(?:役員|従業員|弁護士|関係会社|子会社).*(?:開示|義務|見せ)"), _re(r"representative|employee|permitted|who may|従業員|開示|よい者"), "", 1, _re(r"solicit|hire|employ any|lure|勧誘|引き?抜")),
    FactKind("exceptions", "Exceptions", "例外", _re(r"\b(?:shall|does|do|will) not (?:apply|include|extend)\b|\bnot (?:be )?liable for the (?:disclosure|use)|\bis not confidential(?: information)? (?:if|once|when|which|that|where)\b|\b(?:is|are|was|were|becomes?|enters?)\b[^.]{0,50}\b(?:public(?! key)(?:ly)?(?: domain| known| available)?|generally (?:known|available)|independently developed)\b(?! (?:translat|server|body|author|offic))|公知|含まない|含まれない|適用(?:し|され)ない|世間に知られ|公に知られ"), _re(r"except|exclu|exempt|carve|例外|除外|適用"), "", 1, _re(r"subpoena|\bnot include [^.]{0,40}\blicen"), _re(r"\bnot (?:apply|extend|include)\b.*\binformation\b|\binformation\b.*\bnot (?:apply|include)\b|次の.*(?:含まれ?ない|除く|適用(?:し|され)ない)|この限りで|\bis not confidential\b")),
    FactKind("compelled", "Disclosure required by law", "法令による開示", _re(r"\bsubpoena|\bcourt orders?\b|\b(?:judge|court|authority|regulator)\b.{0,40}\b(?:orders?|requires?|compels?|demands?)\b|\b(?:required|compelled|requested) (?:to be (?:made|disclosed) )?(?:by|under|pursuant to|to disclose)\b.*\b(?:laws?|courts?|regulat|legal|govern|authorit)|\brequired by (?:law|court)|\blegally (?:required|compelled)|(?:法令|裁判所|官公庁|行政機関|監督官庁).*(?:開示|求め|命令|要請|提出)"), _re(r"compel|required|legal|orders? of|法令|強制|裁判所")),
    FactKind("leaks", "Notice of a leak", "漏えい時の通知", _re(r"\b(?:notif(?:y|ies)|inform|reports?|tells?|lets?|warns?|advises?)\b.*\b(?:(?:unauthori[sz]ed|inappropriate|improper|suspected) (?:\w+,? )?(?:use|disclosure|access|loss)|\bloss\b|breach of (?:this|confiden)|wrong(?:ful)? hands|leak\w*|misuse)|\b(?:unauthori[sz]ed|inadvertent\w*|accidental\w*|mishap|leak\w*|other hands)\b.*\b(?:notif\w+|inform|reports?|tells?|knows?)\b|(?:漏え?い|漏洩|漏れ|紛失|流出|盗難|事故).*(?:通知|報告|連絡|知らせ|電話)"), _re(r"\bleaks?\b|breach|incident|unauthori[sz]ed|事故|漏え?い|漏洩|通知|報告"), never=_re(r"subpoena|\bcourt\b|裁判所")),
    FactKind("return", "Return or destruction", "返還・廃棄", _re(r"\b(?:returns?|destr(?:oy|uction)|delete|erase|shred|wipe)\w*\b.*\b(?:information|materials?|documents?|copies|originals?|data|records?|everything)\b|\b(?:gives?|sends?|hands?) back\b|\b(?:information|materials?|documents?|copies)\b.*\b(?:returned|destroyed|deleted)\b|返還|返却|廃棄|破棄|消去|(?:写し|情報|資料).*返(?:し|す)"), _re(r"return|destruct|giving back|afterwards|返還|返却|返す")),
    FactKind("secret_for", "How long it is kept secret", "秘密保持の期間", _re(r"\b(?:obligations?|duty|duties|confiden\w+|restrictions?|disclosures?|agreement|provisions?|promises|undertakings?)\b.*\b(?:surviv|continu|remain|expire|last|binds?|protected for|for a period|for (?:a )?(?:term|period)|period of|until|terminate)\w*\b|\bsurviv\w*\b|存続|有効期間|(?:効力|義務).*年間|(?:終了|満了|締結|開示).*(?:年間|か月間?|ヶ月間?)"), _re(r"term\b|duration|surviv|period|how long|afterwards|期間|存続"), "time", 1, _re(r"\bnotice\b.*\bdays\b|\bdays\b.*\bnotice\b|\bpayment|通知|business days|\bwithin\b|\bgives? back"), _re(r"\b(?:bind\w*|surviv\w*|protected|remain\w*|continu\w*|last\w*)\b.*\b(?:years|until|after)\b|年間")),
    FactKind("remedies", "Remedies", "救済・損害賠償", _re(r"\binjuncti\w+|\bequitable (?:relief|remed\w+)|\bspecific performance\b|\birreparabl|\battorneys?['’]? fees|\bpunishable\b|\bindemnif|\bfor each breach\b|\bask a court to (?:forbid|stop)|差止|損害(?:を|の)?賠償|償う|違約金"), _re(r"remed|injunct|breach|救済|損害賠償|償い")),
    FactKind("rights", "No licence, no warranty", "権利・保証", _re(r"\bno (?:licen[cs]e|right|warrant)\w*|\b(?:not|nothing|no)\b.*\b(?:grant\w*|licensed)\b|\bas is\b|\bno (?:representations?|warrant\w*)|許諾する(?:もの)?(?:で|と)|保証(?:する(?:もの)?で(?:は)?|し)ない|権利.*(?:帰属|留保|与えない)"), _re(r"licen[cs]e|warrant|ownership|title|no promise|保証|権利|知的財産"), never=_re(r"\bwithout\b.{0,30}\bno\b")),
    FactKind("residuals", "Residuals", "残留情報", _re(r"\bresiduals?\b|残留情報"), _re(r"residual|残留")),
    FactKind("solicitation", "Non-solicitation", "勧誘の禁止", _re(r"\bsolicit\w*\b|\bnot (?:hire|employ)\b|\blure\b|\boffers? of (?:work|employment)\b|引き?抜|勧誘"), _re(r"solicit|\bstaff\b|勧誘|引き?抜"), never=_re(r"\b(?:commercial|goods|services) solicit|solicitation or advertis")),
)
_TERM = lazy_pattern(r"[\"“]([A-Z]\w+(?: [A-Z]\w+){0,2})[\"”](?: \([^)]*\))?,? (?:(?:shall|will) )?(?:means?|is|includes?|refers?)\b")
_TERM_JA = lazy_pattern(r"「([^」]{2,10}情報)」(?:とは|という)|([一-龠]{2,6}情報)と(?:呼ぶ|する)")
_MEANT = 25  # sentences among which an NDA defines what is secret
# those whose words say by themselves what they are
SAYS = {k.name: k.words for k in NDA_KINDS if k.name not in ("use", "persons", "secret_for")}


def is_nda(beginning: str) -> bool:
    """Whether a document calls itself an agreement on confidentiality in a line of its title."""
    lines = [line.strip() for line in beginning.splitlines() if line.strip()][:_LINES]
    return any(len(line) <= _LONG and _TITLE.search(line) and not _ENDED.search(line) for line in lines)


def secret_terms(lines: Sequence[str]) -> list[str]:
    """What an agreement on confidentiality calls the information that it protects, by its definition."""
    for line in lines[:_MEANT]:
        match = _TERM.search(line) or _TERM_JA.search(line)
        called = match and (match[1] or (match[2] if match.re is _TERM_JA else ""))
        if called and re.search(r"(?i)information|matter|material|data|secret|documents|knowledge|情報", called):
            return [called]
    return []


def kinds_of(beginning: str) -> tuple[FactKind, ...]:
    """The kinds of facts to look for in a contract, in the order in which they are given."""
    if not is_nda(beginning):
        return KINDS
    first = [k for k in KINDS if k.name in ("parties", "date")]
    return (*first, *NDA_KINDS, *(k for k in KINDS if k not in first and k.name != "confidentiality"))
