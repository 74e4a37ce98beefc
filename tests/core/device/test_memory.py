"""Free memory is known on systems without /proc, too."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tsel_core.device.memory import free_memory


def test_free_memory_without_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS and Windows, simulated: no file below /proc or /sys can be read."""
    read = Path.read_text

    def no_proc(path: Path, *args: str, **named: str) -> str:
        if str(path).startswith(("/proc", "/sys")):
            raise FileNotFoundError(str(path))
        return read(path, *args, **named)

    monkeypatch.setattr(Path, "read_text", no_proc)
    asked = psutil.virtual_memory().available
    assert abs(free_memory("cpu") - asked) < 2 << 30
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("M", (), {"available": 12_345})())
    assert free_memory("cpu") == 12_345
