"""Versions that go together, for each Python: python -m tests.tools.constraints [FOLDER]

uv (on the PATH) resolves what the project and all its extras ask for, for another Python than its own, from the packages'
metadata alone: nothing is installed, and no wheel is fetched. FOLDER (.ci/constraints) gets a file for each. What
constraints.txt pins, which the tests ran with on 3.11, is the same there; what it lacks is added.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
OTHERWISE: tuple[str, ...] = ("triton",)
"""Pinned nowhere: torch's CPU build asks for none, the CUDA build for a version of its own, which a pin would forbid."""


def extras() -> list[str]:
    """The names of the project's extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return sorted(project["optional-dependencies"])


def kept() -> list[str]:
    """The NAME==VERSION of constraints.txt that hold for every Python, as `pins` writes them."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [line for line in pins(lines, "") if line.partition("==")[0] not in OTHERWISE]


def pins(lines: list[str], own: str) -> list[str]:
    """Sorted NAME==VERSION of what would be installed, names in one form, without the project itself."""
    found = dict(line.split(";")[0].strip().split("==") for line in lines if "==" in line and not line.startswith("#"))
    named = {name.lower().replace("_", "-"): version.partition("+")[0] for name, version in found.items()}
    return sorted(f"{name}=={version}" for name, version in named.items() if name != own)


def resolve(wheel: Path, python: str, folder: Path) -> list[str]:
    """Pins for a Python. CalledProcessError when nothing goes together."""
    bounds, asked = folder / "bounds.txt", folder / "asked.in"
    bounds.write_text("\n".join(kept()) + "\n", encoding="utf-8")
    asked.write_text(f"tsel-reader[{','.join(extras())}] @ {wheel.as_uri()}\n", encoding="utf-8")
    command = ["uv", "pip", "compile", str(asked), "--python-version", python, "-c", str(bounds)]
    command += ["--no-header", "--no-annotate", "--quiet"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return pins(done.stdout.splitlines(), "tsel-reader")


def main(target: Path) -> None:
    """See the module."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", name, str(ROOT)], check=True)
        wheel = next(folder.glob("tsel_reader-*.whl"))
        for python in PYTHONS:
            head = f"# Written by tests/tools/constraints.py for Python {python}: resolved, not installed.\n"
            lines = resolve(wheel, python, folder)
            (target / f"{python}.txt").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
            print(f"{python}: {len(lines)} packages")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".ci" / "constraints")
