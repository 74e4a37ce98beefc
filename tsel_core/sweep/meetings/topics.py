# ruff: noqa: E501 (one pattern a line)
"""What is being talked about: the topic of every sentence, by headings, the agenda and the words that open a topic."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.meetings.deliberations import Deliberations
from tsel_core.sweep.meetings.openings import Openings, is_spontaneous
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.fact_words import ORDINALS

_FILLER = r"(?:(?:OK|okay|right|so|now|well|good|fine|all right|thanks|thank you|and|then|very good|sorry|actually)\b[,.!]?\s+)*"
_TITLE = r"(?P<title>[^.?!;:,]{3,60})"
_OPEN_EN = (
    lazy_pattern(
        rf"(?i)^{_FILLER}(?:let(?:'|’)?s |we |I(?:'|’)d like to |I would like to |may I |can I |can we )?(?:move on to|moving on to|talk about|discuss|turn to|turning to|start with|begin with|come to|coming to|go back to|going back to)\s+{_TITLE}"
    ),
    lazy_pattern(
        rf"(?i)^{_FILLER}(?:the )?(?:next|first|second|third|fourth|fifth|last|final) (?:item|point|topic|thing)(?: on (?:the|our) (?:list|agenda))?(?:,| is|:)?\s+{_TITLE}"
    ),
    lazy_pattern(rf"(?i)^{_FILLER}next (?:on (?:the|our) (?:list|agenda)|up)(?: is|:|,)?\s+{_TITLE}"),
    lazy_pattern(rf"(?i)^{_FILLER}(?:point|item|number|topic|agenda item)\s+\w+[,:]\s+{_TITLE}"),
    lazy_pattern(
        rf"(?i)^{_FILLER}(?:we (?:also |still )?(?:need|have) to (?:cover|discuss|talk about|look at)|let me (?:bring up|raise|mention)|now (?:to|for|on)|on to|over to|coming (?:back )?to|back to|about|regarding|as for)\s+{_TITLE}"
    ),
    lazy_pattern(rf"(?i)^{_FILLER}(?P<title>(?:the|our)\s+[^.?!;:,]{{3,40}}?)\s+(?:is|comes) next\b"),
    lazy_pattern(rf"(?i)^that brings us to\s+{_TITLE}"),
    lazy_pattern(rf"(?i)\b(?:add|say|ask) (?:something|a word|one thing|a few words) (?:about|on)\s+{_TITLE}"),
    lazy_pattern(rf"(?i)^{_FILLER}is there anything (?:about|on|regarding)\s+{_TITLE}"),
    lazy_pattern(r"(?i)^(?:OK|okay|right|so|now|next|then|well),?\s+(?P<title>(?:the|our)\s+[^.?!;:,]{3,40})[.?]"),
)
_NOT_TOPIC_EN = lazy_pattern(
    r"(?i)^(?:then|now|here|there|thank.*|.* it is|and .*|but .*|so .*|we .*|I .*|you .*)$|^(?:the )?(?:next|other|first|second|third|last|item|point|topic|one|details?|it|that|this|what|how|you|me|him|her|them|us|vote|rest|end|close|beginning|agenda)(?:\s+(?:item|point|topic|thing|one|now))?$|^(?:the )?(?:decision|problem|question|thing|point|idea)s?\s+(?:is|on)\b"
)
_TRIM_EN = lazy_pattern(
    r"(?i)\s+(?:please|now|then|today|first|again|for a (?:minute|moment|second)|shall we|if that.*|is that .*|where .*|which .*|who .*|from .*|as .*)$|^(?:the question of|the topic of|the matter of|the issue of|about|on|with)\s+"
)
_AGENDA_EN = lazy_pattern(r"(?i)\b(?:\w+ (?:points|items|topics)|agenda)\b[^:.]{0,30}(?::| is| are)\s+(.+)")

_OPEN_JA = (
    lazy_pattern(
        r"^(?:(?:はい|ええと|えー|では|それでは|さて)[、,]?)*(?:次は|次に|続いて(?:は)?|続きまして|次いで|引き続き(?=[、,])|はじめに|初めに|まずは?|最初に|最初は|最後に|最後は|[一二三四五六]つ目は?)[、,]?(?P<title>[^。、]{2,30}?)(?:の件|について|に関して|に移り|に入り|の話|です(?:が|ね)?[。、]|を(?:議論|検討|話)|$)"
    ),
    lazy_pattern(
        r"^(?:では|それでは|さて|じゃあ)[、,]?(?P<title>[^。、]{2,30}?)(?:の件(?:です|に|を)|に移り|に入り|について(?:です|話|議論|検討|伺))"
    ),
    lazy_pattern(r"^[一二三四五六]番目の?(?:議題|議案|件)?[は、]*(?P<title>[^。、]{2,25}?)(?:です|について|の件)"),
    lazy_pattern(r"^(?:それから|あとは?|さて|もう一つ[、は]?)(?P<title>[^。、]{2,25}?)の話"),
    lazy_pattern(r"^(?P<title>[^。、]{2,25}?)(?:に進みます|に入ります|について、[^。]{1,12}から)"),
    lazy_pattern(r"^(?P<title>[^。、]{2,25}?)(?:の件)?ですが[、,].*(?:お願い|いかが|状況|どうですか|どうでしょう)"),
    lazy_pattern(
        r"^(?:(?:あの|あのう|えっと|ええと|それから|あと|それと|すいません|すみません)[、,]?)+(?P<title>[^。、はがを]{2,20}?)(?:の(?:件|話|こと))(?:なん|の)?(?:です|だ)?(?:が|けど|けれど)[、。]"
    ),
    lazy_pattern(r"^(?:それでは|では)?[一二三四五六]つ目[、は](?P<title>[^。、]{2,25})です"),
)
_NOT_TOPIC_JA = lazy_pattern(
    r"^ほかに|^(?:これ|それ|あれ|こちら|私|次|その|この|以上|皆さん|今日|本日).{0,3}$|.*(?:から|ので|さんに?)$"
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_COUNT = lazy_pattern(r"(?i)\b(first|second|third|fourth|fifth|sixth|last) (?:point|item|topic)\b")
_AGENDA_JA = lazy_pattern(
    r"(?:議題|議案|テーマ)は?.*?[、。:：]?(?P<list>[^。]+?)(?:の[一二三四五六七八0-9]+[点件つ])?です"
)


def topics_of(sentences: Sequence[Sentence], lang: str, extra: Sequence[str] = ()) -> list[str]:
    """The topic of each sentence, "" before the first. `extra` are topics known otherwise (the model named them)."""
    agenda = [*(t for t, _ in agenda_of(sentences, lang)), *extra]
    topics: list[str] = []
    now, heading = "", ""
    titles = _opened(sentences, lang)
    for sentence, opened in zip(sentences, titles, strict=True):
        if not sentence.speaker and sentence.heading != heading:
            heading = now = sentence.heading
        if opened:
            now = _named(opened, agenda)
        elif sentence.speaker and agenda:
            now = _counted(sentence.text, agenda) or now
        topics.append(now)
    return topics


def _opened(sentences: Sequence[Sentence], lang: str) -> list[str]:
    """The topic that each sentence opens: by words, by the chair, else by the deliberation that follows it."""
    openings = Openings(sentences, lang)
    titles = [(opening(s.text, lang) or openings.title(at)) if s.speaker else "" for at, s in enumerate(sentences)]
    if not is_spontaneous(sentences):
        for at, title in Deliberations(sentences, lang).openings([bool(t) for t in titles]).items():
            titles[at] = title
    return titles


def opening(text: str, lang: str) -> str:
    """The topic that a sentence opens, "" when it opens none."""
    if len(text) > 160:
        return ""
    for pattern in _OPEN_JA if lang == "ja" else _OPEN_EN:
        match = pattern.search(text)
        if match is None:
            continue
        title = match["title"].strip()
        if lang == "ja":
            if not _NOT_TOPIC_JA.match(title):
                return title
            continue
        for _ in range(2):
            title = _TRIM_EN.sub("", title).strip()
        title = re.sub(r"(?i)^(?:the|our|your)\s+", "", title)
        if title and title.lower() not in ORDINALS and not _NOT_TOPIC_EN.match(title) and len(title.split()) <= 7:
            return title
    return ""


def agenda_of(sentences: Sequence[Sentence], lang: str) -> list[tuple[str, Sentence]]:
    """Topics that somebody lists at the beginning, with the sentence that lists them."""
    for sentence in sentences[:40]:
        match = (_AGENDA_JA if lang == "ja" else _AGENDA_EN).search(sentence.text)
        if match is None:
            continue
        parts = re.split(r"、(?:それから|そして|また)?|,\s*(?:and\s+)?|\s+and\s+(?=the\b)", match[1])
        named = [re.sub(r"(?i)^(?:the|and the)\s+", "", p).strip(" .。") for p in parts]
        if len(named) > 1:
            return [(n, sentence) for n in named if 1 < len(n) < 60]
    return []


def _counted(text: str, agenda: Sequence[str]) -> str:
    """ "The third point" as the agenda's third topic."""
    match = _COUNT.search(text)
    if match is None or len(text) > 100:
        return ""
    number = _ORDINALS.index(match[1].lower()) if match[1].lower() in _ORDINALS else len(agenda) - 1
    return agenda[number] if number < len(agenda) else ""


def _named(opened: str, agenda: Sequence[str]) -> str:
    """The agenda's name of an opened topic when they share words, else the words that opened it."""
    wanted = _words(opened)
    best = max(agenda, key=lambda a: len(wanted & _words(a)), default="")
    return best if best and len(wanted & _words(best)) >= max(1, len(wanted) // 2) else opened


def _words(text: str) -> set[str]:
    if text.isascii():
        return {w.lower().rstrip("s") for w in re.findall(r"[A-Za-z]{3,}", text)} - {"the", "with", "for", "and"}
    return {text[i : i + 2] for i in range(len(text) - 1)}


def mentioned(texts: Sequence[str], known: Sequence[str]) -> str:
    """The longest known topic that is named in one of the texts, nearest text first; "" when none is."""
    for text in texts:
        plain = text.lower()
        found = [t for t in known if t and t.lower() in plain]
        if found:
            return max(found, key=len)
    return ""
