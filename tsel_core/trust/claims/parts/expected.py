# ruff: noqa: E501 (tables of words)
"""What kind of answer a question asks for: a date, an amount, a length of time in a unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import Value, ValueKind, extract_values
from tsel_core.trust.claims.parts.roles import is_party, parties
from tsel_core.trust.claims.parts.words import RUN, WIDE

_I = re.I
_PHRASE = 3  # words of an answer that is a name
_KINDS: tuple[tuple[re.Pattern[str], frozenset[ValueKind]], ...] = (
    (lazy_pattern(r"\bwhat (?:percentage|per cent|percent|share)\b|\b(?:interest|tax|royalty) rate\b|\brate of interest\b|割合|何パーセント|何％|何割|利率|料率|税率|割増率", _I), frozenset({"percent", "number", "money"})),
    (lazy_pattern(r"\bhow (?:long|many (?:days|weeks|months|years|hours|minutes|business days|working days))\b|\bhow much (?:notice|time)\b|期間は(?:何|どれ|どの)", _I), frozenset({"duration", "number", "date"})),
    (lazy_pattern(r"\b(?:on )?(?:what|which) (?:date|day)\b|\bwhat (?:is|was) the (?:\w+ )?date\b|(?:^|\s)when (?:is|was|does|did|do|will|must|shall|may)\b|\bwhat (?:is|was) the (?:[\w'’-]+ ){0,3}?(?:deadline|due date|due day)\b|いつ(?:です|ま|に|か)|何月何日|日付は|(?:期限|期日|納期|支払日|締め?切り?日?)(?:は(?=[？?。]*$)|を教え)", _I), frozenset({"date", "time", "duration", "number", "ordinal"})),
    (lazy_pattern(r"\bhow much\b|\bwhat (?:is|was) the (?:price|amount|fee|sum|cost|penalty|budget)\b|いくら|金額は", _I), frozenset({"money", "percent", "number"})),
)  # fmt: skip
# asks for a name: a date or an amount alone is none
_NAMED = lazy_pattern(r"\bwho(?:m|se)?\b|\b(?:which|what) (?:state|country|law|court|person|company|party|parties|city|place|name)\b|\b(?:name|title) (?:\(title\) )?of\b|誰|どこ|どの(?:会社|国|裁判所)", _I)
_DATED = lazy_pattern(r"\b(?:what|which) (?:date|day)\b|\bwhat (?:is|was) the (?:\w+ )?date\b|何月何日|日付は", _I)
# words of time without a value
_WHEN = lazy_pattern(r"day|week|month|year|date|time|upon|after|before|until|when|end\b|now|immediate|signature|signing|execution|delivery|日|月|年|週|時|末|後|前|次|締結|直ち", _I)
# what was before is told where it is changed, too
ASKS_BEFORE = lazy_pattern(
    r"(?:変更|改定|改訂|修正|値上げ|値下げ)(?:する|される)?前|当初|従前"
    r"|\b(?:before|original|originally|previous|previously|old|former)\b",
    re.I,
)
_UNIT_EN = lazy_pattern(r"\bhow many (?:business |working |calendar )?(?:days|weeks|months|years|hours|minutes)\b", _I)
_DAYS, _COUNTED = frozenset({"日", "day"}), frozenset({"number", "ordinal"})
_YEARS = lazy_pattern(r"年|year", _I)
_TO = lazy_pattern(r"\s*(?:間)?(?:以内|前|後|経過|まで|を経過|before|after|from|prior|following|of (?:the )?(?:receipt|delivery|signing))", _I)
_FROM = lazy_pattern(r"(?:within|not later than|no later than|at least|から)\s*\S{0,12}$", _I)
_DAY_OF = lazy_pattern(r"\s+(?:(?:calendar |working |business )?day\b|of (?:the|each|every|that|a) |of (?:january|february|march|april|may|june|july|august|september|october|november|december)\b)", _I)
_UNIT_JA = lazy_pattern(r"何(営業日|か月|カ月|ヶ月|年間?|日間?|週間|時間|分|人|名|件|回|社|台|枚|円|パーセント|％)")


def unexpected(answer: str, facts: Sequence[Value], question: str) -> str:
    """What in a short answer is of another kind, or counts another thing, than its question asks for; ""."""
    values = [v for v in facts if v.kind != "name"]
    if not question:
        return ""
    unit = _UNIT_JA.search(question)
    if unit and len(values) == 1:
        wanted = extract_values(f"3{unit[1]}")
        if wanted and _counts(wanted[0]) and _counts(values[0]) and _counts(wanted[0]).isdisjoint(_counts(values[0])):
            return values[0].text
    if _NAMED.search(question) and values and values[0].text.strip() == answer.strip(" .。"):
        return values[0].text
    for pattern, kinds in _KINDS:
        if pattern.search(question):
            if not values:
                return answer if kinds & {"date"} and _DATED.search(question) and not _WHEN.search(answer) else ""
            return "" if any(v.kind in kinds for v in values) else values[0].text
    return ""


_AMOUNT = lazy_pattern(r"\bhow (?:much|many|long)\b|いくら|いくつ|何(?:人|名|件|回|社|台|枚|円|日|年|[かカヶ]月|月|時|分|秒|週|泊|本|個|冊|軒|戸|棟|箱|袋|束|組|班|便|室|席|階|種類|[かカヶ]所|箇所|ページ|点|票|歳|才|度|倍|割|パーセント|％|%|キロ|グラム|トン|メートル|センチ|ミリ|リットル|平米|坪|万円|千円)", _I)
_HOW_MUCH = lazy_pattern(r"\bhow much (?!notice|time|longer|warning)|いくら", _I)
_WHO = lazy_pattern(r"^(?:and |so )?(?:who|whose|whom)\b|誰|だれ|どなた", _I)
_WHICH = lazy_pattern(r"\b(?:which|what) (?:firm|company|make|brand|insurer|insurance company|supplier|bank|maker|manufacturer)\b|メーカー|どこの(?:会社|保険会社|店)|何という(?:会社|店)|の名前は(?:何|なん)", _I)
_ROLE = lazy_pattern(r"\b(?:manager|director|officer|head|team|department|staff|board|secretary|treasurer|chair\w*|lead\w*|owner|employee|employer|everyone|everybody|nobody|no one|anyone|member|union|committee|council|agent|court|bank|company|firm|customer|client|supplier|parties|party)s?\b", _I)
_MYSELF = lazy_pattern(r"(?:^|[はがも、\s])(?:私|僕|俺|わたし|うち)(?:[はがも、]|$)|\b(?:I|me|I['’]ll|we|us)\b")
_NAME_EN = lazy_pattern(r"(?<!^)(?<![.!?] )\b[A-Z][\w'’&-]+")


# why something is so, and the words that give a reason
ASKS_WHY = lazy_pattern(r"\bwhy\b|\bhow come\b|\bwhat (?:is|was|were|are) the reasons?\b|なぜ|どうして|なんで|何のため|理由は(?:何|なん|[？?。]?$)|理由を(?:教|挙|説明)", _I)
BECAUSE = lazy_pattern(r"\b(?:reasons?\b[^.]{0,80}?\b(?:is|was|are|were)|because|since|as|due to|owing to|so that|in order to|to avoid|for|so)\b|ため|ので|から|理由は|により|によって|故", _I)
_MONEY_JA = lazy_pattern(r"(?:代|料|費|賃|価格|値段|給料?|賞金|手当)[^、。]{0,12}いくら|いくら(?:払|支払|もらえ|かか|請求|出)")
# パッキンの値段は？: no "いくら" is said
_PRICE_JA = lazy_pattern(r"(?:値段|価格|料金|代金|費用|家賃|賃料|月謝|会費|参加費|謝礼|報酬|時給|日給|月給|年収|給料|給与|単価|金額|手数料|運賃|交通費|敷金|保証金)(?:の(?:上限|下限|合計|総額|額))?は(?:いくら(?:です|でした)?か?)?[？?。]?$")
_PRICE_EN = lazy_pattern(r"^(?:and )?what(?:['’]s| is| are| was| were| will be) (?:the |our |their |his |her |its |my )?(?:[\w'’-]+ ){0,2}(?:price|cost|fee|rent|salary|wage|charge|deposit|fare|budget|rate)s?\b(?! (?:of interest|limit|code))[^?]*\??$", _I)
_MONEY_EN = lazy_pattern(r"\bwhat (?:does|do|did|will|would|is|are|was|were) [^?]{1,70}\b(?:cost|charge|charges|charged|earn|be paid|get paid|paid)\b(?: (?:for|us|me|you|them|now|then|per|a|an|each|this|next|last)\b[^?]{0,40})?\??$|\bwhat (?:salary|wage|price|fee|rent|fare)\b", _I)
_FREE = lazy_pattern(r"\b(?:no|none|nothing|free|half|twice|double)\b|\d", _I)
_NUMBER, _DIGITS = lazy_pattern(r"\b(?:phone|telephone|fax|mobile|account|reference|policy|invoice) number\b|(?:電話|口座|ファックス|FAX|携帯|内線|郵便|登録|証券)番号", _I), 2
_COLOUR = lazy_pattern(r"\b(?:what|which) colou?r\b|何色|どんな色|どの色", _I)
_COLOURS = lazy_pattern(r"色|赤|青|黄|緑|白|黒|紫|紺|灰|茶|桃|金|銀|橙|ピンク|オレンジ|グレー|ブルー|レッド|グリーン|ベージュ|\b(?:colou?r\w*|red|blue|green|yellow|white|black|gr[ae]y|orange|pink|purple|brown|beige|silver|gold\w*|cream|violet|navy|turquoise|transparent|clear|RAL)\b", _I)
_COUNTERS = frozenset("枚 人 名 件 個 台 本 冊 回 日 年 か月 カ月 ヶ月 週 週間 時間 分 歳 食 杯 箱 社 day month year week hour minute person".split())  # noqa: SIM905
_NAME_OF_ROLE = lazy_pattern(r"\bname of (?:the |our |their |your |its )?(?:[\w'’-]+ ){0,4}(?:manager|director|officer|secretary|treasurer|engineer|supervisor|lead|leader|head|chair\w*|agent|representative|contact)\b", _I)
_FIRM = lazy_pattern(r"(?:\b[A-Z][\w&'’.-]*,? (?:and |& )?)+(?:Limited|Ltd|Inc|LLC|LLP|plc|PLC|GmbH|AG|Corp|Corporation|Company|Co)\b\.?(?:, .*)?")
_TITLES = frozenset("Mr Mrs Ms Miss Dr Prof Sir The Who Which What Is Was Did Does".split())  # noqa: SIM905
_FULL_NAME = lazy_pattern(r"\b[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")
_PERSON = lazy_pattern(r"\b[A-Z][\w'’-]+")


# いつ, and what tells no time: whom a length of service is asked of
_ASKS_WHEN = lazy_pattern(r"いつ(?!でも|も)|^\s*(?:and )?when\b", _I)
_SERVED = lazy_pattern(r"(?:勤続|満)?[0-9０-９〇一二三四五六七八九十]+(?:年|か月|カ月|歳|日)(?:間)?(?:以上|未満|以下|を超える?|を経過した)(?:の|勤務した|在籍した)?(?=[\u3400-\u9fff])|\b(?:with|of|after) (?:more than|at least|over) [\w-]+ (?:years?|months?) (?:of (?:service|employment)|in service)", _I)
_TIMED = lazy_pattern(r"\d|[後前時際翌毎末日月年週春夏秋冬朝夜昼晩頃次]|まで|以内|とき|から|直ち|速やか|すぐ|未定|今|\b(?:day|week|month|year|date|time|upon|after|before|until|when|once|as soon|end|start|now|immediate|on|at|in|by|within|from|during|while|if|next|last|spring|summer|autumn|winter|morning|evening|noon|night)", _I)


def _says_when(answer: str) -> bool:
    """Whether an answer has a word of time beside a length of service."""
    bare = _SERVED.sub(" ", answer)
    return bare == answer or _TIMED.search(bare) is not None


def _only_who_is_named(answer: str, question: str) -> bool:
    """Whether an answer to "who" names none but whom the question names: "Mrs Honor Blakeway" before Mrs Blakeway."""
    asked = set(_PERSON.findall(question)) - _TITLES
    people = [set(p.split()) - _TITLES for p in _FULL_NAME.findall(answer)]
    people = [p for p in people if p]
    return bool(asked and people) and all(p & asked for p in people) and WIDE.search(answer) is None


def _only_counted(answer: str) -> bool:
    """Whether an answer has values, and all count things or time: 300枚 is no price."""
    values = [v for v in extract_values(answer) if v.kind != "name"]
    counted = [v for v in values if v.kind in ("date", "time", "duration") or not _counts(v).isdisjoint(_COUNTERS)]
    return bool(values) and len(counted) == len(values)


def _priced(answer: str) -> bool:
    """Whether an answer says a sum, a share or a bare number, or that nothing is paid."""
    values = [v for v in extract_values(answer) if v.kind in ("money", "percent") or (v.kind == "number" and not v.unit)]
    return bool(values) or _FREE.sub(" ", re.sub(r"\d", "", answer)) != re.sub(r"\d", "", answer) or re.search(r"無料|無償|なし|かかりません|かからない|実費|全額|半額|同額|同じ", answer) is not None


# days are asked for, not a date
_DAYS_ASKED = lazy_pattern(r"(?<!月)何日間?(?![付に])|\bhow many (?:working |business |calendar )?days\b", _I)
_A_YEAR = 12  # months


def _years_for_days(answer: str) -> bool:
    """Whether an answer has lengths of time, and all of a year or longer: 6年6か月以上 are no days of leave."""
    values = [v for v in extract_values(answer) if v.kind not in ("name", "ordinal")]
    months = [int(v.value.split()[0]) for v in values if v.kind == "duration" and re.fullmatch(r"\d+ month", v.value)]
    return bool(months) and len(months) == len(values) and sum(months) >= _A_YEAR


# how much something will be, and an answer that tells only what somebody would like it to be
_WILL_BE = lazy_pattern(r"\bhow (?:much|many|long)\b|いくら|何(?:台|人|名|件|回|社|枚|日|円)", _I)
_FLOATED = lazy_pattern(r"\bpropos\w+|\bindicative\b|提案|打診", _I)
_SETTLED = lazy_pattern(r"\b(?:agree|approv|resolv|decid|accept|carri|adopt|pass)\w*|決定|決議|承認|可決|了承|決ま|審議の結果|とすること|ことと(?:し|な)", _I)


def _only_floated(answer: str, question: str) -> bool:
    """Whether an answer tells a sum or a number as a proposal alone, where it is not a proposal that is asked for."""
    floated = _WILL_BE.search(question) and _FLOATED.search(answer) and not _FLOATED.search(question)
    return bool(floated) and _SETTLED.search(answer) is None


def off_kind(answer: str, question: str) -> bool:
    """Whether an answer to "who", "which firm" or "how much" has nobody, no name or no value in it.

    "I" and 私 name nobody: who says so is the answer. That something is so is no answer to "why".
    """
    if ASKS_WHY.search(question):
        return BECAUSE.search(answer) is None
    if re.search(r"\breason\b|理由", question, _I):
        return False
    if _ASKS_WHEN.search(question) and not _says_when(answer):
        return True
    if (_DAYS_ASKED.search(question) and _years_for_days(answer)) or _only_floated(answer, question):
        return True
    if (_MONEY_JA.search(question) or _MONEY_EN.search(question)) and _only_counted(answer):
        return True
    if (_PRICE_JA.search(question) or _PRICE_EN.search(question)) and not _priced(answer):
        return True
    if _MONEY_EN.search(question) and not extract_values(answer) and not _FREE.search(answer):
        return True
    if _NUMBER.search(question) and len(re.findall(r"\d", answer)) < _DIGITS:
        return True
    if _COLOUR.search(question) and not _COLOURS.search(answer):
        return True
    if _WHO.search(question) and _only_who_is_named(answer, question):
        return True
    if _NAME_OF_ROLE.search(question) and _FIRM.search(answer) and not _PERSON.search(_FIRM.sub(" ", answer)):
        return True
    dated = [v.kind in ("date", "time", "ordinal") for v in extract_values(answer) if v.kind != "name"]
    if _HOW_MUCH.search(question) and dated and all(dated):
        return True
    if _AMOUNT.search(question):
        return not extract_values(answer) and re.search(r"\d|\b(?:no|none|nothing|free|all|half|once|twice|one|single)\b|無料|無償|なし|全|半", answer, _I) is None
    if not (_WHO.search(question) or _WHICH.search(question)):
        return False
    asked = question.casefold()
    names = [m for m in _NAME_EN.findall(answer) if m.casefold() not in asked]
    names += [m.group() for m in RUN.finditer(answer) if WIDE.search(m.group()) and m.group() not in question and m.group() not in "私僕俺"]
    short = len(answer.split()) <= _PHRASE and answer[:1].isupper()
    if _WHICH.search(question):
        return not [n for n in names if not is_party(n.casefold())]
    own = _ROLE.sub(" ", question).casefold()
    called = [w for w in re.findall(r"[a-z]+", answer.lower()) if is_party(w) and w not in asked]
    called += [m for m in _ROLE.findall(answer) if m.casefold() not in own]
    if names or called or parties(answer) - parties(question):
        return _MYSELF.search(answer) is not None and not names
    return not short


def fitting(text: str, question: str) -> list[Value] | None:
    """The values of a text that are of the kind, and count what, a question asks for; None where it asks for none.

    A number without a unit is neither an amount nor a day; a length of time says when only from or to something.
    """
    unit = _UNIT_JA.search(question)
    wanted = extract_values(f"3{unit[1]}") if unit else []
    values = [v for v in extract_values(text) if v.kind != "name"]
    if unit and wanted and _counts(wanted[0]):
        same = [v for v in values if not _counts(v).isdisjoint(_counts(wanted[0]))]
        return [v for v in same if ("年" in unit[1]) == bool(_YEARS.search(v.text))]
    for pattern, kinds in _KINDS:
        if pattern.search(question):
            days = not kinds.isdisjoint({"date", "duration"})  # a number of days is no sum
            named = [v for v in values if v.kind in kinds and (v.kind not in _COUNTED or (days and _is_day(text, v)))]
            return [v for v in named if v.kind != "duration" or "date" not in kinds or _is_term(text, v)]
    return None


def _is_term(text: str, value: Value) -> bool:
    return _TO.match(text, value.end) is not None or _FROM.search(text[: value.start]) is not None


def _is_day(text: str, value: Value) -> bool:
    """Whether a number counts days, or is the day of a month: "the 3rd day of each month", "by the 10th of the next"."""
    return value.unit in _DAYS or (value.kind == "ordinal" and _DAY_OF.match(text, value.end) is not None)


def names_unit(question: str) -> bool:
    """Whether a question says in which unit it is to be answered: "how many days", 何営業日."""
    return _UNIT_JA.search(question) is not None or _UNIT_EN.search(question) is not None


def _counts(value: Value) -> frozenset[str]:
    """What a value counts; a day may be a working day or the day of a month."""
    if value.kind in ("date", "time", "ordinal"):
        return frozenset({"day", "日"}) if value.kind == "date" else frozenset({value.kind})
    unit = "%" if value.value.endswith("%") else value.value.partition(" ")[2] or value.unit
    if unit in ("day", "日", "workday"):  # working days are days, and not the other way round
        return frozenset({"day", "日"})
    return frozenset({unit} if unit else ())
