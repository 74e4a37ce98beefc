"""Chat templates are programs of strangers: endless ones end, faulty ones are said, and a thread outlives them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time

import pytest
from tiny_folder import make_tokenizer

from tsel_core.errors import ModelError
from tsel_core.prompts import template
from tsel_core.prompts.thinking import render_chat

TURNS = [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]
LOOP = "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}{% endfor %}{% endfor %}"


def render(text: str) -> str:
    tokenizer = make_tokenizer()
    tokenizer.chat_template = text
    return render_chat(tokenizer, TURNS)


@pytest.mark.parametrize("thread", [False, True])
def test_an_endless_template_ends(monkeypatch: pytest.MonkeyPatch, thread: bool) -> None:
    monkeypatch.setattr(template, "SECONDS", 0.3)
    told: list[str] = []

    def run() -> None:
        with pytest.raises(ModelError, match="ran for more than") as caught:
            render(LOOP)
        told.append(caught.value.hint)

    began = time.perf_counter()
    if thread:
        other = threading.Thread(target=run)
        other.start()
        other.join()
    else:
        run()
    assert told
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ 9 ** 9 ** 9 }}", "powers of numbers"),
        ("{% generation %}{{ 9 ** 9 ** 9 }}{% endgeneration %}", "powers of numbers"),
        ("{{ messages[7].content }}", "is at fault"),
        ("{{ 1 / 0 }}", "is at fault"),
        ("{{ ''.__class__.__mro__ }}", "is at fault"),
        ("{% for %}", "is at fault"),
        ("{{ raise_exception('roles must alternate') }}", "refuses the conversation: roles must alternate"),
        ("{{ 'a' * 17000000 }}", "17,000,000 characters"),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "is at fault"),
    ],
)
def test_a_faulty_template_is_said(text: str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        render(text)


def test_nothing_comes_after_a_template_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "SECONDS", 0.05)
    for _ in range(20):
        try:
            render("{% for a in range(9000) %}x{% endfor %}")
        except ModelError:
            continue
    time.sleep(0.2)  # an exception that came late would be raised here
    assert sum(range(1000)) == 499500


def test_what_is_sent_at_the_last_moment_does_not_come_later() -> None:
    for _ in range(20):
        with contextlib.suppress(template._TookTooLong), template._seconds(0.005):
            until = time.perf_counter() + 0.0049
            while time.perf_counter() < until:
                pass
    time.sleep(0.05)  # nothing is raised here


def test_a_profiled_program_goes_on_after_a_template() -> None:
    code = "import cProfile\nfrom tsel_core.prompts.template import _seconds\n" + (
        "def run():\n    with _seconds(9):\n        pass\n    return sum(range(9))\ncProfile.run('run()')\nprint('done')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.endswith("done\n")
