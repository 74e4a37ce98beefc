# ruff: noqa: E501 (one pattern a line)
"""Words of a meeting that say how sentences belong together: accepting, refusing, summing up, pointing back."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern

ACCEPTS_EN = lazy_pattern(
    r"(?i)^(?:ok(?:ay)?|sure|will do|yes|yeah|yep|no problem|of course|fine|gladly|certainly|absolutely|done|noted|I['’]ll|I will|I can|happy to|got it|thanks|all right)\b"
)
ACCEPTS_JA = lazy_pattern(r"^(?:承知|わかりました|分かりました|了解|はい|かしこまり|やっておきます|対応します|任せて)")
REFUSES = lazy_pattern(
    r"(?i)^(?:no\b|sorry|I can['’]t|I cannot|I['’]m afraid|impossible)|^(?:いえ|いや|申し訳|できません|難しい|無理)|(?:できません|無理です|難しいです)[。]?$"
)
ASKS_EN = lazy_pattern(r"(?i)\?\s*$|\bplease\b")
ASKS_JA = lazy_pattern(r"(?:か|ますか)[。？?]*$|お願い|ください")
RECAP = lazy_pattern(
    r"(?i)\b(?:sum up|summari[sz]e|recap|let me (?:go|run) (?:over|through)|to wrap up|in summary)\b|(?:決定事項|まとめ|確認)(?:を|は|として).*(?:確認|読み上げ|まとめ|以下|次)|本日の決定"
)
BACK = lazy_pattern(
    r"(?i)^(?:then |so |ok,? |right,? |good,? )*(?:that|it|this)(?:['’]s| is)\s+(?:then )?(?:decided|settled|agreed|approved|final)\W*$|^(?:agreed|decided|approved|settled|done)\W*$|^(?:では、?)?(?:承認します|決定します|決定です|了承します|決まりです|この方式で確定とします)[。]?$|^(?:では、?)?(?:この|その|それ).{0,8}(?:(?:承認|確定|決定)(?:と?(?:し|いたし)ます|です)|とします|で進め)"
)
CLOSES = lazy_pattern(
    r"(?i)^(?:agreed|decided|approved|settled|done|all agreed|that is final|that is decided|決定です|以上です)\W*$|^(?:then |so )?(?:that|it|this)(?:['’]s| is) (?:decided|settled|agreed|final)\W*$"
)
NEXT_TURNS = 3
LEAST_WORDS = 1.9  # of features (see passages) an open point must hold
NO_ITEM_JA = lazy_pattern(r"次回|お疲れ|以上")
CHANGES_JA = lazy_pattern(r"変更|改め|撤回|訂正|決め直|決定|承認|確定|とします")
SHORT = 28  # characters of an answer that is no more than a nod
# what who leads says to somebody's offer
WELCOMES = lazy_pattern(
    r"(?i)^(?:(?:oh|ah|yes|ok(?:ay)?|right|great|good)\b[,.!]?\s*)*(?:thanks?\b|thank you|please\b|would you\b|could you\?|perfect|lovely|brilliant|wonderful|great|excellent|marvellous|fantastic|super|splendid|amazing|do\b\W*$|do that|bless you|you['’]re a star|that would (?:help|be))"
    r"|^(?:(?:ああ?|はい|うん|ええ|じゃあ|では)[、。]?)*+(?:助かり|助かる|お願い|ありがと|よろしく|頼み|頼む|ぜひ|恩に着)"
)
