# ruff: noqa: E501 (one pattern a line)
"""By which words a sentence changes a clause or a value (English and Japanese).

The patterns of `CHANGES` have some of the groups `old` (what was there), `new` (what stands there now), `whole` (words that
replace or delete a clause as a whole). What is only allowed, proposed or conditional is left out by `NOT_DONE`.
"""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import NUMERAL_JA, number_value

_DONE_JA = r"(?:改め|変更し|変更する|変更となっ|変更に(?:なり|なっ)|変更され|変更いたし|読み?替え|差し?替え|改定し|改定する|改定され|増額|減額|引き?上げ|引き?下げ|延長|短縮|延期|前倒し|繰り?上げ|繰り?下げ|後ろ倒し|ずら|ずれ|延び|伸び|早ま|修正)"
_MOVED = r"(?:moved|changed|increased|reduced|raised|lowered|decreased|extended|postponed|pushed|shifted|rescheduled|brought|put|amended|revised|adjusted|cut|slipped|delayed|corrected|updated|move|push|change|shift)"
_IS = r"(?:is|are|shall be|has been|have been|will be|was|were)"
_GAP = r"(?:[^.;\n]|\.(?=\d))"  # no end of a sentence; the point of 4.1 is none


def _re(text: str) -> re.Pattern[str]:
    return lazy_pattern(text, re.I | re.S)


# (what a sentence needs before the pattern is worth trying, the pattern)
CHANGES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (_re(r"\bfrom\b"), _re(rf"\b{_MOVED}\b(?:{_GAP}{{0,60}}?)\bfrom\s+(?P<old>{_GAP}{{1,60}}?)\s+(?:back |up |down |out |forward )?to\s+(?P<new>{_GAP}{{1,80}})")),
    (_re(r"\b(?:replaced|substituted|superseded)\s"), _re(rf"(?P<old>{_GAP}{{1,160}}?)\s+{_IS}\s+(?:hereby\s+)?(?:deleted\s+(?P<whole>in\s+(?:its|their)\s+entirety\s+)?and\s+)?(?:replaced|substituted|superseded)\s+(?P<whole2>in\s+(?:its|their)\s+entirety\s+)?(?:by|with)\s+(?P<new>.+)")),
    (_re(r"\b(?:replac|substitut|delet|strik)\w+\s.*\b(?:by|with|insert\w*|substitut\w*)\s"), _re(r"\b(?:replacing|substituting|deleting|striking(?: out)?|replace|delete)\s+(?P<old>.{1,140}?)\s+(?:by|with|and\s+(?:inserting|substituting|insert|substitute|replacing (?:it|them) (?:by|with)))\s+(?P<new>.+)")),
    (_re(r"\b(?:instead|in place|rather than|in lieu)\b"), _re(rf"(?P<new>{_GAP}{{1,120}}?)\s*,?\s+(?:instead of|in place of|rather than|in lieu of)\s+(?P<old>{_GAP}{{1,80}})")),
    (_re(r"\b(?:Section|Clause|Article|Paragraph|Sub-?clause|Subsection)s?\s+[\dIVX]"), _re(rf"\b(?:Section|Clause|Article|Paragraph|Sub-?clause|Subsection)s?\s+[\dIVX](?:{_GAP}{{0,140}}?)\b{_IS}\s+(?:hereby\s+)?(?:further\s+)?(?:(?P<whole>deleted|restated|amended\s+and\s+restated|replaced|amended\s+to\s+read|amended\s+as\s+follows)|amended|changed|modified|revised|extended|increased|reduced|raised|lowered)\b(?P<new>.*)")),
    (_re(r"\b(?:becomes|rises to|goes up to|falls to|goes down to)\b"), _re(r"^\W*(?:[\d.()a-z]{1,6}\s+)?The\s+[\w' -]{1,40}?\s(?:in|of|under)\s+(?:Section|Clause|Article|Paragraph|Sub-?clause|Subsection)\s+[\dIVX][\d.()a-z]*\s+(?:becomes|rises to|goes up to|falls to|goes down to)\s+(?P<new>(?:[£$€¥]|[A-Z]{2,3}\s)?\d[\d,.]*(?:\s?%|\s\w+)?(?:\s(?:per|an?|each)\s\w+)?)(?:\s(?:with effect )?(?:as )?from\s[^.;,]{1,40})?\s*[.;]?\s*$")),
    (_re(r"\bshall (?:now )?read\b"), _re(rf"(?P<old>{_GAP}{{1,140}}?),?\s+shall\s+(?:now\s+)?read(?:\s+as)?\s+(?P<new>.+)")),
    (_re(r"\bfor\b.*\bread\b"), _re(r"\bfor\s+(?P<old>[\"“'‘][^\"”]{1,80}[\"”'’])\s*,?\s*(?:read|substitute)\s+(?P<new>[\"“'‘].+)")),
    (_re(r"\breferences? to\b.*\breferences? to\b"), _re(rf"\breferences?\s+to\s+(?P<old>{_GAP}{{1,80}}?)\s+shall\s+be\s+(?:construed\s+as\s+|read\s+as\s+)?(?:an?\s+)?references?\s+to\s+(?P<new>.+)")),
    (_re(r"\bbut\b"), _re(rf"\b(?P<but>not)\s+(?:on\s+|by\s+)?(?P<old>{_GAP}{{1,40}}?)\s*,?\s+but\s+(?:on\s+|by\s+)?(?P<new>{_GAP}{{1,60}})")),
    (_re(r"\bnow\b"), _re(rf"\bnow\s+(?:on\s+|by\s+|due\s+|at\s+)*(?P<new>{_GAP}{{1,60}}?)\s*,?\s+(?:and\s+)?(?P<but>not|no longer)\s+(?:on\s+|by\s+)?(?P<old>{_GAP}{{1,40}})")),
    (_re(r"\b(?:deleted|deleting)\b"), _re(r"\b(?P<whole>deleted\s+and\s+(?:is\s+|are\s+)?(?:the\s+following\s+)?(?:is\s+|shall\s+be\s+)?(?:replaced|substituted)(?:\s+(?:by|with)(?:\s+the\s+following)?)?)(?P<new>.*)")),
    (_re(r"\bagree"), _re(rf"\bagree(?:d)?\s+to\s+(?:extend|increase|reduce|change|raise|lower|shorten)\s+{_GAP}{{1,80}}?\s+(?:to|until)\s+(?P<new>.+)")),
    (_re(r"\bhereby\b"), _re(rf"\b{_IS}\s+hereby\s+(?:extended|increased|reduced|changed|amended|revised|raised|lowered)\s+(?:to|until)\s+(?P<new>.+)")),
    (_re(r"」"), lazy_pattern(rf"「(?P<old>[^」]{{1,80}})」(?:とあるの|と(?:ある|定める)(?:部分|箇所)?|の(?:文言|部分|記載))?(?:を|は)、?「(?P<new>[^」]{{1,120}})」(?:に|と){_DONE_JA}")),
    (_re(r"から"), lazy_pattern(rf"(?P<old>[^、。「」]{{1,40}}?)から、?(?P<new>[^、。]{{1,40}}?)(?:に|へ|まで){_DONE_JA}")),
    (_re(r"なく|代え|替え|代わ"), lazy_pattern(r"(?P<old>[^、。]{1,40}?)(?:ではなく|でなく|に代えて|に替えて|に代わり|に代わって)、?(?P<new>[^。]{1,60}?)(?:と(?:する|し|なり|なっ)|に(?:する|し|決|なり|なっ|変更))")),
    (_re(r"のとおり|全文|削"), lazy_pattern(rf"第{NUMERAL_JA}条[^。]{{0,60}}?(?:を|は|について)(?P<whole>[、，]?(?:次|以下|下記)のとおり|[、，]?全文を?|[、，]?(?:削除|削り|削る))(?P<new>[^。]*)")),
    (_re(r"[にへとでま]"), lazy_pattern(rf"(?:を|は)[、，]?(?P<new>[^。]{{1,60}}?)(?:に|へ|と|まで)(?:{_DONE_JA})")),
)  # fmt: skip
# words without which nothing is changed
LIKELY = _re(rf"\b(?:{_MOVED[3:-1]}|replac\w+|substitut\w+|supersed\w+|delet\w+|strik\w+|restated|modified|becomes|rises to|goes up to|falls to|goes down to|instead|in place of|rather than|in lieu of|now|but|agreed? to|shall read|references? to)\b|\bfor [\"“]|{_DONE_JA}|ではなく|でなく|に代え|に替え|に代わ|のとおり|全文|削除|削り")
NOT_DONE = _re(
    r"(?-i:\bmay\b)|\b(?:might|can|could|would|propos\w*|suggest\w*|unless|only|if|whether|in the event|option|request\w*|not|never|cannot|should|what about|maybe|perhaps)\b|\?\s*$"
    r"|できる|できます|場合|ときは|とき、|協議|準用|提案|検討|予定|かもしれ|でしょうか|ましょうか|たい(?:と|です|。)|ますか|しない|みなす|することは"
)
# words of a value that was another one before, and questions for it
FORMER = _re(
    r"\b(?:originally|formerly|previously|previous|original|old|before the (?:change|amendment|move)|until then)\b|当初|変更前|従前|改定前|改める前|旧"
)
SINCE_JA = lazy_pattern(r"(?:分|付け?|利用分|請求分|支払分)?(?:から|より|以降|以後)")
SINCE_EN = _re(r"\b(?:with effect from|effective(?: as)?(?: of| from)?|as (?:of|from)|from|starting(?: from| on)?|on and after)\s+$")
_OWN_JA = lazy_pattern(rf"^\s*第{NUMERAL_JA}条(?:の[0-9０-９一二三]+)?\s*(?:[（(][^）)]{{1,30}}[）)])?[\s\u3000]*")
_OWN_EN = lazy_pattern(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]?|\([a-z0-9]{1,4}\)|(?:Section|Clause|Article)\s+[\dIVX.]+[.:]?)\s+(?=[A-Z\"“])(?!(?:Section|Clause|Article)\s+[\dIVX.]+\s+(?:is|are|shall|of)\b)")
_TARGET_JA = lazy_pattern(rf"第(?P<article>{NUMERAL_JA})条(?:の[0-9０-９一二三]+)?(?:第(?P<para>{NUMERAL_JA})項)?")
_TARGET_EN = _re(r"(?:\b(?:Section|Clause|Article|Paragraph|Sub-?clause|Subsection)s?\s+|§\s*)(?P<number>\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5})(?![\w])")
_ROMAN = {"i": 1, "v": 5, "x": 10}


def without_own_number(text: str) -> str:
    """A sentence without the number and title of the clause that it is itself."""
    return text[len(_own(text)) :]


def _own(text: str) -> str:
    match = _OWN_JA.match(text) or (None if re.match(r"\s*(?:Section|Clause|Article)\b[^.;]{0,40}\b(?:is|are|shall)\b", text) else _OWN_EN.match(text))
    return match.group() if match else ""


def without_target(text: str) -> str:
    """A text without the clauses that it names."""
    return _TARGET_EN.sub(" ", re.sub(r"(?:原|本|同)契約(?:書)?", " ", _TARGET_JA.sub(" ", text)))


def target_of(text: str) -> tuple[str, str]:
    """("第4条", "1") or ("4.1", ""): the clause that a text names first, and its paragraph; ("", "") for none."""
    match = _TARGET_JA.search(text)
    if match:
        return f"第{number_value(match['article'])}条", number_value(match["para"]) if match["para"] else ""
    other = _TARGET_EN.search(text)
    return (plain_number(other["number"]), "") if other else ("", "")


def plain_number(number: str) -> str:
    """A clause's number in digits: "IV" is 4."""
    low = number.lower().rstrip(".")
    if not low or not set(low) <= _ROMAN.keys():
        return low
    values = [_ROMAN[c] for c in low]
    return str(sum(-v if v < max(values[at:]) else v for at, v in enumerate(values)))
