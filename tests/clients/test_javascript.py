"""The official JavaScript clients of the OpenAI API and of Ollama."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


def told(package: str, server: Any) -> dict[str, Any]:
    """What the script of a package says, which asks the server for everything that the client has."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    folder = os.environ.get("NODE_FOLDER", ".")
    if not (Path(folder) / "node_modules" / package).is_dir():
        pytest.skip(f"npm's {package} is not in NODE_FOLDER (npm install {package})")
    script = Path(__file__).with_name(f"{package}_client.mjs")
    done = subprocess.run([node, script, server.url, server.key], capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_client_of_openai_gets_what_it_asks_for(server: Any) -> None:
    found = told("openai", server)
    assert found.pop("streamed")
    assert found.pop("schema") in ("yes", "no")
    name, answer = found.pop("tool")
    assert (name, answer in ("yes", "no")) == ("decide", True)
    assert found == {
        "models": ["model"],
        "units": 1,
        "inline": 2,
        "usage": True,
        "left": 0,
        "choices": 3,
        "logprobs": True,
        "seeded": True,
        "stopped": True,
        "length": 3,
        "completion": "text_completion",
        "response": ["response", "response.incomplete"],
        "refused": 501,
    }


def test_the_client_of_ollama_gets_what_it_asks_for(server: Any) -> None:
    found = told("ollama", server)
    assert found.pop("format") in ("yes", "no")
    assert "completion" in found.pop("shown")
    assert found == {"loaded": 1, "chat": True, "generate": True, "refused": 501}
