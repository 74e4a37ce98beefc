"""Short meetings written by hand: "practice" and "drill" to write rules on, "hand" and "unread" for figures alone.

No miss of those two was read while rules were written. "office" are longer talks with hedges, changes of mind, jokes and
work that only might be. "blind" are
four more, whose misses were read, too.

hand_en.txt and its like hold a meeting after each "# name": turns as "Name: words", and behind a turn what the
minutes must hold: "@D value | topic" (also @C changed, @R rejected), "@A who | task | when", "@O subject"; " ; " stands
between forms of which one is enough. "@~" stands before what may be given.
"""

from __future__ import annotations

from pathlib import Path

from tests.quality.minutes.made_meetings import Gold, Meeting

HAND = ("hand", "practice", "drill", "unread", "office", "blind")
_STATUS = {"D": "decided", "C": "changed", "R": "rejected"}


def hand_meetings(lang: str, words: str = "hand") -> list[tuple[str, Meeting]]:
    """(name, meeting) of a language in one of those sets, in the order of the file."""
    text = Path(__file__).with_name(f"{words}_{lang}.txt").read_text(encoding="utf-8")
    made: list[tuple[str, Meeting]] = []
    for line in text.splitlines():
        if line.startswith("# "):
            made.append((line[2:].strip(), Meeting(lang)))
        elif line.startswith("@~"):
            made[-1][1].may.append(_gold(line[2], line[3:], len(made[-1][1].turns) - 1))
        elif line.startswith("@"):
            made[-1][1].gold.append(_gold(line[1], line[2:], len(made[-1][1].turns) - 1))
        elif line.strip():
            who, words = line.split(": ", 1)
            made[-1][1].say(who, words)
    return made


def _gold(mark: str, text: str, turn: int) -> Gold:
    parts = [p.strip() for p in text.split("|")]
    if mark == "A":
        who, task, when = parts
        return Gold("action", turn, (task,), (), who, when)
    forms = tuple(f.strip() for f in parts[-1].split(";"))
    if mark == "O":
        return Gold("open", turn, (), forms)
    about = () if mark == "R" else forms
    return Gold("decision", turn, (parts[0],), about, status=_STATUS[mark], how=_STATUS[mark])
