"""Heat by layer and head group: weighed as the softmax says, added up by sentence, packed into few bytes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch

from tsel_core.layers.trace import Trace
from tsel_core.report.heat import pack_heat, unpack_heat
from tsel_core.text.sentences import SentenceTracker, split_sentences


def test_weights_are_the_softmax_by_unit_layer_and_group() -> None:
    torch.manual_seed(0)
    trace = Trace(weigh_rows=True, weighed_layers=frozenset({2, 5}))
    trace.watch_units(torch.tensor([3, 0, 0, 1, 2, 3, 3, 3]), 3)
    keys = {layer: torch.randn(2, 6, 8) for layer in (1, 2, 5)}
    query = torch.randn(1, 4, 8)
    for layer, rows in keys.items():
        trace.weigh(layer, query, rows, 0.5)
    found = trace.take_weights()
    assert found is not None
    assert found.shape == (2, 2, 4)
    for slot, layer in enumerate((2, 5)):
        for head in range(4):
            group = head // 2
            probabilities = torch.softmax(keys[layer][group] @ query[0, head] * 0.5, -1)
            if head % 2 == 0:
                total = torch.zeros(4)
            total += torch.stack([probabilities[1:3].sum(), probabilities[3], probabilities[4], probabilities[[0, 5]].sum()]) / 2
        torch.testing.assert_close(found[slot, 1], total)
    assert trace.take_weights() is None


def test_nothing_is_weighed_before_the_units_are_known() -> None:
    trace = Trace(weigh_rows=True, weighed_layers=frozenset({0}))
    trace.weigh(0, torch.randn(1, 2, 4), torch.randn(1, 3, 4), 1.0)
    assert trace.take_weights() is None


def one(value: float) -> torch.Tensor:
    return torch.full((1, 1, 2), value)


def test_tokens_belong_to_the_sentence_they_begin_in() -> None:
    tracker = SentenceTracker()
    pieces = ["It", " failed", ".", " No", ".", " 5", " stayed", ".\n", "\n", "End"]
    for number, piece in enumerate(pieces):
        tracker.add(piece, one(2.0**number))
    found = tracker.sentences()
    assert [s.text for s in found] == [tracker.text[a:b] for a, b in split_sentences(tracker.text)]
    assert [s.text for s in found] == ["It failed.", "No. 5 stayed.", "End"]
    assert [float(s.unit_weights[0, 0, 0]) for s in found if s.unit_weights is not None] == [7, 8 + 16 + 32 + 64 + 128 + 256, 512]
    assert [(s.first_token, s.last_token) for s in found] == [(0, 3), (3, 9), (9, 10)]


def test_japanese_pieces_and_held_back_text() -> None:
    tracker = SentenceTracker()
    for piece in ["", "は", "い。", "412", "時間"]:
        tracker.add(piece, one(1.0))
    tracker.end("です。")
    found = tracker.sentences()
    assert [s.text for s in found] == ["はい。", "412時間です。"]
    assert [float(s.unit_weights.sum()) for s in found if s.unit_weights is not None] == [6, 4]


def test_memory_is_by_sentence_not_by_token() -> None:
    tracker = SentenceTracker()
    for _ in range(400):
        tracker.add("a ", one(1.0))
    assert sum(p.weights is not None for p in tracker._parts) == 1


def test_packing_keeps_the_mass() -> None:
    rng = np.random.default_rng(1)
    heats = [rng.exponential(0.1, (4, 2, 30)).astype(np.float32), None]
    packed = pack_heat(heats, (7, 8, 9, 10))
    assert packed is not None
    assert packed.bands == ((7, 7), (8, 8), (9, 9), (10, 10))
    assert packed.data[1] == ""
    assert heats[0] is not None
    np.testing.assert_allclose(unpack_heat(packed, 0), heats[0], atol=heats[0].max() / 255)


def test_many_cells_are_joined_into_bands() -> None:
    heat = np.ones((5, 2, 100), np.float32)
    packed = pack_heat([heat, heat], (0, 1, 2, 3, 4), max_cells=1200)
    assert packed is not None
    assert packed.bands == ((0, 1), (2, 3), (4, 4))
    np.testing.assert_allclose(unpack_heat(packed, 1)[:, 0, 0], [2, 2, 1], rtol=0.02)
    assert pack_heat([None, np.zeros((0, 2, 3))], ()) is None


def test_heat_that_is_not_finite_or_zero() -> None:
    heat = np.array([[[np.nan, np.inf, 1.0]]], np.float32)
    packed = pack_heat([heat, np.zeros((1, 1, 3), np.float32)], (3,))
    assert packed is not None
    np.testing.assert_allclose(unpack_heat(packed, 0)[0, 0], [0, 0, 1])
    assert unpack_heat(packed, 1).sum() == 0


def test_weights_by_the_sentences_of_the_document() -> None:
    """Units get what their sentences hold; the sentences themselves are ranked by the chosen heads' groups alone."""
    from tsel_core.answering.places import Places, cells_of
    from tsel_core.document import Document, Unit, render_documents
    from tsel_core.evidence.heads.masses import Head
    from tsel_core.text.sentences import SentenceSelection

    texts = ("One is here. Two is there.", "Three.")
    documents = [Document("a.pdf", "", "pdf", "page", tuple(Unit(i, "page", f"p. {i + 1}", t, page=i + 1) for i, t in enumerate(texts)))]
    rendered = render_documents(documents)
    chars = np.arange(len(rendered.text))  # a token a character
    prompt = SimpleNamespace(documents=documents, rendered=rendered, char_starts=chars, char_ends=chars + 1, doc_start=3)
    places = Places.of(prompt)  # type: ignore[arg-type]
    words = [texts[s.span.unit_index][s.span.start : s.span.end] for s in places.sentences]
    assert words == ["One is here.", "Two is there.", "Three."]
    rows = places.rows(len(chars) + 10)
    assert rows[:3].tolist() == [3, 3, 3]
    for number, text in enumerate(words):
        at = rendered.text.index(text)
        assert rows[3 + at : 3 + at + len(text)].tolist() == [number] * len(text)
    weights = torch.tensor([[[1.0, 2.0, 1.0, 5.0], [0.0, 1.0, 3.0, 9.0]]])  # one layer, two groups, rows of none last
    written = [SentenceSelection(0, 3, "abc", weights, 1, 4), SentenceSelection(4, 5, "d", None)]
    assert cells_of([Head(6, 11, "mean")], 12, 2) == {(6, 1)}
    found = places.weights(written, [6], {(6, 1)})
    assert found[0].units == ((0, 0, 0.5), (0, 1, 0.5))
    assert [(words[places.sentences.index(s)], share) for span, share in found[0].spans for s in places.sentences if s.span == span] == [
        ("Three.", 0.75), ("Two is there.", 0.25),
    ]  # fmt: skip
    assert [share for _, share in places.weights(written, [6])[0].spans] == [0.5, 0.375, 0.125]
    assert found[1].spans == ()


def test_sentence_weights_are_shares_of_the_document() -> None:
    from tsel_core.prompts.units import sentence_weights
    from tsel_core.text.sentences import SentenceSelection

    placed = [SimpleNamespace(doc_index=0, unit_index=u) for u in (0, 2)]
    prompt = SimpleNamespace(rendered=SimpleNamespace(placed=placed))
    weights = torch.tensor([[[1.0, 2.0, 90.0], [0.0, 1.0, 9.0]]])
    found = sentence_weights(prompt, [SentenceSelection(0, 3, "abc", weights, 1, 4), SentenceSelection(4, 5, "d", None)], [6])  # type: ignore[arg-type]
    assert found[0].units == ((0, 0, 0.25), (0, 2, 0.75))
    assert found[0].heat is not None
    assert found[0].heat.shape == (1, 2, 2)
    assert (found[0].layers, found[0].first_token, found[0].last_token) == ((6,), 1, 4)
    assert found[1].units == ()
