"""Settings every test shares, made before anything is imported."""

from __future__ import annotations

import os
from pathlib import Path

import tsel_core  # noqa: F401  sets how threads wait, before torch is imported

os.environ.setdefault("TSEL_LOG", "0")  # tests that are about the log switch it on for themselves
os.environ.setdefault("HF_HUB_OFFLINE", "1")
if not Path("/dev/nvidia0").exists():
    # Triton reads this once, when it is imported: without a GPU its kernels run in the interpreter
    os.environ.setdefault("TRITON_INTERPRET", "1")
