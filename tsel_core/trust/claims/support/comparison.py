"""One claim against one sentence of the document: what speaks against it, or that it is stated."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.facts import extract_facts
from tsel_core.text.normalize import find_whole, normalise
from tsel_core.text.same_values import same_value, says_less
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.asked import Asked
from tsel_core.trust.claims.parts.claim import Why
from tsel_core.trust.claims.parts.evidence import Sentence, best_share, key_of, keyed, share_held, share_in
from tsel_core.trust.claims.parts.expected import ASKS_BEFORE, fitting, unexpected
from tsel_core.trust.claims.parts.finding import SUPPORTED, Finding
from tsel_core.trust.claims.parts.held import (
    begins_range,
    decides,
    holds,
    is_short_for,
    names_it,
    of_other_yen,
    pair_of,
    says_one,
    without,
)
from tsel_core.trust.claims.parts.kinds import MARKS, YES_NO, is_statement, unnumbered
from tsel_core.trust.claims.parts.modality import DECIDED, OPEN
from tsel_core.trust.claims.parts.phrase import asks_who, asks_who_does, bare_answer
from tsel_core.trust.claims.parts.polarity import has_denial
from tsel_core.trust.claims.parts.roles import (
    called_otherwise,
    english_names,
    is_party,
    nearest_clause,
    other_name,
    other_parties,
    roles,
    swapped,
)
from tsel_core.trust.claims.parts.titles import is_title_of
from tsel_core.trust.claims.parts.words import RUN, is_japanese
from tsel_core.trust.claims.support.aside import no_answer, other_relation, unsaid
from tsel_core.trust.claims.support.clipped import clipped
from tsel_core.trust.claims.support.day_names import is_part_of_paper, rival_days
from tsel_core.trust.claims.support.day_of_month import day_of_month
from tsel_core.trust.claims.support.direction import acted_on
from tsel_core.trust.claims.support.own_number import names_own_number
from tsel_core.trust.claims.support.part_of import belongs_elsewhere, other_member
from tsel_core.trust.claims.support.turned import LIMITS, TIES, another_clause, mixed, turned_words
from tsel_core.trust.claims.yes_no.behind import behind_exception
from tsel_core.trust.other_words import said_otherwise
from tsel_core.trust.passages import PassageIndex, features
from tsel_core.trust.question_match import content_words

_DIGITS = lazy_pattern(r"\d[\d.,]*")
MIN_STATED = 0.34  # of a claim's words in the best place; below it nothing states the claim
MIN_SUPPORT = 0.52  # below it the claim is unsure
# of the best share of the question: what the evidence of a short answer must hold; the first where another value stands
MIN_PLACE, FAR_PLACE = 0.55, 0.3
MIN_OWN = 0.3  # the same in the sentence alone, for who does something
MIN_RIVAL = 0.5  # of the question's words in a sentence that decides what the answer calls open
_TOPIC_JA = lazy_pattern(r"^([^、。]{2,20}?)(?:に関して|について|に関する)")
PLAINLY_MORE = 0.2  # of the question's words in a sentence that has another value
VALUE_WEIGHT = 5.0  # of a value among the words of a claim


_DECIDES_ON = lazy_pattern(r"([\u3400-\u9fff\u30a1-\u30faー]{2,})[でにと](?:決定|決め|決ま)")
_NAME_JA = lazy_pattern(r"([\u3400-\u9fff々]{1,4}[ \u3000]?[\u3041-\u3096]{2,5})(?:さん|氏|様)?[。\s]*$")
_LABEL = lazy_pattern(r"[^:.]{2,40}:\s*\S.{0,60}$")
_ROW = lazy_pattern(r"\d\S*\s+[A-Z$€£¥]?\S*\d\S*\s+\S*\d|\t|\|")  # numbers one behind the other, or cells


class Comparison:
    """One claim against several sentences."""

    def __init__(
        self,
        stated: str,
        full: str,
        question: str,
        index: PassageIndex,
        found: Sequence[Sentence],
        called: Collection[str] = (),
    ) -> None:
        self.called = called  # what the document calls its parties
        self.stated, self.full, self.question, self.index = stated, full, question, index
        self.facts = extract_facts(stated)
        values = [f for f in self.facts if f.kind != "name"]
        own = features(without(bare_answer(stated), values))
        self.words = frozenset(own)
        self.weights = keyed({f: w * index.rarity(f) for f, w in own.items()})
        asked = {key_of(f) for f in features(question)}
        self.new = {f: w for f, w in self.weights.items() if f not in asked}
        # a word that the document does not have cannot tell one of its places from another
        there = keyed({f: w * index.rarity(f) for f, w in content_words(question).items()})
        near = {f for s in found for f in (*s.held, *s.near)}
        # what the claim has from the question and the document nowhere says in these words tells nothing either way
        self.weights = {f: w for f, w in self.weights.items() if f not in there or f in index.postings or f in near}
        self.asked = {f: w for f, w in there.items() if f in index.postings or f in near}
        self.short = full != stated
        self.asked_facts = extract_facts(question)
        self.best_asked = best_share(self.asked, found)
        self.found = found

    def rank(self, sentence: Sentence) -> float:
        """How near a sentence is: the claim's words, its values, and the question's words."""
        asked = share_held(self.asked, sentence) if self.asked else 0.0
        same = len(self.words & sentence.exact) / (len(self.words) or 1)  # "proposal" before "propose"
        return (2 * self.share(sentence) + asked if self.short else self.share(sentence) + 0.4 * asked) + 0.1 * same

    def finding(self, sentence: Sentence) -> Finding:
        """What one sentence makes of the claim."""
        return (
            self._facts(sentence)
            or self._turned(sentence)
            or self._echo(sentence)
            or self._place(sentence)
            or self._rival(sentence)
            or self._other_value(sentence)
            or self._other_term(sentence)
            or self._words(sentence)
            or self._aside(sentence)
            or SUPPORTED
        )

    def holds_all(self, sentence: Sentence) -> bool:
        """Whether a sentence states every value and name of the claim that the question does not."""
        own = [f for f in self.facts if not self._asked(f)]
        here = f"{sentence.text}\n{sentence.headings}"
        named = (names_it(f.text, here) if f.kind == "name" else holds(sentence.text, f) for f in own)
        return bool(own) and all(named)

    def stands_as_near(self, sentence: Sentence, best: Sentence) -> bool:
        """Whether a sentence, with those beside it, has nearly as much of the question as the best one.

        Of a row of a table, whose words stand above it, a third is enough where it has the question's values.
        """
        asked = [v for v in self.asked_facts if v.kind != "name"]
        row = _ROW.search(sentence.text) is not None and all(holds(sentence.text, v) for v in asked)
        share = share_held(self.asked, sentence)
        return share >= (1 / 3 if row else 0.8) * share_held(self.asked, best)

    def says_as_much(self, sentence: Sentence, best: Sentence) -> bool:
        """Whether a sentence has as much of the claim in its own words, without those beside it, as the best one."""
        return share_in(self.weights, sentence) >= share_in(self.weights, best)

    def says_otherwise(self, sentence: Sentence) -> bool:
        """Whether a sentence that holds all values says what is asked for in its words or others, or is a title."""
        if any(f.kind == "name" and normalise(f.text) == normalise(sentence.text.strip()) for f in self.facts):
            return True
        here, asked = f"{sentence.text}\n{sentence.headings}", content_words(self.question or self.stated).keys()
        return bool(asked & features(here).keys() or said_otherwise(asked, here))

    def _aside(self, sentence: Sentence) -> Finding | None:
        """A true sentence that is no answer, or one that holds the claim's words in another relation.

        What states a value is judged by its value, a phrase by where it stands.
        """
        found = ""
        if not self.short:
            valued = any(f.kind != "name" for f in self.facts)
            found = "" if valued else no_answer(self.question, self.asked, sentence, self.found)
            found = found or unsaid(self.question, self.stated, self.words, self.index, sentence)
        found = found or other_relation(self.stated, sentence.text)
        return Finding("unsure", "elsewhere", found.strip()) if found else None

    def _facts(self, sentence: Sentence) -> Finding | None:
        whole = f"{sentence.text}\n{sentence.speaker or ''}\n{sentence.headings}\n{sentence.around}"
        for fact in self.facts:
            if fact.kind == "name":
                here = f"{sentence.text}\n{sentence.speaker or ''}\n{sentence.headings}" if self.short else whole
                if names_it(fact.text, here) or names_it(fact.text, self.question):
                    continue
                if is_short_for(fact.text, whole) or is_title_of(fact.text, self.stated, self.index, sentence.span):
                    continue
                days = rival_days(fact.text, whole)
                if days is not None:
                    detail = f"{fact.text} / {days[0]}" if days else fact.text
                    return Finding("contradicted" if days else "not stated", "date", detail)
                if is_part_of_paper(fact.text):
                    return Finding("unsure", "words", fact.text)
                others = [f for f in extract_facts(sentence.text) if f.kind == "name"]
                return Finding("contradicted" if others else "not stated", "name", fact.text)
            if of_other_yen(sentence.text, fact, self.index.whole):
                return Finding("unsure", "number", fact.text)
            leads = "." not in fact.value or self.stated.lstrip(MARKS).startswith(fact.text)
            own = sentence.text if leads else unnumbered(sentence.text)  # "3.4 The order", told as 3.4 kilograms
            if holds(own, fact) or _in_short(sentence, fact) or day_of_month(sentence, fact):
                continue
            if says_one(sentence.text, fact, self.stated):
                continue
            if any(same_value(fact, v) for v in self.asked_facts) or begins_range(sentence.text, fact):
                continue
            unit = self.index.unit_text(sentence.span.doc_index, sentence.span.unit_index)
            if names_own_number(self.stated, fact, unit):
                continue
            why: Why = "date" if fact.kind in ("date", "time") else "number"
            rivals = [v for v in extract_values(unnumbered(sentence.text)) if v.kind == fact.kind]
            if holds(sentence.around, fact):
                instead = [v for v in rivals if v.unit == fact.unit and not any(same_value(v, f) for f in self.facts)]
                if not instead:
                    continue
                return Finding("unsure", "elsewhere", pair_of(fact, instead))  # the sentence has its own
            if any(says_less(v, fact) for v in rivals):
                return Finding("unsure", why, pair_of(fact, rivals))  # which country's money is left open
            near = share_held(self.weights, sentence) >= MIN_STATED or self.short
            return Finding("contradicted" if rivals and near else "not stated", why, pair_of(fact, rivals))
        return None

    def _turned(self, sentence: Sentence) -> Finding | None:
        """The same words, but another one does it, or it is denied, limited or meant otherwise."""
        if self.short:
            missing = self._missing_run(sentence)
            if missing:
                return missing
            asks_limit = has_denial(self.question) or LIMITS.search(self.question)
            cut = "" if asks_limit else clipped(self.stated, sentence.text)
            if cut:
                return Finding("unsure", "negation", cut)
            odd = unexpected(self.stated, self.facts, self.question)
            if odd:
                return Finding("unsure", "kind", odd)
        elif self.share(sentence) < MIN_STATED:
            return None
        else:
            behind = behind_exception(Asked(self.stated), sentence.text, sentence.before, sentence.headings)
            if behind is not None and behind.says:
                return Finding("contradicted", "negation") if behind.says == "no" else None
            if behind is not None:
                return Finding("unsure", "words")
        names = [f.text for f in (*self.facts, *self.asked_facts, *extract_facts(sentence.text)) if f.kind == "name"]
        names += self.called
        parts = roles(self.full, names)
        if self.short and not asks_who(self.question):
            parts = {part: who for part, who in roles(self.stated, names).items() if part.startswith("of ")}
        elif self.short:  # what the question says of others is not the answer's
            given = self.stated.casefold()
            parts = {part: {w for w in who if w in given} for part, who in parts.items()}
        role = called_otherwise(self.stated, sentence.text)
        if not role and is_statement(sentence.text):  # a row of a table says of nobody that he does anything
            role = swapped(parts, roles(nearest_clause(self.full, sentence.text), names, sentence.speaker))
        if role:
            doubt = another_clause(self.stated, role, sentence.text, self.called) or _for_others(role, sentence.speaker)
            doubt = doubt or _beside_only(role, sentence, self.called)
            return Finding("unsure" if doubt else "contradicted", "role", role)
        name = other_name(self.stated, sentence.text, f"{sentence.around}{self.question}")
        if name:
            return Finding("contradicted", "name", name)
        met = acted_on(self.stated, sentence.text, english_names(names))
        if met:
            return Finding("contradicted", "role", met)
        whole = f"{sentence.text} {sentence.around}"
        turned = turned_words(self.stated, sentence, self.short)
        if turned is not None:
            return turned
        if not self.short and other_parties(self.stated, sentence.text, [n for n in names if not n.isupper()]):
            return Finding("unsure", "role")
        apart = "" if self.short else belongs_elsewhere(self.stated, sentence.text) or other_member(self.stated, whole)
        labelled = _LABEL.match(sentence.text) is not None  # "Termination Date: 31 May": a line of its own
        own = self.words - features(self.question).keys()
        apart = apart or ("" if self.short or labelled else mixed(self.stated, own, sentence, self.index))
        return Finding("unsure", "elsewhere", apart) if apart else None

    def _missing_run(self, sentence: Sentence) -> Finding | None:
        """A word of a Japanese phrase that the sentence does not hold."""
        here = normalise(f"{sentence.text}{sentence.headings}{sentence.speaker or ''}{self.question}")
        bare = without(self.stated, [f for f in self.facts if f.kind != "name"])
        named = _NAME_JA.search(bare_answer(self.stated)) if asks_who(self.question) else None
        if named is not None and normalise(named[1]) not in here + normalise(sentence.around):
            return Finding("not stated", "name", named[1])  # 大森さくら is not 大森 さつき
        for match in RUN.finditer(bare) if is_japanese(self.stated) else ():
            run = normalise(match.group())
            if run not in here and run not in here.replace("の", ""):  # 契約終了後 is 契約の終了後
                return Finding("unsure" if run in normalise(sentence.around) else "not stated", "words", match.group())
        return None

    def _other_term(self, sentence: Sentence) -> Finding | None:
        """A word of a Japanese statement's own that stands elsewhere in the document, and not where the statement does.

        川崎で決定 is not stated by 厚木で決定, though all its other words are.
        """
        if not is_japanese(self.stated) or not DECIDED.search(self.stated):
            return None
        named = _DECIDES_ON.findall(sentence.text)
        beside = "" if named and not any(name in self.stated for name in named) else sentence.around
        here = normalise(f"{sentence.text}{sentence.headings}{sentence.speaker or ''}{beside}{self.question}")
        elsewhere = normalise("".join(s.text for s in self.found))
        bare = without(self.stated, [f for f in self.facts if f.kind != "name"])
        for match in RUN.finditer(bare):
            run = normalise(match.group())
            if len(run) > 1 and run not in here and run in elsewhere:
                return Finding("unsure", "rival", match.group())
        return None

    def _echo(self, sentence: Sentence) -> Finding | None:
        if not self.question or YES_NO.match(self.stated) or any(f for f in self.facts if not self._asked(f)):
            return None
        added = [f for f in self.new if f in sentence.held]
        if added or find_whole(normalise(sentence.text), normalise(bare_answer(self.stated))) >= 0:
            return None
        return Finding("unsure", "echo")

    def _asked(self, fact: Value) -> bool:
        return any(same_value(fact, other) for other in self.asked_facts)

    def _place(self, sentence: Sentence) -> Finding | None:
        """A short answer must stand where the question's words stand, unless nothing there could answer instead."""
        off = self._off_topic(sentence)
        if off or not self.short:
            return off
        if not self.asked:
            return Finding("unsure", "elsewhere") if content_words(self.question) else None
        share = share_held(self.asked, sentence)
        kinds = {f.kind for f in self.facts if f.kind != "name"}
        most = max(share_in(self.asked, s) for s in self.found)
        if asks_who_does(self.question) and share_in(self.asked, sentence) < MIN_OWN * most:
            return Finding("unsure", "elsewhere")
        if share < FAR_PLACE * self.best_asked and len(self.asked) > 1:
            return Finding("unsure", "elsewhere")
        if share < MIN_PLACE * self.best_asked and kinds:
            nearer = [s for s in self.found if share_held(self.asked, s) >= max(1.3 * share, 0.8 * self.best_asked)]
            rivals = [v for s in nearer for v in extract_values(s.text) if v.kind in kinds]
            if any(not holds(v.text, f) for v in rivals for f in self.facts if f.kind == v.kind):
                return Finding("unsure", "elsewhere", rivals[0].text)
        return None

    def _off_topic(self, sentence: Sentence) -> Finding | None:
        """What a Japanese question is about (「Xに関して」) stands in the document, and not where the claim does."""
        match = _TOPIC_JA.match(self.question)
        if match is None:
            return None
        topic = normalise(match[1])
        if topic in normalise(f"{sentence.text}{sentence.around}{sentence.headings}"):
            return None
        known = any(topic in normalise(other.text) for other in self.found)
        return Finding("unsure", "elsewhere", match[1]) if known else None

    def _rival(self, sentence: Sentence) -> Finding | None:
        """Another sentence decides, about the same thing, on another value."""
        values = [f for f in self.facts if f.kind != "name" and not self._asked(f)]
        share = share_held(self.asked, sentence)
        if OPEN.search(self.stated):
            least = max(MIN_RIVAL, 0.8 * share)
            deciding = [s for s in self.found if decides(s.text) and share_held(self.asked, s) >= least]
            return Finding("contradicted", "rival", " ".join(deciding[0].text.split())) if deciding else None
        if not values or not self.asked:
            return None
        for other in self.found:
            later = other.order > sentence.order or not DECIDED.search(sentence.text)
            if other is sentence or not later or not decides(other.text):
                continue
            if share_held(self.asked, other) < 0.8 * share:
                continue
            theirs = [v for v in extract_values(other.text) if v.kind == values[0].kind]
            if theirs and not any(same_value(values[0], v) for v in theirs):
                return Finding("unsure", "rival", pair_of(values[0], theirs))
        return None

    def _other_value(self, sentence: Sentence) -> Finding | None:
        """Another sentence has plainly more of what is asked, and another value of the kind asked for.

        "It is renewed for two years" is not stated by "the term is two years" where "it is renewed for a year" stands.
        """
        values = [v for v in fitting(self.stated, self.question) or () if not self._asked(v)]
        if not values or not self.asked or ASKS_BEFORE.search(self.question):
            return None
        told = self._told(sentence)
        for other in self.found:
            if other is sentence or self._told(other) < told + PLAINLY_MORE:
                continue
            theirs = fitting(other.text, self.question) or ()
            if theirs and not any(same_value(v, o) for v in values for o in theirs):
                return Finding("unsure", "rival", pair_of(values[0], theirs))
        return None

    def _told(self, sentence: Sentence) -> float:
        """Share of the question's words that a sentence has, or has others for."""
        here = f"{sentence.text}\n{sentence.headings}"
        held = sentence.held | {key_of(w) for w in said_otherwise(content_words(self.question), here)}
        return sum(w for f, w in self.asked.items() if f in held) / sum(self.asked.values())

    def share(self, sentence: Sentence) -> float:
        """Share of the claim's words and values that a sentence holds."""
        values = [f for f in self.facts if f.kind != "name"]
        held = sum(holds(sentence.text, v) or _in_short(sentence, v) or day_of_month(sentence, v) for v in values)
        total = sum(self.weights.values()) + VALUE_WEIGHT * len(values)
        if not total:
            return 1.0
        return (share_held(self.weights, sentence) * sum(self.weights.values()) + VALUE_WEIGHT * held) / total

    def _words(self, sentence: Sentence) -> Finding | None:
        share = self.share(sentence)
        tied = self.short or is_japanese(self.stated)
        tied = tied or TIES.search(sentence.text) is not None or _LABEL.match(sentence.text) is not None
        here = share_in(self.weights, sentence)
        short = any(_in_short(sentence, f) for f in self.facts)
        own = tied or here >= MIN_STATED or (here > 0 and (short or self.holds_all(sentence)))
        if share >= MIN_SUPPORT and own:
            return None
        return Finding("unsure" if share >= MIN_STATED else "not stated", "words")


def _in_short(sentence: Sentence, fact: Value) -> bool:
    """Whether a sentence has a value without the unit that the one before it has: "Cooks work 37 hours. Nurses 35."."""
    if fact.kind not in ("duration", "money") or not sentence.before:
        return False
    here, before = extract_values(sentence.text), extract_values(sentence.before)
    if any(v.kind == fact.kind for v in here):
        return False
    bare = [v.text for v in here if v.kind == "number" and not v.unit]
    units = [v.text for v in before if v.kind == fact.kind]
    made = (extract_values(_DIGITS.sub(number, unit, count=1)) for number in bare for unit in units)
    return any(same_value(fact, v) for values in made for v in values)


def _beside_only(role: str, sentence: Sentence, called: Collection[str]) -> bool:
    """Whether the name that a claim gives a part (of "a / b") is no party's and stands beside the sentence alone."""
    ours = [name.strip() for name in role.partition(" / ")[0].split(",")]
    beside = sentence.around.casefold()
    known = any(is_party(n) or n in called or n in sentence.text.casefold() for n in ours)
    return not known and all(n in beside for n in ours)


def _for_others(role: str, speaker: str | None) -> bool:
    """Whether a claim says of a party what a speaker says of "my lot": it may be whom the speaker speaks for."""
    ours, _, theirs = role.partition(" / ")
    return speaker is not None and is_party(ours) and theirs in speaker.casefold().split()
