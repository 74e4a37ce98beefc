# ruff: noqa: E501 (one pattern a line)
"""Parts of a found item that code finds by the name of a column: what is to be done, by whom, in which case, by when."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tsel_core.extract.fields import Field
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.listing.kinds import DUTY_EN
from tsel_core.text.language import Lang

_CASE = r"(?:(?:only )?if|in the event(?: that| of)?|in case(?: of)?|when(?:ever)?|where|unless|should|provided(?: that)?|subject to|upon|at the (?:written )?request of|as long as|except|to the extent)"
_LEADS = lazy_pattern(rf"(?i)^(?:and |or )?{_CASE}\b")
_TRAILS = lazy_pattern(rf"(?i)(?:,|;)?\s(?<!agreed )(?<!based )(?!should\b|where\b|if (?:any|applicable|necessary|required)\b){_CASE}\s+\w.*$", re.DOTALL)
_AGREED = lazy_pattern(r"(?i)^it is (?:further |hereby )?(?:agreed|understood) that\s+")
_NUMBER = lazy_pattern(r"^\s*(?:[(（]?(?:\d{1,2}(?:\.\d+)*|[a-z]|[ivx]{1,5})[.)）、]\s+|\d{1,2}(?:\.\d+)+\s+)")
_NUMBER_JA = lazy_pattern(r"^\s*(?:第[0-9０-９一二三四五六七八九十百]+条(?:の\d+)?\s*)?(?:[（(][^（()）]{1,30}[）)]\s*)?(?:[0-9０-９]{1,2}[\s　.．]+|[①-⑳]\s*)?")
_CASES_JA = lazy_pattern(r"(?:^(?:[^、。]{1,24}(?<!とき)(?<!場合)(?<!場合に)は、)?|(?<=は、))(?P<case>[^。]*?(?:とき|場合)(?:は|には|においては|に限り|を除き)?)(?=、)|(?P<by>[^、。]*(?:請求により|求めに応じて|承諾なく|承諾を得て|同意なく|通知なく|を除き|ない限り))(?=、|[ぁ-ん一-龥])")
_VERB = lazy_pattern(rf"{DUTY_EN.pattern}|\b(?:may|can|(?:is|are) entitled to)\b")
_PASSIVE = lazy_pattern(r"(?i)\s*(?:not |also |promptly )?be\s(?!entitled|liable|responsible|required|obliged|bound)\w+")
_SOMEBODY = lazy_pattern(r"(?:(?i:the|each|either|neither|both) )?(?:[A-Z][\w&.'’-]*)(?: (?:(?:and|or|of|the) ){0,2}[A-Z][\w&.'’-]*){0,5}|(?i:the|each|either|neither|both)(?: [a-z-]+){0,2} (?:part(?:y|ies)|[a-z]+(?:er|or|ee|ant|ent)s?)")
_THING = lazy_pattern(r"(?i)\b(?:agreement|amount|award|contract|damages|fee|interest|lease|notice|payment|period|policy|price|term)s?$")
_TAKES = lazy_pattern(r"((?:The |the )?[A-Z][\w&.'’-]*(?: (?:and |of )?[A-Z][\w&.'’-]*){0,4}) (?:further |hereby )?(?:agrees?|undertakes?|covenants?|acknowledges?|understands?|warrants?|represents?)\b")
_AGENT = lazy_pattern(r"\bby (?:the |either |each )?((?:[A-Z][\w&.-]*)(?: [A-Z][\w&.-]*)*)")
_TOPIC_JA = lazy_pattern(r"((?:又は|または|若しくは|もしくは|[^、。はが]){1,24})(?<!ついて)(?<!おいて)(?<![にでと])は(?=、|[^、。]{0,40}[をに])")
_WHEN = r"(?:days?|weeks?|months?|years?|hours?|january|february|march|april|may|june|july|august|september|october|november|december|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|termination|expiry|expiration|receipt|request|delivery|signature|end)"
_TIME = lazy_pattern(
    rf"(?i)\b(?:within|(?:no|not) later th[ae]n|on or before|at least|not less than|before|prior to|until|after|upon|by(?=\s(?:the|each|every|end|\w+day|\d|{_WHEN})\b))\s(?:[^\s,;.]+\s){{0,4}}?{_WHEN}\b(?:\s(?!all\b|shall\b|will\b|must\b|may\b)[^\s,;.]+){{0,14}}"
    r"|\b(?:promptly|immediately|forthwith|without (?:undue )?delay|in (?:sufficient|due|good) time|at all times|from time to time|during the term[^,;.]*)\b"
)
_TIME_JA = lazy_pattern(r"[^、。]*?(?:以内|まで)(?:に|には)?|(?:[^、。をにが]*(?:後|次第))?(?:速やかに|直ちに|遅滞なく)|毎[月年週日][^、。]{0,6}?(?:をもって|に)")


def duty(text: str, lang: Lang) -> str:
    """What is to be done: the sentence without its number and without the cases before it."""
    if lang == "ja":
        bare = _NUMBER_JA.sub("", text, count=1)
        for found in reversed(list(_CASES_JA.finditer(bare))):
            if found["case"] and not found["case"].endswith("限り") and not re.search("[しり]、(?!又は|若しくは)", found["case"]):
                bare = bare[: found.start("case")] + bare[found.end("case") :].removeprefix("、")
        return bare.strip(" 　。")
    bare = _bare(text)
    return bare[len(_lead(bare)) :].strip(" ,.;").removeprefix("then ")


def case(text: str, lang: Lang) -> str:
    """In which case it is, or is not, to be done; "" where no words say so."""
    if lang == "ja":
        bare = _NUMBER_JA.sub("", text, count=1)
        return "、".join((m["case"] or m["by"]).strip() for m in _CASES_JA.finditer(bare))
    bare = _bare(text)
    lead = _lead(bare)
    trail = _TRAILS.search(bare, len(lead))
    behind = trail[0].strip(" ,;.") if trail else ""
    behind = (_lead(behind) or behind).strip(" ,")  # what follows the case is another duty
    return "; ".join(part for part in (lead.strip(" ,"), behind) if part)


def time(text: str, lang: Lang) -> str:
    """By when; "" where no words say so."""
    found = (_TIME_JA if lang == "ja" else _TIME).search(duty(text, lang))
    return found[0].strip(" 　,") if found else ""


def who(text: str, lang: Lang) -> str | None:
    """Who is to do it: the subject, or the agent of a passive; None where the sentence names none so plainly."""
    main = duty(text, lang)
    if lang == "ja":
        topic = _TOPIC_JA.match(main)
        return topic[1] if topic else None
    takes = _TAKES.match(main)
    if takes:
        return takes[1]
    verb = DUTY_EN.search(main)
    if verb is None:
        return None
    if _PASSIVE.match(main[verb.end() :]):
        agent = _AGENT.search(main, verb.end())
        return agent[1] if agent else None
    subject = main[: verb.start()].rpartition(",")[2].strip()
    return subject if _SOMEBODY.fullmatch(subject) and not _THING.search(subject) else None


def _bare(text: str) -> str:
    return _AGREED.sub("", _NUMBER.sub("", text, count=1), count=1)


def _lead(text: str) -> str:
    """The case that a sentence begins with, up to the comma before its subject."""
    if not _LEADS.match(text):
        return ""
    for verb in _VERB.finditer(text):
        comma = text.rfind(",", 0, verb.start())
        if comma > 0 and not _LEADS.match(text[comma + 1 : verb.start()].lstrip()):
            return text[: comma + 1]
    return ""


@dataclass(frozen=True)
class _Part:
    named: re.Pattern[str]
    of: Callable[[str, Lang], str | None]


_PARTS = (
    _Part(lazy_pattern(r"(?i)^(?:the )?(?:duty|duties|obligations?|actions?|tasks?|what (?:is|must be) (?:to be )?done|義務|義務の?内容|内容|行うこと|すること)$"), duty),
    _Part(lazy_pattern(r"(?i)^(?:the )?(?:conditions?|cases?|triggers?|when does it apply|条件|場合|要件)$"), case),
    _Part(lazy_pattern(r"(?i)^(?:the )?(?:deadlines?|due(?: dates?)?|by when|time limits?|期限|期日|いつまで)$"), time),
    _Part(lazy_pattern(r"(?i)^(?:the )?(?:who|whose|party|obligor|responsible(?: party)?|by whom|義務者|当事者|主体|誰|誰が|担当)$"), who),
)


def part_of(field: Field, text: str, lang: Lang) -> str | None:
    """The part that a text column without a question of its own asks for, "" where the item has none; None for a model."""
    if field.kind != "text" or field.question:
        return None
    return next((part.of(" ".join(text.split()), lang) for part in _PARTS if part.named.match(field.name.strip())), None)
