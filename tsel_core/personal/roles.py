# ruff: noqa: E501 (lists of words)
"""Names behind the label of a role, and in blocks of signatures: "Guarantor: Marian Pellow", 編集局長　戸田 一馬.

What a role's label stands before may be a company, too: its words, or a second role, are no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tsel_core.lazy_pattern import lazy_pattern

_PART = r"(?!(?:By|BY|Title|TITLE|Name|NAME|Its|Date|DATE|Position|Signature)\b)(?:(?:[A-ZÀ-ÖØ-Þ]['’])?[A-ZÀ-ÖØ-Þ][^\W\d_]+(?:['’-][^\W\d_]+)*|[A-Z]\.)"
_NAME = rf"{_PART}(?:[ \t]{{1,2}}(?:(?:van|von|der|den|de|di|da|la|le|bin|al|ter)[ \t]){{0,2}}{_PART}){{1,3}}"
_ENDS = r"(?=[ \t]*(?:$|[,;.()（/|\t\n]|[–—-][ \t]|(?:and|Title|By|Name|Its|Date|Position|Tel|Phone|E-?mail|Address)\b))"
_TITLE = (
    r"(?:(?:managing|executive|finance|financial|sales|technical|operations|general|senior|deputy|vice|assistant|company|legal|human resources|HR|chief|project|account|site|office|branch|facilities|marketing|regional)[ \t]+){0,2}"
    r"(?:directors?|secretary|partner|presidents?|treasurer|managers?|officers?|chair(?:man|woman|person)?|principal|owner|proprietor|member|trustee|attorney|counsel|head|CEO|CFO|COO|CTO|engineer|consultant|administrator|supervisor)"
)
# who is surely a person, and who may be a company
_PERSON = (
    rf"guarantor|surety|witness(?:ed by)?|employee|worker|tutor|teacher|patient|next of kin|(?:emergency |first |main |primary |technical |commercial )?contact(?: person| name)?|caretaker|(?:authori[sz]ed )?(?:representative|signatory)"
    rf"|(?:print(?:ed)? |full |legal )?name|signed(?: by)?|signature|prepared by|approved by|written by|reviewed by|checked by|author|minute[- ]taker|minutes(?: by| taken by)?|apologies|attendees?|present|in attendance|attn\.?|attention|executor|beneficiary|interpreter|inspector|assessor|claimant|insured|driver|{_TITLE}(?: of [a-z ]{{2,24}})?"
)
_PARTY = r"landlord|tenant|lessor|lessee|licensor|licensee|buyer|seller|purchaser|vendor|client|customer|borrower|lender|employer|contractor|supplier|agent|owner|owners|hirer|donor|assignor|assignee|solicitor|surveyor|architect|broker|payee|drawer|consignee"
_LABELLED = lazy_pattern(
    rf"(?<![\w-])(?:(?P<person>{_PERSON})|(?P<party>{_PARTY}))(?:[ \t](?:for|of|on|at|to)(?:[ \t][a-z][\w'’-]*){{1,4}})?(?:[ \t]?\([^()\n]{{1,30}}\))?[ \t]*[:：][ \t_]*(?:/s/[ \t]*)?(?P<value>(?-i:{_NAME})){_ENDS}",
    re.I | re.M,
)
_SIGNED = lazy_pattern(rf"/s/[ \t]*(?P<value>{_NAME})(?![^\W\d_])")
_BEFORE_TITLE = lazy_pattern(rf"^[ \t]*(?P<value>{_NAME})[ \t]*(?:,[ \t]*|\n[ \t]*)(?i:{_TITLE})(?:[ \t]*,[^,\n]{{2,40}})?[ \t]*$", re.M)
_NO_NAME = lazy_pattern(
    r"(?i)\b(?:limited|ltd|llp|llc|lp|plc|inc|incorporated|corp|corporation|company|co|gmbh|ag|kg|bv|nv|sa|srl|ab|oy|kk|group|holdings?|partners|partnership|associates|estates?|architects|traders|trading|bank|council|university|college|school|hospital|trust|society|association|foundation|institute|ministry|department|services?|solutions|systems|software|technolog(?:y|ies)|industries|properties|motors|foods?|catering|logistics|media|studios?|labs?|works|brothers|bros|sons|international|global|team|office|desk|board|committee"
    r"|house|road|street|avenue|lane|square|court|park|building|floor|centre|center|city|county|north|south|east|west|england|wales|kingdom|states|germany|japan"
    r"|agreement|contract|lease|schedule|section|clause|article|annex|party|parties|title|date|signature|role|address|phone|telephone|name|email|position|capacity|reference|number|print|signed|witness|director|manager|secretary|landlord|tenant|guarantor|buyer|seller|supplier|customer|client"
    r"|the|this|that|each|any|all|none|not|see|to|be|as|no|yes|above|below|applicable|confirmed|pending|tbc|tbd|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december)\b"
)

_OFFICE_JA = r"(?:代表取締役|取締役|執行役員|代表社員|代表理事)(?:社長|副社長|会長|専務|常務)?|(?:代表)?(?:副)?(?:社長|会長)|専務(?:取締役)?|常務(?:取締役)?|監査役|副?理事長|理事|監事|会計|副?議長|副?委員長|支配人|店長|代表|代理人|[一-龥ァ-ヶー]{0,10}(?:局|部|課|室|係|店|所|院|校|園|館|場|本部|センター|グループ|チーム)長|主任|主査|参事"
_WHO_JA = r"弁護士|司法書士|税理士|行政書士|公認会計士|社会保険労務士|建築士|宅地建物取引士|(?:連帯)?保証人|身元保証人|立会人|担当者?|責任者|担当窓口|連絡責任者|(?:議事録)?作成者|記録者|書記|司会|出席者?|欠席者?|氏名|署名|記名|従業員|労働者|申込者|契約者|被保険者|受取人|申請者|届出者|緊急連絡先|借主|貸主|賃借人|賃貸人|買主|売主|委任者|受任者"
_FULL_JA = r"[一-龥々ヶ]{1,4}[ \t　][一-龥々ぁ-んァ-ヶー]{1,4}|[ァ-ヶー]{1,8}・[ァ-ヶー]{1,8}"
_ENDS_JA = r"(?=[\s　]*(?:$|[、。，,（(）)／/\n印㊞]|様|氏|殿|[\s　](?![一-龥ぁ-んァ-ヶ])))"
_LABELLED_JA = lazy_pattern(
    rf"(?<![一-龥々ぁ-んァ-ヶー])(?:{_OFFICE_JA}|{_WHO_JA})(?:[（(][^（()）\n]{{1,12}}[）)])?(?P<mark>[ \t　]*[:：][ \t　]*|[ \t　]+)(?P<value>{_FULL_JA}|[一-龥々]{{3,5}}){_ENDS_JA}",
    re.M,
)
_BEHIND_COLON_JA = lazy_pattern(rf"(?<![一-龥々ぁ-んァ-ヶー])(?:{_OFFICE_JA}|{_WHO_JA})[ \t　]*[:：][ \t　]*(?P<value>[一-龥々]{{2}}){_ENDS_JA}", re.M)
_SURE_JA = lazy_pattern(r"(?:代表取締役|代表社員|代表理事|取締役社長|氏名|署名|保証人)")
_NO_NAME_JA = lazy_pattern(
    rf"^(?:{_OFFICE_JA}|{_WHO_JA})|会社|法人|組合|商事|工業|産業|建設|銀行|商店|製作|出版|印刷|設備|不動産|協会|財団|大学|病院|学校|研究|製薬|電機|電気|運輸|物流|興業|製造|管理|企画|工房|住所|氏名|電話|署名|捺印|記名|押印|番号|名称|所在|生年|以下|省略|同上|未定|欠席|出席|一同|各位|御中|議案|議題|報酬|選任|承認|規程|規則|契約|本件|事項|業務|期間|連絡|不在|なし"
)
# how a name in one piece does not end, nor the first part of one in two
_ENDS_OTHERWISE_JA = lazy_pattern(r"^(?:[^ \t　・]*[長員者人役務課部室係局社所店会印額費料]|[^ \t　・]*[長員者役課部室係局社][ \t　].*|.*[ \t　](?:[^ \t　]*[課部室係局社]|[^ \t　]{1,3}長))$")


def is_no_name(value: str) -> bool:
    """Whether words have one of a company, an office or a form: "Facilities Desk", 報酬規程."""
    return any(p.search(value) for p in (_NO_NAME, _NO_NAME_JA, _ENDS_OTHERWISE_JA))


def role_names(text: str) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether no company can be meant) of each name behind a role's label or in a block of signatures."""
    for match in _LABELLED.finditer(text):
        if not is_no_name(match["value"]):
            yield (*match.span("value"), match["person"] is not None)
    for pattern in (_SIGNED, _BEFORE_TITLE):
        for match in pattern.finditer(text):
            if not is_no_name(match["value"]):
                yield (*match.span("value"), True)
    for pattern in (_LABELLED_JA, _BEHIND_COLON_JA):
        for match in pattern.finditer(text):
            value = match["value"]
            if not is_no_name(value):
                parted = any(c in " \t　・" for c in value)
                yield (*match.span("value"), parted or _SURE_JA.match(match.group()) is not None)
