"""Memory of the machine that a program may still take; known without torch."""

from __future__ import annotations

from pathlib import Path

from tsel_core.device.control_group import tightest_group


def free_system_memory() -> int:
    """Bytes that can still be taken: available memory, within a container's limit."""
    return min(_available_ram(), _container_room())


def _available_ram() -> int:
    """Bytes of memory that can still be taken on this machine; /proc is asked first, where there is one."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    import psutil  # macOS, Windows

    return int(psutil.virtual_memory().available)


def _container_room() -> int:
    """Room under the limits of control groups, this program's own among them; unlimited when there is none."""
    group = tightest_group()
    return 1 << 62 if group is None else group.room
