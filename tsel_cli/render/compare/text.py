"""A comparison as lines for a terminal or a pipe: [-what went-] and {+what came+}."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from textwrap import indent
from typing import TYPE_CHECKING

from tsel_cli.render.person_words import place_words
from tsel_core.text.safe import clean_for_terminal

if TYPE_CHECKING:
    from tsel_cli.console import Stderr
    from tsel_core.compare.change import Change
    from tsel_core.compare.comparison import Comparison
    from tsel_core.compare.tracked import Tracked
    from tsel_core.compare.words import Span

_CONTEXT = 70  # characters shown of what stayed, before and after a change
_MARGIN = " " * 12


def comparison_lines(made: Comparison, console: Stderr, *, every: bool = False) -> Iterator[str]:
    """One block a change; what stayed the same is counted where it stands, or shown with `every`."""
    color = console.color and sys.stdout.isatty()
    same = 0
    for change in made.changes:
        if change.kind == "same" and not every and not change.tracked:
            same += 1
            continue
        if same:
            yield _same(same, console)
            same = 0
        yield from _block(change, console, color)
    if same:
        yield _same(same, console)


def _same(count: int, console: Stderr) -> str:
    return console.say(f"({count:,} the same)") + "\n"


def _block(change: Change, console: Stderr, color: bool) -> Iterator[str]:
    old, new = _labels(change.old), _labels(change.new)
    places = " -> ".join(dict.fromkeys(p for p in (old, new) if p))
    yield f"{console.say(change.kind):<11} {clean_for_terminal(places)}"
    text = spans_text(change.spans, color) if change.spans else clean_for_terminal(change.new_text or change.old_text)
    yield indent(text, _MARGIN)
    if change.kind == "changed" and change.values:
        values = clean_for_terminal("; ".join(f"{old or '-'} -> {new or '-'}" for old, new in value_steps(change)))
        yield f"{_MARGIN}{console.say('values:')} {values}"
    for tracked in change.tracked:
        yield f"{_MARGIN}{console.say('tracked:')} {tracked_line(tracked, console)}"
    if change.risks:
        yield f"{_MARGIN}{console.say('look at:')} {clean_for_terminal(', '.join(change.risks))}"
    if change.meaning is not None and change.meaning.text:
        mark = console.say(" (unsure)") if change.meaning.unsure else ""
        yield f"{_MARGIN}{console.say('means:')} {clean_for_terminal(change.meaning.text)}{mark}"
    yield ""


def value_steps(change: Change) -> list[tuple[str, str]]:
    """What became of which value: the pairs, then the values that only one of the texts has; "" on the other side."""
    alone = change.values.single
    pairs = [(old.text, new.text) for old, new in change.values.pairs]
    return [*pairs, *((v.text, "") for v in alone.gone), *(("", v.text) for v in alone.came)]


def tracked_line(tracked: Tracked, console: Stderr) -> str:
    """Who did what and when, in which of the files."""
    who = ", ".join(p for p in (tracked.author or console.say("unknown"), tracked.date) if p)
    words = _shortened(" ".join(tracked.text.split()), first=False, last=False)
    where = console.say("old file, " if tracked.side == "old" else "new file, ")
    return clean_for_terminal(f"{where}{console.say(tracked.kind)} ({who}): {words}")


def _labels(pieces: tuple[object, ...]) -> str:
    names = list(dict.fromkeys(place_words(str(getattr(p, "label", ""))) for p in pieces))
    return names[0] if len(names) == 1 else f"{names[0]} .. {names[-1]}" if names else ""


def spans_text(spans: tuple[Span, ...], color: bool = False) -> str:
    """The spans in one line of text; long stretches that both have are shortened, and say so with dots."""
    parts = []
    for at, span in enumerate(spans):
        text = clean_for_terminal(span.text)
        if span.kind == "same":
            parts.append(_shortened(text, first=at == 0, last=at == len(spans) - 1))
        elif color:
            parts.append(f"\x1b[{31 if span.kind == 'deleted' else 32}m{_marked(span.kind, text)}\x1b[0m")
        else:
            parts.append(_marked(span.kind, text))
    return "".join(parts)


def _marked(kind: str, text: str) -> str:
    return f"[-{text}-]" if kind == "deleted" else f"{{+{text}+}}"


def _shortened(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 2 * _CONTEXT + 20:
        return text
    head = "" if first else text[:_CONTEXT]
    tail = "" if last else text[-_CONTEXT:]
    return f"{head} … {tail}" if head and tail else f"{head} …" if head else f"… {tail}"
