"""The rows of several documents: read one after another, written about together where the engine can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from tsel_core.document import Document
from tsel_core.engine.together.crew import AT_ONCE, Crew, SharedEngine
from tsel_core.errors import DoesNotFit
from tsel_core.extract.beside import row_of_branches
from tsel_core.extract.extractor import Extractor, Row
from tsel_core.extract.fields import Field
from tsel_core.models.load import device_list
from tsel_core.questions import can_share
from tsel_core.session import Session

OnCell = Callable[[str, Field], None]
OnRow = Callable[[Row], None]


def extract_rows(
    session: Session,
    fields: Sequence[Field],
    documents: Sequence[tuple[Document, str]],
    on_cell: OnCell,
    on_row: OnRow = lambda row: None,
) -> list[Row | DoesNotFit]:
    """A row for each document, in their order, or why it does not fit. Raises what the engine raises.

    `on_row` hears of each row as soon as it is whole.
    """

    def told_row(row: Row | DoesNotFit) -> Row | DoesNotFit:
        if isinstance(row, Row):
            with lock:
                on_row(row)
        return row

    lock = Lock()

    def told(name: str, field: Field) -> None:
        with lock:
            on_cell(name, field)

    alone = Extractor(session, fields, told)
    # more are written at once if few documents are read one after another, each with its fields together
    fields_first = can_share(session) and len(documents) < min(len(fields), AT_ONCE["cpu"])
    if len(documents) < 2 or fields_first or len(device_list(session.device)) > 1 or not Crew.takes(session.engine):
        return [told_row(_row(alone, *pair, branches=True)) for pair in documents]
    engine = session.engine

    def by(own: SharedEngine, pair: tuple[Document, str]) -> Row | DoesNotFit:
        return told_row(_row(Extractor(session.beside(own), fields, told), *pair))

    most = AT_ONCE.get(engine.device.type, 1)
    found = Crew.of(engine).each(by, documents, most)
    # what found no room beside the others may have it alone
    return [
        told_row(_row(alone, *pair)) if isinstance(f, DoesNotFit) else f
        for f, pair in zip(found, documents, strict=True)
    ]


def _row(extractor: Extractor, document: Document, lang: str, *, branches: bool = False) -> Row | DoesNotFit:
    """The row; with `branches` its cells are written together where they can be."""
    try:
        row = row_of_branches(extractor, document, lang) if branches else None
        return extractor.row(document, lang) if row is None else row
    except DoesNotFit as error:
        return error
