"""Peak memory of a block of code: on CUDA the allocator's, on Linux the process's resident set."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import torch


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
