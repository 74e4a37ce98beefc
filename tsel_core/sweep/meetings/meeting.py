# ruff: noqa: E501 (one pattern a line)
"""The sweep of a meeting by code: every sentence looked at once, candidates with their fields as spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings import actions_en, actions_ja
from tsel_core.sweep.meetings.actions import UNNAMED, Task, cut_deadline
from tsel_core.sweep.meetings.answered_tasks import answered_tasks, without_halves
from tsel_core.sweep.meetings.bans import bans
from tsel_core.sweep.meetings.bounds import bounds
from tsel_core.sweep.meetings.decision_items import take_decision
from tsel_core.sweep.meetings.decisions import Found, decision_words, find_decision
from tsel_core.sweep.meetings.deliberations import says_nothing
from tsel_core.sweep.meetings.echoes import echo_items, merged
from tsel_core.sweep.meetings.nods import nods_after
from tsel_core.sweep.meetings.open_points import finds_open, needs_more, open_words, says_too_little
from tsel_core.sweep.meetings.outcomes import with_outcomes
from tsel_core.sweep.meetings.proposed import proposed_items
from tsel_core.sweep.meetings.talk_words import BACK, CHANGES_JA, LEAST_WORDS, NO_ITEM_JA, RECAP, REFUSES, WELCOMES
from tsel_core.sweep.meetings.told_once import told_once
from tsel_core.sweep.meetings.topics import opening, topics_of
from tsel_core.sweep.meetings.votes import votes
from tsel_core.sweep.meetings.walk import Walk
from tsel_core.sweep.meetings.written.lines import written_items
from tsel_core.sweep.meetings.written.prose import REMARK_JA
from tsel_core.sweep.meetings.written.roster import with_roster
from tsel_core.sweep.people import find_people
from tsel_core.sweep.sentences import Sentence
from tsel_core.sweep.text import behind
from tsel_core.trust.passages import features

_SURE_TASK = 0.8
_SPOKEN_WITH = 0.77  # given, and marked
_ASKED = lazy_pattern(r"[?？][\"”’)]*\s*$")
_UNANSWERED = 0.5  # score of a decision that is asked for, and that nobody says yes to
_ASKS_PLAINLY = 0.45  # score of a request nobody answers, above which it is still one
_OBJECT_BACK = 3  # sentences
_NO_OBJECT = lazy_pattern(
    r"(?i)^.{0,12}$|\b(?:by when|when (?:can|will|could|do))\b"
    r"|(?:いつ|何日)(?:まで|頃|ごろ|に|なら|が)|^(?:承知|分かり|わかり|了解|お願い)"
)
_SHORT_ANSWER = {"en": 40, "ja": 20}  # characters of an answer whose date is the task's
# what may stand beside a date that is all that is said
_BESIDE_A_DATE = lazy_pattern(
    r"(?i)(?:\W|\b(?:would be (?:good|great|fine|lovely|ideal|best|enough)|is (?:fine|good|ok(?:ay)?|enough|early enough|plenty)|will do|should do|probably|u+m+|u+h+|er+m?|let['’]?s say|is when I need it|then|ok(?:ay)?|fine|promised?|please|latest|yes|sure|works?|say|is that|if possible|at the)\b"
    r"|えーと|ええと|えっと|えー|うーん|そうですね|遅くとも|たぶん|(?:締め?切り?|期限)は|でき(?:ます|そうです|れば|たら|る)(?:か)?|だった(?:はず|と思います)?|くらい|ぐらい|ごろ|頃|はい|では|じゃあ|必ず|で(?:は|も)?(?:どう|いかが|いい|大丈夫)|です(?:か|ね)?|お願いします|なら|には|に|まで|で(?=[。]|$))*"
)


def sweep_meeting(sentences: Sequence[Sentence], lang: str, extra_topics: Sequence[str] = ()) -> list[Item]:
    """Every candidate of a meeting in reading order: decisions, actions and open points, not merged."""
    people = with_roster(find_people(sentences), sentences, lang)
    walk = Walk(sentences, lang, people, topics_of(sentences, lang, extra_topics))
    written, used = written_items(sentences, people, lang)
    voted, told = votes(sentences, walk.topics) if lang == "ja" else ([], set())
    used |= told
    for at, sentence in enumerate(sentences):
        walk.at = at
        if sentence.index in used or sentence.cells:
            continue
        if RECAP.search(sentence.text):
            walk.recap_turn = sentence.turn
        _look(walk)
    whole = answered_tasks(walk)
    walk.items = [*without_halves(walk.items, whole), *whole, *written, *voted]
    plain = [i for i in walk.items if i.kind != "decision" or not (i.who and says_nothing(i.what, lang))]
    found = merged(plain, echo_items(walk, plain))
    found += proposed_items(walk, found)
    said = {sentences[n].span for n in told} - {v.place for v in voted}
    found = [i for i in with_outcomes(walk, found) if i.place not in said]
    found = told_once(found, sentences, lang)
    found += bans(sentences, found, lang)
    found += bounds(sentences, found, lang)
    return sorted(found, key=lambda i: (i.place.doc_index, i.place.unit_index, i.place.start))


def _look(walk: Walk) -> None:
    """Put what the sentence holds into the walk: an open point, or actions, or a decision."""
    text = walk.now.text
    decision = None if _only_opens(walk) else find_decision(text, walk.lang)
    if decision is None and BACK.search(text):
        decision = Found(text, 1.0)
    if decision is not None and _ASKED.search(text):
        decision = _as_answered(walk, decision)
    remark = not walk.now.speaker and REMARK_JA.search(text) is not None
    if finds_open(text, walk.lang) and not remark and (decision is None or decision.score < 1.0 or decision.status == "decided"):
        enough = sum(features(open_words(text, walk.lang)).values()) >= LEAST_WORDS
        if says_too_little(text, walk.lang):
            return
        if walk.near(-1) is not None if needs_more(text, walk.lang) else enough:
            walk.items.append(_open_item(walk))
        return
    tasks = (actions_ja if walk.lang == "ja" else actions_en).find_tasks(text, walk)
    opens = walk.at > 0 and walk.topics[walk.at] not in ("", walk.topics[walk.at - 1])
    if opens and not any(t.when or t.score >= _SURE_TASK for t in tasks):
        tasks = []  # "the next item, the parking fee, please"
    if walk.lang == "ja" and RECAP.search(text) and decision is None:
        return  # 決定事項を確認します is no task
    if tasks and (decision is None or _is_rather_task(tasks, decision)):
        walk.items += [i for i in (_action_item(walk, t) for t in tasks) if i is not None]
        return
    summed_up = walk.recap and walk.lang == "ja" and not RECAP.search(text) and not NO_ITEM_JA.search(text)
    if decision is None and summed_up and not tasks:
        decision = Found(decision_words(text, walk.lang), 0.9)
    if decision is not None:
        take_decision(walk, decision)


def _as_answered(walk: Walk, decision: Found) -> Found | None:
    """A decision that is asked for ("five years. Agreed?"): none where the next one says no, doubtful without a yes."""
    if nods_after(walk.sentences, walk.at, walk.lang):
        return decision
    after = next((s for s in walk.sentences[walk.at + 1 : walk.at + 4] if s.turn != walk.now.turn), None)
    if after is not None and REFUSES.search(after.text):
        return None
    return replace(decision, score=min(decision.score, _UNANSWERED))


def _only_opens(walk: Walk) -> bool:
    """Whether a Japanese sentence does no more than open a topic (次は採用人数の件です)."""
    return walk.lang == "ja" and opening(walk.now.text, "ja") != "" and not CHANGES_JA.search(walk.now.text)


def _is_rather_task(tasks: Sequence[Task], decision: Found) -> bool:
    named = tasks[0].who not in UNNAMED and tasks[0].score >= _SURE_TASK
    if named and decision.status == "decided":
        return True  # "we agreed that Ben will ..."
    dated = bool(tasks[0].when) and decision.status == "decided" and decision.score < 1.0
    return dated or max(t.score for t in tasks) > decision.score


def _action_item(walk: Walk, task: Task) -> Item | None:
    """An action; None when who was asked refuses, or the words only give somebody the floor."""
    if task.vague and not task.when and task.status == "asked" and walk.lang != "ja":
        return None
    who, what, when, score = task.who, task.what, task.when, task.score
    evidence = [walk.now.span]
    reply = walk.answer(who if who not in UNNAMED else "") if task.status == "asked" else None
    if reply is not None and REFUSES.search(reply.text):
        return None
    if who == "last":  # "Get a second quote, please.": whoever has just spoken, unless somebody else says yes at once
        if reply is not None and reply.turn - walk.now.turn > 1:
            reply = None
        with_whom = reply or walk.before_turn()
        if with_whom is None or with_whom.speaker == walk.now.speaker or (task.vague and not task.when):
            return None
        who, score = with_whom.speaker, _SPOKEN_WITH
    if who == "speaker":
        who = walk.now.speaker
    elif who == "next":
        named = walk.named_alone()
        score += 0.2 if named else -0.3 if reply is None else 0.0
        who = named or (reply.speaker if reply is not None else "")
        direct = walk.lang == "ja" and bool(when) and walk.near(-1) is None and "を" in walk.now.text  # 来週見積もりを持ってきてください
        before = walk.before_turn() if not who and (score > _ASKS_PLAINLY or direct) else None
        if before is not None:  # "Ask him, would you?": whoever was spoken with
            who, score = before.speaker, _SURE_TASK if score > _ASKS_PLAINLY else _SPOKEN_WITH
    if walk.recap:
        score += 0.2
    if task.status == "undertaken" and _is_welcome(walk):
        score += 0.3
    if reply is not None:
        evidence.append(reply.span)
        score += 0.2
        when = when or _date_in(reply.text, walk.lang)
    if task.vague and not when and task.status == "asked":
        return None
    when = when or _date_after(walk, who, what)
    last = walk.items[-1] if walk.items else None
    if task.vague and when and last is not None and _goes_on(last, who, walk):
        told = tuple(dict.fromkeys((*last.evidence, walk.now.span)))
        walk.items[-1] = replace(last, when=last.when or when, score=max(last.score, score), evidence=told)
        return None
    points = task.vague or _POINTS_TO.fullmatch(what)
    if points and task.status == "undertaken" and last is not None and _answers_request(last, who, walk):
        told = tuple(dict.fromkeys((*last.evidence, walk.now.span)))
        walk.items[-1] = replace(last, when=last.when or when, score=max(last.score, min(1.0, score)), evidence=told)
        return None
    other = _object_of(walk) if task.vague else None
    made = next((n for n, i in enumerate(walk.items) if other is not None and _is_task_of(i, other, who)), None)
    if made is not None:  # the question who does it has made the task
        old = walk.items[made]
        walk.items[made] = replace(old, when=old.when or when, score=max(old.score, min(1.0, score)))
        return None
    if not what and (other is None or task.who == "next"):
        return None  # a mere "please"
    if other is not None:
        what = behind(what, other.text, walk.lang) if what else other.text.strip(" 。.?？")
        evidence.append(other.span)
    return Item("action", what, tuple(evidence), who, when, task.status, walk.topics[walk.at], score=min(1.0, score))


def _is_task_of(item: Item, asked: Sentence, who: str) -> bool:
    return item.kind == "action" and item.place == asked.span and item.who == who


def _is_welcome(walk: Walk) -> bool:
    """Whether the next one to speak thanks for an offer ("I can ask her." - "Would you? Thanks.")."""
    after = next((s for s in walk.sentences[walk.at + 1 : walk.at + 4] if s.turn != walk.now.turn), None)
    return after is not None and WELCOMES.search(after.text) is not None


def _object_of(walk: Walk) -> Sentence | None:
    """The sentence that says what a task is about that names no object: not "Me.", and not one that only asks when."""
    said = walk.spoken_before()
    if said is None:
        return None
    asked = range(said.index, max(-1, said.index - _OBJECT_BACK), -1)
    return next((walk.sentences[n] for n in asked if not _NO_OBJECT.search(walk.sentences[n].text)), said)


def _date_in(text: str, lang: str) -> str:
    """By when a short answer says that it will be done, "" where it does not."""
    _, when, plain = cut_deadline(text, lang)
    return when if plain or len(text) < _SHORT_ANSWER[lang] else ""


def _date_after(walk: Walk, who: str, what: str) -> str:
    """A date that is all that somebody says right behind a task: "Tonight.", "By Friday, then?" """
    for sentence in walk.sentences[walk.at + 1 : walk.at + 5]:
        if sentence.turn - walk.now.turn > 3:
            break
        rest, when, plain = cut_deadline(sentence.text, walk.lang)
        other = plain or sentence.speaker == who or sentence.turn != walk.now.turn or _DUE_JA.match(sentence.text)
        rest = re.sub(r"^(.{1,8})は(?=[でお、。]|$)", lambda m: "" if m[1] in what else m[0], rest)
        if when and other and _BESIDE_A_DATE.fullmatch(rest):
            return when
    return ""


def _goes_on(last: Item, who: str, walk: Walk) -> bool:
    """Whether a sentence without an object only dates the task before it ("I take the minutes. Done by Friday.")."""
    before = walk.near(-1)
    return last.kind == "action" and last.who == who and before is not None and before.span in last.evidence


def _answers_request(last: Item, who: str, walk: Walk) -> bool:
    """Whether few words take on what their speaker was asked for right before ("Colin, tell him" - "I'll ring him tonight")."""
    asked = next((s for s in walk.sentences if s.span == last.place), None)
    near = asked is not None and 0 < walk.now.turn - asked.turn <= 2
    return last.kind == "action" and last.status == "asked" and last.who == who and near


_OF_SELF_EN = lazy_pattern(r"\b(?:I|my|I['’]\w+)\b")
_POINTS_TO = lazy_pattern(r"[a-z]+ (?:him|her)")
_DUE_JA = lazy_pattern(r"締め?切り?は|期限は|.{1,8}は[^。、]{1,8}まで")


def _open_item(walk: Walk) -> Item:
    what, evidence = open_words(walk.now.text, walk.lang), [walk.now.span]
    before = walk.near(-1) if needs_more(walk.now.text, walk.lang) else None
    if before is not None and any(i.kind == "action" and i.place == before.span for i in walk.items[-2:]):
        before = walk.before_turn() or before  # "Get a second quote, please. We don't decide that today."
    if before is not None:
        said = before.text.strip(" 。.")
        if before.speaker and before.speaker != walk.now.speaker and _OF_SELF_EN.search(said):
            said = f"{before.speaker}: {said}"
        what = behind(said, what, walk.lang)
        evidence.append(before.span)
    _, when, plain = cut_deadline(walk.now.text, walk.lang)
    return Item("open", what, tuple(evidence), "", when if plain else "", "open", walk.topics[walk.at], score=0.9)
