"""Asking about a reading: the words a fresh prompt would give, and everything left as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from asker_support import DOCUMENTS, make_session
from tiny_folder import make_folder

from tsel_core.errors import DoesNotFit
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.asking.constraint import span_of
from tsel_core.prompts.build import build_prompt
from tsel_core.prompts.tasks import ask_task
from tsel_core.session import Session


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("tiny"))


def opened(session: Session, question: str = "What is named?") -> tuple[Any, Any]:
    prompt = build_prompt(DOCUMENTS, ask_task(question), session.tokenizer)
    session.engine.reset()
    return prompt, session.read(prompt)


@pytest.mark.parametrize("mode", ["full", "select"])
def test_a_reply_is_what_a_prompt_of_its_own_gives(folder: Path, mode: str) -> None:
    session = make_session(folder, mode)
    task = ask_task("How many euros does clause 4 name?")
    prompt = build_prompt(DOCUMENTS, task, session.tokenizer)
    reading = session.read(prompt)
    fresh = [step.token_id for step in session.engine.write(reading)]
    prompt, reading = opened(session)
    with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
        first = asker.ask(task.instruction, task.question, max_new_tokens=12)
        asker.choose("Is it so? ", ["Yes", "No"])
        asker.ask("Say it alone. ", passages=["Clause 3"], alone=True, max_new_tokens=5)
        again = asker.ask(task.instruction, task.question, max_new_tokens=12)
    assert len(fresh) > 3
    assert list(first.token_ids) == fresh
    assert again == first
    assert len(first.token_logprobs) == len(fresh)
    assert all(p <= 0 for p in first.token_logprobs)


def test_the_reading_and_the_engine_are_as_before(folder: Path) -> None:
    session = make_session(folder, "select")
    engine = session.engine
    prompt, reading = opened(session)
    written = [step.token_id for step, _ in zip(engine.write(reading), range(5), strict=False)]
    runtime = engine.runtime
    before = (list(reading.ids), reading.logits.clone(), len(runtime.trace.decode_picks))
    keys = [layer.held(reading.cache.length)[0].clone() for layer in reading.cache.pools]
    caches, config = [s.cache for s in runtime.selectors], engine.config
    with Asker(engine, session.tokenizer, prompt, reading) as asker:
        asker.ask("Anything else? ", "Yes?", ["Clause 9 names 63 euros"], 8)
        asker.choose("Which? ", ["one", "two", "three"], alone=True)
    assert written
    assert reading.ids == before[0]
    assert torch.equal(reading.logits, before[1])
    assert len(runtime.trace.decode_picks) == before[2]
    assert all(torch.equal(a, layer.held(reading.cache.length)[0]) for a, layer in zip(keys, reading.cache.pools, strict=True))
    assert [s.cache for s in runtime.selectors] == caches
    assert engine.config == config
    assert runtime.timings.get("look") > 0


def test_a_larger_cache_is_made_when_there_is_no_room(folder: Path) -> None:
    session = make_session(folder)
    prompt, reading = opened(session)
    capacity = reading.cache.capacity
    passages = ["Clause 9 names 63 euros."] * 30
    with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
        reply = asker.ask("What? ", "Which?", passages, 6)
        assert reading.cache.capacity > capacity
        assert asker.ask("What? ", "Which?", passages, 6) == reply
    assert reading.ids == prompt.input_ids


def test_the_same_passages_are_read_once_and_give_the_same_words(folder: Path) -> None:
    session = make_session(folder)
    prompt, reading = opened(session)
    passages, engine = ["Clause 3 names 21 euros.", "Clause 4 names 28 euros."], session.engine
    with Asker(engine, session.tokenizer, prompt, reading) as asker:
        fresh = asker.ask("Which? ", "Four?", passages, 8, alone=True)
    with Asker(engine, session.tokenizer, prompt, reading) as asker:
        asker.choose("Is it? ", ["Yes", "No"], passages, alone=True)
        held = asker._short.reading.ids[: -len(asker.template.end)] if asker._short else []
        again = asker.ask("Which? ", "Four?", passages, 8, alone=True)
        asker.ask("Which? ", "Four?", ["Another clause."], 8, alone=True)
        later = asker.ask("Which? ", "Four?", passages, 8, alone=True)
    assert held
    assert fresh == again == later


def test_probabilities_are_those_of_teacher_forcing(folder: Path) -> None:
    session = make_session(folder)
    prompt, reading = opened(session)
    with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
        logs = asker.weigh("Is it? ", ["Yes", "No", "Not stated"])
        shares = asker.choose("Is it? ", ["Yes", "No", "Not stated"])
        ids = prompt.input_ids[: prompt.doc_end] + asker.template.tail("Is it? ", "", (), "en")
    whole = [*ids, *session.tokenizer("No")["input_ids"]]
    fresh = session.engine.read(ids, prompt.doc_end, room=8)
    rows = session.engine.score(fresh, whole[len(ids) :])
    expected = sum(float(r.log_softmax(-1)[t]) for r, t in zip(rows, whole[len(ids) :], strict=True))
    assert logs[1] == pytest.approx(expected, abs=1e-3)
    assert sum(shares) == pytest.approx(1)
    assert shares[1] / shares[0] == pytest.approx(torch.tensor(logs[1] - logs[0]).exp().item(), rel=1e-3)


def test_a_bounded_reply_is_one_of_the_texts_or_stands_in_the_text(folder: Path) -> None:
    session = make_session(folder)
    prompt, reading = opened(session)
    sentence = "Rosalind Adeyemi orders 1,950.00 housings by 30 September."
    with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
        assert asker.ask("Who? ", allowed=["Kim", "Tanaka", "not stated"]).text in ("Kim", "Tanaka", "not stated")
        span = asker.ask("What? ", max_new_tokens=64, allowed=span_of(sentence, session.tokenizer))
    assert span.text
    assert span.text in sentence
    edges = {"Rosalind", "Adeyemi", "orders", "1,950.00", "housings", "by", "30", "September", "September."}
    assert {span.text.split()[0], span.text.split()[-1]} <= edges


def test_words_of_documents_are_no_special_tokens(folder: Path) -> None:
    session = make_session(folder)
    prompt, reading = opened(session)
    asker = Asker(session.engine, session.tokenizer, prompt, reading)
    parts = asker.template.alone("Say <|im_end|>: ", "or <|im_end|>", ["<|im_start|>system"], "en")
    tail = [*parts[0], *parts[1]]
    parts = asker.template.alone("Say: ", "or", ["system"], "en")
    plain = [*parts[0], *parts[1]]
    assert sum(token in (1, 2) for token in tail) == sum(token in (1, 2) for token in plain)


def test_past_the_window_only_passages_are_asked(folder: Path) -> None:
    session = make_session(folder)
    prompt, reading = opened(session)
    with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
        with pytest.raises(DoesNotFit):
            asker.ask("What? ", max_new_tokens=16_384)
        assert asker.ask("What? ", max_new_tokens=4).token_ids


def test_one_token_is_weighed_without_a_pass_and_a_reply_need_not_be_scored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = make_session(folder)
    prompt, reading = opened(session)
    with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
        one, more = asker.weigh("Is it so? ", ["a", "ab"])  # characters are tokens of the tiny model
        passes: list[int] = []
        score = session.engine.score
        monkeypatch.setattr(session.engine, "score", lambda reading, ids: passes.append(len(ids)) or score(reading, ids))
        assert asker.weigh("Is it so? ", ["a", "b"])[0] == pytest.approx(one, abs=1e-5)
        assert passes == []
        asker.weigh("Is it so? ", ["ab"])
        assert passes == [2]
        bare = asker.ask("Say it. ", max_new_tokens=5, scored=False)
    assert more < one
    assert bare.text == asker.ask("Say it. ", max_new_tokens=5).text


def test_passages_read_once_give_the_same_and_leave_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = make_session(folder)
    prompt, reading = opened(session)
    options, clauses = ["Yes", "No"], ["Clause 3 names 21 euros.", "Clause 4 names 28 euros."]
    with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
        kept = [asker.choose("Is it so? ", options, [c], alone=True) for c in clauses]
        said = asker.ask("Say it. ", passages=clauses, alone=True, max_new_tokens=5)
        once = [asker.choose("Is it so? ", options, [c], alone=True, once=True) for c in clauses]
        assert asker.ask("Say it. ", passages=clauses, alone=True, max_new_tokens=5) == said
        assert [asker.choose("Is it so? ", options, [c], alone=True, once=True) for c in clauses] == once
        score, passes = session.engine.score, []
        monkeypatch.setattr(session.engine, "score", lambda reading, ids: passes.append(ids) or score(reading, ids))
        by_first = asker.choose("Is it so? ", options, clauses, alone=True, by_first=True)
        assert passes == []
        assert by_first == pytest.approx(asker.choose("Is it so? ", ["Y", "N"], clauses, alone=True))
    for one, two in zip(kept, once, strict=True):
        assert one == pytest.approx(two, abs=1e-4)
