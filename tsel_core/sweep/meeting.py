"""The sweep of a meeting by code: every sentence looked at once, candidates with their fields as spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tsel_core.document import SourceSpan
from tsel_core.sweep import actions_en, actions_ja
from tsel_core.sweep.actions import Task, cut_deadline
from tsel_core.sweep.decisions import Found, decision_words, find_decision
from tsel_core.sweep.item import Item
from tsel_core.sweep.open_points import finds_open, needs_more, open_words
from tsel_core.sweep.people import People, find_people
from tsel_core.sweep.registers import register_items
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.facts import extract_facts
from tsel_core.trust.passages import features
from tsel_core.sweep.topics import mentioned, opening, topics_of

_ACCEPTS_EN = re.compile(r"(?i)^(?:ok(?:ay)?|sure|will do|yes|yeah|yep|no problem|of course|fine|gladly|certainly|absolutely|done|noted|I['’]ll|I will|I can|happy to|got it|thanks|all right)\b")
_ACCEPTS_JA = re.compile(r"^(?:承知|わかりました|分かりました|了解|はい|かしこまり|やっておきます|対応します|任せて)")
_REFUSES = re.compile(r"(?i)^(?:no\b|sorry|I can['’]t|I cannot|I['’]m afraid|impossible)|^(?:いえ|いや|申し訳|できません|難しい|無理)|(?:できません|無理です|難しいです)[。]?$")
_ASKS_EN = re.compile(r"(?i)\?\s*$|\bplease\b")
_ASKS_JA = re.compile(r"(?:か|ますか)[。？?]*$|お願い|ください")
_RECAP = re.compile(r"(?i)\b(?:sum up|summari[sz]e|recap|let me (?:go|run) (?:over|through)|to wrap up|in summary)\b|(?:決定事項|まとめ|確認)(?:を|は|として).*(?:確認|読み上げ|まとめ|以下|次)|本日の決定")
_BACK = re.compile(r"(?i)^(?:then |so |ok,? |right,? |good,? )*(?:that|it|this)(?:['’]s| is)\s+(?:then )?(?:decided|settled|agreed|approved|final)\W*$|^(?:agreed|decided|approved|settled|done)\W*$|^(?:では、?)?(?:承認します|決定します|決定です|了承します|決まりです|この方式で確定とします)[。]?$|^(?:では、?)?(?:この|その|それ).{0,8}(?:(?:承認|確定|決定)(?:と?(?:し|いたし)ます|です)|とします|で進め)")
_CLOSES = re.compile(r"(?i)^(?:agreed|decided|approved|settled|done|all agreed|that is final|that is decided|決定です|以上です)\W*$|^(?:then |so )?(?:that|it|this)(?:['’]s| is) (?:decided|settled|agreed|final)\W*$")
_NEXT_TURNS = 3
_LEAST_WORDS = 1.9  # of features (see passages) an open point must hold


@dataclass
class _Sweep:
    """The sentences of a meeting and what is known around each."""

    sentences: Sequence[Sentence]
    lang: str
    people: People
    topics: list[str]
    items: list[Item] = field(default_factory=list)
    at: int = 0
    taken_back: tuple[int, str, str] | None = None  # (turn, old value, topic) that a sentence took back
    last_decision: tuple[int, int] = (-1, -1)  # (turn, sentence) of the last decision

    def __post_init__(self) -> None:
        self.known = list(dict.fromkeys(self.topics))

    def topic(self) -> str:
        """What the sentence is about: a topic it or its turn names, else what is being talked about."""
        now = self.sentences[self.at]
        turn = [s.text for s in self.sentences[max(0, self.at - 4) : self.at + 1] if s.turn == now.turn]
        return mentioned(list(reversed(turn)), self.known) or self.topics[self.at]

    @property
    def asked(self) -> bool:
        """Whether the turn before asked for something (see Context)."""
        return _asks(self.before_turn(), self.lang)

    def before_turn(self) -> str:
        """Last sentence of the turn before."""
        now = self.sentences[self.at]
        for sentence in reversed(self.sentences[max(0, self.at - 4) : self.at]):
            if sentence.turn < now.turn:
                return sentence.text
        return ""

    def near(self, step: int) -> Sentence | None:
        """The sentence `step` away in the same turn, None at the turn's ends."""
        place = self.at + step
        if not 0 <= place < len(self.sentences):
            return None
        other = self.sentences[place]
        return other if other.turn == self.sentences[self.at].turn else None

    def answer(self) -> Sentence | None:
        """Who answers: the next sentence of somebody else within a few turns that accepts."""
        now = self.sentences[self.at]
        accepts = _ACCEPTS_JA if self.lang == "ja" else _ACCEPTS_EN
        for sentence in self.sentences[self.at + 1 : self.at + 12]:
            if sentence.turn - now.turn > _NEXT_TURNS:
                break
            if sentence.speaker != now.speaker and sentence.turn != now.turn and (accepts.search(sentence.text) or _REFUSES.search(sentence.text)):
                return sentence
        return None


def sweep_meeting(sentences: Sequence[Sentence], lang: str, extra_topics: Sequence[str] = ()) -> list[Item]:
    """Every candidate of a meeting in reading order: decisions, actions and open points, not merged."""
    people = find_people(sentences)
    sweep = _Sweep(sentences, lang, people, topics_of(sentences, lang, extra_topics))
    registered, used = register_items(sentences, people, lang)
    recap_turn = -1
    for at, sentence in enumerate(sentences):
        sweep.at = at
        if sentence.index in used or sentence.cells:
            continue
        if _RECAP.search(sentence.text):
            recap_turn = sentence.turn
        _look(sweep, sentence, recap=sentence.turn == recap_turn)
    sweep.items += registered
    return sorted(sweep.items, key=lambda i: (i.place.doc_index, i.place.unit_index, i.place.start))


def _look(sweep: _Sweep, sentence: Sentence, *, recap: bool) -> None:
    """Put what one sentence holds into the sweep: an action, or a decision, or an open point."""
    tasks = (actions_ja if sweep.lang == "ja" else actions_en).find_tasks(sentence.text, sweep)
    decision = find_decision(sentence.text, sweep.lang)
    if decision is None and _BACK.search(sentence.text):
        decision = Found(sentence.text, 1.0)
    open_point = finds_open(sentence.text, sweep.lang)
    if open_point and (decision is None or decision.score < 1.0 or decision.status == "decided"):
        enough = sum(features(open_words(sentence.text, sweep.lang)).values()) >= _LEAST_WORDS
        if sweep.near(-1) is not None if needs_more(sentence.text, sweep.lang) else enough:
            sweep.items.append(_open_item(sweep, sentence))
        return
    if tasks and (decision is None or max(t.score for t in tasks) > decision.score or tasks[0].when and decision.status == "decided" and decision.score < 1.0):
        for task in tasks:
            if task.vague and not task.when and task.status == "asked":
                continue  # "Ben, please." gives the word to somebody
            item = _action_item(sweep, sentence, task)
            if item is not None:
                sweep.items.append(item)
        return
    if decision is None and recap and not tasks and sweep.lang == "ja" and not _RECAP.search(sentence.text) and not re.search(r"次回|お疲れ|以上", sentence.text):
        decision = Found(decision_words(sentence.text, sweep.lang), 0.8)
    if decision is not None:
        _take_decision(sweep, sentence, decision)


def _take_decision(sweep: _Sweep, sentence: Sentence, found: Found) -> None:
    """Put a decision into the sweep; one that is taken back waits for what comes in its place."""
    here = (sentence.turn, sweep.at)
    near = sweep.last_decision[0] == sentence.turn and sweep.at - sweep.last_decision[1] <= 3
    if found.only_old and near and sweep.items and sweep.items[-1].kind == "decision":
        sweep.items[-1] = replace(sweep.items[-1], status="changed", instead_of=found.instead_of)
        return
    if found.only_old:
        sweep.taken_back = (sentence.turn, found.instead_of, sweep.topic())
        return
    if near and _CLOSES.match(sentence.text):
        return
    item = _decision_item(sweep, sentence, found)
    waiting = sweep.taken_back
    if waiting is not None and waiting[0] == sentence.turn:
        item = replace(item, status="changed", instead_of=waiting[1] or item.instead_of, section=waiting[2] or item.section, score=1.0)
        sweep.taken_back = None
    sweep.last_decision = here
    sweep.items.append(item)


def _decision_item(sweep: _Sweep, sentence: Sentence, found: Found) -> Item:
    """A decision; one that only points ("then that is decided") takes its words from the sentence beside it."""
    what, evidence = found.what, [sentence.span]
    score = found.score
    if _BACK.search(sentence.text):
        after, before = sweep.near(1), sweep.near(-1)
        points_on = before is None or re.search(r"(?i)\b(?:that|it|this)\b", sentence.text) is not None
        fits = after is not None and points_on and not _RECAP.search(after.text) and not opening(after.text, sweep.lang)
        beside = after if fits and after is not None and find_decision(after.text, sweep.lang) is None else before
        if beside is None:
            beside = _proposal_before(sweep)
        if beside is None:
            score = min(score, 0.4)
        else:
            what = decision_words(beside.text, sweep.lang)
            if sweep.lang == "ja" and not re.search(r"承認|確定|決定", what):
                what = f"{what}（{decision_words(sentence.text, 'ja')}）"
            evidence.append(beside.span)
    chair = bool(sweep.people.chair) and sentence.speaker == sweep.people.chair
    if score < 1.0 and (chair or not sentence.speaker):
        score += 0.1
    if score < 1.0 and _said_before(sweep, what):
        score += 0.2
    return Item("decision", what, tuple(evidence), sentence.speaker, "", found.status, sweep.topic(), score=min(1.0, score), instead_of=found.instead_of)


def _proposal_before(sweep: _Sweep) -> Sentence | None:
    now = sweep.sentences[sweep.at]
    for sentence in reversed(sweep.sentences[max(0, sweep.at - 8) : sweep.at]):
        if sentence.turn < now.turn and len(sentence.text) > 12 and not _ASKS_EN.search(sentence.text):
            return sentence
    return None


def _said_before(sweep: _Sweep, what: str) -> bool:
    """Whether the words of a decision stood in a proposal shortly before."""
    bare = what.strip(" .。").lower()
    words = re.sub(r"(?:に決定|とする|で進める|で承認|に変更)$", "", bare)
    turn = sweep.sentences[sweep.at].turn
    recent = [s.text.lower() for s in sweep.sentences[max(0, sweep.at - 25) : sweep.at] if s.turn != turn]
    short = re.sub(r"\s+(?:for|on)\s+.*$", "", words)
    if len(short) >= 2 and any(short in text for text in recent):
        return True
    values = [f.text.lower() for f in extract_facts(what)]
    return bool(values) and all(any(v in text for text in recent) for v in values)


def _action_item(sweep: _Sweep, sentence: Sentence, task: Task) -> Item | None:
    """An action; None when who was asked refuses."""
    who, what, when, score = task.who, task.what, task.when, task.score
    evidence = [sentence.span]
    reply = sweep.answer() if task.status == "asked" else None
    if reply is not None and _REFUSES.search(reply.text):
        return None
    if who == "speaker":
        who = sentence.speaker
    elif who == "next":
        if reply is None:
            score -= 0.3
        who = reply.speaker if reply is not None else ""
    if reply is not None:
        evidence.append(reply.span)
        score = min(1.0, score + 0.2)
        if not when:
            _, when, plain = cut_deadline(reply.text, sweep.lang)
            when = when if plain else ""
    if task.vague:
        other = sweep.near(-1) or _asked_sentence(sweep)
        if other is not None:
            words = other.text.strip(" 。.")
            what = f"{what}（{words}）" if sweep.lang == "ja" else f"{what} ({words})"
            evidence.append(other.span)
    return Item("action", what, tuple(evidence), who, when, task.status, sweep.topics[sweep.at], score=score)


def _asked_sentence(sweep: _Sweep) -> Sentence | None:
    """The last sentence of the turn before."""
    now = sweep.sentences[sweep.at]
    return next((s for s in reversed(sweep.sentences[: sweep.at]) if s.turn < now.turn), None)


def _open_item(sweep: _Sweep, sentence: Sentence) -> Item:
    what, evidence = open_words(sentence.text, sweep.lang), [sentence.span]
    if needs_more(sentence.text, sweep.lang):
        before = sweep.near(-1)
        if before is not None:
            words = before.text.strip(" 。.")
            what = f"{words} - {what}" if sweep.lang != "ja" else f"{words}（{what}）"
            evidence.append(before.span)
    _, when, plain = cut_deadline(sentence.text, sweep.lang)
    return Item("open", what, tuple(evidence), "", when if plain else "", "open", sweep.topics[sweep.at], score=0.9)


def _asks(text: str, lang: str) -> bool:
    return (_ASKS_JA if lang == "ja" else _ASKS_EN).search(text) is not None


def spans_of(item: Item) -> tuple[SourceSpan, ...]:
    """Every place of an item."""
    return item.evidence
