"""What the tests of the page share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser_support import make_browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    opened = make_browser()
    yield opened
    opened.quit()
