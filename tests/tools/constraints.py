"""Versions that go together, for each Python: python -m tests.tools.constraints [FOLDER]

pip resolves what the project and its extras ask for, for another Python than its own, without installing anything; FOLDER
(.ci/constraints) gets a file for each. The extra `dev` is left out: pip resolves wheels alone for other Pythons, and odfpy
has none. constraints.txt at the top stays what the tests ran with on 3.11.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = "serve,mcp,gpu"
KEPT = ("torch",)
"""Pinned in constraints.txt for a reason that is said there."""


def kept() -> list[str]:
    """The lines of constraints.txt that hold for every Python."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line.partition("==")[0].lower() in KEPT]


def pins(report: dict[str, Any], own: str) -> list[str]:
    """Sorted NAME==VERSION of what pip would install, without the project itself."""
    found = {item["metadata"]["name"].lower().replace("_", "-"): item["metadata"]["version"] for item in report["install"]}
    return sorted(f"{name}=={version.partition('+')[0]}" for name, version in found.items() if name != own)


def resolve(wheel: Path, python: str, folder: Path) -> list[str]:
    """Pins for a Python. CalledProcessError when nothing goes together."""
    bounds, report = folder / "bounds.txt", folder / "report.json"
    bounds.write_text("\n".join(kept()) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += ["--python-version", python, "--only-binary", ":all:", "--target", str(folder / "never")]
    command += ["-c", str(bounds), "--report", str(report), f"{wheel}[{EXTRAS}]"]
    subprocess.run(command, check=True)
    return pins(json.loads(report.read_text("utf-8")), "tsel-reader")


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
