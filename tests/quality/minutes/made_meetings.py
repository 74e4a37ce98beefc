"""Made meetings with known decisions (some change on the way), actions and open points, in English and Japanese.

Every list of phrases is cut in two: half "build" is for writing rules, half "measure" for figures; no phrase, topic,
task or small talk of one half is in the other. Seeds of the halves differ too. "fresh" is a third set of phrases,
written after the rules were fixed; since then its misses were read. "later" is a fourth: every other of its phrases
("later-build") may be read, those of "later-measure" are for figures alone.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Literal

from tests.quality.minutes import (
    phrases_en,
    phrases_en_fresh,
    phrases_en_later,
    phrases_ja,
    phrases_ja_fresh,
    phrases_ja_later,
)

Half = Literal["build", "measure", "fresh", "later-build", "later-measure"]


_WORDS = {
    "en": {"fresh": phrases_en_fresh, "later-build": phrases_en_later, "later-measure": phrases_en_later},
    "ja": {"fresh": phrases_ja_fresh, "later-build": phrases_ja_later, "later-measure": phrases_ja_later},
}
_CUT = {"en": phrases_en, "ja": phrases_ja}


@dataclass(frozen=True)
class Gold:
    """An item that the minutes must hold. `must` are words of it (each may be several forms), `about` its topic's."""

    kind: str
    turn: int
    must: tuple[str, ...]
    about: tuple[str, ...] = ()
    who: str = ""
    when: str = ""
    status: str = "decided"
    how: str = ""


@dataclass
class Meeting:
    """Turns (speaker, words), the items they hold, and values that were decided and then changed."""

    lang: str
    turns: list[tuple[str, str]] = field(default_factory=list)
    gold: list[Gold] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    may: list[Gold] = field(default_factory=list)  # what may be given, and need not be

    def say(self, who: str, words: str) -> int:
        """Add a turn; returns its number. A value that comes first has its capital, as in a transcript."""
        words = words[:1].upper() + words[1:]
        self.turns.append((who, words))
        return len(self.turns) - 1

    def vtt(self) -> str:
        """The meeting as a caption file."""
        lines, at = ["WEBVTT", ""], 2.0
        for who, words in self.turns:
            end = at + max(1.5, len(words) / 14)
            lines += [f"{_clock(at)} --> {_clock(end)}", f"<v {who}>{words}</v>", ""]
            at = end + 0.5
        return "\n".join(lines)


def _clock(seconds: float) -> str:
    return f"{int(seconds // 3600):02d}:{int(seconds % 3600 // 60):02d}:{seconds % 60:06.3f}"


@dataclass
class _Maker:
    """One meeting in the making."""

    rng: random.Random
    half: Half
    words: ModuleType
    meeting: Meeting
    people: list[str]
    chatter: int
    tasks: list[Any] = field(default_factory=list)
    dues: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    def pick(self, name: str) -> str:
        """A phrase of this half."""
        return str(self.rng.choice(half_of(getattr(self.words, name), self.half)))

    def short(self, name: str) -> str:
        """How people are called in the room."""
        return name.split()[0]

    def chat(self) -> None:
        """Small talk between two moves."""
        for _ in range(self.rng.randrange(self.chatter, 2 * self.chatter + 1)):
            self.meeting.say(self.rng.choice(self.people), self.pick("CHAT"))

    def topic(self, topic: tuple[str, list[str], list[str], str]) -> tuple[str, str, str, tuple[str, ...]] | None:
        """Talk about one topic; returns what a later correction needs."""
        name, aliases, values, why = topic
        m, rng, chair = self.meeting, self.rng, self.people[0]
        first, second, third = rng.sample(values, 3)
        lead, critic, friend = rng.sample(self.people[1:], 3)
        told = {"t": name, "n": self.short(lead), "why": why}
        about = (name, *aliases)
        m.say(chair, self.pick("OPEN_TOPIC").format(**told))
        self.chat()
        m.say(lead, self.pick("PROPOSE").format(v=first, **told))
        self.chat()
        m.say(critic, self.pick("OBJECT").format(v=first, **told))
        m.say(friend, self.pick("COUNTER").format(v=second, **told))
        self.chat()
        kind = "DECIDE_SHORT" if rng.random() < 0.3 else "DECIDE"
        turn = m.say(chair, self.pick(kind).format(v=second, **told))
        later = None
        if rng.random() < 0.35:
            m.superseded.append(second)
            later = (name, second, third, about)
        else:
            m.gold.append(Gold("decision", turn, (second,), about))
            if rng.random() < 0.3:
                turn = m.say(chair, self.pick("REJECT").format(v=first, **told))
                m.gold.append(Gold("decision", turn, (first,), (), status="rejected"))
        self.chat()
        for _ in range(rng.randrange(1, 3)):
            self.action()
        return later

    def change(self, later: tuple[str, str, str, tuple[str, ...]]) -> None:
        """A decision changes."""
        name, old, new, about = later
        words = self.pick("CHANGE").format(t=name, o=old, v=new, n=self.short(self.rng.choice(self.people[1:])))
        turn = self.meeting.say(self.people[0], words)
        self.meeting.gold.append(Gold("decision", turn, (new,), about))

    def action(self) -> None:
        """Somebody is asked, or takes something over."""
        m, rng = self.meeting, self.rng
        if not self.tasks:
            return
        task = self.tasks.pop()
        stated = rng.random() < 0.8 and bool(self.dues)
        due = self.dues.pop() if stated else ""
        who = rng.choice(self.people[1:])
        told = task_words(self.words, task) | {"due": due, "n": self.short(who)}
        if rng.random() < 0.4:
            turn = m.say(who, tidy(self.pick("VOLUNTEER").format(**told)))
        else:
            turn = m.say(self.people[0], tidy(self.pick("ASSIGN").format(**told)))
            if rng.random() < 0.7:
                m.say(who, self.pick("ACCEPT"))
        m.gold.append(Gold("action", turn, (task[-1],), who=self.short(who), when=bare_due(due)))
        self.chat()

    def open_point(self) -> None:
        """Something is left open."""
        if not self.unsettled:
            return
        x = self.unsettled.pop()
        words = self.pick("OPEN_POINT").format(x=x)
        turn = self.meeting.say(self.people[0], words[0].upper() + words[1:])
        self.meeting.gold.append(Gold("open", turn, (x,)))
        self.chat()


def task_words(words: ModuleType, task: Sequence[str]) -> dict[str, str]:
    """The forms in which a task fits into a phrase."""
    if words in (phrases_ja, phrases_ja_fresh, phrases_ja_later):
        return {"noun": task[0], "do": task[1]}
    return {"task": task[0], "task_ing": task[1]}


def bare_due(due: str) -> str:
    """The deadline without its preposition: what an item must hold."""
    for lead in (
        "by ",
        "before ",
        "until ",
        "no later than ",
        "within ",
        "on ",
        "in ",
        "the ",
        "end of ",
        "close of business on ",
    ):
        due = due.removeprefix(lead)
    for tail in ("までに", "以内に", "中に", "に"):
        due = due.removesuffix(tail)
    return due


def tidy(text: str) -> str:
    """Without the gaps that an empty deadline leaves."""
    for wrong, right in ((" ?", "?"), (" .", "."), (" ,", ","), ("  ", " ")):
        text = text.replace(wrong, right)
    return text


def half_of(items: Sequence[Any], half: Half) -> list[Any]:
    """Every other item; of the later sets names, topics and tasks are whole."""
    if half == "fresh" or (half.startswith("later") and not _is_phrases(items)):
        return list(items)
    return list(items[0::2] if half.endswith("build") else items[1::2])


def _is_phrases(items: Sequence[Any]) -> bool:
    return isinstance(items[0], str) and "{" in items[0]


def make_meeting(seed: int, lang: str, half: Half, *, topics: int = 4, chatter: int = 1) -> Meeting:
    """A meeting of about `topics` x (12 + 5 x chatter) turns."""
    words = _WORDS[lang].get(half) or _CUT[lang]
    rng = random.Random(f"{half}|{lang}|{seed}")
    people = rng.sample(half_of(words.NAMES, half), 6)
    maker = _Maker(rng, half, words, Meeting(lang), people, chatter)
    maker.tasks = rng.sample(half_of(words.TASKS, half), len(half_of(words.TASKS, half)))
    maker.dues = rng.sample(half_of(words.DUE, half), len(half_of(words.DUE, half)))
    maker.unsettled = rng.sample(half_of(words.UNSETTLED, half), len(half_of(words.UNSETTLED, half)))
    first = "それでは会議を始めます。" if lang == "ja" else "Good morning, everyone. Let's start."
    maker.meeting.say(people[0], first)
    later = []
    for topic in rng.sample(half_of(words.TOPICS, half), min(topics, 6)):
        change = maker.topic(topic)
        if change and rng.random() < 0.5:
            maker.change(change)
        elif change:
            later.append(change)
        if rng.random() < 0.4:
            maker.open_point()
    for change in later:
        maker.change(change)
    maker.meeting.say(people[0], "以上です。お疲れさまでした。" if lang == "ja" else "That's all for today. Thank you.")
    return maker.meeting
