"""Settings every test shares."""

from __future__ import annotations

import os

os.environ.setdefault("TSEL_LOG", "0")  # tests that are about the log switch it on for themselves
os.environ.setdefault("HF_HUB_OFFLINE", "1")
