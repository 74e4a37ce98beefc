"""Does it fit? Known before anything is loaded or read: the trained window, and the memory of the cache."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import torch

from tsel_core.errors import DoesNotFit
from tsel_core.kv_cache import bytes_per_token

_GB = 1e9
# What a forward pass of a chunk needs beside weights and cache; measured on the 1.5B at chunk 512, with margin.
_WORKSPACE = 600_000_000


@dataclass(frozen=True, slots=True)
class FitPlan:
    """Numbers in tokens and bytes. `free_bytes` is what the device has for the cache, the weights counted in."""

    num_tokens: int
    trained_window: int
    cache_bytes: int
    free_bytes: int

    def check(self, names: str, remedy: str = "") -> None:
        """Raise DoesNotFit (exit 5) with the numbers when the document does not fit; nothing is ever cut."""
        if self.num_tokens > self.trained_window:
            raise DoesNotFit(
                f"{names}: {self.num_tokens:,} tokens with room for the answer, "
                f"the model was trained for {self.trained_window:,}",
                remedy
                or "nothing was cut: ask about part of it with --pages, or use a model with a longer window "
                "(tsel models list)",
            )
        if self.cache_bytes > self.free_bytes:
            fits = int(self.num_tokens * self.free_bytes / max(1, self.cache_bytes))
            raise DoesNotFit(
                f"{names}: needs {self.cache_bytes / _GB:.1f} GB for {self.num_tokens:,} tokens of cache, "
                f"{max(0, self.free_bytes) / _GB:.1f} GB is free (about {max(0, fits):,} tokens)",
                remedy or "close other programs, choose a smaller model (--model), or part of the file (--pages)",
            )


def plan_fit(
    num_tokens: int,
    *,
    trained_window: int,
    num_layers: int,
    num_kv_heads: int,
    head_dim: int,
    dtype: torch.dtype,
    device: torch.device | str,
    unloaded_weight_bytes: int = 0,
    memory_limit: int | None = None,
) -> FitPlan:
    """Plan for a prompt and answer of `num_tokens`; pass the weights' bytes while they are not loaded yet."""
    needed = num_tokens * bytes_per_token(num_layers, num_kv_heads, head_dim, dtype)
    free = free_memory(device) - unloaded_weight_bytes - _WORKSPACE
    if memory_limit is not None:
        free = min(free, memory_limit)
    return FitPlan(num_tokens, trained_window, needed, free)


def free_memory(device: torch.device | str) -> int:
    """Bytes that can still be taken on a device (on a CPU: available memory, within a container's limit)."""
    device = torch.device(device)
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return int(free) + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return min(_available_ram(), _container_room())


def _available_ram() -> int:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    if hasattr(os, "sysconf") and "SC_AVPHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 1 << 62  # unknown system: let the allocation itself decide


def _container_room() -> int:
    """Room under a cgroup v2 limit, unlimited when there is none."""
    root = Path("/sys/fs/cgroup")
    try:
        limit, used = (root / "memory.max").read_text().strip(), (root / "memory.current").read_text().strip()
        return 1 << 62 if limit == "max" else int(limit) - int(used)
    except (OSError, ValueError):
        return 1 << 62
