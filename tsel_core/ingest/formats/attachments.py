"""Files attached to a mail: read through the reader of their kind, or named with the reason."""

from __future__ import annotations

from tsel_core.errors import TselError
from tsel_core.ingest.formats.tnef import TNEF, Parcel, unpack_tnef
from tsel_core.ingest.source import Draft, OverLimit, Source

MAX_FILES = 200  # of a mail: more are named by their number


def add_attachment(draft: Draft, source: Source, name: str, data: bytes) -> None:
    """Units of an attached file, labelled with its name; a warning where it is not read."""
    files = draft.metadata.setdefault("attachments", [])
    files.append(name)
    if data.startswith(TNEF):
        parcel = unpack_tnef(data)
        if parcel is not None:
            _add_parcel(draft, source, name, parcel)
            return
    if source.read_inner is None or not data or len(files) > MAX_FILES:
        draft.warn(f"the attachment {name} was not read")
        return
    try:
        inner = source.read_inner(name, data)
    except TselError as error:
        reason = error.message.removeprefix(f"{name}: ")
        draft.warn(f"the attachment {name} was not read: {reason}")
        return
    except (OverLimit, ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError, OSError):
        draft.warn(f"the attachment {name} was not read: the file is damaged")
        return
    draft.add_draft(inner, f"attachment {name}")


def _add_parcel(draft: Draft, source: Source, name: str, parcel: Parcel) -> None:
    """What Outlook wrapped in a winmail.dat: the text where the mail has none of its own, and the files."""
    if parcel.rtf and source.read_inner is not None and not draft.has_text_in(("paragraph", "row")):
        try:
            draft.add_draft(source.read_inner("message.rtf", parcel.rtf), "text")
        except TselError:
            draft.warn(f"the text in {name} was not read")
    for inner, data in parcel.files[:MAX_FILES]:
        add_attachment(draft, source, inner, data)
    if len(parcel.files) > MAX_FILES:
        draft.warn(f"{len(parcel.files) - MAX_FILES} files in {name} were not read")
