"""Files of a kind that another package reads."""

from __future__ import annotations

from pathlib import PurePath

from tsel_core.errors import DocumentError
from tsel_core.ingest.safety.detect import PICTURES, SUFFIXES
from tsel_core.ingest.source import Draft, Source
from tsel_core.plugins import Passage, Reader, find


def plugin_of(name: str) -> Reader | None:
    """The reader for a file's suffix; None for kinds that this program reads, which no plugin takes over."""
    suffix = PurePath(name).suffix.lower()
    if len(suffix) < 2 or suffix in SUFFIXES or suffix in PICTURES:
        return None
    found: Reader | None = find("tsel.readers", suffix[1:])
    return found


def read_by_plugin(reader: Reader, source: Source) -> Draft:
    """What the reader finds. Raises DocumentError for anything that is no Passage."""
    draft = Draft(source.kind, "paragraph")
    for passage in reader(source.name, source.data):
        if not isinstance(passage, Passage):
            raise DocumentError(f"{source.name}: its plugin gave a {type(passage).__name__}", "report it to its maker")
        draft.add("paragraph", passage.label, passage.text, heading_path=passage.heading)
    return draft
