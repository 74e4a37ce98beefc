"""Items of a list that a later sentence changes: each is told with its change, none is superseded silently."""

from __future__ import annotations

from dataclasses import replace

from tsel_core.listing.changed import changes_in
from tsel_core.listing.run import Listing


def with_changes(listing: Listing) -> Listing:
    """The list with the changes of its items; one that is changed is unsure, as what it says no longer stands."""
    changes = changes_in(listing.documents, [i.span for i in listing.items])
    if not any(changes):
        return listing
    items = [
        replace(item, changes=found, verdict="unsure" if found else item.verdict)
        for item, found in zip(listing.items, changes, strict=True)
    ]
    return replace(listing, items=tuple(items)).recounted()
