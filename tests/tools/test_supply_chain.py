"""The licences and the bill of materials that are shipped name what is installed with the program, as it is pinned."""

from __future__ import annotations

import json
import re

import pytest

from tests.tools import audit, supply_chain
from tests.tools.supply_chain import BILL, LICENCES, ROOT, plain

PINS = {
    plain(line.partition("==")[0]): line.partition("==")[2].strip()
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    if "==" in line and not line.startswith("#")
}


@pytest.fixture(scope="module")
def kept() -> dict[str, str]:
    return {c["name"]: c["version"] for c in json.loads(BILL.read_text("utf-8"))["components"]}


def test_it_names_what_the_project_needs_and_what_that_needs(kept: dict[str, str]) -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    direct = {plain(re.split(r"[<>=\[;! ]", text, maxsplit=1)[0]) for text in project["dependencies"]}
    assert direct <= set(kept), f"write it anew: python -m tests.tools.supply_chain ({direct - set(kept)})"
    assert {"starlette", "sympy", "pycparser", "huggingface-hub"} <= set(kept)  # second hand
    assert not {"pytest", "ruff", "mypy", "hypothesis"} & set(kept)


def test_versions_are_the_pinned_ones(kept: dict[str, str]) -> None:
    other = {name: (version, PINS[name]) for name, version in kept.items() if name in PINS and PINS[name] != version}
    assert other == {}, "write it anew: python -m tests.tools.supply_chain"


def test_the_files_are_what_an_environment_of_the_pins_gives(kept: dict[str, str]) -> None:
    found = supply_chain.parts()
    if {p.name: p.version for p in found} != kept:
        pytest.skip("another Python, system or set of versions is installed than the one that was written")
    assert LICENCES.read_text("utf-8") == supply_chain.licences_text(found)
    assert json.loads(BILL.read_text("utf-8")) == supply_chain.bill(found)


def test_texts_stand_once_and_every_part_is_named(kept: dict[str, str]) -> None:
    text = LICENCES.read_text("utf-8")
    bodies = [" ".join(part.split()) for part in text.split("-" * 100)[2::2]]
    assert len(bodies) == len(set(bodies)) > 30
    for name, version in kept.items():
        assert f"\n{name} {version}: " in text


@pytest.mark.parametrize(
    ("report", "code"),
    [
        ({}, 4),
        ({"dependencies": [{"name": "a", "skip_reason": "no network"}]}, 4),
        ({"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "x"}]}, 0),
        ({"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1"}]}]}, 3),
    ],
)
def test_silence_is_no_good_news(report: dict[str, object], code: int) -> None:
    assert audit.verdict(report) == code
