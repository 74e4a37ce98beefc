"""Evidence is whole sentences with their headings, found by words, by heads, or by both."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from tsel_core.document import Document, Unit, render_documents
from tsel_core.evidence.heads.masses import Head, HeadMasses
from tsel_core.evidence.locating.locate import BUDGET, Locator
from tsel_core.trust.passages import PassageIndex

LONG = (
    "The Supplier shall not be liable for loss of profit, loss of use, loss of goodwill, loss of anticipated savings, loss of data, "
    "or for any indirect or consequential loss of whatever nature, however it is caused, whether by negligence, breach of duty, "
    "breach of contract or otherwise, even if the Supplier had been told that such a loss was possible, save that nothing in this "
    "clause limits the liability of either party for death or personal injury, for fraud, or for wilful misconduct of its staff."
)
TEXTS = ("Fees are paid in May. They rise each year.", LONG, "Notices go to the address in Schedule 2.", "The parties meet in Turin.", "Nothing else applies.")


@pytest.fixture
def locator() -> Locator:
    units = tuple(Unit(i, "paragraph", f"para {i}", t, heading_path=("7 Liability",) if i == 1 else ()) for i, t in enumerate(TEXTS))
    return Locator(PassageIndex.build([Document("a.txt", "a", "txt", "paragraph", units)]))


def masses(locator: Locator, shares: dict[str, float]) -> HeadMasses:
    """Character tokens; one head that looks at the given words."""
    rendered = render_documents(locator.index.documents)
    rows = np.zeros((1, len(rendered.text)), dtype=np.float32)
    for words, share in shares.items():
        at = rendered.text.index(words)
        rows[0, at : at + len(words)] = share / len(words)
    ends = np.arange(1, len(rendered.text) + 1)
    prompt = SimpleNamespace(rendered=rendered, char_starts=ends - 1, char_ends=ends)
    return HeadMasses((Head(0, 0, "mean"),), rows, prompt)  # type: ignore[arg-type]


def test_a_long_sentence_is_one_piece(locator: Locator) -> None:
    spans = [s.span for s in locator.sentences if s.span.unit_index == 1]
    assert len(spans) == 1
    assert locator.index.text(spans[0]) == LONG
    assert len([s for s in locator.index.spans if s.unit_index == 1]) > 1


def test_words_find_the_sentence_and_it_is_shown_whole_under_its_heading(locator: Locator) -> None:
    found = locator.locate("Is the Supplier liable for consequential loss?")
    assert locator.index.text(found.ranked[0].span) == LONG
    assert any(t.startswith("7 Liability: ") and LONG in t for t in found.texts)


def test_heads_find_what_words_do_not(locator: Locator) -> None:
    question = "Where do they come together?"
    seen = masses(locator, {"The parties meet in Turin.": 0.6, "Fees are paid": 0.2})
    assert locator.index.text(locator.locate(question, seen).ranked[0].span) == "The parties meet in Turin."
    assert seen.best_mass(locator.sentences) == pytest.approx(0.6, abs=1e-4)
    assert seen.num_agreeing(locator.sentences) == 1.0


def test_evidence_stays_within_its_budget_and_in_order(locator: Locator) -> None:
    found = locator.shown([3, 1, 0, 2])
    assert sum(len(t) for t in found.texts) < 2 * BUDGET["en"]
    places = [(s.unit_index, s.start) for s in found.spans]
    assert places == sorted(places)
    assert len(set(found.spans)) == len(found.spans)
