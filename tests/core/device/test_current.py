"""Every thread that reads, goes on or writes makes the engine's GPU its current one: kernels are launched there."""

from __future__ import annotations

import threading

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.device.current import make_current
from tsel_core.engine import engine as engine_module
from tsel_core.engine.engine import Engine


@pytest.mark.parametrize(
    ("device", "current", "made"),
    [("cuda:1", 0, ["cuda:1"]), ("cuda:1", 1, []), ("cuda:0", 1, ["cuda:0"]), ("cuda", 1, []), ("cpu", 0, []), ("meta", 0, [])],
)
def test_only_another_gpu_is_made_current(monkeypatch: pytest.MonkeyPatch, device: str, current: int, made: list[str]) -> None:
    set_to: list[str] = []
    monkeypatch.setattr(torch.cuda, "current_device", lambda: current)
    monkeypatch.setattr(torch.cuda, "set_device", lambda found: set_to.append(str(found)))
    make_current(torch.device(device))
    assert set_to == made


def test_whoever_uses_an_engine_says_so_in_its_own_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(loaded(make_model("qwen2")), EngineConfig(attention="full", chunk_size=32), SelectionConfig())
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(engine_module, "make_current", lambda device: said.append((threading.current_thread().name, str(device))))
    reading = engine.read([5, 6, 7, 8], 4, room=16)

    def goes_on() -> None:
        engine.extend(reading, [9, 10])

    def writes() -> None:
        list(engine.write(reading, 3, ignore_end=True))

    for name, target in (("second", goes_on), ("third", writes)):
        thread = threading.Thread(target=target, name=name)
        thread.start()
        thread.join()
    assert dict(said) == {threading.current_thread().name: "cpu", "second": "cpu", "third": "cpu"}
