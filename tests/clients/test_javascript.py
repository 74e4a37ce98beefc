"""The official JavaScript client of the OpenAI API."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("openai_client.mjs")


def test_the_javascript_client_works(server: Any) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    folder = os.environ.get("NODE_FOLDER", ".")
    if not (Path(folder) / "node_modules/openai").is_dir():
        pytest.skip("npm's openai is not in NODE_FOLDER (npm install openai)")
    done = subprocess.run([node, SCRIPT, server.url, server.key], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["models"] == 1
    assert found["units"] == 1
    assert found["whole"]
    assert found["streamed"]
    assert found["response"] == "response"
