"""Memory of a device: what is free, a limit for this process, and the peak of a block of code."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import torch

from tsel_core.device.kinds import free_gpu_memory, is_gpu
from tsel_core.device.system_memory import free_system_memory


class PeakMemory:
    """Context manager; `num_bytes` afterwards is the peak (None where the system does not tell)."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.num_bytes: int | None = None

    def __enter__(self) -> PeakMemory:
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)
        else:
            try:
                Path("/proc/self/clear_refs").write_text("5")  # resets VmHWM
            except OSError:
                return self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.device.type == "cuda":
            self.num_bytes = torch.cuda.max_memory_allocated(self.device)
            return
        try:
            for line in Path("/proc/self/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    self.num_bytes = int(line.split()[1]) * 1024
        except OSError:
            self.num_bytes = None


def free_memory(device: torch.device | str) -> int:
    """Bytes that can still be taken on a device (on a CPU: available memory, within a container's limit)."""
    device = torch.device(device)
    ram = free_system_memory()
    if not is_gpu(device):
        return ram
    return min(ram, free_gpu_memory(device)) if device.type == "mps" else free_gpu_memory(device)


def limit_memory(device: torch.device | str, num_bytes: int | None) -> None:
    """Let PyTorch take at most `num_bytes` of a CUDA device (a limit on a CPU is checked by the fit plan alone)."""
    device = torch.device(device)
    if device.type != "cuda" or num_bytes is None:
        return
    total = torch.cuda.get_device_properties(device).total_memory
    index = device.index if device.index is not None else torch.cuda.current_device()
    torch.cuda.set_per_process_memory_fraction(min(1.0, num_bytes / total), index)
