# ruff: noqa: E501, SIM905 (one pattern a line)
"""Key facts of a contract by code: for each kind the clauses that state it, amendments over what they change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.document import SourceSpan
from tsel_core.sweep.facts_words import DURATION, FactKind
from tsel_core.sweep.item import Item
from tsel_core.sweep.nda_words import SAYS, kinds_of
from tsel_core.sweep.sentences import Sentence
from tsel_core.sweep.signed import signed_items
from tsel_core.text.facts import extract_facts
from tsel_core.trust.amendments.changed import Amendments
from tsel_core.trust.amendments.clauses import numbered

_NUMBER = re.compile(
    r"^(?:第[0-9０-９一二三四五六七八九十]+条(?:の[0-9]+)?(?:[（(][^）)]{1,30}[）)])?[\s\u3000]*"
    r"|(?:\d{1,2}(?:\.\d{1,2})*[.)]?|\([a-z0-9ivx]{1,4}\)|[（(]?[0-9０-９一二三四五六七八九十]{1,3}[）)．.]?)[\s\u3000]+)+"
)
_SMALL = frozenset("of and or to the for in by on with".split())  # words of a title that stay small
_TITLE_IN = re.compile(
    r"^第[0-9０-９一二三四五六七八九十]+条(?:の[0-9]+)?[\s\u3000]*[（(]([^）)]{1,30})[）)]"
    r"|^(?:(?:Section|Article|SECTION|ARTICLE)\s+)?\d{1,2}(?:\.\d+)*\.?\s+((?:[A-Z][\w&'/-]*+|of|and|or|to|the|for|in|by|on|,|;|\s)+?)[.:](?:\s|$)"
)
_VALUED = ("price", "renewal", "term", "termination", "confidentiality", "cap", "payment", "insurance", "noncompete")
_MAY = re.compile(r"\b(?:may|shall not|must not|can)\b|できる|ならない|ものとする")
_ENDS = re.compile(
    r"(?i)\b(?:may|right to|entitled to)\b.*\b(?:terminat|cancel|end)|\bterminat\w*\b.*\b(?:may|upon|by (?:giving|either)|if)\b|できる|解約|解除する"
)
_POINTS = re.compile(r"^(?:They|It|This|These|Such|Said)\b(?!\s+(?:[Aa]greement|[Cc]ontract|[Ll]ease|[A-Z]{2,}))")
_VERB = re.compile(r"(?i)\b(?:is|are|was|were|be|been|shall|may|must|can|will|has|have|agrees?|means?|applies|apply|does|do|governs?)\b")
_HEADING_WORDS = 6
_LISTED = re.compile(r"^\s*(?:[(（]?[a-zA-Z0-9０-９ivx一二三四五六七八九十]{1,4}[)）.．、]|[①-⑳•・-])\s*\S")
_ANNOUNCES = re.compile(r"次の(?:各号|いずれか|とおり|事項)|次に掲げる|以下の(?:各号|いずれか|事項)")
_ITEMS = 10  # of a list behind a clause
_EXCEPT = re.compile(
    r"^(?:ただし|但し|However|Provided|This (?:limit|cap)|These limits|The (?:limits?|cap)|The foregoing)"
)
_TITLE_LENGTH = 80
_SHORT = 12  # characters of what is no clause
# where the sentence that names the parties begins behind what stands above it: file names, notes, the title
_OPENS = re.compile(
    r"\bT(?:HIS|his)\s(?:[A-Z][\w'’&-]*[\s,]+|(?:and|of|for)\s){1,8}(?=.{0,60}\b(?:is|are|was|has been|made|entered|dated|by and|hereinafter)\b)"
)
_BETWEEN = re.compile(r"(?i)\b(?:between|among)\b")
_CLOSED = re.compile(r"[.;:。][\"”’)]*\s*$")
_LINES = 4  # that a sentence of the parties may go on for
_EARLY = 12  # sentences in which parties and date are looked for first
_LEAST, _PLAINLY = 0.75, 1.3  # of a clause that is given, and of one that is sure
# words that nothing else uses
_SAYS = {
    "law": re.compile(r"(?i)\bgoverned\b.{0,60}\blaws?\b|\blaws? of\b.{0,60}\b(?:govern|apply)|準拠法"),
    "disputes": re.compile(
        r"(?i)\b(?:disputes?|controvers\w+)\b.{0,120}\b(?:arbitrat\w+|courts?|jurisdiction|settled|decided)\b|管轄|仲裁"
    ),
    "assignment": re.compile(r"(?i)\b(?:may|shall|can)(?: not)? assign\b|\bneither party\b.{0,30}\bassign\b|譲渡し"),
    "insurance": re.compile(r"(?i)\b(?:hold|carry|maintain|keep|take out)\b.{0,60}\binsurance\b|保険に加入"),
    "late": re.compile(
        r"(?i)\b(?:late|past due|overdue|not received)\b.{0,120}\binterest\b|\binterest\b.{0,60}\b(?:late|past due|overdue)\b|遅延損害金"
    ),
    "termination": re.compile(
        r"(?i)\b(?:either|a|any|each) party may\b.{0,40}\bterminate\b|解約することができる|解除することができる"
    ),
    "price": re.compile(r"(?i)\bprice\b.{0,20}\bmeans\b"),
    "date": re.compile(r"(?i)\b(?:effective|agreement) date\b\W"),
}
_FULL = 2.0  # a clause with the words, the title and the value


def sweep_contract(sentences: Sequence[Sentence]) -> list[Item]:
    """Key facts in the order of their kinds (nda_words.py); a later amendment stands before what it changes."""
    found: list[Item] = []
    kinds = kinds_of("\n".join(s.text for s in sentences[:_EARLY]))
    sentences, rest = _whole_opening(sentences)
    titles = _titles(sentences)
    for kind in kinds:
        scored = [(_score(kind, s, titles[s.index]), s) for s in sentences if not s.cells]
        best = sorted((p for p in scored if p[0] >= _LEAST), key=lambda p: (-p[0], p[1].index))
        if kind.name == "date" and best and any(i.place == best[0][1].span for i in found):
            continue  # the sentence that names the parties says it
        taken = sorted(best[: kind.many], key=lambda p: p[1].index)
        found += [_item(kind, s, score, titles[s.index], sentences) for score, s in taken]
        if kind.name == "date":
            found += [i for i in signed_items(sentences) if i.place not in {f.place for f in found}]
    whole = [replace(i, evidence=(*i.evidence, *rest.get(i.place, ()))) for i in found]
    return _amended(whole, sentences)


def _whole_opening(
    sentences: Sequence[Sentence],
) -> tuple[Sequence[Sentence], dict[SourceSpan, tuple[SourceSpan, ...]]]:
    """The sentences, with the one that names the parties whole where its lines stand apart; places of its rest."""
    for at, sentence in enumerate(sentences[:_EARLY]):
        following: list[Sentence] = []
        while _BETWEEN.search(sentence.text) and len(following) < _LINES and at + 1 + len(following) < len(sentences):
            last = following[-1] if following else sentence
            other = sentences[at + 1 + len(following)]
            if _CLOSED.search(last.text) or other.cells or other.span.doc_index != sentence.span.doc_index:
                break
            following.append(other)
        if following:
            joined = replace(sentence, text=" ".join(s.text for s in (sentence, *following)))
            return [*sentences[:at], joined, *sentences[at + 1 :]], {sentence.span: tuple(s.span for s in following)}
    return sentences, {}


def _titles(sentences: Sequence[Sentence]) -> list[str]:
    """The title of each sentence's clause."""
    titles: list[str] = []
    now = ""
    heading = ""
    for sentence in sentences:
        if sentence.heading != heading:
            heading = now = sentence.heading
        line = one_line(sentence.text)
        match = _TITLE_IN.match(line)
        if _is_title(line):
            now = clause_words(line).strip(" .:")
        elif match:
            now = (match[1] or match[2] or "").strip()
        titles.append(now)
    return titles


def _is_title(line: str) -> bool:
    """Whether a line is a heading: short, in capitals or in Title Case, without a verb's full stop."""
    bare = clause_words(line).strip(" .:")
    words = re.findall(r"[A-Za-z][\w'’/&-]*", bare)
    if not words or not 4 <= len(bare) <= _TITLE_LENGTH or re.search(r"\d{4}|[\u3040-\u9fff]", bare):
        return False
    small = [w for w in words if w[0].islower() and w not in _SMALL]
    if small and bare[0].isupper() and len(words) <= _HEADING_WORDS and line.strip() != bare:
        return _VERB.search(bare) is None  # "13. Law and jurisdiction."
    return not small and len(words) <= 9


def _score(kind: FactKind, sentence: Sentence, title: str) -> float:
    """How surely a sentence states a fact: its words, the title of its clause, the value it must hold."""
    text = one_line(sentence.text)
    bare = clause_words(text)
    if (
        _is_title(text)
        or kind.never.search(text)
        or ((bare in (title, sentence.heading) or len(bare) < _SHORT) and kind.name != "date")
    ):
        return 0.0
    words = kind.words.search(text)
    if words is None:
        return 0.0
    score = 1.0 + (0.5 if title and kind.title.search(title) else 0.0)
    held = holds_value(text, kind.needs)
    if kind.needs and not held:
        return 0.0
    score += 0.3 if held and (kind.needs or kind.name in _VALUED) else 0.0
    if kind.plain is not None and kind.plain.search(text):
        score += 0.4
    if kind.name in ("parties", "date") and sentence.index < _EARLY:
        score += 0.6
    if kind.name == "termination":
        score += (0.3 if DURATION.search(text) else 0.0) - (0.0 if _ENDS.search(text) else 0.4)
    if kind.name in ("subject", "parties"):
        score -= 0.004 * min(sentence.index, 200)
    if _MAY.search(text):
        score += 0.2
    return score - 0.002 * min(len(text), 400) / 4


def holds_value(text: str, needs: str) -> bool:
    """Whether a sentence holds a value of the kind a fact needs; any value where it needs none."""
    kinds = {f.kind for f in extract_facts(text)}
    duration = DURATION.search(text) is not None
    if needs == "duration":
        return duration
    if needs == "amount":
        return bool(kinds & {"money", "percent"})
    if needs:
        return needs in kinds
    return duration or bool(kinds & {"money", "percent", "date"})


def one_line(text: str) -> str:
    """A text with single spaces and no line feeds."""
    return re.sub(r"[ \t\xa0\n]+", " ", text).strip()


def clause_words(text: str) -> str:
    """A clause without its number and with single spaces."""
    bare = _NUMBER.sub("", one_line(text))
    return bare.strip() or text.strip()


def _item(kind: FactKind, sentence: Sentence, score: float, title: str, sentences: Sequence[Sentence]) -> Item:
    parts = [sentence]
    before = sentences[sentence.index - 1] if sentence.index else None
    after = sentences[sentence.index + 1] if sentence.index + 1 < len(sentences) else None
    if before is not None and before.turn == sentence.turn and _POINTS.match(clause_words(sentence.text)):
        parts.insert(0, before)
    if (
        after is not None
        and after.span.doc_index == sentence.span.doc_index
        and _EXCEPT.match(clause_words(after.text))
    ):
        parts.append(after)
    listed = _list_behind(parts[-1], sentences)
    what = ("" if _is_japanese(sentence.text) else " ").join(clause_words(p.text) for p in parts)
    what = " ".join([what, *(one_line(s.text) for s in listed)])
    opens = _OPENS.search(what) if kind.name == "parties" else None
    return Item(
        "fact",
        what[opens.start() :] if opens else what,
        tuple(dict.fromkeys([sentence.span, *(p.span for p in (*parts, *listed))])),
        section=title,
        name=kind.name,
        score=min(1.0, score / _FULL + 0.2),
        verdict="supported" if score >= _PLAINLY or _says(kind.name, what) else "unsure",
    )


def _list_behind(last: Sentence, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The items that a clause ending in a colon announces: (a), (b) and so on."""
    found: list[Sentence] = []
    if last.text.rstrip()[-1:] not in (":", "：", "-", "—") and not _ANNOUNCES.search(last.text):
        return found
    for sentence in sentences[last.index + 1 : last.index + 1 + _ITEMS]:
        if _LISTED.match(sentence.text) is None or sentence.span.doc_index != last.span.doc_index:
            break
        found.append(sentence)
    return found


def _says(name: str, text: str) -> bool:
    """Whether a clause says by itself what it is, without a title above it."""
    if name in SAYS:
        return SAYS[name].search(text) is not None
    return name in _SAYS and _SAYS[name].search(text) is not None


def _is_japanese(text: str) -> bool:
    return re.search(r"[\u3040-\u30ff]", text) is not None


def _amended(found: list[Item], sentences: Sequence[Sentence]) -> list[Item]:
    """Facts after amendments: the sentence that changes a clause comes in the place of what that clause said."""
    amendments = Amendments(lambda: numbered((s.span, s.text) for s in sentences))
    made: list[Item] = []
    for item in found:
        amendment = amendments.of_clause(item.place)
        if amendment is None:
            made.append(item)
            continue
        words, evidence = clause_words(amendment.line.text), (amendment.span, item.place)
        made.append(replace(item, what=words, evidence=evidence, status="changed", instead_of=item.what))
    changes = {i.place for i in made if i.status == "changed"}
    return [i for i in made if i.status == "changed" or i.place not in changes]
