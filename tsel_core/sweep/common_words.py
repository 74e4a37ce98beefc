"""Words that tell nothing of what a talk is about, and where a noun phrase ends."""

# fmt: off
from __future__ import annotations

from tsel_core.trust.passages import stem

_SAID_ANYWHERE = (
        "agree", "also", "anybody", "best", "better", "could", "day", "decided", "done", "everybody", "everyone",
        "get", "going", "good", "idea", "just", "know", "like", "look", "make", "meeting", "month", "much", "need",
        "okay", "option", "people", "please", "problem", "proposal", "propose", "question", "quick", "really",
        "right", "say", "settled", "sorry", "suggest", "take", "talk", "thank", "thing", "think", "time", "today",
        "want", "week", "well", "work", "would", "yeah", "year", "お願", "予定", "今回", "今日", "会議", "先週",
        "前回", "反対", "問題", "思い", "意見", "提案", "時間", "来週", "検討", "次回", "決定", "皆さ", "確認",
        "考え", "話し", "資料", "賛成", "願い",
)
# what is said in any meeting, as features (see trust.passages) have it
COMMON = frozenset(stem(word) if word.isascii() else word for word in _SAID_ANYWHERE)
# words at which an English noun phrase ends
STOPS = frozenset(
    (
        "a", "about", "after", "again", "also", "an", "are", "as", "at", "be", "because", "been", "before",
        "being", "but", "by", "came", "can", "come", "comes", "could", "did", "do", "does", "first", "from", "get",
        "gets", "got", "had", "has", "have", "he", "here", "how", "i", "if", "in", "is", "it", "let", "lets",
        "may", "might", "must", "my", "need", "need's", "needs", "next", "not", "now", "on", "or", "our", "please",
        "she", "should", "so", "still", "that", "the", "their", "then", "there", "they", "this", "to", "today",
        "want", "want's", "wants", "was", "we", "were", "what", "when", "where", "which", "while", "who", "will",
        "with", "would", "you", "your",
    )
)
# nouns that name no topic
IDLE = frozenset(
    (
        "agenda", "door", "end", "first", "floor", "item", "last", "list", "meeting", "minutes", "moment", "next",
        "one", "others", "point", "question", "rest", "room", "same", "screen", "team", "thing", "time", "topic",
        "way",
    )
)
