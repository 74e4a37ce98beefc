"""What the command tests share."""

from __future__ import annotations

import pytest
from tiny_folder import make_folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A whole tiny model folder."""
    return str(make_folder(tmp_path_factory.mktemp("model")))
