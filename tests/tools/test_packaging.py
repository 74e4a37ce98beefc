"""What is shipped beside the code: the conda recipe, the container's files, constraints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.tools.conda_recipe import recipe

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
ROOT = Path(__file__).parents[2]


def test_the_conda_recipe_is_of_this_project() -> None:
    written = (ROOT / ".conda/meta.yaml").read_text("utf-8")
    assert written == recipe(), "python -m tests.tools.conda_recipe > .conda/meta.yaml"
    found = yaml.safe_load(written)
    assert found["package"]["name"] == "tsel-reader"
    assert any(line.startswith("pytorch >=") for line in found["requirements"]["run"])


def test_the_container_runs_without_root_and_without_writing_its_root() -> None:
    lines = (ROOT / ".docker/Dockerfile").read_text("utf-8").splitlines()
    for target in ("cpu", "cuda"):
        begin = lines.index(f"FROM run AS {target}")
        end = next((n for n in range(begin + 1, len(lines)) if lines[n].startswith("FROM ")), len(lines))
        users = [line for line in lines[: lines.index("FROM run AS cpu")] + lines[begin:end] if line.startswith("USER ")]
        assert users[-1] == "USER 10001"
    copied = {part for line in lines if line.startswith("COPY .docker") for part in line.split()[1:-1]}
    assert all((ROOT / part).exists() for part in copied)
    service = yaml.safe_load((ROOT / ".docker/compose.yaml").read_text("utf-8"))["services"]["tsel"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["ports"] == ["127.0.0.1:8765:8765"]


@pytest.mark.parametrize("key", ["a-key-of-some-length", "wrong"])
def test_the_health_check_asks_the_server(key: str, tmp_path: Path) -> None:
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.headers["Authorization"] == "Bearer a-key-of-some-length" else 401)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = os.environ | {"TSEL_API_KEY": key, "TSEL_HEALTH_URL": f"http://127.0.0.1:{server.server_port}/health"}
    done = subprocess.run([sys.executable, ROOT / ".docker/healthy.py"], env=env, capture_output=True, check=False)
    server.shutdown()
    assert done.returncode == (0 if key != "wrong" else 1)


def test_actions_are_pinned_by_commit() -> None:
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        text = path.read_text("utf-8")
        yaml.safe_load(text)
        uses = re.findall(r"uses: (\S+)", text)
        assert uses
        assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", use) for use in uses)


def test_constraints_are_of_every_python_and_agree_with_what_the_tests_ran_with() -> None:
    from tests.tools.constraints import PYTHONS, extras, kept, pins

    assert pins(["# said", "Torch==2.1+cpu", "a_b==1 ; sys_platform == 'linux'", "own==0"], "own") == ["a-b==1", "torch==2.1"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *(line for name in extras() for line in project["optional-dependencies"][name])]
    names = {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in asked} - {"tsel-reader"}
    pinned = dict(line.split("==") for line in kept())
    assert pinned["torch"] == "2.13.0"
    for python in PYTHONS:
        lines = (ROOT / f".ci/constraints/{python}.txt").read_text("utf-8").splitlines()[1:]
        assert all(re.fullmatch(r"[a-z0-9.-]+==[\w.!]+", line) for line in lines)
        there = dict(line.split("==") for line in lines)
        assert names <= set(there)
        assert not {name: version for name, version in pinned.items() if there.get(name, version) != version}
