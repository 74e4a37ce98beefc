"""The sweep of documents: candidates by code, doubtful ones judged by the model, merged, in the order of reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tsel_core.document import Document
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.progress import NoProgress, Progress
from tsel_core.prompts.tasks import Style
from tsel_core.sweep.contracts.contract import sweep_contract
from tsel_core.sweep.item import Item
from tsel_core.sweep.judge import Model, judge_items, plain_items
from tsel_core.sweep.kind import DocumentKind, kind_of
from tsel_core.sweep.meetings.about import talked_about
from tsel_core.sweep.meetings.asked_topics import topic_items
from tsel_core.sweep.meetings.cancelled import with_cancelled
from tsel_core.sweep.meetings.listed import listed_items
from tsel_core.sweep.meetings.meeting import sweep_meeting
from tsel_core.sweep.meetings.named_topics import named_topics
from tsel_core.sweep.meetings.next_meeting import next_meeting
from tsel_core.sweep.meetings.open_points import finds_open
from tsel_core.sweep.meetings.openings import is_spontaneous
from tsel_core.sweep.meetings.told_to import with_speaker
from tsel_core.sweep.meetings.topics import topics_of
from tsel_core.sweep.meetings.written.lines import written_items
from tsel_core.sweep.meetings.written.titles import with_titles
from tsel_core.sweep.merge import merge_items
from tsel_core.sweep.people import People
from tsel_core.sweep.points import find_purpose, sweep_points
from tsel_core.sweep.sentences import Sentence, sentences_of
from tsel_core.sweep.text import one_line
from tsel_core.text.language import Lang

_PARTS: dict[Style, int] = {"brief": 6, "report": 14, "minutes": 0}
_MEETING_PARTS = 4  # parts of a meeting that a brief says a sentence about, beside its items
_SETTLED = lazy_pattern(
    r"(?i)\b(?:decid\w+|decisions?|agreed|settled|resolved|approved|adopted)\b|決定|決ま|決め|承認|可決|合意|了承"
)
_UNSETTLED = lazy_pattern(
    r"(?i)\b(?:open|unresolved|undecided|pending|unclear|postponed?|deferred)\b|未定|未決|保留|継続|次回"
)
_FEW_ITEMS, _TALK_PARTS = 4, 10  # items below which a meeting only talked: then more of its parts are told
_TALK = 40  # sentences of a talk that has topics
_RISKS = 6  # open questions of a report
_WORDS_A_POINT = {"en": 25, "ja": 60}  # words, characters


@dataclass(frozen=True)
class Sweep:
    """What a sweep found. `sentences` are all that were looked at, `topics` those that the model had to name."""

    items: tuple[Item, ...]
    kind: DocumentKind
    sentences: tuple[Sentence, ...]
    topics: tuple[tuple[str, Sentence], ...] = ()


def sweep_documents(
    documents: Sequence[Document],
    lang: Lang,
    kind: DocumentKind | None = None,
    *,
    style: Style = "minutes",
    length: int | None = None,
    model: Model | None = None,
    wording: bool = False,
    progress: Progress | None = None,
) -> Sweep:
    """Items of documents in the order of reading; `kind` None is found out, minutes are those of a meeting.

    With `wording` the model words the points of a document's parts, else it chooses their sentences.
    """
    progress = progress or NoProgress()
    sentences = sentences_of(documents)
    found_kind: DocumentKind = kind or ("meeting" if style == "minutes" else kind_of(sentences))
    if found_kind == "contract":
        return Sweep(tuple(sweep_contract(sentences)), found_kind, tuple(sentences))
    if found_kind == "meeting":
        sentences = with_titles(sentences, lang)
    named = _named_topics(sentences, lang, model) if found_kind == "meeting" else ()
    items = _meeting(sentences, lang, named, model, progress) if found_kind == "meeting" else []
    if found_kind == "meeting" and style == "minutes":
        items += next_meeting(sentences, {i.place for i in items})
    most = _PARTS[style]
    if found_kind == "meeting" and most:
        most = _MEETING_PARTS if len(items) >= _FEW_ITEMS else max(most, _TALK_PARTS)
    if length is not None and found_kind == "other":
        most = max(1, min(most, length // _WORDS_A_POINT[lang]))
    if most:
        progress.begin("sweep", most, "parts")
        items += sweep_points(sentences, lang, most, model, wording=wording, advance=progress.advance)
        if style == "report" and found_kind == "other":
            purpose = find_purpose(sentences)
            items = [i for i in items if purpose is None or i.place != purpose.place]
            items = [*([purpose] if purpose is not None else []), *items, *_open_questions(sentences, lang)]
        progress.end()
    return Sweep(tuple(items), found_kind, tuple(sentences), named)


def _named_topics(sentences: Sequence[Sentence], lang: Lang, model: Model | None) -> tuple[tuple[str, Sentence], ...]:
    """Topics that the model names where a talk of some length names none."""
    spoken = sum(1 for s in sentences if s.speaker)
    if model is None or spoken < _TALK or talked_about(sentences, topics_of(sentences, lang)):
        return ()
    return tuple(named_topics(sentences, lang, model))


def meeting_items(sentences: Sequence[Sentence], lang: Lang) -> list[Item]:
    """Decisions, actions and open points of a meeting by code alone."""
    return _meeting(sentences, lang, (), None, NoProgress())


def _meeting(
    sentences: Sequence[Sentence],
    lang: Lang,
    named: Sequence[tuple[str, Sentence]],
    model: Model | None,
    progress: Progress,
) -> list[Item]:
    """Decisions, actions and open points, judged and merged."""
    found = sweep_meeting(sentences, lang)
    if model is None:
        kept = plain_items(found)
    else:
        found = topic_items(found, sentences, topics_of(sentences, lang), named, lang, model)
        if not found or any(s.speaker for s in sentences):  # minutes that somebody wrote list what there is
            found = [*found, *listed_items(found, sentences, lang, model)]
        progress.begin("sweep", len(found), "items")
        kept = judge_items(found, sentences, lang, model, progress.advance)
        progress.end()
    if is_spontaneous(sentences):
        said = {s.span: s.text for s in sentences}
        kept = [_in_free_talk(item, said.get(item.place, "")) for item in kept]
    kept = with_cancelled(merge_items(kept), sentences, lang)
    kept = [with_speaker(i, sentences, lang) for i in kept]
    kept = [replace(i, what=one_line(i.what), instead_of=one_line(i.instead_of)) for i in kept]
    return sorted(kept, key=lambda i: (i.place.doc_index, i.place.unit_index, i.place.start))


def _in_free_talk(item: Item, sentence: str) -> Item:
    """An item of people who think aloud: sure only with a word of deciding, or with a day by which it is to be done."""
    if item.kind == "action":
        return item if item.when else replace(item, verdict="unsure")
    plain = (_SETTLED if item.kind == "decision" else _UNSETTLED).search(sentence)
    return item if plain else replace(item, verdict="unsure")


def _open_questions(sentences: Sequence[Sentence], lang: Lang) -> list[Item]:
    """Sentences of a report that leave something open, as they stand."""
    listed, used = written_items(sentences, People({}), lang)
    told = [s for s in sentences if not s.cells and s.index not in used and finds_open(s.text, lang)]
    items = [i for i in listed if i.kind == "open"]
    items += [Item("open", s.text.strip(), (s.span,), status="open") for s in told]
    return [replace(i, section="") for i in merge_items(items)][:_RISKS]
