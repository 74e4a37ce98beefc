# ruff: noqa: E501 (patterns)
"""What stands behind a paper's clauses and in none of them: schedules, amendments, postscripts, signatures, titles without a number."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.may import MAY

_D = "0-9０-９一二三四五六七八九十百千〇"
PART_CHARS = 80  # a longer paragraph that begins with "別紙1" speaks of it
_TITLE_CHARS, _TITLE_CHARS_JA, _TITLE_WORDS, _PLAIN_WORDS = 60, 24, 8, 5
_SHORT = 0.7  # of the longest line of its paragraph: a title on a paragraph's first line
_NUMBERED = lazy_pattern(
    rf"^\s*((?:別紙|別表|別添|添付|付属書|附属書|様式|附則)\s*(?:第?[{_D}]+(?:号|の[{_D}]+)*)?"
    r"|(?:schedule|exhibit|annex|appendix|attachment|addendum)\s+(?:[A-Z]|\d+|[IVX]+)(?:[.-][0-9A-Z]{1,3})*\b"
    r"|[^\s。、（(]{0,12}(?:覚書|合意書|確認書)(?=\s*$))(?=$|[\s　:：.（(「『—–-])",
    2,
)
# a dash, a colon or a wide space, the schedule's title and a colon, behind which its words stand on the same line
_TITLED = lazy_pattern(
    r"(?:\s*[:：—–-]\s*(?P<title>[^\s。、：:;；,—–はがを][^。、：:;；,—–はがを]{0,46})|\s+(?![のはがをにで])[^\s。、：:はがをに]{2,24})[：:](?!\d)"
)
_SUB_PART = lazy_pattern(r"^\W*(part\s+(?:[A-Z]|\d{1,2}|[IVX]{1,5}))\b(?=\W*$|\s*[:：—–-]\s*\S)", 2)
_ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,2}(?:st|nd|rd|th))"
_PART = lazy_pattern(
    rf"^\W*(?:the\s+)?(?:{_ORDINAL}\s+)?(?:(?:deed|letter|memorandum|notice|agreement)\s+of\s+(?:amendment|variation|understanding)"
    r"|(?:amend(?:ment|ing)|variation|supplement(?:al|ary))\s+(?:agreement|letter|deed)|side[ -]?letter|schedules?|exhibits?"
    r"|annex(?:es|ures?)?|appendix|appendices|attachments?|enclosures?|addend(?:um|a)|amendments?|supplement|riders?|variation|codicil)"
    r"(?=\W*$|\s*[:：(（\[—–-]|\s+(?:(?:no|nr)\b\.?|number\b|#|of\b|to\b|dated\b|for\b|and\b|agreement\b|letter\b|\d|[IVX]+\b|[A-Z](?:\b|[a-z])))",
    2,
)
_VERB = lazy_pattern(
    rf"{MAY}|\b(?:shall|must|is|are|was|were|be|been|will|would|has|have|had|can|cannot|do|does|applies|apply|means?|sets?|forms?|contains?|agrees?|pays?|needs?|requires?|becomes?)\b",
    2,
)
_PART_JA = lazy_pattern(
    r"^[\s【〔［\[（(■●◆◇○□▼・＜<]*(?:別紙|別表|別添|別記|添付書類?|付属書|附属書|様式|附\s*則|付\s*則|追記|補則|特約(?:事項|条項)?|追加(?:合意|条項|事項|特約)|補足(?:合意|事項)?"
    r"|(?:[^\s。、（(はがをに]{0,12}(?:変更|修正|追加|補充|更新|延長))?(?:覚書|合意書|確認書|念書|契約書|協定書|契約変更書|変更書))"
    r"(?:第?[0-9０-９一二三四五六七八九十]+(?:号|回)?)?(?:[^。、はがをにで]{0,24}|[\s　]*[（(「『【][^）)」』】]{1,30}[）)」』】][\s　]*)$"
)
_POSTSCRIPT = lazy_pattern(
    r"^\W*(P\.\s?(?:P\.\s?)?S\.?|PP?S(?=\s*[:.])|Postscript|追伸|追\s?記|追って書き|なお書き)(?=$|[\s　:：.,、。—–-])"
)
_THIS_AMENDS = lazy_pattern(
    rf"^\W*This\s+((?:{_ORDINAL}\s+)?(?:Amendment(?:\s+Agreement)?|Addendum|Variation(?:\s+Agreement)?|Deed\s+of\s+Variation|Side\s+Letter|Supplemental\s+Agreement)"
    r"(?:\s+(?:No\.?|Number)\s*\d+)?)\b[^.]{0,60}?\b(?:is\s+(?:made|dated|entered)|amends|varies|modifies|supplements|forms)\b",
    2,
)
_AMENDS = lazy_pattern(
    r"\b(?:agree|wish|have agreed|desire) to (?:amend|vary|modify)\b[^.]{0,120}\bas follows\b|\b(?:agreement|contract|lease)\b[^.]{0,60}\bis (?:hereby )?(?:amended|varied) as follows\b"
    r"|(?:原契約|契約書?)[^。]{0,60}次のとおり(?:変更|改定|一部変更|修正)",
    2,
)
_CONTENTS = lazy_pattern(
    r"^\W*(?:table of contents|contents|list of (?:schedules|exhibits|annexes|appendices|attachments)|index|目\s*次|添付書類(?:一覧)?|別紙一覧)\W*$", 2
)
_PARTY_JA = "甲|乙|丙|貸主|借主|賃貸人|賃借人|売主|買主|委託者|受託者|発注者|受注者|使用者|労働者|開示者|受領者"
_NO_DUTY = r"(?!.*\b(?:shall|must|may)\b)"
_ENDS_CONTRACT = lazy_pattern(
    rf"^\W*(?:in witness whereof|as witness\b|executed (?:as|by|on|in)\b{_NO_DUTY}|(?:duly )?signed\b{_NO_DUTY}.{{0,60}}\b(?:by|for|on|this)\b"
    rf"|signatures?\s*(?:[:：_]|$)|signature page|for and on behalf of\b{_NO_DUTY}|signed\s*[:：]|yours (?:sincerely|faithfully|truly)\b"
    r"|(?:accepted|acknowledged|agreed|read|understood)(?:,? (?:and )?(?:accepted|acknowledged|agreed|signed|understood)){1,2}(?: by)?\s*[:：]?(?:$|\s)|/s/"
    r"|(?:i|we) accept\s*[:：]|(?:上記|以上)(?:の(?:とおり|通り)|を証|、本契約).{0,40}(?:成立|締結|合意|証する|作成|保有)"
    r"|(?:以上を|上記)?.{0,30}(?:締結|成立|合意)の証(?:として|とし)|(?:記名|署名|調印)(?:押印|捺印)?(?:欄|者)|.{0,12}(?:成立を証(?:する|し)|締結を証))",
    2,
)
# what is signed stands behind the last clause, and in none
_SIGNED = lazy_pattern(
    r"^\W*(?:(?:by|name|title|its)\s*[:：]\s*(?:/s/|_|[A-Z]|$)"
    r"|for (?:the )?[A-Z][\w&.’' -]{0,40}[:：]|dated?\s*[:：]|_{6,}|witness(?:es)?\s*[:：]|place,? (?:and )?date\b"
    rf"|(?:令和|平成|西暦)?[{_D}元]+年[{_D}]+月[{_D}]+日\W*$|(?:締結|作成|契約締結)日[\s　:：]"
    rf"|(?:{_PARTY_JA})(?:[（(][甲乙丙][)）])?(?:[\s　:：]+[^\s　はがをのにと、]+(?!.*[。、])|\s*$))"
    r"|^_{6,}|^[\s　]*以\s*上[\s　]*$",
    2,
)
_ENDED = lazy_pattern(r"[.!?。．！？][)）」』\"”’'*_]*\s*$")
_INVITES = lazy_pattern(
    r"[:：;；,，、]\s*$|\b(?:following|as follows|below|these)\b[^.]{0,40}\.?\s*$|(?:下記|次の|以下の|各号)[^。]{0,30}。?\s*$|^[\s　]*記[\s　]*$", 2
)
_TITLE_JA = lazy_pattern(r"^[\s　■●◆◇○□▼＜<]*[\u3400-\u9fff々ァ-ヶー][\u3400-\u9fff々ァ-ヶーの及びと・]*[>＞]?[\s　]*$")
_BRACKETED_JA = lazy_pattern(r"^[\s　]*[（(【〔［\[][^）)】〕］\]0-9０-９]{1,20}[）)】〕］\]][\s　]*$")
_VERB_JA = lazy_pattern(r"(?:する|した|ます|です|ない|こと)[\s　>＞]*$")
_NO = lazy_pattern(r"\bNo\.\s*$", 2)
_SMALL = frozenset("of and or to the for in by on with a an at from under as".split())  # noqa: SIM905


def schedule_name(text: str) -> str:
    """ "Schedule 1" or 別紙2 of a paragraph that begins with it; "" else."""
    line = first_line(text)
    numbered = _NUMBERED.match(line)
    if numbered and (carries_words(text) or len(line) > PART_CHARS):
        return " ".join(numbered[1].split()) if carries_words(text) else ""
    speaks = _ENDED.search(line) and _VERB.search(line)  # "Schedule 1 is part of this hire."
    return " ".join(numbered[1].split()) if numbered and not speaks else ""


def carries_words(text: str) -> bool:
    """Whether a long line has a schedule's number, its title and words of it: "Schedule 2 - Works: renewal of the roof ..."."""
    line = first_line(text)
    numbered = _NUMBERED.match(line) if len(line) > PART_CHARS else None
    titled = _TITLED.match(line, numbered.end(1)) if numbered else None
    return titled is not None and not _VERB.search(titled["title"] or "")  # a sentence has no title


def sub_part_name(text: str) -> str:
    """ "Part 2" of a line that is a part of a schedule or stands behind the clauses: "Part 2 - Works"; "" else."""
    found = _SUB_PART.match(first_line(text))
    return " ".join(found[1].split()) if found and found[1][:1].isupper() else ""


def part_name(text: str) -> str:
    """What a paragraph that begins a part behind the clauses calls it: "AMENDMENT NO. 1", "Addendum of 3 May"; "" else."""
    line = first_line(text)
    if len(line) > PART_CHARS or not _stands_alone(text) or _ENDED.search(_NO.sub("", line)):
        return ""
    begins = line.lstrip("*#_=- \t[(【")
    english = begins[:1].isupper() and _PART.match(line) and not _VERB.search(line)
    return _plain(line) if english or _PART_JA.match(line) else ""


def postscript_name(text: str) -> str:
    """ "P.S." or 追伸 of a paragraph that begins with it; "" else."""
    said = _POSTSCRIPT.match(first_line(text))
    return " ".join(said[1].split()) if said else ""


def amends_paper(text: str) -> str | None:
    """The name of an amendment that a sentence begins ("This Amendment No. 2 is made ..."), "" where it has none; None for no amendment.

    Only of a paragraph without a number: a clause on amendments has one.
    """
    named = _THIS_AMENDS.match(text)
    if named is not None:
        return " ".join(named[1].split())
    return "" if _AMENDS.search(text) is not None else None


def lists_parts(text: str) -> bool:
    """Whether what follows only names the parts of the paper: "Contents"."""
    return _CONTENTS.match(first_line(text)) is not None


def ends_contract(text: str) -> bool:
    """Whether a paragraph surely begins what is signed: "IN WITNESS WHEREOF", "Signed by", 本契約締結の証として."""
    return _ENDS_CONTRACT.match(first_line(text)) is not None


def is_signed(text: str) -> bool:
    """Whether a paragraph behind clauses is one that is signed: also a date, "By: ___", 甲　株式会社…."""
    return ends_contract(text) or _SIGNED.match(first_line(text)) is not None


def invites(text: str) -> bool:
    """Whether what follows a paragraph is a list that belongs to it: it ends with a colon, or says "the following"."""
    return _INVITES.search(text[-120:]) is not None


def has_ended(text: str) -> bool:
    """Whether a paragraph ends with a sentence."""
    return _ENDED.search(text[-12:]) is not None


def is_bare(text: str) -> bool:
    """Whether a paragraph that begins an article is its number, or number and title, alone."""
    return "\n" not in text.strip() and len(text) <= PART_CHARS and not has_ended(text.rstrip(" )）"))


def title_of(text: str, before: str) -> str:
    """The words of a line that is a title without a number, by its form and by what stands before it; "" for none.

    "FUEL", "Fuel Surcharge", "Fuel surcharge" behind a sentence, 料金表; of a title in brackets see `heads_next`.
    """
    line = first_line(text)
    if not _stands_alone(text):
        return ""
    plain = line.strip().strip("*_#= \t")
    if not 2 <= len(plain) <= _TITLE_CHARS or any(c.isdigit() for c in plain) or "  " in plain or "\t" in plain:
        return ""
    if not plain.isascii() and _TITLE_JA.match(plain):
        fits = len(plain) <= _TITLE_CHARS_JA and not _VERB_JA.search(plain) and has_ended(before)
        return plain if fits and not plain.startswith("記") else ""
    words = plain.split()
    if not plain[0].isupper() or plain[-1] in ".,;:!?。、：；|_)" or any(c in plain for c in "|_=：:。") or _VERB.search(plain):
        return ""
    titled = len(words) <= _TITLE_WORDS and all(w in _SMALL or w[:1].isupper() or not w[:1].isalpha() for w in words)
    return plain if (titled and (len(words) > 1 or has_ended(before))) or (len(words) <= _PLAIN_WORDS and has_ended(before)) else ""


def heads_next(text: str) -> bool:
    """Whether a line is the title of the article behind it: （委託料） above 第2条."""
    return "\n" not in text.strip() and _BRACKETED_JA.match(text) is not None


def first_line(text: str) -> str:
    """The first line of a paragraph."""
    return text.lstrip("\n").split("\n", 1)[0]


def last_line(text: str) -> str:
    """The last line of a paragraph of several, where it may be a title of its own; "" else."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2 or has_ended(lines[-1]):
        return ""
    short = len(lines[-2]) < _SHORT * max(map(len, lines)) or has_ended(lines[-2])
    return lines[-1] if short or not lines[-1].isascii() else ""


def _stands_alone(text: str) -> bool:
    """Whether a paragraph is one line, or its first line is short beside the others and these end as sentences do."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        return True
    return len(lines[0]) < _SHORT * max(map(len, lines)) and has_ended(lines[-1])


def _plain(line: str) -> str:
    return " ".join(line.split()).strip("*#_=-:：【】〔〕［］[]■●◆◇○□▼・＜＞<> \t")
