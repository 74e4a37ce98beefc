"""The second look at a question that is judged: yes or no, true or false or not mentioned."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.deciding.checked import values_checked
from tsel_core.evidence.deciding.clause import Clauses, quotes_words
from tsel_core.evidence.deciding.judge import Judgement, judge
from tsel_core.evidence.deciding.verdict import MIDDLE, Heard, Verdict, decide_truth, decide_yesno
from tsel_core.evidence.locating.agree import polarity, says_nothing
from tsel_core.evidence.locating.kind import QuestionKind
from tsel_core.evidence.locating.locate import Located, Locator
from tsel_core.evidence.locating.looked import Looked
from tsel_core.evidence.locating.plain_words import Plainly, Ruled, ruled_near, told_plainly
from tsel_core.evidence.locating.signs import LEAST_SHARE, Signs
from tsel_core.evidence.locating.spoken_near import spoken_near
from tsel_core.evidence.locating.thing_named import names_the_thing
from tsel_core.evidence.locating.typed import values_told, without_values
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.library import prompt_in, prompt_list_in
from tsel_core.prompts.tasks import Task
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.claims.parts.asked import LEAVE, Asked
from tsel_core.trust.claims.parts.denial import has_denial_in
from tsel_core.trust.claims.parts.freely import asked_freely
from tsel_core.trust.claims.parts.polarity import has_denial
from tsel_core.trust.claims.verdicts import says_otherwise

_ABOUT = 0.3  # share of the question's words in the clause that bears a verdict, where no concept is known
_ABOUT_IT = 0.5  # share of the question's words in a passage that is about the thing
_VOUCHES = 0.5  # lift of Yes (nats) from which on it is relied on without plain words
_ABSENT = lazy_pattern(r"not (?:mentioned|stated|found)|記載(?:なし|され|が|は)", re.I)
_GOES_ON = lazy_pattern(r"\W*\w+ \w")  # "No consta": its first word is no verdict of its own


def look_judged(
    asker: Asker, locator: Locator, task: Task, first: str, kind: QuestionKind, located: Located, signs: Signs
) -> Looked:
    """The verdict of the evidence, with the clause it rests on; the first answer stays where it says the same."""
    judged = judge(asker, kind, located.texts, alone=True, prior=True)
    looks: dict[str, Any] = {"document": first, "judged": _shares(judged), "prior": [round(p, 3) for p in judged.prior]}
    share = signs.share if signs.share is not None else MIDDLE
    said = verdict_of(first)
    decide = decide_truth if kind.kind == "truth" else decide_yesno
    heard = heard_of(kind, located, locator)
    plain = told_plainly(kind, locator)
    if plain is not None:
        heard = replace(heard, plain=plain.says)
    verdict = decide(said, judged, share, kind.matter, heard)
    looks |= {"weight": round(verdict.weight, 2), "values_checked": heard.checked}
    looks |= {"told": heard.told, "plain": heard.plain}
    rule = ruled_near(kind, locator) if verdict.value is None else None
    near = spoken_near(kind, locator) if not (verdict.value is False or rule or plain) else None
    if near is not None and (verdict.value is None or _denies(locator.index.text(near.span), kind.matter)):
        rule = Ruled(near, None)
    if rule is not None:  # "no passage says so" would not be true
        located = replace(located, ranked=tuple(dict.fromkeys([rule.sentence, *located.ranked])))
        verdict = replace(verdict, value=rule.says, sure=False)
        plain = None if rule.says is None else Plainly(rule.says, rule.sentence)
    clauses = Clauses(asker, locator, kind, located, plain)
    text = _words(task, first, said, verdict, judged.options, kind, clauses, looks)
    if rule is not None and rule.says is None and is_refusal(text):
        text = clauses.quoted(rule.sentence, task.lang)
    least = LEAST_SHARE if heard.told is not None or verdict.value is None else _ABOUT
    about = signs.worded is None or clauses.share >= least  # a clause of another thing bears no verdict
    if verdict.value is None and values_told(kind.matter):  # with another value it may well be there
        about = locator.word(without_values(kind.matter)).share() < LEAST_SHARE
    known = plain is not None or heard.told is not None or heard.checked is not None
    sure = verdict.sure and (about or plain is not None) and (known or verdict.value is None or bool(kind.tongue))
    # a refusal was on offer to the document's answer: it says nothing against
    open_minded = said is True or (said is None and is_refusal(first))
    free = not _only_with_leave(kind.matter, located)
    if verdict.value and plain is None and asked_freely(kind.matter):
        sure = False  # that it may be done is not that it may be done freely
    if sure and heard.told and verdict.value and open_minded and free and judged.lift() >= _VOUCHES:
        looks["vouched"] = True  # the evidence and the words of such clauses agree, and the document's answer is no No
    if verdict.value is None and kind.kind == "yesno" and names_the_thing(kind.matter, located.texts):
        sure = False
    if verdict.value is None and not sure and kind.kind == "yesno" and is_refusal(text):
        text = nothing_near(task)
    other = "" if sure or _same(said, verdict, first) else first
    return Looked(text, "confident" if sure else "unsure", located, signs, kind, looks, other, "judged")


def _denies(clause: str, matter: str) -> bool:
    """Whether a clause denies, and what is asked does not: a Yes is not said in front of it."""
    return has_denial(clause) and not has_denial(matter)


def _only_with_leave(matter: str, located: Located) -> bool:
    """Whether a passage about a thing speaks of consent, and the question does not: a bare Yes is then too much."""
    asked = Asked(matter)
    return not asked.leave and any(LEAVE.search(text) and asked.share(text) >= _ABOUT_IT for text in located.texts)


def heard_of(kind: QuestionKind, located: Located, locator: Locator) -> Heard:
    """What code finds of a question or statement in the document: its values, the clauses of its concept."""
    checked, spoken = values_checked(kind.matter, locator.index), located.spoken
    if spoken is None:
        return Heard(checked)
    return Heard(checked, spoken.sign, bool(spoken.denied) and not spoken.told)


def verdict_of(answer: str) -> bool | None:
    """The verdict that an answer begins with; None for a refusal, "not mentioned" and answers without one."""
    said = polarity(answer)
    if said is False and _GOES_ON.match(answer) and is_refusal(answer):
        return None
    return None if said is None and _ABSENT.search(answer[:40]) else said


def no_evidence(task: Task, kind: QuestionKind) -> str:
    """What is said of a question or statement that nothing in the document speaks of."""
    return prompt_in("judge", "not_mentioned" if kind.kind == "truth" else "no_such", task.answer_lang)


def nothing_near(task: Task) -> str:
    """What is said of a question that passages speak of and none of them decides: it may be there in other words."""
    name = "no_such_near" if task.answer_lang in ("en", "ja") else "no_such"
    return prompt_in("judge", name, task.answer_lang)


def stop(task: Task) -> str:
    """What stands between a verdict and its clause."""
    return "。" if task.answer_lang in ("ja", "zh") else ". "


def _words(
    task: Task,
    first: str,
    said: bool | None,
    verdict: Verdict,
    options: tuple[str, ...],
    kind: QuestionKind,
    clauses: Clauses,
    looks: dict[str, Any],
) -> str:
    if verdict.value is None:
        return no_evidence(task, kind)
    word = prompt_list_in("judge", "truth_options" if kind.kind == "truth" else "yesno_options", task.answer_lang)
    begin = word[0 if verdict.value else 1] + stop(task)
    usable = not is_refusal(first) and bool(first.strip())
    usable = usable and not (clauses.plain is not None and says_otherwise(first, kind.matter, verdict.value))
    usable = usable and said in (None, verdict.value) and kind.kind == "yesno"
    usable = usable and (said is not None or not kind.tongue or _goes_with(first, verdict.value, kind))
    usable = usable and not (clauses.known(verdict.value) and quotes_words(first))  # the clause is known: it is quoted
    if not usable:
        return begin + clauses.best(verdict.value, task.lang, looks)
    text = first if said is not None else begin + first
    if kind.quotes or says_nothing(first, task.question):
        return clauses.added(text, verdict.value, task.lang, looks)
    return text


def _goes_with(first: str, value: bool, kind: QuestionKind) -> bool:
    """Whether a statement in another language than English and Japanese can stand behind a Yes or No."""
    return has_denial_in(first, kind.tongue) != value or has_denial_in(kind.matter, kind.tongue)


def _same(said: bool | None, verdict: Verdict, first: str) -> bool:
    return said == verdict.value or not first.strip() or is_refusal(first)  # a refusal is no answer to such a question


def _shares(judged: Judgement) -> dict[str, float]:
    return dict(zip(judged.options, (round(s, 3) for s in judged.shares), strict=True))
