"""The comparison of questions about a topic, with a model that always says the first option."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.quality.minutes import topic_probe


class First:
    """Says the first option, and writes nothing."""

    def choose(self, passage: str, instruction: str, options: Sequence[str]) -> list[float]:
        return [1.0, *[0.0] * (len(options) - 1)]

    def write(self, passage: str, instruction: str, max_new_tokens: int) -> str:
        return "nothing"

    def list_whole(self, instruction: str, max_new_tokens: int) -> str:
        return ""


def test_every_way_is_kept_with_the_candidates_it_chose_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "probe.json"
    monkeypatch.setattr(topic_probe, "session_model", lambda name, device: lambda documents, lang: First())
    monkeypatch.setattr("sys.argv", ["topic_probe", "--seeds", "600", "--out", str(out)])
    topic_probe.main()
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found
    for topic in found:
        assert len(topic["letters"]) == len(topic["candidates"]) + 1
        assert topic_probe.picks(topic)["letter"] == topic["candidates"][0]
        assert topic_probe.picks(topic)["named"] == ""
    assert "letter or none" in capsys.readouterr().out
