"""GPUs of other makers, with a stand-in for PyTorch's modules: none of them could be tried on a machine of ours."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tests_support import make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.device import kinds, system_memory
from tsel_core.device.kinds import compute_dtype, is_gpu, pick_one
from tsel_core.device.memory import free_memory
from tsel_core.engine.fit import ModelSizes
from tsel_core.engine.sizes import devices_apart
from tsel_core.errors import UsageError
from tsel_core.kv.cost import choices
from tsel_core.models.load import pick_device
from tsel_kernels.backend import load_kernels, torch_kernels

GB = 10**9


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A machine with so many devices of each kind, as PyTorch would report them."""

    def have(cuda: int = 0, xpu: int = 0, mps: int = 0, hip: str | None = None) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.version, "hip", hip)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps > 0)
        fake = SimpleNamespace(
            is_available=lambda: xpu > 0,
            device_count=lambda: xpu,
            mem_get_info=lambda _device: (6 * GB, 16 * GB),
            memory_reserved=lambda _device: 3 * GB,
            memory_allocated=lambda _device: 2 * GB,
        )
        monkeypatch.setattr(torch, "xpu", fake)
        apple = SimpleNamespace(recommended_max_memory=lambda: 20 * GB, driver_allocated_memory=lambda: 4 * GB)
        monkeypatch.setattr(torch, "mps", apple)

    return have


@pytest.mark.parametrize(
    ("here", "name", "device"),
    [
        ({}, "auto", "cpu"),
        ({"cuda": 2}, "auto", "cuda:0"),
        ({"cuda": 2}, "cuda:1", "cuda:1"),
        ({"xpu": 2}, "auto", "cpu"),  # taken only when it is named
        ({"xpu": 2}, "xpu", "xpu:0"),
        ({"xpu": 2}, "xpu:1", "xpu:1"),
        ({"mps": 1}, "mps", "mps"),
        ({"cuda": 1, "hip": "7.1"}, "rocm", "cuda:0"),
        ({"cuda": 2, "hip": "7.1"}, "rocm:1", "cuda:1"),
    ],
)
def test_names_of_devices(machine: Any, here: dict[str, Any], name: str, device: str) -> None:
    machine(**here)
    assert pick_one(name) == device


@pytest.mark.parametrize(
    ("here", "name", "said"),
    [
        ({}, "xpu", "has 0 XPU devices"),
        ({}, "mps", "has 0 MPS devices"),
        ({"mps": 1}, "mps:1", "has 1 MPS devices"),
        ({"xpu": 1}, "xpu:1", "has 1 XPU devices"),
        ({"cuda": 1}, "rocm", "not built for ROCm"),
        ({"cuda": 1}, "auto:0", "is not known"),
        ({"cuda": 1}, "tpu", "is not known"),
    ],
)
def test_what_is_not_there_is_said(machine: Any, here: dict[str, Any], name: str, said: str) -> None:
    machine(**here)
    with pytest.raises(UsageError, match=said):
        pick_one(name)


def test_several_devices_are_nvidias_or_processes_of_the_cpu(machine: Any) -> None:
    machine(cuda=2, xpu=2)
    assert pick_device("cuda:0,cuda:1") == "cuda:0,cuda:1"
    assert pick_device("cpu,cpu") == "cpu,cpu"
    for names in ("xpu:0,xpu:1", "xpu:0,cpu", "cuda:0,cpu", "cuda:0,cuda:0"):
        with pytest.raises(UsageError, match="several devices"):
            pick_device(names)


@pytest.mark.parametrize(("device", "gpu"), [("cpu", False), ("cuda:0", True), ("xpu:0", True), ("mps", True)])
def test_what_each_computes_in(device: str, gpu: bool) -> None:
    assert is_gpu(device) is gpu
    assert compute_dtype(device) == (torch.bfloat16 if gpu else torch.float32)
    assert devices_apart(device) == [device]


@pytest.mark.parametrize("device", ["xpu:0", "mps"])
def test_others_run_the_torch_definitions_on_plain_caches(device: str) -> None:
    assert load_kernels(device).name == torch_kernels().name
    assert choices(torch.device(device), torch.bfloat16) == ("plain",)


def test_their_memory_is_asked_for(machine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    machine(xpu=1, mps=1)
    monkeypatch.setattr(system_memory, "_available_ram", lambda: 32 * GB)
    monkeypatch.setattr(system_memory, "_container_room", lambda: 64 * GB)
    assert free_memory("xpu:0") == 7 * GB
    assert free_memory("mps") == 16 * GB
    monkeypatch.setattr(system_memory, "_available_ram", lambda: 9 * GB)
    assert free_memory("mps") == 9 * GB  # it shares the memory of the processor


def test_the_plan_counts_what_the_definitions_need(machine: Any) -> None:
    from tsel_core.kv.cost import CacheShape

    sizes = ModelSizes(CacheShape(4, 2, 64, torch.bfloat16, 0, False), 512, 8, GB)
    assert sizes.scratch_per_token(torch.device("xpu:0"), 2048, 64) == sizes.scratch_per_token(torch.device("cpu"), 2048, 64)
    assert sizes.scratch_per_token(torch.device("xpu:0"), 2048, 64) > 0


def test_waiting_for_a_device(machine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []
    machine(xpu=1, mps=1)
    monkeypatch.setattr(torch.xpu, "synchronize", lambda device: waited.append(str(device)), raising=False)
    monkeypatch.setattr(torch.mps, "synchronize", lambda: waited.append("mps"), raising=False)
    for device in ("cpu", "xpu:0", "mps"):
        kinds.synchronize(torch.device(device))
    assert waited == ["xpu:0", "mps"]


@pytest.mark.parametrize("attention", ["full", "select"])
def test_a_document_is_read_by_the_torch_definitions_in_bf16(attention: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What those GPUs run, run on a CPU: the same kernels, number format and chunks, against transformers' own logits."""
    import tsel_core.engine.engine as module
    from tests_support import loaded

    model = make_model("llama", vocab_size=262).to(torch.bfloat16)
    monkeypatch.setattr(module, "load_kernels", lambda *_: torch_kernels())
    ids = list(range(3, 200))
    with torch.inference_mode():
        expected = model(torch.tensor([ids])).logits[0, -1].float()
    engine = module.Engine(loaded(model), EngineConfig(attention=attention), SelectionConfig(budget=512))
    found = engine.read(ids, len(ids) - 8, room=4).logits.float()
    assert torch.allclose(found.flatten(), expected, atol=0.15)
