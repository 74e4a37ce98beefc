# ruff: noqa: E501, SIM905 (tables of words)
"""Who does what to whom: the parties of a sentence by the part they play."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese
from tsel_core.trust.passages import stem

_PARTIES_EN = """supplier customer buyer seller purchaser vendor licensor licensee lessor lessee landlord tenant employer employee contractor client consultant
recipient provider borrower lender franchisor franchisee distributor agent manufacturer owner operator guarantor assignor assignee insurer insured company
publisher author shipper carrier principal subcontractor discloser bank disclosing-party receiving-party first-party second-party"""
_EN = frozenset(w for w in _PARTIES_EN.split() if "-" not in w)
_JA = "甲 乙 丙 丁 委託者 受託者 売主 買主 貸主 借主 賃貸人 賃借人 発注者 受注者 供給者 使用者 労働者 注文者 請負人 開示者 受領者 開示当事者 受領当事者 ライセンサー ライセンシー 販売店 製造者 債権者 債務者 会社 従業員".split()
_ROLE_JA = "|".join(sorted(map(re.escape, _JA), key=len, reverse=True))
_PERSON_JA = r"[\u3400-\u9fff]{1,4}?(?=さん|氏|様|会長|副会長|議長|理事|部長|課長|係長|主任|社長)"
_MENTION_JA = lazy_pattern(rf"(?:(?P<role>(?<![\u3400-\u9fff])(?:{_ROLE_JA})(?![\u3400-\u9fff]))|(?P<person>{_PERSON_JA})(?:さん|氏|様|会長|副会長|議長|理事|部長|課長|係長|主任|社長))(?:及び|又は|と)?(?P<particle>に対し(?:て)?|によ(?:り|って)|から|に(?!おい)|へ|宛|は|が|も|の|を)?(?=(?P<next>[\u3400-\u9fff]{{1,4}})?)")
_PREPOSITION = frozenset("to of from by for with against on upon between".split())
_HELPS = frozenset("is are was were be been being remain remains keep keeps not fully".split())
_SKIP = frozenset("the a an said such each".split())
Roles = dict[str, set[str]]


# capitals that begin a recital or name a part of the document: nobody who does anything
_NOBODY = frozenset("whereas witnesseth now therefore provided notwithstanding recitals agreement contract section article clause exhibit schedule annex appendix".split())
_CONDITION = frozenset("if when whenever where unless once".split())
# "Licensor agrees that Duval must play": who is spoken of behind it does it
_THAT = lazy_pattern(r"\b(?:agree|acknowledge|understand|ensure|warrant|represent|confirm|covenant|undertake|stipulate|provide|procure|declare|accept)(?:s|d|ed)?\b(?: and \w+)? that\b", re.I)
_GIVES = lazy_pattern(r"^(?:grant|give|allow|permit|entitl|authori[sz]|enabl)")


def english_names(names: Iterable[str]) -> set[str]:
    """Names of persons and firms as one lower-case word each, their last."""
    found = {n.split()[-1].casefold().strip(".,'’") for n in names if n.split()}
    return {name for name in found - _NOBODY if not _PRONOUN.fullmatch(name)}


_PRONOUN = lazy_pattern(r"(?:i|we|you|he|she|they|it|that|there|who|let)['’](?:ll|ve|d|m|re|s)")  # "I'll" behind a comma


def roles(text: str, names: Iterable[str] = (), speaker: str | None = None) -> Roles:
    """Parties by part: "agent", "object", "to", "from", "of WORD", "agent if" in a condition. A sentence without any party has its speaker for agent."""
    found = _roles_ja(text, [n for n in names if not n.isascii()]) if is_japanese(text) else _roles_en(text, english_names(names))
    if speaker and not found.get("agent"):
        found["agent"] = {_person(speaker), *_names_of(speaker)}
    return found


def swapped(claim: Roles, evidence: Roles) -> str:
    """The part that the claim gives to another party than the evidence does; "" when none differs."""
    for part, parties in claim.items():
        there = evidence.get(part) or (evidence.get("object" if part == "to" else "to") if part in ("to", "object") else None)
        if there and len(there) > _FEW and there.isdisjoint(_EN | set(_JA)):
            continue  # a list of names
        if there and parties and not parties & there and _GROUP.isdisjoint(parties | there):
            return f"{', '.join(sorted(parties))} / {', '.join(sorted(there))}"
    return ""


_FEW = 2  # names that do a thing together
_GROUP = frozenset("party parties either both each 当事者 両当事者 双方 chair 議長".split())


def _names_of(speaker: str) -> set[str]:
    """Each name of a speaker: "Lucia" is the one who speaks as "Lucia Ferrante"."""
    return {word for word in re.findall(r"[a-z]{2,}", speaker.casefold()) if word not in _TITLES} if speaker.isascii() else set()


_TITLES = frozenset("mr mrs ms dr prof".split())


def _person(name: str) -> str:
    name = re.sub(r"(?:さん|氏|様|会長|副会長|議長|理事|部長|課長|係長|主任|社長)$", "", name.strip())
    return name.split()[-1].casefold() if name.isascii() and name.split() else name


def _roles_ja(text: str, persons: Iterable[str] = ()) -> Roles:
    found: Roles = defaultdict(set)
    text = _with_title(text, persons)
    parts = {"は": "agent", "が": "agent", "も": "agent", "に": "to", "へ": "to", "宛": "to", "を": "object", "から": "from", "により": "by", "によって": "by"}
    together: list[str] = []
    for match in _MENTION_JA.finditer(text):
        party, particle = match["role"] or match["person"], match["particle"] or ""
        if particle.startswith("に対"):
            particle = "に"
        if particle == "の":
            if match["next"]:
                found[f"of {match['next'][:2]}"].add(party)
        elif particle == "から" and _SAYS_JA.search(text, match.end()):
            found["agent"] |= {party, *together}  # 岡本から提案があった
        elif particle == "が" and _CASE_JA.match(text, match.end()):
            found["agent if"] |= {party, *together}  # 乙が…ときは、甲は
        elif particle in parts:
            found[parts[particle]] |= {party, *together}
        together = [*together, party] if re.search(r"(?:及び|又は|と)$", match.group()) else []
    return found


_CASE_JA = lazy_pattern(rf"(?:(?!(?:{_ROLE_JA})(?:は|が))[^。])*?(?:とき|場合|れば|たら|限り)")
_SAYS_JA = lazy_pattern(r"(?:提案|案|報告|意見|説明|指摘|質問|要望|発言|申出|要請)[^。]{0,12}?(?:が|を|は)?[^。]{0,6}?(?:あ|示|出|述|提出|なさ)")


def _with_title(text: str, persons: Iterable[str]) -> str:
    """A text in which the persons that the document names stand with さん, as those that have a title do."""
    known = sorted((p for p in persons if p not in _JA and re.fullmatch(r"[\u3400-\u9fff々]{2,4}", p)), key=len, reverse=True)
    if not known:
        return text
    pattern = rf"(?<![\u3400-\u9fff])({'|'.join(map(re.escape, known))})(?=は|が|も|を|に|から|へ|と|の|、)(?!さん|氏|様)"
    return re.sub(pattern, r"\1さん", text)


_SHORT = lazy_pattern(r"['’](ll|ve|re)\b", re.I)
_LONG = {"ll": "will", "ve": "have", "re": "are"}  # "I'll write" is "I will write"


def _roles_en(text: str, names: set[str]) -> Roles:
    words = re.findall(r"[A-Za-z][\w'’-]*|[.;:,]", _SHORT.sub(lambda m: f" {_LONG[m[1].lower()]}", text))
    lower = [re.sub(r"['’]s?$", "", w.lower()) for w in words]
    found: Roles = defaultdict(set)
    verb_seen = passive = conditional = False
    given = ""
    for i, word in enumerate(lower):
        if word in _CONDITION:
            conditional, verb_seen, passive = True, False, False
        elif word == "," and conditional:
            conditional = verb_seen = passive = False
        if _GIVES.match(word):
            given = word
        if word in ("shall", "will", "may", "must", "is", "are", "was", "were", "has", "have", "can", "does", "did") or (i and _looks_finite(word) and found.get("agent")):
            verb_seen = True
        if word in ("be", "is", "are", "was", "were", "been") and i + 1 < len(lower) and re.search(r"(?:ed|en|nt|ld|de)$", lower[min(i + 1, len(lower) - 1)]):
            passive = True
        if word in (";", "."):
            verb_seen = passive = conditional = False
            given = ""
        if word == "insured" and words[i][0].islower() and lower[i - 1] in _HELPS:
            continue  # "is insured" is no party
        if not _is_party(word, words[i], names) or (i + 1 < len(lower) and _is_party(lower[i + 1], words[i + 1], names)):
            continue
        before = next((lower[j] for j in range(i - 1, -1, -1) if lower[j] not in _SKIP and not words[j][0].isupper()), "")
        at = next((j for j in range(i - 1, -1, -1) if lower[j] == before), 0)
        if i - at > 4:
            before = ""
        if words[i].lower().endswith(("'s", "’s")) and i + 1 < len(lower):
            found[f"of {stem(lower[i + 1])}"].add(word)
        elif before == "of" and at:
            found[f"of {stem(lower[at - 1])}"].add(word)
        elif before == "by" and passive:
            found["agent"].add(word)
        elif before in _PREPOSITION:
            found[before].add(word)
            if before == "to" and given and i - at <= 3 and _GIVES.match(lower[at - 1]):
                found["agent"].add(word)  # who is granted a right is the one who does it
        else:
            part = "object" if verb_seen or _is_passive(lower[i + 1 : i + 9]) else "agent"
            found[f"{part} if" if conditional else part].add(word)
            if part == "object" and _GIVES.match(before):
                found["agent"].add(word)
    return found


def _is_passive(words: list[str]) -> bool:
    """Whether a party's verb, which follows it, is in the passive: it is done to the party."""
    text = " ".join(words)
    if re.search(r"\b(?:required|obliged|obligated|bound|entitled|allowed|permitted|free|liable) to ", f"{text} "):
        return False  # who is not required to do a thing is the one who would do it
    return re.search(r"^(?:\w+ ){0,3}?(?:shall|will|may|must|has|have|can|is|are|was|were)(?: not)?(?: be| been)? (?:\w+ly )?(?:\w+ed|found|made|paid|sent|sold|kept|held|given|shown|told|bound|owed) ", text + " ") is not None and re.search(r"\b(?:be|been|is|are|was|were)\b", text) is not None


def _looks_finite(word: str) -> bool:
    return re.search(r"(?:[^s]s|ed)$", word) is not None and len(word) > 3


def _is_party(word: str, written: str, names: set[str]) -> bool:
    return word in _EN or (word in names and written[0].isupper())


_NAMED_BY_PART = (
    (lazy_pattern(r"\bDisclosing Part(?:y|ies)\b", re.I), "Discloser"),
    (lazy_pattern(r"\bReceiving Part(?:y|ies)\b", re.I), "Recipient"),
)


def plain_parties(text: str) -> str:
    """A text with "the Disclosing Party" as one word: it discloses nothing by its name."""
    for pattern, name in _NAMED_BY_PART:
        text = pattern.sub(name, text)
    return text


_THE_PARTY = lazy_pattern(r"\b((?:the|either|each|neither|any|every) )([a-z]+)\b", re.I)


def named_parties(question: str) -> str:
    """A question with "the tenant" written as a contract does, the Tenant; what stands behind "of" or "to" too."""
    return _THE_PARTY.sub(lambda m: m[1] + (m[2].capitalize() if is_party(m[2].lower()) else m[2]), question)


def parties(text: str) -> set[str]:
    """The parties that a text names: English ones in capitals ("its consultants" are none), Japanese ones by their parts."""
    if is_japanese(text):
        return {party for found in roles(text).values() for party in found}
    words = (m.group().lower() for m in re.finditer(r"\b[A-Z][A-Za-z]+", plain_parties(text)))
    return {w if w in _EN else w.rstrip("s") for w in words if is_party(w)}


def is_party(word: str) -> bool:
    """Whether a word (lower case) is what a party of a contract is called."""
    return word in _EN or word.rstrip("s") in _EN or word in _JA


def nearest_clause(claim: str, sentence: str) -> str:
    """The part of a sentence between semicolons (or behind "and", "but" with a subject) that shares most with a claim."""
    if is_japanese(sentence):
        parts = re.split(r"(?<=。)|；|(?<=、)ただし", sentence)
        parts = [own for part in parts for own in _own_subjects(part)]
        rest = [part for part in parts if "その他" in part or "その余" in part]
        if "以外" in claim and len(rest) == 1:
            return rest[0]
        if len({m["role"] for m in _MENTION_JA.finditer(claim) if m["role"]}) > 1:
            return sentence
        ours = {m.group() for m in RUN.finditer(claim)}
        shared = [len(ours & {m.group() for m in RUN.finditer(part)}) for part in parts]
    else:
        parts = re.split(r";|, (?:and|but|while|whereas) (?=the |each |[A-Z])", sentence)
        parts = [said for part in parts for said in _THAT.split(part)]
        stems = {t.stem for t in english_tokens(claim) if t.content}
        shared = [len(stems & {t.stem for t in english_tokens(part) if t.content}) for part in parts]
    return parts[shared.index(max(shared))]


def other_parties(claim: str, sentence: str, names: Iterable[str] = ()) -> bool:
    """Whether a sentence speaks of parties, and of none that the claim speaks of."""
    known = list(names)
    ours, theirs = ({p for found in roles(text, known).values() for p in found} for text in (claim, sentence))
    return bool(ours and theirs) and not ours & theirs and _GROUP.isdisjoint(ours | theirs)


_SUBJECT_JA = lazy_pattern(rf"(?:{_ROLE_JA})(?:が|は)")


def _own_subjects(part: str) -> list[str]:
    """A Japanese sentence cut at the commas between which each part has a party of its own: 甲が…行い、乙が…行う."""
    pieces = re.split(r"(?<=[いしりきみちびえけせてめれべ])、", part)
    return pieces if len(pieces) > 1 and all(_SUBJECT_JA.search(p) for p in pieces) else [part]


_CALLED_JA = lazy_pattern(r"(?P<name>[^、。（）()「」\s]{2,40})（以下[、]?「?(?P<role>甲|乙|丙|丁)」?")


def called_otherwise(claim: str, sentence: str) -> str:
    """ "甲 / 乙": a Japanese party that the claim calls by another mark than the sentence does; "" where none is."""
    ours, theirs = ({_name(m["name"]): m["role"] for m in _CALLED_JA.finditer(text)} for text in (claim, sentence))
    return next((f"{ours[n]} / {theirs[n]}" for n in ours if n in theirs and theirs[n] != ours[n]), "")


def _name(words: str) -> str:
    return re.split(r"(?<=）)[とは及]|^と|^及び", words)[-1].strip()


_SUFFIX = 3  # characters that two names of the same kind share at their end


def other_name(claim: str, sentence: str, known: str) -> str:
    """ "東京地方裁判所 / 福岡地方裁判所": a Japanese name of the claim that the sentence has with another beginning."""
    if not is_japanese(claim):
        return ""
    theirs = {m.group() for m in RUN.finditer(sentence)}
    for match in RUN.finditer(claim):
        name = match.group()
        if len(name) <= _SUFFIX or name in sentence or name in known:
            continue
        for other in theirs:
            if len(other) > _SUFFIX and other[-_SUFFIX:] == name[-_SUFFIX:] and other[:1] != name[:1] and other not in claim:
                return f"{name} / {other}"
    return ""
