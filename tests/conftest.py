"""Settings every test shares, made before anything is imported."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

import tsel_core  # noqa: F401  sets how threads wait, before torch is imported

os.environ.setdefault("TSEL_LOG", "0")  # tests that are about the log switch it on for themselves
os.environ.setdefault("TSEL_KEEP_ALIVE", "0")  # no engine outlives a test; those about it say otherwise
os.environ.setdefault("TSEL_CACHE_KEY_FILE", "none")  # no key is made in the developer's own folders
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.pop("TSEL_LANG", None)
# tests read messages in English, whatever the developer's own are and their documents: those about it say otherwise
os.environ["LC_MESSAGES"] = "en_US.UTF-8"
os.environ["LC_CTYPE"] = os.environ.pop("LC_ALL", os.environ.get("LC_CTYPE", "C.UTF-8"))
if not Path("/dev/nvidia0").exists():
    # Triton reads this once, when it is imported: without a GPU its kernels run in the interpreter
    os.environ.setdefault("TRITON_INTERPRET", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    """--fuzz 20: twenty times as many seeds as usual in every fuzzer (also TSEL_FUZZ)."""
    parser.addoption("--fuzz", type=int, default=None, metavar="FACTOR", help="so many times the usual seeds of every fuzzer")


def pytest_configure(config: pytest.Config) -> None:
    """Before tests are collected: the number of seeds is a parameter of some."""
    if config.getoption("--fuzz"):
        os.environ["TSEL_FUZZ"] = str(config.getoption("--fuzz"))
    settings.register_profile("seeded", derandomize="TSEL_FUZZ" not in os.environ)  # the same examples every time
    settings.load_profile("seeded")
    if getattr(config.option, "loadscopereorder", False):
        config.option.loadscopereorder = False  # of pytest-xdist: files with the fewest tests last, whatever they take


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where workers take whole files, those that take long are taken first: one begun last is waited for by all.

    The others as pytest-xdist would have them: the more tests, the earlier.
    """
    if hasattr(config, "workerinput"):
        counts = Counter(item.path for item in items)
        slow = {item.path for item in items if item.get_closest_marker("long")}
        items.sort(key=lambda item: (item.path not in slow, -counts[item.path]))
