# ruff: noqa: E501 (one pattern a line)
"""Which columns a table of minutes has: topic, what was said, what was decided, what is to be done, who, by when."""

from __future__ import annotations

import re
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern

Column = Literal["topic", "said", "decision", "action", "task", "who", "when", "open", "status", "owned"]

_COLUMNS: tuple[tuple[Column, re.Pattern[str]], ...] = (
    ("action", lazy_pattern(r"(?i)^(?:agreed )?(?:actions?(?: items?| points?| required| agreed)?|tasks?|to-?dos?|measures?|next steps?|アクション.*|タスク.*|作業.*|実施事項|対応.*|宿題.*|やること|今後の対応)$")),
    ("owned", lazy_pattern(r"(?i)^(?:(?:actions?|tasks?|owners?|who|担当者?|対応|作業)\s*[/／&・,、]\s*)+(?:owners?|who|when|due(?: date)?|by when|deadline|担当者?|期限|期日)$")),
    ("who", lazy_pattern(r"(?i)^(?:who|owners?|(?:person )?responsible(?: person)?|by whom|assign(?:ee|ed to)|lead|action (?:by|owner)|initials|担当(?:者|部署|部門)?|責任者|主担当|実施者|誰が)$")),
    ("when", lazy_pattern(r"(?i)^(?:by when|when|due(?: date| by)?|deadline|date|until|target(?: date)?|timescale|期限|期日|納期|〆切|締切|締め切り|いつまで(?:に)?|完了予定.*|実施時期)$")),
    ("decision", lazy_pattern(r"(?i)^(?:decisions?(?: taken| made)?|outcomes?|resolutions?|conclusions?|agreed|results?|(?:決定|結論|決議|合意|確認)(?:[・／/、](?:決定|結論|決議|合意|確認))*(?:事項|内容)?|(?:審議|協議|検討)?結果)$")),
    ("open", lazy_pattern(r"(?i)^(?:open(?: points?| issues?| questions?)?|outstanding|未決(?:事項)?|課題|継続(?:審議|検討)(?:事項)?|保留(?:事項)?)$")),
    ("status", lazy_pattern(r"(?i)^(?:status|state|progress|done\??|状況|進捗|状態|対応状況)$")),
    ("topic", lazy_pattern(r"(?i)^(?:items?|topics?|agenda(?: items?)?|subjects?|議題|議案|案件|項目|件名|テーマ)$")),
    ("said", lazy_pattern(r"(?i)^(?:discussions?|minutes|summary|comments?|points? (?:raised|discussed)|(?:議論|討議|審議|協議|検討|報告|意見)(?:の)?(?:内容|経過|概要|事項)?|経過|概要|説明)$")),
    ("task", lazy_pattern(r"(?i)^(?:what|内容|details?|description|事項)$")),
)


DONE = lazy_pattern(r"(?i)^(?:done|completed?|closed|finished|yes|x|✓|✔|済み?|完了|対応済み?|実施済み?)$")


def header(cells: tuple[str, ...]) -> dict[Column, int]:
    """Which column holds what; {} for a row that heads neither a table of topics nor a register of tasks."""
    found: dict[Column, int] = {}
    for number, cell in enumerate(cells):
        name = next((n for n, pattern in _COLUMNS if n not in found and pattern.match(cell.strip())), None)
        if name is not None:
            found[name] = number
    if "owned" in found:
        found.setdefault("action", found.pop("owned"))
    if "task" in found:
        task = found.pop("task")
        found.setdefault("said" if "action" in found or "decision" in found else "action", task)
    tells = "action" in found or "decision" in found or "open" in found
    return found if tells and len(found) > 1 else {}
