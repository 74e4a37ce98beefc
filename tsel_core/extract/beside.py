"""The fields of one document together: it is read once, and every question goes on from its rows without a copy."""

from __future__ import annotations

from tsel_core.document import Document, file_name
from tsel_core.engine.together.crew import AT_ONCE, Crew, SharedEngine
from tsel_core.extract.cell import Cell
from tsel_core.extract.extractor import Extractor, Row
from tsel_core.extract.fields import Field
from tsel_core.prompts.build import Prompt
from tsel_core.questions import beside, branching, can_share


def row_of_branches(extractor: Extractor, document: Document, lang: str) -> Row | None:
    """The row of `Extractor.row`, its cells written together; None where they cannot be (another device or storage).

    Each cell is what it would be alone, but for near ties where rows of a question are read in other portions.
    Raises DoesNotFit and what the engine raises.
    """
    session, fields = extractor.session, extractor.fields
    if len(fields) < 2 or not can_share(session):
        return None
    prompts = [extractor.prompt(document, field, lang) for field in fields]
    longest = max(p.num_tokens for p in prompts)
    if longest + extractor.room() > session.info.trained_window:
        return None
    first = min(prompts, key=lambda p: p.num_tokens)  # its question is read in vain
    reading = branching(session, first, longest - first.num_tokens + extractor.room())
    if reading is None or not reading.cache.can_branch:
        return None

    def by(own: SharedEngine, asked: tuple[Field, Prompt]) -> tuple[Cell, int]:
        twin = beside(session, own, reading, first.doc_end)
        made = Extractor(twin, fields).cell(*asked, twin.live)[1:]
        extractor.on_cell(file_name(document), asked[0])
        return made

    found = Crew.of(session.engine).each(by, list(zip(fields, prompts, strict=True)), AT_ONCE["cpu"])
    session.close()  # rows on their way to a file are the reading's
    return Row(document, tuple(cell for cell, _ in found), found[0][1])
