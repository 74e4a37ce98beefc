"""What a user sees when memory or a device fails: two lines, the exit code, and the words written so far."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from tsel_cli.app import run
from tsel_core.decoder.forward import Forward

OOM = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 8 GiB.")


@pytest.fixture
def args(model: str, tmp_path: Path) -> list[str]:
    path = tmp_path / "text.txt"
    path.write_text("The fee is 620 euros a month.\n\nThe term ends on 3 May 2027.\n", "utf-8")
    return ["ask", str(path), "What is the fee?", "--model", model, "--max-new-tokens", "9", "--no-cache"]


def fail_after(monkeypatch: pytest.MonkeyPatch, error: Exception, num_steps: int) -> None:
    """Let the engine fail at its forward pass number `num_steps` after the prompt's one chunk."""
    calls, real = iter(range(10**6)), Forward.__call__

    def forward(self: Forward, *rest: Any, **options: Any) -> Any:
        if next(calls) >= num_steps:
            raise error
        return real(self, *rest, **options)

    monkeypatch.setattr(Forward, "__call__", forward)


def test_no_memory_before_the_first_word(
    args: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_after(monkeypatch, OOM, 0)
    assert run(args) == 5
    out, err = capsys.readouterr()
    assert out == ""
    assert "error: out of memory while reading (CUDA out of memory)" in err
    assert "hint: " in err
    assert "Traceback" not in err


def test_no_memory_while_writing_prints_the_words_so_far(
    args: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run([*args, "--json"]) in (0, 3, 4)
    whole = json.loads(capsys.readouterr().out)
    assert whole["usage"]["completion_tokens"] == 9
    fail_after(monkeypatch, OOM, 7)  # two chunks of prompt, five steps
    assert run([*args, "--json"]) == 5
    out, err = capsys.readouterr()
    part = json.loads(out)
    assert part["exit_code"] == 5
    assert part["stop_reason"] == "error"
    assert 0 < part["usage"]["completion_tokens"] < 9
    assert "out of memory while writing" in part["error"]["message"]
    assert "error: out of memory while writing" in err
    assert "the answer is partial" in err


def test_a_lost_gpu_keeps_the_words_too(
    args: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_after(monkeypatch, RuntimeError("CUDA error: unspecified launch failure"), 7)
    assert run(args) == 1
    out, err = capsys.readouterr()
    assert out.strip()
    assert "error: the GPU failed while writing (CUDA error: unspecified launch failure)" in err
    assert "--device cpu" in err


def test_no_memory_elsewhere(
    args: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("tsel_core.answering.reader.build_prompt", no_memory)
    assert run(args) == 5
    assert "error: out of memory" in capsys.readouterr().err
