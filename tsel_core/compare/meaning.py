"""What a change means: told by rule where one can, else in a sentence of the model, held against both texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from tsel_core.compare.change import Change, Meaning
from tsel_core.compare.comparison import Comparison
from tsel_core.compare.edits import edits_of
from tsel_core.compare.own_words import own_words, plain_sentence, says_nothing
from tsel_core.compare.pieces import Piece
from tsel_core.compare.signs import signed
from tsel_core.compare.told import told
from tsel_core.evidence.asking.asker import Asker
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.library import prompt_text
from tsel_core.text.language import Lang
from tsel_core.text.sentences import split_sentences
from tsel_core.text.tokens import states
from tsel_core.text.values import extract_values

EXPLAINED = ("changed", "added", "removed", "moved")
_MAX_CHARS = 2_000  # of a side that the model is shown
_MAX_TOKENS = 96
# who gains by a change is a judgement that no rule can look into
_JUDGES = lazy_pattern(r"\b(?:gain|los|benefit|favou?r|advantage)\w*|有利|不利|得を|損を|恩恵", re.I)
_CLAUSE_NUMBER = lazy_pattern(
    r"(?:clause|section|article|paragraph)\s+[\d.]+(?:\([a-z]+\))?|第[\d一二三四五六七八九十]+[条項号]", re.IGNORECASE
)


def explained(made: Comparison, asker: Asker, lang: Lang, on_change: Callable[[int, int], None]) -> Comparison:
    """The comparison with a sentence for each change of words; `on_change(done, total)` hears how far it is."""
    made = told_by_rule(made, lang)
    chosen = [i for i, c in enumerate(made.changes) if left_to_model(c)]
    changes = list(made.changes)
    for done, at in enumerate(chosen):
        on_change(done, len(chosen))
        changes[at] = replace(changes[at], meaning=_meaning(changes[at], asker, lang))
    on_change(len(chosen), len(chosen))
    return replace(made, changes=tuple(changes))


def told_by_rule(made: Comparison, lang: Lang) -> Comparison:
    """The comparison with a sentence for each change of words that a rule can tell; "" for what says nothing."""
    changes = [_told(c, lang) if _is_open(c) else c for c in made.changes]
    return replace(made, changes=tuple(changes))


def left_to_model(change: Change) -> bool:
    """Whether a change of words is one that no rule told."""
    return _is_open(change) and change.meaning is None


def _is_open(change: Change) -> bool:
    return change.kind in EXPLAINED and change.reworded and _has_words(change)


def _told(change: Change, lang: Lang) -> Change:
    text = told(change, lang)
    return change if text is None else replace(change, meaning=Meaning(text))


def _has_words(change: Change) -> bool:
    """Whether more differs than marks and spaces, and of what moved more than its number."""
    if change.kind == "moved" and [p.unnumbered for p in change.old] == [p.unnumbered for p in change.new]:
        return False
    if any(c.isalnum() for span in change.spans if span.kind != "same" for c in span.text):
        return True
    if len(change.old) != 1 or len(change.new) != 1:
        return False
    return any(signed(e, change.old_text, change.new_text) for e in edits_of(change))


def _meaning(change: Change, asker: Asker, lang: Lang) -> Meaning:
    kind = change.kind if change.kind in ("added", "removed") else "changed"
    old, new = (_unnumbered(pieces)[:_MAX_CHARS] for pieces in (change.old, change.new))
    passages = [prompt_text("compare", "old", lang) + old] if old and kind == "changed" else [old] if old else []
    passages += [prompt_text("compare", "new", lang) + new] if new and kind == "changed" else [new] if new else []
    told = ""
    gone, came = _edited(change)
    if kind == "changed" and len(gone) + len(came) < 400:
        told = prompt_text("compare", "change", lang).format(old=gone, new=came)
    reply = asker.ask(prompt_text("compare", kind, lang), told, passages, _MAX_TOKENS, alone=True)
    text = plain_sentence(_one_sentence(reply.text))
    if text and says_nothing(text, change.old_text + "\n" + change.new_text):
        return Meaning("")
    unsure = not text or not reply.ended or bool(_JUDGES.search(text)) or not stands(text, change)
    return Meaning(text, unsure=unsure)


def _unnumbered(pieces: Sequence[Piece]) -> str:
    """The text without the numbers of clauses: a new number is no change of what is agreed."""
    return "\n".join(p.text[p.head :] for p in pieces)


def _edited(change: Change) -> tuple[str, str]:
    """The words that went and those that came, the numbers of clauses apart."""
    if len(change.old) == len(change.new) == 1:
        edits = edits_of(change)
        return " … ".join(change.old_text[slice(*e.old)].strip() for e in edits), " … ".join(
            change.new_text[slice(*e.new)].strip() for e in edits
        )
    gone, came = (
        " … ".join(s.text.strip() for s in change.spans if s.kind == kind) for kind in ("deleted", "inserted")
    )
    return gone, came


def _one_sentence(text: str) -> str:
    spans = split_sentences(text.strip().split("\n")[0])
    return text.strip()[: spans[0][1]].strip() if spans else ""


def stands(sentence: str, change: Change) -> bool:
    """Whether each word and value of the sentence stands in a text of the change, old values before new ones.

    Of a change it names every new value, or what it says is not the whole of it.
    "The penalty falls from 0.8 to 0.4 percent" under a change from 0.4 to 0.8 is not true.
    """
    rest = _CLAUSE_NUMBER.sub(" ", sentence)
    both = change.old_text + "\n" + change.new_text
    values = [v for v in extract_values(rest) if v.kind != "name"]
    if own_words(rest, both) or not all(states(both, v.text) for v in values):
        return False
    if change.kind == "changed" and not all(states(rest, v.text) for v in change.values.came if v.kind != "name"):
        return False
    gone = {r for v in change.values.gone for r in v.readings}
    came = {r for v in change.values.came for r in v.readings}
    places_old = [v.start for v in values if set(v.readings) & gone]
    places_new = [v.start for v in values if set(v.readings) & came]
    return not (places_old and places_new) or min(places_old) < min(places_new)
