"""Checked answers to several questions on one document: together, one after another from one reading, each as a command.

python kernels/benchmarks/questions.py FILE "QUESTION" "QUESTION" ... [--model NAME] [--effort normal] [--rounds 2]

The document is read once before and kept in a folder of the run's own. Wall clock and processor seconds of each way, in
turns, and whether the words are the same.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tsel_core.answer import Answer
from tsel_core.config import EngineConfig
from tsel_core.ingest import read_documents
from tsel_core.models.load import resolve_model
from tsel_core.models.low_bit.choice import choose_weights
from tsel_core.prefix_cache.store import DEFAULT_MAX, ReadingStore
from tsel_core.prompts.tasks import ask_task
from tsel_core.questions import answer_questions
from tsel_core.session import Session


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("questions", nargs="+")
    parser.add_argument("--model")
    parser.add_argument("--weights", default="auto")
    parser.add_argument("--effort", default="normal")
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    documents, tasks = read_documents([given.file]), [ask_task(q) for q in given.questions]
    info = choose_weights(resolve_model(given.model), given.weights, "cpu")
    with tempfile.TemporaryDirectory() as folder:
        store = ReadingStore(Path(folder), DEFAULT_MAX, None, print)
        session = Session(info, EngineConfig(max_new_tokens=256), reading_store=store)
        session.effort = given.effort
        session.answer("ask", documents, tasks[0])  # read, kept, everything prepared
        session.close()

        def together() -> list[Answer]:
            return [r.answer for r in answer_questions(session, documents, tasks) if isinstance(r.answer, Answer)]

        def one_reading() -> list[Answer]:
            session.keeps_live = True
            try:
                return [session.answer("ask", documents, task) for task in tasks]
            finally:
                session.keeps_live, session.live = False, None

        def commands() -> list[Answer]:
            return [session.answer("ask", documents, task) for task in tasks]

        ways: list[tuple[str, Callable[[], list[Answer]]]] = [
            ("as commands, from the kept reading", commands),
            ("one after another, from one reading", one_reading),
            ("together, from one reading", together),
        ]
        words: dict[str, list[str]] = {}
        for turn in range(given.rounds):
            print(f"round {turn + 1}: {len(tasks)} questions, {info.name}, {given.effort}")
            for name, way in ways:
                began, used = time.perf_counter(), time.process_time()
                answers = way()
                seconds, used = time.perf_counter() - began, time.process_time() - used
                words[name] = [a.text for a in answers]
                same = sum(a == b for a, b in zip(words[name], words[ways[0][0]], strict=True))
                tokens = sum(a.completion_tokens for a in answers)
                told = f"{seconds:6.1f} s, {used:6.1f} s of processors, {tokens} tokens, {same} of {len(tasks)} the same"
                print(f"  {name:40} {told}", flush=True)


if __name__ == "__main__":
    main()
