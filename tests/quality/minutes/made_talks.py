"""Made meetings in which topics end in several ways: in words, in a nod, by whoever asked, or not at all.

Where made_meetings always lets the chair say what is decided, here it may be a question that others accept ("Shall we
say Turin?" - "Fine by me."), a proposal that two people support and the chair only closes, or a member who says it.
Some topics are opened by a member, some proposals stay proposals. Phrases of "talk" may be read when rules are written,
those of "held" were written before the rules and are for figures alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from tests.quality.minutes import phrases_en_held, phrases_en_talk, phrases_ja_held, phrases_ja_talk
from tests.quality.minutes.made_meetings import Gold, Meeting, bare_due, tidy

TalkSet = Literal["talk", "held"]
WORDS: dict[tuple[str, str], ModuleType] = {
    ("en", "talk"): phrases_en_talk,
    ("ja", "talk"): phrases_ja_talk,
    ("en", "held"): phrases_en_held,
    ("ja", "held"): phrases_ja_held,
}
# how a topic ends, and how often
ENDS = {"told": 5, "short": 3, "asked": 4, "nodded": 3, "led": 2, "left": 3}


@dataclass
class _Talk:
    """One meeting in the making."""

    rng: random.Random
    words: ModuleType
    meeting: Meeting
    people: list[str]
    tasks: list[tuple[str, ...]]
    dues: list[str]
    unsettled: list[str]

    def say(self, who: str, phrases: str, **told: str) -> int:
        """A turn in one of the phrases of that name."""
        return self.meeting.say(who, tidy(str(self.rng.choice(getattr(self.words, phrases))).format(**told)))

    def chat(self) -> None:
        """Small talk, or none."""
        for _ in range(self.rng.randrange(3)):
            self.say(self.rng.choice(self.people), "CHAT")

    def short(self, who: str) -> str:
        """How people are called in the room."""
        return who.split()[0]

    def topic(
        self, topic: tuple[str, list[str], list[str], str], end: str
    ) -> tuple[str, str, str, tuple[str, ...]] | None:
        """Talk about one topic; returns what a later correction needs."""
        name, aliases, values, why = topic
        rng, chair = self.rng, self.people[0]
        first, second, third = rng.sample(values, 3)
        lead, critic, friend = rng.sample(self.people[1:], 3)
        told = {"t": name, "n": self.short(lead), "why": why}
        about = (name, *aliases)
        if rng.random() < 0.75:
            self.say(chair, "OPEN", **told)
        else:
            self.say(lead, "OPEN_OTHER", **told)
        self.chat()
        if rng.random() < 0.5:
            self.say(lead, "STATE")
        value = first if end in ("nodded", "led") or rng.random() < 0.3 else second
        proposed = self.say(lead, "PROPOSE", v=first, **told)
        if end not in ("nodded", "led"):
            self.chat()
        if value != first or end == "left":
            self.say(critic, "OBJECT", v=first, **told)
        if value != first:
            proposed = self.say(friend, "COUNTER", v=second, **told)
        turn = self.ended(end, value, proposed, (chair, lead, critic, friend), told)
        if end == "left":
            self.meeting.gold.append(Gold("open", turn, (), about, status="proposed", how=end))
            return None
        if rng.random() < 0.25:
            self.meeting.superseded.append(value)
            return name, value, third, about
        self.meeting.gold.append(Gold("decision", turn, (value,), about, how=end))
        if value != first and rng.random() < 0.25:
            turn = self.say(chair, "REJECT", v=first, **told)
            self.meeting.gold.append(Gold("decision", turn, (first,), (), status="rejected", how="rejected"))
        return None

    def ended(self, end: str, value: str, proposed: int, who: tuple[str, str, str, str], told: dict[str, str]) -> int:
        """The end of a topic; returns the turn that names what was decided."""
        chair, lead, critic, friend = who
        if end == "left":
            self.say(chair, "UNDECIDED")
            return proposed
        if end == "asked":
            turn = self.say(chair, "ASK_ALL", v=value, **told)
            for other in self.rng.sample([lead, critic, friend], self.rng.randrange(1, 3)):
                self.say(other, "SUPPORT")
            return turn
        if end == "nodded":
            for other in (critic, friend):
                self.say(other, "SUPPORT")
            self.say(chair, "CLOSE")
            return proposed
        if end == "led":
            self.say(friend, "SUPPORT")
            return self.say(lead, "DECIDE", v=value, **told)
        return self.say(chair, "DECIDE" if end == "told" else "DECIDE_SHORT", v=value, **told)

    def change(self, later: tuple[str, str, str, tuple[str, ...]]) -> None:
        """A decision changes."""
        name, old, new, about = later
        turn = self.say(self.people[0], "CHANGE", t=name, o=old, v=new)
        self.meeting.gold.append(Gold("decision", turn, (new,), about, status="changed", how="changed"))

    def action(self) -> None:
        """Somebody is asked, or takes something over."""
        if not self.tasks:
            return
        rng, task = self.rng, self.tasks.pop()
        due = self.dues.pop() if rng.random() < 0.8 and self.dues else ""
        who = rng.choice(self.people[1:])
        forms = ("noun", "do") if self.meeting.lang == "ja" else ("task", "task_ing")
        told = dict(zip(forms, task, strict=False)) | {"due": due, "n": self.short(who)}
        if rng.random() < 0.4:
            turn = self.say(who, "VOLUNTEER", **told)
        else:
            turn = self.say(self.people[0], "ASSIGN", **told)
            if rng.random() < 0.7:
                self.say(who, "ACCEPT")
        self.meeting.gold.append(Gold("action", turn, (task[-1],), who=self.short(who), when=bare_due(due)))
        self.chat()

    def open_point(self) -> None:
        """Something is left open."""
        if self.unsettled:
            x = self.unsettled.pop()
            self.meeting.gold.append(Gold("open", self.say(self.people[0], "OPEN_POINT", x=x), (x,)))
            self.chat()


def make_talk(seed: int, lang: str, words: TalkSet, *, topics: int = 4) -> Meeting:
    """A meeting of about `topics` x 10 turns."""
    module = WORDS[lang, words]
    rng = random.Random(f"talk|{words}|{lang}|{seed}")
    meeting = Meeting(lang)
    tasks, dues, unsettled = (rng.sample(x, len(x)) for x in (module.TASKS, module.DUE, module.UNSETTLED))
    talk = _Talk(rng, module, meeting, rng.sample(module.NAMES, 5), tasks, dues, unsettled)
    meeting.say(talk.people[0], "それでは始めます。" if lang == "ja" else "Good morning, let's begin.")
    ends = rng.choices(list(ENDS), list(ENDS.values()), k=topics)
    later = []
    for topic, end in zip(rng.sample(module.TOPICS, topics), ends, strict=True):
        later += [c for c in [talk.topic(topic, end)] if c is not None]
        talk.chat()
        for _ in range(rng.randrange(1, 3)):
            talk.action()
        if rng.random() < 0.4:
            talk.open_point()
    for change in later:
        talk.change(change)
    meeting.say(talk.people[0], "以上です。お疲れさまでした。" if lang == "ja" else "That is all. Thank you.")
    return meeting
