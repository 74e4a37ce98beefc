"""What the tests of the resident engine share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from resident_support import TEXT, User


@pytest.fixture(scope="module")
def user(model: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    person = User(tmp_path_factory.mktemp("user"), model)
    (person.folder / "contract.txt").write_text(TEXT * 4, "utf-8")
    person.run("ask", "contract.txt", "What?", TSEL_KEEP_ALIVE="0")  # says once that readings are kept
    yield person
    person.run("stop")
    shutil.rmtree(person.runtime, ignore_errors=True)
