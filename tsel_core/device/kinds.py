"""The kinds of devices: what each computes in, how its memory is asked for, and which names the command line takes.

NVIDIA GPUs run the Triton kernels. Intel GPUs (xpu), Apple's (mps) and AMD's (rocm, which PyTorch calls cuda) run the
torch definitions of the same functions, in bf16, without captured steps. None of those three could be tried where this
was written: what is here is tested with a stand-in for PyTorch's modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tsel_core.errors import UsageError
from tsel_core.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    import torch

NAMES = "auto, cpu, cuda, cuda:N, or cuda:0,cuda:1; rocm, xpu and mps for GPUs of AMD, Intel and Apple"
_NAME = lazy_pattern(r"(auto|cuda|rocm|xpu|mps)(?::(\d+))?")


def kind_of(device: str | torch.device) -> str:
    """ "cpu", "cuda", "xpu" or "mps"."""
    return str(device).partition(":")[0]


def is_gpu(device: str | torch.device) -> bool:
    """Whether weights and cache lie in bf16 on a GPU of any maker."""
    return kind_of(device) in ("cuda", "xpu", "mps")


def device_count(kind: str) -> int:
    """Devices of a kind that PyTorch sees here."""
    import torch

    if kind == "cuda":
        return torch.cuda.device_count() if torch.cuda.is_available() else 0
    if kind == "xpu":
        return torch.xpu.device_count() if torch.xpu.is_available() else 0
    return int(torch.backends.mps.is_available())


def check_names(text: str) -> None:
    """Raise UsageError for a name of the command line, or several with commas, that no device has anywhere."""
    for name in text.split(","):
        found = _NAME.fullmatch(name.strip())
        if name.strip() != "cpu" and (found is None or (found[1] == "auto" and found[2])):
            raise UsageError(f"device {name.strip()} is not known", f"use {NAMES}")


def pick_one(name: str) -> str:
    """One device for a name of the command line. Raises UsageError.

    "auto" is an NVIDIA or AMD GPU, else the CPU: the others are taken when they are named.
    """
    if name == "cpu":
        return name
    check_names(name)
    found = _NAME.fullmatch(name)
    assert found is not None
    import torch

    kind, index = found[1], int(found[2] or 0)
    if kind == "auto":
        return "cuda:0" if device_count("cuda") else "cpu"
    if kind == "rocm":
        if torch.version.hip is None:
            raise UsageError("device rocm is not there: this PyTorch is not built for ROCm", "use --device cpu or auto")
        kind = "cuda"
    count = device_count(kind)
    if index >= count:
        raise UsageError(
            f"device {name} is not there: this machine has {count} {kind.upper()} devices", "use --device cpu or auto"
        )
    return "mps" if kind == "mps" else f"{kind}:{index}"


def compute_dtype(device: str | torch.device) -> torch.dtype:
    """dtype of weights, activations and cache: bf16 on a GPU, fp32 on a CPU (bf16 is slow there)."""
    import torch

    return torch.bfloat16 if is_gpu(device) else torch.float32


def free_gpu_memory(device: torch.device) -> int:
    """Bytes that PyTorch can still take on a GPU, what it holds unused counted in."""
    import torch

    if device.type == "mps":  # memory is shared with the processor: the system recommends a part of it
        return max(0, int(torch.mps.recommended_max_memory()) - int(torch.mps.driver_allocated_memory()))
    module = torch.xpu if device.type == "xpu" else torch.cuda
    free, _ = module.mem_get_info(device)
    return int(free) + int(module.memory_reserved(device)) - int(module.memory_allocated(device))


def synchronize(device: torch.device) -> None:
    """Wait until a GPU has done what it was given; nothing on a CPU."""
    import torch

    if device.type == "mps":
        torch.mps.synchronize()
    elif device.type == "xpu":
        torch.xpu.synchronize(device)
    elif device.type == "cuda":
        torch.cuda.synchronize(device)
