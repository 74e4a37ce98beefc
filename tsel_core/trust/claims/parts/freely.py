# ruff: noqa: E501 (patterns)
"""Questions whether a thing may be done freely: 自由に, いつでも, 理由なく, at any time, for any reason.

A clause that binds the thing to a condition (に限り, only if, with the consent of) says no to them, and only a clause that says
so itself says yes: that a thing may be done is not that it may be done freely.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.reading import MIN_SHARE, Reading
from tsel_core.trust.claims.parts.words import is_japanese

_WHOM = r"(?: (?:the |its |his |her |their |our |my )?[\w'’-]+)?"
_FREELY = lazy_pattern(
    r"\b(?:freely|unilaterally|unconditionally|at (?:any|all) (?:time|moment|point)s?|any ?time(?! limit)|at will|whenever (?:it|they|he|she|we|you|i|one) (?:likes?|wants?|wish(?:es)?|pleases?|chooses?)"
    r"|for (?:any|no|whatever)(?: or no| particular| stated)? reasons?(?: or no reason)?|for convenience"
    r"|without (?:any |a |good |just )?(?:(?:giving|stating|having|needing|specifying) )?(?:any |a |good )?(?:reasons?|cause|grounds?|explanation|conditions?|restrictions?)(?: (?:or|and) (?:conditions?|restrictions?))?"
    r"|(?:just )?as (?:it|they|he|she|we|you|i|one) (?:likes?|wish(?:es)?|pleases?|sees? fit)"
    rf"|without (?:first )?(?:asking|telling|informing|notifying){_WHOM}(?: first)?)\b"
    r"|(?:何ら(?:の)?|特に)?理由(?:の(?:如何|いかん)|を|は|が|も)?(?:にかかわらず|を問わず|問わず|示さず(?:に)?|示さなくても|述べず(?:に)?|言わず(?:に)?|なく(?:ても)?|なしに|なしで|がなくても)"
    r"|いかなる理由(?:で(?:も|あっても)|によ(?:っても|る場合も))|どんな理由でも|何の理由もなく"
    r"|自由(?:に|と(?:する|します)|で(?:ある|す))|いつでも|随時|任意に|無条件(?:で|に)|条件な(?:しに|しで|く)|一方的に|一存で|勝手に|無断で|好きな(?:とき|時)に|好きに",
    re.I,
)
# notice alone is no condition: 通知により, "only by written notice"
_NOTICE = lazy_pattern(
    r"\bonly (?:by|with|on|upon|after|in) (?:[\w'’-]+ ){0,8}?(?:notice|writing)\b|\b(?:if|when) (?:it|he|she|they) (?:gives?|serves?) (?:[\w'’-]+ ){0,6}?notice\b"
    r"|(?:書面|通知|予告)[^、。]{0,8}(?:に限り|のみ)|(?:通知|予告|届け?出|申し?出|申し?入れ|連絡)[^、。]{0,8}(?:すれば|れば|ることにより|場合は?)",
    re.I,
)
_LEAVE = r"(?:consents?|approval|permission|authori[sz]ation|agreement)"
_BINDS = lazy_pattern(
    r"\bonly\b|\bprovided,?(?: however,?)? that\b|\bunless\b|\bsubject to\b|\bon (?:the )?condition\b|\bas long as\b|\bso long as\b|\bexcept\b|\bother than\b"
    rf"|\b(?:with|upon|after|having) (?:[\w'’-]+ ){{0,6}}?{_LEAVE}\b|\b(?:not|no|never|neither|cannot)\b[^.;]*\bwithout\b|\b(?:requires?|needs?) (?:[\w'’-]+ ){{0,6}}?{_LEAVE}\b|{_LEAVE} (?:[\w'’-]+ ){{0,6}}?(?:is|are|be) (?:required|needed|necessary|obtained)\b"
    r"|に限[りるっ]|(?:場合|とき|者|もの)(?:に)?のみ|のみ[、 ]?(?:が|は|を)?[^、。]{0,20}でき|だけが?[^、。]{0,12}でき|(?:承諾|同意|許可|承認|了承|了解|合意)[^、。]{0,8}(?:を(?:得|受け|もら|要)|が(?:必要|あ)|の(?:上|うえ))|を条件(?:に|と)|(?:なければ|なくては|ないと|ない限り|でなければ)[^。]*(?:ない|ません|できず|不可)|(?:得ず|なく|なしに)[^、。]*(?:てはな|できな|できません)|除[きくい]|除いて",
    re.I,
)
_PROVES = lazy_pattern(r"^\s*(?:however|provided|unless|except|this (?:right|does not)|the (?:foregoing|above))\b|^\s*(?:ただし|但し)", re.I)
# what may be, but not what must be, when something else happens
_IF = lazy_pattern(r"\b(?:if|when|where|once|after|until|in the event|in case|in an emergency|during|between|on (?:week|working|business) ?days?)\b|場合|とき(?!に?は?いつ)|(?:れば|たら)[、 ]|後は|以降|まで(?:は|に限)|から[^、。]{1,12}まで", re.I)
_ANY_TIME = lazy_pattern(r"\bany ?time\b|\bwhenever\b|いつでも|随時|好きな(?:とき|時)", re.I)
_ANY_REASON = lazy_pattern(r"\breasons?\b|\bcause\b|\bgrounds?\b|\bconvenience\b|\bexplanation\b|理由", re.I)
_PAYS = lazy_pattern(r"\b(?:pay\w*|fees?|penalt\w+|compensat\w+)\b|支払|払って|違約金|手数料|補償", re.I)
_REASONED = lazy_pattern(r"\breasons?\b|理由", re.I)
# what is to be done, given or paid all the same
_GIVES = lazy_pattern(
    r"\b(?:by|on|upon|with|after|against|giving|stating|paying|subject)\b|通知|予告|理由を|示して|支払|払って|連絡|届け?出|申し?出|この場合|違約金|書面|事前|あらかじめ|前までに", re.I
)
_OUT_OF = lazy_pattern(r"\s{2,}|(?<=[(（])\s+|\s+(?=[?？,.)）])")


def asked_freely(question: str) -> str:
    """The words by which a question asks whether a thing may be done freely; "" where it does not."""
    found = _FREELY.search(question)
    return found.group() if found is not None else ""


def without_freely(question: str) -> str:
    """The same question without these words."""
    bare = _FREELY.sub("" if is_japanese(question) else " ", question)
    bare = re.sub(r"\s*,\s*(?=[?？,]|$)", "", bare)
    return _OUT_OF.sub(lambda m: "" if m.end() < len(bare) and bare[m.end()] in "?？,.)）" else " ", bare).strip()


def says_freely(text: str) -> bool:
    """Whether a clause says of something that it may be done freely."""
    return _FREELY.search(text) is not None


def bound_by(clause: str, behind: str = "") -> str:
    """The words by which a clause, or the proviso `behind` it, binds a thing to a condition; ""."""
    plain = _NOTICE.sub(" ", clause)
    found = _BINDS.search(plain) or _PROVES.match(behind)
    return found.group().strip() if found is not None else ""


def read_freely(question: str, clause: str, behind: str, found: Reading) -> Reading:
    """What a clause that says `found` of the thing itself says to whether it may be done freely."""
    free, bound = says_freely(clause), bound_by(clause, behind)
    if found.says == "no" and not free:
        return replace(found, narrowed=False)  # what may not be done without leave may not be done freely
    may = found.says == "yes" or (found.why == "quantifier" and found.share >= MIN_SHARE)
    if not may or _asks_under_condition(question):
        return found if found.says != "yes" or free else Reading("", "quantifier", share=found.share)
    if bound and not free:
        return Reading("no", "quantifier", f"{asked_freely(question)} / {bound}", found.share)
    if bound or not free or _IF.search(_NOTICE.sub(" ", clause)) or not _same_freedom(question, clause):
        return Reading("", "quantifier", share=found.share)
    return found


def _same_freedom(question: str, clause: str) -> bool:
    """Whether a clause lets do it as the question asks: "at any time" is not "without a reason", nor "unconditionally".

    Beside "at any time" and "for any reason" notice may be asked for; beside other words nothing.
    """
    asked = asked_freely(question).casefold()
    free = " ".join(m.group() for m in _FREELY.finditer(clause)).casefold()
    bare = _FREELY.sub(" ", clause)
    if _ANY_TIME.search(asked):
        return _ANY_TIME.search(free) is not None and _PAYS.search(bare) is None
    if _ANY_REASON.search(asked):
        return _ANY_REASON.search(free) is not None and _PAYS.search(bare) is None and _REASONED.search(bare) is None
    return asked in free and _GIVES.search(bare) is None


def _asks_under_condition(question: str) -> bool:
    return bool(bound_by(question)) or _IF.search(question) is not None


def by_condition(reading: Reading) -> bool:
    """Whether a reading says no by a condition alone: another clause may say that it may be done freely."""
    return reading.says == "no" and reading.why == "quantifier" and _FREELY.match(reading.detail) is not None


def freedom_taken(claim: str, evidence: str) -> str:
    """ "freely / only": a claim says that a thing may be done freely, and its sentence binds it to a condition; ""."""
    said = asked_freely(claim)
    if not said or says_freely(evidence) or bound_by(claim):
        return ""
    bound = bound_by(evidence)
    return f"{said} / {bound}" if bound else ""
