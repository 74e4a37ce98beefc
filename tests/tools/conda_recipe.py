"""The conda recipe, written from pyproject.toml: python -m tests.tools.conda_recipe > .conda/meta.yaml"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMES = {"torch": "pytorch", "prompt-toolkit": "prompt_toolkit"}
"""What conda-forge calls otherwise."""
_REQUIREMENT = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?\s*(>=[\d.]+)?")


def recipe() -> str:
    """The recipe as YAML."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    version = re.search(r'__version__ = "([^"]+)"', (ROOT / "tsel_core/version.py").read_text("utf-8"))
    assert version is not None
    run = [_conda(r) for r in [*project["dependencies"], *project["optional-dependencies"]["serve"]]]
    return "\n".join(
        [
            "# Written by tests/tools/conda_recipe.py from pyproject.toml.",
            "package:",
            f"  name: {project['name']}",
            f"  version: {version[1]}",
            "source:",
            "  path: ..",
            "build:",
            "  noarch: python",
            "  number: 0",
            "  script: python -m pip install . --no-deps --no-build-isolation -vv",
            "  entry_points:",
            *(f"    - {name} = {place}" for name, place in project["scripts"].items()),
            "requirements:",
            "  host:",
            f"    - python {project['requires-python']}",
            "    - pip",
            "    - setuptools >=77",
            "  run:",
            f"    - python {project['requires-python']}",
            *(f"    - {line}" for line in sorted(set(run))),
            "test:",
            "  imports:",
            "    - tsel_cli",
            "    - tsel_core",
            "    - tsel_kernels",
            "  commands:",
            "    - tsel --version",
            "about:",
            f"  summary: '{project['description']}'",
            f"  license: {project['license']}",
            "  license_file:",
            *(f"    - {file}" for file in project["license-files"]),
            "",
        ]
    )


def _conda(requirement: str) -> str:
    found = _REQUIREMENT.match(requirement)
    assert found is not None
    return " ".join(filter(None, [NAMES.get(found[1], found[1].lower()), found[2]]))


if __name__ == "__main__":
    print(recipe(), end="")
