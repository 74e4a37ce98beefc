# ruff: noqa: E501 (one pattern a line)
"""Key facts of a contract by code: for each kind the clauses that state it, amendments over what they change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.contracts.clause_titles import clause_titles, clause_words, is_title, one_line
from tsel_core.sweep.contracts.nda_words import SAYS, is_nda, kinds_of, secret_terms
from tsel_core.sweep.contracts.party_lines import laid_out, party_sentences
from tsel_core.sweep.contracts.signed import signed_items
from tsel_core.sweep.item import Item
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.contract_facts import DURATION, FactKind
from tsel_core.text.facts import extract_facts
from tsel_core.trust.amendments.changed import Amendments
from tsel_core.trust.amendments.clauses import numbered

_VALUED = ("price", "renewal", "term", "termination", "confidentiality", "cap", "payment", "insurance", "noncompete")
_BY_TITLE = frozenset(["term", "price", "payment", "data", "warranty", "acceptance", "secret_for"])  # whose title and a value do
_SHARE = lazy_pattern(r"(?i)\b(?:royalt\w+|commission|percentage|discount)\b|手数料|ロイヤル|小売価格|掛け?率")  # a price in per cent
_LIABLE = lazy_pattern(r"(?i)\bliab|\bdamages\b|\banswerable|\bclaims?\b|\bpay\b.{0,100}\bunder or in connection|\bneither\b.{0,40}\bpay\b.{0,40}\bmore than|賠償|責任|責め")
_MAY = lazy_pattern(r"\b(?:may|shall not|must not|can)\b|できる|ならない|ものとする")
_ENDS = lazy_pattern(
    r"(?i)\b(?:may|can|cannot|right to|entitled to)\b.*\b(?:terminat|cancel|end|determine|withdraw|re-?enter|bring)|\bterminat\w*\b.*\b(?:may|upon|by (?:giving|either)|if)\b|できる|できます|解約|解除する"
)
_POINTS = lazy_pattern(r"^(?:They|It|This|These|Such|Said)\b(?!\s+(?:[Aa]greement|[Cc]ontract|[Ll]ease|[A-Z]{2,}))")
_LISTED = lazy_pattern(r"^\s*(?:[(（]?[a-zA-Z0-9０-９ivx一二三四五六七八九十]{1,4}[)）.．、]|[①-⑳•・-])\s*\S")
_ANNOUNCES = lazy_pattern(r"次の(?:各号|いずれか|とおり|事項)|次に掲げる|以下の(?:各号|いずれか|事項)|\b(?:if|when|where|that|which|who|unless|either)$")
_ITEMS = 10  # of a list behind a clause
_EXCEPT = lazy_pattern(
    r"(?i)^(?:ただし|但し|however|provided|th(?:is|e|ese) (?:limit\w*|caps?|ceilings?|foregoing)|(?:this|it) does not apply|neither applies)|場合は別|場合には、この定め"
)
_GOES_ON = lazy_pattern(r"(?i)(?:it|this \w+)\s+(?:\w+\s+)?(?:finish\w*|ends?|runs?|lasts?|continues?|expires?)\b|その後")
_SHORT = 10  # characters of what is no clause
# where the sentence that names the parties begins behind what stands above it: file names, notes, the title
_OPENS = lazy_pattern(
    r"\bT(?:HIS|his)\s(?:[A-Z][\w'’&-]*[\s,]+|(?:and|of|for)\s){1,8}(?=.{0,60}\b(?:is|are|was|has been|made|entered|dated|by and|hereinafter)\b)"
)
_BETWEEN = lazy_pattern(r"(?i)\b(?:between|among)\b")
_AMENDS = lazy_pattern(
    r"(?i)\W*(?:(?:amendment|addendum|side letter|variation)(?: agreement| (?:no\.?|number)? ?\d+\b[^.;]*|(?: agreement)? (?:to|of) (?:the|this)\b[^.;]*)"
    r"|addendum|side letter|amending agreement[^.;]*|(?:first|second|third) (?:amendment|addendum)[^.;]*)\W*$|.{0,12}(?:覚書|変更(?:合意|契約)書?)\W*$"
)
_TITLE_LENGTH = 60
_MADE = lazy_pattern(r"(?i)\b(?:made|dated|entered into|concluded)\b")
_CLOSED = lazy_pattern(r"[.;:。][\"”’)]*\s*$")
_LINES = 4  # that a sentence of the parties may go on for
_EARLY = 12  # sentences in which parties and date are looked for first
_LEAST, _PLAINLY = 0.75, 1.3  # of a clause that is given, and of one that is sure
# words that nothing else uses
_SAYS = {
    "disputes": lazy_pattern(
        r"(?i)\b(?:disputes?|differences?|controvers\w+|suits?|actions|parties)\b.{0,120}\b(?:arbitrat\w+|courts?|jurisdiction|settled|decided)\b|\bcourts? (?:of|in|for)\b.{0,60}\b(?:jurisdiction|decides?|hears?|settles?|may hear)\b|\b(?:suits|actions|proceedings) (?:are|may be|must be|shall be) brought in\b|\b(?:agrees? to|submits? to)\b.{0,30}\b(?:venue|jurisdiction)\b|管轄|仲裁|裁判所(?:で裁判|に起こ)|第一審の.{0,8}裁判所とする"
    ),
    "assignment": lazy_pattern(
        r"(?i)\b(?:may|shall|can|agrees?)(?: not)?(?: to)? assign\b|\bneither party\b.{0,30}\bassign\b|\bnot be assigned\b|\bassign\b.{0,60}\b(?:consent|underlet|sublet)\b|\bnot make (?:this|these) \w+ over\b|\bmay (?:not )?pass it on to another\b|\bno assignment\b|譲渡し|譲り渡し|人に譲って|地位を第三者に"
    ),
    "termination": lazy_pattern(
        r"(?i)\b(?:either|a|any|each|the \w+|of us|you|we) (?:party )?(?:may|can)\b.{0,60}\b(?:terminate|end (?:this|the)|determine|cancel|withdraw|bring)\b|\bcannot be cancelled\b|解約(?:することが)?できる|解除(?:することが)?できる|契約.{0,12}(?:終了させ|終わらせ|やめ)る?ことができ"
    ),
    "price": lazy_pattern(r"(?i)\b(?:price|charge|fee|rent)\b.{0,20}\bmeans\b|\b(?:pays?|owe)\b.{0,60}\b(?:a|per|each|every) (?:day|month|week|year|hour)|^(?:\w+ ){0,3}(?:rent(?:al)?|fee|price|deposit|charge)\s*:|月額|につき.{0,12}円"),
    "payment": lazy_pattern(r"(?i)\b(?:invoices?|bills?)\b.{0,60}\b(?:payable|due|pay|paid)\b.{0,40}\bdays\b|\bpay(?:s|able)?\b.{0,60}\b(?:in advance|instal\w+)|\bpay\b.{0,30}\b(?:inside|within)\b.{0,12}\bdays\b|\bpayment shall be made\b|日までに.{0,40}(?:支払|振り?込)|月末まで.{0,30}(?:支払|振り?込)|翌々?月.{0,14}(?:支払|振り?込)"),
    "renewal": lazy_pattern(r"(?i)\brolls? over\b|\bmonth[- ]to[- ]month\b|\b(?:prolong\w*|extend\w*|renew\w*)\b.{0,60}\b(?:period|term|engagement|year|months?|lease|agreement)\b|\bone further term\b|\bright to a new (?:lease|contract|tenancy)\b|\bcarries on for\b|更新(?:され|する|しない)|同じ条件で|同一の?条件で|さらに[^。]{0,8}年ずつ|ないときは.{0,20}年間"),
    "insurance": lazy_pattern(r"(?i)\b(?:hold|carry|carries|maintains?|keep|takes? out|insure|procure)\b.{0,60}\b(?:insurance|cover\b|risks?|building)|保険.{0,24}(?:に加入|を付|に入り)"),
    "exclusion": lazy_pattern(r"(?i)consequential|loss(?:es)? of profits?|lost profits?|lost revenue|\bindirect|責(?:任|め)を負わない|逸失利益"),
    "subcontracting": lazy_pattern(r"(?i)\b(?:may|shall|must|not)\b.{0,40}\bsub-?contract(?:ors?)?\b|\bsubstitute\b|再委託|他人に行わせ"),
    "date": lazy_pattern(r"(?i)\b(?:effective|agreement) date\b\W|^dated\b"),
}
# kinds whose words hardly stand in another clause
_PLAIN_KINDS = frozenset(["law", "cap", "late", "data", "warranty", "acceptance", "penalty"])
_ASIDE = lazy_pattern(r"(?i)notwithstanding|despite|(?:except )?as (?:otherwise )?provided")  # what a clause says besides
_OTHER_TITLE = 0.15  # of a clause under the title of another kind
_FULL = 2.0  # a clause with the words, the title and the value


def sweep_contract(sentences: Sequence[Sentence]) -> list[Item]:
    """Key facts in the order of their kinds (nda_words.py); a later amendment stands before what it changes."""
    found: list[Item] = []
    sentences = [_labelled(s) for s in sentences]
    beginning = "\n".join(s.text for s in sentences[:_EARLY])
    kinds = kinds_of(beginning)
    sentences, rest = _whole_opening(sentences)
    titles = clause_titles(sentences)
    read = _in_usual_terms(sentences) if is_nda(beginning) else sentences
    own = _without_amendments(read)
    named = _party_item(sentences, titles, rest)
    for kind in kinds:
        if kind.name == "parties" and named is not None:
            found.append(named)
            continue
        scored = [(_score(kind, s, titles[s.index], kinds), s) for s in (own if kind.name == "date" else read) if not s.cells]
        best = sorted((p for p in scored if p[0] >= _LEAST), key=lambda p: (-p[0], p[1].index))
        if kind.name == "parties" and not best:  # nobody is named in words: the blocks of the signatures
            at_end = _party_item(sentences, titles, rest, by_layout=True)
            found += [at_end] if at_end is not None else []
            continue
        best = [p for p in best if kind.words.search(clause_words(p[1].text))] or best
        if kind.name == "date" and best and any(_dates(i, best[0][1]) for i in found):
            continue  # the sentence that names the parties says it
        taken = sorted(best[: kind.many], key=lambda p: p[1].index)
        found += [_item(kind, s, score, titles[s.index], sentences) for score, s in taken]
        if kind.name == "date":
            found += [i for i in signed_items(own) if i.place not in {f.place for f in found}]
    whole = [replace(i, evidence=tuple(dict.fromkeys((*i.evidence, *rest.get(i.place, ()))))) for i in found]
    return _amended(whole, sentences)


def _labelled(sentence: Sentence) -> Sentence:
    """A row of two cells as the label and what it says: "Licence fee: EUR 40"; any other sentence as it is."""
    cells = [c for c in sentence.cells if c]
    if len(cells) != 2 or re.search(r"\d", cells[0]) or len(cells[0]) > _TITLE_LENGTH:
        return sentence
    mark = "：" if _is_japanese(cells[0]) or not cells[0].isascii() else ": "
    return replace(sentence, text=f"{cells[0].strip(' *:：')}{mark}{cells[1]}", cells=())


def _without_amendments(sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    """The sentences before a memorandum that changes the contract: its day is not the contract's."""
    cut = (s.index for s in sentences[_EARLY:] if len(s.text) <= _TITLE_LENGTH and _AMENDS.match(one_line(s.text)))
    return sentences[: next(cut, len(sentences))]


def _in_usual_terms(sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    """The sentences, an agreement's own word for what is secret ("Protected Matter") in that of most agreements."""
    terms = secret_terms([s.text for s in sentences])
    if not terms:
        return sentences
    pattern = re.compile("|".join(map(re.escape, terms)))
    usual = "秘密情報" if _is_japanese(terms[0]) or not terms[0].isascii() else "Confidential Information"
    return [replace(s, text=pattern.sub(usual, s.text)) for s in sentences]


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


def _score(kind: FactKind, sentence: Sentence, title: str, kinds: Sequence[FactKind]) -> float:
    """How surely a sentence states a fact: its words, the title of its clause, the value it must hold."""
    text = one_line(sentence.text)
    bare = clause_words(text)
    if (
        is_title(text)
        or kind.never.search(bare)
        or ((bare in (title, sentence.heading) or len(bare) < _SHORT) and kind.name != "date")
    ):
        return 0.0
    words, titled = kind.words.search(bare), bool(title and kind.title.search(title))
    held = holds_value(text, kind.needs)
    if (kind.needs and not held) or (words is None and not (titled and held and kind.name in _BY_TITLE)):
        return 0.0
    if kind.name == "cap" and not titled and not _LIABLE.search(text):
        return 0.0
    score = (1.0 if words else 0.6) + (0.5 if titled else 0.0)
    if title and not titled and not _says(kind.name, text) and any(k.title.search(title) for k in kinds):
        score -= _OTHER_TITLE
    score += 0.3 if held and (kind.needs or kind.name in _VALUED) else 0.0
    if kind.plain is not None and kind.plain.search(bare):
        score += 0.4
    if kind.name in ("parties", "date") and sentence.index < _EARLY:
        score += 0.6
    if kind.name == "termination":
        score += (0.3 if DURATION.search(text) else 0.0) - (0.0 if _ENDS.search(text) else 0.4)
    if kind.name in ("subject", "parties"):
        score -= 0.004 * min(sentence.index, 200)
    if _ASIDE.match(bare):
        score -= 0.2
    if _MAY.search(text):
        score += 0.2
    return score - (0.0 if kind.name == "date" else 0.002 * min(len(text), 400) / 4)


def holds_value(text: str, needs: str) -> bool:
    """Whether a sentence holds a value of the kind a fact needs; any value where it needs none."""
    kinds = {f.kind for f in extract_facts(text)}
    duration = DURATION.search(text) is not None
    if needs == "duration":
        return duration
    if needs == "time":
        return duration or "date" in kinds
    if needs == "penalty":
        return bool(kinds & {"money", "percent"}) or "倍の違約金" in text
    if needs == "fee":
        return "money" in kinds or ("percent" in kinds and _SHARE.search(text) is not None)
    if needs == "amount":
        return bool(kinds & {"money", "percent"})
    if needs:
        return needs in kinds
    return duration or bool(kinds & {"money", "percent", "date"})


def _item(kind: FactKind, sentence: Sentence, score: float, title: str, sentences: Sequence[Sentence]) -> Item:
    said, sentence = sentence.text, sentences[sentence.index]
    parts = [sentence]
    before = sentences[sentence.index - 1] if sentence.index else None
    after = sentences[sentence.index + 1] if sentence.index + 1 < len(sentences) else None
    if before is not None and before.turn == sentence.turn and _POINTS.match(clause_words(sentence.text)):
        parts.insert(0, before)
    if after is not None and after.span.doc_index == sentence.span.doc_index:
        words = clause_words(after.text)
        if _EXCEPT.search(words) or (kind.name == "term" and after.turn == sentence.turn and _GOES_ON.match(words)):
            parts.append(after)
    listed = _list_behind(parts[-1], sentences)
    what = ("" if _is_japanese(sentence.text) else " ").join(clause_words(p.text) for p in parts)
    what = " ".join([what, *(one_line(s.text) for s in listed)])
    opens = _OPENS.search(what) if kind.name == "parties" else None
    told = kind.words.search(clause_words(said)) is not None  # a title alone leaves it unsure
    return Item(
        "fact",
        what[opens.start() :] if opens else what,
        tuple(dict.fromkeys([sentence.span, *(p.span for p in (*parts, *listed))])),
        section=title,
        name=kind.name,
        score=min(1.0, score / _FULL + 0.2),
        verdict="supported" if (told and score >= _PLAINLY) or _says(kind.name, f"{said} {what}") else "unsure",
    )


def _dates(parties: Item, other: Sentence) -> bool:
    """Whether the sentence that names the parties says when it is made, or is the one that would be given for it."""
    dated = _MADE.search(parties.what) is not None and any(f.kind == "date" for f in extract_facts(parties.what))
    return parties.place == other.span or dated


def _party_item(
    sentences: Sequence[Sentence],
    titles: Sequence[str],
    rest: Mapping[SourceSpan, tuple[SourceSpan, ...]],
    *,
    by_layout: bool = False,
) -> Item | None:
    """The lines that name the parties, where each is given a name of its own."""
    joined = {span for spans in rest.values() for span in spans}
    found = laid_out(sentences) if by_layout else party_sentences(sentences)
    lines = [s for s in found if s.span not in joined]
    if not lines:
        return None
    japanese = _is_japanese("".join(s.text for s in lines))
    what = ("\u3000" if japanese else " ").join(clause_words(s.text) for s in lines)
    opens = _OPENS.search(what)
    return Item(
        "fact",
        what[opens.start() :] if opens else what,
        tuple(span for s in lines for span in (s.span, *rest.get(s.span, ()))),
        section=titles[lines[0].index],
        name="parties",
        score=1.0,
        verdict="supported",
    )


def _list_behind(last: Sentence, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The items that a clause ending in a colon announces: (a), (b) and so on."""
    found: list[Sentence] = []
    if last.text.rstrip()[-1:] not in (":", "：", "-", "—") and not _ANNOUNCES.search(last.text.strip()):
        return found
    for sentence in sentences[last.index + 1 : last.index + 1 + _ITEMS]:
        if _LISTED.match(sentence.text) is None or sentence.span.doc_index != last.span.doc_index:
            break
        found.append(sentence)
    return found


def _says(name: str, text: str) -> bool:
    """Whether a clause says by itself what it is, without a title above it."""
    if name in _PLAIN_KINDS:
        return True
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
