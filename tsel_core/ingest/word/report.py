"""After the walk: warnings about the whole file, and meeting exports as turns."""

from __future__ import annotations

from collections import Counter

from tsel_core.ingest.source import Draft
from tsel_core.ingest.word.blocks import Blocks


def add_warnings(reader: Blocks) -> None:
    """Tell what was changed, hidden, or left out."""
    draft = reader.draft
    if reader.package.zip.copies:
        draft.doubt(reader.package.zip.copies_warning())
    if reader.changes:
        who = ", ".join(name for name, _ in Counter(c["author"] or "unknown" for c in reader.changes).most_common(5))
        did = {"accept": "accepted", "reject": "rejected", "show": "shown"}[reader.options.changes]
        more = "" if did == "shown" else "; --changes reject or show reads them differently"
        draft.warn(f"{reader.num_changes:,} tracked changes by {who} were {did}{more}")
        draft.metadata["tracked_changes"] = reader.changes
        draft.metadata["changes"] = reader.options.changes
    if reader.comments and not reader.options.comments:
        draft.leave_unasked("comment", len(reader.comments))
    draft.warn_hidden(shown=reader.options.hidden)
    if reader.turns * 2 > draft.count:
        draft.unit_kind = "turn"
    if reader.pictures:
        draft.metadata["num_pictures"] = reader.pictures
        draft.count_out("picture", reader.pictures)
    if reader.ruby:
        draft.metadata["ruby"] = [list(pair) for pair in list(reader.ruby)[:500]]
    targets = [t for kind, t in reader.package.rels.values() if kind == "external-attachedtemplate"]
    if targets:
        draft.warn("the file names a template elsewhere; it was not fetched")


def as_transcript(reader: Blocks) -> Draft | None:
    """A meeting export: its paragraphs are turns. None for other documents."""
    from tsel_core.ingest.transcript.speakers import read_speakers

    if reader.changes and reader.options.changes == "show":  # "[inserted by Kim: ...]" is said by nobody
        return None
    units = [u for u in reader.draft.units if u.in_flow and u.text]
    apart = ("header", "footer", "footnote", "comment", "hidden")
    body = [u for u in units if u.kind not in apart]
    if len(body) < 3 or sum(u.kind == "paragraph" for u in body) * 10 < len(body) * 8:
        return None
    lines = [(n, line) for n, u in enumerate(body, 1) for line in u.text.split("\n")]
    draft = Draft("docx", "turn", warnings=reader.draft.warnings, metadata=reader.draft.metadata)
    draft.missing = reader.draft.missing
    draft.unseen = reader.draft.unseen
    for unit in units:
        if unit.kind == "header":
            draft.add("header", unit.label, unit.text)
    place = "段落" if reader.japanese else "para "
    if not read_speakers(draft, [line for _, line in lines], [f"{place}{n}" for n, _ in lines]):
        return None
    for change in reader.changes:  # turns are other units than paragraphs
        change["unit"] = 0
    for unit in reader.draft.units:
        if not unit.in_flow or unit.kind in apart[1:]:
            draft.add(unit.kind, unit.label, unit.text, in_flow=unit.in_flow)
    return draft
