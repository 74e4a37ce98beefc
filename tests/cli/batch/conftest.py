"""What the tests of batches share."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch_folder import make_documents
from tiny_folder import make_folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six documents; everything that is written beside them is the test's own."""
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TSEL_LOG", "0")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("TSEL_EFFORT", "quick")  # a random model's second look finds nothing anywhere
    return make_documents(tmp_path / "in")
