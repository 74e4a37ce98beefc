"""Plugins by entry points, with the example package of tests/plugin_example as it would be installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tsel_core.errors import DocumentError, UsageError
from tsel_core.extract.fields import read_fields
from tsel_core.ingest import read_document
from tsel_core.plugins import names

ROOT = Path(__file__).parents[2]
RECIPE = "= Bread\nMix 500 g of flour.\n\nBake for 40 minutes.\n"
POINTS = """[tsel.readers]
recipe = tsel_example:read_recipe
wrong = tsel_example:BOARD
gone = tsel_example:nothing

[tsel.tasks]
board = tsel_example:BOARD
lease = tsel_example:lease
"""


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    about = tmp_path / "site/tsel_example_plugin-0.1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: tsel-example-plugin\nVersion: 0.1\n")
    (about / "entry_points.txt").write_text(POINTS)
    (tmp_path / "site/tsel_example.py").write_bytes((ROOT / "tests/plugin_example/tsel_example.py").read_bytes())
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    yield
    sys.modules.pop("tsel_example", None)


def test_the_points_of_the_test_are_those_of_the_package() -> None:
    import tomllib

    told = tomllib.loads((ROOT / "tests/plugin_example/pyproject.toml").read_text())["project"]["entry-points"]
    for group, points in told.items():
        assert all(f"{name} = {value}" in POINTS for name, value in points.items())
        assert set(points) <= set(names(group))


def test_a_file_is_read_in_the_locked_process(tmp_path: Path) -> None:
    (tmp_path / "a.recipe").write_text(RECIPE)
    document = read_document(tmp_path / "a.recipe")
    assert [(u.label, u.text, u.heading_path) for u in document.units] == [
        ("step 2", "Mix 500 g of flour.", ("Bread",)),
        ("step 4", "Bake for 40 minutes.", ("Bread",)),
    ]
    assert document.kind == "recipe"
    assert not document.warnings


def test_a_kind_that_is_known_is_never_taken_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RECIPE)
    assert read_document(tmp_path / "a.txt").kind == "txt"


@pytest.mark.parametrize("kind", ["wrong", "gone"])
def test_a_plugin_at_fault_is_an_error_in_words(kind: str, tmp_path: Path) -> None:
    (tmp_path / f"a.{kind}").write_text(RECIPE)
    with pytest.raises((DocumentError, UsageError)) as caught:
        read_document(tmp_path / f"a.{kind}")
    assert caught.value.hint


def test_styles_and_fields_have_names() -> None:
    from tsel_cli.commands.summarize import own_style

    style = own_style("board")
    assert style is not None
    assert [s.heading for s in style.sections] == ["Decided", "To do"]
    assert [(f.name, f.kind) for f in read_fields("preset:lease")] == [("Rent", "money"), ("Start date", "date")]
    for wrong in ("lease", "nothing"):
        with pytest.raises(UsageError, match="style"):
            own_style(wrong)
    for wrong in ("preset:board", "preset:nothing"):
        with pytest.raises(UsageError, match="preset"):
            read_fields(wrong)
