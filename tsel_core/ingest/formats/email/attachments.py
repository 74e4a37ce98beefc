"""Files attached to a mail or a PDF: read through the reader of their kind, or named with the reason."""

from __future__ import annotations

from pathlib import PurePath

from tsel_core.errors import TselError
from tsel_core.ingest.formats.email.tnef import TNEF, Parcel, unpack_tnef
from tsel_core.ingest.safety.detect import SUFFIXES
from tsel_core.ingest.source import Draft, OverLimit, Source

MAX_FILES = 200  # of a mail: more are named by their number


def add_attachment(draft: Draft, source: Source, name: str, data: bytes, page: int | None = None) -> None:
    """Units of an attached file, labelled with its name; a warning where it is not read.

    A document that is not read counts as a part that was not; a picture, a key or a calendar's entry does not.
    """
    files = draft.metadata.setdefault("attachments", [])
    files.append(name)
    if data.startswith(TNEF):
        parcel = unpack_tnef(data)
        if parcel is not None:
            _add_parcel(draft, source, name, parcel)
            return
    reason = ""
    if source.read_inner is None or not data or len(files) > MAX_FILES:
        reason = "it is empty" if not data else f"more than {MAX_FILES} files"
    elif not _is_document(name) and page is not None:  # data of programs, such as the XML of an invoice
        reason = "not a kind of document"
    else:
        try:
            inner = source.read_inner(name, data)
            draft.add_draft(inner, f"attachment {name}", page)
            if inner.has_text or inner.hidden:
                return
            reason = "no text in the file"
        except TselError as error:
            reason = error.message.removeprefix(f"{name}: ")
        except OverLimit as limit:
            reason = f"more than {limit.what} with it"
    said = f"the attachment {name} was not read: {reason}"
    if _is_document(name):
        draft.lose(said)
    else:
        draft.leave("attachment", 1, said)


def _is_document(name: str) -> bool:
    """By its suffix it holds text, or files that may."""
    return PurePath(name).suffix.lower() in (*SUFFIXES, ".zip", ".7z", ".rar")


def _add_parcel(draft: Draft, source: Source, name: str, parcel: Parcel) -> None:
    """What Outlook wrapped in a winmail.dat: the text where the mail has none of its own, and the files."""
    if parcel.rtf and source.read_inner is not None and not draft.has_text_in(("paragraph", "row")):
        try:
            draft.add_draft(source.read_inner("message.rtf", parcel.rtf), "text")
            if not parcel.is_whole:
                draft.doubt(f"the text in {name} is cut off")
        except TselError:
            draft.lose(f"the text in {name} was not read")
    for inner, data in parcel.files[:MAX_FILES]:
        add_attachment(draft, source, inner, data)
    if len(parcel.files) > MAX_FILES:
        draft.lose(f"{len(parcel.files) - MAX_FILES} files in {name} were not read")
