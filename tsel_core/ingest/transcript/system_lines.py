"""Lines that a meeting tool writes itself: recording started, someone joined, who transcribed it. Nobody said them."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern

_THING = (
    r"(?:recording|transcription|transcript|meeting|call|session|webinar|live transcription|captions?"
    r"|closed captioning|screen ?shar(?:e|ing))"
)
_NAME = r"(?:[A-Z][\w.'’-]*|\([^)]{1,20}\))(?:[ ,]+(?:[A-Z][\w.'’-]*|\([^)]{1,20}\)|de|van|von|da)){0,5}"
_DONE = r"(?:started|stopped|ended|begun|paused|resumed|enabled|disabled)"
_PLACE = r"(?:meeting|call|conference|room|chat|webinar|session|huddle|waiting room|breakout room)"
_LINES = (
    rf"(?:the |this )?{_THING} (?:has |was |is )?(?:been )?{_DONE}\b.{{0,40}}",
    rf"{_NAME} (?:has )?{_DONE} (?:the |this |a )?{_THING}",
    rf"{_NAME} (?:has )?(?:joined|left|entered|rejoined)(?: as a guest| (?:the |this )?{_PLACE}(?: as a guest)?)",
    rf"{_NAME} (?:was|has been) (?:admitted|removed|added|invited)(?: (?:to|from) (?:the )?{_PLACE})?",
    r"(?:this )?(?:meeting|call|session) is (?:now )?being (?:recorded|transcribed)",
    r"recording in progress",
    r"transcribed by .{0,20}(?:https?://)?(?:www\.)?(?:otter|rev|fireflies|tldv|sonix|trint|descript)\b.{0,20}",
    r"(?:view|watch) (?:the )?(?:original )?(?:recording|transcript|meeting) (?:on|in|at) .{1,60}",
    r"this (?:editable )?transcript was (?:computer|automatically|machine|auto)[ -]?generated.{0,160}",
    r"(?:people can also change the text after it was created|the transcript may contain errors).{0,40}",
    r"(?:録画|録音|文字起こし|トランスクリプト|トランスクリプション|レコーディング|字幕|画面共有)(?:は|が|を)?"
    r"(?:開始|停止|終了|中断|再開)(?:されました|しました|されています)",
    r".{1,30}(?:が|さんが|は|さんは)(?:録画|録音|文字起こし|トランスクリプト|トランスクリプション|レコーディング|画面共有)を"
    r"(?:開始|停止|終了|中断|再開)しました",
    r".{1,30}(?:さん|様|氏)?(?:が|は)(?:会議|ミーティング|通話|ルーム|ウェビナー)?(?:に|から|を)?(?:参加|入室|入出|退出|退室)しました",
    r"(?:会議|ミーティング|通話)(?:は|が)(?:開始|終了)(?:されました|しました)",
    r"この(?:会議|ミーティング|通話)は(?:録画|録音|文字起こし)されています",
    r"この(?:文字起こし|トランスクリプト)は自動(?:で)?生成され.{0,60}",
)
_SYSTEM = lazy_pattern(r"[\[(*\s「【]*(?:" + "|".join(_LINES) + r")[\s.。!！*\])」】👋]*")
MAX_CHARS = 220


def is_system_line(text: str) -> bool:
    """The line is the tool's own."""
    text = text.strip()
    if not text or len(text) > MAX_CHARS:
        return False
    return _SYSTEM.fullmatch(text) is not None or _SYSTEM.fullmatch(text[:1].lower() + text[1:]) is not None
