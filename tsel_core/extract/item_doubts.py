# ruff: noqa: E501 (patterns)
"""Fields of an item that are plainly something else: a thing for who is in charge, the day of a meeting for a deadline.

Japanese alone: its sentences put any topic before は and any day before anything.
"""

from __future__ import annotations

import re
from typing import Any

from tsel_core.extract.fields import Field
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.bare import without_blanks
from tsel_core.text.language import Lang
from tsel_core.text.values import extract_values

_WHO = lazy_pattern(r"^(?:担当(?:者|部署)?|義務者|責任者|実施者|当事者|主体|誰が?|だれが?)$")
_DUE = lazy_pattern(r"^(?:期限|期日|締め?切り?|納期|いつまで(?:に)?)$")
_SOMEONE = lazy_pattern(
    r"(?:委員|(?<![成延増身助])長|主任|理事|監事|取締役|監査役|役員?|書記|幹事|代表|教授|先生|氏|さん|様|君|者|人|員|社|法人|組合|機構|協会|財団|銀行|部|課|室|係|局|班|署"
    r"|チーム|グループ|会|本部|支店|[甲乙丙丁戊]|双方|各自|全員|客|国|[都道府県市区町村省庁]|裁判所|主|師|士|側|先|元|方|ベンダー|サプライヤー|メーカー|ユーザー|オーナー|テナント|パートナー"
    r"|リーダー|マネー?ジャー|スタッフ|センター|クライアント|ライセンシー|ライセンサー)(?:[（(][^（）()]{1,30}[)）])?$"
)
_FIRM = lazy_pattern(r"(?:株式|有限|合同|合資|合名)会社|[社財]団法人")
_SHORT_NAME = lazy_pattern(r"[一-鿿々]{1,3}")
_AND = lazy_pattern(r"及び|並びに|又は|または|若しくは|と|・|、")
_VOTED = r"(?:反対|賛成|棄権|欠席|出席)[^。、（(]{0,8}[（(][^（）()]{0,40}"
_BEHIND_DUE = lazy_pattern(r"[日]?\s*(?:[（(][月火水木金土日][)）])?\s*(?:まで|迄|付け?で|に(?!変更|延期|開催|開か|行われ|実施|予定|重な)|[をがは]?(?:期限|締め?切|〆切|納期)|$|[、。)）])")
_BEFORE_DUE = lazy_pattern(r"(?:期限|期日|締め?切り?|〆切|納期)[はが：:\s]*$")
_FROM = lazy_pattern(r"から[^。]{0,3}$")
_HELD = lazy_pattern(r"[（(]$|(?:前回|次回|日時|開催日)[^。]{0,8}$")


def item_doubt(field: Field, text: str, value: Any, quote: str, lang: Lang) -> str:
    """Why a field of an item is surely doubtful; "" where nothing speaks against it."""
    name = field.name.strip()
    if lang != "ja":
        return ""
    if field.kind == "text" and _WHO.match(name) and not _is_someone(text, quote):
        return "it names nobody who does it"
    if field.kind == "date" and _DUE.match(name) and not _is_due(value, quote):
        return "its day is of another matter"
    return ""


def is_thing(text: str) -> bool:
    """Whether words name no person, office or party: 人間ドック, 移転費用の予算; a short name may be a person's."""
    words = without_blanks(text)
    last = _AND.split(words)[-1]
    if last[-1:].isascii() or _FIRM.search(last):
        return False
    return not _SOMEONE.search(last) and not _SHORT_NAME.fullmatch(last)


def _is_someone(text: str, quote: str) -> bool:
    """Whether a name is that of one who may do the item: no thing, and not who voted on it, brought it forward or approves it."""
    words = text.strip(" 　。.")
    if is_thing(words):
        return False
    voted = re.search(_VOTED + re.escape(words), quote)
    brought = re.search(re.escape(words) + r"(?:から|より)、?[^。]{0,80}(?:提案|報告|説明|意見|質問|要望|指摘)", quote)
    approves = re.search(re.escape(words) + r"の[^。、]{0,6}(?:承認|同意|許可|了承|承諾|決裁)", quote) and f"{words}は" not in quote
    return voted is None and brought is None and not approves


def _is_due(value: Any, quote: str) -> bool:
    """Whether the day is one to do something by: not where something begins, was held or is planned."""
    for day in extract_values(quote):
        if day.kind != "date" or day.value != value:
            continue
        before = quote[: day.start]
        if _BEFORE_DUE.search(before) or (_BEHIND_DUE.match(quote, day.end) and not _FROM.search(before) and not _HELD.search(before)):
            return True
    return False
