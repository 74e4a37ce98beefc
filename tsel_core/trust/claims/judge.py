"""Judging the claims of an answer: each sentence against the whole sentences of the document nearest to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tsel_core.answer import Citation
from tsel_core.document import SourceSpan
from tsel_core.text.facts import extract_facts
from tsel_core.text.normalize import find_whole, normalise
from tsel_core.text.refusal import is_refusal
from tsel_core.text.same_values import same_value
from tsel_core.text.sentences import split_sentences
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.claim import Claim, Verdict, Why
from tsel_core.trust.claims.evidence import Sentence, Sentences, best_share, share_held
from tsel_core.trust.claims.expected import unexpected
from tsel_core.trust.claims.kinds import YES_NO, is_bare_yes_no, is_list_mark, says_no, says_something
from tsel_core.trust.claims.modality import DECIDED, OPEN, other_modality
from tsel_core.trust.claims.polarity import denies, has_denial, opposite
from tsel_core.trust.claims.quantifiers import other_quantity
from tsel_core.trust.claims.roles import nearest_clause, other_name, roles, swapped
from tsel_core.trust.claims.words import RUN, english_tokens, is_japanese
from tsel_core.trust.passages import PassageIndex, features
from tsel_core.trust.question_match import content_words, same_script

ClaimJudge = Callable[[str, str], float]
"""(claim with its question, evidence) -> how likely the evidence states the claim, 0..1; asked of the model."""

MIN_STATED = 0.34  # of a claim's words in the best place; below it nothing states the claim
MIN_SUPPORT = 0.52  # below it the claim is unsure
MIN_PLACE, FAR_PLACE = 0.55, 0.3  # of the best place's share of the question that the evidence of a short answer must hold
MIN_QUESTION_WORDS = 3  # the absence of fewer words says nothing
MIN_RIVAL = 0.5  # of the question's words in a sentence that decides what the answer calls open
VALUE_WEIGHT = 5.0  # of a value among the words of a claim
RESCUE, SAME_RANK = 0.9, 0.98  # another sentence so near to the best one may support the claim instead
JUDGE_SUPPORTS, JUDGE_DENIES = 0.5, 0.15
_MARK = re.compile(r"\s?\[\d{1,3}\]")
_LEAD = re.compile(
    r"^(?:(?:yes|no|true|false)\b|はい|いいえ)\s*[,.、。:：]?\s*|^(?:according to [^,]{3,40},|the (?:document|agreement|contract|text) (?:states|says) that)\s*",
    re.I,
)
_PREDICATES = frozenset(
    ["is", "are", "was", "were", "be", "been", "has", "have", "had", "do", "does", "did", "shall", "will", "may", "must", "can", "could", "should", "would", "need", "needs", "says", "states", "pays", "owns", "runs", "begins", "starts", "ends", "continues", "bears", "covers", "includes", "applies", "expires", "sends"]
)
_WHO_EN = re.compile(r"^who\b|\bwho\b", re.I)
_WHO_JA = re.compile(r"(?:誰|だれ|どなた|どちら)")


@dataclass(frozen=True, slots=True)
class _Finding:
    verdict: Verdict
    why: Why = ""
    detail: str = ""


# a limit or a ban may be told with a "not" of one's own
_LIMITS = re.compile(r"prohibit|forbid|limit|up to|maximum|at most|only|refus|exclu|reject|except|unless|against|禁|限|以内|以下|未満|のみ|だけ|否|反対|除|未", re.I)
_SUPPORTED = _Finding("supported")
_CHECKS: tuple[tuple[Callable[[str, str], str], Why], ...] = (
    (denies, "negation"), (opposite, "opposite"), (other_quantity, "quantifier"), (other_modality, "modality"),
)  # fmt: skip


def judge_claims(
    text: str,
    question: str,
    index: PassageIndex,
    citations: Sequence[Citation] = (),
    judge: ClaimJudge | None = None,
) -> tuple[Claim, ...]:
    """A verdict for each sentence of an answer that states something; headings, marks of lists and refusals state nothing."""
    sentences = Sentences(index)
    claims = []
    spans = split_sentences(text)
    for number, (start, end) in enumerate(spans):
        words = _MARK.sub("", text[start:end]).strip()
        if number + 1 < len(spans) and is_bare_yes_no(words) and says_something(text[slice(*spans[number + 1])]):
            continue  # what follows says what is meant
        lone_mark = is_list_mark(words) and words != text.strip()
        if lone_mark or not words or not says_something(words) or (is_refusal(words) and len(words) < 160):
            continue
        cited = [c for c in citations if number in c.sentences]
        claim = Claim(words, start, end, number, "unsure", citations=tuple(c.id for c in cited))
        claims.append(_judge(claim, question, sentences, [c.span for c in cited if c.role == "answer"], judge))
    return tuple(claims)


def _judge(
    claim: Claim, question: str, sentences: Sentences, cited: Sequence[SourceSpan], judge: ClaimJudge | None
) -> Claim:
    index = sentences.index
    if not _comparable(claim.text, index) or (question and not _comparable(question, index)):
        return _asked(replace(claim, why="other-language"), question, claim.text, judge, sentences)
    if is_bare_yes_no(claim.text):
        return _judge_yes_no(claim, question, sentences, judge)
    stated = _LEAD.sub("", claim.text).strip() or claim.text
    full = _completed(stated, question)
    found = sentences.candidates(f"{stated} {_values_text(stated)}", question, cited)
    comparison = _Comparison(stated, full, question, index, found)
    ranked = sorted(found, key=comparison.rank, reverse=True)
    if not ranked:
        return _asked(replace(claim, verdict="not stated", why="no-evidence"), question, full, judge, sentences)
    best, finding = ranked[0], comparison.finding(ranked[0])
    top = comparison.rank(best)
    for other in ranked[1:4]:
        near = SAME_RANK if finding.verdict == "contradicted" else RESCUE
        if finding.verdict == "supported" or comparison.rank(other) < near * top:
            break
        again = comparison.finding(other)
        if again.verdict == "supported":
            best, finding = other, again
    made = replace(
        claim, verdict=finding.verdict, why=finding.why, detail=finding.detail, evidence=best.span
    )
    return _asked(made, question, full, judge, sentences)


def _asked(claim: Claim, question: str, full: str, judge: ClaimJudge | None, sentences: Sentences) -> Claim:
    """The model's judgement where the rules are not sure, and against them where it is sure of the opposite."""
    if judge is None or claim.evidence is None or claim.verdict in ("contradicted", "not stated"):
        return claim
    score = judge(full, sentences.index.text(claim.evidence))
    if claim.verdict == "unsure" and score >= JUDGE_SUPPORTS and claim.why in ("words", "yes-no", "other-language"):
        return replace(claim, verdict="supported", why="", detail="", score=score)
    if claim.verdict == "supported" and score <= JUDGE_DENIES:
        return replace(claim, verdict="unsure", why="judge", score=score)
    return replace(claim, score=score)


def _judge_yes_no(claim: Claim, question: str, sentences: Sentences, judge: ClaimJudge | None) -> Claim:
    """A bare Yes or No claims what the question asks (or its opposite): rules can seldom tell, a model may."""
    found = sentences.candidates(question, question)
    weights = {f: w * sentences.index.rarity(f) for f, w in content_words(question).items()}
    if not found or not weights:
        return replace(claim, verdict="unsure", why="yes-no")
    best = max(found, key=lambda s: share_held(weights, s))
    share = share_held(weights, best)
    no = says_no(claim.text)
    made = replace(claim, evidence=best.span, why="yes-no")
    if share >= 0.75:
        against = denies(question, best.text) or opposite(question, best.text)
        right = bool(against) == no
        made = replace(made, verdict="supported" if right else "contradicted", why="" if right else "negation", detail=against)
    if judge is None:
        return made
    score = judge(question, sentences.index.text(best.span))
    score = 1 - score if no else score
    if made.verdict == "unsure" and (score >= JUDGE_SUPPORTS or score <= JUDGE_DENIES):
        return replace(made, verdict="supported" if score >= JUDGE_SUPPORTS else "contradicted", score=score)
    return replace(made, score=score)


def _comparable(text: str, index: PassageIndex) -> bool:
    return sum(c.isalpha() for c in text) < 4 or same_script(text, index)


def _values_text(text: str) -> str:
    return " ".join(v.value for v in extract_values(text))


def _completed(stated: str, question: str) -> str:
    """A phrase put into its question: "Who pays the fee?" "The Supplier." -> "The Supplier pays the fee?"."""
    if not question or not _is_phrase(stated):
        return stated
    bare = _bare(stated)
    if _WHO_JA.search(question):
        return _WHO_JA.sub(bare, question, count=1)
    if _WHO_EN.search(question):
        return _WHO_EN.sub(bare, question, count=1)
    return f"{question} {stated}"


def _bare(stated: str) -> str:
    return re.sub(r"(?:です|でした|である)$", "", stated.strip(" .。"))


def _is_phrase(stated: str) -> bool:
    """An answer without a predicate of its own: "30 days", "the Supplier", 14営業日です."""
    if is_japanese(stated):
        bare = re.sub(r"(?:です|でした|である)?[。\s]*$", "", stated)
        return len(bare) <= 30 and re.search(r"[はがをも]|ます|ました|ない$|する$|した$", bare) is None
    return len(stated.split()) <= 12 and not any(t.word in _PREDICATES or t.word.endswith(("ed", "izes")) for t in english_tokens(stated))


class _Comparison:
    """One claim against several sentences."""

    def __init__(self, stated: str, full: str, question: str, index: PassageIndex, found: Sequence[Sentence]) -> None:
        self.stated, self.full, self.question, self.index = stated, full, question, index
        self.facts = extract_facts(stated)
        values = [f for f in self.facts if f.kind != "name"]
        self.weights = {f: w * index.rarity(f) for f, w in features(_without(_bare(stated), values)).items()}
        self.new = {f: w for f, w in self.weights.items() if f not in features(question)}
        # a word that the document does not have cannot tell one of its places from another
        self.asked = {f: w * index.rarity(f) for f, w in content_words(question).items() if f in index.postings}
        self.short = full != stated
        self.asked_facts = extract_facts(question)
        self.best_asked = best_share(self.asked, found)
        self.found = found

    def rank(self, sentence: Sentence) -> float:
        """How near a sentence is: the claim's words, its values, and the question's words."""
        values = [f for f in self.facts if f.kind != "name"]
        held = sum(_holds(sentence.text, v) for v in values) / len(values) if values else 0.0
        asked = share_held(self.asked, sentence) if self.asked else 0.0
        return share_held(self.weights, sentence) + 0.4 * held + (1.0 if self.short else 0.4) * asked

    def finding(self, sentence: Sentence) -> _Finding:
        """What one sentence makes of the claim."""
        return (
            self._facts(sentence)
            or self._turned(sentence)
            or self._echo(sentence)
            or self._place(sentence)
            or self._rival(sentence)
            or self._words(sentence)
            or _SUPPORTED
        )

    def _facts(self, sentence: Sentence) -> _Finding | None:
        whole = f"{sentence.text}\n{sentence.speaker or ''}\n{sentence.headings}\n{sentence.around}"
        for fact in self.facts:
            if fact.kind == "name":
                near = f"{sentence.text}\n{sentence.speaker or ''}\n{sentence.headings}" if self.short else whole
                if _names(fact.text, near) or _names(fact.text, self.question):
                    continue
                others = [f for f in extract_facts(sentence.text) if f.kind == "name"]
                return _Finding("contradicted" if others else "not stated", "name", fact.text)
            if _holds(sentence.text, fact):
                continue
            if any(same_value(fact, v) for v in self.asked_facts) or _holds(sentence.around, fact):
                continue
            why: Why = "date" if fact.kind in ("date", "time") else "number"
            rivals = [v for v in extract_values(sentence.text) if v.kind == fact.kind]
            near = share_held(self.weights, sentence) >= MIN_STATED or self.short
            return _Finding("contradicted" if rivals and near else "not stated", why, _pair(fact, rivals))
        return None

    def _turned(self, sentence: Sentence) -> _Finding | None:
        """The same words, but another one does it, or it is denied, limited or meant otherwise."""
        if self.short:
            missing = self._missing_run(sentence)
            if missing:
                return missing
            odd = unexpected(self.facts, self.question)
            if odd:
                return _Finding("unsure", "kind", odd)
        elif self.share(sentence) < MIN_STATED:
            return None
        names = [f.text for f in (*self.facts, *self.asked_facts, *extract_facts(sentence.text)) if f.kind == "name"]
        parts = roles(self.full, names)
        if self.short and not (_WHO_EN.search(self.question) or _WHO_JA.search(self.question)):
            parts = {part: who for part, who in roles(self.stated, names).items() if part.startswith("of ")}
        role = swapped(parts, roles(nearest_clause(self.full, sentence.text), names, sentence.speaker))
        if role:
            return _Finding("contradicted", "role", role)
        name = other_name(self.stated, sentence.text, f"{sentence.around}{self.question}")
        if name:
            return _Finding("contradicted", "name", name)
        if has_denial(self.stated) and not has_denial(sentence.text) and not _LIMITS.search(sentence.text):
            return _Finding("contradicted", "negation")
        for check, why in _CHECKS:
            if self.short and check is denies and not has_denial(self.stated):
                continue  # a phrase is denied by its sentence only where it takes over the denial
            found = check(self.stated, sentence.text)
            if found:
                verdict: Verdict = "unsure" if why == "quantifier" and "/" not in found else "contradicted"
                return _Finding(verdict, why, found)
        return None

    def _missing_run(self, sentence: Sentence) -> _Finding | None:
        """A word of a Japanese phrase that the sentence does not hold."""
        here = normalise(f"{sentence.text}{sentence.headings}{sentence.speaker or ''}{self.question}")
        bare = _without(self.stated, [f for f in self.facts if f.kind != "name"])
        for match in RUN.finditer(bare) if is_japanese(self.stated) else ():
            run = normalise(match.group())
            if run not in here:
                return _Finding("unsure" if run in normalise(sentence.around) else "not stated", "words", match.group())
        return None

    def _echo(self, sentence: Sentence) -> _Finding | None:
        if not self.question or YES_NO.match(self.stated) or any(f for f in self.facts if not self._asked(f)):
            return None
        added = [f for f in self.new if f in sentence.held]
        if added or find_whole(normalise(sentence.text), normalise(_bare(self.stated))) >= 0:
            return None
        return _Finding("unsure", "echo")

    def _asked(self, fact: Value) -> bool:
        return any(same_value(fact, other) for other in self.asked_facts)

    def _place(self, sentence: Sentence) -> _Finding | None:
        """A short answer must stand where the question's words stand, unless nothing there could answer instead."""
        if not self.short:
            return None
        if not self.asked:
            return _Finding("unsure", "elsewhere") if len(content_words(self.question)) >= MIN_QUESTION_WORDS else None
        share = share_held(self.asked, sentence)
        kinds = {f.kind for f in self.facts if f.kind != "name"}
        if share < FAR_PLACE * self.best_asked:
            return _Finding("unsure", "elsewhere")
        if share < MIN_PLACE * self.best_asked and kinds:
            nearer = [s for s in self.found if share_held(self.asked, s) >= max(1.3 * share, 0.8 * self.best_asked)]
            rivals = [v for s in nearer for v in extract_values(s.text) if v.kind in kinds]
            if any(not _holds(v.text, f) for v in rivals for f in self.facts if f.kind == v.kind):
                return _Finding("unsure", "elsewhere", rivals[0].text)
        return None

    def _rival(self, sentence: Sentence) -> _Finding | None:
        """Another sentence decides, about the same thing, on another value."""
        values = [f for f in self.facts if f.kind != "name" and not self._asked(f)]
        share = share_held(self.asked, sentence)
        if OPEN.search(self.stated):
            other = next((s for s in self.found if _decides(s.text) and share_held(self.asked, s) >= max(MIN_RIVAL, 0.8 * share)), None)
            return _Finding("contradicted", "rival", " ".join(other.text.split())[:80]) if other else None
        if not values or not self.asked:
            return None
        for other in self.found:
            later = other.order > sentence.order or not DECIDED.search(sentence.text)
            if other is sentence or not later or not _decides(other.text) or share_held(self.asked, other) < 0.8 * share:
                continue
            theirs = [v for v in extract_values(other.text) if v.kind == values[0].kind]
            if theirs and not any(same_value(values[0], v) for v in theirs):
                return _Finding("unsure", "rival", _pair(values[0], theirs))
        return None

    def share(self, sentence: Sentence) -> float:
        """Share of the claim's words and values that a sentence holds."""
        values = [f for f in self.facts if f.kind != "name"]
        held = sum(_holds(sentence.text, v) for v in values)
        total = sum(self.weights.values()) + VALUE_WEIGHT * len(values)
        if not total:
            return 1.0
        return (share_held(self.weights, sentence) * sum(self.weights.values()) + VALUE_WEIGHT * held) / total

    def _words(self, sentence: Sentence) -> _Finding | None:
        share = self.share(sentence)
        if share >= MIN_SUPPORT:
            return None
        return _Finding("unsure" if share >= MIN_STATED else "not stated", "words")


def _decides(text: str) -> bool:
    return DECIDED.search(text) is not None and OPEN.search(text) is None


def _holds(text: str, fact: Value) -> bool:
    return any(_states(v, fact) for v in extract_values(text))


def _states(there: Value, fact: Value) -> bool:
    """The same value, and not a bare number for a length of time (the "2" of a clause for "2 years") or a date."""
    if not same_value(fact, there):
        return False
    if there.kind == fact.kind or fact.kind in ("number", "ordinal"):
        return True
    return fact.kind == "money" and there.kind == "number" and len(there.value) >= 3


def _without(text: str, values: Sequence[Value]) -> str:
    """A text with its values blanked: they are compared as values."""
    for value in reversed(values):
        text = f"{text[: value.start]} {text[value.end :]}"
    return text


def _names(name: str, text: str) -> bool:
    bare = re.sub(r"^(?:The|Mr|Mrs|Ms|Dr)\.?\s+|['’]s?$", "", name)
    return normalise(bare) in normalise(text)


def _pair(fact: Value, others: Sequence[Value]) -> str:
    return f"{fact.text} / {others[0].text}" if others else fact.text
