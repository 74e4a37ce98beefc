# ruff: noqa: E501 (one pattern a line)
"""Who a sentence speaks of: the parties of a document by all their names, and whose verb a duty or a right is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from re import Match, Pattern
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.listing.kinds import DUTY_EN
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.language import Lang

Whose = Literal["theirs", "both", "other", "unknown"]

_DEFINED = lazy_pattern(r"(?P<full>[A-Z_][^()\n]{2,90}?)\s*[,]?\s*\((?:[^()]{0,60}?\b(?:the|as|each an?|an?)\s+)?[\"“”'](?:the )?(?P<name>[A-Z][\w &'’-]{1,40})[\"“”']")
_DEFINED_JA = lazy_pattern(r"(?:^|[\s、。）と])(?P<full>[^\s、。（(「」）と]{2,30})\s*[（(][^（）()]{0,12}以下[、,]?(?:単に)?[「『](?P<name>[^」』]{1,12})[」』]")
_BEFORE_DUTY = lazy_pattern(rf"(?:^|[;:,]\s|\.\s|\)\s)(?:[Tt]he |[Aa] |[Ee]ach )?(?P<name>[A-Z][\w&.'’-]*(?: [A-Z][\w&.'’-]*){{0,2}}),? (?={DUTY_EN.pattern.replace('(?i)', '')})")
_ALL = lazy_pattern(r"(?i)\b(?:both|each|either|neither|the|all|no) part(?:y|ies)\b|\bparties hereto\b|\bthe parties\b|\beach of (?:them|the parties)\b")
_ALL_JA = lazy_pattern(r"甲乙(?:は|が|協議|誠意|合意|記名|署名|双方|両)|甲(?:及び|および|又は|または|と|、)乙|乙(?:及び|および|又は|または|と|、)甲|両当事者|各当事者|当事者は|当事者の一方|双方|相互に|相手方に対し")
_NOT_SUBJECT = lazy_pattern(r"(?i)(?:\b(?:of|by|to|from|with|for|on|under|against|between|and|or|than)\s+(?:the\s+|such\s+|any\s+)?)$")
_JOINED = lazy_pattern(r"(?i)(?:^|[,;])\s*(?:and|but|or)\s+(?:as applicable,?\s+)?(?:the\s+|such\s+)?$")  # ", and the Buyer shall": a clause of its own
_PASSIVE = lazy_pattern(
    r"(?i)^\W*(?:not\s+|also\s+|promptly\s+)?be\s+(?:\w+ly\s+)?(?!entitled|obliged|obligated|bound|required to|allowed to|permitted to)"
    r"(?:\w+(?:ed|en|de|ne|ld|wn|pt|id|ght)|(?:re)?s[ep]*nt|lent|spent|meant|borne|put|set|kept)\b"
)
_BY = lazy_pattern(r"(?i)\bby\s+(?:the\s+)?")
_IF = lazy_pattern(r"(?i)^\W*(?:(?:\d+(?:\.\d+)*|[a-z]|[ivx]{1,5})[.)]?\s+)?(?:and |or )?(?:if|in the event|in case|when(?:ever)?|where|unless|until|provided|should|to the extent|as long as)\b")
_SAME = (  # what documents call the same side of a contract, and behind it the other side
    {"recipient", "receiving party"}, {"discloser", "disclosing party"}, {"landlord", "lessor"}, {"tenant", "lessee", "renter"},
    {"supplier", "vendor", "provider", "seller", "contractor", "service provider"}, {"customer", "client", "buyer", "purchaser"},
    {"受託者", "受注者", "請負人", "受任者", "乙"}, {"委託者", "発注者", "注文者", "委任者", "甲"}, {"売主", "供給者"}, {"買主", "購入者"}, {"貸主", "賃貸人"}, {"借主", "賃借人"},
)
_FIRST = 40  # sentences in which names are defined


@dataclass(frozen=True)
class Parties:
    """Names of each party (casefolded, longest first), by one of them; `mine` are those of the one who is meant."""

    groups: tuple[frozenset[str], ...]
    mine: frozenset[str]

    @property
    def others(self) -> frozenset[str]:
        """Names of everybody else."""
        return frozenset().union(*(g for g in self.groups if not g & self.mine)) if self.groups else frozenset()

    def whose(self, text: str, lang: Lang, says: Pattern[str], taken: Pattern[str]) -> Whose | None:
        """Whose duty or right a sentence states: by its subject, or by the agent of a passive.

        `says` and `taken` find its English verbs; None where all of `says` only tell of a case ("if the supplier shall be late").
        """
        if lang == "ja":
            return self._japanese(text) if self.mine else "theirs"
        verbs = [(verb, begin) for verb in says.finditer(text) if (begin := _clause(text, verb.start())) is not None]
        if not verbs:
            return None
        more = ((verb, begin) for verb in taken.finditer(text) if (begin := _clause(text, verb.start())) is not None)
        return self._english(text, sorted([*verbs, *more], key=lambda v: v[0].start())) if self.mine else "theirs"

    def _english(self, text: str, verbs: Sequence[tuple[Match[str], int]]) -> Whose:
        best: Whose = "unknown"
        for verb, begin in verbs:
            if _ALL.search(verb[0]):
                return "both"
            found = self._subject(_without_cases(text[begin : verb.start()]), text[verb.end() :])
            if found in ("theirs", "both"):
                return found
            best = found if best == "unknown" else best
        return best

    def _subject(self, before: str, after: str) -> Whose:
        if _PASSIVE.search(after):
            for by in _BY.finditer(after):
                agent = self._at(after[by.end() :])
                if agent != "unknown":
                    return agent
            return "both" if _ALL.search(before) and not self._named(before) else "unknown"
        named = self._named(before)
        if named:
            return named[-1]
        if _ALL.search(before):
            return "both"
        return "unknown"

    def _named(self, before: str) -> list[Whose]:
        """Parties in a text that are no objects of a preposition, in their order."""
        found: list[tuple[int, Whose]] = []
        for names, whose in ((self.mine, "theirs"), (self.others, "other")):
            for name in names:
                for match in re.finditer(rf"(?i)(?<![\w-]){re.escape(name)}(?![\w-])(?!['’]s?\s+\w+\s*$)", before):
                    ahead = before[: match.start()]
                    joined = _JOINED.search(ahead) and not before[match.end() :].strip(" ,")
                    if (joined or not _NOT_SUBJECT.search(ahead)) and not before[match.end() :].startswith(("'s", "’s")):
                        found.append((match.start(), whose))  # type: ignore[arg-type]
        return [whose for _, whose in sorted(found)]

    def _at(self, text: str) -> Whose:
        low = text.casefold()
        if any(low.startswith(name) for name in self.mine):
            return "theirs"
        if any(low.startswith(name) for name in self.others):
            return "other"
        return "both" if _ALL.match(text) else "unknown"

    def _japanese(self, text: str) -> Whose:
        if _ALL_JA.search(text):
            return "both"
        found: list[tuple[int, str, Whose]] = []
        sides: tuple[tuple[frozenset[str], Whose], ...] = ((self.mine, "theirs"), (self.others, "other"))
        for names, whose in sides:
            for name in names:
                for match in re.finditer(rf"{re.escape(name)}(は|が|も|において|の負担|の責任)", text):
                    found.append((match.start(), match[1], whose))
        topics = [whose for _, particle, whose in sorted(found) if particle in ("は", "の負担", "の責任")]
        if topics:
            return "theirs" if "theirs" in topics else "other"
        topic = text.rfind("は、")  # what is talked of; whoever does it is named behind
        rest = {whose for at, _, whose in found if at > topic} or {whose for _, _, whose in found}
        return next(iter(rest)) if len(rest) == 1 else "unknown"


def _clause(text: str, verb: int) -> int | None:
    """Where the clause of a verb begins; None for one that only tells of a case."""
    begin = max(text.rfind(mark, 0, verb) for mark in (";", ". ", ":")) + 1
    return None if _IF.search(text[max(begin, text.rfind(",", 0, verb) + 1) : verb]) else begin


def _without_cases(before: str) -> str:
    """What stands before a verb, without the cases in which it holds: the subject stands behind or before them."""
    parts = before.split(",")
    case = next((at for at, part in enumerate(parts) if _IF.search(part)), None)
    if case is None:
        return before
    return parts[-1] if parts[-1].strip() else ",".join(parts[:case])


def find_parties(sentences: Sequence[Sentence], who: str, lang: Lang) -> Parties:
    """The parties of a document: names that it defines, names that "shall"; with `who` the one that is meant."""
    groups: list[set[str]] = []
    for sentence in sentences[:_FIRST]:
        for match in (_DEFINED_JA if lang == "ja" else _DEFINED).finditer(sentence.text):
            name, full = match["name"].casefold(), re.sub(r"^.*?\b(?:between|and|by)\s+(?=[A-Z])", "", match["full"])
            groups.append({name, *_forms(full, lang)})
    known = set().union(*groups) if groups else set()
    duties = {m["name"].casefold() for s in sentences for m in _BEFORE_DUTY.finditer(s.text)} if lang == "en" else known
    groups = [g for g in groups if lang == "ja" or (g & duties and not g & _NO_PARTY) or any("party" in n for n in g)]
    known = set().union(*groups) if groups else set()
    counts = Counter(m["name"].casefold() for s in sentences for m in _BEFORE_DUTY.finditer(s.text)) if lang == "en" else Counter()
    groups += [{name} for name, count in counts.items() if count > 1 and name not in known and name not in _NO_PARTY]
    if lang == "ja":
        roles = Counter(m[1] for s in sentences for m in re.finditer(r"(?:^|[、。\s　])([一-龥ァ-ヶー]{1,8})は、", s.text))
        groups = [g for g in groups if not any(n.startswith("本") for n in g)]
        groups += [{name} for name, count in roles.items() if count > 1 and name not in known and not name.startswith(("前", "本", "第", "同"))]
    wanted = who.casefold()
    if not wanted:  # everybody's
        return Parties(tuple(map(frozenset, groups)), frozenset())
    mine = next((g for g in groups if wanted in g), None) or next((g for g in groups if any(wanted in n or n in wanted for n in g if len(n) > 2)), None)
    if mine is None:
        alike = next((same for same in _SAME if wanted in same), set())
        mine = next((g for g in groups if g & alike), None)
    if mine is None:
        mine = {wanted}
        groups.append(mine)
    side = next((at for at, same in enumerate(_SAME) if same & mine), None)
    if side is not None and not any(g & _SAME[side ^ 1] for g in groups):
        groups.append(_SAME[side ^ 1] - mine)  # a document may not define it
    return Parties(tuple(map(frozenset, groups)), frozenset(mine | {wanted}))


def is_somebody(sentences: Sequence[Sentence], who: str, lang: Lang) -> bool:
    """Whether a name is that of a party, or of somebody who does something in the document; a topic is nobody's name."""
    wanted = who.casefold()
    defined = (m for s in sentences[:_FIRST] for m in (_DEFINED_JA if lang == "ja" else _DEFINED).finditer(s.text))
    names = {name for m in defined for name in (m["name"].casefold(), *_forms(m["full"], lang))}.union(*_SAME)
    if wanted in names or any(wanted in name or name in wanted for name in names if len(name) > 2):
        return True
    if lang == "ja":
        return bool(_PERSON_JA.search(who)) or not re.search("[一-龥]", who)
    does = rf"(?i)\b{re.escape(who)}\b{_DOES}"
    return who[:1].isupper() or any(re.search(does, s.text) for s in sentences)


_DOES = r",?\s+(?:shall|must|may|will|agrees?|undertakes?)\b(?!\s+(?:not\s+)?(?:be|survive|remain|continue|apply|include|mean)\b)"
_PERSON_JA = lazy_pattern(r"(?:[甲乙丙丁]|[者人側方社部課室局省庁員長主師氏様君国県市町村]|さん|会社|双方|当事者|大学|銀行|機関|組合|会|チーム|担当)$")
_NO_PARTY = frozenset(["this agreement", "effective date"]) | frozenset("agreement this it they nothing neither each either party parties all notice notices section article term fees payment".split())  # noqa: SIM905


def _forms(full: str, lang: Lang) -> set[str]:
    """Ways of writing a full name: with and without the kind of company."""
    plain = full.strip(" ,、\"“”")
    if lang == "ja":
        return {plain, re.sub(r"^(?:株式会社|有限会社|合同会社)|(?:株式会社|有限会社|合同会社)$", "", plain)} - {""}
    plain = re.sub(r"^(?:the|a|an)\s+", "", re.split(r",\s*(?:a|an|with|having|whose|located)\b", plain)[0].strip(" ,"), flags=re.I)
    if not plain or len(plain) > 60 or not plain[:1].isupper():
        return set()
    short = re.sub(r",?\s*(?:Inc|Ltd|Limited|LLC|Corp|Corporation|Co|Company|GmbH|AG|plc|N\.?V|B\.?V|S\.?A)\b\.?.*$", "", plain)
    return {plain.casefold(), short.casefold()} - {""}
