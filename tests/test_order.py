"""The order in which workers take files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest


@dataclass(frozen=True)
class Item:
    """What the hook looks at."""

    path: Path
    name: str
    long: bool = False

    def get_closest_marker(self, name: str) -> bool | None:
        return True if name == "long" and self.long else None


def test_long_files_come_first_then_those_of_many_tests(pytestconfig: pytest.Config) -> None:
    hook = pytestconfig.pluginmanager.get_plugin(str(Path(__file__).with_name("conftest.py")))
    few, many, slow = Path("few.py"), Path("many.py"), Path("slow.py")
    collected = [Item(few, "1"), Item(many, "1"), Item(many, "2"), Item(slow, "1", long=True)]
    alone, worker = SimpleNamespace(), SimpleNamespace(workerinput={})
    items = list(collected)
    hook.pytest_collection_modifyitems(alone, items)  # type: ignore[union-attr]
    assert items == collected  # one process: as they were found
    hook.pytest_collection_modifyitems(worker, items)  # type: ignore[union-attr]
    assert [(item.path, item.name) for item in items] == [(slow, "1"), (many, "1"), (many, "2"), (few, "1")]


def test_pytest_xdist_keeps_the_order_it_is_given(pytestconfig: pytest.Config) -> None:
    assert not getattr(pytestconfig.option, "loadscopereorder", False)
