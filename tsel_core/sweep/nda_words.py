# ruff: noqa: E501 (one pattern a line)
# fmt: off
"""What a confidentiality agreement states beside what any contract does: the kinds of its clauses, by their words."""

from __future__ import annotations

import re

from tsel_core.sweep.facts_words import KINDS, FactKind

_TITLE = re.compile(
    r"(?i)\bnon[- ]?disclosure\b|\bconfidential(?:ity)?(?: and [\w-]+)? (?:agreement|undertaking|deed|disclosure agreement)\b|\bNDA\b|秘密保持(?:に関する)?(?:の)?(?:契約|覚書|誓約|合意)|機密保持(?:に関する)?(?:契約|覚書|誓約)|守秘義務(?:契約|誓約)"
)
_LINES, _LONG = 6, 130  # lines among which a title stands; characters of one
_ENDED = re.compile(r"[.;。]\s*$|\b(?:dated|pursuant|shall|is|are)\b", re.I)  # a sentence, which names an NDA


def _re(text: str) -> re.Pattern[str]:
    return re.compile(text, re.I)


NDA_KINDS: tuple[FactKind, ...] = (
    FactKind("secret", "Confidential information", "秘密情報", _re(r"\bconfidential (?:information|material)s?\b[\"”’)]*(?: \([^)]*\))?,? (?:shall |will )?(?:mean|include|refer|consist|be defined)|秘密情報[」』]?(?:）)?とは|秘密情報[」』]という|機密情報[」』]?とは"), _re(r"definition|confidential information|秘密情報|機密情報|定義"), never=_re(r"(?:shall|does|do|will) not (?:include|mean|apply)|含まない|含まれない")),
    FactKind("secrecy", "Duty of confidence", "秘密保持義務", _re(r"\b(?:shall|will|must|agrees?|undertakes?)\b.*\b(?:keep|hold|maintain|protect|preserve|safeguard|treat)\b.*\b(?:confiden|secre)|\b(?:shall|will|may|must|agrees?) not\b.*\b(?:disclos|divulg|reveal|publish)\w*|\bnot to (?:disclose|divulge|reveal)|\bsafeguards\b.*\bdisclosure\b|漏(?:えい|洩|らし).*(?:ならない|ない)|開示してはならない|秘密として(?:保持|管理)|秘密に(?:保持|し)"), _re(r"obligation|confidentiality|non-?disclosure|duty|義務|秘密保持"), "", 2, _re(r"\bnot (?:apply|be liable|include)|subpoena|required by law")),
    FactKind("use", "Permitted use", "使用の制限", _re(r"\bused?\b.*\b(?:solely|only|exclusively|no other purpose|any other purpose)\b|\b(?:solely|only|exclusively)\b.*\b(?:purposes?|use)\b|\b(?:shall|will|may|must) not use\b|\bcopies\b.*\bexcept\b|目的(?:以外|外)|以外の目的|目的のために?のみ"), _re(r"\buse\b|purpose|使用|目的|利用"), "", 1, _re(r"\bresidual")),
    FactKind("persons", "Who may have it", "開示できる者", _re(r"\bneed(?:s|ed)?[- ]to[- ]know\b|\b(?:employees|representatives|advis[eo]rs|affiliates|personnel|agents|consultants)\b.*\b(?:require|need|only|who|bound|same|similar)\b|\b(?:only|limit)\b.*\b(?:employees|representatives|advis[eo]rs|personnel)\b|知る必要|(?:役員|従業員|弁護士|関係会社|子会社).*(?:開示|義務)"), _re(r"representative|employee|permitted|従業員|開示"), "", 1, _re(r"solicit|hire|employ any|勧誘|引き?抜")),
    FactKind("exceptions", "Exceptions", "例外", _re(r"\b(?:shall|does|do|will) not (?:apply|include|extend)\b|\bnot (?:be )?liable for the (?:disclosure|use)|\b(?:is|are|was|were|becomes?|enters?)\b[^.]{0,50}\b(?:public(?! key)(?:ly)?(?: domain| known| available)?|generally (?:known|available)|independently developed)\b(?! (?:translat|server|body|author|offic))|公知|含まない|含まれない|適用(?:し|され)ない"), _re(r"except|exclu|exempt|例外|除外|適用"), "", 1, _re(r"subpoena"), _re(r"\bnot (?:apply|extend|include)\b.*\binformation\b|\binformation\b.*\bnot (?:apply|include)\b|次の.*(?:含まれ?ない|除く|適用(?:し|され)ない)|この限りで")),
    FactKind("compelled", "Disclosure required by law", "法令による開示", _re(r"\bsubpoena|\bcourt orders?\b|\b(?:required|compelled|requested) (?:to be (?:made|disclosed) )?(?:by|under|pursuant to|to disclose)\b.*\b(?:laws?|courts?|regulat|legal|govern|authorit)|\brequired by (?:law|court)|\blegally (?:required|compelled)|(?:法令|裁判所|官公庁|行政機関|監督官庁).*(?:開示|求め|命令|要請)"), _re(r"compel|required|legal|法令|強制")),
    FactKind("return", "Return or destruction", "返還・廃棄", _re(r"\b(?:return|destr(?:oy|uction)|delete|erase)\w*\b.*\b(?:information|materials?|documents?|copies|originals?|data|records?)\b|\b(?:information|materials?|documents?|copies)\b.*\b(?:returned|destroyed|deleted)\b|返還|返却|廃棄|破棄|消去"), _re(r"return|destruct|返還|返却|廃棄")),
    FactKind("secret_for", "How long it is kept secret", "秘密保持の期間", _re(r"\b(?:obligations?|duty|duties|confiden\w+|restrictions?|disclosures?|agreement|provisions?)\b.*\b(?:surviv|continu|remain|expire|last|for a period|for (?:a )?(?:term|period)|period of|until|terminate)\w*\b|\bsurviv\w*\b|存続|有効期間|(?:終了|満了|締結|開示).*(?:年間|か月間?|ヶ月間?)"), _re(r"term\b|duration|surviv|period|期間|存続"), "duration", 1, _re(r"\bnotice\b.*\bdays\b|\bdays\b.*\bnotice\b|\bpayment|通知|business days")),
    FactKind("remedies", "Remedies", "救済・損害賠償", _re(r"\binjuncti\w+|\bequitable (?:relief|remed\w+)|\bspecific performance\b|\birreparabl|\battorneys?['’]? fees|\bpunishable\b|\bindemnif|差止|損害(?:を|の)?賠償"), _re(r"remed|injunct|breach|救済|損害賠償")),
    FactKind("rights", "No licence, no warranty", "権利・保証", _re(r"\bno (?:licen[cs]e|right|warrant)\w*|\b(?:not|nothing)\b.*\bgrant\w*\b.*\b(?:licen[cs]e|rights?)\b|\bas is\b|\bno (?:representations?|warrant\w*)|許諾する(?:もの)?(?:で|と)|保証(?:する(?:もの)?で(?:は)?|し)ない|権利.*(?:帰属|留保)"), _re(r"licen[cs]e|warrant|ownership|title|保証|権利|知的財産")),
    FactKind("residuals", "Residuals", "残留情報", _re(r"\bresiduals?\b|残留情報"), _re(r"residual|残留")),
    FactKind("solicitation", "Non-solicitation", "勧誘の禁止", _re(r"\bsolicit\w*\b|\bnot (?:hire|employ)\b|引き?抜|勧誘"), _re(r"solicit|勧誘|引き?抜"), never=_re(r"\b(?:commercial|goods|services) solicit|solicitation or advertis")),
)
# those whose words say by themselves what they are
SAYS = {k.name: k.words for k in NDA_KINDS if k.name not in ("use", "persons", "secret_for")}


def is_nda(beginning: str) -> bool:
    """Whether a document calls itself an agreement on confidentiality in a line of its title."""
    lines = [line.strip() for line in beginning.splitlines() if line.strip()][:_LINES]
    return any(len(line) <= _LONG and _TITLE.search(line) and not _ENDED.search(line) for line in lines)


def kinds_of(beginning: str) -> tuple[FactKind, ...]:
    """The kinds of facts to look for in a contract, in the order in which they are given."""
    if not is_nda(beginning):
        return KINDS
    first = [k for k in KINDS if k.name in ("parties", "date")]
    return (*first, *NDA_KINDS, *(k for k in KINDS if k not in first and k.name != "confidentiality"))
