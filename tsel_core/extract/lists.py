"""An exhaustive list from whole documents with one session: each is read, then every unit of it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tsel_core.document import Document, SourceSpan
from tsel_core.listing.judging import AskedJudge
from tsel_core.listing.parties import is_somebody
from tsel_core.listing.run import Listing, list_all, needs_no_model
from tsel_core.listing.told_changes import with_changes
from tsel_core.listing.wish import Wish, about_topic
from tsel_core.models.load import device_list
from tsel_core.prompts.tasks import ask_task
from tsel_core.session import Session
from tsel_core.sweep.sentences import sentences_of
from tsel_core.text.language import document_lang
from tsel_core.trust.orders.detect import find_orders
from tsel_core.trust.orders.doubt import is_marked

_ROOM = 1024  # rows for a question about a passage behind the document


def list_documents(session: Session | None, documents: Sequence[Document], wish: Wish) -> Listing:
    """The list of all documents, read one after another. Without a session code alone lists.

    A document longer than the window is asked about passage by passage. Raises what reading raises.
    """
    listings = []
    for document in documents:
        own = _own_wish(document, wish)
        listing = list_all([document], own) if session is None else _listed(session, document, own)
        listings.append(_doubted(listing))
        if listing.interrupted:
            rest = documents[len(listings) :]
            listings += [_untouched(d, wish) for d in rest]
            break
    return joined(listings, wish)


def _own_wish(document: Document, wish: Wish) -> Wish:
    """The wish as this document understands it: what it names may be nobody there, but a topic (秘密保持の義務)."""
    sentences = sentences_of([document])
    lang = document_lang([[s.text for s in sentences]])
    if not wish.who or wish.lang != lang or is_somebody(sentences, wish.who, lang):
        return wish
    return about_topic(wish)


def _listed(session: Session, document: Document, wish: Wish) -> Listing:
    if needs_no_model(wish, document):  # nothing has to be read
        told = list_all([document], wish, None, session.progress)
        if told.wish.kind is not None:
            return told
        wish = told.wish
    if len(device_list(session.device)) > 1:  # a reading that several devices share is not asked again
        return list_all([document], wish, None, session.progress)
    session.begin_loading()
    prompt = session.build([document], ask_task("", wish.lang))
    long = prompt.num_tokens + _ROOM > session.info.trained_window
    shown = session.build((), prompt.task) if long else prompt
    reading = session.read(shown, _ROOM)
    session.close()  # rows on their way to a file must not meet questions that change the reading
    with session.asker(shown, reading) as asker:
        return list_all([document], wish, AskedJudge(asker, wish, alone=long), session.progress)


def _doubted(listing: Listing) -> Listing:
    """What stands in a passage that gives orders to the reader is unsure."""
    orders = find_orders(listing.documents)
    items = tuple(replace(i, verdict="unsure") if is_marked(i.span, orders) else i for i in listing.items)
    return replace(listing, items=items).recounted()


def _untouched(document: Document, wish: Wish) -> Listing:
    return Listing.untouched([document], wish)


def joined(listings: Sequence[Listing], wish: Wish) -> Listing:
    """One list of several documents' lists; what another sentence of them changes is told with its change."""
    items, receipts = [], []
    for number, listing in enumerate(listings):
        items += [replace(i, span=_moved(i.span, number)) for i in listing.items]
        receipts += [replace(r, unit=replace(r.unit, doc_index=number)) for r in listing.receipts]
    documents = tuple(d for listing in listings for d in listing.documents)
    stopped = any(li.interrupted for li in listings)
    return with_changes(Listing(wish, documents, tuple(items), tuple(receipts), stopped))


def _moved(span: SourceSpan, doc_index: int) -> SourceSpan:
    return replace(span, doc_index=doc_index)
