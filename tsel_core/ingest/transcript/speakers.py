"""Transcripts in plain text: which lines begin a turn, and the turns as units."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from tsel_core.ingest.encoding.clean import clean_text, join_lines
from tsel_core.ingest.source import Draft
from tsel_core.ingest.transcript.cues import GAP_S, UNKNOWN, Cue, add_turns, is_name, merge, seconds, split_name
from tsel_core.ingest.transcript.speaker_styles import (
    BLOCK,
    Head,
    bare_head,
    colon_head,
    is_date,
    is_dated_note,
    marked_head,
    quoted_head,
    tabbed_head,
    timed_head,
)
from tsel_core.ingest.transcript.system_lines import MAX_CHARS, is_system_line

Heads = list[Head | None]
SAMPLE = 20_000  # lines
_LEAST_BARE = 5  # turns without a sign between name, time and words
LONG_WORDS = 25  # characters: what follows a name on its line and is longer is speech
_SENTENCE_SIGNS = "。．.!?！？…」』"


def read_speakers(
    draft: Draft, lines: list[str], places: list[str] | None = None, *, timed: bool = False
) -> bool:
    """Turns of a transcript into `draft`; False (nothing added) when the lines are no transcript.

    `places` names each line in labels ("line 3" when not given); `timed`: only a transcript with times is one.
    """
    lines = [clean_text(line) for line in lines]
    own = {at: line for at, line in enumerate(lines) if len(line) <= MAX_CHARS and is_system_line(line)}
    for at in own:
        lines[at] = ""
    heads = _with_times(lines) if timed else find_heads(lines)
    if heads is None:
        return False
    for at, line in own.items():
        lines[at] = line
    draft.unit_kind = "turn"
    names = places or [f"line {number}" for number in range(1, len(lines) + 1)]
    if any(h is not None and h.start_s is not None for h in heads):
        _add_timed(draft, lines, heads, names)
    else:
        _add_untimed(draft, lines, heads, names)
    return True


def find_heads(lines: list[str]) -> Heads | None:
    """For each line the turn that begins there, or None for all when this is no transcript.

    A line that is taken as a speaker's name of the turn below or above it is emptied in `lines`.
    """
    if len(lines) > SAMPLE and find_heads(list(lines[:SAMPLE])) is None:
        return None  # a long text that does not begin as one
    timed = _with_times(lines)
    if timed is not None:
        return timed
    for find in (colon_head, marked_head, quoted_head, tabbed_head):
        heads = _untimed([find(line) for line in lines], lines)
        if heads is not None:
            return heads
    return None


def _with_times(lines: list[str]) -> Heads | None:
    timed = _timed(lines)
    return _bare(lines) if timed is None else timed


def _bare(lines: list[str]) -> Heads | None:
    """Turns of "Kim 00:12 Good morning." alone: from the first on nearly every line is one, and speakers come back.

    A programme ("Lunch 12:30 in the canteen") has names that do not.
    """
    heads: Heads = [bare_head(line) for line in lines]
    found = [h for h in heads if h is not None]
    if len(found) < _LEAST_BARE or len({h.style for h in found}) > 1:
        return None
    first = next(at for at, h in enumerate(heads) if h is not None)
    filled = sum(1 for line in lines[first:] if line.strip())
    counts = Counter(h.name for h in found)
    returning = sum(n for n in counts.values() if n > 1)
    times = [h.start_s or 0.0 for h in found]
    if len(found) * 10 < filled * 6 or len(counts) < 2 or returning * 10 < len(found) * 7:
        return None
    if any(later < earlier for earlier, later in pairwise(times)) or not _are_spoken(heads[first:], lines[first:]):
        return None  # a rota, a timetable, a log
    _set_clock(found)
    return heads


def _timed(lines: list[str]) -> Heads | None:
    """At least 2 turns with times that go forward and are a sixth of the lines."""
    heads: Heads = [timed_head(line) for line in lines]
    if sum(h is not None for h in heads) < 2:
        return None
    copy = list(lines)
    _said_twice(copy, heads)
    _names_below(copy, heads)
    _names_above(copy, heads)
    _without_words(copy, heads)
    found = [h for h in heads if h is not None]
    filled = sum(1 for line in lines if line.strip())
    if len(found) < 2 or len(found) * 6 < filled or not _forward(heads, lines):
        return None
    _names_in_blocks(copy, heads)
    _set_clock(found)
    lines[:] = copy
    return heads


def _untimed(heads: Heads, lines: list[str]) -> Heads | None:
    """From the first speaker who comes back to the end, 6 of 10 lines begin a turn, most by such speakers.

    Of few turns, one speaker who comes back is enough where nearly all of them are sentences.
    """
    named = [i for i, h in enumerate(heads) if h is not None and h.style == "label"]
    if len(named) >= 2:  # "Speaker: Kim" says it itself
        return [h if h is not None and h.style == "label" else None for h in heads]
    counts = Counter(h.name for h in heads if h is not None)
    for index, head in enumerate(heads):  # a wrapped line such as "question: what is it?" begins no turn
        if head is not None and head.name and counts[head.name] == 1 and head.name[0].islower():
            heads[index] = None
    returning = [i for i, h in enumerate(heads) if h is not None and counts[h.name] > 1]
    few = len(returning) < 3 or len({heads[i].name for i in returning}) < 2  # type: ignore[union-attr]
    if not returning or (few and not _are_spoken(heads[returning[0] :], lines[returning[0] :])):
        return None
    first = _opening(heads, returning[0], lines)
    inside = [h for h in heads[first:] if h is not None]
    filled = sum(1 for line in lines[first:] if line.strip())
    if sum(1 for line in lines[:first] if line.strip()) > filled:
        return None
    if len(inside) * 10 < filled * 6 and not _by_block(heads, lines, first):
        return None
    if (len(returning) * 10 < len(inside) * 6 and not few) or len(inside) < 3:
        return None
    if heads[returning[0]].style == "tabbed" and len(counts) * 3 > len(inside):  # type: ignore[union-attr]
        return None  # a table
    return [None] * first + heads[first:]


def _are_spoken(heads: Heads, lines: list[str]) -> bool:
    """Eight in ten turns end as sentences do; in a list of "Supplier: ACME" few do."""
    starts = [i for i, h in enumerate(heads) if h is not None]
    ends = [*starts[1:], len(lines)]
    last = ["".join(lines[a:b]).strip()[-1:] for a, b in zip(starts, ends, strict=True)]
    return sum(sign in _SENTENCE_SIGNS for sign in last if sign) * 10 >= len(starts) * 8


def _opening(heads: Heads, first: int, lines: list[str]) -> int:
    """Speakers who speak once may stand right before the first who comes back."""
    while True:
        before = next((i for i in range(first - 1, -1, -1) if heads[i] is not None), -1)
        if before < 0 or not all(line.strip() for line in lines[before:first]):
            return first
        head, last = heads[before], lines[first - 1].rstrip()[-1:]
        if len(head.words) <= LONG_WORDS and last not in _SENTENCE_SIGNS:  # type: ignore[union-attr]
            return first
        first = before


def _by_block(heads: Heads, lines: list[str], first: int) -> bool:
    """Wrapped turns divided by empty lines: nearly every block begins with a speaker."""
    starts = [i for i in range(first, len(lines)) if lines[i].strip() and (i == first or not lines[i - 1].strip())]
    led = sum(1 for i in starts if heads[i] is not None)
    return len(starts) >= 4 and led * 10 >= len(starts) * 8


def _forward(heads: Heads, lines: list[str]) -> bool:
    """Times go forward, day by day where the file names the days."""
    times: list[tuple[int, str, float]] = []
    day = 0
    for head, line in zip(heads, lines, strict=True):
        if head is None:
            day += is_date(line)
        elif head.start_s is not None:
            times.append((day, head.date, head.start_s))
    steps = sum(1 for a, b in pairwise(times) if b[2] >= a[2] or a[:2] != b[:2])
    return steps * 10 >= (len(times) - 1) * 7


def _set_clock(heads: list[Head]) -> None:
    """Hours and minutes for what was taken as minutes and seconds."""
    if _by_the_clock(heads):
        for head in heads:
            head.start_s = None if head.start_s is None else head.start_s * 60
            head.end_s = None if head.end_s is None else head.end_s * 60


def _by_the_clock(heads: list[Head]) -> bool:
    """ "09:05" of a chat is five past nine: every time has two parts, and the first is late for a recording's start."""
    times = [h.start_s for h in heads if h.start_s is not None]
    if not times or not all(h.is_short for h in heads if h.start_s is not None):
        return False
    return times[0] >= 6 * 60 and max(times) < 24 * 60


def _said_twice(lines: list[str], heads: Heads) -> None:
    """What Teams puts before "Kim Park 0 minutes 3 seconds" when it is copied: name, time in words, time."""
    for at, head in enumerate(heads):
        if head is None or head.style != "name-spoken-time":
            continue
        for before in range(max(0, at - 3), at):
            line = lines[before].strip()
            if (line and line in lines[at]) or (head.start_s is not None and seconds(line) == head.start_s):
                lines[before], heads[before] = "", None


def _names_below(lines: list[str], heads: Heads) -> None:
    """Blocks "0:0:1.0 --> 0:0:2.1", then the name alone on its line, then the words (an older Teams export)."""
    at = [i for i, h in enumerate(heads) if h is not None and h.style == "time" and h.end_s is not None]
    named = [i for i in at if i + 2 < len(lines) and lines[i + 2].strip() and is_name(lines[i + 1])]
    counts = Counter(lines[i + 1].strip() for i in named)
    if len(named) < 2 or len(named) * 10 < len(at) * 8 or len(counts) == len(named):
        return
    for i in named:
        heads[i].name = lines[i + 1].strip()  # type: ignore[union-attr]
        heads[i].name_line = i + 1  # type: ignore[union-attr]
        lines[i + 1] = ""


def _names_above(lines: list[str], heads: Heads) -> None:
    """A name alone on its line, then the time alone, then the words."""
    at = [i for i, h in enumerate(heads) if h is not None and h.style == "time" and not h.name]
    open_ended = [i for i in at if heads[i].end_s is None]  # type: ignore[union-attr]
    at = open_ended if len(open_ended) * 2 > len(at) else at  # "0:00 - 0:45" at the top is the meeting's length
    named = [
        i
        for i in at
        if i and heads[i - 1] is None and is_name(lines[i - 1]) and (i == 1 or not lines[i - 2].strip() or len(at) > 3)
    ]
    counts = Counter(lines[i - 1].strip() for i in named)
    if len(named) < 2 or len(named) * 10 < len(at) * 8 or (len(counts) == len(named) and len(named) > 3):
        return
    for i in named:
        heads[i].name = lines[i - 1].strip()  # type: ignore[union-attr]
        heads[i].name_line = i - 1  # type: ignore[union-attr]
        lines[i - 1] = ""


def _without_words(lines: list[str], heads: Heads) -> None:
    """A block's first line with nothing below it: "[00:03] words" after all, or a line of a timetable."""
    following = False
    for index in range(len(lines) - 1, -1, -1):
        head = heads[index]
        if head is None:
            following = following or bool(lines[index].strip())
            continue
        if head.style in BLOCK and not following and head.name:
            if head.style == "time-name" and lines[index].lstrip()[:1] in "[(（":
                head.style, head.words, head.name = "time-text", head.name, None
            else:
                heads[index] = None
                if head.name_line is not None:
                    lines[head.name_line] = head.name
                following = head.style != "time-name"  # words of the turn above, unless it is a timetable
                continue
        following = False


def _names_in_blocks(lines: list[str], heads: Heads) -> None:
    """Under a line that is only a time (Google Meet), "Name: words" lines are turns too."""
    first = next(i for i, h in enumerate(heads) if h is not None)
    if not any(h is not None and h.style == "time" and not h.name for h in heads):
        return
    found = {i: h for i in range(first, len(lines)) if heads[i] is None and (h := colon_head(lines[i])) is not None}
    counts = Counter(h.name for h in found.values())
    if len(found) >= 2:
        for i, head in found.items():
            if counts[head.name] > 1 or not lines[i - 1].strip() or heads[i - 1] is not None:
                heads[i] = head


def _add_timed(draft: Draft, lines: list[str], heads: Heads, names: list[str]) -> None:
    cues: list[Cue] = []
    last_time: float | None = None
    date, above = "", ""
    is_dated = any(head is not None and head.date for head in heads)
    for place, line, head in zip(names, lines, heads, strict=True):
        above, before = line, above
        if head is not None and head.date and head.date != date:
            date = head.date
            cues.append(Cue(None, None, None, date, is_date=True))
        if head is None and ((cues and is_date(line) and not before.strip()) or (is_dated and is_dated_note(line))):
            cues.append(Cue(None, None, None, line.strip(), is_date=is_date(line), system=not is_date(line)))
        elif head is None and line.strip() and is_system_line(line):
            cues.append(Cue(last_time, None, None, line.strip(), system=True))
        elif head is not None:
            last_time = head.start_s if head.start_s is not None else last_time
            name, words = head.name, head.words
            if name is None and head.style == "time-text":
                name, words = split_name(words)
            cues.append(Cue(last_time, head.end_s, name, words))
        elif line.strip() and not any(not c.system and not c.is_date for c in cues):
            draft.add("line", place, line.strip())
        elif line.strip():
            last = cues[-1]
            spoken = Cue(last_time, None, None, "") if last.system or last.is_date else last
            if spoken is not cues[-1]:
                cues.append(spoken)
            spoken.text = join_lines(spoken.text, line.strip())
    _set_ends(cues)
    add_turns(draft, merge(_mark_gaps(cues)))


def _mark_gaps(cues: list[Cue]) -> list[Cue]:
    """Where speakers are named, speech with a time and no name is somebody's unknown when a gap comes before it."""
    last: float | None = None
    named = False
    for cue in cues:
        gap = last is not None and cue.start_s is not None and cue.start_s - last > GAP_S
        if named and gap and cue.speaker is None and not cue.system and not cue.is_date and cue.text:
            cue.speaker = UNKNOWN
        named = named or cue.speaker is not None
        last = cue.start_s if cue.start_s is not None else last
    return cues


def _set_ends(cues: list[Cue]) -> None:
    """A turn without an end lasts until the next begins."""
    for cue, following in pairwise(cues):
        if cue.end_s is None and cue.start_s is not None and following.start_s is not None:
            cue.end_s = max(cue.start_s, following.start_s)


def _add_untimed(draft: Draft, lines: list[str], heads: Heads, names: list[str]) -> None:
    """Turns as the file divides them: they are not merged, so that line numbers stay true."""
    held: list[str] = []
    speaker: str | None = None
    first = ""

    def put() -> None:
        text = "\n".join(line for line in held if line)
        if speaker is None:
            if text and is_system_line(text):
                draft.add("other", f"line of the tool, {first}", text, in_flow=False)
            elif text:
                draft.add("line", first, text)
        else:
            draft.add("turn", f"{speaker}, {first}", f"{speaker}: {text}", speaker=speaker)

    for place, line, head in zip(names, lines, heads, strict=True):
        if head is not None or (line.strip() and is_system_line(line)):
            put()
            held, speaker, first = ([head.words], head.name, place) if head else ([line.strip()], None, place)
        elif line.strip() and speaker is None:
            put()
            held, first = [line.strip()], place
        elif line.strip():
            held.append(line.strip())
    put()
