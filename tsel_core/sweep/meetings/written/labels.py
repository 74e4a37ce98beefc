# ruff: noqa: E501 (one pattern a line)
"""Words by which minutes say what a line, a list or a column holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern

Zone = Literal["decision", "rejected", "action", "open", "decision or action", "open or action"]

_WORDS: tuple[tuple[Zone, str], ...] = (
    (
        "open",
        r"open|(?:open|outstanding|unresolved|pending|undecided) (?:points?|issues?|questions?|items?|matters?)|unresolved|undecided|pending|still (?:open|up in the air|undecided|unclear|to (?:be )?(?:decided?|discuss(?:ed)?|clarif\w+))"
        r"|parked(?: items?)?|parking lot|not (?:yet )?(?:decided|settled|resolved)|questions?|(?:items? |matters? )?(?:deferred|postponed|carried (?:over|forward))|(?:parked |left )?for (?:the )?next (?:time|meeting)|tbc|tbd"
        r"|未決(?:定)?(?:事項)?|未解決(?:事項|の課題)?|継続(?:審議|検討|協議)?(?:事項|案件)?|検討(?:事項|課題)|保留(?:事項)?|(?:残|積み残し)?課題(?:事項|一覧)?|残された課題|残件|持ち?越し(?:事項)?|懸案(?:事項)?|ペンディング(?:事項)?|要確認(?:事項)?|次回(?:への)?(?:検討|協議|審議)(?:事項)?",
    ),
    (
        "rejected",
        r"(?:what )?(?:we(?: a|['’])re |we )?not (?:doing|going (?:ahead|to do)|agreed|approved|accepted)(?: with)?|rejected|declined|turned down|refused|dropped|見送り(?:事項)?|却下|不採用|やらないこと|実施しないこと",
    ),
    (
        "action",
        r"(?:agreed |key |new |outstanding |list of )?(?:actions?|action (?:items?|points?|list|log|register|plan|by))(?: (?:agreed|arising|taken|required|owners?))*|ap|to-?dos?(?: list)?|tasks?|next steps|follow[- ]?ups?(?: (?:tasks?|actions?|items?))?|homework|who (?:does|is doing) what|who['’]s doing what|assignments"
        r"|(?:ＴｏＤｏ|ToDo|TODO|Todo|To Do|タスク|アクション|ネクストアクション|次のアクション)(?:アイテム|プラン|項目|リスト|一覧|事項)?|宿題(?:事項)?|対応(?:事項|項目|依頼)|実施(?:事項|項目)|今後の(?:予定|対応|アクション|作業|進め方)|作業(?:項目|一覧|分担)|依頼事項|やること|分担",
    ),
    (
        "decision",
        r"(?:key |main |list of )?(?:decisions?|resolutions?|resolved|agreed|agreements?|conclusions?|outcomes?)(?: (?:made|taken|reached|points?|items?|log|and conclusions?))?|(?:what )?(?:we|was|has been)(?: have|['’]ve)? (?:agreed|decided)(?: on)?|(?:points? |items? )?(?:agreed|decided)"
        r"|決定(?:事項|内容|項目)?|決議(?:事項|内容)?|合意(?:事項|内容)?|確定(?:事項)?|結論|審議結果|決まったこと",
    ),
)
_KINDS = tuple((zone, lazy_pattern(rf"(?i)(?:{words})")) for zone, words in _WORDS)
# "決定事項・担当", "Actions and owners": entries with an owner are tasks, the others are what the rest of it says
_JOINED = lazy_pattern(r"(?i)\s*(?:[・/／、,&＆+]|と|及び|および|並びに|ならびに|\b(?:and|with|or)\b)\s*")
_WITHIN = lazy_pattern(r"([^()（）]+?)\s*[（(]([^()（）]+)[)）]?")  # "Actions (owner, due date)"
_OF_TASKS = lazy_pattern(
    r"(?i)(?:their |the )?(?:owners?|responsib(?:le|ility|ilities)(?: persons?)?|who|by whom|by when|due dates?|dates?|deadlines?|assignees?|assignments)"
    r"|(?:主)?担当(?:者|部署|部門|割り?|分け)?|責任者|分担|期限|期日|締め?切り?|納期|スケジュール"
)
_DRESS = lazy_pattern(r"^[\s■□▼▽◆◇●○◎★☆※◯♦*#>＞・【\[〔「《<＜(（]*(?:(?:\(?\d{1,2}[.)．）、]|[（(]\d{1,2}[)）]|[①-⑳])\s*)?[【\[〔「《<＜]?|[】\]〕」》>＞)）*\s]*[:：]?\s*[】\]*]*$")
BULLET = lazy_pattern(r"^[\s\u3000•\-–*・●○◦▪‣✓✔☐☑\uf0b7]*(?:\[[ xX]?\]\s*)?(?:(?:\(?\d{1,2}[.)．）]|[①-⑳])[\s\u3000]*)?")
_IS_BULLET = lazy_pattern(r"^[\s\u3000]*(?:[•\-–*・◦▪‣✓✔☐☑\uf0b7]|\[[ xX]?\]|\(?\d{1,2}[.)．）](?!\d)|[①-⑳])")
_INLINE = lazy_pattern(
    r"(?i)^(?P<word>action(?: item| point)?|ap|ai|to-?do|task|decision|agreed|resolved|decided|open(?: point| issue| question)?|parked|q|question|tbc|tbd|rejected|declined|deferred|決定(?:事項)?|合意|結論|宿題|対応|(?:次の)?アクション|タスク|ToDo|保留|未決|継続(?:審議|検討)?|課題|見送り|却下)"
    r"(?:\s*(?:no\.?\s*)?#?\d{1,3})?\s*(?:[】\]〕)）]\s*[:：]?|[:：]|\s[-–—]\s|[-–—]\s|(?=\s(?:on |for )?(?P<who>@?(?-i:[A-Z][\w'’]*))\s*[:：]))\s*(?P<rest>\S.*)$",
    re.DOTALL,
)
_OPENED = lazy_pattern(r"^[【\[〔(（](?=[^】\]〕)）]{1,12}[】\]〕)）])")
_BEHIND = lazy_pattern(r"[\s、。]*[(（\[【](?P<word>AGREED|Agreed|agreed|DECIDED|decided|決定|合意|確定|承認|了承|OPEN|open|TBC|TBD|tbc|未決|保留|継続)[)）\]】][.。]?$")
ARROW = lazy_pattern(r"^[\s\u3000]*(?:[→⇒➡►▶⇨]|[-=–]+[>＞])[\s\u3000]*")
MIDDLE_ARROW = lazy_pattern(r"[\s\u3000]*(?:[→⇒➡]|\s[-=–]+>)[\s\u3000]*")
_TOPIC = lazy_pattern(r"^(?:[（(][0-9０-９]{1,2}[)）]|[①-⑳]|議題\s*[0-9０-９]{1,2}[:：.．]?|【?議題\s*[0-9０-９]{1,2}】|[■◆●▼])[\s\u3000]*(?P<title>[^。:：\n\t]{2,30}?)(?:について|の件)?$")
_NAMED = lazy_pattern(r"^[\s•\-*・●]*(?P<title>[A-Z][\w'’ /&-]{2,32}|[\u4e00-\u9fffァ-ヶーA-Za-z0-9０-９ 　]{2,16})[:：]\s*(?=\S)")
_LONGEST = 48  # characters of a label


@dataclass(frozen=True, slots=True)
class Label:
    """What a line says of itself: the zone it names ("" for another label), what stands behind it, whose task it is."""

    zone: Zone | Literal[""]
    rest: str = ""
    who: str = ""


def zone_of(words: str) -> Zone | None:
    """The zone that a heading or label names, None for any other words."""
    bare = _DRESS.sub("", _DRESS.sub("", words.strip())).strip()
    return _plain_zone(bare) or _joined_zone(bare)


def _plain_zone(bare: str) -> Zone | None:
    return next((zone for zone, pattern in _KINDS if pattern.fullmatch(bare)), None)


def _joined_zone(bare: str) -> Zone | None:
    """The zone of a heading that names several things ("Decisions and owners", 決定事項・担当), None for any other."""
    within = _WITHIN.fullmatch(bare)
    parts = _JOINED.split("・".join(within.groups()) if within else bare) if len(bare) <= _LONGEST else []
    if len(parts) < 2:
        return None
    zones = {"action" if _OF_TASKS.fullmatch(part) else _plain_zone(part) for part in parts}
    others = zones - {"action"}
    if not others:
        return "action"
    if "action" not in zones:
        return next(iter(others)) if len(others) == 1 else None
    return "decision or action" if others == {"decision"} else "open or action" if others == {"open"} else None


def label_line(line: str) -> Label | None:
    """The label that a line is and nothing else ("Actions:", 【決定事項】, ■次回予定); None for any other line."""
    text = line.strip()
    if not text or len(text) > _LONGEST:
        return None
    zone = zone_of(text)
    dressed = re.match(r"^(?:[■□▼▽◆◇●◎★☆#]|【[^】]+】$|\[[^\]]+\]$|＜[^＞]+＞$|<[^>]+>$)", text) is not None or text[-1] in ":："
    if zone is not None:
        return Label(zone)
    return Label("") if dressed else None


def topic_line(line: str) -> str:
    """The title that a numbered or marked line is ("(1) 表紙について"), "" for any other line."""
    match = _TOPIC.match(line.strip())
    return match["title"].strip() if match else ""


def named_topic(line: str) -> str:
    """What an entry says it is about before it tells it ("Music: Lena suggested ..."), "" for others."""
    match = _NAMED.match(line)
    return match["title"].strip() if match else ""


def inline_label(line: str) -> Label | None:
    """The label that opens or ends a line with its words: "ACTION MA: chase ...", "決定：...", "... (AGREED)"."""
    bare = _OPENED.sub("", BULLET.sub("", line))
    match = _INLINE.match(bare)
    if match:
        word = match["word"]
        rest = re.sub(rf"^(?:on |for )?{re.escape(match['who'])}\s*[:：]\s*", "", match["rest"]) if match["who"] else match["rest"]
        return Label(_zone_of_word(word), rest.strip(), (match["who"] or "").lstrip("@"))
    behind = _BEHIND.search(line)
    if behind:
        return Label(_zone_of_word(behind["word"]), BULLET.sub("", line[: behind.start()]).strip())
    return None


def is_bullet(line: str) -> bool:
    """Whether a line is an entry of a list."""
    return _IS_BULLET.match(line) is not None


def _zone_of_word(word: str) -> Zone:
    low = word.lower()
    if re.match(r"action|ap|ai$|to-?do|task|宿題|対応|(?:次の)?アクション|タスク", low):
        return "action"
    if re.match(r"rejected|declined|見送り|却下", low):
        return "rejected"
    if re.match(r"open|parked|q|tb[cd]|deferred|保留|未決|継続|課題", low):
        return "open"
    return "decision"
