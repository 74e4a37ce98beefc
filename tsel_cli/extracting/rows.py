"""A table with a row for each document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tsel_cli.extracting.run import Run
from tsel_core.errors import DoesNotFit
from tsel_core.extract.fields import RowTask

if TYPE_CHECKING:
    from tsel_core.extract.extractor import Row
    from tsel_core.extract.fields import Field
    from tsel_core.session import Session


@dataclass
class TableRun(Run):
    """Rows of documents, each asked in its own of `langs`."""

    langs: list[str] = field(kw_only=True)

    @property
    def rows(self) -> list[Row]:
        """The rows, in the order of the documents."""
        from tsel_core.extract.extractor import Row

        return [Row.from_json(self.documents[at], self.fields, self.records[at]) for at in sorted(self.records)]

    def about(self) -> Mapping[str, Any]:
        """See Run."""
        return {"fields": [asdict(f) for f in self.fields]}

    def lang(self, at: int) -> str:
        """See Run."""
        return self.langs[at]

    def task(self, at: int) -> RowTask:
        """See Run."""
        return RowTask(self.fields, self.langs[at])

    def here(self, missing: Sequence[int], session: Session) -> None:
        """See Run."""
        from tsel_core.extract.rows import extract_rows

        session.begin_loading()
        pairs = [(self.documents[at], self.langs[at]) for at in missing]
        places = {id(self.documents[at]): at for at in missing}

        def made(row: Row) -> None:
            self.put(places[id(row.document)], {**row.as_json(), "model": {**session.describe_model()}})

        total = len(missing) * len(self.fields)
        done: set[tuple[str, str]] = set()

        def heard(name: str, field: Field) -> None:
            done.add((name, field.name))
            self.console.step("extract", len(done), total, "values")

        self.console.step("extract", 0, total, "values")
        found = extract_rows(session, self.fields, pairs, heard, made)
        for at, row in zip(missing, found, strict=True):
            if isinstance(row, DoesNotFit):
                self.refuse(at, row)
