"""Several questions on one document beside as many documents, on a CPU: seconds, tokens a second, memory. One run.

python kernels/benchmarks/shared_document.py [MODEL] [--tokens 800] [--written 32] [--questions 4] [--weights q4]
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Sequence

import psutil
import torch

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.reading import Reading
from tsel_core.engine.together.crew import Crew, SharedEngine
from tsel_core.models.load import resolve_model
from tsel_core.models.low_bit.choice import choose_weights
from tsel_core.parallel.launch import leave
from tsel_core.parallel.open import open_engine


def memory() -> int:
    """Bytes that are this process's alone, and those of its files in memory."""
    found = psutil.Process().memory_full_info()
    return int(found.uss + found.shared)


def ids(num: int, vocab: int, seed: int) -> list[int]:
    return torch.randint(100, vocab - 10, (num,), generator=torch.Generator().manual_seed(seed)).tolist()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", nargs="?")
    parser.add_argument("--tokens", type=int, default=800)
    parser.add_argument("--written", type=int, default=32)
    parser.add_argument("--questions", type=int, default=4)
    parser.add_argument("--weights", default="q4")
    given = parser.parse_args()
    info = choose_weights(resolve_model(given.model), given.weights, "cpu")
    engine = open_engine(info, "cpu", EngineConfig(attention="full"), SelectionConfig(), leave)
    vocab, num = len(engine.loaded.tokenizer.get_vocab()), given.questions
    documents = [ids(given.tokens, vocab, seed) for seed in range(num)]
    questions = [ids(24, vocab, 100 + seed) for seed in range(num)]
    room = 24 + given.written + 8
    engine.forward.prepare_rows()
    list(engine.write(engine.read(documents[0][:64], 64, room=16), 4, ignore_end=True))  # everything is prepared
    crew, empty = Crew.of(engine), memory()

    def written(own: SharedEngine, reading: Reading, question: Sequence[int]) -> None:
        own.extend(reading, question)
        assert len(list(own.write(reading, given.written, ignore_end=True))) == given.written

    def told(name: str, make: Callable[[], list[Reading]], most: int) -> None:
        gc.collect()
        began = time.perf_counter()
        readings = make()
        read, before = time.perf_counter() - began, crew.meeting.num_passes
        began = time.perf_counter()
        crew.each(lambda own, pair: written(own, *pair), list(zip(readings, questions, strict=True)), most)
        write, passes = time.perf_counter() - began, crew.meeting.num_passes - before
        rate = num * given.written / write
        print(
            f"{name:44} read {read:6.1f} s   write {write:6.1f} s ({rate:5.1f} tokens/s, {passes} passes)   "
            f"memory {(memory() - empty) / 1e6:6.0f} MB",
            flush=True,
        )

    def several() -> list[Reading]:
        return [engine.read(document, len(document), room=room) for document in documents]

    def one() -> list[Reading]:
        engine.branching = True
        reading = engine.read(documents[0], len(documents[0]), room=room)
        engine.branching = False
        return [reading.branch() for _ in questions]

    for turn in range(2):
        print(f"round {turn + 1}: {num} questions, {given.tokens} tokens a document, {info.name}")
        told("as many documents, written together", several, num)
        told("one document, written together", one, num)
        told("one document, one question after another", one, 1)


if __name__ == "__main__":
    main()
