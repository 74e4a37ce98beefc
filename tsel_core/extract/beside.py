"""The fields of one document together: it is read once, and every question goes on from its rows without a copy."""

from __future__ import annotations

from tsel_core.document import Document, file_name
from tsel_core.engine.together.crew import AT_ONCE, Crew, SharedEngine
from tsel_core.extract.cell import Cell
from tsel_core.extract.extractor import Extractor, Row
from tsel_core.extract.fields import Field
from tsel_core.kv.pages import has_pages
from tsel_core.models.load import device_list
from tsel_core.prompts.build import Prompt


def row_of_branches(extractor: Extractor, document: Document, lang: str) -> Row | None:
    """The row of `Extractor.row`, its cells written together; None where they cannot be (another device or storage).

    Each cell is what it would be alone, but for near ties where rows of a question are read in other portions.
    Raises DoesNotFit and what the engine raises.
    """
    session, fields = extractor.session, extractor.fields
    if len(fields) < 2 or len(device_list(session.device)) > 1 or session.device != "cpu" or not has_pages():
        return None
    prompts = [extractor.prompt(document, field, lang) for field in fields]
    if max(p.num_tokens for p in prompts) + extractor.room() > session.info.trained_window:
        return None
    engine = session.engine
    if not Crew.takes(engine):
        return None
    first = max(prompts, key=lambda p: p.num_tokens)  # the longest: its cache has room for each of the others
    engine.branching = True
    try:
        reading = session.read(first, extractor.room())
    finally:
        engine.branching = False
    if not reading.cache.can_branch:
        return None
    trace = engine.runtime.trace

    def by(own: SharedEngine, asked: tuple[Field, Prompt]) -> tuple[Cell, int]:
        twin = session.beside(own)
        twin.fit = session.fit
        own.reset()
        own.runtime.trace.prefill_coverage, own.runtime.trace.picked = list(trace.prefill_coverage), trace.picked
        extractor.on_cell(file_name(document), asked[0])
        return Extractor(twin, fields).cell(*asked, reading.branch())[1:]

    found = Crew.of(engine).each(by, list(zip(fields, prompts, strict=True)), AT_ONCE["cpu"])
    session.close()  # rows on their way to a file are the reading's
    return Row(document, tuple(cell for cell, _ in found), found[0][1])
