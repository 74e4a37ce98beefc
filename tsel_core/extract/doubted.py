# ruff: noqa: E501 (patterns)
"""Cells whose quote speaks of something near, or that another sentence of the papers changes: unsure, with the place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tsel_core.document import Document, SourceSpan
from tsel_core.extract.cell import Cell, Place
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.listing.changed import ItemChange, changes_in
from tsel_core.text.values import extract_values

_PAPER = r"(?:agreements?|contracts?|leases?|licen[cs]es?|deeds?|terms?|periods?|subscriptions?|engagements?|tenanc(?:y|ies)|appointments?|polic(?:y|ies)|memberships?|it|they)"
# a column, what its quote names in another matter, and what a quote of it says
_NEAR: tuple[tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], str], ...] = (
    (
        lazy_pattern(r"^(?:the )?(?:governing |applicable )?laws?$|^準拠法$", re.I),
        lazy_pattern(r"\bcourts?\b|\bjurisdiction\b|\bvenue\b|\barbitrat\w+|裁判所|管轄|仲裁", re.I),
        lazy_pattern(r"\blaws?\b(?! courts?)|準拠|法律|法令|法を|法に|法が", re.I),
        "its quote names a court, and no law",
    ),
    (
        lazy_pattern(r"^(?:is |does )?(?:it )?(?:auto(?:matic(?:ally)?)?[ -]?)?renew(?:s|al|als|ed|able)?(?: automatically)?(?: clause| option)?$|^(?:自動)?(?:契約の?)?更新(?:の有無|条項|の可否)?$", re.I),
        lazy_pattern(r"\brenew\w*|\bextend\w*|\bextension\w*|更新|延長", re.I),
        lazy_pattern(rf"\b{_PAPER}\b[^.;]{{0,80}}\b(?:renew|extend|extension|prolong|roll)|\b(?:renew|extend|extension|prolong|roll)\w*\b[^.;]{{0,60}}\b{_PAPER}\b|(?:契約|期間|条件|覚書)[^。]{{0,40}}(?:更新|延長)|(?:更新|延長)(?:され|する|でき|しない|後|料|拒絶)|自動更新", re.I),
        "its quote speaks of another renewal",
    ),
)  # fmt: skip


def doubted(cell: Cell, document: Document) -> Cell:
    """A stated cell, unsure where its quotes are of another matter, or where a later sentence changes its value."""
    if not cell.places or cell.text == "":
        return cell
    changes = list(_changes(cell, document))
    if changes:
        shown = {(p.label, p.quote) for p in cell.places}
        more = tuple(p for p in (_place(c, document) for c in changes) if (p.label, p.quote) not in shown)
        return replace(cell, status="unsure", places=(*cell.places, *more), reason="another passage changes it")
    if cell.status != "stated":
        return cell
    said = " ".join(p.quote for p in cell.places)
    for column, near, own, reason in _NEAR:
        if column.match(cell.field.words.strip()) and near.search(said) and not own.search(said):
            return replace(cell, status="unsure", reason=reason)
    return cell


def _changes(cell: Cell, document: Document) -> Iterator[ItemChange]:
    """The changes of a value that the cell gives, by the sentences that it quotes."""
    spans = [span for place in cell.places for span in _spans(place, document)]
    values = {reading for v in extract_values(cell.text) for reading in v.readings}
    for change in (c for found in changes_in([document], spans) for c in found):
        old = {reading for v in extract_values(change.old) for reading in v.readings}
        if change.sure and change.old and old & values:
            yield change


def _spans(place: Place, document: Document) -> Iterator[SourceSpan]:
    """Where the words of a quote stand."""
    for unit in document.units:
        at = unit.text.find(place.quote) if place.quote else -1
        if at >= 0:
            yield SourceSpan(0, unit.index, at, at + len(place.quote))
            return


def _place(change: ItemChange, document: Document) -> Place:
    unit = document.units[change.span.unit_index]
    return Place(unit.label_at(change.span.start), unit.text[change.span.start : change.span.end])
