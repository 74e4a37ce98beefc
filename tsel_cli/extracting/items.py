"""A table with a row for each item that is found in documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tsel_cli.extracting.kept import KeptRows
from tsel_cli.extracting.run import Run
from tsel_core.errors import DoesNotFit
from tsel_core.extract.fields import ItemsTask
from tsel_core.listing.wish import Wish

if TYPE_CHECKING:
    from tsel_core.extract.many import ItemTable
    from tsel_core.session import Session


@dataclass(frozen=True)
class _Parts:
    """See tsel_core.extract.many.Parts: in the file of the rows, under the document's key."""

    kept: KeptRows
    key: str

    def find(self, name: str) -> Mapping[str, Any] | None:
        return self.kept.find(f"{self.key}/{name}")

    def add(self, name: str, told: Mapping[str, Any]) -> None:
        self.kept.add(f"{self.key}/{name}", told)


@dataclass
class ItemsRun(Run):
    """Items of documents with their fields. A document without a record was not looked at."""

    wish: Wish = field(kw_only=True)
    interrupted: ItemTable | None = None  # of the last document that was begun

    @property
    def table(self) -> ItemTable:
        """All items, in the order of the documents."""
        from tsel_core.extract.many import ItemTable

        return ItemTable.joined([self._table(at) for at in range(len(self.documents))], self.wish)

    def _table(self, at: int) -> ItemTable:
        from tsel_core.extract.many import ItemTable
        from tsel_core.listing.run import Listing

        documents = [self.documents[at]]
        if at in self.records:
            return ItemTable.from_json(documents, self.wish, self.fields, self.records[at])
        if self.interrupted is not None and self.interrupted.listing.documents[0] is documents[0]:
            return self.interrupted
        stopped = self.interrupted is not None
        return ItemTable(replace(Listing.untouched(documents, self.wish), interrupted=stopped), ())

    def about(self) -> Mapping[str, Any]:
        """See Run."""
        return {"many": self.wish.words, "fields": [asdict(f) for f in self.fields]}

    def lang(self, at: int) -> str:
        """See Run."""
        return self.wish.lang

    def task(self, at: int) -> ItemsTask:
        """See Run."""
        return ItemsTask(self.wish.words, self.wish.lang, self.fields)

    def here(self, missing: Sequence[int], session: Session) -> None:
        """See Run. Ctrl-C in a list ends all; what was found of it is shown, and not kept."""
        from tsel_core.extract.many import item_table

        for at in missing:
            parts = None if self.kept is None else _Parts(self.kept, self.keys[at])
            try:
                table = item_table(session, self.documents[at], self.wish, self.fields, parts)
            except DoesNotFit as error:
                self.refuse(at, error)
                continue
            if table.listing.interrupted:
                self.interrupted, self.code = table, 130
                return
            self.put(at, {**table.as_json(), "model": {**session.describe_model()}})
