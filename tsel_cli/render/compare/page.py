"""A comparison as one HTML page that needs no network and runs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tsel_cli.i18n import message_language, say
from tsel_cli.render.compare.text import value_steps
from tsel_cli.render.pages import render_page
from tsel_cli.render.person_words import place_words
from tsel_core.document import all_of, file_name

if TYPE_CHECKING:
    from tsel_core.compare.change import Change
    from tsel_core.compare.comparison import Comparison


def comparison_page(made: Comparison) -> str:
    """The page, in the language of messages. Whatever comes from documents or the model is escaped by the template."""
    return render_page(
        "compare/page.html",
        lang=message_language(),
        say=say,
        old=file_name(made.old),
        new=file_name(made.new),
        counts=[say(f"{count:,} {kind}") for kind, count in made.counts.items() if count],
        whole=all_of([made.old, made.new]) if made.complete else "PIECES ARE MISSING",
        about=say("Compared by sentence:" if made.by == "sentence" else "Compared by clause:"),
        pieces=say(f"{made.sides[0]:,} pieces of the old file, {made.sides[1]:,} of the new one."),
        warnings=[say(w) for d in (made.old, made.new) for w in d.warnings],
        changes=[_row(change) for change in made.changes],
    )


def _who(author: str, time: str) -> str:
    return ", ".join(part for part in (author, time[:16].replace("T", " ")) if part)


def _row(change: Change) -> dict[str, object]:
    labels = [", ".join(dict.fromkeys(place_words(p.label) for p in side)) for side in (change.old, change.new)]
    return {
        "kind": change.kind,
        "old": labels[0],
        "new": labels[1],
        "spans": [(s.kind, s.text, _who(s.author, s.time)) for s in change.spans]
        or [("same", change.new_text or change.old_text, "")],
        "tracked": [
            say(f"Tracked in the {t.side} file: {t.kind} by {_who(t.author or say('unknown'), t.date)}: “{t.text}”")
            for t in change.tracked
        ],
        "values": value_steps(change) if change.kind == "changed" else [],
        "risks": change.risks,
        "meaning": change.meaning,
    }
