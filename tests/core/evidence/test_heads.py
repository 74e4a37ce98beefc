"""The watched heads' masses are those of plain attention, and watching changes nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from asker_support import DOCUMENTS, make_session
from tiny_folder import make_folder

from tsel_core.answering.live_reading import continue_reading
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.calibration.calibrate import calibrate, every_head
from tsel_core.evidence.calibration.made_documents import made_documents
from tsel_core.evidence.calibration.watching import Watching
from tsel_core.evidence.heads.head_table import HeadTable, find_heads, keep_heads
from tsel_core.evidence.heads.masses import Head
from tsel_core.prompts.build import build_prompt
from tsel_core.prompts.tasks import ask_task


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("tiny"))


@pytest.mark.parametrize("mode", ["full", "select"])
def test_masses_are_those_of_plain_attention(folder: Path, mode: str) -> None:
    from transformers import AutoModelForCausalLM

    session = make_session(folder, mode)
    question = "How much does clause 5 name?"
    prompt = build_prompt(DOCUMENTS, ask_task("Another one?"), session.tokenizer)
    reading = session.engine.read(prompt.input_ids, prompt.tail_start, room=64)
    with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
        heads = [Head(0, 2, "mean"), Head(0, 5, "last"), *([Head(1, 3, "last"), Head(1, 0, "mean")] if mode == "full" else [])]
        plain = asker.ask("Say: ", question, max_new_tokens=6)
        masses = asker.masses(question, heads, "Say: ")
        assert asker.ask("Say: ", question, max_new_tokens=6) == plain
        tail = asker.template.tail("Say: ", question, (), "en")
        before = asker.template.tail("Say: ", "", (), "en")
        num_end = len(asker.template.end)
    ids = prompt.input_ids[: prompt.doc_end] + tail
    model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager")
    with torch.inference_mode():
        weights = model(torch.tensor([ids]), output_attentions=True).attentions
    begin = prompt.doc_end + len(before) - num_end
    assert masses.heads == tuple(heads)
    for row, head in zip(masses.rows, heads, strict=True):
        seen = weights[head.layer][0, head.head, begin:, prompt.doc_start : prompt.doc_end]
        expected = seen.mean(0) if head.which == "mean" else seen[-1]
        # a selecting prefill changes what later layers see, not the first
        np.testing.assert_allclose(row, expected.numpy(), atol=2e-5)
    assert session.engine.runtime.watch is None


@pytest.mark.parametrize("mode", ["full", "select"])
def test_what_is_noted_while_reading_is_what_a_second_pass_sees(folder: Path, mode: str) -> None:
    session = make_session(folder, mode)
    table = HeadTable((Head(0, 2, "mean"), Head(1, 5, "last"), Head(1, 1, "mean")), 1.0, 1.0, 1)
    task = ask_task("How much does clause 5 name?")
    prompt = build_prompt(DOCUMENTS, task, session.tokenizer)
    with Watching(session.engine, session.tokenizer, prompt, table) as watching:
        reading = session.read(prompt, 64)
    noted = watching.masses()
    with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
        again = asker.masses(task.question, table.heads, task.instruction)
    assert noted is not None
    assert noted.heads == again.heads
    np.testing.assert_allclose(noted.rows, again.rows, atol=1e-6)
    assert session.engine.runtime.watch is None


def test_a_question_that_begins_as_the_last_one_is_watched_whole(folder: Path) -> None:
    """A reading in memory holds the last question too: the heads see the next one from its first word on."""
    table = HeadTable((Head(0, 2, "mean"), Head(1, 5, "last")), 1.0, 1.0, 1)
    noted = []
    for before in (("How much does clause 4 name?",), ()):
        session = make_session(folder, "full")
        session.keeps_live = True
        for question in (*before, "How much does clause 5 name?"):
            prompt = build_prompt(DOCUMENTS, ask_task(question), session.tokenizer)
            with Watching(session.engine, session.tokenizer, prompt, table) as watching:
                session.live = continue_reading(session, session.live, prompt, 64)
        noted.append(watching.masses())
    assert noted[0] is not None
    assert noted[1] is not None
    np.testing.assert_allclose(noted[0].rows, noted[1].rows, atol=1e-6)


def test_calibration_chooses_a_few_heads_and_is_kept_by_the_models_hash(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path))
    session = make_session(folder)
    steps: list[tuple[int, int]] = []
    table = calibrate(session.engine, session.tokenizer, count=1, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (4, 4)
    assert 4 <= len(table.heads) <= 16
    assert set(table.heads) <= set(every_head(session.engine))
    assert find_heads("ab") is None
    keep_heads("ab", table)
    kept = find_heads("ab")
    assert kept is not None
    assert kept.heads == table.heads
    (tmp_path / "heads" / "ab.json").write_text("{")
    assert find_heads("ab") is None


def test_made_documents_hold_their_evidence_once() -> None:
    for made in made_documents(3, 2):
        texts = [u.text for u in made.document.units]
        for question in made.questions:
            assert question.span in texts[question.unit_index]
            assert sum(question.span in t for t in texts) == 1
    assert made_documents(3, 2) == made_documents(3, 2)
    assert {m.lang for m in made_documents(0, 1)} == {"en", "ja"}


def test_a_model_whose_layers_show_nothing_finds_evidence_by_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every layer of this Mistral has a sliding window, which the watch does not see."""
    from transformers import PreTrainedTokenizerFast

    from tests_support import make_model
    from tsel_core.config import EngineConfig
    from tsel_core.evidence.calibration.watching import known_heads
    from tsel_core.models.load import resolve_model
    from tsel_core.progress import NoProgress
    from tsel_core.session import Session

    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    folder = make_folder(tmp_path / "model")
    tokenizer = PreTrainedTokenizerFast.from_pretrained(str(folder))
    make_model("mistral", sliding_window=256, max_position_embeddings=16384).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    session = Session(resolve_model(str(folder)), EngineConfig(attention="full", max_new_tokens=6), effort="normal")
    table = known_heads(session.engine, session.tokenizer, NoProgress(), make=True)
    assert table is not None
    assert table.heads == ()
    answer = session.answer("ask", DOCUMENTS, ask_task("How many euros does clause 5 name?"))
    assert any("Clause 5 names" in e["quote"] for e in answer.extra["evidence"])
