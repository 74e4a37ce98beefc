# ruff: noqa: E501 (one pattern a line)
"""Kinds of things that code finds by their words: how a wish names them, and what a sentence of theirs says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from re import Pattern

from tsel_core.text.language import Lang


@dataclass(frozen=True)
class Kind:
    """`named` finds the kind in a wish, `says` in a sentence, `never` what looks like it and is not.

    `owned`: somebody's (an obligation of the supplier). `values`: kinds of values that a sentence must hold as well. `taken`:
    English verbs beside those of `says` whose subject takes it on.
    """

    name: str
    named: Mapping[Lang, Pattern[str]]
    says: Mapping[Lang, Pattern[str]]
    never: Mapping[Lang, Pattern[str]]
    owned: bool = False
    values: frozenset[str] = frozenset()
    taken: Pattern[str] = re.compile(r"(?!)")


def _re(text: str) -> Pattern[str]:
    return re.compile(text)


_NEVER = _re(r"(?!)")
_NONE: Mapping[Lang, Pattern[str]] = {"en": _NEVER, "ja": _NEVER}
_ANY: Mapping[Lang, Pattern[str]] = {"en": _re(""), "ja": _re("")}

# what a party must do, or must not do
DUTY_EN = _re(
    r"(?i)\b(?:shall|must|will|agrees?(?: not)? to|undertakes?(?: not)? to|covenants?(?: not)? to|(?:is|are) (?:required|obliged|obligated|bound) to|(?:is|are) (?:solely )?responsible for|(?:is|are) liable for|has to|have to|(?:is|are) to be|bears? (?:the|all)|may not|warrants? that|indemnif(?:y|ies)|guarantees?|hereby agrees?)\b"
)
DUTY_JA = _re(
    r"(?:なければならない|なければなりません|ものとする|ものとします|義務を負う|責任を負う|責任を負います|負担とする|負担する|てはならない|てはなりません|ないものとする|(?:支払|行|従|担|補|賠)う|(?:[ぁ-ん一-龥]する|納入する|提出する|報告する|遵守する|保持する|返還する|協議する|通知する)|[えけせてねべめれげぜで]る|います|します|[一-龥]{2}(?<!適用)(?<!該当)(?<!発生)(?<!成立)(?<!更新)(?<!継続)(?<!存在)しない)(?:（[^）]*）)?[。\s]*$"
)
NO_DUTY_EN = _re(
    r"(?i)\b(?:shall|will) (?:mean|(?:also |not )?include|(?:govern|control)\b|have no\b|(?:it |they )?be (?:governed|construed|considered|deemed|interpreted|effective|final|conclusive|binding|valid|void|defined|without prejudice)|become effective|have the following meanings?|bind|inure|commence|continue(?! to\b)|begin(?! to\b)|expire|terminate|remain|survive|constitute|prevail|apply|have the (?:right|meaning)|own|(?:own and )?retain (?:all |any )?(?:right|title|ownership)|be and remain|be the (?:sole|exclusive|property)|vest|belong)\b|\b(?:is|are) not (?:required|obliged|obligated) to\b|\b(?:shall|will) not be (?:required|obliged|liable|responsible|deemed|construed|considered|affected|impaired|prohibited|prevented|precluded|restricted)\b|\b(?:shall|will) be entitled\b|\b(?:shall|will) not (?:apply|constitute|exceed|affect)\b|\b(?:shall|will) (?:have any right|create any)\b|\b(?:neither|no) party (?:is|shall be|will be) (?:liable|responsible|obliged)\b|\bin no event (?:shall|will)\b[^,;.]{0,60}\bbe (?:liable|responsible)\b|\bnothing (?:contained )?(?:herein|in this \w+)(?: contained)?[^.;]{0,60}\b(?:shall|will) \w+|\bmay (?:not|only) be (?:amended|modified|changed|altered|varied|supplemented|waived)\b|\bagree(?:s|d)? as follows\b"
)
_NO_DUTY_JA = _re(
    r"(?:できる|できます|要しない|必要はない|義務を負わない|責任を負わない|免れない|という|意味する|目的とする|管轄裁判所とする|帰属する|留保される|適用する|準用する|効力を(?:有する|生じる)|締結する|上限とする|超えない(?:ものとする)?|みな(?:す|される)|とおり(?:とする|である)|ところによる|同様とする|改める|存続する|更新される(?:ものとし)?|算定する|[年間日]とする|解除されるものとする)(?:（[^）]*）)?[。\s]*$"
)

_UNIT = r"(?:hours?|days?|weeks?|months?|quarters?|years?)"
# how often, and not by when: "at least twice a year"
_OFTEN = _re(
    r"(?i)\b(?:at least |no less than |not less than |up to )?(?:once|twice|thrice|(?:\w+|\d+) times)(?: (?:in|during))? (?:a|an|per|each|every|any) (?:calendar |contract |financial |business )?(?:hour|day|week|month|quarter|year)\b"
)

# who speaks in a meeting: told by its turns, and by the lines that name who is there (candidates.py)
PERSON = "person"
# what a meeting came to: told by the sweep of its minutes or its talk (meetings.py)
ACTION, DECISION, OPEN = "action item", "decision", "open point"
OF_MEETINGS = (ACTION, DECISION, OPEN)
KINDS: tuple[Kind, ...] = (
    Kind(ACTION, {"en": _re(r"(?i)\baction(?:s| items?| points?)\b|\bactions? (?=of\b|for\b)|\bto-?dos?\b|\bnext steps\b|\btasks?\b"), "ja": _re(r"アクション(?:アイテム|項目|プラン)?|宿題(?:事項)?|やること|ＴｏＤｏ|(?i:todo)|タスク|担当(?:作業|事項)")},
         {"en": _NEVER, "ja": _NEVER}, _NONE, owned=True),
    Kind(OPEN, {"en": _re(r"(?i)\b(?:open|unresolved|undecided|outstanding) (?:points?|questions?|issues?|items?|matters?)\b|\bleft open\b|\bundecided\b"), "ja": _re(r"未(?:決|解決)(?:の?(?:事項|課題|点))?|継続(?:審議|検討)(?:の?事項)?|保留(?:の?事項|になったこと)?|決まっていないこと")},
         {"en": _NEVER, "ja": _NEVER}, _NONE),
    Kind(DECISION, {"en": _re(r"(?i)\bdecisions?\b|\bresolutions?\b|\b(?:was|were|they|we) (?:decided|agreed(?: on)?)\b"), "ja": _re(r"決定(?:した)?(?:事項|内容|こと)?|決議(?:事項)?|決まったこと|決めたこと")},
         {"en": _NEVER, "ja": _NEVER}, _NONE),
    Kind("prohibition", {"en": _re(r"(?i)\bprohibition(?:s)?\b|\bprohibited\b|\bforbidden\b|\bnot allowed\b|\bmust not\b"), "ja": _re(r"禁止(?:事項)?|してはならない")},
         {"en": _re(r"(?i)\b(?:shall|must|may|will) not\b|\bagrees? not to\b|\bundertakes? not to\b|\b(?:is|are) (?:prohibited|forbidden)\b|\bneither party (?:shall|may)\b|\bno party (?:shall|may)\b|\bshall refrain\b|\b(?-i:No) (?:[\w-]+ ){1,4}?(?:may|shall|must|can) be\b|\bshall (?:only |solely |exclusively )?be used\b.*\b(?:only|solely|exclusively)\b|\bshall be used (?:only|solely|exclusively)\b"), "ja": _re(r"てはならない|てはなりません|禁止(?:する|します|される)|ないものとする")},
         {"en": _re(r"(?i)\b(?:shall|will) not (?:be (?:liable|required|deemed|construed|considered)|exceed|apply|affect|constitute)\b|\b(?:which|(?:the|its|such|that) (?:\w+ )?(?:consent|approval|permission)|(?:consent|approval|permission)) (?:shall|must|may|will|is|are) not (?:to )?(?:be )?(?:unreasonably )?(?:withheld|delayed|refused|conditioned|withhold|delay|refuse)\b"), "ja": _re(r"負わないものとする|超えないものとする")}, owned=True),
    Kind("right", {"en": _re(r"(?i)\brights?\b|\bentitlements?\b|\bentitled\b|\b(?:may|can) do\b"), "ja": _re(r"権利|できること|権限")},
         {"en": _re(r"(?i)\b(?-i:may|MAY)\b(?! not\b)|\b(?:is|are|shall be) entitled to\b|\b(?:has|have|shall have|reserves?) the (?:sole |exclusive )?(?:right|option)\b|\bat its (?:sole )?(?:option|discretion)\b|\bowns?\b"), "ja": _re(r"できる|できます|権利を有する|権限を有する|に帰属する")},
         {"en": _re(r"(?i)\bmay be (?:necessary|required)\b|\bas the case may be\b"), "ja": _re(r"できない|できません")}, owned=True),
    Kind("deadline", {"en": _re(r"(?i)\bdeadlines?\b|\btime limits?\b|\bdue dates?\b|\bperiods? of notice\b"), "ja": _re(r"期限|期日|締[め]?切り?")},
         {"en": _re(rf"(?i)\b(?:within|(?:no|not) later th[ae]n|by|before|until|prior to|at least|upon|on or before)\b|\b{_UNIT}['’]?\s+(?:after|following|from the|of the date)\b|\b{_UNIT}['’]?\s+(?:prior |previous |written ){{0,2}}notice\b|\bin the (?:first|second|third|fourth|fifth|last|final|next|following)\s(?:[\w-]+\s){{0,2}}{_UNIT}\b"),
          "ja": _re(r"以内|まで(?:に)?|前まで|日前|ヶ月前|か月前|箇月前|期限|[日月年]間?を?経過|(?:最後|最終|最初)の[0-9０-９一二三四五六七八九十]+(?:日|週|[かヶケ箇]月|年)間?|[日月](?:以上)?の(?:相当の)?(?:期間を定めて|予告|猶予)")},
         {"en": _OFTEN, "ja": _NEVER}, values=frozenset({"date", "duration"})),
    Kind("obligation", {"en": _re(r"(?i)\bobligations?\b|\bduties\b|\bduty\b|\bcommitments?\b|\bcovenants?\b|\bundertakings?\b|\b(?:must|has to|have to|needs? to|shall)\b(?! not)"), "ja": _re(r"義務|しなければならないこと|責務|やるべきこと")},
         {"en": DUTY_EN, "ja": DUTY_JA}, {"en": NO_DUTY_EN, "ja": _NO_DUTY_JA}, owned=True,
         taken=_re(r"(?i)\b(?:agrees?|undertakes?|covenants?|warrants?) that\b")),
    Kind("amount", {"en": _re(r"(?i)\bamounts?(?: of money)?\b|\bsums?(?: of money)?\b|\bprices?\b|\bfees?\b|\bpayments?\b|\bmoney\b"), "ja": _re(r"金額|料金|価格|代金|支払い?")}, _ANY, _NONE, values=frozenset({"money"})),
    Kind("date", {"en": _re(r"(?i)\bdates?\b"), "ja": _re(r"日付|年月日")}, _ANY, _NONE, values=frozenset({"date"})),
    Kind("person", {"en": _re(r"(?i)\b(?:persons?|people|participants?|attendees?|speakers?)\b|\bwho (?:(?:was|were|is|are) (?:there|present)|attended|spoke|took part)\b"), "ja": _re(r"(?:出席|参加|発言|列席)(?:した)?(?:者|人)|登場人物")},
         {"en": _re(r"(?i)^\W*(?:present|in attendance|attendees?|participants?|apologies|absent)\b[^.]{0,20}[:–-]"), "ja": _re(r"^\W*(?:出席者?|参加者|欠席者?|列席者)\s*[:：は]|(?:出席|欠席)(?:者)?は")}, _NONE),
    Kind("percentage", {"en": _re(r"(?i)\bpercent(?:age)?s?\b|\brates?\b"), "ja": _re(r"割合|利率|パーセント|％")}, _ANY, _NONE, values=frozenset({"percent"})),
)  # fmt: skip
