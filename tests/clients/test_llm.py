"""The `llm` tool with the plugin beside this file."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

llm = pytest.importorskip("llm", reason="llm is not installed (pip install llm)")


@pytest.fixture
def model(server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("TSEL_URL", server.url)
    monkeypatch.setenv("TSEL_API_KEY", server.key)
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path))
    path = Path(__file__).parent / "llm_tsel/llm_tsel.py"
    spec = importlib.util.spec_from_file_location("llm_tsel", path)
    assert spec is not None
    assert spec.loader is not None
    plugin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plugin)
    found: list[Any] = []
    plugin.register_models(found.append)
    return found[0]


def test_a_prompt_streams_and_its_document_is_read(model: Any, tmp_path: Path) -> None:
    (tmp_path / "fee.txt").write_text("The fee is 620 euros.")
    attachment = llm.Attachment(path=str(tmp_path / "fee.txt"), type="text/plain")
    response = model.prompt("What is the fee?", attachments=[attachment], max_tokens=12)
    pieces = list(response)
    assert "".join(pieces) == response.text()
    assert response.text()
    assert response.usage().input > 0
    whole = model.prompt("What is the fee?", attachments=[attachment], max_tokens=12, stream=False)
    assert whole.text()
    assert whole.response_json["receipt"]["units_read"] == 1


def test_a_conversation_goes_on(model: Any) -> None:
    talk = model.conversation()
    first = talk.prompt("Say something.", max_tokens=8)
    assert first.text()
    second = talk.prompt("And more.", max_tokens=8)
    assert second.text()
    assert second.usage().input > first.usage().input
