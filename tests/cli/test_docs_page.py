"""The generated page is the one in docs/."""

from __future__ import annotations

from pathlib import Path

from tsel_cli.docs_page import page


def test_docs_cli_is_up_to_date() -> None:
    kept = (Path(__file__).parent.parent.parent / "docs/cli.md").read_text("utf-8")
    assert kept == page(), "run: python -m tsel_cli.docs_page > docs/cli.md"


def test_every_command_is_documented() -> None:
    text = page()
    for name in ("ask", "summarize", "chat", "batch", "bench", "eval", "tune", "inspect", "serve", "models list", "log show"):
        assert f" tsel {name}\n" in text
