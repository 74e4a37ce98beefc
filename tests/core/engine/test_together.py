"""Several threads write with one model: the words of each are those it writes alone, whoever joins or leaves."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import torch
from together_support import at_once, engine_of, ids
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.decoder import cpu_linear
from tsel_core.decoder.together import Row
from tsel_core.engine.engine import Engine
from tsel_core.engine.together.crew import Crew, SharedEngine
from tsel_core.engine.together.gate import Gate
from tsel_core.engine.together.meeting import Meeting, Wanted
from tsel_core.errors import NotFinite
from tsel_core.progress import NoProgress

SELECTS = SelectionConfig(budget=16, num_sink=4, num_local=16)


def make_engine(kind: str = "llama", attention: str = "full") -> Engine:
    return engine_of(kind, attention, SELECTS)


def words(engine: Engine, text: list[int], num: int) -> list[int]:
    reading = engine.read(text, len(text) - 4, room=num + 2)
    return [step.token_id for step in engine.write(reading, num, ignore_end=True)]


@pytest.mark.parametrize("attention", ["full", "select"])
@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3"])
def test_texts_of_other_lengths_are_the_ones_that_each_gives_alone(kind: str, attention: str) -> None:
    engine = make_engine(kind, attention)
    texts = [(ids(40 + 23 * n, n), 6 + 5 * n) for n in range(4)]
    alone = [words(engine, text, num) for text, num in texts]
    crew = Crew(engine)
    engines = [crew.engine() for _ in texts]
    readings = [e.read(t, len(t) - 4, room=n + 2) for e, (t, n) in zip(engines, texts, strict=True)]
    crew.meeting._seconds = 10.0  # they wait as long for one another as anybody does
    begin = threading.Barrier(len(texts))

    def write(number: int) -> list[int]:
        begin.wait(30)
        steps = engines[number].write(readings[number], texts[number][1], ignore_end=True)
        return [step.token_id for step in steps]

    assert at_once(*(lambda n=n: write(n) for n in range(len(texts)))) == alone
    assert crew.meeting.num_tokens == sum(num - 1 for _, num in texts)
    assert crew.meeting.num_passes < crew.meeting.num_tokens  # several were in one pass


def test_int8_rows_give_every_sequence_the_same_bits_as_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine("qwen2")
    step = engine.forward.step
    assert step is not None
    monkeypatch.setattr(cpu_linear, "is_right_and_faster", lambda _linear: True)
    made = cpu_linear.add_int8_rows(step)
    assert made is not None
    cpu_linear.quantize_all(made)
    reading = [engine.read(ids(50 + 9 * n, n), 40, room=8) for n in range(3)]
    rows = [
        Row(r.cache, engine.runtime, engine.forward.rotary_table(r.cache.capacity), r.step_pass()) for r in reading
    ]
    tokens = torch.tensor([5, 6, 7])
    with torch.inference_mode():
        alone = [engine.forward(r.cache, tokens[i : i + 1], r.step_pass()) for i, r in enumerate(reading)]
        for r in reading:
            r.cache.crop(len(r.ids))
        together = engine.forward.together(tokens, rows)
    assert all(torch.equal(one, other) for one, other in zip(alone, together, strict=True))


def test_who_stops_early_leaves_the_others_and_keeps_a_valid_reading() -> None:
    engine = make_engine()
    long, short = ids(70, 1), ids(60, 2)
    expected, begun = words(engine, long, 30), words(engine, short, 12)
    crew = Crew(engine)

    def stops(own: SharedEngine) -> list[int]:
        reading = own.read(short, 56, room=20)
        steps, found = own.write(reading, 20, ignore_end=True), []
        for step in steps:
            found.append(step.token_id)
            if len(found) == 5:
                break
        steps.close()  # type: ignore[attr-defined]
        assert reading.cache.length == len(reading.ids) == len(short) + 4
        own.extend(reading, found[-1:])  # it goes on later from where it was
        return found + [step.token_id for step in own.write(reading, 7, ignore_end=True)]

    assert at_once(lambda: words(crew.engine(), long, 30), lambda: stops(crew.engine())) == [expected, begun]


def test_between_two_chunks_of_a_prompt_the_others_get_a_token() -> None:
    engine = make_engine()
    crew = Crew(engine)
    order: list[str] = []
    passes = crew.meeting._pass

    class Chunks(NoProgress):
        def advance(self, done: int) -> None:
            order.append("chunk")

    def noted(taken: list[Wanted]) -> None:
        order.append("token")
        passes(taken)

    writer, reader = crew.engine(), crew.engine()
    reading = writer.read(ids(60, 1), 56, room=400)
    crew.meeting._pass = noted  # type: ignore[method-assign]
    ended = threading.Event()

    def write() -> None:
        for _ in writer.write(reading, 390, ignore_end=True):
            if ended.is_set():
                return

    thread = threading.Thread(target=write)
    thread.start()
    text = ids(32 * 12, 2)
    reader.read(text, len(text) - 4, room=4, progress=Chunks())
    ended.set()
    thread.join(30)
    between = order[order.index("chunk") : len(order) - order[::-1].index("chunk")]
    assert between.count("chunk") >= 12
    assert between.count("token") >= 3


def test_a_pass_that_fails_is_told_to_everybody_in_it_and_nobody_hangs() -> None:
    engine = make_engine()
    crew = Crew(engine)
    crew.engine().read(ids(20, 1), 16, room=4)

    def fails(_taken: list[Wanted]) -> None:
        raise RuntimeError("out of memory, as it were")

    crew.meeting._pass = fails  # type: ignore[method-assign]

    def asked(seed: int) -> list[int]:
        with pytest.raises(Exception, match="out of memory"):
            words(crew.engine(), ids(40, seed), 5)
        return []

    at_once(lambda: asked(1), lambda: asked(2))
    assert not crew.meeting._waiting
    assert crew.meeting._num_writing == 0


def test_numbers_that_are_not_finite_end_their_own_text_only() -> None:
    engine = make_engine()
    right = words(engine, ids(50, 1), 9)
    crew = Crew(engine)
    together = engine.forward.together

    def damaged(tokens: Tensor, rows: list[Row]) -> Tensor:
        logits = together(tokens, rows)
        for number, row in enumerate(rows):
            if row.cache is hurt.cache:
                logits[number] = torch.nan
        return logits

    own = crew.engine()
    hurt = own.read(ids(44, 2), 40, room=12)
    engine.forward.together = damaged  # type: ignore[method-assign, assignment]

    def breaks() -> list[int]:
        with pytest.raises(NotFinite):
            list(own.write(hurt, 9, ignore_end=True))
        return []

    assert at_once(lambda: words(crew.engine(), ids(50, 1), 9), breaks)[0] == right


def test_an_interrupted_pass_is_made_again_for_the_others() -> None:
    engine = make_engine()
    own = Crew(engine).engine()
    reading = own.read(ids(30, 1), 26, room=6)
    meeting, times = Meeting(engine.forward, Gate()), []

    def wanted() -> Wanted:
        row = Row(reading.cache, own.runtime, own.forward.rotary_table(reading.cache.capacity), reading.step_pass())
        return Wanted([5], [row])

    made = meeting._pass
    leader = own.crew.engine().read(ids(24, 3), 20, room=6)
    other = Wanted([7], [Row(leader.cache, own.runtime, own.forward.rotary_table(leader.cache.capacity), leader.step_pass())])

    def interrupted(taken: list[Wanted]) -> None:
        times.append(len(taken))
        made(taken)
        if len(times) == 1:
            for one in taken:
                one.logits = None
            raise KeyboardInterrupt

    meeting._pass = interrupted  # type: ignore[method-assign]
    meeting._seconds = 10  # both wait long enough for one another
    meeting.enter()
    meeting.enter()
    found: list[object] = []

    def steps(one: Wanted) -> None:
        try:
            found.append(meeting.step(one))
        except KeyboardInterrupt as error:
            found.append(error)
            meeting.leave()

    threads = [threading.Thread(target=steps, args=(one,)) for one in (wanted(), other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert times == [2, 1]
    assert sum(isinstance(f, KeyboardInterrupt) for f in found) == 1
    assert sum(isinstance(f, Tensor) for f in found) == 1


def test_the_gate_is_passed_in_the_order_of_coming() -> None:
    gate, order = Gate(), []
    inside, go = threading.Event(), threading.Event()

    def first() -> None:
        with gate:
            inside.set()
            go.wait(10)
            order.append(0)

    def later(number: int) -> None:
        with gate:
            order.append(number)

    threads = [threading.Thread(target=first)]
    threads[0].start()
    inside.wait(10)
    for number in range(1, 5):
        threads.append(threading.Thread(target=later, args=(number,)))
        threads[-1].start()
        while len(gate._line) < number:
            pass
    go.set()
    for thread in threads:
        thread.join(10)
    assert order == list(range(5))


def test_on_a_gpu_single_steps_are_made_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Products of other numbers of rows round otherwise there: what the engine decides must not depend on it."""
    engine = make_engine("qwen2")
    texts = [ids(40 + 23 * n, n) for n in range(4)]
    alone = [words(engine, text, 20) for text in texts]
    crew = Crew(engine)
    assert not crew.alone  # int8 rows, or float32: a CPU's sums have one order
    crew.alone = True

    def noisy(self: object, tokens: Tensor, rows: object) -> Tensor:
        raise AssertionError("rows of several were multiplied together")

    monkeypatch.setattr(type(engine.forward), "together", noisy)
    begin = threading.Barrier(len(texts))

    def write(number: int) -> list[int]:
        own = crew.engine()
        begin.wait(30)
        return words(own, texts[number], 20)

    assert at_once(*(lambda n=n: write(n) for n in range(len(texts)))) == alone
    assert crew.meeting.num_passes == 0
    monkeypatch.undo()
    engine.config = replace(engine.config, temperature=1.0)  # nobody expects the same words of a sampler
    own = Crew(engine)
    own.alone = True
    words(own.engine(), texts[0], 4)
    assert own.meeting.num_passes == 3
