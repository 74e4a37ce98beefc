"""What machine a figure was measured on."""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path
from typing import Any

import torch

from tsel_core.device.versions import package_version


def describe_machine(device: torch.device) -> dict[str, Any]:
    """CPU, cores, GPU and library versions: what a figure must name."""
    about: dict[str, Any] = {
        "cpu": _cpu_name(),
        "num_threads": torch.get_num_threads(),
        "num_cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": package_version("transformers"),
        "device": str(device),
    }
    if device.type == "cuda":
        about["gpu"] = torch.cuda.get_device_name(device)
        about["cuda"] = torch.version.cuda
    return about


@cache
def _cpu_name() -> str:
    """Asked once a process: the kernel takes milliseconds to write /proc/cpuinfo on a machine with many cores."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
